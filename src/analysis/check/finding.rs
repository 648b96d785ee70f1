//! What a check found.

use crate::model::id::Id;
use crate::model::month::Month;
use crate::model::report::Place;

use super::catalogue::Check;
use super::severity::Severity;

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub check: Check,
    /// How much it matters here.
    pub severity: Severity,
    /// The row it is about, if it is about one.
    pub place: Option<Place>,
    pub customer: Option<Id>,
    pub agreement: Option<Id>,
    pub month: Option<Month>,
    /// Both values, the difference, and what to do.
    pub message: String,
}

/// By file and line, those without a place last; then by check.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.place.is_none(), finding.place, finding.check, finding.month);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
}
