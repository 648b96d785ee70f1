//! What changed between two downloads, by credit and month.
//!
//! The last month of the old download was provisional, so that what changed in it is completed and no finding. Months
//! after it are new. Invariant: every row of either side is a change, the same on both sides, counted as later, or
//! counted as one that the other side does not hold.

mod change;
mod compare;
mod sides;

pub use self::change::{Change, ChangeKind, Field, Sides};
pub use self::compare::{Diff, DiffError, compare};
