//! Reports and invoices with invented ids, names and amounts, to be shown to others: everything else is spelled as it was.
//!
//! What is invented follows from a secret that is made for each run and kept nowhere. Invariant: two ids, or two names,
//! are the same afterwards exactly if they were before; amounts are all multiplied by one whole number; and a cell that is
//! not what its column holds is taken for text, so that nothing of a damaged row comes through.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};

use crate::model::{Id, ReportColumn};

use super::dialect::Spelling;
use super::scan::{Splitter, folded};
use super::source::{Encoding, Source, SourceText, encoding};
use super::value::{DecimalMark, SUM_WORDS, amount, date};

/// The name that every documented credit has; it tells nothing.
const CREDIT_NAME: &str = "aco";

/// Most letters beside the digits of an amount: those of a currency.
const MOST_LETTERS: usize = 3;

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
        let SourceText { mut reader, encoding, .. } = source.open(wanted)?;
        reader.read_to_end(&mut text)?;
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
            let line = u64::from(fields.line) + 1;
            if line == spelling.header_line {
                header = fields.values().collect();
            }
            // A header says nothing of anybody, wherever it is repeated.
            let stays = fields.values().eq(header.iter().cloned()) || fields.raw(0).starts_with(b"sep=");
            for at in 0..fields.len() {
                if at > 0 {
                    masked.push(delimiter);
                }
                let raw = fields.raw(at);
                if line == spelling.header_line {
                    columns.push(encoding::text(&fields.value(at), encoding).and_then(|name| held(&name)));
                }
                if stays {
                    masked.extend_from_slice(raw);
                } else {
                    let cell = encoding::text(raw, encoding).unwrap_or_default();
                    let column = columns.get(at).copied().flatten();
                    masked.extend_from_slice(self.cell(column, &cell, spelling).as_bytes());
                }
            }
        }
        masked.extend_from_slice(&text[done..]);
        Ok(encoded(masked, spelling.encoding))
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
                    masked.push_str(token);
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
        // Quotes, blanks and Excel's mark for text stay around it.
        let value = cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
        if !value.contains(char::is_alphanumeric) || SUM_WORDS.contains(&&*value.to_lowercase()) {
            return cell.to_owned();
        }
        let letters = value.chars().filter(|c| c.is_alphabetic()).count();
        let is_day = || date::read_date(value, spelling.date_order.0).is_some();
        let stays = match held {
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
        if stays { cell.to_owned() } else { cell.replacen(value, &self.word(value), 1) }
    }

    /// What stands for a text: letters for letters and digits for digits, capitals where there were some.
    fn word(&mut self, text: &str) -> String {
        let id = Id::parse(text).filter(Id::is_guid);
        let (prefix, text) = text.split_at(id.as_ref().map_or(0, |id| text.len() - id.as_str().len()));
        let key = text.to_lowercase();
        let invented = match self.words.get(&key) {
            Some(known) => known.clone(),
            None => self.invent(key, id.is_some()),
        };
        let are_capitals = text.chars().map(char::is_uppercase).chain(std::iter::repeat(false));
        let spelled = invented.chars().zip(are_capitals);
        let spelled = spelled.map(|(c, is_capital)| if is_capital { c.to_ascii_uppercase() } else { c });
        prefix.chars().chain(spelled).collect()
    }

    fn invent(&mut self, key: String, is_guid: bool) -> String {
        let draw = |attempt: usize, at: usize| self.secret.hash_one((&key, attempt, at));
        let pick = |from: &[u8], drawn: u64| char::from(from[usize::try_from(drawn % from.len() as u64).unwrap_or(0)]);
        let one = |attempt: usize| {
            let of = |(at, c): (usize, char)| match c {
                _ if is_guid && c.is_ascii_hexdigit() => pick(b"0123456789abcdef", draw(attempt, at)),
                _ if c.is_ascii_digit() => pick(b"0123456789", draw(attempt, at)),
                _ if c.is_ascii() && !c.is_ascii_alphabetic() => c,
                _ => pick(b"abcdefghijklmnopqrstuvwxyz", draw(attempt, at)),
            };
            // A short text may have no other of its length left.
            let more = (0..attempt / 8).map(|at| pick(b"abcdefghijklmnopqrstuvwxyz", draw(attempt, usize::MAX - at)));
            key.chars().enumerate().map(of).chain(more).collect::<String>()
        };
        let is_free = |word: &String| word != CREDIT_NAME && *word != key && !self.invented.contains(word);
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
        Encoding::Utf8 | Encoding::Windows1252 => text,
    }
}

