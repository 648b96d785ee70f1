//! The rows of one customer: which of its credits the invoice lines of a month belong to, and how the two compare.
//!
//! Azure is priced in one currency and billed in another. Lines billed in the credit's currency count as billed; lines
//! priced in it count as priced. Where a customer was given credit in both currencies of its lines, nothing on the
//! lines tells one credit's from the other's, so neither can be compared. Lines in none of the credits' currencies are
//! a row of their own.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::analysis::AnalysisError;
use crate::analysis::filter::Filter;
use crate::model::{CreditTotal, Currency, Id, Invoices, Month, Overflow, Period, Sum, money};

use super::billing::Billing;
use super::row::{Incomparable, MissingMonths, ReconciledRow, Verdict};
use super::span::{CustomerCredit, MonthSpan};

/// What rows are judged by.
pub(super) struct MatchContext<'a, 't> {
    pub(super) filter: &'t Filter,
    pub(super) invoices: &'a Invoices,
    pub(super) invoiced: &'t BTreeSet<Month>,
    /// Months in which the report has rows.
    pub(super) reported: &'t BTreeSet<Month>,
    pub(super) tolerance: Decimal,
}

/// The totals of a customer's credit lines by month, each with its place in [`Invoices::totals`].
pub(super) type Applied<'i> = BTreeMap<Month, Vec<(usize, &'i CreditTotal)>>;

/// The credit lines of each customer that are shown.
pub(super) fn applied<'i>(
    filter: &Filter,
    invoices: &'i Invoices,
    billing: &Billing,
) -> HashMap<&'i Id, Applied<'i>, RandomState> {
    let mut applied: HashMap<_, Applied<'i>, RandomState> = HashMap::default();
    for (place, total) in invoices.totals.iter().enumerate().filter(|(_, total)| total.key.is_aco) {
        let Some(month) = billing.month(&total.key) else { continue };
        if shows(filter, total) {
            applied.entry(&*total.key.customer).or_default().entry(month).or_default().push((place, total));
        }
    }
    applied
}

/// Whether the customer and partner of some lines are shown. Lines that name no partner are any partner's.
pub(super) fn shows(filter: &Filter, total: &CreditTotal) -> bool {
    filter.customers.as_ref().is_none_or(|customers| customers.contains(&total.key.customer))
        && total.key.partner.as_deref().is_none_or(|partner| filter.shows_partner(partner))
}

/// Rows to be, by currency and the last month that each covers.
type Drafts<'h> = BTreeMap<(Currency, Month), Draft<'h>>;

#[derive(Default)]
struct Draft<'h> {
    span: Option<&'h MonthSpan>,
    totals: Vec<usize>,
    /// Whether lines are its alone.
    has_own: bool,
    /// Whether some lines may be another credit's.
    is_clash: bool,
    /// Whether its lines are in none of the credits' currencies.
    is_stray: bool,
}

/// Lines that belong to no single credit, by the currencies that are billed and priced.
type Odd<'i> = BTreeMap<(Currency, Option<Currency>), Vec<&'i CreditTotal>>;

