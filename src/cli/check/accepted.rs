//! Findings that are known and accepted: the file of `--accept`.

use std::cmp::Reverse;
use std::path::PathBuf;

use crate::analysis::{Check, Filter, Finding, reconcile};
use crate::input::lists::{self, AcceptanceLine};
use crate::input::value::amount::{self, DecimalMark};
use crate::input::value::{AmountReading, Clue};
use crate::model::{Currency, Id, Message, Month};

use crate::cli::Stdio;
use crate::cli::filter::month_of;
use crate::cli::messages::Failures;
use crate::cli::read::{self, ACCEPT, ReadArgs, files_or};

/// The findings that a file declares known and accepted.
#[derive(Default)]
pub(in crate::cli) struct Accepted {
    file: String,
    lines: Vec<Acceptance>,
}

/// A line of the file. A column that is absent, or `*`, fits anything, and is none; a blank cell fits what has none there.
/// A finding of no credit fits by what its Message names, a file, a cell or a partner, and by `*` there.
struct Acceptance {
    line: u64,
    check: Option<Check>,
    customer: Option<String>,
    agreement: Option<String>,
    month: Option<Vec<Month>>,
    currency: Option<String>,
    amount: Option<Vec<AmountReading>>,
    file: Option<String>,
    message: Option<String>,
    is_used: bool,
}

/// The shortest start of an id that stands for it; tables shorten ids to this, or to more where that is not enough.
const SHORTEST_START: usize = 8;

impl Accepted {
    /// The file of accepted findings, if one was named here or by the environment.
    pub(in crate::cli) fn file(typed: &[PathBuf]) -> Option<PathBuf> {
        files_or(typed, ACCEPT).into_iter().next()
    }

    /// Reads the file, if there is one, and says if the environment names it.
    pub(in crate::cli) fn read(typed: &[PathBuf], args: &ReadArgs, stdio: &mut Stdio<'_>) -> anyhow::Result<Self> {
        let Some(file) = Self::file(typed) else { return Ok(Self::default()) };
        read::note_environment(typed, std::slice::from_ref(&file), ACCEPT, stdio);
        let (lines, problems, mark) = lists::read_accepted(read::sources_at(&file)?, &args.options())
            .map_err(|errors| read::unreadable(&errors))?;
        let name = file.display().to_string();
        let mut failures: Vec<Message> =
            problems.iter().map(|problem| problem.message(std::slice::from_ref(&name))).collect();
        let mut known = Vec::new();
        for line in lines {
            match Acceptance::new(line, mark, &name) {
                Ok(acceptance) => known.push(acceptance),
                Err(failure) => failures.push(failure),
            }
        }
        if failures.is_empty() { Ok(Self { file: name, lines: known }) } else { Err(Failures(failures).into()) }
    }

    /// What of some findings is not accepted, and what is. A line that fits nothing is a finding of its own, unless what
    /// it fits was not looked for.
    pub(in crate::cli) fn split(
        mut self,
        findings: Vec<Finding>,
        files: &[String],
        filter: &Filter,
        (run, runs_all): (&[Check], bool),
    ) -> (Vec<Finding>, Vec<Finding>) {
        self.lines.sort_by_key(|line| Reverse(line.narrowness()));
        let (known, mut others): (Vec<Finding>, Vec<Finding>) =
            findings.into_iter().partition(|finding| self.covers(finding, files));
        if filter.shows_everything() && run.contains(&Check::UnusedAcceptance) {
            self.lines.sort_by_key(|line| line.line);
            let was_run = |check: Option<Check>| check.map_or(runs_all, |check| run.contains(&check));
            let fits_none = |line: &&Acceptance| !known.iter().any(|finding| line.fits(finding, files));
            let unused = self.lines.iter().filter(|line| !line.is_used && was_run(line.check));
            let unused = unused.filter(fits_none).map(|line| self.unused(line, &others, files));
            let unused: Vec<Finding> = unused.collect();
            others.extend(unused);
        }
        (others, known)
    }

