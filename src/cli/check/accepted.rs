//! Findings that are known and accepted: the file of `--accept`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use csv::StringRecord;
use serde::Deserialize;

use crate::analysis::check::{Check, Finding};
use crate::input::error::{Fault, FileError};
use crate::model::id::Id;
use crate::model::month::Month;
use crate::model::text::VisiblePath;

/// The columns that are looked at, without regard to case.
const COLUMNS: [&str; 4] = ["check", "customerid", "agreementid", "invoicemonth"];

/// The findings that a file declares known and accepted.
pub(super) struct Accepted {
    file: String,
    lines: Vec<(Acceptance, u64, bool)>,
}

/// A line of the file; the column Reason is for people.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Acceptance {
    check: String,
    #[serde(rename = "customerid")]
    customer: String,
    #[serde(rename = "agreementid")]
    agreement: String,
    #[serde(rename = "invoicemonth")]
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
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers = reader.headers().with_context(|| format!("cannot read {name}"))?.clone();
        let headers: StringRecord = headers.iter().map(str::to_ascii_lowercase).collect();
        let count = |column: &str| headers.iter().filter(|header| *header == column).count();
        if count("check") == 0 || COLUMNS.iter().any(|column| count(column) > 1) {
            bail!(
                "{name}:1: expected the columns Check, CustomerID, AgreementID and InvoiceMonth: Check at least, and none \
                 twice"
            );
        }
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| unreadable(&name, error))?;
            let line = record.position().map_or(0, csv::Position::line);
            let acceptance: Acceptance =
                record.deserialize(Some(&headers)).with_context(|| format!("cannot read {name}"))?;
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

/// Why a line cannot be read.
fn unreadable(name: &VisiblePath<'_>, error: csv::Error) -> anyhow::Error {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos: Some(position), expected_len, len } => {
            anyhow!("{name}:{}: expected {expected_len} fields, found {len}", position.line())
        }
        _ => anyhow::Error::new(error).context(format!("cannot read {name}")),
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
