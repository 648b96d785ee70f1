//! `aco book`: what is to be booked, and that it is booked once, exactly, and whole.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::chance::Chance;
use super::context::{HEADER, Run, aco, in_process, program, report, snapshot};

/// The columns of a file of bookings.
const COLUMNS: &str = "BookedOn,InvoiceMonth,PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,Kind,Amount\n";

/// Runs a command in a folder in which files lie.
fn run(folder: &Path, line: &str) -> Run {
    Run::of(program().args(line.split(' ')).current_dir(folder).output().unwrap())
}

/// A folder with a report of rows, and a file of bookings of lines such as `month customer kind amount`.
fn books(rows: &[&str], booked: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), report(rows)).unwrap();
    let line = |line: &&str| {
        let [month, customer, kind, amount] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        format!("2024-01-01,{month},p,{customer},a-{customer},ACO,USD,{kind},{amount}\n")
    };
    fs::write(folder.path().join("booked.csv"), booked.iter().map(line).fold(COLUMNS.to_owned(), |a, b| a + &b))
        .unwrap();
    folder
}

const ROWS: [&str; 4] = [
    "a 2023-01 10.50 Active 89.50 USD 2023-01-01 2023-12-31",
    "a 2023-02 30.50 Active 69.50 USD 2023-01-01 2023-12-31",
    "a 2023-03 30.50 Active 69.50 USD 2023-01-01 2023-12-31",
    "b 2023-03 7 Active 93 USD 2023-03-01 2023-12-31",
];

#[test]
fn what_is_not_booked_is_given_and_what_differs_is_corrected() {
    let folder = books(&ROWS, &["2023-01 a given 10.00", "2023-02 a given 25", "2023-02 a correction -5.00"]);
    let book = "book report.csv --booked booked.csv --as-of 2023-04-10";
    let shown = run(folder.path(), book);
    snapshot!(shown, @r#"
    BookedOn,InvoiceMonth,PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,Kind,Amount
    2023-04-10,2023-01,p,a,a-a,ACO,USD,correction,0.50
    2023-04-10,2023-03,p,b,a-b,ACO,USD,given,7
    --- stderr
    note: the report ends in 2023-03: figures of that month are final only if it was downloaded after the month's invoice was out
    "#);
    let before = fs::read_to_string(folder.path().join("booked.csv")).unwrap();
    assert_eq!(run(folder.path(), &format!("{book} --append")).stdout, shown.stdout);
    let after = fs::read_to_string(folder.path().join("booked.csv")).unwrap();
    assert_eq!(after, before + shown.stdout.strip_prefix(COLUMNS).unwrap());
    for line in [book.to_owned(), format!("{book} --append")] {
        let again = run(folder.path(), &line);
        assert_eq!(
            (again.code, again.stdout.as_str(), again.stderr.as_str()),
            (Some(0), "", "note: nothing is to be booked\n")
        );
    }
    assert_eq!(fs::read_to_string(folder.path().join("booked.csv")).unwrap(), after);
    // A name that is mistyped begins anew, which is said; a spreadsheet may spell the days in its own way.
    for command in [book, "book report.csv --booked booked.csv -q", "check report.csv --booked booked.csv -q"] {
        let anew = run(folder.path(), &command.replace("booked.csv", "boked.csv"));
        assert!(anew.stderr.starts_with("warning: boked.csv is not there: nothing counts as booked yet\n"), "{anew}");
    }
    fs::write(folder.path().join("booked.csv"), after.replace("2023-04-10,", "10.04.2023,")).unwrap();
    assert_eq!(run(folder.path(), book).stdout, "");
    fs::write(folder.path().join("a.journal"), "old").unwrap();
    assert_eq!(run(folder.path(), &format!("{book} --append -f hledger -o a.journal")).code, Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("a.journal")).unwrap(), "old");
    for (name, begin) in [("b.JOURNAL", "decimal-mark"), ("b.hledger", "decimal-mark"), ("b.beancount", "plugin")] {
        assert_eq!(run(folder.path(), &format!("{book} -o {name}").replace("booked.csv", "b.csv")).code, Some(0));
        assert!(fs::read_to_string(folder.path().join(name)).unwrap().starts_with(begin), "{name}");
    }
    // An open month, and what is not to be shown, is not booked either.
    let first = run(folder.path(), "book report.csv --booked new.csv --as-of 2023-03-31 --from 2023-02 -q --append");
    assert_eq!(first.stdout, format!("{COLUMNS}2023-03-31,2023-02,p,a,a-a,ACO,USD,given,20.00\n"));
    assert_eq!(fs::read_to_string(folder.path().join("new.csv")).unwrap(), first.stdout);
}

