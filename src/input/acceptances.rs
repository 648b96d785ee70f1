//! Findings that are known and accepted: a table with a column of checks, such as `aco check` writes.

use super::dialect::Options;
use super::error::{Fault, FileError, Problem};
use super::scan::{ColumnSpec, Head, Layout, Line, TableKind, choice, header};
use super::source::Source;

/// The columns that are looked at; all but the first may be missing.
pub const COLUMNS: [&str; 8] =
    ["Check", "CustomerID", "AgreementID", "InvoiceMonth", "CurrencyCode", "Amount", "File", "Message"];

/// A line's number, and its cells in the order of [`COLUMNS`]; none where the file has no such column.
pub type AcceptanceLine = (u64, [Option<String>; COLUMNS.len()]);

/// Reads the lines of a file, and what is wrong with those that have too few cells.
pub fn read(source: Vec<Source>, options: &Options) -> Result<(Vec<AcceptanceLine>, Vec<Problem>), Vec<FileError>> {
    let open = |head: Head<'_>| open(head, options);
    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    choice::read_lines(source, "a list of findings", options.encoding, None, open, |line| {
        let (wanted, found) = (line.layout.width(), line.fields.len());
        if line.is_blank() {
            return Ok(());
        }
        if found >= wanted {
            lines.push((line.place().line, cells(line).ok_or_else(Fault::not_text)?));
        } else {
            problems.push(Problem::new(line.place(), format!("expected {wanted} fields, found {found}")));
        }
        Ok(())
    })?;
    Ok((lines, problems))
}

/// Finds the header: the first line that has a column of checks.
fn open(head: Head<'_>, options: &Options) -> Result<Layout, Fault> {
    let column = |name| ColumnSpec { names: vec![name], is_required: name == COLUMNS[0], is_exclusive: true };
    let kinds = [TableKind { name: "a list of findings", columns: COLUMNS.map(column).to_vec(), enough: 1 }];
    let delimiters = header::likely_delimiters(head, options.delimiter);
    let searched = "the columns Check, CustomerID, AgreementID and InvoiceMonth: Check at least";
    let recognise = |names: &[String]| names.iter().any(|name| name.eq_ignore_ascii_case(COLUMNS[0])).then_some(0);
    header::find(head, &delimiters, &kinds, searched, recognise)
}

/// The cells that are looked at; `None` if one is no text.
fn cells(line: Line<'_>) -> Option<[Option<String>; COLUMNS.len()]> {
    let mut cells = [const { None }; COLUMNS.len()];
    for (column, cell) in cells.iter_mut().enumerate().filter(|(column, _)| line.layout.has(*column)) {
        *cell = Some(line.text(column)?);
    }
    Some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &'static [u8]) -> Vec<AcceptanceLine> {
        read(vec![Source::stream("accepted", text)], &Options::default()).unwrap().0
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        for text in [&b"Check,Amount\nforfeited,1\n\n*,\n"[..], b"Check,Amount\r\nforfeited,1\r\n\r\n*,\r\n"] {
            let numbers: Vec<u64> = lines(text).into_iter().map(|(line, _)| line).collect();
            assert_eq!(numbers, [2, 4]);
        }
    }

    #[test]
    fn a_column_that_is_absent_is_not_a_blank_cell() {
        let [(_, cells)] = &lines(b"\"check\";Amount;Reason\n*;;x\n")[..] else { panic!("one line") };
        assert_eq!((cells[0].as_deref(), cells[5].as_deref(), cells[1].as_deref()), (Some("*"), Some(""), None));
    }
}
