//! The ledger: all credits of the files read.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::model::{Id, Identity, Key, Month, Overflow, Partition, Place, Report, Row, Status};

use super::credits::Sorter;
use super::downloads::{Coverage, Downloads, FileOrder};
use super::life::{End, Life};
use super::moved::{self, Moved};
use super::names::{Renamed, unify_names, unify_spellings};
use super::part::{Credit, Found, Listing, Part, RowRef};
use super::tables::{self, Partners, Tables, TooManyRows};
use super::timeline::{Entry, Timeline};

/// The credits of all files read.
#[derive(Debug, Default)]
pub struct Ledger {
    files: Vec<String>,
    rows_read: usize,
    downloads: Downloads,
    tables: Tables,
    partners: Partners,
    coverage: Coverage,
    parts: Vec<Part>,
    /// The numbers of each part's first identity and first customer.
    first_numbers: Vec<(u32, u32)>,
    /// By customer, as they lie in memory: sums by customer and all else that needs no order take them so.
    credits: Vec<Credit>,
    /// The credits that other partners have too, by part, identity and tranche.
    moved: HashMap<(u32, u32, Option<NaiveDate>), Moved>,
    findings: Findings,
}

/// What putting rows together brought to light.
#[derive(Debug, Default)]
pub struct Findings {
    /// In the order of the files.
    pub rows: Vec<Found>,
    /// Credits that have another name from a month on, and count as one.
    pub renamed: Vec<Renamed>,
    /// How many rows of which months the day that is looked back to leaves out.
    pub later: Vec<(Month, usize)>,
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
    /// Puts the rows of a report together, on so many threads: how many are worth it depends on the rows read, which the
    /// caller knows, and all that is computed from the ledger takes as many.
    pub fn build(mut report: Report, rules: Rules, threads: usize) -> Result<Self, TooManyRows> {
        let partners = Partners::new(&report);
        // A file's age is that of all its rows, also of those that are left out.
        let months = tables::months(&report);
        let files = Coverage::of_files(&report, &partners, &months, threads.max(1));
        let downloads = Downloads::new(&files, &months, rules.order);
        let later = rules.until.map(|until| report.leave_out_after(until)).unwrap_or_default();
        unify_spellings(&mut report, &downloads);
        let renamed = unify_names(&mut report);
        let (tables, renumberings) = Tables::new(&report)?;
        let rows_read = report.count();
        let mut partitions: Vec<Vec<Partition>> = Vec::new();
        for shard in &mut report.shards {
            partitions.resize_with(shard.partitions.len(), Vec::new);
            partitions.iter_mut().zip(std::mem::take(&mut shard.partitions)).for_each(|(all, one)| all.push(one));
        }
        let sorter = Sorter {
            shards: &report.shards,
            tables: &tables,
            renumberings: &renumberings,
            downloads: &downloads,
            partners: &partners,
        };
        let sorted = sorter.sort(partitions, threads.max(1));
        let mut ledger = Self {
            credits: Vec::with_capacity(sorted.iter().map(|(_, credits, _)| credits.len()).sum()),
            findings: Findings { rows: Vec::new(), renamed, later },
            ..Self { files: report.files, rows_read, downloads, tables, partners, ..Self::default() }
        };
        let mut next = Some((0_u32, 0_u32));
        for (part, credits, found) in sorted {
            let (identities, customers) = next.ok_or(TooManyRows)?;
            ledger.first_numbers.push((identities, customers));
            next = identities.checked_add(part.identity_count()).zip(customers.checked_add(part.customer_count));
            ledger.credits.extend(credits);
            ledger.parts.push(part);
            ledger.findings.rows.extend(found);
        }
        ledger.coverage = Coverage::together(&files, ledger.tables.months.len());
        if ledger.partners.known.len() > 1 {
            ledger.moved = moved::find(&ledger.credits, &ledger.parts, &ledger.tables);
        }
        // Whoever found it first.
        let place = |row: &RowRef| ledger.tables.place(&row.row);
        let places = |found: &Found| (place(&found.row), place(&found.replaced), found.what);
        ledger.findings.rows.sort_by_cached_key(places);
        ledger.findings.rows.dedup();
        Ok(ledger)
    }

    /// The files' names as given, in the order of the command line.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// How many rows were read, also those that do not count.
    pub fn rows_read(&self) -> usize {
        self.rows_read
    }

    /// All months that rows are of, in order.
    pub fn months(&self) -> &[Month] {
        &self.tables.months
    }

    pub fn statuses(&self) -> &[Status] {
        &self.tables.statuses
    }

    /// All credits, those of one customer next to each other.
    pub fn credits(&self) -> &[Credit] {
        &self.credits
    }

    /// Leaves no credits but these, which are some of its own; what they are does not change, as all else stays.
    pub fn narrow(&mut self, credits: Vec<Credit>) {
        self.credits = credits;
    }

    /// Stretches of [`Ledger::credits`], about `count` of them, none of which parts the credits of a customer.
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

    /// The indices into [`Ledger::credits`] in the order of identity, then first day: the order of what is shown credit by
    /// credit, which takes as long as reading a part of the file does, so that only those pay for it.
    pub fn sorted(&self) -> Vec<usize> {
        let ranks = self.partners.ranks();
        // What most credits can be sorted by without a look at their identities.
        let key =
            |credit: &Credit| (ranks[self.partner(credit) as usize], self.identity(credit).customer.sort_prefix());
        let mut places: Vec<((u32, u64), usize)> = self.credits.iter().map(key).zip(0..).collect();
        let whole = |at: usize, other: usize| self.compare(&self.credits[at], &self.credits[other]);
        places.sort_unstable_by(|(a, at), (b, other)| a.cmp(b).then_with(|| whole(*at, *other)));
        places.into_iter().map(|(_, place)| place).collect()
    }

