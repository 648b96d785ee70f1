//! Findings that are known and accepted: the file of `--accept`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::analysis::check::{Check, Finding};
use crate::input::error::{Fault, FileError};
use crate::model::id::Id;
use crate::model::month::Month;
use crate::model::text::VisiblePath;

/// The findings that a file declares known and accepted.
pub(super) struct Accepted {
    file: String,
    lines: Vec<(Acceptance, u64, bool)>,
}

#[derive(Debug)]
struct Acceptance {
    check: String,
    customer: String,
    agreement: String,
    invoice_month: String,
}

impl Accepted {
    pub(super) fn read(file: &PathBuf) -> anyhow::Result<Self> {
        let name = VisiblePath(file);
        let text = fs::read_to_string(file)
            .map_err(|error| FileError { file: file.display().to_string(), fault: Fault::from(error) })?;
        // What a spreadsheet saves where commas are decimal marks.
        let first_line = text.lines().next().unwrap_or_default();
        let delimiter = if first_line.contains(';') && !first_line.contains(',') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text.as_bytes());
        let headers = reader.headers().with_context(|| format!("cannot read {name}"))?.clone();
        let named = |column: &str| {
            let mut places = headers.iter().enumerate().filter(|(_, header)| header.eq_ignore_ascii_case(column));
            (places.next().map(|(at, _)| at), places.next().is_some())
        };
        let columns = ["Check", "CustomerID", "AgreementID", "InvoiceMonth"].map(named);
        let [(check, _), (customer, _), (agreement, _), (month, _)] = columns;
        if check.is_none() || columns.iter().any(|(_, again)| *again) {
            bail!(
                "{name}:1: expected the columns Check, CustomerID, AgreementID and InvoiceMonth: Check at least, and none \
                 twice"
            );
        }
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.with_context(|| format!("cannot read {name}"))?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |at: Option<usize>| {
                let cell = at.map_or(Some(""), |at| record.get(at)).map(str::to_owned);
                cell.with_context(|| {
                    format!("{name}:{line}: expected {} fields, found {}", headers.len(), record.len())
                })
            };
            let acceptance = Acceptance {
                check: cell(check)?,
                customer: cell(customer)?,
                agreement: cell(agreement)?,
                invoice_month: cell(month)?,
            };
            let Acceptance { check, invoice_month, .. } = &acceptance;
            if check != "*" && !Check::ALL.iter().any(|known| known.name() == check) {
                bail!("{name}:{line}: Check: '{}': expected the name of a check, or *", check.escape_debug());
            }
            if !matches!(&**invoice_month, "" | "*") && invoice_month.parse::<Month>().is_err() {
                let month = invoice_month.escape_debug();
                bail!("{name}:{line}: InvoiceMonth: '{month}': expected a month such as `2022-07`, or *");
            }
            lines.push((acceptance, line, false));
        }
        Ok(Self { file: file.display().to_string(), lines })
    }

    /// Whether a line accepts a finding; all lines that do are remembered.
    pub(super) fn covers(&mut self, finding: &Finding) -> bool {
        let mut is_covered = false;
        for (acceptance, _, used) in &mut self.lines {
            if acceptance.covers(finding) {
                *used = true;
                is_covered = true;
            }
        }
        is_covered
    }

    /// A finding for each line that fits nothing, though its checks were run.
    pub(super) fn unused(&self, run: &[Check], runs_all: bool) -> impl Iterator<Item = Finding> {
        let was_run = move |acceptance: &Acceptance| match acceptance.check.as_str() {
            "*" => runs_all,
            name => run.iter().any(|check| check.name() == name),
        };
        let unused = self.lines.iter().filter(move |(acceptance, _, used)| !used && was_run(acceptance));
        unused.map(|(acceptance, line, _)| Finding {
            check: Check::UnusedAcceptance,
            severity: Check::UnusedAcceptance.severity(),
            place: None,
            customer: None,
            agreement: None,
            month: None,
            message: format!(
                "{}:{line}: no finding of `{}` is what this line accepts; remove or correct it",
                self.file, acceptance.check
            ),
        })
    }
}

impl Acceptance {
    fn covers(&self, finding: &Finding) -> bool {
        let fits = |wanted: &str, found: Option<&str>| {
            wanted == "*" || found.map_or(wanted.is_empty(), |found| found.eq_ignore_ascii_case(wanted))
        };
        fits(&self.check, Some(finding.check.name()))
            && fits(&self.customer, finding.customer.as_ref().map(Id::as_str))
            && fits(&self.agreement, finding.agreement.as_ref().map(Id::as_str))
            && fits(&self.invoice_month, finding.month.map(|month| month.to_string()).as_deref())
    }
}
