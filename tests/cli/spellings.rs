//! One ledger in many spellings gives one answer; what cannot be known is refused with the flag that settles it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use zip::CompressionMethod;

use super::context::{HEADER, Run, aco, aco_on, gzip, program, report, snapshot, zip};

/// The fixture's rows, with a name that is not ASCII.
fn rows() -> Vec<Vec<String>> {
    let text = fs::read_to_string("fixtures/aco-balance.csv").unwrap().replace(",ACO,", ",Crédit ACO,");
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

type Turn = fn(&str) -> String;
type Encode = fn(&str) -> Vec<u8>;

const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// An amount such as `1234.50` as others write it.
const AMOUNTS: [(&str, Turn); 9] = [
    ("1234.50", |plain| plain.to_owned()),
    ("1,234.50", |plain| grouped(plain, ",", ".")),
    ("1234,50", |plain| grouped(plain, "", ",")),
    ("1.234,50", |plain| grouped(plain, ".", ",")),
    ("1 234,50", |plain| grouped(plain, " ", ",")),
    ("1\u{a0}234,50 ¤", |plain| grouped(plain, "\u{a0}", ",") + " ¤"),
    ("¤1,234.50", |plain| format!("¤{}", grouped(plain, ",", "."))),
    ("1'234.50", |plain| grouped(plain, "'", ".")),
    ("1234,50-", |plain| match plain.strip_prefix('-') {
        Some(positive) => grouped(positive, "", ",") + "-",
        None => grouped(plain, "", ","),
    }),
];

fn grouped(plain: &str, thousands: &str, decimal: &str) -> String {
    let (whole, decimals) = plain.split_once('.').map_or((plain, ""), |(whole, decimals)| (whole, decimals));
    let digits = whole.trim_start_matches('-');
    let mut text = if whole.starts_with('-') { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text += thousands;
        }
        text.push(digit);
    }
    if decimals.is_empty() { text } else { text + decimal + decimals }
}

/// A date, given as month, day and year, as others write it.
const DATES: [fn(NaiveDate) -> String; 9] = [
    |day| format!("{}/{}/{}", day.month(), day.day(), day.year()),
    |day| format!("{}/{}/{} 12:00:00 AM", day.month(), day.day(), day.year()),
    |day| day.to_string(),
    |day| format!("{day}T23:59:59Z"),
    |day| format!("{}.{}.{}", day.day(), day.month(), day.year()),
    |day| format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
    |day| format!("{:02}-{:02}-{}", day.day(), day.month(), day.year()),
    |day| day.format("%d %b %Y").to_string(),
    |day| day.format("%d.%m.%y").to_string(),
];

/// A month as others write it; the last two in the order of the file's dates.
const MONTHS: [fn(NaiveDate) -> String; 7] = [
    |day| day.format("%Y-%m").to_string(),
    |day| day.format("%Y%m").to_string(),
    |day| day.format("%m/%Y").to_string(),
    |day| day.format("%b %Y").to_string(),
    |day| day.format("%B %Y").to_string(),
    |day| day.format("%b-%y").to_string(),
    |day| format!("{day} - {}", day + chrono::Months::new(1) - chrono::Days::new(1)),
];

const HEADERS: [&str; 4] = [
    "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate",
    "partnerTenantId,customerTenantId,billingPeriod,creditName,creditUsed,creditStatus,balance,currency,agreementId,startDate,expirationDate",
    "Partner ID,CUSTOMER ID,invoice_month,credit-name,Credit Amount,status,Credit Balance,Currency Code,Agreement Id,Credit Start Date,Credit End Date",
    "\"PartnerID\",\"CustomerID\",\"InvoiceMonth\",\"CreditName\",\"CreditAmount\",\"Status\",\"BalanceAmount\",\"CurrencyCode\",\"AgreementID\",\"EffectiveDate\",\"ExpiryDate\"",
];