#[test]
fn a_report_without_rows_is_said_where_nothing_is_to_be_booked() {
    let folder = books(&[], &[]);
    snapshot!(run(folder.path(), "book report.csv --booked booked.csv --as-of 2023-04-10"), @"
    --- stderr
    note: no records match
    hint: the files have no records
    note: nothing is to be booked
    ");
}

#[test]
fn what_is_unknown_or_gone_is_named_and_left_alone() {
    let rows = ["a 2023-02 30.50 Active 69.50 USD 2022-01-01 2023-12-31"];
    let folder = books(&rows, &["2023-01 a given 10.00", "2023-01 c given 4", "2023-01 c correction -4"]);
    snapshot!(run(folder.path(), "book report.csv --booked booked.csv --as-of 2023-04-10 --append"), @"
    --- stderr
    warning: left alone, because it is not known in which months it was given: 20.50 USD of 2023-02, customer a, agreement a-a
    hint: add older reports; or book by hand what you know of the months before: it counts, and the rest is named
    note: nothing is to be booked
    ");
    fs::write(folder.path().join("names.csv"), "CustomerId,CustomerName\na,Contoso\n").unwrap();
    let named = run(folder.path(), "book report.csv --booked booked.csv --as-of 2023-04-10 --names names.csv");
    assert!(named.stderr.contains("of 2023-02, customer Contoso, agreement a-a"), "{named}");
}

#[test]
fn what_is_booked_by_hand_counts_against_what_is_unknown() {
    let rows =
        ["a 2023-03 3000 Active 97 USD 2022-11-15 2023-12-31", "a 2023-04 3010 Active 87 USD 2022-11-15 2023-12-31"];
    for (booked, rest) in [
        (&["2023-02 a given 500"][..], "2,500 USD of 2023-03"),
        (&["2023-02 a given 500", "2022-11 a given 2500"], ""),
        (&["2023-03 a given 500", "2023-02 a given 1", "2023-02 a correction 1"], "2,498 USD of 2023-03"),
        (&["2023-03 a given 3000"], ""),
        // What was booked before it began is of another credit.
        (&["2022-10 a given 3000"], "3,000 USD of 2023-03"),
    ] {
        let folder = books(&rows, booked);
        let book = run(folder.path(), "book report.csv --booked booked.csv --as-of 2023-05-10");
        assert_eq!(book.stdout, format!("{COLUMNS}2023-05-10,2023-04,p,a,a-a,ACO,USD,given,10\n"), "{booked:?}");
        let named = book.stderr.lines().find(|line| line.starts_with("warning: left alone")).unwrap_or_default();
        assert!(named.contains(rest) && named.is_empty() == rest.is_empty(), "{booked:?}: {book}");
        assert_eq!(book.stderr.contains("no download any more"), booked[0].starts_with("2022-10"), "{book}");
    }
}

#[test]
fn what_is_booked_beyond_what_is_known_counts_against_what_is_unknown() {
    // A credit that lost its March, and one of which nobody knows how much of its 500 was given when.
    let rows = [
        "a 2023-01 10 Active 90 USD 2023-01-01 2023-12-31",
        "a 2023-02 20 Active 80 USD 2023-01-01 2023-12-31",
        "a 2023-04 40 Active 60 USD 2023-01-01 2023-12-31",
        "a 2023-04 500 Active 60 USD 2022-06-01 2023-12-31",
    ];
    let first = ["2023-01 a given 10", "2023-02 a given 10"];
    for (more, to_book, rest) in [
        (&["2023-03 a given 10"][..], &["2023-04 correction 10"][..], "500 USD of 2023-04"),
        (&["2023-04 a given 45"], &[], "475 USD of 2023-04"),
        (&["2023-04 a given 20", "2023-02 a correction 100", "2022-12 a given 70"], &[], "330 USD of 2023-04"),
        (&["2023-04 a given 520"], &[], ""),
        (&["2023-04 a given 20", "2023-02 a correction 600"], &["2023-02 correction -100"], ""),
        (&["2023-04 a given 20", "2023-02 a correction -3"], &["2023-02 correction 3"], "500 USD of 2023-04"),
    ] {
        let folder = books(&rows, &[&first, more].concat());
        let book = run(folder.path(), "book report.csv --booked booked.csv --as-of 2023-05-10 -f csv");
        let line = |line: &&str| {
            let [month, kind, amount] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            format!("2023-05-10,{month},p,a,a-a,ACO,USD,{kind},{amount}\n")
        };
        assert_eq!(book.stdout, to_book.iter().map(line).fold(COLUMNS.to_owned(), |a, b| a + &b), "{more:?}: {book}");
        let named = book.stderr.lines().find(|line| line.starts_with("warning: left alone")).unwrap_or_default();
        assert!(named.contains(rest) && named.is_empty() == rest.is_empty(), "{more:?}: {book}");
        assert!(!book.stderr.contains("no download any more"), "{book}");
    }
    // Whether it was, or Microsoft took it back, is asked.
    let folder = books(&rows, &["2023-01 a given 10", "2023-02 a given 15", "2023-04 a given 15"]);
    let old =
        [rows[0], "a 2023-02 25 Active 75 USD 2023-01-01 2023-12-31", rows[2]].map(|row| row.replace("-04 ", "-03 "));
    fs::write(folder.path().join("old.csv"), report(&[&*old[0], &*old[1], &*old[2]])).unwrap();
    let check = "check old.csv report.csv --booked booked.csv --as-of 2023-05-10 -q -f csv --only restated-month";
    let check = run(folder.path(), check);
    assert!(check.stdout.contains("restated-month,report.csv,3,a,a-a,2023-02,USD,-5,"), "{check}");
}

#[test]
fn what_is_unknown_is_named_though_another_grant_evens_it_out() {
    let rows = [
        "a 2023-01 9 Active 91 USD 2023-01-01 2023-12-31",
        "a 2023-02 4 Active 96 USD 2023-01-01 2023-12-31",
        "a 2023-02 5 Active 95 USD 2022-06-01 2023-12-31",
    ];
    let folder = books(&rows, &["2023-01 a given 9"]);
    let book = run(folder.path(), "book report.csv --booked booked.csv --as-of 2023-03-10");
    assert!(book.stderr.contains("5 USD of 2023-02") && book.stdout.ends_with("given,-5\n"), "{book}");
}

#[test]
fn an_amount_that_covers_a_lost_month_is_compared_with_what_was_booked_of_both() {
    let rows = [ROWS[0], "a 2023-03 45.00 Active 55.00 USD 2023-01-01 2023-12-31"];
    let folder = books(&rows, &["2023-01 a given 10.50", "2023-02 a given 20.00"]);
    let run = run(folder.path(), "book report.csv --booked booked.csv --as-of 2023-04-10 -q");
    assert_eq!(run.stdout, format!("{COLUMNS}2023-04-10,2023-03,p,a,a-a,ACO,USD,correction,14.50\n"));
}

#[test]
fn a_renamed_credit_is_matched_and_another_one_is_not() {
    let folder = books(&ROWS[..2], &["2023-01 a given 10.50"]);
    let path = folder.path().join("booked.csv");
    let booked = fs::read_to_string(&path).unwrap();
    let book = "book report.csv --booked booked.csv --as-of 2023-02-10";
    for name in ["aco", " Aco ", "Azure credit", ""] {
        fs::write(&path, booked.replace("ACO", name)).unwrap();
        assert_eq!(run(folder.path(), book).to_string(), "--- stderr\nnote: nothing is to be booked\n", "{name}");
    }
    let beside = "2024-01-01,2023-01,p,a,a-a,pilot,USD,given,3\n";
    fs::write(&path, booked + beside).unwrap();
    let run = run(folder.path(), book);
    assert!(run.stdout.is_empty() && run.stderr.contains("in no download any more: 3 USD of 2023-01"), "{run}");
}

#[test]
fn a_file_that_people_keep_is_taken_as_it_is() {
    let folder = books(&ROWS, &[]);
    let path = folder.path().join("booked.csv");
    let text = "\u{feff}Note;Amount;Kind;CurrencyCode;CreditName;AgreementID;CustomerID;PartnerID;InvoiceMonth;bookedon\r\n\
        \"by; hand\";10,50;given;usd;aco;a-a;a;p;2023-01;2023-02-01";
    fs::write(&path, text).unwrap();
    let book = "book report.csv --booked booked.csv --as-of 2023-04-10 -q --append";
    assert_eq!(run(folder.path(), book).code, Some(0));
    let added =
        "\r\n;20,00;given;USD;ACO;a-a;a;p;2023-02;2023-04-10\r\n;7;given;USD;ACO;a-b;b;p;2023-03;2023-04-10\r\n";
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{text}{added}"));
    assert_eq!(run(folder.path(), book).stdout, "");
}

#[test]
fn a_damaged_or_contradicting_file_is_refused_with_line_and_value() {
    let line = "2024-01-01,2023-01,p,a,a-a,ACO,USD,given,10.50\n";
    let changed =
        |old: &str, new: &str| format!("{COLUMNS}\r\n{line}{}", line.replace("2023-01", "2023-02").replace(old, new));
    for (text, expected) in [
        (String::new(), "booked.csv:1: there is no column BookedOn"),
        ("\0\0\0".to_owned(), "booked.csv:1: there is no column BookedOn"),
        (COLUMNS.replace("Kind", "Amount"), "booked.csv:1: there is no column Kind"),
        (COLUMNS.replace("Kind", "Kind,kind"), "booked.csv:1: the column Kind stands there twice"),
        (
            changed("2024-01-01", "13/13/2024"),
            "booked.csv:4: BookedOn: '13/13/2024': expected a day such as `2022-08-09`",
        ),
        (changed("2024-01-01", ""), "booked.csv:4: BookedOn: '': expected a day such as `2022-08-09`"),
        (changed("2023-02", "2/3/2023"), "booked.csv:4: InvoiceMonth: '2/3/2023': expected a month such as `2022-07`"),
        (changed(",p,", ",,"), "booked.csv:4: PartnerID: '': expected an id"),
        (changed("USD", "US$"), "booked.csv:4: CurrencyCode: 'US$': expected a currency code such as `USD`"),
        (changed("given", "Given!"), "booked.csv:4: Kind: 'Given!': expected `given` or `correction`"),
        (changed("10.50", "1_0"), "booked.csv:4: Amount: '1_0': expected an amount such as `1234.50`"),
        (changed("10.50", "1e3"), "booked.csv:4: Amount: '1e3': expected an amount such as `1234.50`"),
        (changed("10.50", ""), "booked.csv:4: Amount: '': expected an amount such as `1234.50`"),
        (changed("10.50", "9".repeat(29).as_str()), "booked.csv:4: Amount: '9999"),
        (changed("ACO,USD,given,10.50\n", ""), "booked.csv:4: expected 9 fields, found 6"),
        (
            changed("2023-02", "2023-01"),
            "booked.csv:4: Kind: 'given': 2023-01 of customer a, agreement a-a, is booked as given in line 3 too",
        ),
    ] {
        let folder = books(&ROWS, &[]);
        fs::write(folder.path().join("booked.csv"), &text).unwrap();
        for command in ["book", "check"] {
            let flags = if command == "book" { " --append" } else { "" };
            let run = run(folder.path(), &format!("{command} report.csv --booked booked.csv{flags}"));
            assert!(run.code == Some(2) && run.stdout.is_empty(), "{text}: {run}");
            assert!(run.stderr.starts_with(&format!("error: {expected}")), "{expected}: {run}");
        }
        assert_eq!(fs::read_to_string(folder.path().join("booked.csv")).unwrap(), text);
    }
}

#[test]
fn a_file_that_a_spreadsheet_saved_says_the_same() {
    let folder = books(&ROWS, &[]);
    let path = folder.path().join("booked.csv");
    let book = "book report.csv --booked booked.csv --as-of 2023-04-10 -q";
    let rows =
        "2023-02-01,2023-01,p,a,a-a,ACO,USD,given,10.50\n2023-02-01,2023-01,p,a,a-a,ACO,USD,correction,-100.50\n";
    fs::write(&path, format!("{COLUMNS}{rows}")).unwrap();
    let plain = run(folder.path(), book).stdout;
    assert!(plain.contains("100.50"), "{plain}");
    let rows = rows.replace("2023-01,", "Jan 23,").replace("given", "Given").replace("-100.50", "(100.50)");
    let saved = format!("{COLUMNS}{rows}").replace(',', "\t");
    let in_utf_16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    for text in [&saved, &saved.replace('.', ",")] {
        fs::write(&path, in_utf_16(text)).unwrap();
        assert_eq!(run(folder.path(), book).stdout, plain, "{text}");
    }
    // Days as they are saved in America and elsewhere: no amount and no month hangs on them.
    for day in ["7/31/2023", "31/07/2023", "7/10/2023", "2/1/23", "2023/2/1", "1 Feb 2023", "01.02.2023"] {
        let text = format!("{COLUMNS}{rows}").replace("2023-02-01", day);
        fs::write(&path, &text).unwrap();
        assert_eq!(run(folder.path(), book).stdout, plain, "{day}");
        assert_eq!(run(folder.path(), &format!("{book} --append")).stdout, plain, "{day}");
        assert!(fs::read_to_string(&path).unwrap().starts_with(&text), "{day}");
    }
    for open in ["1,050", "1.050"] {
        fs::write(&path, in_utf_16(&saved.replace("10.50", open))).unwrap();
        let refused = run(folder.path(), book);
        let expected = format!("error: booked.csv:2: Amount: '{open}': expected an amount such as");
        assert!(refused.stderr.starts_with(&expected), "{refused}");
    }
}

#[test]
fn one_file_has_one_decimal_mark() {
    let folder = books(&ROWS, &[]);
    let rows = "2024-01-01,2023-01,p,a,a-a,ACO,USD,given,10;50\n2024-01-01,2023-02,p,a,a-a,ACO,USD,given,1.100\n";
    let text = format!("{COLUMNS}{rows}").replace(';', "#").replace(',', ";").replace('#', ",");
    fs::write(folder.path().join("booked.csv"), text).unwrap();
    let run = run(folder.path(), "book report.csv --booked booked.csv");
    let expected = "error: booked.csv:3: Amount: '1.100': expected the decimal mark of the amounts above";
    assert!(run.code == Some(2) && run.stderr.starts_with(expected), "{run}");
}

#[test]
fn what_nobody_reads_is_not_booked() {
    let folder = books(&ROWS, &[]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut book = program();
    book.args("book report.csv --booked booked.csv --append -q".split(' ')).current_dir(folder.path()).stdout(writer);
    let run = Run::of(book.output().unwrap());
    assert!(run.code == Some(2) && run.stderr.starts_with("error: nothing is booked, because"), "{run}");
    assert_eq!(fs::read_to_string(folder.path().join("booked.csv")).unwrap(), COLUMNS);
}

#[test]
fn what_cannot_be_booked_is_said() {
    let folder = books(&ROWS, &[]);
    fs::create_dir(folder.path().join("sub")).unwrap();
    for (line, expected) in [
        ("book report.csv", "error: the following required arguments were not provided"),
        ("book report.csv --booked . --append", "error: .: "),
        ("book report.csv --booked none/b.csv --append", "error: cannot write none/b.csv: there is no folder none"),
        ("book report.csv --booked booked.csv -o booked.csv", "error: booked.csv is an input"),
        ("book report.csv --booked booked.csv --status active", "error: a month is booked whole"),
        (
            "book report.csv --booked booked.csv -f beancount --account-given x",
            "error: --account-given: 'x' is no account",
        ),
        ("book report.csv --booked booked.csv -f hledger --account-credit a;b", "error: --account-credit: 'a;b' is no"),
        ("book report.csv --booked new.csv -f hledger -o ./new.csv", "error: ./new.csv is an input"),
        ("book report.csv --booked new.csv --append -o sub/../new.csv", "error: sub/../new.csv is an input"),
        ("summary report.csv -o x.journal", "error: x.journal: no format has this extension"),
        ("summary report.csv -f hledger", "error: invalid value 'hledger' for '--format <FORMAT>'"),
    ] {
        let run = run(folder.path(), line);
        assert!(run.code == Some(2) && run.stdout.is_empty() && run.stderr.contains(expected), "{line}: {run}");
    }
    // It may lie among the downloads.
    let run = run(folder.path(), "book . --booked booked.csv --append -q");
    assert_eq!((run.code, run.stdout.lines().count()), (Some(0), 4), "{run}");
}

#[test]
fn checks_tell_what_is_not_booked_and_what_is_settled() {
    let folder = books(&ROWS, &["2023-01 a given 10.50", "2023-02 a given 19.00", "2022-12 d given 3"]);
    let old = [ROWS[0], "a 2023-02 29.50 Active 70.50 USD 2023-01-01 2023-12-31", ROWS[2]];
    let old = old.map(|row| row.replace("2023-03", "2023-04"));
    fs::write(folder.path().join("old.csv"), report(&[&*old[0], &*old[1], &*old[2]])).unwrap();
    fs::write(
        folder.path().join("new.csv"),
        report(&[&ROWS[..], &["a 2023-05 30.50 Active 69.50 USD 2023-01-01 2023-12-31"]].concat()),
    )
    .unwrap();
    let check = "check old.csv new.csv --booked booked.csv --as-of 2023-06-10 -q -f csv --only";
    let names = "restated-month,not-booked,booked-otherwise";
    snapshot!(run(folder.path(), &format!("{check} {names}")), @r#"
    exit code: 1
    Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    error,booked-otherwise,new.csv,3,a,a-a,2023-02,USD,1.00,"19.00 USD is booked, but 20.00 was given; book the difference of 1.00 (`aco book FILE... --booked FILE --append`)"
    warning,not-booked,new.csv,5,b,a-b,2023-03,USD,7,7 USD was given and is not booked; book it (`aco book FILE... --booked FILE --append`)
    warning,booked-otherwise,,,d,a-d,2022-12,USD,3,"3 USD is booked, but no download has the month; ask why, and correct it"
    "#);
    // One amount is told once, by whichever check is asked for.
    let alone = run(folder.path(), &format!("{check} restated-month"));
    assert!(alone.code == Some(1) && alone.stdout.contains("restated-month,new.csv,3,a"), "{alone}");
    let page = |booked: &str| {
        let page = run(folder.path(), &format!("report old.csv new.csv --as-of 2023-06-10 -q -o -{booked}"));
        ["restated-month", "booked-otherwise"].map(|check| page.stdout.contains(check))
    };
    assert_eq!((page(""), page(" --booked booked.csv")), ([true, false], [false, true]));
    assert_eq!(
        run(folder.path(), "book old.csv new.csv --booked booked.csv --as-of 2023-06-10 --append").code,
        Some(0)
    );
    snapshot!(run(folder.path(), &format!("{check} {names} --fail-on warning")), @r#"
    exit code: 1
    Severity,Check,File,Line,CustomerID,AgreementID,InvoiceMonth,CurrencyCode,Amount,Message
    warning,booked-otherwise,,,d,a-d,2022-12,USD,3,"3 USD is booked, but no download has the month; ask why, and correct it"
    "#);
    // Without bookings there is nothing to compare with.
    let without = aco("check fixtures/aco-balance.csv --only not-booked,booked-otherwise --fail-on note");
    assert_eq!((without.code, without.stdout.as_str()), (Some(0), ""));
}

#[test]
fn a_booking_settles_what_was_used_and_no_more() {
    let active = "100 Active 400 USD 2022-06-01 2022-12-31";
    for (old, new, is_settled) in [
        (active, "110 active 390 USD 2022-06-01 2022-12-31", true),
        (active, "110 Active 140 USD 2022-06-01 2022-12-31", false),
        (active, "110 Canceled 390 USD 2022-06-01 2022-12-31", false),
        (active, "110 Active 390 USD 2022-06-02 2022-12-31", false),
        (active, "110 Active 390 USD 2022-06-01 2022-11-30", false),
        // Of a credit that is over the balance says nothing.
        ("100 Expired 0 USD 2022-06-01 2022-06-20", "110 Expired 0 USD 2022-06-01 2022-06-20", true),
    ] {
        let row = |row: &str| format!("a 2022-06 {row}");
        let last = ["b 2022-07 1 Active 9 USD 2022-07-01 2022-12-31", "b 2022-08 1 Active 9 USD 2022-07-01 2022-12-31"];
        let folder = books(&[&row(new), last[0], last[1]], &["2022-06 a given 110"]);
        fs::write(folder.path().join("old.csv"), report(&[&row(old), last[0]])).unwrap();
        let check = "check old.csv report.csv --as-of 2022-09-10 -q -f csv --only restated-month";
        let is_told = |line: &str| run(folder.path(), line).stdout.contains(",report.csv,2,a");
        assert!(is_told(check), "{new}");
        assert_eq!(is_told(&format!("{check} --booked booked.csv")), !is_settled, "{new}");
    }
}

/// Cents by identity and month.
type Cents = BTreeMap<(String, String), i64>;

/// Two downloads, each booked when it came; what is still restated then, and whether that fails.
fn restated_after_booking(old: &[&str], new: &[&str], by_hand: &str) -> (Option<i32>, String) {
    let folder = books(new, &[]);
    fs::write(folder.path().join("old.csv"), report(old)).unwrap();
    let append = "--booked booked.csv --append -q --as-of";
    run(folder.path(), &format!("book old.csv {append} 2022-09-10"));
    let check = "check old.csv report.csv --booked booked.csv --as-of 2022-10-10 -q -f csv --skip not-booked";
    let before = run(folder.path(), check);
    assert_eq!(before.code, Some(1), "what is not booked yet is found: {before}");
    run(folder.path(), &format!("book old.csv report.csv {append} 2022-10-10"));
    let booked = folder.path().join("booked.csv");
    fs::write(&booked, fs::read_to_string(&booked).unwrap() + by_hand).unwrap();
    let after = run(folder.path(), check);
    let lines = after.stdout.lines().filter(|line| line.starts_with("error") || line.contains("restated-month"));
    (after.code, lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_month_in_which_nothing_was_given_has_nothing_to_be_booked() {
    let row = |month: u32, used: u32| {
        format!("c 2022-0{month} {used}.00 Active {}.00 USD 2022-06-01 2023-05-31", 1000 - used)
    };
    let rows = |used: &[(u32, u32)]| used.iter().map(|(month, used)| row(*month, *used)).collect::<Vec<_>>();
    let other = |month: u32| format!("d 2022-0{month} 0.00 Active 9.00 USD 2022-06-01 2023-05-31");
    for (old, new) in [
        // A quiet month after a restated one.
        (rows(&[(6, 100), (7, 100), (8, 150)]), rows(&[(6, 120), (7, 120), (8, 170), (9, 200)])),
        // One that was not quiet before, and one that is no more.
        (rows(&[(6, 100), (7, 120), (8, 150)]), rows(&[(6, 120), (7, 120), (8, 150), (9, 200)])),
        (rows(&[(6, 100), (7, 100), (8, 150)]), rows(&[(6, 100), (7, 110), (8, 150), (9, 200)])),
        // A credit that is new in an old month, without any use, beside one that is corrected.
        (
            rows(&[(6, 100), (7, 110), (8, 150)]),
            [rows(&[(6, 120), (7, 120), (8, 150), (9, 200)]), (6..=9).map(other).collect()].concat(),
        ),
    ] {
        let [old, new] = [&old, &new].map(|rows| rows.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(restated_after_booking(&old, &new, ""), (Some(0), String::new()), "{old:?} {new:?}");
    }
    // A limit that was cut is no use, and stays.
    let cut = row(7, 120).replace("880.00", "780.00");
    let old = rows(&[(6, 100), (7, 100), (8, 150)]);
    let new = [row(6, 120), cut, row(8, 170), row(9, 200)];
    let [old, new] = [&old[..], &new[..]].map(|rows| rows.iter().map(String::as_str).collect::<Vec<_>>());
    let (code, told) = restated_after_booking(&old, &new, "");
    assert!(code == Some(1) && told.contains("restated-month,report.csv,3,"), "{told}");
}

#[test]
fn what_is_restated_of_unknown_months_is_to_be_booked_by_hand() {
    let row = |month: u32, used: u32| {
        format!("c 2022-0{month} {used}.00 Active {}.00 USD 2022-01-01 2023-05-31", 1000 - used)
    };
    let old = [row(6, 100), row(7, 130), row(8, 150)];
    let new = [row(6, 120), row(7, 150), row(8, 170), row(9, 200)];
    let [old, new] = [&old[..], &new[..]].map(|rows| rows.iter().map(String::as_str).collect::<Vec<_>>());
    let (code, told) = restated_after_booking(&old, &new, "");
    let expected = "CreditAmount 100.00, now 120.00 (difference 20.00); BalanceAmount 900.00, now 880.00 (difference -20.00); \
        `aco book FILE... --booked FILE --append` books what comes of it after 2022-06; what was used by then is of unknown \
        months: book it by hand";
    assert!(told.contains(expected) && told.lines().count() == 1, "{told}");
    assert_eq!(code, Some(1));
    let by_hand = "2022-10-10,2022-05,p,c,a-c,ACO,USD,given,90.00\n2022-10-10,2022-06,p,c,a-c,ACO,USD,given,30.00\n";
    assert_eq!(restated_after_booking(&old, &new, by_hand), (Some(0), String::new()));
}

fn cents(text: &str) -> i64 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{decimals:0<2}").parse().unwrap()
}

/// What a column of a table without quotes adds up to by identity and month; months of which nothing is left are left out.
fn sums(table: &str, column: &str) -> Cents {
    let header: Vec<&str> = table.lines().next().unwrap_or_default().split(',').collect();
    let mut sums = Cents::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name: &str| cells[header.iter().position(|header| *header == name).unwrap()];
        let identity = ["PartnerID", "CustomerID", "AgreementID", "CreditName", "CurrencyCode"].map(cell).join(",");
        if !cell(column).is_empty() {
            let month = cell("InvoiceMonth").to_owned();
            *sums.entry((identity.to_lowercase(), month)).or_default() += cents(cell(column));
        }
    }
    sums.retain(|_, cents| *cents != 0);
    sums
}

/// A credit of a made-up ledger: from its first month to its last one, with what the download of each month says of it.
struct Made {
    key: String,
    name: &'static str,
    days: String,
    months: std::ops::Range<usize>,
    /// The first download that has it.
    shown_from: usize,
    used: Vec<i64>,
    /// By month: from which download on it is another amount.
    restated: Vec<(usize, i64)>,
    /// By month: from which download on it has a row, and until which.
    gap: Vec<std::ops::Range<usize>>,
}

const DOWNLOADS: usize = 25;

fn month(number: usize) -> String {
    format!("{}-{:02}", 2022 + number / 12, number % 12 + 1)
}

/// Credits with restated months, late rows and gaps, some of them renewed, and some older than all downloads if rows stay:
/// where the first row is gone, nobody knows the next one.
fn made(chance: &mut Chance, all: bool) -> Vec<Made> {
    let mut credits = Vec::new();
    for number in 0..14 {
        let mut start = chance.below(12);
        // A renewal is another credit of the same identity.
        for _ in 0..=chance.below(2) {
            let end = (start + 4 + chance.below(14)).min(DOWNLOADS);
            let unknown = all && start == 0 && chance.below(2) == 0;
            let first_day = if unknown { "2021-03-01".to_owned() } else { format!("{}-01", month(start)) };
            let mut total = 0;
            let used = (start..end).map(|_| {
                total += i64::try_from(chance.below(90_000)).unwrap();
                total
            });
            let used: Vec<i64> = used.collect();
            let restated = (start..end).map(|month| match chance.below(6) {
                0 => (month + 1 + chance.below(6), i64::try_from(chance.below(20_000)).unwrap() - 9_000),
                _ => (usize::MAX, 0),
            });
            let restated = restated.collect();
            let gap = (start..end).map(|month| match chance.below(9) {
                0 => 0..month + 1 + chance.below(4),
                1 => month + 2..month + 2 + chance.below(4),
                _ => 0..0,
            });
            let gap = gap.collect();
            credits.push(Made {
                key: format!("p{},c{}", number % 2, number / 2),
                name: ["ACO", "Pilot"][number % 3 / 2],
                days: format!(
                    "{},{first_day},{}-28",
                    ["EUR,a", "USD,a"][number % 5 / 3].to_owned() + &number.to_string(),
                    month(end - 1)
                ),
                months: start..end,
                shown_from: if chance.below(4) == 0 { start + chance.below(5) } else { 0 },
                used,
                restated,
                gap,
            });
            start = end;
            if start + 2 >= DOWNLOADS {
                break;
            }
        }
    }
    credits
}

/// The download that ends with a month.
fn download(credits: &[Made], last: usize) -> String {
    let mut text = HEADER.to_owned();
    for credit in credits.iter().filter(|credit| credit.shown_from <= last) {
        for at in credit.months.clone().take_while(|month| *month <= last) {
            let place = at - credit.months.start;
            if credit.gap[place].contains(&last) {
                continue;
            }
            let (since, shift) = credit.restated[place];
            let used = credit.used[place] + if last >= since { shift } else { 0 };
            let name = if last % 4 == 3 { credit.name.to_lowercase() } else { credit.name.to_owned() };
            let sign = if used < 0 { "-" } else { "" };
            writeln!(
                text,
                "{},{},{name},{sign}{}.{:02},Active,5000.00,{}",
                credit.key,
                month(at),
                used.abs() / 100,
                used.abs() % 100,
                credit.days
            )
            .unwrap();
        }
    }
    text
}

/// Books month by month, from all downloads so far or the newest alone; returns how often the sums were compared.
fn booked_month_by_month(seed: u64, all: bool) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let credits = made(&mut Chance(seed), all);
    let booked = folder.path().join("booked.csv");
    let (mut files, mut compared) = (Vec::new(), 0);
    for last in 0..DOWNLOADS {
        let file = folder.path().join(format!("d{last}.csv"));
        fs::write(&file, download(&credits, last)).unwrap();
        if !all {
            files.clear();
        }
        files.push(file);
        let as_of = format!("{}-15", month(last + 1));
        let run = |line: &[&str]| {
            let flags = ["--as-of", &as_of, "-f", "csv"];
            let words = line.iter().chain(&flags).map(Into::into);
            let (stdout, stderr) = in_process(words.chain(files.iter().map(|file: &PathBuf| file.into())));
            assert!(!stderr.contains("error:"), "{seed}, {last}: {stderr}");
            (stdout, stderr)
        };
        let booked_is = booked.to_str().unwrap();
        let (_, said) = run(&["book", "--booked", booked_is, "--append"]);
        let (rows, _) = run(&["given", "--closed"]);
        let given = sums(&rows, "CreditGiven");
        let sum = sums(&fs::read_to_string(&booked).unwrap_or_default(), "Amount");
        if all {
            assert_eq!(sum, given, "{seed}, {last}");
            assert!(!said.contains("in no download"), "{said}");
            compared += 1;
        } else if !said.contains("in no download") && !said.contains("left alone") {
            // What was booked before the newest download begins is in what it has of unknown months.
            let totals = |all: &[&Cents]| {
                let mut totals: BTreeMap<String, i64> = BTreeMap::new();
                for ((identity, _), cents) in all.iter().copied().flatten() {
                    *totals.entry(identity.clone()).or_default() += cents;
                }
                totals.retain(|_, cents| *cents != 0);
                totals
            };
            assert_eq!(totals(&[&sum]), totals(&[&given, &sums(&rows, "OpeningAmount")]), "{seed}, {last}");
            compared += 1;
        }
        let (again, _) = run(&["book", "--booked", booked_is]);
        assert_eq!(again.lines().count(), 1, "{seed}, {last}: {again}");
    }
    let text = fs::read_to_string(&booked).unwrap();
    assert!(text.matches(",correction,").count() > 10 && text.matches(",given,").count() > 80, "{text}");
    compared
}

#[test]
fn month_by_month_the_bookings_add_up_to_what_was_given() {
    let compared: usize = (1..=4).map(|seed| booked_month_by_month(seed, true)).sum();
    assert_eq!(compared, 4 * DOWNLOADS);
    let compared: usize = (1..=4).map(|seed| booked_month_by_month(seed, false)).sum();
    assert!(compared > 20, "{compared}");
}

/// Whatever the moment at which the program is killed, the file is the old one or the new one.
#[cfg(unix)]
#[test]
fn killed_at_any_moment_the_file_is_whole() {
    use std::time::{Duration, Instant};
    let folder = tempfile::tempdir().unwrap();
    let mut rows = HEADER.to_owned();
    for number in 0..3_000 {
        writeln!(rows, "p,c{number},2022-01,ACO,1.50,Active,2.50,USD,a{number},2022-01-01,2022-12-31").unwrap();
    }
    fs::write(folder.path().join("report.csv"), rows).unwrap();
    let booked = folder.path().join("booked.csv");
    let old = format!("{COLUMNS}2022-01-01,2021-01,p,c,a,ACO,USD,given,1\n");
    let append = || {
        let line = "book report.csv --booked booked.csv --append --as-of 2022-03-01 -q -o out.csv";
        program().args(line.split(' ')).current_dir(folder.path()).spawn().unwrap()
    };
    fs::write(&booked, &old).unwrap();
    let began = Instant::now();
    assert!(append().wait().unwrap().success());
    let (whole, takes) = (fs::read_to_string(&booked).unwrap(), began.elapsed());
    assert_eq!(whole.lines().count(), 3_002);
    for step in 0..40_u32 {
        fs::write(&booked, &old).unwrap();
        let mut child = append();
        std::thread::sleep(Duration::min(takes * step / 32, Duration::from_secs(2)));
        let _ = child.kill();
        child.wait().unwrap();
        let text = fs::read_to_string(&booked).unwrap();
        assert!(text == old || text == whole, "step {step}: {} bytes", text.len());
    }
}

#[test]
fn what_a_download_takes_back_is_corrected_beside_what_is_unknown() {
    let row = |month: u32, used: u32| format!("c 2022-0{month} {used} Active {} USD 2022-01-01 2022-12-31", 500 - used);
    let older = "c 2022-03 700 Active 300 USD 2021-12-01 2022-11-30".to_owned();
    let folder = books(&[], &["2022-01 c given 120", "2022-02 c given 100"]);
    for (name, rows) in
        [("1.csv", vec![row(1, 120), row(2, 220)]), ("2.csv", vec![row(1, 100), row(2, 200), row(3, 300), older])]
    {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        fs::write(folder.path().join(name), report(&rows)).unwrap();
    }
    let book = run(folder.path(), "book 1.csv 2.csv --booked booked.csv --as-of 2022-04-10 -q");
    snapshot!(book, @r#"
    BookedOn,InvoiceMonth,PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,Kind,Amount
    2022-04-10,2022-01,p,c,a-c,ACO,USD,correction,-20
    2022-04-10,2022-03,p,c,a-c,ACO,USD,given,100
    --- stderr
    warning: left alone, because it is not known in which months it was given: 700 USD of 2022-03, customer c, agreement a-c
    hint: add older reports; or book by hand what you know of the months before: it counts, and the rest is named
    "#);
}
