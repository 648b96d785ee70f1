//! `aco sql`

use anyhow::{Context, bail};

use crate::analysis::sql::{CreditLines, Dialect, Query, Question, Relation};
use crate::analysis::{GroupBy, MonthOf};
use crate::model::{Amount, InvoiceFileKind, Message, Visible};

use super::{FilterArgs, Stdio, Word, one_of, reconcile, summary};

/// The same question as a query for an engine where the data lie
#[derive(Debug, clap::Args)]
#[command(after_help = "\
One query is printed, nothing else. It does the whole rule by itself: duplicates, the newest download, tranches, gaps, \
opening amounts, forfeited credit; its columns are those of the command. Amounts are decimals in every step, and what \
cannot be read ends the query with a message. Columns are found by their documented names. Ids are matched when the \
query runs; names of customers are not known to it.

Examples:
  aco sql given --dialect duckdb --path 'reports/*.csv' --download filename | duckdb
  aco sql summary --by month,customer --dialect spark --table finance.aco_balance --download DownloadedOn
  aco sql credits --dialect duckdb --path 'usage/*.parquet' --lines usage")]
pub(super) struct Args {
    /// What is asked
    #[arg(value_name = "QUESTION", value_parser = one_of(QUESTIONS))]
    question: Question,

    /// The engine that the query is for
    #[arg(long, value_name = "ENGINE", value_parser = one_of(DIALECTS))]
    dialect: Dialect,

    /// A table or view that has the data, as in finance.aco_balance
    #[arg(long, value_name = "NAME", required_unless_present = "path")]
    table: Option<String>,

    /// Files that have the data: a path or pattern that the engine finds, which ends in .csv, .csv.gz or .parquet
    #[arg(long, value_name = "PATTERN", conflicts_with = "table")]
    path: Option<String>,

    /// The column that tells downloads apart, the newest being the greatest; `filename` with --path is the file's name
    /// [default: all rows are one download]
    #[arg(long, value_name = "COLUMN")]
    download: Option<String>,

    /// Of `summary`: what to group by, one or more, separated by commas; the currency always is part of it [default: month]
    #[arg(long, value_name = "KEYS", value_delimiter = ',', value_parser = one_of(summary::KEYS))]
    by: Vec<GroupBy>,

    /// Of `credits`: what the lines are [default: invoice]
    #[arg(long, value_name = "KIND", value_parser = one_of(LINES))]
    lines: Option<InvoiceFileKind>,

    /// Of `credits`: a reason that counts as Azure credit besides Microsoft's own; '' counts credits of invoices without
    /// one; repeatable
    #[arg(long, value_name = "TEXT")]
    reason: Vec<String>,

    /// Of `credits` on invoices: the amount of a credit line that counts [default: subtotal]
    #[arg(long, value_name = "AMOUNT", value_parser = one_of(reconcile::AMOUNTS))]
    amount: Option<Amount>,

    /// Of `credits`: the month of all invoices, as in 2022-07, or of one, as in G002297372=2022-07; repeatable
    #[arg(long, value_name = "[INVOICE=]MONTH", value_parser = reconcile::month_of, value_delimiter = ',')]
    invoice_month: Vec<MonthOf>,

    #[command(flatten)]
    filter: FilterArgs,
}

const QUESTIONS: [Word<Question>; 4] = [
    ("given", "What each credit was given in each month", Question::Given),
    ("summary", "How much credit was given, and how much is left", Question::Summary),
    ("balance", "What is left of each credit", Question::Balance),
    ("credits", "Azure credit on the lines of invoice or daily usage files", Question::Credits),
];

const DIALECTS: [Word<Dialect>; 2] = [
    ("duckdb", "DuckDB 1.3 or later", Dialect::DuckDb),
    ("spark", "Spark SQL 3.5 or later, as in Fabric and Databricks; --path to CSV needs 4.0", Dialect::Spark),
];

const LINES: [Word<InvoiceFileKind>; 2] = [
    ("invoice", "Of invoice reconciliation files", InvoiceFileKind::Reconciliation),
    ("usage", "Of daily rated usage files", InvoiceFileKind::DailyUsage),
];

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<()> {
    let text = query(args)?;
    stdio.write(|out| out.write_all(text.as_bytes()))
}

fn query(args: &Args) -> anyhow::Result<String> {
    if !args.by.is_empty() && args.question != Question::Summary {
        bail!("--by is of `summary`, because the other questions have rows of their own");
    }
    let of_credits = [
        ("--lines", args.lines.is_some()),
        ("--reason", !args.reason.is_empty()),
        ("--amount", args.amount.is_some()),
        ("--invoice-month", !args.invoice_month.is_empty()),
    ];
    if let Some((flag, _)) = of_credits.iter().find(|(_, is_set)| *is_set && args.question != Question::Credits) {
        bail!("{flag} is of `credits`, because the other questions are to balance reports");
    }
    if args.amount.is_some() && args.lines == Some(InvoiceFileKind::DailyUsage) {
        bail!("--amount is of invoices, because a line of usage has one amount");
    }
    let query = Query {
        dialect: args.dialect,
        place: place(args)?,
        download: args.download.clone(),
        shown: args.filter.query_filter()?,
        as_of: args.filter.as_of,
        year_from: args.filter.year_from()?,
    };
    let is_by_month = args.question == Question::Summary && args.by.is_empty();
    let by = if is_by_month { &[GroupBy::Month][..] } else { &args.by };
    let text = match args.question {
        Question::Credits if !query.shown.agreements.is_empty() || !query.shown.statuses.is_empty() => {
            bail!("invoice lines name no agreement and no status: --agreement and --status cannot be used here")
        }
        Question::Credits => query.credits(&CreditLines {
            kind: args.lines.unwrap_or(InvoiceFileKind::Reconciliation),
            reasons: args.reason.clone(),
            amount: args.amount.unwrap_or_default(),
            months: args.invoice_month.clone(),
        }),
        question => query.ledger(question, &summary::keys(by, query.year_from)),
    };
    text.context("the query cannot be written")
}

fn place(args: &Args) -> anyhow::Result<Relation> {
    match (&args.table, &args.path) {
        (Some(table), _) if table.split('.').any(|part| part.trim().is_empty()) => {
            let message = Message::error(format!("`{}` is no name of a table", Visible(table)));
            Err(message.hint("a name such as `finance.aco_balance` is expected").into())
        }
        (Some(table), _) => Ok(Relation::Table(table.clone())),
        (None, path) => {
            let path = path.clone().unwrap_or_default();
            let lower = path.to_lowercase();
            if lower.ends_with(".parquet") {
                Ok(Relation::Parquet(path))
            } else if [".csv", ".csv.gz"].iter().any(|end| lower.ends_with(end)) {
                Ok(Relation::Csv(path))
            } else {
                let message = Message::error(format!("`{}` ends neither in .csv nor in .parquet", Visible(&path)));
                Err(message.hint("name the files, as in 'reports/*.csv', or a table with --table").into())
            }
        }
    }
}
