//! Findings that are known and accepted: the file of `--accept`.

use std::path::PathBuf;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::analysis::check::{Check, Finding};
use crate::model::id::Id;
use crate::model::text::VisiblePath;

/// The findings that a file declares known and accepted.
pub(super) struct Accepted {
    file: String,
    lines: Vec<(Acceptance, u64, bool)>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Acceptance {
    check: String,
    #[serde(rename = "CustomerID", default)]
    customer: String,
    #[serde(rename = "AgreementID", default)]
    agreement: String,
    #[serde(default)]
    invoice_month: String,
}

impl Accepted {
    pub(super) fn read(file: &PathBuf) -> anyhow::Result<Self> {
        let name = VisiblePath(file);
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .flexible(true)
            .from_path(file)
            .with_context(|| format!("cannot read {name}"))?;
        let mut lines = Vec::new();
        let headers = reader.headers().with_context(|| format!("cannot read {name}"))?.clone();
        for record in reader.records() {
            let record = record.with_context(|| format!("cannot read {name}"))?;
            let line = record.position().map_or(0, csv::Position::line);
            let acceptance: Acceptance =
                record.deserialize(Some(&headers)).with_context(|| format!("{name}:{line}: not an acceptance"))?;
            if acceptance.check != "*" && !Check::ALL.iter().any(|check| check.name() == acceptance.check) {
                let check = acceptance.check.escape_debug();
                bail!("{name}:{line}: Check: '{check}': expected the name of a check, or *");
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
    pub(super) fn unused(&self, run: &[Check]) -> impl Iterator<Item = Finding> {
        let was_run = |acceptance: &Acceptance| match acceptance.check.as_str() {
            "*" => run.len() == Check::ALL.len(),
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
                "{}:{line}: nothing is left of `{}` to accept; remove the line",
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
