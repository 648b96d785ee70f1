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
    insta::assert_snapshot!(answer, @"
    SELECT
        CustomerID,
        STRFTIME(latest_first.InvoiceMonth, '%Y-%m') AS InvoiceMonth,
        CurrencyCode,
        COUNT(DISTINCT CustomerID) AS Customers,
        COUNT(CASE WHEN Newness = 1 THEN 1 END) AS Credits,
        SUM(OpeningAmount) AS OpeningAmount,
        SUM(CreditGiven) AS CreditGiven,
        SUM(CASE WHEN Newness = 1 THEN latest_first.CreditAmount END) AS CreditAmount,
        SUM(CASE WHEN Newness = 1 THEN latest_first.BalanceAmount END) AS BalanceAmount,
        SUM(latest_first.Forfeited) AS Forfeited,
        MIN(Period) AS Period
    FROM latest_first
    GROUP BY latest_first.CustomerID, latest_first.InvoiceMonth, latest_first.CurrencyCode
    ORDER BY CustomerID, InvoiceMonth, CurrencyCode
    ");
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
    insta::assert_snapshot!(rest, @r"
    ),
    -- What `--customer O'Neill\` names: that id, or the only one that begins so.
    customer_1 AS (
        SELECT
            CASE
                WHEN COUNT(CASE WHEN CustomerID = 'O\'Neill\\' THEN 1 END) > 0 THEN 'O\'Neill\\'
                WHEN COUNT(DISTINCT CustomerID) = 1 THEN MIN(CustomerID)
                ELSE raise_error(CAST(COUNT(DISTINCT CustomerID) AS STRING) || ' customer ids are or begin with `O\'Neill\\`: expected one')
            END AS ID
        FROM entries
        WHERE LEFT(LOWER(CustomerID), 8) = 'o\'neill\\'
    ),
    -- What each credit has forfeited until each month, be the months shown or not.
    forfeited AS (
        SELECT *, SUM(Forfeited) OVER (PARTITION BY PartnerID, CustomerID, AgreementID, CreditWord, CurrencyCode, Tranche ORDER BY InvoiceMonth) AS ForfeitedSoFar
        FROM entries
    ),
    -- The latest of the months shown.
    latest_first AS (
        SELECT *, ROW_NUMBER() OVER (PARTITION BY PartnerID, CustomerID, AgreementID, CreditWord, CurrencyCode, Tranche ORDER BY InvoiceMonth DESC) AS Newness
        FROM forfeited
        WHERE InvoiceMonth >= DATE '2022-01-01'
            AND InvoiceMonth < DATE '2022-08-01'
    )
    -- Each credit's latest state.
    SELECT
        PartnerID,
        CustomerID,
        AgreementID,
        CreditName,
        CurrencyCode,
        DATE_FORMAT(InvoiceMonth, 'yyyy-MM') AS InvoiceMonth,
        Status,
        CreditLimit,
        CreditAmount,
        BalanceAmount,
        CASE WHEN CreditLimit <> 0 THEN
            CAST((CAST(ABS(CreditAmount) * 1000000 AS DECIMAL(38, 0)) * 2000 + CAST(ABS(CreditLimit) * 1000000 AS DECIMAL(38, 0))) DIV (CAST(ABS(CreditLimit) * 1000000 AS DECIMAL(38, 0)) * 2) AS DECIMAL(20, 0))
            * CASE WHEN (CreditAmount < 0) = (CreditLimit < 0) THEN 0.1 ELSE -0.1 END
        END AS UsedPercent,
        EffectiveDate,
        ExpiryDate,
        DATEDIFF(ExpiryDate, DATE '2022-08-09') AS DaysLeft,
        ForfeitedSoFar AS Forfeited
    FROM latest_first
    WHERE Newness = 1
        AND CustomerID IN (SELECT ID FROM customer_1)
        AND CurrencyCode IN ('USD', 'EUR')
        AND LOWER(Status) IN ('active')
    ORDER BY PartnerID, CustomerID, AgreementID, CreditName, CurrencyCode, InvoiceMonth, Began
    ");
}

#[test]
fn what_does_not_fit_the_question_is_refused() {
    snapshot!(aco("sql given --dialect duckdb --table t --by month"), @"
    exit code: 2
    --- stdout
    --- stderr
    error: --by is of `summary`, because the other questions have rows of their own
    ");
    snapshot!(aco("sql balance --dialect duckdb --table t --lines usage"), @"
    exit code: 2
    --- stdout
    --- stderr
    error: --lines is of `credits`, because the other questions are to balance reports
    ");
    snapshot!(aco("sql credits --dialect duckdb --table t --status active"), @"
    exit code: 2
    --- stdout
    --- stderr
    error: invoice lines name no agreement and no status: --agreement and --status cannot be used here
    ");
    snapshot!(aco("sql given --dialect duckdb --path reports"), @"
    exit code: 2
    --- stdout
    --- stderr
    error: `reports` ends neither in .csv nor in .parquet
    hint: name the files, as in 'reports/*.csv', or a table with --table
    ");
    snapshot!(aco("sql given --dialect duckdb --table a..b"), @"
    exit code: 2
    --- stdout
    --- stderr
    error: `a..b` is no name of a table
    hint: a name such as `finance.aco_balance` is expected
    ");
    snapshot!(aco("sql given --dialect duckdb"), @"
    exit code: 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      --table <NAME>

    Usage: aco sql --dialect <ENGINE> --table <NAME> <QUESTION>

    For more information, try '--help'.
    ");
}
