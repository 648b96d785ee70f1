//! Files as they come in from the field: those that other programs, and people, have had in their hands. Each kind is a
//! table of inputs that give the figures of the plain file, or are refused with their place.

use std::fs;

use super::context::{Run, aco, aco_on};

pub(crate) const HEADER: &str = "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,\
    AgreementID,EffectiveDate,ExpiryDate";

/// Two months of a credit in USD and of one in EUR.
pub(crate) const ROWS: [&str; 4] = [
    "71c9b2d0-0001-4a6e-9d0f-6e1b7a20c4f9,0b61c8d4-0001-4c8e-9d0f-6e1b7a20c4f9,2022-06,ACO,100.50,Active,899.50,USD,\
     c0de0001-3a52-4c8e-9d0f-6e1b7a20c4f9,2022-06-01,2023-05-31",
    "71c9b2d0-0001-4a6e-9d0f-6e1b7a20c4f9,0b61c8d4-0001-4c8e-9d0f-6e1b7a20c4f9,2022-07,ACO,350.75,Active,649.25,USD,\
     c0de0001-3a52-4c8e-9d0f-6e1b7a20c4f9,2022-06-01,2023-05-31",
    "71c9b2d0-0001-4a6e-9d0f-6e1b7a20c4f9,0b61c8d4-0002-4c8e-9d0f-6e1b7a20c4f9,2022-06,ACO,1200.00,Active,3800.00,EUR,\
     c0de0002-3a52-4c8e-9d0f-6e1b7a20c4f9,2022-06-01,2023-05-31",
    "71c9b2d0-0001-4a6e-9d0f-6e1b7a20c4f9,0b61c8d4-0002-4c8e-9d0f-6e1b7a20c4f9,2022-07,ACO,1850.25,Active,3149.75,EUR,\
     c0de0002-3a52-4c8e-9d0f-6e1b7a20c4f9,2022-06-01,2023-05-31",
];

/// What `summary` says of them: month, currency and credit given.
const GIVEN: [&str; 4] = ["2022-06,EUR,1200.00", "2022-06,USD,100.50", "2022-07,EUR,650.25", "2022-07,USD,250.25"];

pub(crate) fn plain() -> String {
    file(&ROWS)
}

