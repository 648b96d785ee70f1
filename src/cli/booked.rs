//! What was booked: the file of `--booked`, and adding to it.
//!
//! Invariant: the file is taken whole or refused with the line and value that is wrong; what stands in it stays as it is,
//! byte for byte if it is UTF-8, and what is added is spelled as the rest.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{anyhow, bail};
use chrono::NaiveDate;
use csv::{ReaderBuilder, StringRecord, Terminator, Trim, WriterBuilder};
use encoding_rs::WINDOWS_1252;
use rust_decimal::Decimal;

use crate::analysis::book::{Booked, Kind, ToBook};
use crate::input::error::{Fault, FileError};
use crate::input::value::date;
use crate::ledger::folded;
use crate::model::{Currency, DateOrder, Id, Identity, Message, Month, Names, VisiblePath};

use super::{Stdio, filter};

/// The columns of a booking, in order.
pub(super) const COLUMNS: [&str; 9] = [
    "BookedOn",
    "InvoiceMonth",
    "PartnerID",
    "CustomerID",
    "AgreementID",
    "CreditName",
    "CurrencyCode",
    "Kind",
    "Amount",
];

/// The column that may stand beside them.
const NAME: &str = "CustomerName";

pub(super) struct BookedFile {
    path: PathBuf,
    text: String,
    header: Vec<String>,
    delimiter: u8,
    /// The decimal mark of its amounts.
    mark: char,
    pub(super) bookings: Vec<Booked>,
}

