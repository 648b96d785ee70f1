//! Arguments that say what to show, and matching them with what there is.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

use anyhow::bail;
use chrono::{Local, NaiveDate};
use clap::Args;

use crate::analysis::filter::{Filter, same_word};
use crate::analysis::sql::QueryFilter;
use crate::input::value::{Clue, Clues, date};
use crate::ledger::Ledger;
use crate::model::{Currency, DateOrder, Id, Identity, Invoices, Message, Month, Names, Status, Visible};

use super::months::TypedMonths;
use super::{Count, Stdio, joined, joined_or_ends};

/// What to show. Credit given is computed on all months first.
#[derive(Debug, Args)]
#[command(next_help_heading = "What to show (several by commas; credit given is computed on all months first)")]
pub(super) struct FilterArgs {
    /// Credits of a customer: an id, the start of one, or part of a name
    #[arg(long, value_name = "ID")]
    customer: Vec<String>,

    /// Credits of an agreement: an id or the start of one
    #[arg(long, value_name = "ID", hide_short_help = true)]
    agreement: Vec<String>,

    /// Credits of a partner: an id or the start of one
    #[arg(long, value_name = "ID", hide_short_help = true)]
    partner: Vec<String>,

    /// Credits in a currency, such as USD
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = currency)]
    currency: Vec<Currency>,

    /// Months with a status: active, expired or another word of the report
    #[arg(long, value_name = "STATUS", value_delimiter = ',')]
    status: Vec<String>,

    /// Months, as in 2022-07, Jul-22, 2022-Q3, 2022 or 2022-07..2022-09; `last` is the last closed one,
    /// `latest` the latest
    #[arg(long, value_name = "MONTH", value_delimiter = ',')]
    month: Vec<TypedMonths>,

    /// This month and later ones
    #[arg(long, value_name = "MONTH")]
    from: Option<TypedMonths>,

    /// This month and earlier ones
    #[arg(long, value_name = "MONTH")]
    to: Option<TypedMonths>,

    /// Closed months only: the figures of the open month may still change
    #[arg(long)]
    closed: bool,

    /// The day to look back to, as in 2022-08-09: later months are left out [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) as_of: Option<NaiveDate>,

    /// Years and quarters are those of years that begin with this month, as in 7 [env: `ACO_FISCAL_YEAR`]
    #[arg(long, value_name = "MONTH", value_parser = month_of_year, hide_short_help = true)]
    fiscal_year_from: Option<u32>,
}

const FISCAL_YEAR: &str = "ACO_FISCAL_YEAR";

fn month_of_year(text: &str) -> Result<u32, &'static str> {
    let month = text.trim().parse().ok().filter(|month| (1..=12).contains(month));
    month.ok_or("expected the number of a month, 1 to 12, such as `7` for July")
}

/// A day as people type it, if it can be read in one way only.
pub(super) fn day(text: &str) -> Result<NaiveDate, &'static str> {
    let read = date::read_date(text, DateOrder::default()).filter(|(_, clues)| !clues.contains(Clue::AmbiguousOrder));
    read.and_then(|(day, _)| day).ok_or("expected a day such as `2022-08-09` or `09.08.2022`")
}

/// A month in any spelling. A spreadsheet writes a day for it, the first, in its own order.
pub(super) fn month_of(text: &str) -> Option<Month> {
    let orders = [(DateOrder::MonthFirst, Clue::FirstDayIfDayFirst), (DateOrder::DayFirst, Clue::FirstDayIfMonthFirst)];
    let read = |(order, against)| {
        let is_meant =
            |clues: Clues| !(clues.contains(against) || clues.contains(Clue::NoFirstDay) && clues.is_about_order());
        date::read_month(text, order).filter(|(_, clues)| is_meant(*clues))
    };
    orders.into_iter().find_map(read).map(|(month, _)| month)
}

fn currency(text: &str) -> Result<Currency, String> {
    Currency::parse(text).ok_or_else(|| "expected a currency code such as `USD`".to_owned())
}

