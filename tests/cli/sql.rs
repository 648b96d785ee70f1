//! Queries for engines: what is printed, and what is refused. What they answer is compared in `peers`.

use super::context::{aco, program, snapshot};

/// The steps of a query: the names before ` AS (` at the starts of lines.
fn steps(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_suffix(" AS (")).filter(|name| !name.starts_with(' ')).collect()
}

#[test]
fn one_query_is_printed_with_a_comment_before_each_step() {
    for dialect in ["duckdb", "spark"] {
        for question in ["given", "summary", "balance", "credits", "credits --lines usage"] {
            let run = aco(&format!("sql {question} --dialect {dialect} --table reports --customer c --closed"));
            assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{question}");
            assert!(run.stdout.starts_with("-- ") && run.stdout.ends_with('\n'), "{question}");
            assert!(run.stdout.contains("FROM reports\n") && !run.stdout.contains(';'), "{}", run.stdout);
            assert!(!run.stdout.contains("{{") && !run.stdout.contains("DOUBLE"), "{}", run.stdout);
            assert!(steps(&run.stdout).len() > 4, "{}", run.stdout);
        }
    }
}

#[test]
fn the_steps_go_from_cells_to_entries() {
    let run = aco("sql given --dialect spark --table lake.`aco --download Day");
    insta::assert_snapshot!(steps(&run.stdout).join(" "), @"cells records spelt rows_once newest_of_month followers identities numbered dates_at_once left_over may_be_amended amended joined same_credit placed newest_first timeline neighbours spans entries");
    assert!(run.stdout.contains("FROM lake.```aco`\n"), "{}", run.stdout);
    assert!(run.stdout.contains("        Day AS Download,\n"), "{}", run.stdout);
}

#[test]
fn the_answer_has_the_columns_of_the_command() {
    let run =
        aco("sql summary --by customer,month --dialect duckdb --path r/*.csv --download filename --as-of 2022-08-09");
    let (_, answer) = run.stdout.split_once("-- Totals of each group.\n").unwrap();
    insta::assert_snapshot!(answer, @"");
}

#[test]
fn filters_choose_after_everything_is_computed() {
    let output = program()
        .args(["sql", "balance", "--dialect", "spark", "--table", "t", "--as-of", "2022-08-09", "--closed"])
        .args(["--customer", "O'Neill\\", "--status", "active", "--currency", "usd,EUR", "--from", "2022-01"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, rest) = text.split_once("    FROM spans\n").unwrap();
    insta::assert_snapshot!(rest, @"");
}

#[test]
fn what_does_not_fit_the_question_is_refused() {
    snapshot!(aco("sql given --dialect duckdb --table t --by month"), @"");
    snapshot!(aco("sql balance --dialect duckdb --table t --lines usage"), @"");
    snapshot!(aco("sql credits --dialect duckdb --table t --status active"), @"");
    snapshot!(aco("sql given --dialect duckdb --path reports"), @"");
    snapshot!(aco("sql given --dialect duckdb --table a..b"), @"");
    snapshot!(aco("sql given --dialect duckdb"), @"");
}
