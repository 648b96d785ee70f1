//! Credit applied, summed up by customer, currency and month: what the query of `aco sql credits` answers.
//!
//! A row is as good as the credit lines that it sums up, but for what only these tell. Invariant: no customer, currency,
//! month and pricing currency stands in two rows.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::model::{
    ACO_REASONS, CreditKey, CreditTotal, Currency, DateOrder, Id, InvoiceFile, InvoiceFileKind, InvoiceKey, Invoices,
    Month, Place,
};

use super::reading::InvoiceReading;
use crate::input::dialect::Options;
use crate::input::error::{Fault, FileError, HeaderError, Problem};
use crate::input::note::Note;
use crate::input::scan::blocks::{self, FileStart, Fold, Form, Head, ReadPlan};
use crate::input::scan::choice::{self, Chosen};
use crate::input::scan::header::{self, ColumnSpec, TableKind};
use crate::input::scan::records::{RecordFields, Splitter};
use crate::input::source::Source;
use crate::input::source::encoding::{self, Encoding};
use crate::input::value::amount::DecimalMark;
use crate::input::value::{date, settled};

/// What is read here.
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
    let open = |head: Head<'_>| Ok(open(head, options)?);
    let Chosen { sources, left_alone } = choice::choose(sources, options.encoding, WANTED, open)?;
    // One thread, for of two rows the later one is told to be the second.
    let (threads, files) =
        blocks::read(sources, ReadPlan { threads: 1, ..pace }, options.encoding, open, EngineSums::default)?;
    let file = |name: &String| InvoiceFile {
        name: name.clone(),
        kind: InvoiceFileKind::Reconciliation,
        has_reasons: true,
        has_earned: true,
    };
    let invoices = Invoices { files: files.iter().map(|read| file(&read.name)).collect(), ..Invoices::default() };
    let mut reading = InvoiceReading { invoices, ..InvoiceReading::default() };
    let mut places: BTreeMap<CreditKey, Place> = BTreeMap::new();
    for sums in threads {
        reading.problems.extend(sums.rejects);
        for (place, total) in sums.totals {
            // In which file it stands does not matter.
            let invoice = InvoiceKey { file: 0, ..total.key.invoice.clone() };
            if let Some(first) = places.insert(CreditKey { invoice, ..total.key.clone() }, place) {
                reading.problems.push(repeated(place, first, &reading.invoices));
            }
            reading.invoices.totals.push(total);
        }
    }
    reading.problems.sort_by_key(Problem::place);
    reading.invoices.left_out = reading.problems.len();
    if !left_alone.is_empty() {
        reading.notes.push(Note::LeftAlone { files: left_alone, wanted: WANTED });
    }
    Ok(reading)
}

fn repeated(place: Place, Place { file, line }: Place, invoices: &Invoices) -> Problem {
    let first_file = &invoices.files[file as usize].name;
    Problem::new(place, format!("expected each customer, currency and month once: {first_file}:{line} is of the same"))
}

/// Where the columns stand, and how cells are spelled.
struct SumsLayout {
    delimiter: u8,
    width: usize,
    positions: [Option<usize>; COLUMNS.len()],
    encoding: Option<Encoding>,
    mark: DecimalMark,
}

fn open(head: Head<'_>, options: &Options) -> Result<FileStart<SumsLayout>, HeaderError> {
    let wanted = |(at, name): (usize, &&'static str)| ColumnSpec {
        names: vec![*name],
        is_required: at < PRICING,
        is_exclusive: true,
    };
    let columns: Vec<ColumnSpec> = COLUMNS.iter().enumerate().map(wanted).collect();
    let kinds = [TableKind { name: WANTED, columns, enough: 3 }];
    let recognise = |names: &[String]| (kinds[0].matched(names) >= kinds[0].enough).then_some(0);
    let delimiters = header::likely_delimiters(head, options.delimiter);
    let header = header::find(head, &delimiters, &kinds, "the columns of `aco sql credits`", recognise)?;
    let layout = SumsLayout {
        delimiter: header.delimiter,
        width: header.names.len(),
        positions: std::array::from_fn(|at| header.positions[at]),
        encoding: head.encoding,
        mark: options.decimal.unwrap_or_default(),
    };
    Ok(FileStart { layout, form: Form::Delimited(header.delimiter), bytes: header.bytes, lines: header.lines })
}