impl FilterArgs {
    /// The first and the last month to show.
    fn range(
        &self,
        find: impl Fn(TypedMonths) -> Result<RangeInclusive<Month>, Message>,
    ) -> anyhow::Result<(Option<Month>, Option<Month>)> {
        let from = self.from.map(|typed| find(typed).map(|months| *months.start())).transpose()?;
        let to = self.to.map(|typed| find(typed).map(|months| *months.end())).transpose()?;
        match (from, to) {
            (Some(from), Some(to)) if from > to => bail!("--from {from} lies after --to {to}"),
            range => Ok(range),
        }
    }

    /// The month that years begin with.
    pub(super) fn year_from(&self) -> Result<u32, Message> {
        let set = std::env::var(FISCAL_YEAR).ok().filter(|set| self.fiscal_year_from.is_none() && !set.is_empty());
        let month = set.map_or(Ok(self.fiscal_year_from.unwrap_or(1)), |set| month_of_year(&set));
        month.map_err(|expected| Message::error(format!("{FISCAL_YEAR}: {expected}")))
    }

    /// The filters in use, as typed.
    pub(super) fn described(&self) -> Vec<String> {
        let texts = [
            ("customer", &self.customer),
            ("agreement", &self.agreement),
            ("partner", &self.partner),
            ("status", &self.status),
        ];
        let mut used: Vec<String> =
            texts.iter().flat_map(|(name, values)| values.iter().map(move |value| format!("{name} {value}"))).collect();
        used.extend(self.currency.iter().map(|currency| format!("currency {currency}")));
        used.extend(self.month.iter().map(|month| format!("month {month}")));
        used.extend(self.from.map(|month| format!("{month} and later")));
        used.extend(self.to.map(|month| format!("{month} and earlier")));
        used.extend(self.closed.then(|| "closed months".to_owned()));
        used
    }

    /// The filters as typed, for a query: which ids there are only shows when it runs.
    pub(super) fn query_filter(&self) -> anyhow::Result<QueryFilter> {
        let ids = [("customer", &self.customer), ("agreement", &self.agreement), ("partner", &self.partner)];
        if let Some((noun, _)) = ids.iter().find(|(_, texts)| pieces(texts).iter().any(|text| text.trim().is_empty())) {
            let message = Message::error(format!("--{noun} is empty"));
            return Err(message.hint("give an id, or the start of one").into());
        }
        let year_from = self.year_from()?;
        let fixed = |typed: TypedMonths| typed.fixed_months(year_from);
        let (from, to) = self.range(fixed)?;
        Ok(QueryFilter {
            customers: pieces(&self.customer),
            agreements: pieces(&self.agreement),
            partners: pieces(&self.partner),
            currencies: self.currency.clone(),
            statuses: self.status.clone(),
            months: self.month.iter().copied().map(fixed).collect::<Result<_, _>>()?,
            from,
            to,
            closed: self.closed,
        })
    }

