//! How the commands begin that answer of one ledger.

use crate::analysis::Filter;
use crate::ledger::Ledger;
use crate::model::Names;

use super::write::Writer;
use super::{FilterArgs, ReadArgs, Stdio, WriteArgs, read};

/// What to read, what of it to show, and how to write that.
#[derive(Debug, clap::Args)]
pub(super) struct LedgerArgs {
    #[command(flatten)]
    pub(super) read: ReadArgs,

    #[command(flatten)]
    pub(super) filter: FilterArgs,

    #[command(flatten)]
    pub(super) write: WriteArgs,
}

/// A ledger that was read, and all that its answer depends on.
pub(super) struct Session {
    pub(super) ledger: &'static Ledger,
    /// How many rows `--skip-invalid` leaves out.
    pub(super) left_out: usize,
    pub(super) names: Names,
    pub(super) filter: Filter,
    pub(super) threads: usize,
}

impl LedgerArgs {
    /// Where the answer goes. It is opened before the work begins, so that a bad path fails at once.
    pub(super) fn writer(&self, stdio: &Stdio<'_>) -> anyhow::Result<Writer> {
        self.write.open(&self.read.inputs(), stdio)
    }

    /// Reads the ledger, and says what was noticed.
    pub(super) fn session(&self, stdio: &mut Stdio<'_>) -> anyhow::Result<Session> {
        let (ledger, unreadable) = self.read.ledger(&self.filter, stdio)?;
        let names = self.read.names(&[ledger], stdio)?;
        let filter = self.filter.filter(&[ledger], None, &names, stdio)?;
        read::say_findings(ledger, &filter, stdio);
        let (left_out, threads) = (read::rows_of(&unreadable), self.read.threads_for(ledger.rows_read()));
        Ok(Session { ledger, left_out, names, filter, threads })
    }
}
