//! Reports and invoices with invented ids, names and amounts, to be shown to others: everything else is spelled as it was.
//!
//! What is invented follows from a secret that is made for each run and kept nowhere. Invariant: two ids, or two names,
//! are the same afterwards exactly if they were before, and so is a GUID, whatever it stands in; amounts are all multiplied
//! by one whole number; and a cell that is not what its column holds is taken for text, so that nothing of a damaged row
//! comes through.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};
use std::ops::Range;

use encoding_rs::WINDOWS_1252;

use crate::model::id::is_dress;
use crate::model::{Id, ReportColumn};

use super::dialect::Spelling;
use super::scan::{Splitter, folded};
use super::source::{Encoding, Source, SourceText, encoding};
use super::value::{DecimalMark, SUM_WORDS, amount, date};

/// The name that every documented credit has; it tells nothing.
const CREDIT_NAME: &str = "aco";

/// Most letters beside the digits of an amount: those of a currency.
const MOST_LETTERS: usize = 3;

/// The letters of invented words: none is a digit of a GUID, so that a GUID ends where it did, whatever stands beside it.
const LETTERS: &[u8] = b"ghijklmnopqrstuvwxyz";

/// The characters of a GUID with its hyphens, and without, but for those that are no part of it.
const GUID_LENGTHS: [usize; 2] = [36, 32];

/// What stands for what, in one run.
#[derive(Debug, Default)]
pub struct Mask {
    secret: RandomState,
    /// What was invented for each text, without regard to case.
    words: HashMap<String, String>,
    invented: HashSet<String>,
}

/// What a column holds, as far as a mask cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Id,
    /// Words that tell nothing of anybody.
    Words,
    Currency,
    Month,
    Day,
    /// A number or a moment that is no amount.
    Number,
    CreditName,
    Amount,
}

