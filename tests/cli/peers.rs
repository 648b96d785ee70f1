//! The same answers, computed by someone else: plain Python with its `decimal`, over ugly generated ledgers.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use super::context::{HEADER, program, program_path};

const COMMANDS: [&[&str]; 15] = [
    &["given"],
    &["balance"],
    &["summary"],
    &["summary", "--by", "customer,status"],
    &["summary", "--by", "partner,agreement"],
    &["summary", "--by", "status,month"],
    &["summary", "--by", "quarter"],
    &["summary", "--by", "year,customer"],
    &["summary", "--by", "status,quarter,agreement"],
    &["summary", "--by", "quarter,year", "--fiscal-year-from", "2"],
    &["summary", "--status", "active"],
    &["summary", "--by", "quarter,status", "--from", "2022-03", "--closed"],
    &["summary", "--by", "customer", "--month", "2021-10,2021-12"],
    &["balance", "--to", "2022-06"],
    &["balance", "--status", "active", "--from", "2022-03"],
];

const STATEMENTS: [&[&str]; 8] = [
    &["statement"],
    &["statement", "--by", "currency"],
    &["statement", "--by", "customer"],
    &["statement", "--by", "year,agreement"],
    &["statement", "--by", "quarter,status"],
    &["statement", "--by", "year,customer", "--fiscal-year-from", "12"],
    &["statement", "--by", "partner", "--from", "2022-02", "--closed"],
    &["statement", "--by", "customer,month", "--status", "active", "--to", "2022-06"],
];

const AS_OF: &str = "2023-03-15";

/// Set where Python must be found, as on the build machine; elsewhere the comparison is left out without it.
const REQUIRED: &str = "ACO_PEERS";

#[test]
fn python_computes_the_same() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut questions = Vec::new();
    for seed in 1..=seeds() {
        let files = ugly_ledger(&python, seed, folder.path());
        // Files that restate each other are in the order of the command line.
        let flags: &[&str] = if seed.is_multiple_of(3) { &["--in-order"] } else { &[] };
        questions.extend(COMMANDS.map(|command| Question::new(seed, &[command, flags].concat(), &files)));
        questions
            .push(Question { line: Some(ending), ..Question::new(seed, &[&["expiring"], flags].concat(), &files) });
    }
    assert!(agree(&python, &questions) > 1000, "the ledgers were empty");
}

/// Downloads taken month by month, some of them missing, doubled or in parts, in any order.
#[test]
fn python_computes_the_same_of_downloads() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut questions = Vec::new();
    for seed in 1..=seeds() {
        let files = ugly(&python, seed, &["--downloads"], folder.path());
        questions.extend(COMMANDS.map(|command| Question::new(seed, command, &files)));
        let statements = STATEMENTS.map(|command| Question::new(seed, command, &files));
        questions.extend(statements.map(|asked| Question { line: Some(without_trailing_zeros), ..asked }));
        questions.push(Question { line: Some(ending), ..Question::new(seed, &["expiring"], &files) });
        let check = ["check", "--only", "restated-month", "--only", "month-without-rows"];
        questions.push(Question { theirs: &["check"], line: Some(finding), ..Question::new(seed, &check, &files) });
        questions.push(Question { line: Some(str::to_owned), ..Question::new(seed, &["list"], &files) });
        for pair in files.windows(2).take(PAIRS) {
            let mut pair = [pair[0].clone(), pair[1].clone()];
            if last_month(&pair[0]) > last_month(&pair[1]) {
                pair.reverse();
            }
            questions.extend([&["diff"][..], &["diff", "--all"]].map(|flags| Question::new(seed, flags, &pair)));
        }
    }
    assert!(agree(&python, &questions) > 1000, "the ledgers were empty");
}

/// Pairs of downloads of a ledger that are compared with each other.
const PAIRS: usize = 3;

/// How many ledgers are compared.
fn seeds() -> u32 {
    if std::env::var_os(REQUIRED).is_some() { 24 } else { 8 }
}

/// What is asked of both.
struct Question {
    seed: u32,
    command: Vec<String>,
    /// The command of the other computation, if it has other words.
    theirs: &'static [&'static str],
    files: Vec<String>,
    /// Where lines are compared in any order, what they are in the other's words; nothing if it leaves them out.
    line: Option<fn(&str) -> String>,
}

impl Question {
    fn new(seed: u32, command: &[&str], files: &[String]) -> Self {
        let command = command.iter().map(|&word| word.to_owned()).collect();
        Self { seed, command, theirs: &[], files: files.to_vec(), line: None }
    }