/// Bytes of a text in an encoding.
const ENCODINGS: [(&str, Encode); 6] = [
    ("utf-8", |text| text.as_bytes().to_vec()),
    ("utf-8 with a mark", |text| format!("\u{feff}{text}").into_bytes()),
    ("utf-16le", |text| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("utf-16be", |text| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ("utf-16le without a mark", |text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ("windows-1252", |text| encoding_rs::WINDOWS_1252.encode(text).0.into_owned()),
];

/// The ledger with the `n`th of everything that does not depend on the separator, decimals and encoding.
fn spelled(separator: char, amount: Turn, n: usize) -> String {
    let separator = separator.to_string();
    let date = DATES[n % DATES.len()];
    let month = MONTHS[n / 2 % MONTHS.len()];
    let tail = if n.is_multiple_of(5) { separator.clone() } else { String::new() };
    let quote_all = n.is_multiple_of(4);
    let end = ["\n", "\r\n"][n % 2];
    let mut text = String::new();
    match n % 6 {
        1 => write!(text, "Azure credit offer balance{end}{end}").unwrap(),
        2 => write!(text, "sep={separator}{end}").unwrap(),
        3 => write!(text, "{end}{end}").unwrap(),
        _ => {}
    }
    write!(text, "{}{tail}{end}", HEADERS[n % HEADERS.len()].replace(',', &separator)).unwrap();
    for row in rows() {
        let cells = row.iter().enumerate().map(|(at, cell)| {
            let cell = match at {
                1 if n.is_multiple_of(3) => format!("org:{}", cell.to_uppercase()),
                2 => month(NaiveDate::parse_from_str(&format!("{cell}-01"), "%Y-%m-%d").unwrap()),
                4 | 6 => amount(cell),
                9 | 10 => date(NaiveDate::parse_from_str(cell, "%m/%d/%Y").unwrap()),
                _ => cell.clone(),
            };
            if quote_all || cell.contains(&separator) { format!("\"{cell}\"") } else { cell }
        });
        write!(text, "{}{tail}{end}", cells.collect::<Vec<_>>().join(&separator)).unwrap();
    }
    if n % 7 == 1 {
        let total = amount("123456.78");
        let total = if total.contains(&separator) { format!("\"{total}\"") } else { total };
        let empty = separator.repeat(4);
        write!(text, "Total{empty}{total}{}{tail}{end}", separator.repeat(6)).unwrap();
    }
    if n % 7 == 2 {
        write!(text, "{}{tail}{end}", separator.repeat(10)).unwrap();
    }
    text
}

#[test]
fn every_spelling_gives_the_same_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report");
    let plain = rows().iter().fold(HEADER.to_owned(), |text, row| text + &row.join(",") + "\n");
    let expected = answers_of(&path, plain.as_bytes());
    let mut n = 0;
    for separator in SEPARATORS {
        for (amounts, amount) in AMOUNTS {
            for (encoding, bytes) in ENCODINGS {
                n += 1;
                let text = spelled(separator, amount, n);
                let bytes = wrapped(&bytes(&text), n);
                let found = answers_of(&path, &bytes);
                assert_eq!(
                    found,
                    expected,
                    "{encoding}, separated by {separator:?}, {amounts}, {n}:\n{}",
                    &text[..600]
                );
            }
        }
    }
    assert_eq!(n, 4 * 9 * 6);
}

fn answers_of(path: &Path, bytes: &[u8]) -> (String, String) {
    fs::write(path, bytes).unwrap();
    let answer = |command: &str| {
        let output = program().args([command, "-q", "--as-of", "2022-12-15"]).arg(path).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    (answer("given"), answer("summary"))
}

/// Bytes in the container of the `n`th spelling.
fn wrapped(bytes: &[u8], n: usize) -> Vec<u8> {
    match n % 4 {
        1 => gzip(bytes),
        2 => [gzip(&bytes[..bytes.len() / 2]), gzip(&bytes[bytes.len() / 2..])].concat(),
        3 if n.is_multiple_of(3) => zip(&[("report.csv", bytes)], CompressionMethod::Stored),
        3 => zip(&[("report.csv", bytes)], CompressionMethod::Deflated),
        _ => bytes.to_vec(),
    }
}

#[test]
fn an_archive_holds_several_reports() {
    let (old, new) =
        (fs::read("fixtures/restatement-old.csv").unwrap(), fs::read("fixtures/restatement-new.csv").unwrap());
    let archive = zip(&[("b.csv", &new), ("a.csv", &old), ("notes.txt", b"not a report")], CompressionMethod::Deflated);
    let expected = aco("given fixtures/restatement-old.csv fixtures/restatement-new.csv").stdout;
    assert_eq!(aco_on("given", &archive).stdout, expected);
    assert_eq!(aco_on("given", &gzip(&old)).stdout, aco("given fixtures/restatement-old.csv").stdout);
}

#[test]
fn a_container_that_is_cut_off_or_damaged_is_an_error() {
    let plain = fs::read("fixtures/aco-balance.csv").unwrap();
    let packed = gzip(&plain);
    snapshot!(aco_on("summary", &packed[..packed.len() - 20]), @"
    exit code: 2
    --- stderr
    error: <stdin>: the gzip data is cut off
    ");
    let mut damaged = packed.clone();
    let last = damaged.len() - 5;
    damaged[last] ^= 0xff;
    assert_eq!(aco_on("summary", &damaged).code, Some(2));
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let archive = zip(&[("report.csv", &plain)], method);
        let mut flipped = archive.clone();
        flipped[200] ^= 0x01;
        for bad in [&archive[..archive.len() - 30], &archive[..archive.len() / 2], &flipped[..]] {
            let run = aco_on("summary", bad);
            assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
            assert!(run.stderr.contains("zip data"), "{}", run.stderr);
        }
    }
}

/// A report of amounts alone.
fn amounts(values: &[&str]) -> Vec<u8> {
    let rows = values.iter().enumerate().map(|(at, value)| format!("p;c;2022-01;ACO;{value};Active;0;USD;a{at};;\n"));
    rows.fold(HEADER.replace(',', ";"), |text, row| text + &row).into_bytes()
}

/// A report of dates alone.
fn dates(values: &[&str]) -> Vec<u8> {
    let rows = values.iter().enumerate().map(|(at, value)| format!("c{at} 2022-01 1 Active 1 USD {value} -"));
    report(&rows.collect::<Vec<_>>().iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_decimal_mark_that_nothing_settles_is_refused() {
    snapshot!(aco_on("summary", &amounts(&["1.234", "5"])), @"
    exit code: 2
    --- stderr
    error: <stdin>: '1.234' (line 2, CreditAmount) may be a whole number or have three decimals, and no other amount settles it
    hint: say which with --decimal point or --decimal comma
    ");
    let given = |flag: &str| aco_on(&format!("summary --decimal {flag}"), &amounts(&["1.234", "5"])).stdout;
    assert!(given("point").contains(",6.234,"), "{}", given("point"));
    assert!(given("comma").contains(",1239,"), "{}", given("comma"));
}

#[test]
fn three_decimals_of_dinars_are_settled_by_what_parts_the_fields() {
    let row = |number: usize, amount: &str, currency: &str| {
        format!("p,c,2022-01,ACO,{amount},Active,0,{currency},a{number},,\n")
    };
    let one = row(1, "895.408", "KWD");
    for input in [one.clone(), one.clone() + &row(2, "1.250", "BHD")] {
        let input = HEADER.to_owned() + &input;
        let listed = aco_on("list", input.as_bytes());
        assert_eq!((listed.code, listed.stdout.as_str()), (Some(0), input.as_str()), "{listed}");
        assert!(
            listed.stderr.contains("amounts such as '895.408' (line 2, CreditAmount) were read with three"),
            "{listed}"
        );
        assert!(listed.stderr.contains("say so with --decimal comma"), "{listed}");
        for format in ["json", "csv --decimal-comma"] {
            let written = aco_on(&format!("list -f {format}"), input.as_bytes()).stdout;
            assert_eq!(aco_on("list", written.as_bytes()).stdout, input, "{written}");
        }
        assert_eq!(aco_on("list", input.replace(',', ";").as_bytes()).code, Some(2));
        assert_eq!(aco_on("list", input.replace(',', "\t").as_bytes()).code, Some(2));
    }
    assert_eq!(aco_on("list", (HEADER.to_owned() + &one + &row(2, "1.250", "USD")).as_bytes()).code, Some(2));
}

#[test]
fn an_id_of_which_a_spreadsheet_kept_the_first_digits_is_refused() {
    let input = report(&["1.23457E+19 2022-01 1 Active 1 USD - -"]);
    let run = aco_on("list", &input);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("'1.23457E+19': expected an id, not the first digits of one"), "{run}");
    for shortened in ["1.23457e+19", "1.23457E19", "=\"1.23457E+19\"", "'1,23457E+19"] {
        let input = report(&[&format!("{} 2022-01 1 Active 1 USD - -", shortened.replace(',', "."))]);
        assert_eq!(aco_on("list", &input).code, Some(2), "{shortened}");
    }
    let json = "{\"CustomerID\": \"1.23457E+19\"}";
    let listed =
        String::from_utf8(aco_on("list -f jsonl", &report(&["c 2022-01 1 Active 1 USD - -"])).stdout.into()).unwrap();
    let run = aco_on("list", listed.replace("\"CustomerID\":\"c\"", &json[1..json.len() - 1]).as_bytes());
    assert!(run.code == Some(2) && run.stderr.contains("'1.23457E+19': expected an id"), "{run}");
    for id in ["1.2E-19", "12E19", "1E5"] {
        assert_eq!(aco_on("list", &report(&[&format!("{id} 2022-01 1 Active 1 USD - -")])).code, Some(0), "{id}");
    }
}

#[test]
fn decimal_marks_that_contradict_each_other_are_refused() {
    snapshot!(aco_on("summary", &amounts(&["1,5", "7", "1.5"])), @"
    exit code: 2
    --- stderr
    error: <stdin>: the decimal mark is a point in '1.5' (line 4, CreditAmount) and a comma in '1,5' (line 2, CreditAmount)
    hint: one file has one decimal mark; correct the odd value
    ");
    snapshot!(aco_on("summary --decimal comma", &amounts(&["1,5", "7", "1.5"])), @"
    exit code: 2
    --- stderr
    error: <stdin>: '1.5' (line 4, CreditAmount) cannot be read with --decimal comma
    ");
}

#[test]
fn the_deciding_value_may_stand_anywhere() {
    for values in [["1,234", "5,5", "1,000"], ["5,5", "1,234", "1,000"], ["1,234", "1,000", "5,5"]] {
        let sum = aco_on("summary --by currency", &amounts(&values)).stdout;
        assert!(sum.contains(",7.734,"), "{sum}");
    }
    let long = ["1.234.567.890.123.456.789,000", "1.234"];
    assert!(aco_on("list", &amounts(&long)).stdout.contains(",1234,"));
    assert!(aco_on("list", &amounts(&["123.456.789.012.345.678.901", "1.234"])).stdout.contains(",1234,"));
}

#[test]
fn a_value_far_down_decides_of_all_above_it() {
    // More than is looked at first, so that the file is read again: a stream as it was kept, a file as it lies there.
    let many = |row: &dyn Fn(usize) -> String, last: &str| {
        (0..8000).map(row).chain([last.to_owned()]).fold(HEADER.replace(',', ";"), |text, row| text + &row).into_bytes()
    };
    let amount = |value: &str, at: usize| format!("p;c;2022-01;ACO;{value};Active;0;USD;a{at};;\n");
    let commas = many(&|at| amount("1,234", at), &amount("5,5", 8000));
    let points = many(&|at| amount("1,234", at), &amount("5.5", 8000));
    let day = |value: &str, at: usize| format!("p;c;2022-01;ACO;1;Active;0;USD;a{at};{value};\n");
    let days = many(&|at| day("3/4/2022", at), &day("25/4/2022", 8000));
    let folder = tempfile::tempdir().unwrap();
    for (bytes, expected) in [(&commas, ",1.234,"), (&points, ",1234,"), (&days, ",2022-04-03,")] {
        let path = folder.path().join("report.csv.gz");
        fs::write(&path, gzip(bytes)).unwrap();
        let named = program().arg("list").arg(&path).output().unwrap();
        for listed in [aco_on("list", bytes).stdout, String::from_utf8(named.stdout).unwrap()] {
            assert_eq!(listed.matches(expected).count(), 8000, "{expected}");
            assert_eq!(listed.lines().count(), 8002, "{expected}");
        }
    }
    let both = many(&|at| amount("1,234", at), &(amount("5,5", 8000) + &amount("5.5", 8001)));
    let refused = aco_on("list", &both).stderr;
    assert!(
        refused.contains("a point in '5.5' (line 8003, CreditAmount) and a comma in '5,5' (line 8002"),
        "{refused}"
    );
}

#[test]
fn an_order_of_dates_that_nothing_settles_is_said() {
    snapshot!(aco_on("list", &dates(&["3/4/2022"])), @"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    p,c0,2022-01,ACO,1,Active,1,USD,a-c0,2022-03-04,
    --- stderr
    note: <stdin>: dates such as '3/4/2022' (line 2, EffectiveDate) were read month first, as Microsoft writes them
    hint: if the day comes first, say so with --date-order dmy
    ");
    assert!(aco_on("list --date-order dmy", &dates(&["3/4/2022"])).stdout.contains(",2022-04-03,"));
}

#[test]
fn dates_are_settled_by_other_dates_or_by_months() {
    let listed = |values: &[&str]| aco_on("list", &dates(values));
    assert!(listed(&["3/4/2022", "25/4/2022"]).stdout.contains(",2022-04-03,"));
    assert!(listed(&["3/4/2022", "4/25/2022"]).stdout.contains(",2022-03-04,"));
    let by_month = report(&["c 1/7/2022 1 Active 1 USD 3/4/2022 -", "c 1/8/2022 2 Active 1 USD 3/4/2022 -"]);
    let run = aco_on("list", &by_month);
    assert!(run.stdout.contains("2022-07,ACO,1,") && run.stdout.contains(",2022-04-03,"), "{run}");
    assert_eq!(run.stderr, "");
}

#[test]
fn orders_of_dates_that_contradict_each_other_are_refused() {
    snapshot!(aco_on("summary", &dates(&["25/4/2022", "4/25/2022"])), @"
    exit code: 2
    --- stderr
    error: <stdin>: the month comes first in '4/25/2022' (line 3, EffectiveDate) and the day in '25/4/2022' (line 2, EffectiveDate)
    hint: one file has one order of dates; correct the odd one
    ");
    // A German Excel has taken 2/9/2027 for the second of September, and left 12/20/2026 as it was.
    snapshot!(aco_on("summary", &dates(&["12/20/2026", "02.09.2027"])), @"
    exit code: 2
    --- stderr
    error: <stdin>: the month comes first in '12/20/2026' (line 2, EffectiveDate), and '02.09.2027' (line 3, EffectiveDate) may have been turned round by a spreadsheet
    hint: download the file again; if all is as it was written, say --date-order mdy
    ");
    for (told, turned, order) in [("12/20/2026", "2-Sep-27", "mdy"), ("20/12/2026", "2-Sep-27", "dmy")] {
        let refused = aco_on("list", &dates(&[told, turned]));
        assert!(refused.code == Some(2) && refused.stderr.contains(&format!("say --date-order {order}")), "{refused}");
        assert_eq!(aco_on(&format!("list --date-order {order}"), &dates(&[told, turned])).code, Some(0));
        // A spreadsheet that turns dates round leaves those as they were whose days are no months.
        assert_eq!(aco_on("list", &dates(&[told, turned, "20-Sep-27"])).code, Some(0));
    }
    assert!(aco_on("list", &dates(&["20/12/2026", "02.09.2027"])).stdout.contains(",2027-09-02,"));
    assert!(aco_on("list", &dates(&["12/20/2026", "2027-09-02"])).stdout.contains(",2027-09-02,"));
    assert!(aco_on("list", &dates(&["12/20/2026", "20.09.2027"])).stdout.contains(",2027-09-20,"));
    assert!(aco_on("list --date-order mdy", &dates(&["12/20/2026", "02.09.2027"])).stdout.contains(",2027-09-02,"));
    snapshot!(aco_on("summary --date-order mdy", &dates(&["25/4/2022"])), @"
    exit code: 2
    --- stderr
    error: <stdin>: '25/4/2022' (line 2, EffectiveDate) cannot be read with --date-order mdy
    ");
}

#[test]
fn files_of_both_orders_are_each_read_in_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let (us, uk) = (folder.path().join("us.csv"), folder.path().join("uk.csv"));
    fs::write(&us, report(&["c 7/1/2022 1 Active 1 USD 3/4/2022 12/31/2022"])).unwrap();
    fs::write(&uk, report(&["c 1/8/2022 2 Active 1 USD 4/3/2022 31/12/2022"])).unwrap();
    let output = program().arg("list").args([&us, &uk]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(",2022-07,ACO,1,") && text.contains(",2022-08,ACO,2,"), "{text}");
    assert_eq!(text.matches(",2022-03-04,2022-12-31").count(), 2, "{text}");
}

fn western(name: &str) -> Vec<u8> {
    let row = format!("{HEADER}p,{name},2022-01,ACO,1.50,Active,1,USD,a,,\n");
    encoding_rs::WINDOWS_1252.encode(&row).0.into_owned()
}

#[test]
fn an_encoding_that_contradicts_itself_is_refused() {
    let mixed = [western("Müller"), "p,Größe,2022-01,ACO,1.50,Active,1,USD,a,,\n".as_bytes().to_vec()].concat();
    snapshot!(aco_on("list", &mixed), @"
    exit code: 2
    --- stderr
    error: <stdin>: 'Größe' (line 3, CustomerID) is UTF-8, and 'Müller' (line 2, CustomerID) is not
    hint: say which it is with --encoding utf-8 or --encoding windows-1252
    ");
    assert!(aco_on("list --encoding windows-1252", &mixed).stdout.contains("GrÃ¶ÃŸe"));
}

#[test]
fn an_encoding_that_is_asked_for_is_insisted_on() {
    assert!(aco_on("list", &western("Müller")).stdout.contains("Müller"));
    snapshot!(aco_on("list --encoding utf-8", &western("Müller")), @"
    exit code: 2
    --- stderr
    error: <stdin>: 'Müller' (line 2, CustomerID) is not valid utf-8
    ");
    snapshot!(aco_on("list", &[HEADER.as_bytes(), b"p,M\x81ller,2022-01,ACO,1.50,Active,1,USD,a,,\n"].concat()), @"
    exit code: 2
    --- stderr
    error: <stdin>: 'M�ller' (line 2, CustomerID) is not valid windows-1252
    ");
    let half: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).chain([b'x', 0, 0, 0xd8, b'y', 0]).collect();
    snapshot!(aco_on("list", &half), @"
    exit code: 2
    --- stderr
    error: <stdin>: line 2, character 2: not valid UTF-16
    ");
    let no_header: Vec<u8> = "x\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert!(aco_on("list --encoding utf-16be", &no_header).stderr.contains("first line: x"));
}

#[test]
fn a_separator_that_is_asked_for_is_used() {
    let odd = String::from_utf8(report(&["c 2022-01 1.50 Active 1 USD - -"])).unwrap().replace(',', "^");
    assert_eq!(aco_on("list", odd.as_bytes()).code, Some(2));
    assert!(aco_on("list --delimiter ^", odd.as_bytes()).stdout.contains("p,c,2022-01,ACO,1.50,"));
    assert!(aco_on("list", format!("sep=^\n{odd}").as_bytes()).stdout.contains("p,c,2022-01,ACO,1.50,"));
    assert!(aco_on("list --delimiter tab", odd.replace('^', "\t").as_bytes()).stdout.contains("p,c,2022-01,ACO,1.50,"));
}

#[test]
fn totals_are_told_from_records() {
    let row = "p,c,2022-01,ACO,1.50,Active,1,USD,a,,\n";
    let totals = format!("{HEADER}{row},,,,1.50,,1,,,,\nGrand total,,,,1.50,,1,,,,\n,,,,,,,,,,\n\n");
    snapshot!(aco_on("list", totals.as_bytes()), @"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    p,c,2022-01,ACO,1.50,Active,1,USD,a,,
    --- stderr
    note: <stdin>:3: left out a line of totals: '1.50 1'
    note: <stdin>:4: left out a line of totals: 'Grand total 1.50 1'
    ");
    let amid = format!("{HEADER}Total,,,,1.50,,1,,,,\n{row}");
    snapshot!(aco_on("list", amid.as_bytes()), @"
    exit code: 2
    --- stderr
    <stdin>:2: 'Total 1.50 1': expected a record: this looks like totals, but records follow it
    error: 1 row cannot be read
    hint: correct them, or leave them out with --skip-invalid
    ");
    let cut = format!("{HEADER}{row}p,c,2022-0");
    snapshot!(aco_on("list", cut.as_bytes()), @"
    exit code: 2
    --- stderr
    <stdin>:3: expected 11 fields, found 3
    error: 1 row cannot be read
    hint: correct them, or leave them out with --skip-invalid
    ");
}

#[test]
fn an_amount_in_another_currency_is_refused() {
    let books = report(&["c 2022-01 EUR1.50 Active 1 USD - -"]);
    snapshot!(aco_on("list", &books), @"
    exit code: 2
    --- stderr
    <stdin>:2: CreditAmount: 'EUR1.50': expected an amount in USD, the row's currency
    error: 1 row cannot be read
    hint: correct them, or leave them out with --skip-invalid
    ");
}

#[test]
fn inspect_counts_the_rows_of_each_file() {
    for threads in ["1", "2"] {
        let run = aco(&format!(
            "inspect --detail fixtures/restatement-old.csv fixtures/restatement-new.csv fixtures/aco-balance.csv -f csv --threads {threads}"
        ));
        let rows: Vec<&str> =
            run.stdout.lines().filter_map(|line| line.split_once(",Rows,")).map(|(_, rows)| rows).collect();
        assert_eq!(rows, ["2", "3", "84"], "{run}");
    }
}

#[test]
fn inspect_says_how_a_file_was_read() {
    snapshot!(aco("inspect fixtures/header-aliases.csv"), @r#"
    File,Property,Value
    fixtures/header-aliases.csv,Container,none
    fixtures/header-aliases.csv,Encoding,utf-8
    fixtures/header-aliases.csv,Separator,comma
    fixtures/header-aliases.csv,HeaderLine,1
    fixtures/header-aliases.csv,DecimalMark,"point, settled by '879.50' (line 2, BalanceAmount)"
    fixtures/header-aliases.csv,DateOrder,"mdy, settled by '6/30/2023' (line 2, ExpiryDate)"
    fixtures/header-aliases.csv,PartnerID,PartnerTenantId
    fixtures/header-aliases.csv,CustomerID,CustomerTenantId
    fixtures/header-aliases.csv,InvoiceMonth,billing-period
    fixtures/header-aliases.csv,CreditName,Credit Name
    fixtures/header-aliases.csv,CreditAmount,creditUsed
    fixtures/header-aliases.csv,Status,credit_status
    fixtures/header-aliases.csv,BalanceAmount,credit balance
    fixtures/header-aliases.csv,CurrencyCode,Currency
    fixtures/header-aliases.csv,AgreementID,agreementId
    fixtures/header-aliases.csv,EffectiveDate,startDate
    fixtures/header-aliases.csv,ExpiryDate,expirationDate
    fixtures/header-aliases.csv,IgnoredColumns,SubscriptionCount
    fixtures/header-aliases.csv,Rows,2
    fixtures/header-aliases.csv,FirstMonth,2022-07
    fixtures/header-aliases.csv,LastMonth,2022-08
    fixtures/header-aliases.csv,Months,2
    fixtures/header-aliases.csv,Credits,1
    fixtures/header-aliases.csv,Customers,1
    fixtures/header-aliases.csv,Currencies,USD
    fixtures/header-aliases.csv,Statuses,Active
    fixtures/header-aliases.csv,UnreadableRows,0
    "#);
    let books = [&b"sep=;\n"[..], &amounts(&["1.234,50", "x"])].concat();
    snapshot!(aco_on("inspect", &gzip(&books)), @r#"
    File,Property,Value
    <stdin>,Container,gzip
    <stdin>,Encoding,utf-8
    <stdin>,Separator,semicolon
    <stdin>,HeaderLine,2
    <stdin>,DecimalMark,"comma, settled by '1.234,50' (line 3, CreditAmount)"
    <stdin>,DateOrder,no value depends on it
    <stdin>,PartnerID,PartnerID
    <stdin>,CustomerID,CustomerID
    <stdin>,InvoiceMonth,InvoiceMonth
    <stdin>,CreditName,CreditName
    <stdin>,CreditAmount,CreditAmount
    <stdin>,Status,Status
    <stdin>,BalanceAmount,BalanceAmount
    <stdin>,CurrencyCode,CurrencyCode
    <stdin>,AgreementID,AgreementID
    <stdin>,EffectiveDate,EffectiveDate
    <stdin>,ExpiryDate,ExpiryDate
    <stdin>,IgnoredColumns,
    <stdin>,Rows,1
    <stdin>,FirstMonth,2022-01
    <stdin>,LastMonth,2022-01
    <stdin>,Months,1
    <stdin>,Credits,1
    <stdin>,Customers,1
    <stdin>,Currencies,USD
    <stdin>,Statuses,Active
    <stdin>,UnreadableRows,1
    --- stderr
    <stdin>:4: CreditAmount: 'x': expected an amount such as `1234.50`
    "#);
}

#[test]
fn a_header_that_stands_again_is_left_out_and_said() {
    let report = fs::read_to_string("fixtures/documented-example.csv").unwrap();
    let (header, rows) = report.split_once('\n').unwrap();
    let again = format!("{report}{}\n", header.to_lowercase());
    assert_eq!(aco_on("list -q", again.as_bytes()).stdout, aco_on("list -q", report.as_bytes()).stdout);
    let line = report.lines().count() + 1;
    let told = aco_on("list", again.as_bytes()).stderr;
    assert_eq!(told, format!("note: <stdin>:{line}: left out a line that repeats the header\n"));
    let often = format!("{again}{header}\n{header}\n");
    let told = aco_on("list --threads 2", often.as_bytes()).stderr;
    assert_eq!(told, format!("note: <stdin>:{line}: left out 3 lines that repeat the header, this one first\n"));
    // One name that differs, and it is a row that cannot be read.
    let other = format!("{report}{}\n{rows}", header.replace("Status", "State"));
    assert_eq!(aco_on("list", other.as_bytes()).code, Some(2));
}

#[test]
fn what_holds_no_report_is_named() {
    let empty = zip(&[], CompressionMethod::Stored);
    assert_eq!(aco_on("summary", &empty).stderr, "error: <stdin>: the archive is empty\n");
}

#[test]
fn what_list_writes_is_a_report() {
    let expected = aco("given fixtures/aco-balance.csv").stdout;
    let array = aco("list fixtures/aco-balance.csv -f json").stdout;
    let lines = aco("list fixtures/aco-balance.csv -f jsonl").stdout;
    let half = array.len() / 2;
    let cut = half + array[half..].find('\n').unwrap();
    let (first, second) = array.split_at(cut);
    let first = first.trim_end().trim_end_matches(',');
    let pages = format!("{{\"totalCount\": 9, \"items\": {first}]}}\n{{\"items\": [{second}, \"links\": {{}}}}\n");
    for text in [&array, &lines, &pages, &array.replace('\n', "")] {
        let run = aco_on("given -q", text.as_bytes());
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (expected.as_str(), ""), "{text}");
    }
    // A number's point is its decimal mark, though nothing else settles it.
    let of = |amount: &str| {
        lines.lines().next().unwrap().replacen("\"CreditAmount\":", &format!("\"CreditAmount\":{amount},\"x\":"), 1)
    };
    assert!(aco_on("list", of("1.234").as_bytes()).stdout.contains(",1.234,"), "{}", of("1.234"));
    let second =
        aco_on("list", array.replacen("\"Status\"", "Status", 2).replacen("Status", "\"Status\"", 1).as_bytes());
    assert!(second.stderr.starts_with("error: <stdin>: line 3: key must be a string"), "{second}");
    assert!(aco_on("list", &array.as_bytes()[..half]).stderr.contains("the array is not closed"));
}

#[test]
fn an_apostrophe_that_marks_text_is_taken_off_and_said() {
    let marked = "p;'c;'2022-01;ACO;'1.50;Active;'0E-20;USD;'a;'1/31/2022;\n";
    snapshot!(aco_on("list", (HEADER.replace(',', ";") + marked).as_bytes()), @r"
    PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,EffectiveDate,ExpiryDate
    p,c,2022-01,ACO,1.50,Active,0,USD,a,2022-01-31,
    --- stderr
    note: <stdin>: values such as '\'a' (line 2, AgreementID) were read without their apostrophe, Excel's mark for text
    ");
    let run = aco_on("list", &amounts(&["'5"]));
    assert!(run.stderr.contains("'\\'5' (line 2, CreditAmount) were read without their apostrophe"), "{run}");
}

#[test]
fn a_guid_is_one_id_with_stray_quotes_as_a_formula_and_in_full_width() {
    let guid = "ba5eba11-0000-4000-8000-00000000000a";
    let spelled = [
        format!("{guid}\""),
        format!("\"=\"\"{guid}\"\"\""),
        format!("<{guid}>"),
        guid.replacen('-', "-\"", 1),
        guid.replace('0', "０"),
    ];
    let row = |(at, id): (usize, &String)| format!("p,c,2022-0{},ACO,{at},Active,9,USD,{id},,\n", at + 1);
    let rows: String = spelled.iter().enumerate().map(row).collect();
    let listed = aco_on("list -q", (HEADER.to_owned() + &rows).as_bytes());
    assert_eq!(listed.stdout.matches(&format!(",{guid},")).count(), spelled.len(), "{listed}");
}

#[test]
fn a_dash_for_decimals_and_a_foreign_sign_are_refused() {
    snapshot!(aco_on("list", &amounts(&["5,-", "5.– €", "€5", "$5", "kr 5"])), @"
    exit code: 2
    --- stderr
    <stdin>:2: CreditAmount: '5,-': expected digits behind the decimal mark, for a minus there may be a sign or stand for none
    <stdin>:3: CreditAmount: '5.– €': expected digits behind the decimal mark, for a minus there may be a sign or stand for none
    <stdin>:4: CreditAmount: '€5': expected an amount in USD, the row's currency
    <stdin>:6: CreditAmount: 'kr 5': expected an amount in USD, the row's currency
    error: 4 rows cannot be read
    hint: correct them, or leave them out with --skip-invalid
    ");
}

#[test]
fn months_settle_an_order_only_if_all_are_first_days() {
    let listed = |months: &[&str]| {
        let rows: Vec<String> = months.iter().map(|month| format!("c {month} 1 Active 1 USD - -")).collect();
        aco_on("list", &report(&rows.iter().map(String::as_str).collect::<Vec<_>>()))
    };
    let first_days = listed(&["1/8/2024", "1/9/2024"]);
    assert!(first_days.stdout.contains("2024-08") && first_days.stderr.is_empty(), "{first_days}");
    for months in [["1/8/2024", "2/9/2024"], ["1/8/2024", "9/1/2024"], ["1/8/2024", "2024-09-15"]] {
        let run = listed(&months);
        assert!(run.stdout.contains("2024-01,ACO") && run.stderr.contains("were read month first"), "{run}");
    }
    // The year is first or last.
    let run = aco_on("list", &dates(&["22/07/31"]));
    assert!(run.stdout.contains(",2022-07-31,") && run.stderr.contains("'22/07/31' (line 2, EffectiveDate)"), "{run}");
    assert!(aco_on("list --date-order dmy", &dates(&["22/07/31"])).stdout.contains(",2031-07-22,"));
}

#[test]
fn more_partners_than_can_be_numbered_are_read() {
    let mut text = HEADER.to_owned();
    for (month, amount) in [("2024-01", 1), ("2024-02", 3)] {
        for partner in 0..66_000 {
            writeln!(text, "p{partner},c,{month},ACO,{amount}.00,Active,9.00,USD,a,1/1/2024,12/31/2024").unwrap();
        }
    }
    let run = aco_on("summary --threads 1 --quiet --as-of 2024-06-30", text.as_bytes());
    snapshot!(run, @"
    InvoiceMonth,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Period
    2024-01,USD,1,66000,,66000.00,66000.00,594000.00,0.00,closed
    2024-02,USD,1,66000,,132000.00,198000.00,594000.00,0.00,closed
    ");
}

/// A report of rows that differ in one cell, by its place.
fn column(at: usize, currency: &str, values: &[&str]) -> String {
    let row = |(number, value): (usize, &&str)| {
        let agreement = format!("a{number}");
        let mut cells = ["p", "c", "2022-01", "ACO", "1", "Active", "0", currency, &agreement, "", ""];
        cells[at] = value;
        cells.join(";") + "\n"
    };
    values.iter().enumerate().map(row).fold(HEADER.replace(',', ";"), |text, row| text + &row)
}

/// All of the rows are read, and say the same in a cell.
fn all_say(at: usize, expected: &str, run: &Run, values: &[&str]) {
    let told: Vec<&str> = run.stdout.lines().skip(1).map(|line| line.split(',').nth(at).unwrap()).collect();
    assert_eq!(told, vec![expected; values.len()], "{values:?}\n{run}");
}

/// None of the rows can be read.
fn all_are_refused(at: usize, values: &[&str]) {
    let run = aco_on("list", column(at, "USD", values).as_bytes());
    assert!(run.stderr.contains(&format!("error: {} rows cannot be read", values.len())), "{run}");
}

#[test]
fn an_amount_is_what_its_spelling_says() {
    let spelled: [(&str, &str, &[&str]); 30] = [
        ("USD", "-12.34", &["(12.34)", "12.34-", "−12.34", "$-12.34", "-$12.34", "($12.34)", "-12.34 $", "USD -12.34"]),
        ("USD", "1234.56", &["$1,234.56", "1,234.56 usd", "US$ 1,234.56", "+1,234.56", "1’234.56", "USD 1234.56 USD"]),
        ("USD", "1234567.8", &["1\u{202f}234\u{202f}567.8", "1\u{a0}234\u{a0}567.8", "12,34,567.8"]),
        ("EUR", "1234.56", &["1.234,56 €", "€1.234,56", "1\u{a0}234,56"]),
        ("AUD", "5", &["$5", "$5 AUD", "AUD 5 $"]),
        ("SEK", "5", &["5 kr", "Kr. 5"]),
        ("CHF", "5.50", &["Fr. 5.50"]),
        ("CHF", "11", &["11 Fr."]),
        ("CHF", "5", &["SFr. 5"]),
        ("INR", "79.21", &["Rs.79.21"]),
        ("INR", "-1000.5", &["-Rs.1,000.5"]),
        ("RUB", "5", &["5 руб."]),
        ("JPY", "1234", &["1,234円"]),
        ("EUR", "0", &["–"]),
        ("USD", "0.50", &[".50 USD", "$.50"]),
        ("USD", "0.5", &[".5"]),
        ("USD", "0.0000000000000000000000000005", &["0.000000000000000000000000000500"]),
        ("USD", "7", &["007", "7."]),
        ("USD", "-5", &["5-"]),
        ("USD", "0.00", &["-0.00"]),
        ("USD", "0", &["0E-20", "'0E-20", "0.00E+3", "–", "—", "−", " $-   ", "USD -", " -  "]),
        ("USD", "1200", &["1.2E+3"]),
        ("USD", "123.4", &["1.234e2"]),
        ("USD", "0.005", &["5E-3"]),
        ("USD", "-1234.50", &[" '-1'234.50"]),
        ("USD", "999999999999999999", &["999999999999999999"]),
        ("USD", "9223372036854775808", &["9223372036854775808"]),
        ("USD", "1234567890123456789012345678", &["1234567890123456789012345678"]),
        ("USD", "-12345678901234567890123456.78", &["-12345678901234567890123456.78"]),
        ("USD", "200.000000000000000000", &["'200.000000000000000000"]),
    ];
    for (currency, amount, values) in spelled {
        let text = column(4, currency, values);
        let run = aco_on("list -q", text.as_bytes());
        all_say(4, amount, &run, values);
        if currency == "EUR" {
            let western = encoding_rs::WINDOWS_1252.encode(&text).0;
            assert_eq!(aco_on("list -q", &western).stdout, run.stdout);
        }
    }
    let currencies = ["USD 5 EUR", "€5 USD", "$5 €", "₿5", "5 Taler", "$€5", "€5", "5 AUD", "A$ 5", "€ -"];
    let dashes =
        ["--", "$", "-$-", "(-)", "-.", "$€-", "€ - $", "- Taler", "5,-", "-5,-", "5.– $", "5.—", "(5,-)", "5,-0"];
    let groups = ["1,2345,678", "1.2.3,4", "1,234.567,8", "1.234'567,8", "1,,234", "1_000", "1234,567.8", "1,23.4"];
    let others = [".", "1e+", "-5-", "12E2-", "12E2 EUR", "(12E2)", "12 dollars", "''5", "1E400", "1E28", "1E0001"];
    let points = ["Rs.500", "-kr.5", "(USD.500)", "Fr.5220127"];
    let long = ["12345678901234567890123456789", "0.12345678901234567890123456789"];
    for values in [&currencies[..], &dashes, &groups, &others, &points, &long] {
        all_are_refused(4, values);
    }
}

#[test]
fn what_an_amount_says_of_its_mark() {
    let settled = |value: &str| {
        let run = aco_on("inspect -f csv", column(4, "USD", &[value]).as_bytes());
        let line = run.stdout.lines().find(|line| line.contains("DecimalMark")).map(str::to_owned);
        line.unwrap_or(run.stderr)
    };
    for (values, told) in [
        (&["12.5", "1,234,567", "1234.567", "0.567", "12,34,567.5", "1.234E3", "1 234.567"][..], "point, settled by"),
        (&["12,50", "1.234.567", "1,234E3", "1 234,567", "0,567", "1.234,5"], "comma, settled by"),
        (&["1234", "1'234", "12E-1"], "no value depends on it"),
        (&["1.234", "1,234", "-1.234 $"], "may be a whole number or have three decimals"),
    ] {
        for value in values {
            assert!(settled(value).contains(told), "{value}: {}", settled(value));
        }
    }
    for (mark, value, amount) in [
        ("point", "1.234", "1.234"),
        ("point", "1,234", "1234"),
        ("comma", "1.234", "1234"),
        ("comma", "1,234", "1.234"),
    ] {
        let run = aco_on(&format!("list -q --decimal {mark}"), column(4, "USD", &[value]).as_bytes());
        all_say(4, amount, &run, &[value]);
    }
}

#[test]
fn a_day_and_a_month_are_what_their_spelling_says() {
    let days: [(&str, &[&str]); 9] = [
        ("2022-09-30", &["2022-09-30T23:59:59.123+02:00", "9/30/2022 0:00", "2022-09-30 10:00 PM UTC", "2022/9/30"]),
        ("2022-09-30", &["20220930", "Sep 30, 2022", "30-Sept-22", "30. September 2022", "'9/30/2022"]),
        ("2022-09-30", &["30/09/2022 10:15:00 p. m."]),
        ("", &["1/0/1900", "00.01.1900", "1900-01-00 0:00", "30.12.1899", "1899-12-30T00:00:00"]),
        ("2022-05-05", &["5/5/2022", "'5/5/2022"]),
        // No day is the 45th, so that the year stands last.
        ("2045-07-31", &["31/07/45"]),
        ("2024-03-01", &["1. März 2024"]),
        ("2024-08-15", &["15 août 2024"]),
        ("", &["", "0001-01-01T00:00:00", "1/1/0001 12:00:00 AM"]),
    ];
    for (day, values) in days {
        let run = aco_on("list -q", column(9, "USD", values).as_bytes());
        all_say(9, day, &run, values);
        assert_eq!(aco_on("list", column(9, "USD", values).as_bytes()).stderr.matches("month first").count(), 0);
    }
    all_are_refused(9, &["2022", "1/2/3/2022", "9/30/2022 noon", "jul 2022", "1/1//2022", "2022-01-01-"]);
    let alone = ["2022/07", "2022-7", "7/2022", "202207", "juil. 2022", "2022 July", "JULI 2022", "2022m7"];
    let of_days = ["2022-07-15", "15 de julio de 2022", "2022年07月15日", "20220731 9:59:59", "2022-07-31 23:59"];
    for values in [&alone[..], &of_days, &["7/1/2022 - 7/31/2022"], &["01.07.2022-31.07.2022"]] {
        all_say(2, "2022-07", &aco_on("list -q", column(2, "USD", values).as_bytes()), values);
    }
    let names = ["ene", "lut", "mrt", "abr", "mag", "giu", "lip", "sie", "set", "paź", "lis", "dic"];
    for (name, number) in names.into_iter().zip(1..) {
        let value = format!("{name} 2022");
        let run = aco_on("list -q", column(2, "USD", &[&value]).as_bytes());
        all_say(2, &format!("2022-{number:02}"), &run, &[&value]);
    }
    all_are_refused(2, &["Se 2022", "jui 2022", "juillo 2022", "2022M", "2022M13", "2022年13月", "0001-01", "1//2022"]);
    all_are_refused(2, &["2022-12-31 10:00:00", "30.06.2022 17:00", "7/1/2022 - 8/31/2022"]);
    for (at, value, month_first, day_first) in [
        (9, "03-04-2022", "2022-03-04", "2022-04-03"),
        (9, "22/07/31", "2022-07-31", "2031-07-22"),
        (9, "25-12-22", "2025-12-22", "2022-12-25"),
        (2, "22/07/31", "2022-07", "2031-07"),
        (2, "7/1/2022", "2022-07", "2022-01"),
    ] {
        for (order, expected) in [("mdy", month_first), ("dmy", day_first)] {
            let run =
                aco_on(&format!("list -q --any-year --date-order {order}"), column(at, "USD", &[value]).as_bytes());
            all_say(at, expected, &run, &[value]);
        }
    }
}
