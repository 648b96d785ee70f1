//! Reading in blocks on several threads finds the fields and lines that the `csv` crate finds in one go.

use std::io::Cursor;

use aco::input;
use aco::input::source::Source;
use aco::model::Place;

use super::Choices;

/// What is taken off or apart before the text is read, and is not there for the `csv` crate.
const WRAPPINGS: [&[u8]; 6] =
    [b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06", b"\xef\xbb\xbf", b"PAR1", b"\xd0\xcf\x11\xe0"];

pub(crate) fn run(data: &[u8]) {
    let mut choices = Choices::of(data);
    let delimiter = [b',', b',', b';', b'\t'][choices.below(4)];
    let (first, second) = data.split_at(choices.below(data.len() + 1));
    let files = if choices.below(3) == 0 { vec![first, second] } else { vec![data] };
    if files.iter().any(|file| WRAPPINGS.iter().any(|wrapping| file.starts_with(wrapping))) {
        return;
    }
    // Nor are the blanks before quotes, and what pads the end of a file.
    let is_padded = |file: &[u8]| {
        let end = file.trim_ascii_end();
        end.ends_with(b"\0") || end.ends_with(b"\x1a") || file.windows(2).any(|pair| pair == b" \"")
    };
    if files.iter().any(|file| is_padded(file)) {
        return;
    }
    let pace = choices.pace(data.len());
    let sources = files.iter().map(|file| Source::stream("file", Cursor::new(file.to_vec()))).collect();
    let records = input::fields(sources, delimiter, pace).expect("any bytes are records");
    let expected: Vec<Fields> =
        (0..).zip(&files).flat_map(|(number, file)| sequential(number, file, delimiter)).collect();
    assert_eq!(records, expected, "{pace:?}, separator {:?}", char::from(delimiter));
}

/// Where a record stands, and the values of its fields.
type Fields = (Place, Vec<Vec<u8>>);

/// The records of a file as the `csv` crate reads them; the lines are counted apart, for it counts `\n` only.
fn sequential(file: u32, text: &[u8], delimiter: u8) -> Vec<Fields> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text);
    let mut record = csv::ByteRecord::new();
    let mut records = Vec::new();
    let (mut at, mut line) = (0, 1);
    while reader.read_byte_record(&mut record).expect("bytes in memory can be read") {
        let begun = record.position().map_or(0, csv::Position::byte);
        let begun = usize::try_from(begun).expect("a position in memory");
        // Blank lines stand before the record, not in it.
        let blanks = text[begun..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        line += line_ends(&text[at..begun + blanks]);
        at = begun + blanks;
        records.push((Place { file, line }, record.iter().map(<[u8]>::to_vec).collect()));
    }
    records
}

/// Line ends of any kind; `\r\n` is one.
fn line_ends(text: &[u8]) -> u64 {
    let ends = (0..text.len()).filter(|at| match text[*at] {
        b'\n' => true,
        b'\r' => text.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() as u64
}