    /// Whether a line accepts a finding; all lines that do are remembered. One that names all of an amount accepts it once:
    /// a second difference of the same amount is another one. The narrowest come first, in whatever order they were written.
    fn covers(&mut self, finding: &Finding, files: &[String]) -> bool {
        let mut is_covered = false;
        for line in &mut self.lines {
            let is_spent = line.is_of_one_amount() && (line.is_used || is_covered);
            if !is_spent && line.fits(finding, files) {
                line.is_used = true;
                is_covered = true;
            }
        }
        is_covered
    }

    fn unused(&self, line: &Acceptance, findings: &[Finding], files: &[String]) -> Finding {
        let check = line.check.map_or("*", Check::name);
        let advice = line.advice(findings, files);
        let message = format!("{}:{}: no finding of `{check}` is what this line accepts{advice}", self.file, line.line);
        Finding::new(Check::UnusedAcceptance, message)
    }
}

impl Acceptance {
    /// Understands a line of a file with this decimal mark, if it has one; an error has its place.
    fn new((line, cells): AcceptanceLine, mark: Option<DecimalMark>, file: &str) -> Result<Self, Message> {
        let [.., message] = cells.clone();
        let [check, customer, agreement, month, currency, amount, about, _] =
            cells.map(|cell| cell.filter(|cell| cell != "*"));
        let wrong = |column: &str, value: &str, expected: &str| {
            let text = format!("{column}: '{}': {expected}, or *", value.escape_debug());
            Message::error(text).at(file, Some(line))
        };
        let check =
            check.map(|name| Check::named(&name).ok_or_else(|| wrong("Check", &name, "expected the name of a check")));
        let month = month.map(|text| match month_of(&text) {
            none if none.is_none() && !text.is_empty() => {
                Err(wrong("InvoiceMonth", &text, "expected a month such as `2022-07`"))
            }
            month => Ok(month.into_iter().collect::<Vec<Month>>()),
        });
        let read = |text: &str| {
            amount_of(text, mark, currency.as_deref()).map_err(|expected| wrong("Amount", text, &expected))
        };
        let amount =
            amount.map(|text| if text.is_empty() { Ok(Vec::new()) } else { read(&text).map(|read| vec![read]) });
        Ok(Self {
            line,
            check: check.transpose()?,
            customer,
            agreement,
            month: month.transpose()?,
            currency,
            amount: amount.transpose()?,
            file: about,
            message,
            is_used: false,
        })
    }

    fn is_of(&self, finding: &Finding) -> bool {
        self.check.is_none_or(|check| check == finding.check)
    }

    fn fits(&self, finding: &Finding, files: &[String]) -> bool {
        self.is_of(finding) && self.misfits(finding, files).is_empty()
    }

    /// Orders the lines that a finding may fit: one that names more of it may fit no other.
    fn narrowness(&self) -> (bool, bool, usize) {
        let ids = [&self.customer, &self.agreement].into_iter().flatten();
        (self.is_of_one_amount(), self.currency.is_some(), ids.map(String::len).sum())
    }

    /// Whether it names a check, a credit, its month and an amount, each of them.
    fn is_of_one_amount(&self) -> bool {
        let names_credit =
            self.check.is_some() && self.customer.is_some() && self.agreement.is_some() && self.month.is_some();
        names_credit && self.amount.as_ref().is_some_and(|amount| !amount.is_empty())
    }