pub(crate) fn file(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

fn summary(input: &[u8]) -> Run {
    aco_on("summary -f csv --as-of 2022-09-15", input)
}

/// Month, currency and credit given of each row of a summary.
fn given(run: &Run) -> Vec<String> {
    let cell = |line: &str, at: usize| line.split(',').nth(at).unwrap_or_default().to_owned();
    run.stdout.lines().skip(1).map(|line| [0, 1, 5].map(|at| cell(line, at)).join(",")).collect()
}

/// The input gives the figures of the plain file.
pub(crate) fn read_as_plain(what: &str, input: impl AsRef<[u8]>) {
    let run = summary(input.as_ref());
    assert_eq!(given(&run), GIVEN, "{what}\n{run}");
}

/// The input is refused, with these words.
pub(crate) fn refused(what: &str, input: impl AsRef<[u8]>, words: &str) {
    let run = summary(input.as_ref());
    assert!(run.code == Some(2) && run.stdout.is_empty() && run.stderr.contains(words), "{what}: {words}\n{run}");
}

#[test]
fn an_id_is_one_however_it_is_spelled() {
    let spell = |turn: &dyn Fn(&str) -> String| {
        let cells = |row: &str| {
            let turned = |(at, cell): (usize, &str)| if matches!(at, 0 | 1 | 8) { turn(cell) } else { cell.to_owned() };
            row.split(',').enumerate().map(turned).collect::<Vec<_>>().join(",")
        };
        // The newer download alone has the other spelling.
        format!("{HEADER}\n{}\n{}\n{}\n{}\n", ROWS[0], cells(ROWS[1]), ROWS[2], cells(ROWS[3]))
    };
    let turns: [fn(&str) -> String; 11] = [
        |id| format!("{{{id}}}"),
        |id| format!("{{{}}}", id.to_uppercase()),
        |id| id.replace('-', ""),
        |id| format!("urn:uuid:{id}"),
        |id| format!("\"\"\"{id}\"\"\""),
        |id| format!("\u{200b}{id}\u{feff}"),
        |id| id.replace('-', "\u{2011}"),
        |id| id.replace('-', "–"),
        |id| id.replacen('-', "\u{ad}-", 2),
        |id| format!("({id})"),
        |id| format!("'{id}'"),
    ];
    for turn in turns {
        read_as_plain(&turn("id"), spell(&turn));
    }
}

#[test]
fn what_need_not_be_refused_is_read() {
    let [a, b, c, d] = ROWS;
    let mojibake = "\u{ef}\u{bb}\u{bf}";
    let padded = |with: &[u8]| [plain().as_bytes(), with].concat();
    for (what, input) in [
        ("two byte order marks", format!("\u{feff}\u{feff}{}", plain())),
        ("three", format!("\u{feff}\u{feff}\u{feff}{}", plain())),
        ("a mark taken for letters", format!("{mojibake}{}", plain())),
        ("a mark before a mark taken for letters", format!("\u{feff}{mojibake}{}", plain())),
        ("a mark before the header again", format!("{}\u{feff}{}", file(&[a, c]), file(&[b, d]))),
        ("two marks there", format!("{}\u{feff}\u{feff}{}", file(&[a, c]), file(&[b, d]))),
        (
            "a mark before quotes",
            format!(
                "{}\u{feff}{}",
                file(&[a, c]),
                file(&[b, d]).replace(HEADER, &format!("\"{}\"", HEADER.replace(',', "\",\"")))
            ),
        ),
        ("a mark before a row", format!("{}\u{feff}{b}\n{d}\n", file(&[a, c]))),
        (
            "blanks before quotes",
            plain().replace(',', "\", \"").replace('\n', "\"\n\"").trim_end_matches('"').replacen(
                "PartnerID",
                "\"PartnerID",
                1,
            ),
        ),
        ("blanks before quotes of text", plain().replace(",ACO,", ",  \"ACO\",").replace(",Active,", ", \"Active\" ,")),
    ] {
        read_as_plain(what, input);
    }
    for (what, padding) in [
        ("Ctrl-Z", &b"\x1a"[..]),
        ("Ctrl-Z in a line", b"\x1a\r\n"),
        ("NUL", b"\0"),
        ("a sector of NULs", &[0; 512]),
        ("more than a block of NULs", &vec![0; 600_000]),
        ("lines and Ctrl-Z", b"\n\n\x1a\x1a"),
    ] {
        read_as_plain(what, padded(padding));
    }
    for turn in [u16::to_le_bytes, u16::to_be_bytes] {
        let wide = |text: &str| text.encode_utf16().flat_map(turn).collect::<Vec<u8>>();
        read_as_plain("UTF-16 without a mark", wide(&plain()));
        read_as_plain("UTF-16 with two", wide(&format!("\u{feff}\u{feff}{}", plain())));
        // More than is decoded at a time, and more of UTF-8 than of it.
        let long = plain().replace(",ACO,", &format!(",{},", "€𝄞€€€".repeat(20_000)));
        read_as_plain("UTF-16 of a long name", wide(&long));
    }
    refused("NULs within", format!("{HEADER}\n{a}\n\0\0\0\0\n{b}\n{c}\n{d}\n"), "<stdin>:3:");
}

#[test]
fn a_dash_is_zero_where_an_accounting_format_wrote_it() {
    for (dash, is_read) in [
        (" $-   ", true),
        ("-", true),
        (" - ", true),
        ("$ -", true),
        ("–", true),
        ("USD -", true),
        (" -   €", false),
        ("--", false),
        ("$", false),
        ("n/a", false),
    ] {
        let run = summary(plain().replace("899.50", dash).as_bytes());
        assert_eq!(run.code == Some(0), is_read, "{dash}\n{run}");
        assert_eq!(run.stdout.contains("2022-06,USD,1,1,,100.50,100.50,0,"), is_read, "{dash}\n{run}");
    }
}

#[test]
fn months_have_names_in_more_languages() {
    for (june, july) in [
        ("junio 2022", "julio 2022"),
        ("junio de 2022", "julio de 2022"),
        ("giugno 2022", "luglio 2022"),
        ("giu-22", "lug-22"),
        ("junho de 2022", "julho de 2022"),
        ("juni 2022", "juli 2022"),
        ("czerwiec 2022", "lipiec 2022"),
        ("1 czerwca 2022", "1 lipca 2022"),
        ("2022年6月", "2022年7月"),
        ("2022年06月01日", "2022年07月01日"),
        ("2022년 6월", "2022년 7월"),
        ("2022M06", "2022M07"),
    ] {
        read_as_plain(
            june,
            plain().replace(",2022-06,", &format!(",{june},")).replace(",2022-07,", &format!(",{july},")),
        );
    }
    refused("no month", plain().replace(",2022-06,", ",junius 2022,"), "InvoiceMonth: 'junius 2022'");
}

#[test]
fn a_year_that_no_report_can_have_is_refused() {
    for year in ["2565", "1401", "1922", "2014", "2103", "2922"] {
        let input = plain().replace(",2022-06,", &format!(",{year}-06,")).replace(",2022-07,", &format!(",{year}-07,"));
        refused(year, &input, &format!("<stdin>:2: InvoiceMonth: '{year}-06': expected a month of 2015-01 to "));
        refused(year, &input, "--any-year");
        let run = aco_on("summary -f csv --any-year", input.as_bytes());
        assert!(run.code == Some(0) && run.stdout.contains(&format!("{year}-07,USD")), "{run}");
    }
    for year in ["2015", "2021", "2027"] {
        let run = aco_on("summary -f csv", plain().replace(",2022-0", &format!(",{year}-0")).as_bytes());
        assert_eq!(run.code, Some(0), "{year}\n{run}");
    }
    read_as_plain("a day of expiry far away", plain().replace("2023-05-31", "2099-12-31"));
    for (args, code, finding) in
        [("--as-of 2022-09-15", 1, "error,unreadable-row,"), ("--skip provisional-month", 1, "error,future-month,")]
    {
        let input = plain().replace(",2022-0", ",2565-0");
        let run = aco_on(&format!("check -f csv {args}"), input.as_bytes());
        assert!(run.code == Some(code) && run.stdout.contains(finding), "{run}");
    }
    // What is left out was there.
    let run = aco_on("summary -f csv --as-of 2020-01-15", plain().as_bytes());
    assert!(run.code == Some(0) && run.stderr.contains("leaves out 4 rows"), "{run}");
    assert!(!run.stderr.contains("no records\n"), "{run}");
}

#[test]
fn files_of_other_formats_are_called_by_their_names() {
    let tar = [&b"report.csv"[..], &[0; 247], b"ustar\x0000", &[0; 243]].concat();
    for (input, words) in [
        (&b"7z\xbc\xaf\x27\x1c\0\x04"[..], "a 7z archive, which is not read: unpack it"),
        (b"Rar!\x1a\x07\x01\0\xc9", "a rar archive"),
        (&tar, "a tar archive"),
        (b"\xfd7zXZ\0\0\x04", "compressed with xz"),
        (b"\x28\xb5\x2f\xfd\x24\x10", "compressed with zstd"),
        (b"BZh91AY&SY", "compressed with bzip2"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"\n <!DOCTYPE html>\n<html><head><title>Sign in</title>", "an HTML page"),
        (b"<?xml version=\"1.0\"?>\n<html xmlns=\"x\">", "an HTML page"),
        (b"<html>", "an HTML page"),
        (b"<?xml version=\"1.0\"?><Error><Code>AuthenticationFailed</Code></Error>", "an error in XML"),
        (b"<?xml version=\"1.0\"?><Invoice/>", "an XML document"),
        (b"7z,a\n", "no header"),
        (b"<a>,b\n", "no header"),
    ] {
        refused(words, input, words);
    }
    let quoted = format!("\"{}\"\n", plain().trim_end().replace('\n', "\"\n\""));
    let cells = "each line is one cell, in which all of its fields stand together";
    refused("each line in quotes", &quoted, cells);
    refused("with separators behind", quoted.replace("\"\n", "\",,\n"), cells);
    refused("with semicolons", quoted.replace(',', ";"), cells);
    refused("below a title", format!("Balances\n{quoted}"), cells);
}

#[test]
fn a_credit_that_is_renamed_stays_one() {
    let [a, b, c, d] = ROWS;
    let renamed = |row: &str| row.replace(",ACO,", ",Azure Credit Offer,");
    let said = "CreditName is `ACO`, and from 2022-07 on `Azure Credit Offer`: one credit, for all else agrees";
    let run = summary(file(&[a, &renamed(b), c, &renamed(d)]).as_bytes());
    assert!(given(&run) == GIVEN && run.stderr.contains(&format!("{said} (the first of 2)")), "{run}");
    let run = aco_on("check -f csv --as-of 2022-08-15", file(&[a, &renamed(b), c, d]).as_bytes());
    assert!(run.code == Some(0) && run.stderr.contains(said), "{run}");
    // Two at one time are two; so are those of other dates, and one whose amount begins anew.
    let other_days = renamed(b).replace(",2022-06-01,", ",2022-07-01,");
    let anew = renamed(b).replace(",350.75,", ",50.25,");
    for rows in [[a, b, &renamed(b), c], [a, &other_days, c, d], [a, &anew, c, d]] {
        let run = summary(file(&rows).as_bytes());
        assert!(!run.stderr.contains("one credit, for"), "{run}");
    }
}

#[test]
fn objects_are_read_as_strictly_as_rows() {
    let cell = |(name, value): (&str, &str)| format!("\"{name}\":\"{value}\"");
    let object = |row: &str| HEADER.split(',').zip(row.split(',')).map(cell).collect::<Vec<_>>().join(",");
    let file = |member: &str| {
        let objects: Vec<String> = ROWS.iter().map(|row| format!("{{{}{member}}}", object(row))).collect();
        (objects.join("\n"), format!("[{}]", objects.join(",\n")))
    };
    for member in ["", ",\"CustomerName\":\"x\",\"CustomerName\":\"y\"", ",\"x\":null"] {
        let (lines, document) = file(member);
        read_as_plain("two byte order marks", format!("\u{feff}\u{feff}{lines}"));
        read_as_plain(member, lines);
        read_as_plain(member, document);
    }
    for member in [
        ",\"CreditAmount\":\"999\"",
        ",\"creditAmount\":999",
        ",\"credit_amount\":null",
        ",\"INVOICEMONTH\":\"2022-07\"",
        ",\"Credit Status\":\"Active\"",
    ] {
        let (lines, document) = file(member);
        refused(member, lines, "");
        refused(member, document, "");
    }
    // A comma or point in text is as open as in a cell.
    let text = |amount: &str| file("").0.replace("100.50", amount).replace("899.50", "1").replace("649.25", "2");
    let open = |amount: &str| text(amount).replace("350.75", "3").replace("1200.00", "4").replace("1850.25", "5");
    refused(
        "text that may be a thousand",
        open("1,234").replace("3800.00", "6").replace("3149.75", "7"),
        "--decimal point",
    );
    refused("text in another spelling", text("100,50"), "the decimal mark is a point in");
}

#[test]
fn no_yen_has_decimals() {
    let yen = |amounts: [&str; 4]| {
        let mut rows = ROWS.map(|row| row.replace(",EUR,", ",JPY,").replace(",USD,", ",JPY,"));
        for (row, amount) in rows.iter_mut().zip(amounts) {
            let cells: Vec<&str> = row.split(',').collect();
            *row = [&cells[..4], &[amount, "Active", "0"], &cells[7..]].concat().join(",");
        }
        file(&rows.each_ref().map(String::as_str))
    };
    let run = summary(yen(["\"1,000\"", "\"2,500\"", "\"1,000\"", "\"3,000\""]).as_bytes());
    assert_eq!(given(&run), ["2022-06,JPY,2000", "2022-07,JPY,3500"], "{run}");
    let run = summary(yen(["\"1,000\"", "\"12,500\"", "900", "\"1,100\""]).as_bytes());
    assert_eq!(given(&run), ["2022-06,JPY,1900", "2022-07,JPY,11700"], "{run}");
    for currency in ["KRW", "ISK", "CLP"] {
        let run = summary(yen(["\"1,000\"", "\"1,000\"", "1", "1"]).replace("JPY", currency).as_bytes());
        assert_eq!(run.code, Some(0), "{run}");
    }
    refused("euros", yen(["\"1,000\"", "\"2,500\"", "1", "1"]).replace("JPY", "EUR"), "--decimal point");
    // A dinar has three: behind a comma nothing tells, until another amount does.
    for dinar in ["KWD", "BHD", "TND"] {
        let commas = yen(["\"1,250\"", "\"2,500\"", "0", "\"1,000\""]);
        refused(dinar, commas.replace("JPY", dinar), "--decimal point");
        let run = summary(yen(["\"1,250\"", "\"2,500\"", "\"0,750\"", "\"1,000\""]).replace("JPY", dinar).as_bytes());
        assert_eq!(given(&run), [format!("2022-06,{dinar},2.000"), format!("2022-07,{dinar},1.500")], "{run}");
    }
    refused("a comma before decimals", yen(["\"1,000\"", "\"12,5\"", "1", "1"]), "the decimal mark is a point in");
    let run = aco_on("summary -f csv --decimal comma", yen(["\"1,000\"", "\"12,5\"", "1", "1"]).as_bytes());
    assert_eq!(run.code, Some(0), "the flag settles it\n{run}");
}

#[test]
fn a_moment_that_may_be_another_month_is_refused() {
    for time in ["T22:00:00Z", " 22:00:00", "T23:00:00+00:00", "T18:30:00Z", " 5:00 PM", "T12:00:00.000Z"] {
        let moved = plain()
            .replace(",2022-07,", &format!(",2022-06-30{time},"))
            .replace(",2022-06,", &format!(",2022-05-31{time},"));
        refused(time, moved, "may be the next month's first midnight in another zone");
    }
    for (june, july) in [
        ("2022-06-01T00:00:00Z", "2022-07-01T00:00:00Z"),
        ("2022-06-30T23:59:59Z", "2022-07-31T23:59:59Z"),
        ("2022-06-01T05:00:00Z", "2022-07-01T05:00:00Z"),
        ("6/30/2022 12:00:00 AM", "7/31/2022 12:00:00 AM"),
        ("2022-06-15 22:00", "2022-07-15 22:00"),
    ] {
        read_as_plain(
            june,
            plain().replace(",2022-06,", &format!(",{june},")).replace(",2022-07,", &format!(",{july},")),
        );
    }
}

#[test]
fn days_that_are_midnights_of_another_zone_are_read_with_its_offset() {
    // The plain file, with the moments at which its days begin in Berlin.
    let moments = |time: &str| {
        plain()
            .replace(",2022-06-01,", &format!(",2022-05-31{time},"))
            .replace(",2023-05-31\n", &format!(",2023-05-30{time}\n"))
            .replace(",2022-07,", &format!(",2022-06-30{time},"))
            .replace(",2022-06,", &format!(",2022-05-31{time},"))
    };
    let by_days = "list -f csv --as-of 2022-09-15";
    let plain_list = aco_on(by_days, plain().as_bytes());
    for (time, offset) in [
        ("T22:00:00Z", "+02:00"),
        ("T23:00:00+00:00", "+1"),
        ("T18:30:00Z", "+05:30"),
        (" 12:00", "+12:00"),
        (" 10:00:00 PM", "+02:00"),
    ] {
        let run = aco_on(&format!("{by_days} --utc-offset {offset}"), moments(time).as_bytes());
        assert_eq!(run.to_string(), plain_list.to_string(), "{time}");
    }
    let west =
        plain().replace(",2022-06-01,", ",2022-06-01T05:00:00Z,").replace(",2023-05-31\n", ",2023-05-31T05:00:00Z\n");
    refused("the West, too", &west, "--utc-offset -05:00");
    let run = aco_on(&format!("{by_days} --utc-offset -05:00"), west.as_bytes());
    assert_eq!(run.to_string(), plain_list.to_string());
    let days =
        plain().replace(",2022-06-01,", ",2022-05-31T22:00:00Z,").replace(",2023-05-31\n", ",2023-05-31T21:59:59Z\n");
    refused("days of credits alone", &days, "say which with --utc-offset +02:00");
    let run = aco_on(&format!("{by_days} --utc-offset +02:00"), days.as_bytes());
    assert_eq!(run.to_string(), plain_list.to_string(), "the last second of a day stays in it");
    for time in ["T14:33:10Z", "T00:00:00Z", "T22:15:00Z"] {
        read_as_plain(time, plain().replace(",2022-06-01,", &format!(",2022-06-01{time},")));
    }
    for offset in ["2", "+15:00", "+02:60", "Berlin"] {
        let run = aco_on(&format!("{by_days} --utc-offset {offset}"), plain().as_bytes());
        assert!(run.code == Some(2) && run.stderr.contains("such as `+02:00`"), "{run}");
    }
}

#[test]
fn moments_of_invoices_are_not_cut_to_days_that_move_months() {
    let folder = tempfile::tempdir().unwrap();
    let reconcile = |name: &str, start: &str, flag: &str| {
        let line = |customer: usize, currency: &str, amount: &str| {
            let customer = format!("0b61c8d4-000{customer}-4c8e-9d0f-6e1b7a20c4f9");
            let cells =
                [&customer, "G1", "2022-08-03T14:10:07Z", "customerCredit", amount, currency, start, "Azure Credit"];
            cells.map(str::to_owned)
        };
        let names = "CustomerId,InvoiceNumber,OrderDate,ChargeType,Subtotal,Currency,ChargeStartDate,CreditReasonCode";
        let lines = [line(1, "USD", "-250.25"), line(2, "EUR", "-650.25")];
        let object = |cells: &[String; 8]| {
            let members = names.split(',').zip(cells).map(|(name, cell)| format!("\"{name}\":\"{cell}\""));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        };
        let text = match name {
            "invoice.csv" => format!("{names}\n{}\n", lines.map(|cells| cells.join(",")).join("\n")),
            _ => lines.each_ref().map(object).join("\n"),
        };
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let line = format!("reconcile - -f csv --as-of 2022-09-15 --month 2022-07 --invoice {} {flag}", path.display());
        aco_on(&line, plain().as_bytes())
    };
    for name in ["invoice.csv", "invoice.jsonl"] {
        for start in
            ["2022-06-30T22:00:00Z", "2022-06-30 23:00:00", "2022-06-30T18:30:00.0000000Z", "6/30/2022 5:00 PM"]
        {
            let run = reconcile(name, start, "");
            assert!(run.code == Some(2) && run.stderr.contains("--utc-offset"), "{start}\n{run}");
        }
        for (start, flag) in [
            ("2022-07-01", ""),
            ("2022-07-01T00:00:00Z", ""),
            ("2022-07-31T23:59:59Z", ""),
            ("2022-07-09T13:27:11Z", ""),
            ("2022-06-30T22:00:00Z", "--utc-offset +02:00"),
            ("2022-06-30T18:30:00Z", "--utc-offset +05:30"),
            ("2022-07-01T05:00:00Z", "--utc-offset -05:00"),
        ] {
            let run = reconcile(name, start, flag);
            assert!(run.code == Some(0) && run.stdout.matches(",matched,").count() == 2, "{start} {flag}\n{run}");
        }
    }
}

#[test]
fn blanks_have_other_spellings() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("invoice.csv");
    let names = folder.path().join("names.csv");
    let expected = aco("reconcile fixtures/aco-balance.csv --invoice fixtures/invoice/2022-07.csv -f csv");
    for blank in ["NULL", "N/A", "(blank)", " NULL ", "#N/A", "(null)", "<null>", "\\N", "nan", "NaN", "None", "<NA>"] {
        // Every blank cell of the invoice.
        let text = fs::read_to_string("fixtures/invoice/2022-07.csv").unwrap();
        let filled = |line: &str| {
            let cells: Vec<&str> = line.split(',').map(|cell| if cell.is_empty() { blank } else { cell }).collect();
            cells.join(",")
        };
        fs::write(&path, text.lines().map(filled).collect::<Vec<_>>().join("\n") + "\n").unwrap();
        let run = aco(&format!("reconcile fixtures/aco-balance.csv --invoice {} -f csv", path.display()));
        assert_eq!(run.to_string(), expected.to_string(), "{blank}");
        let customer = "0b61c8d4-0001-4c8e-9d0f-6e1b7a20c4f9";
        fs::write(&names, format!("CustomerId,CustomerName\n{customer},Contoso\n{customer},{blank}\n")).unwrap();
        let line = format!("given -f csv --as-of 2022-09-15 --names {}", names.display());
        let run = aco_on(&line, plain().as_bytes());
        assert!(run.stdout.contains(",Contoso,") && !run.stdout.contains(blank.trim()), "{blank}\n{run}");
    }
}

#[test]
fn a_download_that_is_not_finished_is_left_alone() {
    for ending in ["crdownload", "part", "csv.part", "partial", "CRDOWNLOAD"] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("report.csv"), plain()).unwrap();
        fs::write(folder.path().join(format!("report (1).{ending}")), plain().replace("350.75", "3")).unwrap();
        let run = aco(&format!("summary {} -f csv --as-of 2022-09-15", folder.path().display()));
        assert_eq!(given(&run), GIVEN, "{run}");
        assert!(run.stderr.contains(&format!("report (1).{ending} (an unfinished download)")), "{run}");
    }
}
