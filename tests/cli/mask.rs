//! `aco mask`: nothing of anybody comes through, and everything else does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::context::{HEADER, Run, aco, program, report};

/// Files of every spelling.
const FILES: [&str; 16] = [
    "aco-balance.csv",
    "expiring.csv",
    "tranches.csv",
    "tranches-in-turn.csv",
    "amount-spellings.csv",
    "bom-crlf.csv",
    "date-spellings.csv",
    "month-spellings.csv",
    "id-spellings.csv",
    "quoted-fields.csv",
    "header-aliases.csv",
    "duplicate-rows.csv",
    "other-status.csv",
    "no-dates.csv",
    "parquet/polars.parquet",
    "fuzz/container/book.xlsx",
];

fn masked(inputs: &[&str], output: &Path) -> Run {
    let run = Run::of(program().arg("mask").args(inputs).arg("-q").arg("-o").arg(output).output().unwrap());
    assert!(run.code == Some(0) && run.stdout.is_empty(), "{inputs:?}: {run}");
    run
}

fn rows(command: &str, path: &str) -> Vec<BTreeMap<String, String>> {
    let words = command.split(' ').chain([path, "-q", "-f", "csv", "--as-of", "2026-06-10"]);
    let run = Run::of(program().args(words).output().unwrap());
    assert!(run.code < Some(2), "{command} {path}: {run}");
    csv::Reader::from_reader(run.stdout.as_bytes()).deserialize().map(Result::unwrap).collect()
}

/// The units of an amount, whatever its scale.
fn units(amount: &str) -> i128 {
    amount.replace('.', "").parse().unwrap()
}

/// What ids and names of the rows became, if each became one and no two the same.
fn renamed(old: &[BTreeMap<String, String>], new: &[BTreeMap<String, String>]) -> BTreeMap<String, String> {
    let mut renamed = BTreeMap::new();
    for (old, new) in old.iter().zip(new) {
        for column in ["PartnerID", "CustomerID", "AgreementID", "CreditName"] {
            let (old, new) = (&old[column], &new[column]);
            assert_eq!(renamed.entry(old.clone()).or_insert_with(|| new.clone()), new, "{column}");
            assert!(old != new || old == "ACO" || old.is_empty(), "{column}: {old}");
        }
    }
    assert_eq!(renamed.values().collect::<BTreeSet<_>>().len(), renamed.len(), "{renamed:?}");
    renamed
}

#[test]
fn everything_but_ids_names_and_amounts_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for name in FILES {
        let (file, output) = (format!("fixtures/{name}"), folder.path().join("masked.csv"));
        masked(&[&file], &output);
        let masked = output.to_str().unwrap();
        let (old, new) = (rows("list", &file), rows("list", masked));
        assert_eq!(old.len(), new.len(), "{name}");
        let renamed = renamed(&old, &new);
        let text = String::from_utf8_lossy(&fs::read(&output).unwrap()).to_lowercase();
        for id in renamed.keys().filter(|id| id.len() > 5 && *id != "expired") {
            assert!(!text.contains(&id.to_lowercase()), "{name}: {id}");
        }
        let mut factors = BTreeSet::new();
        for (old, new) in old.iter().zip(&new) {
            for column in ["InvoiceMonth", "Status", "CurrencyCode", "EffectiveDate", "ExpiryDate"] {
                assert_eq!(old[column], new[column], "{name}: {column}");
            }
            for column in ["CreditAmount", "BalanceAmount"] {
                let (old, new) = (units(&old[column]), units(&new[column]));
                assert!(old == 0 && new == 0 || new % old == 0, "{name}: {old} {new}");
                factors.extend((old != 0).then(|| new / old));
            }
        }
        assert!(factors.len() == 1 && factors.iter().all(|factor| (11..110).contains(factor)), "{name}: {factors:?}");
        let factor = factors.first().unwrap();
        for (old, new) in rows("summary", &file).iter().zip(rows("summary", masked)) {
            for (column, old) in old {
                let is_amount = column.ends_with("Amount") || ["CreditGiven", "Forfeited"].contains(&&**column);
                if is_amount && !old.is_empty() {
                    assert_eq!(units(&new[column]), units(old) * factor, "{name}: {column}");
                } else {
                    assert_eq!(&new[column], old, "{name}: {column}");
                }
            }
        }
    }
}

