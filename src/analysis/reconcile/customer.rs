//! The rows of one customer: which of its credits the invoice lines of a month belong to, and how the two compare.
//!
//! Azure is priced in one currency and billed in another. Lines billed in the credit's currency count as billed; lines
//! priced in it count as priced. Where a customer was given credit in both currencies of its lines, they are the one's
//! or the other's if then both agree; else they may be of either. Lines in none of the credits' currencies are a row of
//! their own. Invariant: what is in doubt has an amount, and hides no difference beyond it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use rust_decimal::Decimal;

use crate::analysis::filter::Filter;
use crate::analysis::survey::Covered;
use crate::model::{CreditTotal, Currency, Id, Invoices, Month, Overflow, Period, Sum, money};

use super::billing::Billing;
use super::span::{CustomerCredit, MonthSpan, Owner};
use super::{Incomparable, MissingMonths, ReconciledRow, Verdict};

/// What rows are judged by.
pub(super) struct MatchContext<'a, 't> {
    pub(super) filter: &'t Filter,
    pub(super) invoices: &'a Invoices,
    pub(super) invoiced: &'t BTreeSet<Month>,
    pub(super) covered: &'t Covered<'a>,
    /// Months in which the report has rows.
    pub(super) reported: &'t BTreeSet<Month>,
    pub(super) tolerance: Decimal,
    /// Lines that may be of several partners.
    pub(super) anyones: &'t HashSet<usize>,
}

/// The totals of a customer's credit lines by month, each with its place in [`Invoices::totals`].
pub(super) type Applied<'i> = BTreeMap<Month, Vec<(usize, &'i CreditTotal)>>;

/// The credit lines that count of the customers that are shown, each with its month.
fn counting<'i>(
    filter: &Filter,
    invoices: &'i Invoices,
    billing: &Billing,
) -> impl Iterator<Item = (Month, usize, &'i CreditTotal)> {
    let totals = invoices.totals.iter().enumerate();
    let totals = totals.filter(|(_, total)| total.key.is_aco && filter.shows_customer(&total.key.customer));
    totals.filter_map(|(place, total)| Some((billing.month(&total.key)?, place, total)))
}

/// Customers of whose lines none names a partner: nothing tells the lines of its partners apart.
pub(super) fn without_partner<'i>(filter: &Filter, invoices: &'i Invoices, billing: &Billing) -> HashSet<&'i Id> {
    let all = || counting(filter, invoices, billing).map(|(_, _, total)| (&*total.key.customer, &total.key.partner));
    let mut nameless: HashSet<&Id> =
        all().filter(|(_, partner)| partner.is_none()).map(|(customer, _)| customer).collect();
    for (customer, _) in all().filter(|(_, partner)| partner.is_some()) {
        nameless.remove(customer);
    }
    nameless
}

/// The credit lines of each customer and partner, and those that may be of several partners, which stand with each and
/// with none. `together` are the customers whose partners are not told apart.
pub(super) fn applied<'a>(
    filter: &Filter,
    invoices: &'a Invoices,
    billing: &Billing,
    credits: &BTreeMap<Owner<'a>, CustomerCredit>,
    together: &HashSet<&Id>,
) -> (HashMap<Owner<'a>, Applied<'a>, RandomState>, HashSet<usize>) {
    let mut applied: HashMap<_, Applied<'_>, RandomState> = HashMap::default();
    let mut anyones = HashSet::new();
    for (month, place, total) in counting(filter, invoices, billing) {
        let (customer, partner) = (&*total.key.customer, total.key.partner.as_deref());
        let mut own = credits.range((customer, None)..).take_while(|((other, _), _)| *other == customer);
        let owners = if together.contains(customer) {
            vec![own.next().map_or((customer, None), |(owner, _)| *owner)]
        } else if partner.is_some() {
            vec![(customer, partner)]
        } else {
            let pricing = total.key.pricing.filter(|_| total.priced.is_some());
            let is_in = |currency| currency == total.key.currency || Some(currency) == pricing;
            let gives = |credit: &CustomerCredit| {
                credit.in_month(month).into_iter().any(|(currency, span)| span.gives() && is_in(currency))
            };
            let own: Vec<_> = own.collect();
            let givers: Vec<_> = own.iter().filter(|(_, credit)| gives(credit)).map(|(owner, _)| **owner).collect();
            let is_nothing = total.billed.is_zero() && total.priced.is_none_or(|priced| priced.is_zero());
            match givers[..] {
                [_] => givers,
                [] if own.len() == 1 => vec![*own[0].0],
                [] => vec![(customer, None)],
                _ if is_nothing => vec![(customer, None)],
                _ => {
                    anyones.insert(place);
                    std::iter::once((customer, None)).chain(givers).collect()
                }
            }
        };
        for owner in owners {
            applied.entry(owner).or_default().entry(month).or_default().push((place, total));
        }
    }
    (applied, anyones)
}

