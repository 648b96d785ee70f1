//! What formats make of text: Markdown, HTML, workbooks, JSON and CSV hold it, and nothing that it asks for.

use std::collections::BTreeSet;
use std::fs;

use calamine::{Data, Reader, Xlsx, open_workbook};
use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};

use super::super::context::Run;
use super::{Books, COMMANDS, TEXTS, assert_tame};

/// The commands that write tables.
fn tables() -> impl Iterator<Item = &'static str> {
    COMMANDS.into_iter().filter(|line| !line.ends_with("--chart"))
}

#[test]
fn markdown_cells_are_text_and_nothing_else() {
    let books = Books::new();
    for line in tables() {
        let run = books.run(&format!("{line} -f markdown"));
        assert_tame(&run.stdout, &line);
        let columns = run.stdout.lines().nth(1).unwrap().matches("---").count();
        let arena = Arena::new();
        let mut options = Options::default();
        let extension = &mut options.extension;
        (extension.table, extension.autolink, extension.strikethrough) = (true, true, true);
        (extension.math_dollars, extension.footnotes, extension.superscript) = (true, true, true);
        let document = parse_document(&arena, &run.stdout, &options);
        let mut rows = 0;
        for node in document.descendants() {
            match &node.data.borrow().value {
                NodeValue::TableRow(_) => {
                    rows += 1;
                    assert_eq!(node.children().count(), columns, "{line}");
                }
                NodeValue::Document
                | NodeValue::Table(_)
                | NodeValue::TableCell
                | NodeValue::Text(_)
                | NodeValue::Paragraph
                | NodeValue::Strong => {}
                other => panic!("{line}: {other:?} in\n{}", run.stdout),
            }
        }
        assert_eq!(rows, run.stdout.lines().take_while(|line| line.starts_with('|')).count() - 1, "{line}");
    }
}

#[test]
fn markdown_reads_back_every_text() {
    let books = Books::new();
    let run = books.run("list BALANCE --month 2022-01 --currency usd -f markdown");
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.table = true;
    let document = parse_document(&arena, &run.stdout, &options);
    let mut cells = BTreeSet::new();
    for node in document.descendants().filter(|node| matches!(node.data.borrow().value, NodeValue::TableCell)) {
        let mut text = String::new();
        for inner in node.descendants() {
            if let NodeValue::Text(part) = &inner.data.borrow().value {
                text.push_str(part);
            }
        }
        cells.insert(text);
    }
    for text in TEXTS {
        let expected = aco::model::Visible(text).to_string();
        assert!(cells.contains(&expected), "{expected:?} in {cells:?}");
    }
}

#[test]
fn a_page_has_no_tags_and_attributes_but_its_own() {
    let books = Books::new();
    let page = |line: &str, arguments: &[&str]| {
        let output = books.folder.path().join("report.html");
        let mut command = books.command(line);
        let run = Run::of(command.args(arguments).arg("-o").arg(&output).output().unwrap());
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        fs::read_to_string(output).unwrap()
    };
    let with_invoices = "report BALANCE --names NAMES --as-of 2022-03-01 -q --invoice INVOICE COPY USAGE";
    let without = "report BALANCE --names NAMES --as-of 2022-03-01 -q";
    for text in TEXTS {
        let title = format!("--title={text}");
        let status = format!("--status={text}");
        // A comma separates statuses, of which none is like this.
        let arguments = [title.as_str(), status.as_str()];
        let html = if text.contains(',') { page(with_invoices, &arguments[..1]) } else { page(without, &arguments) };
        assert_tame(&html, &text);
        assert_ours(&html, &text);
    }
    let html = page(with_invoices, &[]);
    assert_tame(&html, &with_invoices);
    assert_ours(&html, &with_invoices);
    for shown in ["&lt;script&gt;", "&#60;img", "&#34; onmouseover=&#34;", "javascript:alert(1)"] {
        let other = shown.replace("&lt;", "&#60;").replace("&gt;", "&#62;");
        assert!(html.contains(shown) || html.contains(&other), "{shown}");
    }
}

/// Fails if a page has a tag or an attribute that no page of ours has.
fn assert_ours(html: &str, context: &dyn std::fmt::Display) {
    for (tag, attributes) in tags(html) {
        let tags_of_ours = "!doctype html head meta link title style body header h1 h2 p main section ul li article dl \
                div dt dd figure figcaption span svg rect line path circle text details summary table thead tr th tbody td tfoot strong footer";
        assert!(tags_of_ours.split_whitespace().any(|known| known == tag), "{context}: <{tag}>");
        let ours = "html lang charset name content http-equiv rel href class aria-label aria-hidden tabindex role scope title data-label \
                viewBox aria-labelledby id x y x1 x2 y1 y2 cx cy r d width height";
        for attribute in attributes {
            assert!(ours.split_whitespace().any(|known| known == attribute), "{context}: <{tag} {attribute}>");
        }
    }
}