    /// The order of two credits: by identity, then first day.
    pub fn compare(&self, one: &Credit, other: &Credit) -> Ordering {
        (self.identity(one), one.tranche).cmp(&(self.identity(other), other.tranche))
    }

    pub fn identity(&self, credit: &Credit) -> &Identity {
        self.part(credit.part).identity(credit.identity)
    }

    /// The number of a credit's identity: the same for all its tranches.
    pub fn identity_number(&self, credit: &Credit) -> u32 {
        self.first_numbers[credit.part as usize].0 + credit.identity
    }

    /// The number of a credit's customer: the same for all credits of one customer id.
    pub fn customer(&self, credit: &Credit) -> u32 {
        self.first_numbers[credit.part as usize].1 + self.part(credit.part).customer(credit.identity)
    }

    fn partner(&self, credit: &Credit) -> u32 {
        self.part(credit.part).partner(credit.identity)
    }

    /// The months of a credit, with what was given in each.
    pub fn timeline<'l>(&'l self, credit: &Credit) -> Timeline<'l> {
        let rows = self.rows_of(credit);
        // What it was used before is another partner's where it came from there.
        let covered_from = match self.moved(credit).from {
            Some(_) => rows.first().map(|row| usize::from(row.month)),
            None => self.coverage.months(self.partner(credit), 0).next(),
        };
        let Some(first) = covered_from else { unreachable!("a credit without rows") };
        Timeline::new(&self.tables, self.part(credit.part), rows, self.tables.months[first])
    }

    /// A credit's life: its timeline, read once, month by month.
    pub fn life<'l>(&'l self, credit: &Credit) -> Result<Life<'l>, Overflow> {
        // A collection of results would not know how many there are, and move them again and again as it grows.
        let mut entries = Vec::with_capacity(self.rows_of(credit).len());
        for entry in self.timeline(credit) {
            entries.push(entry?);
        }
        let end = entries.last().map(|last| self.end(credit, last)).unwrap_or_default();
        Ok(Life { entries, end, covered_to: self.last_covered(credit) })
    }

    /// What becomes of a credit after its last row.
    #[inline]
    pub fn end(&self, credit: &Credit, last: &Entry<'_>) -> End {
        if self.last_covered(credit) == Some(last.month) {
            return End::default();
        }
        let after = last.row.row.month;
        let covered = self.coverage.months(self.partner(credit), usize::from(after) + 1);
        let end = End::new(last, covered.map(|month| self.tables.months[month]));
        // What goes on at another partner has gone from this one, and is not lost.
        if self.moved(credit).to.is_some() { End { vanished: end.vanished.or(end.over), over: None } } else { end }
    }

    /// What other partners have of a credit.
    #[inline]
    pub fn moved(&self, credit: &Credit) -> Moved {
        self.moved.get(&(credit.part, credit.identity, credit.tranche)).copied().unwrap_or_default()
    }

    /// The last month that the input covers of a credit's partner.
    #[inline]
    pub fn last_covered(&self, credit: &Credit) -> Option<Month> {
        self.coverage.last(self.partner(credit)).map(|month| self.tables.months[month])
    }

    fn rows_of(&self, credit: &Credit) -> &[Row] {
        self.part(credit.part).rows(credit)
    }

    /// The months that each partner's rows cover, in order.
    pub fn covered(&self) -> impl Iterator<Item = (&Id, Vec<Month>)> {
        let months = |partner| self.coverage.months(partner, 0).map(|month| self.tables.months[month]).collect();
        (0..).zip(&self.partners.known).map(move |(number, partner)| (&**partner, months(number)))
    }

    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    pub fn downloads(&self) -> &Downloads {
        &self.downloads
    }

    pub fn rows(&self, credit: &Credit) -> impl DoubleEndedIterator<Item = RowRef> {
        self.rows_of(credit).iter().map(|row| self.part(credit.part).reference(*row))
    }

    /// The rows of some credits, which come in the order of [`Ledger::credits`], in the order of the files.
    pub fn listing<'l>(&'l self, credits: impl Iterator<Item = &'l Credit>) -> Listing<'l> {
        Listing::new(&self.parts, credits, self.rows_read)
    }

    pub fn place(&self, row: RowRef) -> Place {
        self.tables.place(&row.row)
    }

    /// The columns of a row that rarely change.
    pub fn key(&self, row: RowRef) -> &Key {
        self.part(row.part).key(&row.row)
    }

    pub fn month(&self, row: RowRef) -> Month {
        self.tables.month(&row.row)
    }

    pub fn status(&self, row: RowRef) -> &Status {
        self.tables.status(&row.row)
    }

    pub fn credit_amount(&self, row: RowRef) -> Decimal {
        self.tables.credit_amount(&row.row)
    }

    pub fn balance_amount(&self, row: RowRef) -> Decimal {
        self.tables.balance_amount(&row.row)
    }

    #[inline]
    fn part(&self, number: u32) -> &Part {
        &self.parts[number as usize]
    }
}