    /// The filter for ledgers, one of which must know each id: one that names nothing is a slip, which must not look
    /// like no credit. Invoices add their customers; their lines name no agreement and no status.
    pub(super) fn filter(
        &self,
        ledgers: &[&Ledger],
        invoices: Option<&Invoices>,
        names: &Names,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<Filter> {
        if invoices.is_some() && !(self.agreement.is_empty() && self.status.is_empty()) {
            bail!("invoice lines name no agreement and no status: --agreement and --status cannot be used here");
        }
        let identities = || {
            let all = ledgers.iter().copied();
            all.flat_map(|ledger| ledger.credits().iter().map(move |credit| ledger.identity(credit)))
        };
        let totals = invoices.iter().flat_map(|invoices| &invoices.totals);
        let customers: BTreeSet<&Id> = totals.map(|total| &*total.key.customer).collect();
        let mut ids = |wanted: &[String], noun, id: fn(&Identity) -> &Id| -> anyhow::Result<Option<BTreeSet<Id>>> {
            if wanted.is_empty() {
                return Ok(None);
            }
            let mut known: BTreeSet<&Id> = identities().map(id).collect();
            let names = if noun == CUSTOMER { Some(names) } else { None };
            if noun == CUSTOMER {
                known.extend(&customers);
            }
            let mut ids = BTreeSet::new();
            for text in wanted {
                ids.extend(each_named(text, noun, &known, names, stdio)?);
            }
            Ok(Some(ids))
        };
        let everything = Filter::everything(self.as_of.unwrap_or_else(|| Local::now().date_naive()));
        let by_day = Filter { year_from: self.year_from()?, ..everything };
        let find = |typed: TypedMonths| typed.find(ledgers, &by_day);
        let (from, to) = self.range(find)?;
        let months: Vec<RangeInclusive<Month>> = self.month.iter().copied().map(find).collect::<Result<_, _>>()?;
        if customers.is_empty() {
            let known = || ledgers.iter().flat_map(|ledger| ledger.months()).copied().collect();
            each_is_known("record is of", self.month.iter().zip(months.clone()), known)?;
            let currencies = self.currency.iter().map(|currency| (currency, *currency..=*currency));
            each_is_known("credit is in", currencies, || identities().map(|identity| identity.currency).collect())?;
        }
        Ok(Filter {
            statuses: self.status.iter().map(|text| status(text, ledgers)).collect::<anyhow::Result<_>>()?,
            customers: ids(&self.customer, CUSTOMER, |identity| &identity.customer)?,
            agreements: ids(&self.agreement, "agreement", |identity| &identity.agreement)?,
            partners: ids(&self.partner, "partner", |identity| &identity.partner)?,
            currencies: self.currency.clone(),
            months,
            from,
            to,
            closed: self.closed,
            ..by_day
        })
    }
}

/// A value that no file has is a slip, and must not look like no credit.
fn each_is_known<T: Ord + Display>(
    what: &str,
    wanted: impl Iterator<Item = (impl Display, RangeInclusive<T>)>,
    known: impl FnOnce() -> BTreeSet<T>,
) -> anyhow::Result<()> {
    // What the files have takes a walk through all credits.
    let mut wanted = wanted.peekable();
    if wanted.peek().is_none() {
        return Ok(());
    }
    let known = known();
    match wanted.find_map(|(typed, wanted)| known.range(wanted).next().is_none().then_some(typed)) {
        Some(unknown) if !known.is_empty() => {
            let known: Vec<T> = known.into_iter().collect();
            let hint = format!("the files have {}", joined_or_ends(&known, MOST_SHOWN));
            Err(Message::error(format!("no {what} `{unknown}`")).hint(hint).into())
        }
        _ => Ok(()),
    }
}

/// Most values that a hint lists one by one.
const MOST_SHOWN: usize = 8;

/// A status that there can be: one of the two that there always are, or a word of the files.
fn status(text: &str, ledgers: &[&Ledger]) -> anyhow::Result<Status> {
    let status = Status::parse(text);
    let known: BTreeSet<&Status> = ledgers.iter().flat_map(|ledger| ledger.statuses()).collect();
    let is_known = known.is_empty() || known.iter().any(|known| same_word(known, &status));
    if matches!(status, Status::Other(_)) && !is_known {
        let unknown = format!("no record has the status `{}`", Visible(text));
        return Err(Message::error(unknown).hint(format!("the files have {}", joined(known))).into());
    }
    Ok(status)
}

const CUSTOMER: &str = "customer";

/// The values that commas part.
fn pieces(texts: &[String]) -> Vec<String> {
    texts.iter().flat_map(|text| text.split(',')).map(str::to_owned).collect()
}

/// The ids that a text names, or its pieces between commas do. A name with a comma is meant as it stands.
fn each_named(
    text: &str,
    noun: &str,
    known: &BTreeSet<&Id>,
    names: Option<&Names>,
    stdio: &mut Stdio<'_>,
) -> anyhow::Result<Vec<Id>> {
    let is_whole = !text.contains(',') || named(text, noun, known, names).is_ok();
    let texts: Vec<&str> = if is_whole { vec![text] } else { text.split(',').collect() };
    let mut all = Vec::new();
    for text in texts {
        let ids = named(text, noun, known, names)?;
        note_ambiguity(text, &ids, known, names, stdio);
        all.extend(ids.into_iter().cloned());
    }
    Ok(all)
}

/// Says which customers a part of a name means, if they are several, and which an id keeps it from meaning.
fn note_ambiguity(text: &str, ids: &[&Id], known: &BTreeSet<&Id>, names: Option<&Names>, stdio: &mut Stdio<'_>) {
    let Some(names) = names else { return };
    let shown = |ids: &[&Id]| {
        some_of(ids, MOST_SHOWN, |id| names.get(id).map_or_else(|| id.to_string(), |name| Visible(name).to_string()))
    };
    let text = text.trim();
    if ids.len() > 1 {
        let message =
            Message::note(format!("{} match `{}`: {}", Count(ids.len(), CUSTOMER), Visible(text), shown(ids)));
        stdio.say(&message.hint("a whole name, or an id, means one of them"));
        return;
    }
    let is_whole = ids.iter().any(|id| id.as_str().eq_ignore_ascii_case(text));
    let others: Vec<&Id> =
        names.named(text, known.iter().copied()).into_iter().filter(|id| !ids.contains(id)).collect();
    if !is_whole && !others.is_empty() {
        let message = format!(
            "`{}` begins the id of {}, and is not taken for part of {}",
            Visible(text),
            shown(ids),
            shown(&others)
        );
        stdio.say(&Message::note(message));
    }
}

/// The first of some ids, and how many others there are.
fn some_of(ids: &[&Id], most: usize, shown: impl Fn(&Id) -> String) -> String {
    let (first, rest) = ids.split_at(ids.len().min(most));
    let mut all: Vec<String> = first.iter().map(|id| shown(id)).collect();
    all.extend((!rest.is_empty()).then(|| Count(rest.len(), "other").to_string()));
    joined(&all)
}

/// The ids that a text names: one in full, or one by its whole name or its start, or all whose names contain it.
fn named<'i>(text: &str, noun: &str, known: &BTreeSet<&'i Id>, names: Option<&Names>) -> anyhow::Result<Vec<&'i Id>> {
    if text.trim().is_empty() {
        return Err(Message::error(format!("--{noun} is empty")).hint("give an id, or the start of one").into());
    }
    if let Some(id) = Id::parse(text)
        && let Some(known) = known.get(&id)
    {
        return Ok(vec![known]);
    }
    let start = text.trim().to_lowercase();
    let by_name = names.map(|names| names.named(text, known.iter().copied())).unwrap_or_default();
    let is_whole =
        |id: &&Id| names.and_then(|names| names.get(id)).is_some_and(|name| name.to_lowercase().trim() == start);
    if by_name.iter().any(is_whole) {
        return Ok(by_name);
    }
    let starts: Vec<&Id> = known.iter().copied().filter(|id| id.as_str().to_lowercase().starts_with(&start)).collect();
    match (starts.len(), names.is_none_or(Names::is_empty)) {
        (1, _) => Ok(starts),
        (0, _) if !by_name.is_empty() => Ok(by_name),
        (0, true) => {
            let message = Message::error(format!("no {noun} id is or begins with `{}`", Visible(text)));
            let hint = (noun == CUSTOMER).then(|| "to find a customer by name, give --names FILE".to_owned());
            Err(Message { hint, ..message }.into())
        }
        (0, false) => {
            let text = format!("no {noun} id is or begins with `{}`, and no name contains it", Visible(text));
            let near = names.map(|names| names.nearest(&start, known.iter().copied())).unwrap_or_default();
            let near: Vec<String> = near.iter().take(3).map(|name| format!("`{}`", Visible(name))).collect();
            let hint = (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")));
            Err(Message { hint, ..Message::error(text) }.into())
        }
        _ => {
            let shown = some_of(&starts, 5, Id::to_string);
            let several = format!("`{}` begins several {noun} ids: {shown}", Visible(text));
            Err(Message::error(several).hint("give more of it").into())
        }
    }
}