    fn asked_of_python(&self) -> String {
        let ours: Vec<&str> = self.command.iter().map(String::as_str).collect();
        let command = if self.theirs.is_empty() { &ours } else { self.theirs };
        let words = command.iter().copied().chain(["--as-of", AS_OF]).chain(self.files.iter().map(String::as_str));
        serde_json::to_string(&words.collect::<Vec<_>>()).unwrap()
    }
}

/// Whether both give the same answer to every question, or both refuse; returns how many lines.
fn agree(python: &str, questions: &[Question]) -> usize {
    let asked = tempfile::NamedTempFile::new().unwrap();
    let lines: Vec<String> = questions.iter().map(Question::asked_of_python).collect();
    std::fs::write(asked.path(), lines.join("\n")).unwrap();
    let mut oracle = Command::new(python);
    let told = oracle.arg(peer("oracle.py")).arg("each").stdin(asked.reopen().unwrap()).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told = text(&told);
    assert_eq!(told.lines().count(), questions.len());
    questions.iter().zip(told.lines()).map(|(question, answer)| agrees(question, answer)).sum()
}

fn agrees(question: &Question, answer: &str) -> usize {
    let (expected, faults): (String, Vec<String>) = serde_json::from_str(answer).unwrap();
    let Question { seed, command, files, line, .. } = question;
    let output = program().args(command).args(["--as-of", AS_OF]).args(files).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let is_refused = output.status.code() == Some(2);
    assert_eq!(is_refused, !faults.is_empty(), "{seed}: {command:?} {files:?}\n{said}\n{faults:?}");
    let found = text(&output);
    let (mut found, mut expected): (Vec<String>, Vec<&str>) = match line {
        None => (found.lines().map(str::to_owned).collect(), expected.lines().collect()),
        Some(line) => (found.lines().skip(1).map(line).collect(), expected.lines().skip(1).collect()),
    };
    if line.is_some() {
        found.retain(|line| !line.is_empty());
        found.sort();
        expected.sort_unstable();
    }
    assert_eq!(found, expected, "{seed}: {command:?}");
    found.len()
}

/// A finding as the other computation tells it: check, customer, agreement and month.
fn finding(line: &str) -> String {
    let cells: Vec<&str> = line.split(',').collect();
    [cells[1], cells[4], cells[5], cells[6]].join(",")
}

/// What both tell of a credit that ends within 90 days; ours are listed with those that run out.
fn ending(line: &str) -> String {
    let mut is_quoted = false;
    let mut commas = line.char_indices().filter(|(_, character)| {
        is_quoted ^= *character == '"';
        *character == ',' && !is_quoted
    });
    let Some((end, _)) = commas.nth(7) else { return String::new() };
    let told = &line[..end];
    let days = told.rsplit(',').next().unwrap();
    if days.parse().is_ok_and(|days: u32| days <= 90) { told.to_owned() } else { String::new() }
}

/// The last month of a file, in its first spelling or the other.
fn last_month(file: &str) -> Option<String> {
    let listed = text(&program().args(["list", "-q", file]).output().unwrap());
    listed.lines().skip(1).filter_map(|line| line.split(',').find(|cell| is_month(cell)).map(str::to_owned)).max()
}

fn is_month(cell: &str) -> bool {
    cell.len() == 7 && cell.starts_with("20") && cell.as_bytes()[4] == b'-'
}

/// Which rows come first, and what the others add up to.
#[test]
fn python_ranks_the_same() {
    let Some(python) = python() else { return };
    for seed in 1..=seeds() / 3 {
        let folder = tempfile::tempdir().unwrap();
        let files = ugly(&python, seed, &["--downloads"], folder.path());
        let mut script = Command::new(&python);
        script.arg(peer("rank.py")).arg(program_path()).arg(seed.to_string()).args(&files);
        let output = script.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        assert!(output.status.success(), "{seed}: {}{}", text(&output), String::from_utf8_lossy(&output.stderr));
    }
}