impl Mask {
    /// Masks the text of a report or an invoice that is spelled so; it comes in UTF-8, or in the bytes that it had.
    pub fn report(&mut self, source: &Source, spelling: &Spelling, wanted: Option<Encoding>) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        let SourceText { mut reader, mut encoding, .. } = source.open(wanted)?;
        reader.read_to_end(&mut text)?;
        if spelling.encoding == Encoding::Windows1252 {
            text = WINDOWS_1252.decode_without_bom_handling(&text).0.into_owned().into_bytes();
            encoding = Some(Encoding::Utf8);
        }
        let Some(delimiter) = spelling.delimiter else {
            let text = encoding::text(&text, encoding).ok_or(io::ErrorKind::InvalidData)?;
            return Ok(encoded(self.json(&text, spelling).into_bytes(), spelling.encoding));
        };
        let (mut masked, mut done) = (Vec::with_capacity(text.len()), 0);
        let mut columns: Vec<Option<Held>> = Vec::new();
        let mut header = Vec::new();
        let mut splitter = Splitter::new(delimiter);
        let records = splitter.records(&text);
        for fields in records.iter() {
            let start = fields.end() - fields.run(0, fields.len() - 1).len();
            masked.extend_from_slice(&text[done..start]);
            done = fields.end();
            if u64::from(fields.line) + 1 == spelling.header_line {
                header = fields.values().collect();
                columns = header.iter().map(|name| held(&encoding::text(name, encoding)?)).collect();
            }
            // A header says nothing of anybody, wherever it is repeated, unless a quote has made rows a part of it.
            let is_header = fields.values().eq(header.iter().cloned()) && !holds_rows(&header, delimiter);
            let whole = fields.run(0, fields.len() - 1);
            if is_header || fields.value(0).starts_with(b"sep=") && whole.len() < 8 {
                let kept = encoding::text(whole, encoding).and_then(|text| self.kept(&text));
                masked.extend_from_slice(kept.as_ref().map_or(whole, String::as_bytes));
            } else {
                let cells = (0..fields.len()).map(|at| encoding::text(fields.raw(at), encoding).unwrap_or_default());
                let cells = self.record(&cells.collect::<Vec<_>>(), &columns, spelling);
                masked.extend_from_slice(cells.join(&*char::from(delimiter).to_string()).as_bytes());
            }
        }
        masked.extend_from_slice(&text[done..]);
        Ok(encoded(masked, spelling.encoding))
    }

    /// Masks the cells of a record; one without a month may hold totals.
    fn record(&mut self, cells: &[Cow<'_, str>], columns: &[Option<Held>], spelling: &Spelling) -> Vec<String> {
        let month = columns.iter().position(|column| *column == Some(Held::Month));
        let is_month = |cell: &Cow<'_, str>| date::read_month(bare(cell), spelling.date_order.0).is_some();
        let may_be_totals = month.is_some_and(|at| !cells.get(at).is_some_and(is_month));
        let mask = if may_be_totals { Self::total } else { Self::cell };
        let columns = columns.iter().copied().chain(std::iter::repeat(None));
        cells.iter().zip(columns).map(|(cell, column)| mask(self, column, cell, spelling)).collect()
    }

    /// A cell of totals: what calls them so stays.
    fn total(&mut self, held: Option<Held>, cell: &str, spelling: &Spelling) -> String {
        let word = cell.split(|c: char| !c.is_alphabetic()).find(|word| SUM_WORDS.contains(&&*word.to_lowercase()));
        match word.and_then(|word| Some((word, cell.split_once(word)?))) {
            Some((word, (before, after))) => {
                self.cell(held, before, spelling) + word + &self.cell(held, after, spelling)
            }
            None => self.cell(held, cell, spelling),
        }
    }

    /// Masks the strings and numbers of JSON by the names before them; what stands around them stays.
    fn json(&mut self, text: &str, spelling: &Spelling) -> String {
        let (mut masked, mut rest, mut named) = (String::with_capacity(text.len()), text, None);
        while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_alphanumeric()) {
            masked.push_str(&rest[..start]);
            let (token, after) = rest[start..].split_at(json_token(&rest[start..]));
            rest = after;
            let string = serde_json::from_str::<String>(token).ok();
            match &string {
                Some(name) if rest.trim_start().starts_with(':') => {
                    named = held(name);
                    let kept = self.kept(name).map(|name| serde_json::Value::String(name).to_string());
                    masked.push_str(kept.as_deref().unwrap_or(token));
                }
                None if matches!(token, "null" | "true" | "false") => masked.push_str(token),
                _ => {
                    let cell = self.cell(named, string.as_deref().unwrap_or(token), spelling);
                    let is_number = string.is_none() && serde_json::from_str::<serde_json::Number>(&cell).is_ok();
                    masked += &if is_number { cell } else { serde_json::Value::String(cell).to_string() };
                }
            }
        }
        masked + rest
    }

    fn cell(&mut self, held: Option<Held>, cell: &str, spelling: &Spelling) -> String {
        let value = bare(cell);
        let Some(id) = Id::parse(value).filter(|_| value.contains(char::is_alphanumeric)) else {
            return cell.to_owned();
        };
        let letters = value.chars().filter(|c| c.is_alphabetic()).count();
        let is_day = || date::read_date(value, spelling.date_order.0).is_some();
        let stays = match held.filter(|_| !id.is_guid()) {
            Some(Held::Words) => value.chars().all(|c| c.is_alphabetic() || c.is_whitespace() || c == '%'),
            Some(Held::Currency) => letters == value.len() && letters == 3,
            Some(Held::Month) => letters == 0 || date::read_month(value, spelling.date_order.0).is_some(),
            Some(Held::Day) => letters == 0 || is_day(),
            Some(Held::Number) => {
                letters == 0 || amount::read(value.as_bytes(), spelling.decimal.0).is_ok() || is_day()
            }
            Some(Held::CreditName) => value.eq_ignore_ascii_case(CREDIT_NAME),
            // What is no amount must not become one.
            Some(Held::Amount)
                if letters <= MOST_LETTERS && amount::read(value.as_bytes(), spelling.decimal.0).is_ok() =>
            {
                return cell.replacen(value, &self.amount(value, spelling.decimal.0), 1);
            }
            _ => false,
        };
        if stays || is_common(value) {
            return cell.to_owned();
        }
        // Of an id only what is seen counts, of a name all.
        let text = if held == Some(Held::Id) && !id.is_guid() { id.as_str() } else { value };
        cell.replacen(value, &self.text(text, &id), 1)
    }

    /// What stands for a text that an id was read of.
    fn text(&mut self, text: &str, id: &Id) -> String {
        if id.is_guid() { self.guid(text, id) } else { self.around_guids(text, Self::word) }
    }

    /// A text that stays, but for the GUIDs in it; none if it has none.
    fn kept(&mut self, text: &str) -> Option<String> {
        (!guids(text).is_empty()).then(|| self.around_guids(text, |_, other| other.to_owned()))
    }

    fn around_guids(&mut self, text: &str, mut other: impl FnMut(&mut Self, &str) -> String) -> String {
        let (mut masked, mut done) = (String::new(), 0);
        for (place, id) in guids(text) {
            masked += &other(self, &text[done..place.start]);
            masked += &self.guid(&text[place.clone()], &id);
            done = place.end;
        }
        masked + &other(self, &text[done..])
    }

    /// What stands for a GUID, spelled as it was unless that takes more than ASCII.
    fn guid(&mut self, text: &str, id: &Id) -> String {
        let invented = self.invent(id.as_str().to_owned(), true);
        if !text.is_ascii() {
            return invented;
        }
        let mut digits = invented.chars().rev().filter(char::is_ascii_hexdigit);
        let mut spell = |c: char| match c.is_ascii_hexdigit().then(|| digits.next()).flatten() {
            Some(digit) if c.is_ascii_uppercase() => digit.to_ascii_uppercase(),
            digit => digit.unwrap_or(c),
        };
        let spelled: Vec<char> = text.chars().rev().map(&mut spell).collect();
        spelled.into_iter().rev().collect()
    }

    /// What stands for a word or several: letters for letters and digits for digits, capitals where there were some.
    fn word(&mut self, text: &str) -> String {
        if !text.contains(char::is_alphanumeric) {
            return text.to_owned();
        }
        let invented = self.invent(text.to_lowercase(), false);
        let are_capitals = text.chars().map(char::is_uppercase).chain(std::iter::repeat(false));
        let spelled = invented.chars().zip(are_capitals);
        spelled.map(|(c, is_capital)| if is_capital { c.to_ascii_uppercase() } else { c }).collect()
    }

    fn invent(&mut self, key: String, is_guid: bool) -> String {
        if let Some(known) = self.words.get(&key) {
            return known.clone();
        }
        let draw = |attempt: usize, at: usize| self.secret.hash_one((&key, attempt, at));
        let pick = |from: &[u8], drawn: u64| char::from(from[usize::try_from(drawn % from.len() as u64).unwrap_or(0)]);
        let one = |attempt: usize| {
            let of = |(at, c): (usize, char)| match c {
                _ if is_guid && c.is_ascii_hexdigit() => pick(b"0123456789abcdef", draw(attempt, at)),
                _ if c.is_ascii_digit() => pick(b"0123456789", draw(attempt, at)),
                _ if c.is_ascii() && !c.is_ascii_alphabetic() => c,
                _ => pick(LETTERS, draw(attempt, at)),
            };
            // A short text may have no other of its length left.
            let more = (0..attempt / 8).map(|at| pick(LETTERS, draw(attempt, usize::MAX - at)));
            key.chars().enumerate().map(of).chain(more).collect::<String>()
        };
        let is_taken = |word: &String| word == CREDIT_NAME || *word == key || self.invented.contains(word);
        let is_free = |word: &String| !is_taken(word) && !is_common(word);
        let word = (0..usize::MAX).map(one).find(is_free).unwrap_or_default();
        self.invented.insert(word.clone());
        self.words.insert(key, word.clone());
        word
    }

    /// The number of the run: one that takes no decimals away, so that an amount with too many has as many.
    fn factor(&self) -> u32 {
        let drawn = u32::try_from(self.secret.hash_one("factor") % 40).unwrap_or_default();
        10 + drawn / 4 * 10 + [1, 3, 7, 9][drawn as usize % 4]
    }

    /// An amount times the number of the run, spelled as it was.
    fn amount(&self, text: &str, mark: DecimalMark) -> String {
        let start = text.find(|c: char| c.is_ascii_digit()).unwrap_or_default();
        let (before, rest) = text.split_at(start);
        let is_inside = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '\'' | '\u{2019}');
        let run = &rest[..rest.find(|c| !is_inside(c)).unwrap_or(rest.len())];
        let run = run.trim_end_matches(|c: char| !c.is_ascii_digit());
        let mark = if mark == DecimalMark::Point { '.' } else { ',' };
        let decimals = run.rfind(mark).map_or(0, |at| run.len() - at - 1);
        let separator = run.chars().find(|c| !c.is_ascii_digit() && *c != mark);
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        // More digits than any amount has become as many others.
        let product = digits.parse().unwrap_or(u128::MAX).saturating_mul(self.factor().into());
        let product = format!("{product:0width$}", width = digits.len());
        let (whole, fraction) = product.split_at(product.len() - decimals);
        let mut spelled = before.to_owned();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                spelled.extend(separator);
            }
            spelled.push(digit);
        }
        if decimals > 0 {
            spelled.push(mark);
        }
        spelled + fraction + &rest[run.len()..]
    }
}