impl BookedFile {
    /// Reads a file; one that does not exist is an empty one, which is said, because its name may be mistyped.
    pub(super) fn read(path: &Path, stdio: &mut Stdio<'_>) -> anyhow::Result<Self> {
        let (path, text) = (path.to_owned(), String::new());
        let mut file = Self { path, text, header: Vec::new(), delimiter: b',', mark: '.', bookings: Vec::new() };
        let bytes = match fs::read(&file.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let text = format!("{} is not there: nothing counts as booked yet", VisiblePath(&file.path));
                stdio.say(
                    &Message::warning(text).hint("it is right the first time only; otherwise name the file there is"),
                );
                return Ok(file);
            }
            Err(error) => {
                return Err(FileError { file: file.path.display().to_string(), fault: Fault::from(error) }.into());
            }
            Ok(bytes) => bytes,
        };
        // What is not UTF-8 is what a spreadsheet saves on Windows: UTF-16 with its mark, or else Windows-1252.
        file.text =
            String::from_utf8(bytes).unwrap_or_else(|error| WINDOWS_1252.decode(error.as_bytes()).0.into_owned());
        file.read_bookings().map_err(|error| match error.downcast::<csv::Error>() {
            Ok(error) => file.unreadable(&error),
            Err(error) => error,
        })?;
        Ok(file)
    }

    fn read_bookings(&mut self) -> anyhow::Result<()> {
        let first_line = self.text.lines().next().unwrap_or_default();
        self.delimiter =
            [b',', b';', b'\t'].into_iter().find(|by| first_line.contains(char::from(*by))).unwrap_or(b',');
        let mut reader =
            ReaderBuilder::new().delimiter(self.delimiter).trim(Trim::All).from_reader(self.text.as_bytes());
        self.header = reader.headers()?.iter().map(str::to_owned).collect();
        let at = self.positions()?;
        // `1.100` is a thousand, or one and a tenth: one file has one mark.
        let mut known_mark = None;
        let mut first: HashMap<(Identity, Month), u64> = HashMap::new();
        for record in reader.records() {
            let record = record?;
            let byte = record.position().map_or(0, csv::Position::byte);
            let mark = record.get(at[8]).and_then(|amount| amount.chars().find(|c| matches!(c, '.' | ',')));
            let is_odd = mark.is_some_and(|mark| *known_mark.get_or_insert(mark) != mark);
            let booking = self.booking(&record, &at).and_then(|booking| {
                if is_odd { Err((8, "the decimal mark of the amounts above")) } else { Ok(booking) }
            });
            let booking = booking.map_err(|(column, expected)| {
                let value = record.get(at[column]).unwrap_or_default().escape_debug();
                anyhow!("{}: {}: '{value}': expected {expected}", self.place(byte), COLUMNS[column])
            })?;
            let mut identity = booking.identity.clone();
            identity.credit_name = folded(&identity.credit_name).into();
            if booking.kind == Kind::Given
                && let Some(before) = first.insert((identity, booking.month), byte)
            {
                let Identity { customer, agreement, .. } = &booking.identity;
                let text = format!(
                    "{}: Kind: 'given': {} of customer {customer}, agreement {agreement}, is booked as given in line {} too",
                    self.place(byte),
                    booking.month,
                    self.line(before)
                );
                return Err(Message::error(text).hint("leave one of the two, or make it a correction").into());
            }
            self.bookings.push(booking);
        }
        self.mark = known_mark.unwrap_or(if self.delimiter == b';' { ',' } else { '.' });
        Ok(())
    }

    fn positions(&self) -> anyhow::Result<[usize; COLUMNS.len()]> {
        let mut positions = [0; COLUMNS.len()];
        for (position, column) in positions.iter_mut().zip(COLUMNS) {
            let mut found = (0..).zip(&self.header).filter(|(_, header)| header.eq_ignore_ascii_case(column));
            match (found.next(), found.next()) {
                (Some((at, _)), None) => *position = at,
                (None, _) => {
                    bail!(Message::error(format!("{}:1: there is no column {column}", VisiblePath(&self.path))).hint(
                        format!("the columns are {}; a file that is to begin anew must not exist", COLUMNS.join(","))
                    ))
                }
                _ => bail!("{}:1: the column {column} stands there twice", VisiblePath(&self.path)),
            }
        }
        Ok(positions)
    }

    /// Reads a line; an error is a column and what was expected there.
    fn booking(&self, record: &StringRecord, at: &[usize; COLUMNS.len()]) -> Result<Booked, (usize, &'static str)> {
        let cell = |column: usize| record.get(at[column]).unwrap_or_default();
        let id = |column| Id::parse(cell(column)).ok_or((column, "an id"));
        // Nothing is computed with it, so that the order of `7/10/2022`, as a spreadsheet may save it, can stay open.
        let day = date::read_date(cell(0), DateOrder::default()).and_then(|(day, _)| day);
        day.ok_or((0, "a day such as `2022-08-09`"))?;
        Ok(Booked {
            month: filter::month_of(cell(1)).ok_or((1, "a month such as `2022-07`"))?,
            identity: Identity {
                partner: Arc::new(id(2)?),
                customer: id(3)?,
                agreement: id(4)?,
                credit_name: cell(5).into(),
                currency: Currency::parse(cell(6)).ok_or((6, "a currency code such as `USD`"))?,
            },
            kind: Kind::ALL
                .into_iter()
                .find(|kind| kind.as_str().eq_ignore_ascii_case(cell(7)))
                .ok_or((7, "`given` or `correction`"))?,
            amount: self.amount(cell(8)).ok_or((8, "an amount such as `1234.50`"))?,
        })
    }

    /// A plain amount, negative in brackets; where no commas part fields, its mark may be one. Between tabs `1,234` and
    /// `1.234` may be a thousand, and are refused.
    fn amount(&self, text: &str) -> Option<Decimal> {
        let bracketed = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        let digits = bracketed.or(text.strip_prefix('-')).unwrap_or(text);
        let mark = if self.delimiter != b',' && digits.contains(',') { ',' } else { '.' };
        let (whole, decimals) = digits.split_once(mark).unwrap_or((digits, "0"));
        let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_open = self.delimiter == b'\t' && decimals.len() == 3;
        let amount = Decimal::from_str_exact(&digits.replace(',', ".")).ok();
        let amount = amount.filter(|_| are_digits(whole) && are_digits(decimals) && !is_open)?;
        Some(if digits.len() < text.len() { -amount } else { amount })
    }

    fn place(&self, byte: u64) -> String {
        format!("{}:{}", VisiblePath(&self.path), self.line(byte))
    }

    /// The line in which the record at a byte begins, or the one after the line ends that stand there.
    fn line(&self, byte: u64) -> usize {
        let (before, after) = self.text.split_at_checked(usize::try_from(byte).unwrap_or_default()).unwrap_or_default();
        let blank = &after[..after.len() - after.trim_start_matches(['\r', '\n']).len()];
        1 + [before, blank].concat().matches('\n').count()
    }

    fn unreadable(&self, error: &csv::Error) -> anyhow::Error {
        match error.kind() {
            csv::ErrorKind::UnequalLengths { pos: Some(position), expected_len, len } => {
                anyhow!("{}: expected {expected_len} fields, found {len}", self.place(position.byte()))
            }
            _ => anyhow!("cannot read {}: {error}", VisiblePath(&self.path)),
        }
    }

    /// Writes the file's text with bookings added.
    pub(super) fn write_with(
        &self,
        bookings: &[ToBook<'_>],
        on: NaiveDate,
        names: &Names,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        out.write_all(self.text.as_bytes())?;
        let has_crlf = self.text.contains("\r\n");
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            out.write_all(if has_crlf { b"\r\n" } else { b"\n" })?;
        }
        let mut writer = WriterBuilder::new()
            .delimiter(self.delimiter)
            .terminator(if has_crlf { Terminator::CRLF } else { Terminator::Any(b'\n') })
            .from_writer(out);
        let mut header = self.header.clone();
        if self.header.is_empty() {
            header = COLUMNS.map(str::to_owned).to_vec();
            header.splice(4..4, (!names.is_empty()).then(|| NAME.to_owned()));
            writer.write_record(&header)?;
        }
        for booking in bookings {
            let cells = self.cells(booking, on);
            let name = names.get(&booking.identity.customer).unwrap_or_default();
            writer.write_record(header.iter().map(|column| {
                let at = COLUMNS.iter().position(|known| column.eq_ignore_ascii_case(known));
                let beside = if column.eq_ignore_ascii_case(NAME) { name } else { "" };
                at.map_or(beside, |at| &*cells[at])
            }))?;
        }
        writer.flush()
    }

    fn cells(
        &self,
        ToBook { identity, month, kind, amount, .. }: &ToBook<'_>,
        on: NaiveDate,
    ) -> [String; COLUMNS.len()] {
        let amount = amount.to_string();
        [
            on.to_string(),
            month.to_string(),
            identity.partner.as_str().to_owned(),
            identity.customer.as_str().to_owned(),
            identity.agreement.as_str().to_owned(),
            identity.credit_name.to_string(),
            identity.currency.to_string(),
            kind.as_str().to_owned(),
            amount.replace('.', self.mark.encode_utf8(&mut [0; 4])),
        ]
    }
}
