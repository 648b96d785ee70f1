//! One changed field of one credit and month.

use rust_decimal::Decimal;

use crate::ledger::Entry;
use crate::model::{Identity, Month, Overflow, Status, money};

/// What happened to a credit's month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    Added,
    Removed,
    Restated,
    /// It is the last month of the old download, which was provisional then.
    Completed,
}

impl ChangeKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Restated => "restated",
            Self::Completed => "completed",
        }
    }
}

/// One changed field of one credit and month.
#[derive(Clone, Debug)]
pub struct Change<'l> {
    pub kind: ChangeKind,
    pub identity: &'l Identity,
    pub month: Month,
    pub field: Field,
}

/// A field before and after; empty where there is no row.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: &'static str,
    pub old: Option<FieldValue>,
    pub new: Option<FieldValue>,
    /// New minus old, of an amount; what is not there is 0.
    pub difference: Option<Decimal>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    Amount(Decimal),
    Text(String),
}

impl Field {
    fn amount(name: &'static str, old: Option<Decimal>, new: Option<Decimal>) -> Result<Self, Overflow> {
        let difference = Some(money::subtract(new.unwrap_or_default(), old.unwrap_or_default())?);
        Ok(Self { name, old: old.map(FieldValue::Amount), new: new.map(FieldValue::Amount), difference })
    }

    /// One of texts or days, if it differs.
    fn text<T: ToString + PartialEq>(name: &'static str, old: Option<T>, new: Option<T>) -> Option<Self> {
        let text = |value: Option<T>| value.map(|value| FieldValue::Text(value.to_string()));
        (old != new).then(|| Self { name, old: text(old), new: text(new), difference: None })
    }
}

/// What differs between two rows; of a row without its like, the CreditAmount stands for all.
///
/// `spelled` gives a status the spelling in which statuses are compared and shown.
pub(super) fn fields(
    old: Option<&Entry<'_>>,
    new: Option<&Entry<'_>>,
    spelled: impl Fn(&Status) -> Status,
) -> Result<Vec<Field>, Overflow> {
    let amount = |name, value: fn(&Entry<'_>) -> Decimal| Field::amount(name, old.map(value), new.map(value));
    let used = amount("CreditAmount", |entry| entry.credit_amount)?;
    let (Some(old), Some(new)) = (old, new) else { return Ok(vec![used]) };
    let mut fields = vec![used, amount("BalanceAmount", |entry| entry.balance_amount)?];
    fields.retain(|field| field.old != field.new);
    let [before, now] = [old, new].map(|entry| spelled(entry.status));
    fields.extend(Field::text("Status", Some(before.as_str()), Some(now.as_str())));
    fields.extend(Field::text("EffectiveDate", old.effective(), new.effective()));
    fields.extend(Field::text("ExpiryDate", old.expiry(), new.expiry()));
    Ok(fields)
}