/// What the column of a header holds; nothing that could stay if it is not known.
fn held(header: &str) -> Option<Held> {
    let header = folded(header).to_ascii_lowercase();
    let names = |column: &ReportColumn| std::iter::once(column.name()).chain(column.aliases().iter().copied());
    let is_named = |column: &ReportColumn| names(column).any(|name| name.eq_ignore_ascii_case(&header));
    if let Some(column) = ReportColumn::ALL.into_iter().find(is_named) {
        return match column {
            ReportColumn::Status => Some(Held::Words),
            ReportColumn::CurrencyCode => Some(Held::Currency),
            ReportColumn::InvoiceMonth => Some(Held::Month),
            ReportColumn::EffectiveDate | ReportColumn::ExpiryDate => Some(Held::Day),
            ReportColumn::CreditName => Some(Held::CreditName),
            ReportColumn::CreditAmount | ReportColumn::BalanceAmount => Some(Held::Amount),
            ReportColumn::PartnerId | ReportColumn::CustomerId | ReportColumn::AgreementId => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_spelling() {
        let mask = Mask::default();
        let factor: i64 = mask.amount("1", DecimalMark::Point).parse().unwrap();
        assert!(factor >= 11 && factor % 2 != 0 && factor % 5 != 0);
        let cents = (123_456 * factor).to_string();
        let (whole, decimals) = cents.split_at(cents.len() - 2);
        assert_eq!(mask.amount("(1234.56 USD)", DecimalMark::Point), format!("({whole}.{decimals} USD)"));
        let grouped = crate::model::grouped(whole).replace(',', ".");
        assert_eq!(mask.amount("-1.234,56", DecimalMark::Comma), format!("-{grouped},{decimals}"));
        assert_eq!(mask.amount("0.00", DecimalMark::Point), "0.00");
        assert_eq!(mask.amount("0.010", DecimalMark::Point), format!("{}.{:02}0", factor / 100, factor % 100));
    }

    #[test]
    fn strings_and_escapes_of_json_end_where_they_do() {
        for (text, token) in
            [(r#""a\\"",b"#, r#""a\\""#), (r#""a\"b","#, r#""a\"b""#), ("-1.5e+3}", "-1.5e+3"), ("\"a", "\"a")]
        {
            assert_eq!(&text[..json_token(text)], token);
        }
    }

    #[test]
    fn words_stay_apart_and_look_alike() {
        let mut mask = Mask::default();
        let guid = "0B61C8D4-3A52-4C8E-9D0F-6E1B7A20C4F9";
        let (upper, lower) = (mask.word(guid), mask.word(&format!("org:{}", guid.to_lowercase())));
        assert!(upper != guid && Id::parse(&upper).unwrap().is_guid());
        assert_eq!(Id::parse(&upper), Id::parse(&lower));
        assert!(lower.starts_with("org:"));
        let words: HashSet<String> = (b'a'..=b'z').map(|letter| mask.word(&char::from(letter).to_string())).collect();
        assert_eq!(words.len(), 26);
        let name = mask.word("Größe 12");
        assert!(name.is_ascii() && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.contains(' '), "{name}");
        assert_eq!(mask.word("GRÖSSE"), mask.word("grösse").to_ascii_uppercase());
    }
}