/// Rows to be, by currency and the last month that each covers.
type Drafts<'h> = BTreeMap<DraftKey, Draft<'h>>;
type DraftKey = (Currency, Month);

#[derive(Default)]
struct Draft<'h> {
    span: Option<&'h MonthSpan>,
    totals: Vec<usize>,
    /// Lines that may be its or another credit's.
    doubtful: Vec<usize>,
}

/// Compares what a customer was given with the lines of its invoices; the second is what cannot be compared.
pub(super) fn compare<'a>(
    owner: Owner<'a>,
    credit: &CustomerCredit,
    applied: &Applied<'_>,
    terms: &MatchContext<'a, '_>,
) -> Result<(Vec<ReconciledRow<'a>>, Vec<Incomparable<'a>>), Overflow> {
    let mut drafts = Drafts::new();
    for (currency, own) in &credit.spans {
        drafts.extend(own.iter().map(|span| ((*currency, span.to), Draft { span: Some(span), ..Draft::default() })));
    }
    let mut either: BTreeMap<[DraftKey; 2], Vec<usize>> = BTreeMap::new();
    for (month, totals) in applied {
        let in_month = credit.in_month(*month);
        let key = |currency| (currency, in_month.get(&currency).map_or(*month, |span| span.to));
        for (place, total) in totals {
            match currency_of(total, credit, &in_month) {
                (one, other) if terms.anyones.contains(place) => {
                    for currency in std::iter::once(one).chain(other) {
                        drafts.entry(key(currency)).or_default().doubtful.push(*place);
                    }
                }
                (currency, None) => drafts.entry(key(currency)).or_default().totals.push(*place),
                (billed, Some(priced)) => either.entry([key(billed), key(priced)]).or_default().push(*place),
            }
        }
    }
    let mut incomparable = Vec::new();
    for ((billed, month), Draft { doubtful, .. }) in drafts.iter().filter(|_| owner.1.is_none()) {
        let applied = money::sum(doubtful.iter().map(|place| terms.invoices.totals[*place].billed))?;
        let clash = Incomparable { customer: owner.0, month: *month, applied, billed: *billed, pricing: None };
        incomparable.extend((!doubtful.is_empty()).then_some(clash));
    }
    for (keys, places) in either {
        if let Some(key) = settled(&drafts, keys, &places, owner, terms)? {
            drafts.entry(key).or_default().totals.extend(places);
            continue;
        }
        let [(billed, month), (pricing, _)] = keys;
        let applied = money::sum(places.iter().map(|place| terms.invoices.totals[*place].billed))?;
        incomparable.push(Incomparable { customer: owner.0, month, applied, billed, pricing: Some(pricing) });
        for key in keys {
            drafts.entry(key).or_default().doubtful.extend(&places);
        }
    }
    let mut rows = Vec::new();
    for (key, draft) in &drafts {
        match apart(owner, *key, draft, applied, terms)? {
            Some(two) => rows.extend(two),
            None => rows.push(row(owner, *key, draft, terms)?),
        }
    }
    Ok((rows, incomparable))
}