/// The rows of all files, and those that cannot be read.
#[derive(Default)]
struct EngineSums {
    totals: Vec<(Place, CreditTotal)>,
    rejects: Vec<Problem>,
}

impl Fold for EngineSums {
    type Layout = SumsLayout;

    fn block(&mut self, block: Place, layout: &SumsLayout, bytes: &[u8]) -> Result<(), Fault> {
        let mut fault = None;
        let mut splitter = Splitter::new(layout.delimiter);
        splitter.split(bytes, |fields| {
            let place = block.down(fields.line);
            if fields.unclosed {
                fault.get_or_insert(Fault::OpenQuote { line: place.line });
                return;
            }
            match (SumsRow { place, layout, fields: &fields }).total() {
                Ok(total) => self.totals.push((place, total)),
                Err(reject) => self.rejects.push(reject),
            }
        });
        splitter.stray_quote(bytes, block).or(fault).map_or(Ok(()), Err)
    }
}

/// A row that is being read.
struct SumsRow<'r> {
    place: Place,
    layout: &'r SumsLayout,
    fields: &'r RecordFields<'r>,
}

impl SumsRow<'_> {
    fn total(&self) -> Result<CreditTotal, Problem> {
        if let Some(fault) = self.fields.shape_fault(self.layout.width) {
            return Err(Problem::new(self.place, fault));
        }
        let customer = self.value(CUSTOMER, "expected an id", Id::parse)?;
        let currency = self.value(CURRENCY, "expected a currency such as `EUR`", Currency::parse)?;
        let month = |text: &str| date::read_month(text).map(|reading| reading.month.under(DateOrder::MonthFirst));
        let charged: Month = self.value(MONTH, "expected a month such as `2022-07`", month)?;
        let pricing = match self.text(PRICING)?.trim() {
            "" => None,
            _ => Some(self.value(PRICING, "expected a currency such as `USD`", Currency::parse)?),
        };
        let is_count = |text: &str| text.trim().parse().ok().filter(|count: &u64| *count > 0);
        let key = CreditKey {
            invoice: InvoiceKey { file: self.place.file, number: Arc::from("") },
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
            lines: self.value(LINES, "expected a number of lines", is_count)?,
            billed: self
                .amount(APPLIED, Some(currency))?
                .ok_or_else(|| self.reject(APPLIED, "expected an amount such as `1234.50`"))?,
            priced: self.amount(PRICED, pricing)?,
        })
    }

    /// The text of a cell; empty if the file has no such column.
    fn text(&self, column: usize) -> Result<String, Problem> {
        let Some(at) = self.layout.positions[column] else { return Ok(String::new()) };
        let value = self.fields.value(at);
        let text = encoding::text(&value, self.layout.encoding);
        text.map(Cow::into_owned).ok_or_else(|| self.reject(column, "expected text in the file's encoding"))
    }

    fn value<T>(&self, column: usize, expected: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Problem> {
        read(&self.text(column)?).ok_or_else(|| self.reject(column, expected))
    }

    /// An amount; none if the cell is blank. Of the zeros that an engine's type adds, those that a currency has are left.
    fn amount(&self, column: usize, currency: Option<Currency>) -> Result<Option<Decimal>, Problem> {
        let text = self.text(column)?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let mark = if self.layout.mark == DecimalMark::Point { '.' } else { ',' };
        let is_plain = text.matches(mark).count() == 1 && !text.contains(['e', 'E']);
        let text = if is_plain { text.trim_end_matches('0').trim_end_matches(mark) } else { text };
        let amount = settled::amount(text.as_bytes(), self.layout.mark);
        let mut amount = amount.map_err(|expected| self.reject(column, expected))?.normalize();
        let usual = currency.map_or(0, |currency| currency.minor_units());
        if amount.scale() < usual {
            amount.rescale(usual);
        }
        Ok(Some(amount))
    }

    fn reject(&self, column: usize, expected: &str) -> Problem {
        let text = self.layout.positions[column].map(|at| self.fields.value(at)).unwrap_or_default();
        Problem::new(self.place, expected).cell(COLUMNS[column], &String::from_utf8_lossy(&text))
    }
}
