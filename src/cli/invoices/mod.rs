//! Invoices beside a balance report: which to read, which of their lines count, and how the two compare.

pub(super) mod notes;
pub(super) mod tables;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use rust_decimal::Decimal;

use crate::analysis::Filter;
use crate::analysis::reconcile::{self, Billing, MonthOf, OtherCredits, Reconciliation};
use crate::input::invoice::{self, CreditOptions};
use crate::input::source::Source;
use crate::ledger::Ledger;
use crate::model::{Amount, InvoiceKey, Invoices, LineFinding, Message, Month, NotAMonth, UsedBy, Visible};

use super::{ReadArgs, Stdio, Word, one_of, read};

#[derive(Debug, Args)]
#[command(next_help_heading = "Invoices to compare with")]
pub(super) struct InvoiceArgs {
    /// Invoice reconciliation or daily rated usage files, folders of them, or `-`
    #[arg(long, value_name = "RECON", num_args = 1.., group = "against")]
    invoice: Vec<PathBuf>,

    /// What `aco sql credits` answered where the invoices lie, in place of them
    #[arg(long, value_name = "RESULT", num_args = 1.., group = "against", hide_short_help = true)]
    credits: Vec<PathBuf>,

    /// The largest difference between report and invoice that counts as none
    #[arg(long, value_name = "AMOUNT", default_value = "0.01", allow_hyphen_values = true, value_parser = tolerance)]
    #[arg(requires = "against")]
    tolerance: Decimal,

    /// The month of all invoices, as in 2022-07, or of one, as in G002297372=2022-07
    #[arg(long, value_name = "[INVOICE=]MONTH", value_parser = month_of, value_delimiter = ',', requires = "invoice")]
    #[arg(hide_short_help = true)]
    invoice_month: Vec<MonthOf>,

    /// Files of one invoice are parts of it: all count, though some lines are equal
    #[arg(long, requires = "invoice", hide_short_help = true)]
    parts: bool,

    /// A CreditReasonCode that counts besides Microsoft's own; '' counts credits without one
    #[arg(long, value_name = "TEXT", requires = "invoice", hide_short_help = true)]
    reason: Vec<String>,

    /// What of a credit line counts: `total` has tax in it in older files
    #[arg(long, value_name = "AMOUNT", default_value = "subtotal", requires = "invoice", value_parser = one_of(AMOUNTS))]
    #[arg(hide_short_help = true)]
    pub(super) amount: Amount,
}

pub(super) const AMOUNTS: [Word<Amount>; 2] =
    [("subtotal", "Before tax", Amount::Subtotal), ("total", "With tax", Amount::Total)];

pub(super) fn month_of(text: &str) -> Result<MonthOf, String> {
    let (invoice, month) = match text.rsplit_once('=') {
        Some((invoice, month)) => (Some(invoice.trim().to_owned()), month),
        None => (None, text),
    };
    let month: Month = month.trim().parse().map_err(|error: NotAMonth| error.to_string())?;
    Ok(MonthOf { invoice, month })
}

fn tolerance(text: &str) -> Result<Decimal, String> {
    let amount = Decimal::from_str_exact(text).ok().filter(|_| !text.contains('_'));
    amount.filter(|amount| !amount.is_sign_negative()).ok_or_else(|| "expected an amount such as `0.50`".to_owned())
}

/// What comparing a balance report with its invoices came to.
pub(super) struct ComparedInvoices<'a> {
    pub(super) invoices: &'a Invoices,
    billing: Billing,
    pub(super) found: Reconciliation<'a>,
    pub(super) others: Vec<OtherCredits<'a>>,
    pub(super) findings: Vec<&'a LineFinding>,
    /// Rows that are left out, because nothing was given and nothing applied.
    idle: usize,
}

impl InvoiceArgs {
    pub(super) fn files(&self) -> &[PathBuf] {
        if self.credits.is_empty() { &self.invoice } else { &self.credits }
    }

    /// Reads the files if any were named.
    pub(super) fn read_if_named(&self, read: &ReadArgs, stdio: &mut Stdio<'_>) -> anyhow::Result<Option<Invoices>> {
        (!self.files().is_empty()).then(|| self.read(read, None, stdio)).transpose()
    }

    /// Reads the files, and says which lines cannot be read. The credit lines themselves are kept if they are wanted.
    pub(super) fn read(
        &self,
        read: &ReadArgs,
        lines: Option<UsedBy>,
        stdio: &mut Stdio<'_>,
    ) -> anyhow::Result<Invoices> {
        let mut seen = BTreeSet::new();
        let is_new =
            |source: &Source| seen.insert(fs::canonicalize(source.name()).unwrap_or_else(|_| source.name().into()));
        let (sources, again): (Vec<_>, Vec<_>) = read::sources(self.files(), stdio)?.into_iter().partition(is_new);
        for source in again {
            stdio.say(&Message::aside(format!("{} is named twice: read once", Visible(source.name()))));
        }
        let credits = CreditOptions { reasons: self.reason.clone(), amount: self.amount, lines };
        let options = read.options();
        let reading = read
            .with_progress(self.files(), stdio, |pace| {
                if self.credits.is_empty() {
                    invoice::read(sources, &options, &credits, pace)
                } else {
                    invoice::read_applied(sources, &options, pace)
                }
            })
            .map_err(|errors| read::unreadable(&errors))?;
        let files: Vec<String> = reading.invoices.files.iter().map(|file| file.name.clone()).collect();
        read.say_problems(&reading.problems, &files, stdio)?;
        read::say_notes(&reading.notes, &files, stdio);
        Ok(reading.invoices)
    }

    /// Compares what a ledger gave with what its invoices applied. Idle rows are left out unless all are wanted.
    pub(super) fn compare<'a>(
        &self,
        ledger: &'a Ledger,
        filter: &Filter,
        invoices: &'a Invoices,
        threads: usize,
        wants_all: bool,
    ) -> anyhow::Result<ComparedInvoices<'a>> {
        let billing = Billing::new(invoices, &self.invoice_month, self.parts);
        if let Some(unknown) = billing.unknown.first() {
            bail!("--invoice-month: no line has the InvoiceNumber `{}`", Visible(unknown));
        }
        if let Some((one, other)) = billing.downloads.torn.first() {
            let name = |key: &InvoiceKey| Visible(&invoices.files[key.file as usize].name);
            let text = format!(
                "invoice {}: {} and {} share some credit lines, and each has others of its own",
                Visible(&one.number),
                name(one),
                name(other),
            );
            let hint =
                "leave out the one that does not count, or say with --parts that both do, as parts of one invoice";
            return Err(Message::error(text).hint(hint).into());
        }
        let mut found = reconcile::reconcile(ledger, filter, invoices, &billing, self.tolerance, threads)?;
        let others = reconcile::others(invoices, &billing, filter)?;
        let findings = reconcile::findings(invoices, &billing, filter);
        let all = found.rows.len();
        found.rows.retain(|row| wants_all || !row.is_idle());
        let idle = all - found.rows.len();
        Ok(ComparedInvoices { invoices, billing, found, others, findings, idle })
    }
}
