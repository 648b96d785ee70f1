//! Records to credits: the books.
//!
//! The rows of all files become credits with a timeline of months each. Invariant: for every credit, OpeningAmount
//! plus the sum of CreditGiven is its last CreditAmount, exactly; and the order of rows in a file changes nothing.

pub mod credit;
mod identities;
mod timeline;

use std::ops::Range;

use crate::model::month::Month;
use crate::model::record::Identity;
use crate::model::report::{Place, Report, Row, Shard};

pub use self::credit::{Credit, Entry, Flow};
use self::identities::Identities;
use self::timeline::Settled;

/// The credits of all files read.
#[derive(Debug)]
pub struct Ledger {
    report: Report,
    refs: RowRefs,
    identities: Identities,
    /// Grouped by customer.
    credits: Vec<Credit>,
    /// The rows of each credit, by month, in as many parts as there were threads.
    rows: Vec<Vec<DatedRow>>,
    findings: Findings,
}

/// What putting rows together brought to light.
#[derive(Debug, Default)]
pub struct Findings {
    /// Rows that repeat another to the last value; each counts once.
    pub duplicates: Vec<Pair>,
    /// Rows that a later file replaced.
    pub restated: Vec<Pair>,
    /// Rows of one file that give a credit's month other values.
    pub conflicts: Vec<Pair>,
    /// First rows of tranches that may be none: no other tranche of theirs stands beside them in a month of one file,
    /// or ended before them. Their EffectiveDate may only have been amended, and then their use counts twice.
    pub doubtful_tranches: Vec<RowRef>,
}

/// Two rows of one credit and month, the earlier one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The earlier row, which gives way.
    pub first: RowRef,
    /// The later row.
    pub second: RowRef,
}

/// A row of the report, wherever it is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowRef(u32);

/// A row with its month, which is what rows are sorted by, and its values: rows of one credit lie far apart in the input,
/// so they are fetched but once.
#[derive(Clone, Copy, Debug)]
struct DatedRow {
    month: Month,
    row: RowRef,
    values: Row,
}

/// How a [`RowRef`] holds the number of a shard and of a row in it.
#[derive(Clone, Copy, Debug)]
struct RowRefs {
    shard_bits: u32,
}

impl RowRefs {
    /// `None` if the shards have more rows than can be told apart.
    fn new(shards: &[Shard]) -> Option<Self> {
        let shard_bits = shards.len().next_power_of_two().trailing_zeros();
        let most = shards.iter().map(|shard| shard.rows.len()).max().unwrap_or(0);
        u32::try_from((most as u64) << shard_bits).ok().map(|_| Self { shard_bits })
    }

    #[inline]
    fn pack(self, shard: usize, row: usize) -> RowRef {
        // `new` made sure that both fit.
        RowRef(u32::try_from((row << self.shard_bits) | shard).unwrap_or(u32::MAX))
    }

    #[inline]
    fn unpack(self, row: RowRef) -> (usize, usize) {
        ((row.0 & ((1 << self.shard_bits) - 1)) as usize, (row.0 >> self.shard_bits) as usize)
    }
}

/// The input has more rows than a ledger can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the files have more rows than one ledger can hold")]
pub struct TooManyRows;

impl Ledger {
    /// Puts the rows of a report together, on so many threads.
    pub fn build(report: Report, threads: usize) -> Result<Self, TooManyRows> {
        let refs = RowRefs::new(&report.shards).ok_or(TooManyRows)?;
        let mut identities = Identities::of(&report);
        let Settled { credits, rows, findings } = timeline::settle(&report, refs, &mut identities, threads.max(1));
        Ok(Self { report, refs, identities, credits, rows, findings })
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

    /// The places in [`Ledger::credits`] in the order of identity, then first day.
    #[must_use]
    pub fn sorted(&self) -> Vec<usize> {
        let of_identities = self.identities.sort_keys(&self.report);
        let of_credits = self.credits.iter().map(|credit| of_identities[credit.identity as usize]);
        let mut places: Vec<((u32, u64), usize)> = of_credits.zip(0..).collect();
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
        self.identities.identity(&self.report, credit.identity)
    }

    /// The number of a credit's identity: the same for all its tranches.
    #[must_use]
    pub fn identity_number(&self, credit: &Credit) -> u32 {
        credit.identity
    }

    /// The number of a credit's customer: the same for all credits of one customer id.
    #[must_use]
    pub fn customer(&self, credit: &Credit) -> u32 {
        self.identities.customer(credit.identity)
    }

    /// The earliest month that the input covers for a credit's partner.
    #[must_use]
    pub fn first_month_of_partner(&self, credit: &Credit) -> Month {
        self.identities.first_month_of_partner(credit.identity)
    }

    /// The months of a credit, with what was given in each.
    #[must_use]
    pub fn timeline<'l>(&'l self, credit: &Credit) -> credit::Timeline<'l> {
        credit::Timeline(self.flows(credit))
    }

    /// The months of a credit as figures to be summed: the same as [`Ledger::timeline`], in less time.
    #[must_use]
    pub fn flows<'l>(&'l self, credit: &Credit) -> credit::Flows<'l> {
        credit::Flows::new(self, credit)
    }

    /// What putting the rows together brought to light.
    #[must_use]
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// The rows and the files they are from.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The shard that holds a row, and the row's place in it.
    #[must_use]
    #[inline]
    pub fn row(&self, row: RowRef) -> (&Shard, usize) {
        let (shard, row) = self.refs.unpack(row);
        (&self.report.shards[shard], row)
    }

    /// Where a row stands in the input.
    #[must_use]
    pub fn place(&self, row: RowRef) -> Place {
        let (shard, row) = self.refs.unpack(row);
        self.report.shards[shard].place(row)
    }

    /// For each shard, which of its rows count: those that no other replaces or repeats. Empty where all do.
    #[must_use]
    pub fn counted_rows(&self) -> Vec<Vec<bool>> {
        let mut counted = vec![Vec::new(); self.report.shards.len()];
        for pair in self.findings.duplicates.iter().chain(&self.findings.restated).chain(&self.findings.conflicts) {
            let (shard, row) = self.refs.unpack(pair.first);
            if counted[shard].is_empty() {
                counted[shard] = vec![true; self.report.shards[shard].rows.len()];
            }
            counted[shard][row] = false;
        }
        counted
    }
}