/// A cell without quotes, blanks and Excel's mark for text about it.
fn bare(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''))
}

/// Whether a text tells nothing of anybody: a word for sums, or the name of a column.
fn is_common(text: &str) -> bool {
    SUM_WORDS.contains(&&*text.to_lowercase()) || held(text).is_some()
}

/// Whether a header has lines within a cell that may be rows.
fn holds_rows(header: &[Cow<'_, [u8]>], delimiter: u8) -> bool {
    let may_be_row = |line: &[u8]| line.iter().any(|byte| byte.is_ascii_digit() || *byte == delimiter);
    header.iter().any(|cell| cell.split(|byte| matches!(byte, b'\n' | b'\r')).skip(1).any(may_be_row))
}

/// The GUIDs in a text, whatever they stand beside.
fn guids(text: &str) -> Vec<(Range<usize>, Id)> {
    let (mut found, mut at) = (Vec::new(), 0);
    // Most texts have too few letters and digits for one.
    if text.chars().filter(|c| c.is_ascii_hexdigit() || !c.is_ascii()).nth(GUID_LENGTHS[1] - 1).is_none() {
        return found;
    }
    let chars: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| !is_dress(*c)).collect();
    while at < chars.len() {
        let guid = GUID_LENGTHS.into_iter().find_map(|length| {
            let (last, c) = chars.get(at + length - 1)?;
            let place = chars[at].0..last + c.len_utf8();
            let id = Id::parse(&text[place.clone()]).filter(Id::is_guid)?;
            Some((length, (place, id)))
        });
        at += guid.as_ref().map_or(1, |(length, _)| *length);
        found.extend(guid.map(|(_, guid)| guid));
    }
    found
}