/// The other computation knows the worked examples, and the wrong answers that were once given.
#[test]
fn the_oracle_checks_itself() {
    let Some(python) = python() else { return };
    let output = Command::new(python).arg(peer("oracle.py")).arg("self-check").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Writers other than ours spell the fixture; what a float made of its scale aside, the answers are the same.
#[test]
fn files_of_other_writers_are_read() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(&python);
    command.arg(peer("spell.py")).args(["fixtures/aco-balance.csv", "-o"]).arg(folder.path());
    if std::env::var_os(REQUIRED).is_some() {
        command.arg("--all");
    }
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer = |command: &str, file: &str| {
        let output = program().args([command, "-q", "--as-of", "2022-12-15", file]).output().unwrap();
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
        text(&output).lines().map(without_trailing_zeros).collect::<Vec<_>>()
    };
    let expected = ["given", "summary"].map(|command| answer(command, "fixtures/aco-balance.csv"));
    let mut files = 0;
    for file in text(&output).lines() {
        assert_eq!(["given", "summary"].map(|command| answer(command, file)), expected, "{file}");
        files += 1;
    }
    assert!(files >= 5, "nothing was written");
}

/// What a spreadsheet makes of a workbook is what the CSV says, its formulas computed anew.
#[test]
fn spreadsheets_read_the_workbook() {
    let Some(python) = python_with("openpyxl", &["soffice"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    for command in ["summary", "given"] {
        let (book, table) = (folder.path().join("book.xlsx"), folder.path().join("table.csv"));
        for file in [&book, &table] {
            let arguments = [command, "fixtures/aco-balance.csv", "-q", "--as-of", "2022-12-15", "-o"];
            assert!(program().args(arguments).arg(file).status().unwrap().success());
        }
        let output = Command::new(&python).arg(peer("workbook.py")).args([&book, &table]).output().unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(text(&output).ends_with(" 3 sums\n"), "{command}: {}", text(&output));
    }
}

/// The workbook of a report is ready to be printed, and its figures and charts are those of the commands.
#[test]
fn spreadsheets_read_the_report() {
    let Some(python) = python_with("openpyxl", &[]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let invoices = ["--invoice", "fixtures/invoice/2022-07.csv", "--names", "fixtures/customers.csv"];
    for (command, file, more) in [
        ("report", "book.xlsx", &invoices[..]),
        ("summary", "months.csv", &[]),
        ("expiring", "soon.csv", &invoices[2..]),
    ] {
        let mut run = program();
        run.args([command, "fixtures/aco-balance.csv", "-q", "--as-of", "2022-12-15"]).args(more);
        assert!(run.arg("-o").arg(path(file)).status().unwrap().success());
    }
    let mut script = Command::new(&python);
    script.arg(peer("workbook.py")).arg("--report").args(["book.xlsx", "months.csv", "soon.csv"].map(path));
    let output = script.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text(&output), "11 sheets, 18 figures, 3 charts\n");
}

/// A browser shows the report page at every size without a stumble, and every figure of the commands is on it.
#[test]
fn a_browser_shows_the_report() {
    let Some(python) = python_with("selenium", &["chromedriver"]) else { return };
    let invoices = ["--invoice", "fixtures/invoice/2022-07.csv", "fixtures/invoice/rules.csv"];
    let report = ["fixtures/aco-balance.csv", "--as-of", "2022-12-15"];
    let shown = browsed(&python, &[&report[..], &invoices[..]].concat(), &[]);
    let given = lines_of(&[&["summary"], &report[..]].concat());
    let active = lines_of(&[&["summary"], &report[..], &["--status", "active"]].concat());
    assert_eq!(given.len(), active.len());
    for (given, active) in given.iter().zip(&active) {
        let (given, active): (Vec<&str>, Vec<&str>) = (given.split(',').collect(), active.split(',').collect());
        let month = |star| format!("By month|{}{star}|{}|", given[0], given[1]);
        let row = shown.iter().find(|row| row.starts_with(&month("")) || row.starts_with(&month("*")));
        let cells: Vec<&str> = row.map(|row| row.split('|').collect()).unwrap_or_default();
        assert_eq!((cells[5], cells[9]), (given[5], active[7]), "{cells:?}");
    }
}

/// Twenty customers fit on three pages of paper, with long names, three currencies, and credits that end.
#[test]
fn twenty_customers_are_printed_on_three_pages() {
    let Some(python) = python_with("selenium", &["chromedriver"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (report, names) = (folder.path().join("report.csv"), folder.path().join("names.csv"));
    let mut rows = HEADER.to_owned();
    let mut known = "CustomerId,CustomerName\n".to_owned();
    for customer in 0..20_u32 {
        let id = format!("{customer:02}6e2f1a-93c4-4d58-8a17-{customer:012}");
        if customer % 7 != 3 {
            writeln!(known, "{id},Customer {customer} Werkzeug- und Maschinenbau Aktiengesellschaft").unwrap();
        }
        let currency = ["EUR", "USD", "GBP"][customer as usize % 3];
        let (last, status) = if customer % 5 == 2 { ("9/30/2023", "Expired") } else { ("12/31/2023", "Active") };
        for month in 1..=12 {
            // A correction in June for some, and nothing more once expired.
            let months = match month {
                6 if customer % 4 == 0 => 4,
                10.. if status == "Expired" => 9,
                _ => month,
            };
            let used = 12_345 * (customer + 1) * months;
            let (status, month) = (if month > 9 { status } else { "Active" }, format!("2023-{month:02}"));
            let (used, left) = (used, 12_345 * 21 * 13 - used);
            writeln!(
                rows,
                "7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,{id},{month},ACO,{}.{:02},{status},{}.{:02},{currency},{id},1/1/2023,{last}",
                used / 100, used % 100, left / 100, left % 100
            )
            .unwrap();
        }
    }
    std::fs::write(&report, rows).unwrap();
    std::fs::write(&names, known).unwrap();
    let [report, names] = [&report, &names].map(|path| path.to_str().unwrap());
    let arguments = [report, "--names", names, "--as-of", "2023-12-10"];
    let shown = browsed(&python, &arguments, &["--most-pages", "3"]);
    let summary = lines_of(&[&["summary", "--by", "customer", "--month", "2023-11"], &arguments[..]].concat());
    assert_eq!(summary.len(), 20);
    for line in summary {
        let cells: Vec<&str> = line.split(',').collect();
        let name = if cells[1].is_empty() { &cells[0][..8] } else { cells[1] };
        let row = shown.iter().find(|row| row.starts_with(&format!("Customers|{name}|{}|", cells[2])));
        let shown: Vec<&str> = row.map(|row| row.split('|').collect()).unwrap_or_default();
        if cells[6] == "0.00" {
            assert!(shown.is_empty(), "what has expired is not listed: {shown:?}");
        } else {
            assert_eq!((shown[3], shown[5]), (cells[6], cells[8]), "{line}");
        }
    }
}

/// The rows of a report's page as a browser shows it.
fn browsed(python: &str, arguments: &[&str], more: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    assert!(program().arg("report").args(arguments).args(["-q", "-o"]).arg(&page).status().unwrap().success());
    let output = Command::new(python).arg(peer("browse.py")).arg(&page).args(more).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    text(&output).lines().map(str::to_owned).collect()
}

/// The lines of a command's CSV below its header.
fn lines_of(arguments: &[&str]) -> Vec<String> {
    let output = program().args(arguments).arg("-q").output().unwrap();
    text(&output).lines().skip(1).map(str::to_owned).collect()
}

/// The figures of the cards at the top of the page, by a computation of their own.
#[test]
fn python_computes_the_cards() {
    let Some(python) = python() else { return };
    let seeds: Vec<String> = (1..=seeds()).map(|seed| seed.to_string()).collect();
    let mut command = Command::new(python);
    command.arg(peer("cards.py")).args([env!("CARGO_BIN_EXE_aco"), "--seeds", &seeds.join(",")]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}{}", text(&output), String::from_utf8_lossy(&output.stderr));
    assert!(text(&output).ends_with(" figures compared\n"), "{}", text(&output));
}

/// What three libraries read in the Parquet of every command is what the CSV says, in the types that the docs declare.
#[test]
fn libraries_read_the_parquet() {
    let Some(python) = python_with("duckdb, polars, pyarrow", &[]) else { return };
    let mut command = Command::new(&python);
    let output = command.arg(peer("parquet.py")).arg(env!("CARGO_BIN_EXE_aco")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}{said}", text(&output));
    assert!(text(&output).ends_with(" cells compared\n"), "{}", text(&output));
}

/// Programs for plain-text accounting take the journals of bookings, and their balances are those of the CSV.
#[test]
fn journals_are_taken_and_balance() {
    let Some(python) = python_with("beancount", &["hledger"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let files = ugly_ledger(&python, 2, folder.path());
    let output = Command::new(&python).arg(peer("books.py")).arg(program_path()).args(&files).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}{said}", text(&output));
    assert!(text(&output).ends_with(" balances compared\n"), "{}", text(&output));
}

/// Damaged files are read or refused, in little time and memory: a few here, thousands by hand.
#[cfg(target_os = "linux")]
#[test]
fn damaged_files_end_in_an_answer_or_a_refusal() {
    let Some(python) = python_with("resource, sys; assert sys.version_info >= (3, 10)", &[]) else { return };
    let files = ["parquet/duckdb.parquet", "parquet/polars.parquet", "parquet/arrow.parquet"];
    let books = ["fuzz/container/book.xlsx", "fuzz/container/book.xls", "fuzz/container/book.ods"];
    let mut command = Command::new(&python);
    command.arg(peer("damage.py")).arg(env!("CARGO_BIN_EXE_aco")).args(["--count", "300"]);
    let paths = files.iter().chain(&books).map(|name| format!("fixtures/{name}"));
    let output = command.args(paths).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}{}", text(&output), String::from_utf8_lossy(&output.stderr));
}

/// The queries answer on DuckDB and on Spark as plain Python and the program itself do, cell for cell.
#[test]
fn engines_answer_the_queries() {
    // A query takes Spark some seconds, whatever its size: it answers for the ledgers of all seeds at once.
    let spark: (_, _, &[&str], &[&str]) = ("spark", "pyspark", &["java"], &["--together"]);
    for (engine, module, needs, flags) in [("duckdb", "duckdb", &[][..], &[][..]), spark] {
        let Some(python) = python_with(module, needs) else { continue };
        let seeds: Vec<String> = (1..=30).map(|seed: u32| seed.to_string()).collect();
        let mut command = Command::new(&python);
        command.arg(peer("sql.py")).args([env!("CARGO_BIN_EXE_aco"), "--engine", engine, "--seeds", &seeds.join(",")]);
        command.args(flags);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{engine}: {}{said}", text(&output));
        assert!(text(&output).ends_with(" lines compared\n"), "{engine}: {}", text(&output));
    }
}

/// Completions load in the shells that they are for.
#[test]
fn shells_load_the_completions() {
    for (shell, check) in [("bash", "source \"$0\""), ("zsh", "autoload -U compinit; compinit -u; source \"$0\"")] {
        let file = tempfile::NamedTempFile::new().unwrap();
        let script = program().args(["completions", shell]).output().unwrap().stdout;
        std::fs::write(file.path(), script).unwrap();
        loaded(shell, &["-c", check, file.path().to_str().unwrap()]);
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), program().args(["completions", "fish"]).output().unwrap().stdout).unwrap();
    loaded("fish", &["-c", &format!("source {}; complete -C 'aco summ'", file.path().display())]);
}

fn loaded(shell: &str, arguments: &[&str]) {
    match Command::new(shell).args(arguments).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success() && said.is_empty(), "{shell}: {said}");
        }
        Err(error) => assert!(std::env::var_os(REQUIRED).is_none(), "{shell}: {error}"),
    }
}