#[test]
fn a_report_that_misbehaves_misbehaves_alike() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("masked.csv");
    let mut findings = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/check")).unwrap() {
        let file = entry.unwrap().path();
        let found = |path: &str| -> Vec<Vec<String>> {
            let columns = ["Severity", "Check", "Line", "InvoiceMonth"];
            let row = |row: &BTreeMap<String, String>| columns.map(|column| row[column].clone()).to_vec();
            rows("check", path).iter().map(row).collect()
        };
        masked(&[file.to_str().unwrap()], &output);
        let expected = found(file.to_str().unwrap());
        assert_eq!(found(output.to_str().unwrap()), expected, "{}", file.display());
        findings += expected.len();
    }
    assert!(findings > 40, "{findings}");
}

#[test]
fn what_is_no_row_is_none_afterwards_and_what_is_no_amount_becomes_none() {
    let folder = tempfile::tempdir().unwrap();
    let (file, output) = (folder.path().join("report.csv"), folder.path().join("masked.csv"));
    let row = |month: u32, amount: &str| format!("p,c,2024-0{month},ACO,{amount},Active,2.00,USD,a,2024-01-01,\n");
    let rows = [row(1, "1.50"), HEADER.to_owned(), row(2, " $-   "), ",,Summe,,3.50,,2.00,,,,\n".to_owned()];
    for (damaged, code) in [("", Some(0)), (&*row(3, "350.75.0"), Some(2))] {
        let mut lines = rows.clone();
        lines[0] += damaged;
        fs::write(&file, format!("{HEADER}{}", lines.concat())).unwrap();
        masked(&[file.to_str().unwrap(), "--skip-invalid"], &output);
        let [before, after] = [&file, &output].map(|file| {
            let run = Run::of(program().args(["summary", "--as-of", "2024-06-01"]).arg(file).output().unwrap());
            let said: Vec<String> = run.stderr.lines().map(|line| line.replace(char::is_numeric, "")).collect();
            (run.code, said.iter().filter(|line| line.contains("note:")).count())
        });
        assert_eq!((before.0, &before), (code, &after));
    }
}

#[test]
fn several_files_become_a_folder_with_one_mask_and_each_run_has_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    masked(&["fixtures/desk"], &one);
    masked(&["fixtures/desk"], &other);
    let names = ["masked-01.csv", "masked-02.csv", "masked-03.csv"];
    assert_eq!(fs::read_dir(&one).unwrap().count(), names.len());
    for name in names {
        assert_ne!(fs::read(one.join(name)).unwrap(), fs::read(other.join(name)).unwrap());
    }
    let count = |path: &str| rows("balance", path).len();
    assert_eq!(count(one.to_str().unwrap()), count("fixtures/desk"));
}

#[test]
fn nothing_of_a_damaged_row_comes_through() {
    let folder = tempfile::tempdir().unwrap();
    let (file, output) = (folder.path().join("report.csv"), folder.path().join("masked.csv"));
    let row = "p,c,2024-01,Contoso,1.50,Active,2.00,USD,a,2024-01-01,";
    let id = "0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9";
    let mut text = format!("Report of Contoso for Fabrikam\n{}", HEADER.replace("ExpiryDate", "ExpiryDate,Note"));
    for note in ["for Contoso", "\"Contoso, \"\"Fabrikam\"\"\""] {
        text += &[row, ",", note, "\n"].concat();
    }
    for damaged in [[id; 12], ["Contoso 1"; 12], ["\"Fabrikam, 7 Contoso\""; 12]] {
        text += &(damaged.join(",") + "\n");
    }
    fs::write(&file, text).unwrap();
    let run = Run::of(program().arg("mask").arg(&file).arg("-q").arg("-o").arg(&output).output().unwrap());
    assert_eq!(run.code, Some(0), "{run}");
    let masked = fs::read_to_string(&output).unwrap().to_lowercase();
    for private in ["contoso", "fabrikam", &id[..8]] {
        assert!(!masked.contains(private), "{private}: {masked}");
    }
}