/// The tags of a page, each with the names of its attributes; what stands between tags must not hold `<`.
fn tags(html: &str) -> Vec<(String, Vec<String>)> {
    let mut tags = Vec::new();
    for part in html.split('<').skip(1) {
        let tag = part.split('>').next().unwrap();
        let mut words = tag.trim_start_matches('/').splitn(2, char::is_whitespace);
        let name = words.next().unwrap().trim_end_matches('/').to_owned();
        let rest = words.next().unwrap_or_default();
        // Outside quotes are the odd-numbered pieces: ` name=`.
        let outside = rest.split('"').step_by(2).collect::<Vec<_>>().join(" ");
        let attributes = outside.split_whitespace().map(|word| word.trim_matches(['=', '/']).to_owned());
        tags.push((name, attributes.filter(|attribute| !attribute.is_empty()).collect()));
    }
    tags
}

#[test]
fn workbooks_hold_texts_and_never_formulas_of_theirs() {
    let books = Books::new();
    let output = books.folder.path().join("out.xlsx");
    let lines = tables()
        .map(str::to_owned)
        .chain(["report BALANCE --invoice INVOICE USAGE --names NAMES --as-of 2022-03-01".to_owned()]);
    for line in lines {
        let run = Run::of(books.command(&line).arg("-o").arg(&output).output().unwrap());
        assert!(matches!(run.code, Some(0 | 1)), "{line}\n{run}");
        let mut book: Xlsx<_> = open_workbook(&output).unwrap();
        for sheet in book.sheet_names() {
            for (row, column, formula) in book.worksheet_formula(&sheet).unwrap().used_cells() {
                assert!(formula.is_empty() || formula.starts_with("SUMIFS("), "{line}: {row}, {column}: {formula}");
            }
        }
    }
    let run =
        Run::of(books.command("list BALANCE --month 2022-01 --currency usd").arg("-o").arg(&output).output().unwrap());
    assert_eq!(run.code, Some(0), "{run}");
    let mut book: Xlsx<_> = open_workbook(&output).unwrap();
    let sheet = book.worksheet_range("aco").unwrap();
    for (row, text) in sheet.rows().skip(1).zip(TEXTS) {
        for at in [0, 2, 4, 9, 10] {
            let Data::String(cell) = &row[at] else { panic!("{:?}", row[at]) };
            let text = if matches!(at, 2 | 4) { text.to_owned() } else { as_id(text) };
            assert_eq!(normal(cell), normal(&text));
        }
    }
}

/// A text as an id: characters of no width are no part of it.
fn as_id(text: &str) -> String {
    text.replace(['\u{200b}', '\u{200c}', '\u{200d}', '\u{feff}', '\u{2060}', '\u{ad}'], "")
}

/// Text as XML hands it on: line ends are `\n`.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[test]
fn machine_formats_give_every_text_back() {
    let books = Books::new();
    for line in tables() {
        let json = books.run(&format!("{line} -f json"));
        let rows: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&json.stdout).unwrap();
        let jsonl = books.run(&format!("{line} -f jsonl"));
        let lines: Vec<serde_json::Map<_, _>> = jsonl
            .stdout
            .split('\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(rows, lines, "{line}");
        for (format, delimiter) in [("csv", b','), ("tsv", b'\t')] {
            let run = books.run(&format!("{line} -f {format}"));
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(run.stdout.as_bytes());
            let headers = reader.headers().unwrap().clone();
            let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            assert_eq!(records.len(), rows.len(), "{line} -f {format}");
            for (record, row) in records.iter().zip(&rows) {
                for (name, cell) in headers.iter().zip(record) {
                    if let Some(text) = row[name].as_str() {
                        assert_eq!(cell, text, "{line} -f {format}");
                    }
                }
            }
        }
    }
    let json = books.run("list BALANCE --month 2022-01 --currency usd --names NAMES -f json").stdout;
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    for (row, text) in rows.iter().zip(TEXTS) {
        for name in ["PartnerID", "CustomerID", "CustomerName", "CreditName", "Status", "AgreementID"] {
            let text = if name.ends_with("ID") { as_id(text) } else { text.to_owned() };
            assert_eq!(row[name], text, "{name}");
        }
    }
}
