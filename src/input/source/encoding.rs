//! Encodings: what they are, how a file's is found out, and turning UTF-16 into UTF-8.
//!
//! UTF-8 and Windows-1252 are told apart by the bytes of the whole file, in `dialect`; cells are decoded one by one.

use std::borrow::Cow;
use std::io::{self, Cursor, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::ByteStream;
use super::stream::Converted;
use crate::model::{Message, words};

words! {
    /// A character encoding that reports are found in, with its name on the command line and in messages.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Encoding {
        Utf8 = "utf-8",
        /// Low byte first.
        Utf16Le = "utf-16le",
        /// High byte first.
        Utf16Be = "utf-16be",
        /// "ANSI" in western Europe and America.
        Windows1252 = "windows-1252",
    }
}

/// The text of bytes in UTF-8 or Windows-1252; `None` where they are neither, or not what they must be.
///
/// If `encoding` is open, bytes that are UTF-8 are taken for it: a file that holds both kinds is refused as a whole.
/// No text holds a NUL: it is what a broken disk or transfer leaves.
pub(crate) fn text(bytes: &[u8], encoding: Option<Encoding>) -> Option<Cow<'_, str>> {
    if bytes.contains(&0) {
        return None;
    }
    match (encoding, std::str::from_utf8(bytes)) {
        (Some(Encoding::Windows1252), _) | (None, Err(_)) => western(bytes),
        (_, Ok(text)) => Some(Cow::Borrowed(text)),
        (Some(_), Err(_)) => None,
    }
}

fn western(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let all_mean_something = bytes.iter().all(|byte| !is_undefined(*byte));
    all_mean_something.then(|| WINDOWS_1252.decode_without_bom_handling(bytes).0)
}

/// Whether Windows-1252 gives a byte no meaning.
pub(crate) fn is_undefined(byte: u8) -> bool {
    matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)
}

/// Takes a byte order mark off, and turns UTF-16 into UTF-8. Returns what the text was in; `None` if its bytes must tell UTF-8
/// from Windows-1252.
pub(super) fn decoded(mut reader: ByteStream, wanted: Option<Encoding>) -> io::Result<(ByteStream, Option<Encoding>)> {
    let mut start = Vec::with_capacity(256);
    reader.by_ref().take(256).read_to_end(&mut start)?;
    let (marked, length) = match start[..] {
        [0xef, 0xbb, 0xbf, ..] => (Some(Encoding::Utf8), 3),
        [0xff, 0xfe, ..] => (Some(Encoding::Utf16Le), 2),
        [0xfe, 0xff, ..] => (Some(Encoding::Utf16Be), 2),
        _ => (None, 0),
    };
    let encoding = wanted.or(marked).or_else(|| unmarked(&start));
    // A mark is no text, unless another encoding is insisted on.
    // A file that was put together, or marked by two programs, may begin with several.
    let mark = start[..length].to_vec();
    while encoding == marked && length > 0 && start.starts_with(&mark) {
        start.drain(..length);
    }
    let whole = Cursor::new(start).chain(reader);
    let reader: ByteStream = match encoding {
        Some(Encoding::Utf16Le) => Box::new(from_utf16(whole, UTF_16LE.new_decoder_without_bom_handling())),
        Some(Encoding::Utf16Be) => Box::new(from_utf16(whole, UTF_16BE.new_decoder_without_bom_handling())),
        _ => Box::new(whole),
    };
    Ok((reader, encoding))
}

/// UTF-16 without a mark: a header is ASCII, so every second byte of the start is 0 and no other is.
fn unmarked(start: &[u8]) -> Option<Encoding> {
    let pairs = start.chunks_exact(2);
    let are_zero = |at: usize| pairs.len() >= 8 && pairs.clone().all(|pair| pair[at] == 0 && pair[1 - at] != 0);
    match [are_zero(0), are_zero(1)] {
        [true, _] => Some(Encoding::Utf16Be),
        [_, true] => Some(Encoding::Utf16Le),
        _ => None,
    }
}

/// Bytes that are decoded at a time.
const INPUT: usize = 64 * 1024;

/// Turns UTF-16 into UTF-8. Half a character, or a lone surrogate, is an error with its place.
fn from_utf16(mut reader: impl Read, mut decoder: Decoder) -> impl Read {
    let (mut input, mut line, mut character) = (Vec::new(), 1_u64, 1_u64);
    Converted::new(move |output: &mut Vec<u8>| {
        input.clear();
        let read = reader.by_ref().take(INPUT as u64).read_to_end(&mut input)?;
        let ended = read < INPUT;
        // Two bytes of UTF-16 are three of UTF-8 at most; what is left over from before takes a few more.
        output.resize(read / 2 * 3 + 16, 0);
        let (result, _, written) = decoder.decode_to_utf8_without_replacement(&input, output, ended);
        output.truncate(written);
        for byte in output.iter() {
            match byte {
                b'\n' => (line, character) = (line + 1, 1),
                // The first byte of a character.
                byte if byte & 0xc0 != 0x80 => character += 1,
                _ => {}
            }
        }
        match result {
            DecoderResult::Malformed(..) => {
                Err(Message::error(format!("line {line}, character {character}: not valid UTF-16")).into())
            }
            DecoderResult::InputEmpty | DecoderResult::OutputFull => Ok(!ended),
        }
    })
}