/// The bytes of a string, or of a number or word, with which a text begins.
fn json_token(text: &str) -> usize {
    let mut is_escaped = false;
    let is_last = |c: char| {
        let ends = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    };
    match text.strip_prefix('"') {
        Some(inner) => inner.find(is_last).map_or(text.len(), |at| at + 2),
        None => text.find(|c: char| !(c.is_alphanumeric() || "+-.".contains(c))).unwrap_or(text.len()),
    }
}

/// A text in the encoding that its file has; others than UTF-16 were not decoded.
fn encoded(text: Vec<u8>, encoding: Encoding) -> Vec<u8> {
    let marked = String::from_utf8_lossy(&text);
    let units = std::iter::once(0xfeff).chain(marked.encode_utf16());
    match encoding {
        Encoding::Utf16Le => units.flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => units.flat_map(u16::to_be_bytes).collect(),
        Encoding::Windows1252 => WINDOWS_1252.encode(&marked).0.into_owned(),
        Encoding::Utf8 => text,
    }
}

/// What the column of a header holds; nothing that could stay if it is not known.
fn held(header: &str) -> Option<Held> {
    let header = folded(header).to_ascii_lowercase();
    let is_named = |column: &ReportColumn| column.names().iter().any(|name| name.eq_ignore_ascii_case(&header));
    if let Some(column) = ReportColumn::ALL.into_iter().find(is_named) {
        return match column {
            ReportColumn::Status => Some(Held::Words),
            ReportColumn::CurrencyCode => Some(Held::Currency),
            ReportColumn::InvoiceMonth => Some(Held::Month),
            ReportColumn::EffectiveDate | ReportColumn::ExpiryDate => Some(Held::Day),
            ReportColumn::CreditName => Some(Held::CreditName),
            ReportColumn::CreditAmount | ReportColumn::BalanceAmount => Some(Held::Amount),
            ReportColumn::PartnerId | ReportColumn::CustomerId | ReportColumn::AgreementId => Some(Held::Id),
        };
    }
    // Columns of invoices: money, texts of letters by which lines are told apart, and numbers and moments that stay. Every
    // other one holds ids and names.
    match &*header {
        "unitprice" | "effectiveunitprice" | "subtotal" | "taxtotal" | "total" | "pretaxtotal"
        | "billingpretaxtotal" | "pricingpretaxtotal" => Some(Held::Amount),
        "chargetype" | "creditreasoncode" | "credittype" | "unittype" | "priceadjustmentdescription" => {
            Some(Held::Words)
        }
        "quantity"
        | "billablequantity"
        | "orderdate"
        | "chargestartdate"
        | "chargeenddate"
        | "usagedate"
        | "pctobcexchangerate"
        | "pctobcexchangeratedate"
        | "partnerearnedcreditpercentage" => Some(Held::Number),
        "currency" | "billingcurrency" | "pricingcurrency" => Some(Held::Currency),
        _ => None,
    }
}
