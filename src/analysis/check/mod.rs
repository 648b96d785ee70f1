//! The monthly finance checks: what in the books does not add up, and what to do about it.
//!
//! One enum names every check; a file holds each family of them. Invariant: every finding is reported, none stops the
//! others, and a finding in an open month is a note at most, because its figures may still change; but a month that has
//! not begun is an error.

mod across;
mod along;
mod catalogue;
mod finder;
mod finding;
mod rows;
mod run;
mod severity;

pub use self::catalogue::Check;
pub use self::finding::{Finding, sort};
pub use self::run::run;
pub use self::severity::Severity;