    /// The columns in which a finding is another than the line accepts.
    fn misfits(&self, finding: &Finding, files: &[String]) -> Vec<&'static str> {
        let id = |wanted: &Option<String>, id: &Option<Id>| {
            wanted.as_ref().is_none_or(|wanted| fits_id(wanted, id.as_ref().map_or("", Id::as_str)))
        };
        let currency = finding.currency.map(|currency| currency.to_string()).unwrap_or_default();
        // What is projected moves every month, and the day on which the credit ends stays.
        let moves = matches!(finding.check, Check::WillBeLost | Check::UsedUpSoon);
        let is_in = |wanted: &AmountReading| wanted.contradicts(finding.currency).is_none();
        let amount = |wanted: &Vec<AmountReading>| {
            let is = |amount| wanted.iter().any(|wanted| wanted.value == amount && is_in(wanted));
            finding.amount.map_or(wanted.is_empty(), is)
        };
        let month = |wanted: &Vec<Month>| finding.month.map_or(wanted.is_empty(), |month| wanted.contains(&month));
        // A row of a credit is known by its ids and its month, whatever file has it, and so is an invoice's line.
        let is_of_data = finding.agreement.is_some() || reconcile::CHECKS.contains(&finding.check);
        let file = finding.place.filter(|_| !is_of_data).map(|place| &*files[place.file as usize]);
        let fits = [
            ("CustomerID", id(&self.customer, &finding.customer)),
            ("AgreementID", id(&self.agreement, &finding.agreement)),
            ("InvoiceMonth", self.month.as_ref().is_none_or(month)),
            ("CurrencyCode", self.currency.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(&currency))),
            ("Amount", moves || self.amount.as_ref().is_none_or(amount)),
            ("File", file.is_none_or(|file| self.file.as_ref().is_none_or(|wanted| name_of(wanted) == name_of(file)))),
            ("Message", self.says(finding)),
        ];
        fits.into_iter().filter(|(_, fits)| !fits).map(|(column, _)| column).collect()
    }

    /// Whether its message has what tells a finding from others; the other words may change.
    fn says(&self, finding: &Finding) -> bool {
        let is_of_file = finding.check == Check::UnreadFile;
        let has = |message: &str| {
            let detail = finding.detail.as_ref();
            let is_same = detail.is_none_or(|detail| format!("{message} ").contains(detail));
            message == "*" || is_same && !(is_of_file && file_in(message) != file_in(&finding.message))
        };
        let is_told_apart = finding.detail.is_some() || is_of_file;
        !is_told_apart || self.message.as_deref().map_or(finding.agreement.is_some(), has)
    }

    /// What to do about a line that fits none of the findings: nearly always a cell was left blank.
    fn advice(&self, findings: &[Finding], files: &[String]) -> String {
        let others = findings.iter().filter(|finding| self.is_of(finding)).map(|finding| self.misfits(finding, files));
        others.min_by_key(Vec::len).map_or_else(
            || "; remove or correct it".to_owned(),
            |columns| format!("; one of that check has another {} (`*` stands for any)", columns.join(", ")),
        )
    }
}

/// Whether a text is an id, or a start of it as tables shorten ids.
fn fits_id(wanted: &str, id: &str) -> bool {
    let is_start = wanted.len() >= SHORTEST_START && id.to_lowercase().starts_with(&wanted.to_lowercase());
    is_start || wanted.eq_ignore_ascii_case(id)
}

/// The name of a file without its folder, whatever system wrote it.
fn name_of(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}

/// The name of the file that ends a message, before what to do.
fn file_in(message: &str) -> &str {
    let told = message.rsplit_once("; ").map_or(message, |(told, _)| told);
    name_of(told.rsplit_once(": ").map_or(told, |(_, file)| file))
}

/// An amount in a currency as a file with this decimal mark means it, or what was expected in its place.
fn amount_of(text: &str, mark: Option<DecimalMark>, currency: Option<&str>) -> Result<AmountReading, String> {
    let reading = amount::read(text.as_bytes(), mark.unwrap_or_default())?;
    let is_open = [Clue::AmbiguousPoint, Clue::AmbiguousComma].into_iter().any(|clue| reading.clues.contains(clue));
    if is_open && mark.is_none() {
        return Err("expected an amount of one meaning, such as `1234.50`".to_owned());
    }
    reading.contradicts(currency.and_then(Currency::parse)).map_or(Ok(reading), Err)
}
