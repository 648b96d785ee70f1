//! `aco sql`

use std::io::Write;

use anyhow::{Context, bail};
use clap::ValueEnum;

use crate::analysis::sql::{Dialect, Place, Query, Question};
use crate::model::invoice::FileKind;
use crate::model::text::Visible;

use super::filter::FilterArgs;
use super::summary::Key;
use super::{Outcome, STDOUT, Stdio};

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
    question: QuestionArg,

    /// The engine that the query is for
    #[arg(long, value_name = "ENGINE")]
    dialect: DialectArg,

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
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    by: Vec<Key>,

    /// Of `credits`: what the lines are [default: invoice]
    #[arg(long, value_name = "KIND")]
    lines: Option<LinesArg>,

    #[command(flatten)]
    filter: FilterArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum QuestionArg {
    /// What each credit was given in each month
    Given,
    /// How much credit was given, and how much is left
    Summary,
    /// What is left of each credit
    Balance,
    /// Azure credit on the lines of invoice or daily usage files
    Credits,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DialectArg {
    /// `DuckDB` 1.3 or later
    #[value(name = "duckdb")]
    DuckDb,
    /// Spark SQL 3.5 or later, as in Fabric and Databricks; --path to CSV needs 4.0
    Spark,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LinesArg {
    /// Of invoice reconciliation files
    Invoice,
    /// Of daily rated usage files
    Usage,
}

pub(super) fn run(args: &Args, stdio: &mut Stdio<'_>) -> anyhow::Result<Outcome> {
    let text = query(args)?;
    write!(stdio.stdout, "{text}").and_then(|()| stdio.stdout.flush()).context(STDOUT)?;
    Ok(Outcome::Done)
}

fn query(args: &Args) -> anyhow::Result<String> {
    if !args.by.is_empty() && args.question != QuestionArg::Summary {
        bail!("--by is of `summary`, because the other questions have rows of their own");
    }
    if args.lines.is_some() && args.question != QuestionArg::Credits {
        bail!("--lines is of `credits`, because the other questions are to balance reports");
    }
    let query = Query {
        dialect: match args.dialect {
            DialectArg::DuckDb => Dialect::DuckDb,
            DialectArg::Spark => Dialect::Spark,
        },
        place: place(args)?,
        download: args.download.clone(),
        shown: args.filter.shown()?,
        as_of: args.filter.day(),
    };
    let keys = if args.by.is_empty() { &[Key::Month][..] } else { &args.by };
    let by = Key::each_once(keys).into_iter().map(Key::group_by).collect();
    let text = match args.question {
        QuestionArg::Given => query.ledger(&Question::Given),
        QuestionArg::Balance => query.ledger(&Question::Balance),
        QuestionArg::Summary => query.ledger(&Question::Summary(by)),
        QuestionArg::Credits if !query.shown.agreements.is_empty() || !query.shown.statuses.is_empty() => {
            bail!("invoice lines name no agreement and no status: --agreement and --status cannot be used here")
        }
        QuestionArg::Credits => query.credits(match args.lines {
            Some(LinesArg::Usage) => FileKind::DailyUsage,
            Some(LinesArg::Invoice) | None => FileKind::Reconciliation,
        }),
    };
    text.context("the query cannot be written")
}

fn place(args: &Args) -> anyhow::Result<Place> {
    match (&args.table, &args.path) {
        (Some(table), _) if table.split('.').any(|part| part.trim().is_empty()) => {
            bail!("`{}` is no name of a table\nhint: a name such as `finance.aco_balance` is expected", Visible(table))
        }
        (Some(table), _) => Ok(Place::Table(table.clone())),
        (None, path) => {
            let path = path.clone().unwrap_or_default();
            let lower = path.to_lowercase();
            if lower.ends_with(".parquet") {
                Ok(Place::Parquet(path))
            } else if [".csv", ".csv.gz"].iter().any(|end| lower.ends_with(end)) {
                Ok(Place::Csv(path))
            } else {
                bail!(
                    "`{}` ends neither in .csv nor in .parquet\nhint: name the files, as in 'reports/*.csv', or a table \
                     with --table",
                    Visible(&path)
                )
            }
        }
    }
}
