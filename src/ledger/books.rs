//! The ledger: all credits of the files read.

use std::ops::Range;

use crate::model::month::Month;
use crate::model::record::Identity;
use crate::model::report::{Place, Report, Shard};

use super::credit::Credit;
use super::downloads::{Downloads, FileOrder};
use super::entry::Timeline;
use super::findings::Findings;
use super::flow::Flows;
use super::identities::Identities;
use super::row::{DatedRow, ReportRows, RowRef, RowRefs};
use super::settle::{self, SortedRows};
use super::spellings;

/// The credits of all files read.
#[derive(Debug)]
pub struct Ledger {
    report: Report,
    downloads: Downloads,
    refs: RowRefs,
    identities: Identities,
    /// Grouped by customer.
    credits: Vec<Credit>,
    /// The rows of each credit, by month, in as many parts as there were threads.
    rows: Vec<Vec<DatedRow>>,
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

/// The input has more rows than a ledger can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the files have more rows than one ledger can hold")]
pub struct TooManyRows;

impl Ledger {
    /// Puts the rows of a report together, on so many threads.
    pub fn build(mut report: Report, rules: Rules, threads: usize) -> Result<Self, TooManyRows> {
        // A file's age is that of all its rows, also of those that are left out.
        let downloads = Downloads::new(&report, rules.order);
        let later = rules.until.map(|until| report.leave_out_after(until)).unwrap_or_default();
        spellings::unify(&mut report, &downloads);
        let refs = RowRefs::new(&report.shards).ok_or(TooManyRows)?;
        let mut identities = Identities::new(&report);
        let rows = ReportRows { report: &report, refs };
        let SortedRows { credits, rows, last_month, findings } =
            settle::sort_into_credits(rows, &downloads, &mut identities, threads.max(1));
        let findings = Findings { later, ..findings };
        Ok(Self { report, downloads, refs, identities, credits, rows, last_month, findings })
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
    pub fn timeline<'l>(&'l self, credit: &Credit) -> Timeline<'l> {
        Timeline::new(self.flows(credit))
    }

    /// The months of a credit as figures to be summed: the same as [`Ledger::timeline`], in less time.
    #[must_use]
    pub fn flows<'l>(&'l self, credit: &Credit) -> Flows<'l> {
        let rows = &self.rows[credit.part][credit.first..credit.first + credit.count];
        Flows::new(self.report_rows(), rows, self.first_month_of_partner(credit))
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

    /// The rows and the files they are from.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The shard that holds a row, and the row's index in it.
    #[must_use]
    #[inline]
    pub fn row(&self, row: RowRef) -> (&Shard, usize) {
        self.report_rows().get(row)
    }

    /// Where a row stands in the input.
    #[must_use]
    pub fn place(&self, row: RowRef) -> Place {
        self.report_rows().place(row)
    }

    /// For each shard, which of its rows count: those that no other replaces or repeats. Empty where all do.
    #[must_use]
    pub fn counted_rows(&self) -> Vec<Vec<bool>> {
        let mut counted = vec![Vec::new(); self.report.shards.len()];
        for replaced in self.findings.replaced() {
            let (shard, row) = self.refs.unpack(replaced);
            if counted[shard].is_empty() {
                counted[shard] = vec![true; self.report.shards[shard].rows.len()];
            }
            counted[shard][row] = false;
        }
        counted
    }

    #[inline]
    fn report_rows(&self) -> ReportRows<'_> {
        ReportRows { report: &self.report, refs: self.refs }
    }
}
