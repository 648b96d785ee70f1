//! Formats hold the same values, whatever their form.

use std::fs;

use super::context::{aco, aco_on, program, report, snapshot};

#[test]
fn json_and_jsonl_hold_the_csv_s_values() {
    let csv = aco("given fixtures/aco-balance.csv --as-of 2022-12-15 -f csv").stdout;
    let json = aco("given fixtures/aco-balance.csv --as-of 2022-12-15 -f json").stdout;
    let jsonl = aco("given fixtures/aco-balance.csv --as-of 2022-12-15 -f jsonl").stdout;
    let header: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let inner = json.strip_prefix("[\n").unwrap().strip_suffix("\n]\n").unwrap();
    assert_eq!(inner.replace("},\n", "}\n") + "\n", jsonl);
    for (line, object) in csv.lines().skip(1).zip(jsonl.lines()) {
        let fields = header.iter().zip(line.split(','));
        let expected: Vec<String> = fields
            .map(|(name, value)| {
                let is_number = name.ends_with("Amount") || name.ends_with("Given") || name.ends_with("Months");
                match value {
                    "" => format!("\"{name}\":null"),
                    value if is_number => format!("\"{name}\":{value}"),
                    value => format!("\"{name}\":\"{value}\""),
                }
            })
            .collect();
        assert_eq!(object, format!("{{{}}}", expected.join(",")));
    }
    assert_eq!(csv.lines().count(), jsonl.lines().count() + 1);
}

/// The encoder copies what begins like the row before, and forgets it once it is written.
#[test]
fn every_row_says_whose_it_is_though_it_shares_that_with_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let names = folder.path().join("names.csv");
    let named: Vec<String> = (0..1_500).step_by(2).map(|at| format!("c-{at},\"Name, {at}\"\n")).collect();
    fs::write(&names, format!("CustomerID,CustomerName\n{}", named.concat())).unwrap();
    let row = |at: usize| format!("c-{} 2022-0{} 1 Active 1 EUR 1/1/2022 12/31/2022", at / 4, at % 4 + 1);
    let rows: Vec<String> = (0..6_000).map(row).collect();
    let rows = report(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    for threads in [1, 3] {
        let csv = aco_on(&format!("given - -q --threads {threads} --names {}", names.display()), &rows).stdout;
        let mut months = vec![0; 1_500];
        for line in csv.lines().skip(1) {
            let customer = line.strip_prefix("p,c-").unwrap().split_once(',').unwrap().0;
            let at: usize = customer.parse().unwrap();
            let name = if at.is_multiple_of(2) { format!("\"Name, {at}\"") } else { String::new() };
            assert!(line.starts_with(&format!("p,c-{at},{name},a-c-{at},ACO,EUR,2022-01-01,2022-0")), "{line}");
            months[at] += 1;
        }
        assert!(csv.len() > 400_000 && months.iter().all(|months| *months == 4), "{threads}");
    }
}

#[test]
fn tsv_holds_the_csv_s_values() {
    let csv = aco("balance fixtures/aco-balance.csv --as-of 2022-12-15").stdout;
    let tsv = aco("balance fixtures/aco-balance.csv --as-of 2022-12-15 -f tsv").stdout;
    assert_eq!(tsv.replace('\t', ","), csv);
}

#[test]
fn a_dash_is_standard_output_though_standard_input_is_read() {
    let mut piped = program();
    piped.args(["balance", "-", "-f", "csv", "-o", "-", "-q"]);
    let run = piped.stdin(fs::File::open("fixtures/aco-balance.csv").unwrap()).output().unwrap();
    assert_eq!(String::from_utf8(run.stdout).unwrap(), aco("balance fixtures/aco-balance.csv -f csv -q").stdout);
}

