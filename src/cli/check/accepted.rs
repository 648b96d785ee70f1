//! Findings that are known and accepted: the file of `--accept`.

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use csv::StringRecord;
use encoding_rs::WINDOWS_1252;
use serde::Deserialize;

use crate::analysis::check::{Check, Finding};
use crate::input::error::{Fault, FileError};
use crate::model::{Id, Month, VisiblePath};

/// The columns that are looked at, without regard to case.
const COLUMNS: [&str; 5] = ["check", "customerid", "agreementid", "invoicemonth", "message"];

/// The findings that a file declares known and accepted.
pub(super) struct Accepted {
    file: String,
    lines: Vec<(Acceptance, u64, bool)>,
}

/// A line of the file; the column Reason is for people. A message ties the line to the amounts in it.
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
    message: String,
}

impl Accepted {
    pub(super) fn read(file: &PathBuf) -> anyhow::Result<Self> {
        let name = VisiblePath(file);
        let bytes = fs::read(file)
            .map_err(|error| FileError { file: file.display().to_string(), fault: Fault::from(error) })?;
        // What is not UTF-8 is what a spreadsheet saves on Windows.
        let text = str::from_utf8(&bytes).map_or_else(|_| WINDOWS_1252.decode(&bytes).0, Cow::Borrowed);
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
    pub(super) fn unused(&self, run: &[Check], runs_all: bool, findings: &[Finding]) -> Vec<Finding> {
        let was_run = move |acceptance: &Acceptance| match acceptance.check.as_str() {
            "*" => runs_all,
            name => run.iter().any(|check| check.name() == name),
        };
        let unused = self.lines.iter().filter(move |(acceptance, _, used)| !used && was_run(acceptance));
        let unused = unused.map(|(acceptance, line, _)| Finding {
            check: Check::UnusedAcceptance,
            severity: Check::UnusedAcceptance.severity(),
            place: None,
            customer: None,
            agreement: None,
            month: None,
            message: format!(
                "{}:{line}: no finding of `{}` is what this line accepts{}",
                self.file,
                acceptance.check,
                acceptance.advice(findings)
            ),
        });
        unused.collect()
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
        self.is_of(finding) && self.misfits(finding).is_empty()
    }

    fn is_of(&self, finding: &Finding) -> bool {
        self.check == "*" || self.check.eq_ignore_ascii_case(finding.check.name())
    }

    /// The columns in which a finding is another than the line accepts.
    fn misfits(&self, finding: &Finding) -> Vec<&'static str> {
        let fits = |wanted: &str, found: Option<&str>| {
            wanted == "*" || found.map_or(wanted.is_empty(), |found| found.eq_ignore_ascii_case(wanted))
        };
        let month = finding.month.map(|month| month.to_string());
        let cells = [
            ("CustomerID", fits(&self.customer, finding.customer.as_ref().map(Id::as_str))),
            ("AgreementID", fits(&self.agreement, finding.agreement.as_ref().map(Id::as_str))),
            ("InvoiceMonth", fits(&self.invoice_month, month.as_deref())),
            ("Message", self.message.is_empty() || fits(&self.message, Some(&finding.message))),
        ];
        cells.into_iter().filter(|(_, fits)| !fits).map(|(column, _)| column).collect()
    }

    /// What to do about a line that fits none of the findings: nearly always a cell was left blank.
    fn advice(&self, findings: &[Finding]) -> String {
        let others = findings.iter().filter(|finding| self.is_of(finding)).map(|finding| self.misfits(finding));
        others.min_by_key(Vec::len).map_or_else(
            || "; remove or correct it".to_owned(),
            |columns| format!("; one of that check has another {} (`*` stands for any)", columns.join(", ")),
        )
    }
}