/// Compares what a customer was given with the lines of its invoices; the second is what cannot be compared.
pub(super) fn compare<'a>(
    customer: &'a Id,
    credit: &CustomerCredit,
    applied: &Applied<'_>,
    terms: &MatchContext<'a, '_>,
) -> Result<(Vec<ReconciledRow<'a>>, Vec<Incomparable<'a>>), AnalysisError> {
    let (mut drafts, mut incomparable, mut strays) = (Drafts::new(), Vec::new(), Applied::new());
    for (currency, own) in &credit.spans {
        for span in own.iter().filter(|span| terms.invoiced.contains(&span.to)) {
            drafts.entry((*currency, span.to)).or_default().span = Some(span);
        }
    }
    for (month, totals) in applied {
        let in_month = credit.in_month(*month);
        let mut odd = Odd::new();
        for (place, total) in totals {
            let Some((currency, other)) = currency_of(total, credit, &in_month) else {
                strays.entry(*month).or_default().push((*place, total));
                continue;
            };
            if let Some(other) = other {
                draft(&mut drafts, &in_month, other, *month).is_clash = true;
                odd.entry((total.key.currency, total.key.pricing)).or_default().push(total);
            }
            // Lines that may be of two credits stand behind the row of one only.
            let draft = draft(&mut drafts, &in_month, currency, *month);
            draft.totals.push(*place);
            draft.has_own |= other.is_none();
            draft.is_clash |= other.is_some();
        }
        add_incomparable(&mut incomparable, (customer, *month), &in_month.keys().copied().collect::<Vec<_>>(), odd)?;
    }
    for (month, strays) in strays {
        let (without_lines, odd) = add_strays(&mut drafts, &credit.in_month(month), month, strays);
        add_incomparable(&mut incomparable, (customer, month), &without_lines, odd)?;
    }
    let rows = drafts.into_iter().map(|((currency, month), draft)| row((customer, month, currency), draft, terms));
    Ok((rows.collect::<Result<_, _>>()?, incomparable))
}

/// The credit that lines belong to, by its currency, and a second one if nothing tells which of the two it is; `None` if
/// they belong to no credit, or to one in a currency that they do not tell.
///
/// Credits that gave something in the month come first, then all of the month, then all there ever were.
fn currency_of(
    total: &CreditTotal,
    credit: &CustomerCredit,
    in_month: &BTreeMap<Currency, &MonthSpan>,
) -> Option<(Currency, Option<Currency>)> {
    let (billed, pricing) = (total.key.currency, total.key.pricing.filter(|_| total.priced.is_some()));
    let gives = |currency: &Currency| in_month.get(currency).is_some_and(|span| span.gives());
    let is_of_month = |currency: &Currency| in_month.contains_key(currency);
    let is_known = |currency: &Currency| credit.currencies.contains(currency);
    let candidates: [&dyn Fn(&Currency) -> bool; 3] = [&gives, &is_of_month, &is_known];
    candidates.into_iter().find_map(|is_candidate| {
        let other = pricing.filter(|pricing| *pricing != billed && is_candidate(pricing));
        if is_candidate(&billed) { Some((billed, other)) } else { other.map(|other| (other, None)) }
    })
}

/// The row to be of a credit in a month.
fn draft<'d, 'h>(
    drafts: &'d mut Drafts<'h>,
    in_month: &BTreeMap<Currency, &'h MonthSpan>,
    currency: Currency,
    month: Month,
) -> &'d mut Draft<'h> {
    let span = in_month.get(&currency).copied();
    let draft = drafts.entry((currency, span.map_or(month, |span| span.to))).or_default();
    draft.span = span;
    draft
}