/// Where a row's own month is open or not shown, what differs by the last that is neither, whatever came later, as a row
/// of that month; and the rest. A provisional row must not hide what a closed month's invoice applied.
fn apart<'a>(
    owner: Owner<'a>,
    (currency, month): DraftKey,
    draft: &Draft<'_>,
    applied: &Applied<'_>,
    terms: &MatchContext<'a, '_>,
) -> Result<Option<[ReconciledRow<'a>; 2]>, Overflow> {
    let Some((whole, early)) = draft.span.and_then(|span| Some((span, span.early.as_deref()?))) else {
        return Ok(None);
    };
    let by_then = applied.range(..=early.to).flat_map(|(_, totals)| totals).map(|(place, _)| *place);
    let by_then: HashSet<usize> = by_then.collect();
    let split = |places: &[usize]| places.iter().partition(|place| by_then.contains(place));
    let ((totals, later), (doubtful, later_doubtful)) = (split(&draft.totals), split(&draft.doubtful));
    let before = Draft { span: Some(early), totals, doubtful };
    let (_, _, (least, most)) = amounts(currency, &before, terms)?;
    // An invoice that is missing can only have applied more.
    let is_whole = || early.months().all(|month| terms.invoiced.contains(&month));
    // What later lines take back leaves nothing to look into.
    let later_lines = later.iter().filter_map(|place: &usize| terms.invoices.totals[*place].credit_in(currency));
    let taken_back = money::sum(later_lines)?.min(Decimal::ZERO);
    let exceeds = most < -terms.tolerance && money::subtract(most, taken_back)? < -terms.tolerance;
    let differs = exceeds || least > terms.tolerance && is_whole();
    if !differs || row(owner, (currency, month), draft, terms)?.verdict == Verdict::Matched {
        return Ok(None);
    }
    // What the closed months used up of later amounts is not there for later invoices.
    let beyond = if exceeds { early.unknown.1 } else { early.unknown.0 };
    let unknown = (whole.unknown.0.checked_sub(beyond)?, whole.unknown.1.checked_sub(beyond)?);
    let given = whole.given.map(|given| given.checked_sub(early.given.unwrap_or_default())).transpose()?;
    let rest = MonthSpan { given, unknown, ..whole.clone() };
    let rest = Draft { span: Some(&rest), totals: later, doubtful: later_doubtful };
    Ok(Some([row(owner, (currency, early.to), &before, terms)?, row(owner, (currency, month), &rest, terms)?]))
}

/// Of two credits the one that lines belong to: with all of them both agree.
fn settled(
    drafts: &Drafts<'_>,
    [billed, priced]: [DraftKey; 2],
    places: &[usize],
    owner: Owner<'_>,
    terms: &MatchContext<'_, '_>,
) -> Result<Option<DraftKey>, Overflow> {
    for (with, without) in [(priced, billed), (billed, priced)] {
        let matches = |key, places: &[usize]| {
            let draft: Option<&Draft<'_>> = drafts.get(&key);
            let totals = draft.map_or(&[][..], |draft| &draft.totals).iter().chain(places).copied().collect();
            let doubtful = draft.map_or_else(Vec::new, |draft| draft.doubtful.clone());
            let draft = Draft { span: draft.and_then(|draft| draft.span), totals, doubtful };
            Ok::<_, Overflow>(row(owner, key, &draft, terms)?.verdict == Verdict::Matched)
        };
        if matches(with, places)? && matches(without, &[])? {
            return Ok(Some(with));
        }
    }
    Ok(None)
}

/// The currency of the credit that lines belong to, or that they are billed in if they belong to none; and a second one if
/// they may belong to the credit in that.
///
/// Credits that gave something in the month come first, then all of the month, then all there ever were.
fn currency_of(
    total: &CreditTotal,
    credit: &CustomerCredit,
    in_month: &BTreeMap<Currency, &MonthSpan>,
) -> (Currency, Option<Currency>) {
    let (billed, pricing) = (total.key.currency, total.key.pricing.filter(|_| total.priced.is_some()));
    let gives = |currency: &Currency| in_month.get(currency).is_some_and(|span| span.gives());
    let is_of_month = |currency: &Currency| in_month.contains_key(currency);
    let is_known = |currency: &Currency| credit.currencies.contains(currency);
    let candidates: [&dyn Fn(&Currency) -> bool; 3] = [&gives, &is_of_month, &is_known];
    let found = candidates.into_iter().find_map(|is_candidate| {
        let other = pricing.filter(|pricing| *pricing != billed && is_candidate(pricing));
        if is_candidate(&billed) { Some((billed, other)) } else { other.map(|other| (other, None)) }
    });
    found.unwrap_or((billed, None))
}

