//! What reading balance reports comes to.

use crate::input::dialect::spelling::Spelling;
use crate::input::error::Problem;
use crate::input::note::Note;
use crate::model::Report;

/// What reading balance reports came to.
#[derive(Debug)]
pub struct ReportReading {
    /// The rows that could be read.
    pub report: Report,
    /// The ones that could not, by file and line.
    pub problems: Vec<Problem>,
    /// What was taken for granted.
    pub notes: Vec<Note>,
    /// How each file is spelled, in the order of `report.files`.
    pub spellings: Vec<Spelling>,
}