#[test]
fn markdown_for_a_report() {
    snapshot!(aco("summary fixtures/aco-balance.csv --as-of 2022-12-15 --from 2022-12 -f markdown"), @r"
    | InvoiceMonth | CurrencyCode | Customers | Credits | CreditGiven | CreditAmount | BalanceAmount | Forfeited |
    | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | 2022-12\* | EUR | 2 | 2 | 448.55 | 6525.20 | 910.00 | 0.00 |
    | 2022-12\* | JPY | 2 | 2 | 165140 | 1628710 | 671290 | 0 |
    | 2022-12\* | USD | 3 | 3 | 1075.55 | 17674.50 | 2825.50 | 0.00 |
    | **total** | **EUR** | **2** | **2** | **448.55** | **6525.20** | **910.00** | **0.00** |
    | **total** | **JPY** | **2** | **2** | **165140** | **1628710** | **671290** | **0** |
    | **total** | **USD** | **3** | **3** | **1075.55** | **17674.50** | **2825.50** | **0.00** |

    \* open on 2022-12-15: figures may still change until the month's invoice is out
    ");
}

#[test]
fn no_amount_is_named_total() {
    // Every column of words has a word; the amounts that are unknown are empty.
    let books = report(&[
        "a 2022-06 5.00 Active 5.00 USD 1/1/2022 12/31/2022",
        "b 2022-06 5.00 Active 5.00 EUR 6/1/2022 12/31/2022",
    ]);
    for format in ["table", "markdown"] {
        let run = aco_on(&format!("summary --by currency -q -f {format}"), &books);
        assert!(!run.stdout.contains("total"), "{run}");
        let run = aco_on(&format!("summary -q -f {format}"), &books);
        assert_eq!(run.stdout.matches("total").count(), 2, "{run}");
    }
}

#[test]
fn a_table_in_a_pipe_is_as_wide_as_it_takes() {
    snapshot!(aco("given fixtures/documented-example.csv -f table"), @"
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Customer ID: 0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341
    Agreement: 1e5d80c3-7a42-4f96-b08c-d3a9e4172b65; Credit: ACO; Currency: USD; Begins: 2022-07-01
    Status: Active
               Used
              until    Used
    Month      then  so far   Given    Left
    ───────  ──────  ──────  ──────  ──────
    2022-07    0.00  500.00  500.00  500.00
    2022-08  500.00  700.00  200.00  300.00
    ───────  ──────  ──────  ──────  ──────
    total            700.00  700.00  300.00
    --- stderr
    note: the report ends in 2022-08: figures of that month are final only if it was downloaded after the month's invoice was out
    ");
}

#[test]
fn colour_only_where_it_is_wanted() {
    let line = "summary fixtures/aco-balance.csv --as-of 2022-12-15 -f table";
    assert!(!aco(line).stdout.contains('\u{1b}'));
    assert!(aco(&format!("{line} --color always")).stdout.contains("\u{1b}[1m"));
    assert!(!aco(&format!("{line} --color never")).stdout.contains('\u{1b}'));
}

#[test]
fn an_output_file_takes_the_format_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    for extension in ["csv", "tsv", "json", "jsonl", "md", "txt"] {
        let path = folder.path().join(format!("out.{extension}"));
        let format = match extension {
            "md" => "markdown",
            "txt" => "table",
            other => other,
        };
        let status = program().args(["summary", "fixtures/aco-balance.csv", "-o"]).arg(&path).output().unwrap().status;
        assert!(status.success());
        // A file has room for every column; in a pipe COLUMNS says.
        let line = format!("summary fixtures/aco-balance.csv -f {format}");
        let expected = program().args(line.split(' ')).env("COLUMNS", "1000").output().unwrap().stdout;
        let expected = String::from_utf8(expected).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), expected, "{extension}");
    }
    let run = program().args(["summary", "fixtures/aco-balance.csv", "-o", "out.docx"]).output().unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8(run.stderr).unwrap().contains("no format has this extension"));
}

#[test]
fn a_failure_leaves_the_old_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.csv");
    fs::write(&path, "old").unwrap();
    let run = program().args(["summary", "fixtures/bad-amount.csv", "-o"]).arg(&path).output().unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_report_that_is_read_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.csv");
    fs::copy("fixtures/aco-balance.csv", &path).unwrap();
    let run = program().arg("list").arg(&path).arg("-o").arg(&path).output().unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8(run.stderr).unwrap().contains("report.csv is an input\nhint: write to another file"));
    assert_eq!(fs::read(&path).unwrap(), fs::read("fixtures/aco-balance.csv").unwrap());
    let names = folder.path().join("names.html");
    fs::copy("fixtures/customers.csv", &names).unwrap();
    let mut page = program();
    page.args(["report", "fixtures/aco-balance.csv", "--names"]).arg(&names).arg("-o").arg(&names);
    assert_eq!(page.output().unwrap().status.code(), Some(2));
    assert_eq!(fs::read(&names).unwrap(), fs::read("fixtures/customers.csv").unwrap());
}

#[test]
fn a_folder_that_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let run =
        program().current_dir(folder.path()).args(["summary", "report.csv", "-o", "none/out.csv"]).output().unwrap();
    assert_eq!(String::from_utf8(run.stderr).unwrap(), "error: cannot write none/out.csv: there is no folder none\n");
}

#[test]
fn a_table_for_people_ends_at_a_thousand_rows_and_totals_are_of_all() {
    let rows: Vec<String> =
        (0..1200).map(|at| format!("c{at:04} 2022-07 1.50 Active 5 USD 7/1/2022 12/31/2022")).collect();
    let input = report(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let first = aco_on("given - -f table --as-of 2022-09-01", &input).stdout;
    assert!(first.contains("c0999 ") && !first.contains("c1000") && first.contains("1,800.00"), "{first}");
    let note = "1,000 of 1,200 rows shown; totals are of all (for the others use --all-rows, or -f csv)\n";
    assert!(first.contains(note), "{first}");
    let all = aco_on("given - -f table --as-of 2022-09-01 --all-rows", &input).stdout;
    assert_eq!(all.lines().filter(|line| line.starts_with('c')).count(), 1200);
}
