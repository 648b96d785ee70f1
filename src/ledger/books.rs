//! The ledger: all credits of the files read.

use std::ops::Range;

use rust_decimal::Decimal;

use crate::model::{Id, Identity, Key, Month, Place, Report, Row, Status};

use super::credit::Credit;
use super::downloads::{Downloads, FileOrder};
use super::findings::Findings;
use super::identities::Partners;
use super::listing::Listing;
use super::renamed;
use super::row::{PartRows, RowRef};
use super::settle::{self, Part, SortedRows};
use super::spellings;
use super::tables::{Tables, TooManyRows};
use super::timeline::Timeline;

/// The credits of all files read.
#[derive(Debug)]
pub struct Ledger {
    files: Vec<String>,
    rows_read: usize,
    downloads: Downloads,
    tables: Tables,
    partners: Partners,
    /// The earliest month of each partner.
    first_months: Vec<Option<u16>>,
    parts: Vec<Part>,
    /// The numbers of each part's first identity and first customer.
    first_numbers: Vec<(u32, u32)>,
    /// Grouped by customer.
    credits: Vec<Credit>,
    last_month: Option<Month>,
    findings: Findings,
}

/// How the rows of several files become one ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Which of two files is the newer one.
    pub order: FileOrder,
    /// The last month that counts: that of the day that is looked back to. Rows of later months are left out.
    pub until: Option<Month>,
}

impl Ledger {
    /// Puts the rows of a report together, on so many threads.
    pub fn build(mut report: Report, rules: Rules, threads: usize) -> Result<Self, TooManyRows> {
        // A file's age is that of all its rows, also of those that are left out.
        let downloads = Downloads::new(&report, rules.order);
        let later = rules.until.map(|until| report.leave_out_after(until)).unwrap_or_default();
        spellings::unify(&mut report, &downloads);
        let renamed = renamed::unify(&mut report);
        let (tables, renumberings) = Tables::new(&report)?;
        let partners = Partners::new(&report);
        let rows_read = report.count();
        let SortedRows { parts, credits, last_month, findings } =
            settle::sort_into_credits(&mut report, (&tables, &renumberings), (&downloads, &partners), threads.max(1));
        let mut first_months = vec![None; partners.known.len()];
        for (credit, month) in &credits {
            let first = &mut first_months[parts[credit.part as usize].identities.partner(credit.identity) as usize];
            *first = Some(first.map_or(*month, |first: u16| first.min(*month)));
        }
        let first_numbers = first_numbers(&parts).ok_or(TooManyRows)?;
        Ok(Self {
            files: report.files,
            rows_read,
            downloads,
            partners,
            first_months,
            parts,
            first_numbers,
            credits: credits.into_iter().map(|(credit, _)| credit).collect(),
            last_month: last_month.map(|month| tables.months[usize::from(month)]),
            tables,
            findings: Findings { renamed, later, ..findings },
        })
    }

    /// The files' names as given, in the order of the command line.
    #[must_use]
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// How many rows were read, also those that do not count.
    #[must_use]
    pub fn rows_read(&self) -> usize {
        self.rows_read
    }

    /// All months that rows are of, in order.
    #[must_use]
    pub fn months(&self) -> &[Month] {
        &self.tables.months
    }

    /// All statuses that rows have.
    #[must_use]
    pub fn statuses(&self) -> &[Status] {
        &self.tables.statuses
    }

    /// All credits, those of one customer next to each other.
    #[must_use]
    pub fn credits(&self) -> &[Credit] {
        &self.credits
    }

    /// Stretches of [`Ledger::credits`], about `count` of them, none of which parts the credits of a customer.
    #[must_use]
    pub fn stretches(&self, count: usize) -> Vec<Range<usize>> {
        let size = self.credits.len().div_ceil(count.max(1)).max(1);
        let mut stretches = Vec::new();
        let mut start = 0;
        while start < self.credits.len() {
            let mut end = (start + size).min(self.credits.len());
            while end < self.credits.len() && self.customer(&self.credits[end]) == self.customer(&self.credits[end - 1])
            {
                end += 1;
            }
            stretches.push(start..end);
            start = end;
        }
        stretches
    }

    /// The indices into [`Ledger::credits`] in the order of identity, then first day.
    #[must_use]
    pub fn sorted(&self) -> Vec<usize> {
        let ranks = self.partners.ranks();
        // What most credits can be sorted by without a look at their identities.
        let key =
            |credit: &Credit| (ranks[self.partner(credit) as usize], self.identity(credit).customer.sort_prefix());
        let mut places: Vec<((u32, u64), usize)> = self.credits.iter().map(key).zip(0..).collect();
        let whole = |place: usize| {
            let credit = &self.credits[place];
            (self.identity(credit), credit.tranche)
        };
        places.sort_unstable_by(|(a, at), (b, other)| a.cmp(b).then_with(|| whole(*at).cmp(&whole(*other))));
        places.into_iter().map(|(_, place)| place).collect()
    }