/// A Python that has a module, if these programs are there too; all are a duty where peers are.
fn python_with(module: &str, programs: &[&str]) -> Option<String> {
    let has_module = |python: &String| {
        Command::new(python)
            .args(["-c", &format!("import {module}")])
            .output()
            .is_ok_and(|output| output.status.success())
    };
    let has =
        |program: &&str| Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    let found = python().filter(has_module).filter(|_| programs.iter().all(has));
    assert!(found.is_some() || std::env::var_os(REQUIRED).is_none(), "missing: {module} or {programs:?}");
    found
}

/// A line whose amounts do not show the scale that they were written in.
fn without_trailing_zeros(line: &str) -> String {
    let cells = line.split(',').map(|cell| match cell.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{whole}.{decimals}").trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => cell.to_owned(),
    });
    cells.collect::<Vec<_>>().join(",")
}

/// The Python to use: `ACO_PYTHON` if it is set.
fn python() -> Option<String> {
    let chosen = std::env::var("ACO_PYTHON").ok();
    let found = chosen
        .into_iter()
        .chain(["python3", "python"].map(str::to_owned))
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success()));
    assert!(found.is_some() || std::env::var_os(REQUIRED).is_none(), "python3 was not found");
    found
}

fn ugly_ledger(python: &str, seed: u32, folder: &Path) -> Vec<String> {
    let count = (1 + seed % 4).to_string();
    let restate: &[&str] = if seed.is_multiple_of(3) { &["--restate"] } else { &[] };
    ugly(python, seed, &[&["--files", &count], restate].concat(), folder)
}

fn ugly(python: &str, seed: u32, flags: &[&str], folder: &Path) -> Vec<String> {
    let number = |value: u32| value.to_string();
    let folder = folder.join(number(seed));
    let mut command = Command::new(python);
    command.arg(peer("ugly.py")).arg("-o").arg(folder).args(["--seed", &number(seed)]);
    command.args(["--credits", &number(5 + seed * 7 % 60), "--months", &number(3 + seed % 20)]).args(flags);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    text(&output).lines().map(str::to_owned).collect()
}

fn peer(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(name)
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n")
}