#[test]
fn an_id_is_masked_as_one_whatever_its_spelling_and_place() {
    let folder = tempfile::tempdir().unwrap();
    let (file, output) = (folder.path().join("report.csv"), folder.path().join("masked.csv"));
    let id = "ba5eba11-0000-4000-8000-00000000000a";
    let spelled = [
        id.to_owned(),
        format!("{{{id}}}"),
        id.replace('-', ""),
        id.replace('-', "\u{2013}"),
        format!("{id}\u{200b}"),
        format!("\"=\"\"{id}\"\"\""),
    ];
    let title = format!("Agreement {id} of Contoso\n");
    let mut text = format!("{title}{}", HEADER.replace("ExpiryDate", &format!("ExpiryDate,Use of {id}")));
    let within = [
        id.to_uppercase(),
        id.replace('-', ""),
        id.replace('-', "\u{2013}"),
        id.replace('0', "０"),
        id.replacen('-', "-\u{200b}", 1),
        format!("\u{200b}\u{200b}{id}"),
    ];
    for (at, (id, within)) in spelled.iter().zip(&within).enumerate() {
        writeln!(text, "p,c,2024-0{},ACO,{at},Active,9,USD,{id},,,for z{within}z/Contoso", at + 1).unwrap();
    }
    fs::write(&file, text).unwrap();
    masked(&[file.to_str().unwrap()], &output);
    let ids: BTreeSet<_> =
        rows("list", output.to_str().unwrap()).iter().map(|row| row["AgreementID"].clone()).collect();
    let [masked] = &ids.iter().collect::<Vec<_>>()[..] else { panic!("{ids:?}") };
    let text = fs::read_to_string(&output).unwrap();
    assert!(!text.contains(&id[..8]) && !text.contains("Contoso"), "{text}");
    for line in text.lines().take(3) {
        assert!(line.contains(*masked), "{text}");
    }
    // Within another text it ends where it did.
    let bare = |text: &str| text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    for line in text.lines().skip(2).map(bare) {
        let [(at, _), _] = line.rmatch_indices(&bare(masked)).collect::<Vec<_>>()[..] else { panic!("{line}") };
        let beside = [&line[at - 1..at], &line[at + 32..at + 33]];
        assert!(beside.iter().all(|beside| ("g".."zz").contains(beside)), "{line}");
    }
}