/// Lines in none of the credits' currencies are rows of their own. A credit that gave something and has no lines may be
/// theirs: then neither can be compared. Returns the currencies of such credits, and the lines that may be theirs.
fn add_strays<'h, 'i>(
    drafts: &mut Drafts<'h>,
    in_month: &BTreeMap<Currency, &'h MonthSpan>,
    month: Month,
    strays: Vec<(usize, &'i CreditTotal)>,
) -> (Vec<Currency>, Odd<'i>) {
    let mut without_lines = Vec::new();
    for (currency, _) in in_month.iter().filter(|(_, span)| span.gives()) {
        let draft = draft(drafts, in_month, *currency, month);
        if !draft.has_own {
            draft.is_clash = true;
            without_lines.push(*currency);
        }
    }
    let mut odd = Odd::new();
    for (place, total) in strays {
        let draft = draft(drafts, in_month, total.key.currency, month);
        draft.totals.push(place);
        draft.is_stray = true;
        if !without_lines.is_empty() {
            draft.is_clash = true;
            odd.entry((total.key.currency, total.key.pricing)).or_default().push(total);
        }
    }
    (without_lines, odd)
}

fn add_incomparable<'a>(
    incomparable: &mut Vec<Incomparable<'a>>,
    (customer, month): (&'a Id, Month),
    credits: &[Currency],
    odd: Odd<'_>,
) -> Result<(), AnalysisError> {
    for ((billed, pricing), totals) in odd {
        let applied = sum(totals.iter().map(|total| Some(total.billed)))?;
        incomparable.push(Incomparable { customer, month, credits: credits.to_vec(), applied, billed, pricing });
    }
    Ok(())
}

fn row<'a>(
    (customer, month, currency): (&'a Id, Month, Currency),
    draft: Draft<'_>,
    terms: &MatchContext<'a, '_>,
) -> Result<ReconciledRow<'a>, AnalysisError> {
    let totals = draft.totals.iter().map(|place| &terms.invoices.totals[*place]);
    let lines = totals.clone().map(|total| total.lines).sum();
    let is_applied = (!draft.is_clash || draft.is_stray) && !draft.totals.is_empty();
    let applied = is_applied.then(|| sum(totals.map(|total| total.credit_in(currency)))).transpose()?;
    let given = draft.span.and_then(|span| span.given).map(Sum::value).transpose()?;
    let missing = missing(month, draft.span, lines > 0, terms);
    let is_known = !draft.is_clash && missing.is_empty();
    let difference = money::subtract(given.unwrap_or_default(), applied.unwrap_or_default());
    let mut row = ReconciledRow {
        customer,
        month,
        since: draft.span.map_or(month, |span| span.from),
        currency,
        given,
        applied,
        difference: is_known.then_some(difference).transpose()?,
        verdict: Verdict::NotComparable,
        lines,
        totals: draft.totals,
        missing,
    };
    row.verdict = if terms.filter.period(month) == Period::Open {
        Verdict::Open
    } else if draft.is_clash {
        Verdict::NotComparable
    } else if row.missing.is_empty() {
        row.compared(terms.tolerance)
    } else {
        Verdict::Unknown
    };
    Ok(row)
}

/// What is missing to compare a row.
fn missing(month: Month, span: Option<&MonthSpan>, has_lines: bool, terms: &MatchContext<'_, '_>) -> MissingMonths {
    match span {
        Some(span) => MissingMonths {
            reports: span.missing_reports.clone(),
            invoices: span.months().filter(|month| !terms.invoiced.contains(month)).collect(),
        },
        None => MissingMonths {
            reports: (has_lines && !terms.reported.contains(&month)).then_some(month).into_iter().collect(),
            invoices: BTreeSet::new(),
        },
    }
}

