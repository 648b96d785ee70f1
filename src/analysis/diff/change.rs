//! One changed field of one credit and month.

use chrono::NaiveDate;
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

/// A field of a record that can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// CreditAmount; also what stands for a whole row that is added or removed.
    CreditAmount(Sides<Decimal>),
    Status(Sides<Status>),
    BalanceAmount(Sides<Decimal>),
    EffectiveDate(Sides<NaiveDate>),
    ExpiryDate(Sides<NaiveDate>),
}

/// A value before and after; `None` where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides<T> {
    pub old: Option<T>,
    pub new: Option<T>,
}

impl<T: PartialEq> Sides<T> {
    fn new(old: Option<T>, new: Option<T>) -> Self {
        Self { old, new }
    }

    fn differ(&self) -> bool {
        self.old != self.new
    }
}

impl Sides<Decimal> {
    /// New minus old; what is not there is 0.
    fn difference(&self) -> Result<Decimal, Overflow> {
        money::subtract(self.new.unwrap_or_default(), self.old.unwrap_or_default())
    }
}

/// One changed field of one credit and month.
#[derive(Clone, Debug)]
pub struct Change<'l> {
    pub kind: ChangeKind,
    pub identity: &'l Identity,
    pub month: Month,
    pub field: Field,
    /// New minus old, of an amount.
    pub difference: Option<Decimal>,
}

/// What differs between two rows; of a row without its like, the CreditAmount stands for all.
///
/// `spelled` gives a status the spelling in which statuses are compared and shown.
pub(super) fn fields(
    old: Option<&Entry<'_>>,
    new: Option<&Entry<'_>>,
    spelled: impl Fn(&Status) -> Status,
) -> Result<Vec<(Field, Option<Decimal>)>, Overflow> {
    let amount = |value: fn(&Entry<'_>) -> Decimal| Sides::new(old.map(value), new.map(value));
    let used = amount(|entry| entry.credit_amount);
    let (Some(old), Some(new)) = (old, new) else {
        let difference = used.difference()?;
        return Ok(vec![(Field::CreditAmount(used), Some(difference))]);
    };
    let mut fields = Vec::new();
    for (sides, field) in [
        (used, Field::CreditAmount as fn(Sides<Decimal>) -> Field),
        (amount(|entry| entry.balance_amount), Field::BalanceAmount),
    ] {
        if sides.differ() {
            let difference = sides.difference()?;
            fields.push((field(sides), Some(difference)));
        }
    }
    let status = Sides::new(Some(spelled(old.status)), Some(spelled(new.status)));
    if status.differ() {
        fields.push((Field::Status(status), None));
    }
    for (sides, field) in [
        (Sides::new(old.effective(), new.effective()), Field::EffectiveDate as fn(Sides<NaiveDate>) -> Field),
        (Sides::new(old.expiry(), new.expiry()), Field::ExpiryDate),
    ] {
        if sides.differ() {
            fields.push((field(sides), None));
        }
    }
    Ok(fields)
}
