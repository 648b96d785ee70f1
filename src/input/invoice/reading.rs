//! What is wanted of invoice files, and what reading them comes to.

use crate::model::{Amount, Invoices};

use crate::input::error::Problem;
use crate::input::note::Note;

/// Which lines are credit lines, and what is wanted of them.
#[derive(Clone, Debug, Default)]
pub struct CreditOptions {
    /// Texts of CreditReasonCode that count besides Microsoft's own; a blank one stands for credits without a reason.
    pub reasons: Vec<String>,
    /// The amount that counts.
    pub amount: Amount,
    /// Whether the credit lines themselves are wanted.
    pub lines: bool,
}

impl CreditOptions {
    /// Whether credits without a reason count.
    pub(super) fn counts_blank(&self) -> bool {
        self.reasons.iter().any(|reason| reason.trim().is_empty())
    }
}

/// What reading invoice files came to.
#[derive(Debug, Default)]
pub struct InvoiceReading {
    /// What could be read.
    pub invoices: Invoices,
    /// The lines that could not, by file and line.
    pub problems: Vec<Problem>,
    /// What was taken for granted.
    pub notes: Vec<Note>,
}