    /// Whose credit it is.
    #[must_use]
    pub fn identity(&self, credit: &Credit) -> &Identity {
        let part = &self.parts[credit.part as usize];
        part.identities.identity(&part.keys, credit.identity)
    }

    /// The number of a credit's identity: the same for all its tranches.
    #[must_use]
    pub fn identity_number(&self, credit: &Credit) -> u32 {
        self.first_numbers[credit.part as usize].0 + credit.identity
    }

    /// The number of a credit's customer: the same for all credits of one customer id.
    #[must_use]
    pub fn customer(&self, credit: &Credit) -> u32 {
        let identities = &self.parts[credit.part as usize].identities;
        self.first_numbers[credit.part as usize].1 + identities.customer(credit.identity)
    }

    fn partner(&self, credit: &Credit) -> u32 {
        self.parts[credit.part as usize].identities.partner(credit.identity)
    }

    /// The earliest month that the input covers for a credit's partner.
    #[must_use]
    pub fn first_month_of_partner(&self, credit: &Credit) -> Month {
        match self.first_months[self.partner(credit) as usize] {
            Some(month) => self.tables.months[usize::from(month)],
            None => unreachable!("a credit without rows"),
        }
    }

    /// The months of a credit, with what was given in each.
    #[must_use]
    pub fn timeline<'l>(&'l self, credit: &Credit) -> Timeline<'l> {
        Timeline::new(self.part(credit.part), self.rows_of(credit), self.first_month_of_partner(credit))
    }

    fn rows_of(&self, credit: &Credit) -> &[Row] {
        credit.rows.of(&self.parts[credit.part as usize].chunks)
    }

    /// The months that each partner's rows cover, in order.
    pub fn covered(&self) -> impl Iterator<Item = (&Id, Vec<Month>)> {
        let months = self.months();
        let mut seen = vec![vec![false; months.len()]; self.partners.known.len()];
        for credit in &self.credits {
            let seen = &mut seen[self.partner(credit) as usize];
            self.rows_of(credit).iter().for_each(|row| seen[usize::from(row.month)] = true);
        }
        let months_of = |seen: Vec<bool>| months.iter().zip(seen).filter(|(_, seen)| *seen).map(|(month, _)| *month);
        self.partners.known.iter().zip(seen).map(move |(partner, seen)| (&**partner, months_of(seen).collect()))
    }

    /// What putting the rows together brought to light.
    #[must_use]
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// Which files are newer than which.
    #[must_use]
    pub fn downloads(&self) -> &Downloads {
        &self.downloads
    }

    /// The last month of the newest download, be it one that is left out. It may have been open when it was downloaded.
    #[must_use]
    pub fn last_month_of_newest(&self) -> Option<Month> {
        self.downloads.last_month_of_newest().or_else(|| {
            let later = self.findings.later.iter().map(|(month, _)| *month);
            later.chain(self.last_month).max()
        })
    }

    /// The rows of a credit, by month.
    pub fn rows(&self, credit: &Credit) -> impl Iterator<Item = RowRef> {
        self.rows_of(credit).iter().map(|row| self.part(credit.part).reference(*row))
    }

    /// The rows of some credits, which come in the order of [`Ledger::credits`], in the order of the files.
    #[must_use]
    pub fn listing<'l>(&'l self, credits: impl Iterator<Item = &'l Credit>) -> Listing<'l> {
        Listing::new(&self.parts, credits, self.rows_read)
    }

    /// Where a row stands in the input.
    #[must_use]
    pub fn place(&self, row: RowRef) -> Place {
        self.tables.place(&row.row)
    }

    /// The columns of a row that rarely change.
    #[must_use]
    pub fn key(&self, row: RowRef) -> &Key {
        self.part(row.part).key(&row.row)
    }

    /// The month of a row.
    #[must_use]
    pub fn month(&self, row: RowRef) -> Month {
        self.tables.month(&row.row)
    }

    /// The status of a row.
    #[must_use]
    pub fn status(&self, row: RowRef) -> &Status {
        self.tables.status(&row.row)
    }

    /// CreditAmount of a row.
    #[must_use]
    pub fn credit_amount(&self, row: RowRef) -> Decimal {
        self.part(row.part).credit_amount(&row.row)
    }

    /// BalanceAmount of a row.
    #[must_use]
    pub fn balance_amount(&self, row: RowRef) -> Decimal {
        self.part(row.part).balance_amount(&row.row)
    }

    #[inline]
    fn part(&self, number: u32) -> PartRows<'_> {
        PartRows { tables: &self.tables, part: number, keys: &self.parts[number as usize].keys }
    }
}

/// The numbers of each part's first identity and first customer; `None` if there are more than can be numbered.
fn first_numbers(parts: &[Part]) -> Option<Vec<(u32, u32)>> {
    let mut next = (0_u32, 0_u32);
    let mut first_numbers = Vec::with_capacity(parts.len());
    for Part { identities, .. } in parts {
        first_numbers.push(next);
        let count = u32::try_from(identities.count()).ok()?;
        next = (next.0.checked_add(count)?, next.1.checked_add(identities.customer_count)?);
    }
    Some(first_numbers)
}
