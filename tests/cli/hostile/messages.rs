//! What terminals show: tables, and everything on standard error.

use std::fs;

use super::super::context::{HEADER, in_process, on_terminal};
#[cfg(unix)]
use super::shown;
use super::{Books, COMMANDS, TEXTS, assert_tame, quoted};

#[test]
fn tables_and_messages_of_every_command_are_tame() {
    let books = Books::new();
    for line in COMMANDS {
        let run = books.run(line);
        assert_ne!(run.stdout, "", "{line}\n{run}");
        assert_tame(&run.stderr, &line);
        if line.ends_with("--chart") {
            assert_tame(&run.stdout, &line);
            continue;
        }
        let table = books.run(&format!("{line} -f table"));
        let shows_text =
            !["summary BALANCE", "check BALANCE ODD", "inspect BALANCE"].iter().any(|start| line.starts_with(start))
                || line.contains("--detail")
                || line.contains("--by");
        assert!(!shows_text || table.stdout.contains("[31mred"), "{line}\n{table}");
        assert_tame(&table.stdout, &line);
        assert_tame(&table.stderr, &line);
    }
}

#[test]
fn tables_on_terminals_of_any_width_are_tame() {
    let books = Books::new();
    let plain = books.folder.path();
    for name in ["BALANCE", "NAMES", "INVOICE", "COPY", "USAGE", "RESTATED", "ACCEPTED", "ODD", "ARCHIVE"] {
        fs::copy(books.path(name), plain.join(format!("plain-{name}"))).unwrap();
    }
    for line in COMMANDS {
        let words = line.split(' ').map(|word| {
            let is_file = word.bytes().all(|byte| byte.is_ascii_uppercase());
            if is_file { plain.join(format!("plain-{word}")).display().to_string() } else { word.to_owned() }
        });
        let line = words.collect::<Vec<_>>().join(" ");
        for width in [1, 40, 80, 400] {
            assert_tame(&on_terminal(&line, width), &format!("{line} in {width} columns"));
        }
    }
}

#[test]
fn arguments_are_shown_tame() {
    let books = Books::new();
    let [balance, invoice] = ["BALANCE", "INVOICE"].map(|name| books.path(name).to_str().unwrap().to_owned());
    let mut said = 0;
    for text in TEXTS {
        let option = |name: &str| format!("--{name}={text}");
        let mut lines: Vec<Vec<String>> = vec![vec![text.to_owned()], vec![format!("--{text}")]];
        for command in ["completions", "man"] {
            lines.push(vec![command.to_owned(), text.to_owned()]);
        }
        let start = text.chars().next().unwrap();
        for (command, options) in [
            ("summary", SUMMARY_OPTIONS.map(option).to_vec()),
            ("summary", vec![format!("--customer={text}nobody"), format!("--customer={start}")]),
            ("summary", vec![format!("--output={}/{text}", books.folder.path().display())]),
            ("report", vec![format!("--output={}/{text}", books.folder.path().display())]),
            ("summary", vec![format!("--output={}/{text}/out.csv", books.folder.path().display())]),
            ("check", ["only", "skip", "fail-on", "accept"].map(option).to_vec()),
            ("expiring", ["within", "over"].map(option).to_vec()),
            ("diff", vec![option("old")]),
            ("reconcile", ["tolerance", "only", "amount", "reason", "invoice-month"].map(option).to_vec()),
            ("reconcile", vec![format!("--invoice-month={text}0=2022-01"), option("invoice")]),
        ] {
            for option in options {
                let mut line = vec![command.to_owned(), balance.clone(), option];
                if command == "reconcile" {
                    line.push(format!("--invoice={invoice}"));
                }
                lines.push(line);
            }
        }
        for line in lines {
            let (_, stderr) = in_process(line.iter().map(Into::into));
            assert_tame(&stderr, &format!("{line:?}"));
            said += usize::from(!stderr.is_empty());
        }
    }
    assert!(said > 1_000, "{said} messages only");
}