fn sum(amounts: impl Iterator<Item = Option<Decimal>>) -> Result<Decimal, Overflow> {
    let mut sum = Sum::default();
    for amount in amounts {
        sum.add(amount.unwrap_or_default())?;
    }
    sum.value()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::reconcile::{MonthOf, reconcile};
    use crate::ledger::sample::{ledger, month};
    use crate::model::{CreditKey, InvoiceKey};

    /// Invoices whose lines, such as `c 2024-01 USD 70` or `c 2024-01 EUR 65 USD 70` where prices are in another currency,
    /// count in the month in which they start.
    fn invoices(lines: &[&str]) -> Invoices {
        let total = |line: &&str| {
            let cells: Vec<&str> = line.split(' ').collect();
            let key = CreditKey {
                invoice: InvoiceKey { file: 0, number: "".into() },
                partner: None,
                customer: Arc::new(Id::parse(cells[0]).unwrap()),
                currency: Currency::parse(cells[2]).unwrap(),
                pricing: cells.get(4).and_then(|text| Currency::parse(text)),
                charged: month(cells[1]),
                reason: "".into(),
                is_aco: true,
            };
            let amount = |at: usize| cells.get(at).and_then(|text| text.parse().ok());
            CreditTotal { key, lines: 1, billed: amount(3).unwrap(), priced: amount(5) }
        };
        Invoices { totals: lines.iter().map(total).collect(), ..Invoices::default() }
    }

    /// The first month, the month, given, applied and the verdict of each row, with a tolerance of 0.05.
    fn reconciled(rows: &[&str], lines: &[&str]) -> Vec<String> {
        let (ledger, invoices) = (ledger(&[rows]), invoices(lines));
        let filter = Filter::everything("2024-12-15".parse().unwrap());
        let billing = Billing::new(&invoices, &[] as &[MonthOf]);
        let found = reconcile(&ledger, &filter, &invoices, &billing, Decimal::new(5, 2), 1).unwrap();
        let amount = |amount: Option<Decimal>| amount.map_or("-".to_owned(), |amount| amount.to_string());
        let text = |row: &ReconciledRow<'_>| {
            let (given, applied) = (amount(row.given), amount(row.applied));
            format!("{} {} {} {given} {applied} {}", row.since, row.month, row.currency, row.verdict.as_str())
        };
        found.rows.iter().map(text).collect()
    }

    const JANUARY: &str = "c 2024-01 70 Active 930 2024-01-01 -";

    #[test]
    fn differences_up_to_the_tolerance_are_none() {
        assert_eq!(reconciled(&[JANUARY], &["c 2024-01 USD 70.05"]), ["2024-01 2024-01 USD 70 70.05 matched"]);
        assert_eq!(reconciled(&[JANUARY], &["c 2024-01 USD 70.06"]), ["2024-01 2024-01 USD 70 70.06 mismatched"]);
        assert_eq!(reconciled(&[JANUARY], &["b 2024-01 USD 0.05"])[0], "2024-01 2024-01 USD - 0.05 matched");
    }

    #[test]
    fn what_a_row_covers_over_a_gap_is_compared_with_all_its_months() {
        let rows = [JANUARY, "c 2024-03 100 Active 900 2024-01-01 -"];
        let lines = ["c 2024-01 USD 70", "c 2024-02 USD 10", "c 2024-03 USD 20"];
        let january = "2024-01 2024-01 USD 70 70 matched";
        assert_eq!(reconciled(&rows, &lines), [january, "2024-02 2024-03 USD 30 30 matched"]);
        assert_eq!(reconciled(&rows, &[lines[0], lines[2]]), [january, "2024-02 2024-03 USD 30 20 unknown"]);
    }

    #[test]
    fn a_credit_whose_past_is_unknown_is_compared_with_nothing() {
        let row = "c 2024-01 70 Active 930 2023-06-01 -";
        assert_eq!(reconciled(&[row], &["c 2024-01 USD 70"]), ["2024-01 2024-01 USD - 70 unknown"]);
    }

    #[test]
    fn lines_count_in_the_currency_of_the_credit_billed_or_priced() {
        let matched = ["2024-01 2024-01 USD 70 70 matched"];
        assert_eq!(reconciled(&[JANUARY], &["c 2024-01 EUR 65 USD 70"]), matched);
        assert_eq!(reconciled(&[JANUARY], &["c 2024-01 USD 70 EUR 65"]), matched);
        let neither = reconciled(&[JANUARY], &["c 2024-01 EUR 65"]);
        assert_eq!(neither, ["2024-01 2024-01 EUR - 65 not-comparable", "2024-01 2024-01 USD 70 - not-comparable"]);
    }

    #[test]
    fn lines_that_may_be_of_two_credits_are_compared_with_neither() {
        let [usd, eur] = ["USD", "EUR"].map(|code| Currency::parse(code).unwrap());
        let january = month("2024-01");
        let given = Some(Sum::from(Decimal::ONE));
        let span = MonthSpan { from: january, to: january, given, missing_reports: BTreeSet::new() };
        let credit = CustomerCredit {
            currencies: [usd, eur].into(),
            spans: [usd, eur].map(|currency| (currency, vec![span.clone()])).into(),
        };
        let of = |line| currency_of(&invoices(&[line]).totals[0], &credit, &credit.in_month(january));
        assert_eq!(of("c 2024-01 EUR 65 USD 70"), Some((eur, Some(usd))));
        assert_eq!(of("c 2024-01 EUR 65 EUR 65"), Some((eur, None)));
        assert_eq!(of("c 2024-01 GBP 65"), None);
    }
}
