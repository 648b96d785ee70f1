//! Credit applied, summed up by customer, currency and month: what the query of `aco sql credits` answers.
//!
//! A row replaces the credit lines that it sums up; line-level checks are not possible. Invariant: no customer, currency,
//! month and pricing currency stands in two rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::model::{
    ACO_REASONS, CreditKey, CreditTotal, Currency, DateOrder, Id, InvoiceFile, InvoiceFileKind, InvoiceKey, Invoices,
    Month, Place,
};

use super::merge::InvoiceReading;
use crate::input::dialect::Options;
use crate::input::error::{Fault, FileError, Problem};
use crate::input::scan::{ColumnSpec, EXPECTED_TEXT, Head, Layout, Line, ReadPlan, TableKind, choice, header};
use crate::input::source::Source;
use crate::input::value::{DecimalMark, EXPECTED_AMOUNT, date, settled_reading};

const WANTED: &str = "an answer to `aco sql credits`";

const CUSTOMER: usize = 0;
const CURRENCY: usize = 1;
const MONTH: usize = 2;
const APPLIED: usize = 3;
const LINES: usize = 4;
const PRICING: usize = 5;
const PRICED: usize = 6;

/// The columns of the query, which are named as in the code above; the last two may be missing.
const COLUMNS: [&str; 7] =
    ["CustomerID", "CurrencyCode", "InvoiceMonth", "CreditApplied", "Lines", "PricingCurrency", "PricedCredit"];

/// Reads the sums of credit lines.
///
/// ```
/// use aco::input::{Options, ReadPlan, invoice, source::Source};
/// let csv = "CustomerID,CurrencyCode,InvoiceMonth,CreditApplied,PricingCurrency,PricedCredit,Lines\n\
///     c,EUR,2022-07,467.90,USD,,3\n";
/// let reading = invoice::read_applied(vec![Source::stream("a", csv.as_bytes())], &Options::default(), ReadPlan::threads(1));
/// assert_eq!(reading.unwrap().invoices.totals[0].lines, 3);
/// ```
pub fn read(sources: Vec<Source>, options: &Options, pace: ReadPlan<'_>) -> Result<InvoiceReading, Vec<FileError>> {
    let open = |head: Head<'_>| open(head, options);
    let (mut totals, mut problems) = (Vec::new(), Vec::new());
    let (files, notes) = choice::read_lines(sources, WANTED, options.encoding, pace.bytes_read, open, |line| {
        match total(line) {
            Ok(total) => totals.push((line.place(), total)),
            Err(problem) => problems.push(problem),
        }
        Ok(())
    })?;
    let file = |name: &str| InvoiceFile {
        name: name.to_owned(),
        kind: InvoiceFileKind::Reconciliation,
        has_reasons: true,
        has_earned: true,
        pages: Vec::new(),
    };
    let invoices =
        Invoices { files: files.iter().map(|read| file(read.source.name())).collect(), ..Invoices::default() };
    let mut reading = InvoiceReading { invoices, problems, notes };
    let mut places: BTreeMap<CreditKey, Place> = BTreeMap::new();
    for (place, total) in totals {
        // In which file it stands does not matter.
        let invoice = InvoiceKey { file: 0, ..total.key.invoice.clone() };
        if let Some(Place { file, line }) = places.insert(CreditKey { invoice, ..total.key.clone() }, place) {
            let first = &reading.invoices.files[file as usize].name;
            let expected = format!("expected each customer, currency and month once: {first}:{line} is of the same");
            reading.problems.push(Problem::new(place, expected));
        }
        reading.invoices.totals.push(total);
    }
    reading.problems.sort_by_key(|problem| problem.place);
    reading.invoices.left_out = reading.problems.len();
    Ok(reading)
}

fn open(head: Head<'_>, options: &Options) -> Result<Layout, Fault> {
    let wanted = |(at, name): (usize, &&'static str)| ColumnSpec {
        names: vec![*name],
        is_required: at < PRICING,
        is_exclusive: true,
    };
    let columns: Vec<ColumnSpec> = COLUMNS.iter().enumerate().map(wanted).collect();
    let kinds = [TableKind { name: WANTED, columns, enough: 3 }];
    let recognise = |names: &[String]| kinds[0].is_named_by(names).then_some(0);
    let delimiters = header::likely_delimiters(head, options.delimiter);
    let layout = header::find(head, &delimiters, &kinds, "the columns of `aco sql credits`", recognise)?;
    Ok(Layout { mark: options.decimal.unwrap_or_default(), ..layout })
}

fn total(line: Line<'_>) -> Result<CreditTotal, Problem> {
    if let Some(problem) = line.misshapen() {
        return Err(problem);
    }
    let customer = line.understood(CUSTOMER, Id::parse, "expected an id")?;
    let currency = line.understood(CURRENCY, Currency::parse, "expected a currency such as `EUR`")?;
    let month = |text: &str| date::read_month(text, DateOrder::MonthFirst).map(|(month, _)| month);
    let charged: Month = line.understood(MONTH, month, "expected a month such as `2022-07`")?;
    let pricing = match text(line, PRICING)?.trim() {
        "" => None,
        _ => Some(line.understood(PRICING, Currency::parse, "expected a currency such as `USD`")?),
    };
    let is_count = |text: &str| text.trim().parse().ok().filter(|count: &u64| *count > 0);
    let key = CreditKey {
        invoice: InvoiceKey { file: line.block.file, number: Arc::from("") },
        partner: None,
        customer: Arc::new(customer),
        currency,
        pricing,
        charged,
        reason: Arc::from(ACO_REASONS[0]),
        is_aco: true,
    };
    Ok(CreditTotal {
        key,
        lines: line.understood(LINES, is_count, "expected a number of lines")?,
        billed: amount(line, APPLIED, Some(currency))?.ok_or_else(|| line.reject(APPLIED, EXPECTED_AMOUNT))?,
        priced: amount(line, PRICED, pricing)?,
    })
}

/// The text of a cell; empty if the file has no such column.
fn text(line: Line<'_>, column: usize) -> Result<String, Problem> {
    line.understood(column, |text| Some(text.to_owned()), EXPECTED_TEXT)
}

/// An amount; none if the cell is blank. Of the zeros that an engine's type adds, those that a currency has are left.
fn amount(line: Line<'_>, column: usize, currency: Option<Currency>) -> Result<Option<Decimal>, Problem> {
    let text = text(line, column)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let mark = if line.layout.mark == DecimalMark::Point { '.' } else { ',' };
    let is_plain = text.matches(mark).count() == 1 && !text.contains(['e', 'E']);
    let text = if is_plain { text.trim_end_matches('0').trim_end_matches(mark) } else { text };
    let reading = settled_reading(text.as_bytes(), line.layout.mark);
    let reading = reading.map_err(|expected| line.reject(column, expected))?;
    if let Some(expected) = reading.contradicts(currency) {
        return Err(line.reject(column, expected));
    }
    let mut amount = reading.value.normalize();
    let usual = currency.map_or(0, |currency| currency.minor_units());
    if amount.scale() < usual {
        amount.rescale(usual);
    }
    Ok(Some(amount))
}
