//! What putting the rows together brought to light.

use crate::model::Month;

use super::part::RowRef;
use super::renamed::Renamed;

/// What putting rows together brought to light.
#[derive(Debug, Default)]
pub struct Findings {
    /// Rows that repeat another of their file to the last value; each counts once. That downloads repeat each other's is
    /// how downloads are.
    pub duplicates: Vec<RowPair>,
    /// Rows of the last month of their file, provisional then, that a newer download gives other values.
    pub completed: Vec<RowPair>,
    /// Rows of an earlier month that a newer download gives other values.
    pub restated: Vec<RowPair>,
    /// Rows that an older download should have had: it holds rows of their partner and month, and later months.
    pub added: Vec<RowRef>,
    /// Rows that a newer download should still have: it holds rows of their partner and month. They count.
    pub gone: Vec<RowRef>,
    /// Rows that cannot both be right.
    pub conflicts: Vec<Conflict>,
    /// First rows of tranches that may be none: no other tranche of theirs stands beside them in a month of one file,
    /// or ended before them. Their EffectiveDate may only have been amended, and then their use counts twice.
    pub doubtful_tranches: Vec<RowRef>,
    /// Credits that have another name from a month on, and count as one.
    pub renamed: Vec<Renamed>,
    /// How many rows of which months the day that is looked back to leaves out.
    pub later: Vec<(Month, usize)>,
}

/// Two rows of one credit and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPair {
    /// The row that gives way.
    pub replaced: RowRef,
    /// The row that counts.
    pub kept: RowRef,
}

/// Two rows that cannot both be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub pair: RowPair,
    pub contradiction: Contradiction,
}

/// Why two rows cannot both be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contradiction {
    /// One file gives a credit's month two values.
    InOneFile,
    /// Two files that end in the same month do, so that neither is the newer one.
    InOneDownload,
    /// The EffectiveDate differs between two downloads, and may be that of several credits with an amended date.
    AmongTranches,
}

impl Findings {
    /// Adds what another part of the rows brought to light.
    pub(super) fn append(&mut self, other: Self) {
        self.duplicates.extend(other.duplicates);
        self.completed.extend(other.completed);
        self.restated.extend(other.restated);
        self.added.extend(other.added);
        self.gone.extend(other.gone);
        self.conflicts.extend(other.conflicts);
        self.doubtful_tranches.extend(other.doubtful_tranches);
        self.renamed.extend(other.renamed);
        self.later.extend(other.later);
    }
}
