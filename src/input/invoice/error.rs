//! What can be wrong with the header of an invoice file.

use crate::model::invoice::FileKind;
use crate::model::text::Visible;

/// Why a file is not one of the invoice files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceHeaderError {
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// No line names the columns of an invoice file.
    #[error(
        "none of the first lines names the columns of an invoice reconciliation or daily rated usage file\n\
         first line: {}", .first_line.join(", ")
    )]
    Absent {
        /// The fields of the first line, shortened.
        first_line: Vec<String>,
    },
    /// Columns are missing.
    #[error("no column {} in what looks like the {}\ncolumns found: {}", quoted(.missing), .kind.as_str(), listed(.found))]
    Missing {
        /// The header's line.
        line: u64,
        /// What the file looks like.
        kind: FileKind,
        /// The columns that no header names.
        missing: Vec<&'static str>,
        /// The headers there are.
        found: Vec<String>,
    },
    /// Two headers name one column.
    #[error("column `{column}` stands twice\ncolumns found: {}", listed(.found))]
    Doubled {
        /// The header's line.
        line: u64,
        /// The column.
        column: &'static str,
        /// The headers there are.
        found: Vec<String>,
    },
    /// The file is JSON, but not an object a line.
    #[error("expected JSON Lines: one object a line, not an array\nhint: `jq -c '.[]'` turns an array into lines")]
    JsonArray,
}

impl InvoiceHeaderError {
    /// The line that is at fault.
    pub(crate) fn line(&self) -> Option<u64> {
        match self {
            Self::Missing { line, .. } | Self::Doubled { line, .. } => Some(*line),
            Self::Empty | Self::Absent { .. } | Self::JsonArray => None,
        }
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| Visible(name).to_string()).collect::<Vec<_>>().join(", ")
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
