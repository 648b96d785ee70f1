//! `--csv-safe`: cells that a spreadsheet would take for formulas.

use std::fs;

use super::context::{HEADER, Run, aco, on_terminal, program, snapshot};

const FORMULAS: [&str; 6] = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "=\"x\",y", "＝1"];

/// A folder with a report, names and an invoice of formulas, in which one credit is taken back.
fn books() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut balance = vec![HEADER.to_owned()];
    let mut names = vec!["CustomerId,CustomerName\n".to_owned()];
    for text in FORMULAS {
        let cell = quoted(text);
        for (month, amount) in [("2022-01", "5.00"), ("2022-02", "0.00"), ("2022-03", "-5.00")] {
            let row = format!("{cell},{cell},{month},{cell},{amount},{cell},{amount},USD,{cell},1/1/2022,12/31/2022\n");
            balance.push(row);
        }
        names.push(format!("{cell},{cell}\n"));
    }
    let restated = balance.concat().replace("-5.00", "-6.00");
    fs::write(folder.path().join("restated.csv"), restated).unwrap();
    fs::write(folder.path().join("balance.csv"), balance.concat()).unwrap();
    fs::write(folder.path().join("names.csv"), names.concat()).unwrap();
    folder
}

fn run(folder: &tempfile::TempDir, line: &str) -> Run {
    Run::of(program().current_dir(folder.path()).args(line.split(' ')).output().unwrap())
}

#[test]
fn no_cell_of_any_command_begins_like_a_formula_but_amounts() {
    let folder = books();
    let mut guarded = 0;
    for line in [
        "summary balance.csv --by customer,agreement,partner,status --names names.csv -q",
        "given balance.csv --names names.csv -q",
        "balance balance.csv --names names.csv -q",
        "list balance.csv --names names.csv -q",
        "check balance.csv --names names.csv -q",
        "diff balance.csv restated.csv --names names.csv -q",
        "inspect balance.csv",
    ] {
        for (format, delimiter) in [("csv", b','), ("tsv", b'\t')] {
            let line = format!("{line} -f {format}");
            let cells = |text: &str| {
                let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
                let rows = reader.records().map(Result::unwrap);
                rows.flat_map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
            };
            let (plain, safe) = (run(&folder, &line), run(&folder, &format!("{line} --csv-safe")));
            assert_eq!(safe.code, plain.code, "{line}");
            for (plain, safe) in cells(&plain.stdout).into_iter().zip(cells(&safe.stdout)) {
                let is_amount = plain.parse::<rust_decimal::Decimal>().is_ok();
                if plain.starts_with(['=', '+', '-', '@', '＝']) && !is_amount {
                    assert_eq!(safe, format!("'{plain}"), "{line}");
                    guarded += 1;
                } else {
                    assert_eq!(safe, plain, "{line}");
                }
            }
        }
    }
    assert!(guarded > 500, "{guarded} cells only");
}

#[test]
fn amounts_below_zero_are_left_alone() {
    let folder = books();
    snapshot!(run(&folder, "diff balance.csv restated.csv --csv-safe -q --customer =1+1"), @"
    ﻿Change,CustomerID,AgreementID,CurrencyCode,InvoiceMonth,Field,Old,New,Difference
    completed,'=1+1,'=1+1,USD,2022-03,CreditAmount,-5.00,-6.00,-1.00
    completed,'=1+1,'=1+1,USD,2022-03,BalanceAmount,-5.00,-6.00,-1.00
    ");
    snapshot!(run(&folder, "given balance.csv --csv-safe -q --customer @SUM --month 2022-03"), @"
    ﻿PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    '@SUM(A1),'@SUM(A1),'@SUM(A1),'@SUM(A1),USD,2022-01-01,2022-03,'@SUM(A1),0.00,-5.00,-5.00,,1,-5.00,closed
    ");
}

#[test]
fn nothing_is_guarded_unless_asked_for() {
    let folder = books();
    let list = run(&folder, "list balance.csv").stdout;
    assert_eq!(fs::read_to_string(folder.path().join("balance.csv")).unwrap().lines().count(), list.lines().count());
    assert!(list.contains("\n=1+1,=1+1,2022-01,=1+1,5.00,") && !list.contains("'="), "{list}");
}

#[test]
fn other_formats_are_refused() {
    for format in ["table", "json", "jsonl", "markdown", "xlsx", "parquet"] {
        let run = aco(&format!("summary fixtures/aco-balance.csv --csv-safe -f {format}"));
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert_eq!(
            run.stderr,
            "error: --csv-safe is for CSV and TSV\nhint: write one of these with --format, or leave it out\n"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.xlsx");
    let run = aco(&format!("summary fixtures/aco-balance.csv --csv-safe -o {}", output.display()));
    assert_eq!(run.code, Some(2));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(on_terminal("summary fixtures/aco-balance.csv --csv-safe", 80).starts_with("error: --csv-safe"));
    assert_eq!(aco("summary fixtures/aco-balance.csv --csv-safe --chart").code, Some(2));
    let output = folder.path().join("out.tsv");
    assert_eq!(aco(&format!("summary fixtures/aco-balance.csv --csv-safe -o {}", output.display())).code, Some(0));
}