#[test]
fn words_and_amounts_stay_apart_and_look_alike() {
    let folder = tempfile::tempdir().unwrap();
    let (file, output) = (folder.path().join("report.csv"), folder.path().join("masked.csv"));
    let mut text = HEADER.to_owned();
    for (at, letter) in ('a'..='z').enumerate() {
        let (name, amount) =
            [("Größe 12", "1.00"), ("größe 12", "\"-1,234.56\""), ("GRöße 12", "0.010"), ("größe 12", "0.00")][at % 4];
        writeln!(text, "p,{letter},2024-01,{name},{amount},Active,9.00,USD,a,2024-01-01,").unwrap();
    }
    fs::write(&file, text).unwrap();
    masked(&[file.to_str().unwrap()], &output);
    let masked: Vec<csv::StringRecord> =
        csv::Reader::from_path(&output).unwrap().records().map(Result::unwrap).collect();
    let cells = |at: usize| masked.iter().map(|row| row[at].to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(cells(1).len(), 26);
    let names = cells(3);
    assert_eq!((names.len(), names.iter().map(|name| name.to_lowercase()).collect::<BTreeSet<_>>().len()), (3, 1));
    for name in names {
        assert!(name.is_ascii() && name[5..].starts_with(' ') && name[6..].parse::<u8>().is_ok(), "{name}");
    }
    let factor: i64 = masked[0][4].strip_suffix(".00").unwrap().parse().unwrap();
    assert!(factor % 2 != 0 && factor % 5 != 0, "an amount with too many decimals keeps them: {factor}");
    let cents = (123_456 * factor).to_string();
    let (whole, decimals) = cents.split_at(cents.len() - 2);
    let (thousands, ones) = whole.split_at(whole.len() - 3);
    assert_eq!(masked[1][4], format!("-{thousands},{ones}.{decimals}"));
    assert_eq!(masked[2][4], format!("{}.{:02}0", factor / 100, factor % 100));
    assert_eq!(masked[3][4], *"0.00");
}

#[test]
fn rows_that_a_quote_makes_a_part_of_the_header_do_not_come_through() {
    let folder = tempfile::tempdir().unwrap();
    let (file, output) = (folder.path().join("report.csv"), folder.path().join("masked.csv"));
    let row = |note: &str| format!("Fabrikam,Contoso,2024-01,ACO,350.75,Active,9,USD,a,,,{note}\n");
    let text = HEADER.replace("ExpiryDate", "ExpiryDate,\"Note") + &row("x") + &row("y\"") + &row("z");
    fs::write(&file, text).unwrap();
    let run = Run::of(program().arg("mask").arg(&file).arg("-q").arg("-o").arg(&output).output().unwrap());
    let written = fs::read_to_string(&output).unwrap_or_default();
    assert!(run.code == Some(2) || written.starts_with("PartnerID,"), "{run}");
    for private in ["Fabrikam", "Contoso", "350.75"] {
        assert!(!written.contains(private), "{private}: {written}");
    }
}

#[test]
fn totals_and_headers_stay_such() {
    let folder = tempfile::tempdir().unwrap();
    let (file, output) = (folder.path().join("report.csv"), folder.path().join("masked.csv"));
    let header = HEADER.replace("CustomerID", "CustomerTenantId").replace("CreditAmount", "CreditUsed");
    let row = |month: u32| format!("p,Total Energies,2024-0{month},ACO,{month}.50,Active,2.00,USD,a,2024-01-01,\n");
    let total = "Total USD Contoso,,,,4.00,,,USD,,,\n";
    fs::write(&file, [HEADER, &row(1), &header, &row(2), total].concat()).unwrap();
    masked(&[file.to_str().unwrap()], &output);
    assert_eq!(rows("list", output.to_str().unwrap()).len(), 2);
    let text = fs::read_to_string(&output).unwrap();
    assert!(text.contains(&header) && text.contains("\nTotal ") && text.matches("Total").count() == 1, "{text}");
    assert!(!text.contains("Contoso"), "{text}");
}

#[test]
fn json_is_masked_as_csv_is() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["jsonl", "json"] {
        let (file, output) = (folder.path().join("list.json"), folder.path().join("masked.json"));
        let listed = aco(&format!("list fixtures/aco-balance.csv -q -f {format}")).stdout;
        // A column that no report has, with what ends a string and what does not.
        let noted = listed.replace(
            "\"AgreementID\"",
            r#""Note":"Fabrikam \"\u00fc\" \\","More":[7,-1.5e+3,null,{"a":"Fabrikam","of {7C1D9B52-4e0a-4c7e-9f3b-2a6d58e41c07}":1}],"AgreementID""#,
        );
        assert_ne!(noted, listed);
        fs::write(&file, noted).unwrap();
        masked(&[file.to_str().unwrap()], &output);
        let text = fs::read_to_string(&output).unwrap();
        let (old, new) = (rows("list", "fixtures/aco-balance.csv"), rows("list", output.to_str().unwrap()));
        for id in
            renamed(&old, &new).keys().map(String::as_str).filter(|id| *id != "ACO").chain(["Fabrikam", "7C1D9B52"])
        {
            assert!(!text.contains(id), "{id}");
        }
        let amounts =
            |rows: &[BTreeMap<String, String>]| rows.iter().map(|row| units(&row["CreditAmount"])).sum::<i128>();
        assert!(amounts(&new) > amounts(&old) && amounts(&new) % amounts(&old) == 0);
        assert!(text.lines().all(|line| format == "json" || serde_json::from_str::<serde_json::Value>(line).is_ok()));
    }
}