/// Options of `aco summary` that take a value.
const SUMMARY_OPTIONS: [&str; 19] = [
    "customer",
    "agreement",
    "partner",
    "status",
    "currency",
    "month",
    "from",
    "to",
    "as-of",
    "by",
    "format",
    "names",
    "encoding",
    "delimiter",
    "decimal",
    "date-order",
    "threads",
    "color",
    "nonsense",
];

#[test]
fn headers_and_cells_in_errors_are_tame() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.csv");
    let balance = |header: &str| HEADER.replace("BalanceAmount", header);
    for text in TEXTS {
        let cell = quoted(text);
        let key = serde_json::to_string(text).unwrap();
        let contradiction =
            ["1", "2"].map(|amount| format!("{cell},{cell},2022-01,A,{amount},{cell},2,USD,{cell},,\n")).concat();
        let invoice = "CustomerId,InvoiceNumber,Subtotal,Currency,ChargeStartDate,ChargeType";
        let report = ["summary BAD", "inspect BAD -f table"].as_slice();
        let reconcile = ["reconcile fixtures/aco-balance.csv -f table --invoice BAD"].as_slice();
        let names = ["given fixtures/aco-balance.csv -f table --names BAD"].as_slice();
        let accept = ["check fixtures/aco-balance.csv -f table --accept BAD"].as_slice();
        let files = [
            (format!("{cell},{cell}\n1,2\n"), [report, reconcile, names, accept].concat()),
            (balance(&cell), report.to_vec()),
            (balance(&quoted(&format!("Balance{text}Amount"))), report.to_vec()),
            (balance(&format!("BalanceAmount,{}", quoted(&format!("Balance {text}Amount")))), report.to_vec()),
            (balance("BalanceAmount,\"Balance\u{1b}_\nAmount\""), report.to_vec()),
            (format!("{HEADER}p,c,2022-01,ACO,1,Active,2,USD,\"{text},1/1/2022,1/1/2023\n"), report.to_vec()),
            (format!("{HEADER}p,c,2022-01,ACO,\"1,234\",Active,{cell},USD,a,,\n"), report.to_vec()),
            (format!("{HEADER}{contradiction}"), [report, &["check BAD -f table"]].concat()),
            (format!("{invoice},{cell}\n{cell},{cell},{cell},USD,1/1/2022,customerCredit,\n"), reconcile.to_vec()),
            (format!("{},{cell}\n", invoice.replace("Currency", &cell)), reconcile.to_vec()),
            (format!("{invoice},{cell},Currency\n"), reconcile.to_vec()),
            (format!("{{\"CustomerId\":{key},\"InvoiceNumber\":{key},{key}:1}}\n{{{key}:\n"), reconcile.to_vec()),
            (format!("Check,CustomerID\n{cell},c\n"), accept.to_vec()),
            (format!("Check,{cell},{cell}\n{cell}\n"), accept.to_vec()),
        ];
        for (file, lines) in files {
            fs::write(&path, &file).unwrap();
            for line in lines {
                let line = line.replace("BAD", path.to_str().unwrap());
                let (stdout, stderr) = in_process(line.split(' ').map(Into::into));
                assert_tame(&stderr, &format!("{line}: {file:?}"));
                if line.contains("-f table") {
                    assert_tame(&stdout, &format!("{line}: {file:?}"));
                }
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn names_of_files_are_shown_tame() {
    let folder = tempfile::tempdir().unwrap();
    for text in TEXTS {
        let name = text.replace('/', "_");
        let path = folder.path().join(format!("x{name}"));
        for content in ["", "nonsense\n", "PK\u{3}\u{4}broken"] {
            fs::write(&path, content).unwrap();
            for command in ["summary", "inspect", "check"] {
                let (_, stderr) = in_process([command.into(), path.clone().into()]);
                assert!(stderr.contains(&shown(&path)), "{stderr}");
                assert_tame(&stderr, &name);
            }
            for (command, option) in
                [("summary", "--names"), ("check", "--accept"), ("summary", "-o"), ("reconcile", "--invoice")]
            {
                let line = [command, "fixtures/aco-balance.csv", option].map(Into::into);
                let (_, stderr) = in_process(line.into_iter().chain([path.clone().into()]));
                assert!(!stderr.is_empty(), "{command} {option}");
                assert_tame(&stderr, &name);
            }
        }
    }
}