fn row<'a>(
    (customer, partner): Owner<'a>,
    (currency, month): DraftKey,
    draft: &Draft<'_>,
    terms: &MatchContext<'a, '_>,
) -> Result<ReconciledRow<'a>, Overflow> {
    let (given, applied, (least, most)) = amounts(currency, draft, terms)?;
    let known = money::subtract(given.unwrap_or_default(), applied.unwrap_or_default())?;
    let difference = match (least > Decimal::ZERO, most < Decimal::ZERO) {
        (true, _) => least,
        (_, true) => most,
        _ if least == most => least,
        _ => known,
    };
    // Lines that may be of several credits stand behind one row only.
    let is_here = |place: &&usize| {
        let is_partners = partner.is_some() && terms.anyones.contains(place);
        terms.invoices.totals[**place].key.currency == currency && !is_partners
    };
    let doubtful: Vec<usize> = draft.doubtful.iter().filter(is_here).copied().collect();
    let behind = draft.totals.iter().chain(&doubtful);
    let lines = behind.map(|place| terms.invoices.totals[*place].lines).sum();
    let missing = missing(month, partner, draft, terms);
    let verdict = if terms.filter.period(month) == Period::Open {
        Verdict::Open
    } else if !missing.invoices.is_empty() || draft.span.is_none() && !missing.is_empty() {
        Verdict::Unknown
    } else {
        verdict(draft, (least, most), terms.tolerance)
    };
    let is_known = verdict.is_compared() || verdict == Verdict::Open && missing.is_empty() && draft.doubtful.is_empty();
    Ok(ReconciledRow {
        customer,
        partner,
        month,
        since: draft.span.map_or(month, |span| span.from),
        currency,
        given,
        applied,
        difference: is_known.then_some(difference),
        verdict,
        lines,
        totals: draft.totals.clone(),
        doubtful,
        late: None,
        missing,
    })
}

/// What is known to be given and applied of a row, and the least and the most that they differ by.
type Compared = (Option<Decimal>, Option<Decimal>, (Decimal, Decimal));

fn amounts(currency: Currency, draft: &Draft<'_>, terms: &MatchContext<'_, '_>) -> Result<Compared, Overflow> {
    let amount = |place: &usize| terms.invoices.totals[*place].credit_in(currency);
    let applied = (!draft.totals.is_empty()).then(|| money::sum(draft.totals.iter().filter_map(amount))).transpose()?;
    let given = draft.span.and_then(|span| span.given).map(Sum::value).transpose()?;
    let known = money::subtract(given.unwrap_or_default(), applied.unwrap_or_default())?;
    Ok((given, applied, reach(draft, known, draft.doubtful.iter().filter_map(amount))?))
}

/// The least and the most that a difference is, with what may have been given or applied besides.
fn reach(
    draft: &Draft<'_>,
    difference: Decimal,
    doubtful: impl Iterator<Item = Decimal>,
) -> Result<(Decimal, Decimal), Overflow> {
    let (least, most) = draft.span.map(|span| span.unknown).unwrap_or_default();
    let (mut least, mut most) = (money::add(difference, least.value()?)?, money::add(difference, most.value()?)?);
    for applied in doubtful {
        least = money::subtract(least, applied.max(Decimal::ZERO))?;
        most = money::subtract(most, applied.min(Decimal::ZERO))?;
    }
    Ok((least, most))
}

fn verdict(draft: &Draft<'_>, (least, most): (Decimal, Decimal), tolerance: Decimal) -> Verdict {
    let has_lines = !draft.totals.is_empty() || !draft.doubtful.is_empty();
    if least >= -tolerance && most <= tolerance {
        Verdict::Matched
    } else if least <= tolerance && most >= -tolerance {
        if draft.doubtful.is_empty() { Verdict::Unknown } else { Verdict::NotComparable }
    } else if !has_lines {
        Verdict::BalanceOnly
    } else if draft.span.is_none() {
        Verdict::InvoiceOnly
    } else {
        Verdict::Mismatched
    }
}

