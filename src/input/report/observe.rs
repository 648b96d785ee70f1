//! What records say besides the values of rows: those that are no rows, how their file is spelled, and whether it may be
//! cut off.

use super::cells::{apostrophe, may_be_cut};
use super::position;
use super::rows::RowBuilder;
use crate::input::error::{Fault, Problem, Seen, shortened};
use crate::input::scan::Line;
use crate::input::source::encoding;
use crate::input::value::{Clue, Clues, SUM_WORDS, amount};
use crate::model::{Currency, ReportColumn};

impl RowBuilder {
    /// Takes in a record that is no row: blank cells, the header again, totals, or one that cannot be read.
    #[cold]
    pub(super) fn not_a_row(&mut self, line: Line<'_>, rejects: Vec<Problem>) -> Result<(), Fault> {
        if line.is_blank() {
            return Ok(());
        }
        if line.is_header()? {
            self.headers.push(line.place());
        } else if is_totals(line, &rejects) {
            self.totals.push((line.place(), line.shown()));
        } else {
            self.rejects.extend(rejects);
        }
        Ok(())
    }

    /// Notes the cells of a row that give some clues, one of them for the first time.
    #[cold]
    pub(super) fn note_clues(&mut self, line: Line<'_>, clues: Clues) {
        let evidence = &mut self.evidence[line.block.file as usize];
        for column in ReportColumn::ALL {
            let says = clues_of(line, column);
            for clue in clues.iter().filter(|clue| says.contains(*clue)) {
                let value = line.read(column, shortened).unwrap_or_default();
                evidence.add(clue, Seen { line: line.place().line, column: column.name().to_owned(), value });
            }
        }
    }

    /// Notes what the bytes of a record say about the file's encoding.
    pub(super) fn note_encoding(&mut self, line: Line<'_>) {
        let evidence = &mut self.evidence[line.block.file as usize];
        for index in 0..line.fields.len() {
            let value = line.fields.raw(index);
            if value.is_ascii() {
                continue;
            }
            let is_utf8 = std::str::from_utf8(value).is_ok();
            let is_western = !value.iter().copied().any(encoding::is_undefined);
            let clues = [if is_utf8 { Clue::Utf8 } else { Clue::NotUtf8 }, Clue::NotWestern];
            for clue in &clues[..if is_western { 1 } else { 2 }] {
                if !evidence.seen().contains(*clue) {
                    let text = encoding::text(value, None).unwrap_or_else(|| String::from_utf8_lossy(value));
                    let column = line.layout.headers.get(index).cloned().unwrap_or_default();
                    evidence.add(*clue, Seen { line: line.place().line, column, value: shortened(&text) });
                }
            }
        }
    }

    /// Notes the last cell of a file that does not end its last line, if the cell may be longer.
    #[cold]
    pub(super) fn note_cut(&mut self, line: Line<'_>) {
        let last = line.layout.width() - 1;
        let column = ReportColumn::ALL.into_iter().find(|column| position(line.layout, *column) == last);
        let Some(column) = column.filter(|_| line.fields.len() == line.layout.width()) else { return };
        let Some(value) = line.read(column, str::to_owned) else { return };
        let currency = line.read(ReportColumn::CurrencyCode, Currency::parse).flatten();
        if may_be_cut(column, value.trim(), currency) {
            let (column, value) = (column.name().to_owned(), shortened(&value));
            self.cut.push((line.block.file, Seen { line: line.place().line, column, value }));
        }
    }
}

/// Whether a record sums up the ones above it: it says so, or it has amounts and no ids.
fn is_totals(line: Line<'_>, rejects: &[Problem]) -> bool {
    let at = |column: ReportColumn| {
        let is_there = position(line.layout, column) < line.fields.len();
        if is_there { line.value(column).trim_ascii().to_vec() } else { Vec::new() }
    };
    let says_so = line.fields.values().any(|value| {
        let text = String::from_utf8_lossy(&value).to_lowercase();
        text.split(|c: char| !c.is_alphabetic()).any(|word| SUM_WORDS.contains(&word))
    });
    let no_ids = [ReportColumn::PartnerId, ReportColumn::CustomerId, ReportColumn::AgreementId]
        .map(at)
        .iter()
        .all(Vec::is_empty);
    // Of a record of another shape no cell was read yet.
    let is_misshapen = rejects.iter().any(|reject| reject.column.is_none());
    let can_be_read = |column: ReportColumn| match column {
        _ if !is_misshapen => rejects.iter().all(|reject| reject.column != Some(column.name())),
        ReportColumn::InvoiceMonth => line.layout.read_month(&String::from_utf8_lossy(&at(column))).is_some(),
        _ => amount::read(&at(column), line.layout.mark).is_ok(),
    };
    let sums = can_be_read(ReportColumn::CreditAmount) || can_be_read(ReportColumn::BalanceAmount);
    !can_be_read(ReportColumn::InvoiceMonth) && sums && (says_so || no_ids) && at(ReportColumn::AgreementId).is_empty()
}

fn clues_of(line: Line<'_>, column: ReportColumn) -> Clues {
    let clues = match column {
        ReportColumn::CreditAmount | ReportColumn::BalanceAmount => {
            let currency = line.read(ReportColumn::CurrencyCode, Currency::parse).flatten();
            amount::read(&line.value(column), line.layout.mark).ok().map(|reading| reading.clues.of_currency(currency))
        }
        ReportColumn::CurrencyCode => line.read(column, Currency::parse).flatten().map(Clues::of_decimals),
        ReportColumn::InvoiceMonth => {
            line.read(column, |text| line.layout.read_month(text)).flatten().map(|(_, clues)| clues)
        }
        ReportColumn::EffectiveDate | ReportColumn::ExpiryDate => {
            line.read(column, |text| line.layout.read_day(text)).flatten().map(|(_, clues)| clues)
        }
        _ => None,
    };
    clues.unwrap_or_default().and(apostrophe(line, column))
}