#[test]
fn what_cannot_be_masked_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), report(&["a 2024-01 1 Active 9 USD - -"])).unwrap();
    let run = |line: &str| Run::of(program().args(line.split(' ')).current_dir(folder.path()).output().unwrap());
    for (line, expected) in [
        ("mask report.csv", "error: the following required arguments were not provided"),
        ("mask report.csv -o report.csv", "error: report.csv is an input"),
        ("mask - -o out.csv", "error: <stdin>: "),
    ] {
        let run = run(line);
        assert!(run.code == Some(2) && run.stderr.contains(expected), "{line}: {run}");
        assert!(!folder.path().join("out.csv").exists());
    }
}

#[test]
fn invoices_are_masked_with_the_ids_of_the_reports() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("shared");
    let run = Run::of(
        program()
            .args(["mask", "fixtures/aco-balance.csv", "-q", "--invoice", "fixtures/invoice/2022-07.csv", "-o"])
            .arg(&out)
            .output()
            .unwrap(),
    );
    assert_eq!(run.code, Some(0), "{run}");
    let (report, invoice) = (out.join("masked-01.csv"), out.join("invoice-01.csv"));
    let text = fs::read_to_string(&invoice).unwrap().to_lowercase();
    for row in fs::read_to_string("fixtures/invoice/2022-07.csv").unwrap().to_lowercase().lines().skip(1) {
        row.split(',').filter(|cell| cell.len() == 36).for_each(|id| assert!(!text.contains(id), "{id}"));
    }
    let compared = |report: &str, invoice: &str| rows(&format!("reconcile --invoice {invoice} --all"), report);
    let old = compared("fixtures/aco-balance.csv", "fixtures/invoice/2022-07.csv");
    let new = compared(report.to_str().unwrap(), invoice.to_str().unwrap());
    // Rows stand in the order of ids, which are others: what is of them stands together in the amounts' order.
    let of = |rows: &[BTreeMap<String, String>], by: i128| {
        let amount = |text: &String| if text.is_empty() { None } else { Some(units(text) * by) };
        let row = |row: &BTreeMap<String, String>| {
            (row["CurrencyCode"].clone(), amount(&row["CreditGiven"]), amount(&row["CreditApplied"]))
        };
        let mut all: Vec<_> = rows.iter().map(row).collect();
        all.sort();
        all
    };
    let largest = |rows: &[BTreeMap<String, String>]| {
        rows.iter().filter_map(|row| row["CreditApplied"].replace('.', "").parse::<i128>().ok()).max().unwrap()
    };
    let factor = largest(&new) / largest(&old);
    assert!(old.len() > 3 && factor > 9, "{factor}");
    let (old, new) = (of(&old, factor), of(&new, 1));
    assert_eq!(old.len(), new.len());
    for ((currency, given, applied), (other, masked, invoiced)) in old.into_iter().zip(new) {
        assert_eq!((currency, given, applied.is_some()), (other, masked, invoiced.is_some()));
        // What is worked out from prices is cut off line by line, before and after.
        let off = applied.unwrap_or_default() - invoiced.unwrap_or_default();
        assert!(off.abs() <= factor, "{off}");
    }
}
