//! The glossary has every column that a command prints, with its heading and the command.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::context::aco;

const REPORT: &str = "fixtures/aco-balance.csv --names fixtures/customers.csv";

/// Commands that between them print every column that formats for programs have.
fn sessions() -> Vec<String> {
    let lines = [
        "summary REPORT",
        "summary REPORT --by partner,customer,agreement,status,year,quarter",
        "summary REPORT --against previous",
        "summary REPORT --by customer --across year",
        "summary REPORT --by customer --sort -CreditGiven --top 1",
        "given REPORT",
        "balance REPORT",
        "expiring REPORT",
        "statement REPORT",
        "statement REPORT --by partner,customer,agreement,status,year,quarter",
        "list REPORT",
        "inspect REPORT",
        "check REPORT",
        "check REPORT --list",
        "book REPORT --booked fixtures/booked.csv",
        "diff fixtures/restatement-old.csv fixtures/restatement-new.csv",
        "reconcile REPORT --invoice fixtures/invoice/2022-07.csv",
        "reconcile REPORT --invoice fixtures/invoice/2022-07.csv --lines",
        "reconcile REPORT --invoice fixtures/invoice/2022-07.csv --lines --amount total",
        "reconcile REPORT --invoice fixtures/invoice/2022-07.csv --findings",
        "reconcile REPORT --invoice fixtures/invoice/2022-07.csv --show-other",
        "reconcile REPORT --invoice fixtures/invoice/usage.csv --usage-by subscription",
        "reconcile REPORT --invoice fixtures/invoice/usage.csv --usage-by resource-group",
        "reconcile REPORT --invoice fixtures/invoice/usage.csv --usage-by service",
        "reconcile REPORT --invoice fixtures/invoice/usage.csv --usage-by meter",
    ];
    lines.iter().map(|line| line.replace("REPORT", REPORT)).collect()
}

/// The rows of the table of columns by name: the heading, and what stands in the last cell.
fn glossary() -> BTreeMap<String, (String, String)> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.split(" | ").collect();
        let [name, heading, _, commands] = cells[..] else { return None };
        Some((name.trim_end_matches('`').to_owned(), (heading.to_owned(), commands.to_owned())))
    };
    read("docs/glossary.md").lines().filter_map(row).collect()
}

#[test]
fn every_column_of_every_command_is_in_the_glossary() {
    let glossary = glossary();
    let mut missing = BTreeSet::new();
    let mut columns = 0;
    for session in sessions() {
        let run = aco(&format!("{session} -q -f csv"));
        let command = session.split(' ').next().unwrap();
        let header = run.stdout.lines().next().unwrap_or_else(|| panic!("aco {session} prints nothing:\n{run}"));
        // Of --across a column is headed by its period.
        for column in header.split(',').filter(|name| !name.starts_with(|c: char| c.is_ascii_digit())) {
            columns += 1;
            let is_told = column == "CustomerName"
                || glossary.get(column).is_some_and(|(_, commands)| commands.contains(command));
            if !is_told {
                missing.insert(format!("{column} of aco {command}"));
            }
        }
    }
    assert!(columns > 100, "the columns were not found");
    assert!(missing.is_empty(), "docs/glossary.md lacks {missing:#?}");
}

#[test]
fn headings_are_as_in_the_glossary() {
    let glossary = glossary();
    let source = read("src/output/column.rs");
    let words = source.split_once("] = [").unwrap().1.split_once("];").unwrap().0;
    let mut headings = 0;
    for line in words.lines().filter(|line| line.contains('"')) {
        let texts: Vec<&str> = line.split('"').collect();
        let [_, name, _, heading, _] = texts[..] else { panic!("not a column and its heading: {line}") };
        if let Some((told, _)) = glossary.get(name) {
            assert_eq!(told, heading, "the heading of {name}");
            headings += 1;
        }
    }
    assert!(headings > 20, "the headings were not found");
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap().replace("\r\n", "\n")
}