/// What is missing to compare a row.
fn missing(month: Month, partner: Option<&Id>, draft: &Draft<'_>, terms: &MatchContext<'_, '_>) -> MissingMonths {
    if let Some(span) = draft.span {
        let invoices = span.months().filter(|month| !terms.invoiced.contains(month)).collect();
        return MissingMonths { reports: span.missing_reports.clone(), invoices };
    }
    let is_reported =
        partner.map_or_else(|| terms.reported.contains(&month), |partner| terms.covered.has(partner, month));
    let has_lines = !draft.totals.is_empty() || !draft.doubtful.is_empty();
    let reports = (has_lines && !is_reported).then_some(month).into_iter().collect();
    MissingMonths { reports, ..MissingMonths::default() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::reconcile::{AgreementCount, MonthOf, reconcile};
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

    /// What comes of rows and lines, with a tolerance of 0.05.
    fn found<T>(rows: &[&str], lines: &[&str], of: impl Fn(&[ReconciledRow<'_>]) -> T) -> T {
        let (ledger, invoices) = (ledger(&[rows]), invoices(lines));
        let filter = Filter::everything("2024-12-15".parse().unwrap());
        let billing = Billing::new(&invoices, &[] as &[MonthOf], false);
        of(&reconcile(&ledger, &filter, &invoices, &billing, Decimal::new(5, 2), 1).unwrap().rows)
    }

    /// The first month, the month, given, applied and the verdict of each row.
    fn reconciled(rows: &[&str], lines: &[&str]) -> Vec<String> {
        let amount = |amount: Option<Decimal>| amount.map_or("-".to_owned(), |amount| amount.to_string());
        let text = |row: &ReconciledRow<'_>| {
            let (given, applied) = (amount(row.given), amount(row.applied));
            format!("{} {} {} {given} {applied} {}", row.since, row.month, row.currency, row.verdict.as_str())
        };
        found(rows, lines, |rows| rows.iter().map(text).collect())
    }

    #[test]
    fn a_customer_counts_once_and_differences_do_not_hide_each_other() {
        let rows = [
            "a 2024-01 5 Active 95 2024-01-01 -",
            "b 2024-01 15 Active 85 2024-01-01 -",
            "b 2024-02 15 Active 85 2024-01-01 -",
            "c 2024-01 70 Active 930 2023-06-01 -",
        ];
        let lines = ["a 2024-01 USD 5", "b 2024-01 USD 10", "b 2024-02 USD 3", "c 2024-01 USD 70"];
        let count = found(&rows, &lines, |rows| AgreementCount::new(rows).unwrap());
        assert_eq!((count.agreeing, count.differing, count.undecided), (1, 1, 1));
        assert_eq!(
            count.differences.iter().map(|(_, amount)| *amount).collect::<Vec<_>>(),
            [-Decimal::from(3), Decimal::from(5)]
        );
    }

    const JANUARY: &str = "c 2024-01 70 Active 930 2024-01-01 -";

    #[test]
    fn lines_that_may_be_of_two_credits_are_the_ones_with_which_both_agree() {
        let rows = [JANUARY, "c 2024-01 30 Active 970 2024-01-01 - EUR"];
        let euros = "c 2024-01 EUR 30 EUR 30";
        let both = ["2024-01 2024-01 EUR 30 30 matched", "2024-01 2024-01 USD 70 70 matched"];
        assert_eq!(reconciled(&rows, &[euros, "c 2024-01 EUR 65 USD 70"]), both);
        assert_eq!(reconciled(&rows, &["c 2024-01 USD 70 USD 70", "c 2024-01 EUR 30 USD 33"]), both);
        // Neither: what is in doubt reaches as far as the lines do.
        let doubtful = ["2024-01 2024-01 EUR 30 - not-comparable", "2024-01 2024-01 USD 70 - not-comparable"];
        assert_eq!(reconciled(&rows, &["c 2024-01 EUR 65 USD 72"]), doubtful);
        let beyond = ["2024-01 2024-01 EUR 30 - not-comparable", "2024-01 2024-01 USD 70 - mismatched"];
        assert_eq!(reconciled(&rows, &["c 2024-01 EUR 40 USD 43"]), beyond);
    }
}
