//! The help: what it shows, how long it is, and that its examples run.

use std::fs;

use super::context::{aco, program, snapshot};

/// All commands.
const COMMANDS: [&str; 16] = [
    "summary",
    "given",
    "list",
    "balance",
    "expiring",
    "statement",
    "book",
    "check",
    "diff",
    "inspect",
    "reconcile",
    "report",
    "mask",
    "sql",
    "completions",
    "man",
];

/// Two screens of a large terminal, and one.
const LINES: (usize, usize) = (104, 70);

#[test]
fn help_fits_two_screens_and_the_short_one_fits_less() {
    for command in COMMANDS {
        let (whole, common) = (aco(&format!("{command} --help")), aco(&format!("{command} -h")));
        assert_eq!((whole.code, common.code), (Some(0), Some(0)), "{command}");
        let (whole, common) = (whole.stdout.lines().count(), common.stdout.lines().count());
        assert!(whole <= LINES.0 && common <= LINES.1 && common <= whole, "{command}: {whole} lines, short {common}");
    }
}

#[test]
fn help_begins_with_the_files_and_groups_what_there_is() {
    let help = aco("reconcile --help").stdout;
    let headings = help.lines().filter(|line| line.ends_with(':') && !line.starts_with(' '));
    let headings: Vec<&str> = headings.map(|line| line.split([':', '(']).next().unwrap_or(line).trim()).collect();
    let groups = [
        "Arguments",
        "Options",
        "What to read",
        "Invoices to compare with",
        "Comparison",
        "What to show",
        "How to write",
        "Examples",
    ];
    assert_eq!(headings, groups);
    // What few need stands in the whole help only.
    let short = aco("reconcile -h").stdout;
    for option in ["--encoding", "--threads", "--partner", "--csv-safe", "--reason"] {
        assert!(help.contains(option) && !short.contains(option), "{option}");
    }
}

#[test]
fn help_and_a_command_is_the_help_of_the_command() {
    assert_eq!(aco("help").stdout, aco("--help").stdout);
    assert_eq!(aco("help check").stdout, aco("check --help").stdout);
    assert_eq!(aco("help chekc").code, Some(2));
}

#[test]
fn help_shows_what_a_command_answers() {
    snapshot!(aco("--help"), @"
    Answers from the Partner Center Azure credit offer (ACO) balance report

    Usage: aco [OPTIONS] <COMMAND>

    Commands:
      summary      How much credit was given, and how much is left, by month and currency
      given        What each credit was given in each month
      list         The report's records, spelled the same way throughout, in the order of the input
      balance      What is left of each credit: its latest state
      expiring     Which active credits end or run out soon, and what will be lost
      statement    How what is left came about: what was granted, used and lost, by month and currency
      book         What is to be booked now: closed months that are not booked yet, and corrections of
                   those that are
      check        The monthly finance checks: what in the report does not add up, and what to do about
                   it
      diff         What changed between two downloads: new months, restated ones, missing ones
      inspect      What a file is and how it was read: its spelling, what settled it, its columns and
                   what they cover
      reconcile    Whether the invoice agrees: credit given against the credit lines of invoices
      report       One page, or one workbook, to send round
      mask         The same files with invented ids, names and amounts, to be shown to others
      sql          The same question as a query for an engine where the data lie
      completions  Completions for a shell: commands, options and their values
      man          Man pages: the one of aco, or with --out one for each command too
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help (-h: the common options only)
      -V, --version  Print version

    How to write:
      -q, --quiet    Say nothing on standard error but errors and warnings
      -v, --verbose  Say all notes, also more than three

    Examples:
      aco summary report.csv                 credit given and left, by month and currency
      aco given report.csv --month 2022-07   what each credit was given in July 2022
      aco balance report.csv --status active what is left of each active credit

    Run `aco COMMAND --help` for what a command answers and how.

    Exit code: 0 done; 1 done, and check, diff or reconcile found something; 2 not done.
    ");
}

#[test]
fn help_of_a_command_shows_its_options() {
    snapshot!(aco("summary -h"), @"
    How much credit was given, and how much is left, by month and currency

    Usage: aco summary [OPTIONS] [FILE]...

    Arguments:
      [FILE]...  Balance reports, folders of them, or patterns such as `*.csv`; `-` or none reads
                 standard input. Several are one ledger, in which the newest download wins

    Options:
          --by <KEYS>         What to group by, one or more, separated by commas; the currency always is
                              part of it [default: month] [possible values: month, quarter, year,
                              customer, agreement, partner, currency, status]
          --across <SPAN>     Put months, quarters or years into columns of one figure [possible values:
                              month, quarter, year]
          --against <PERIOD>  Add the figure of the period before, or of the same one a year before, and
                              the change since then [possible values: previous, year]
          --figure <COLUMN>   The figure that --across and --against show [default: CreditGiven]
                              [possible values: CreditGiven, OpeningAmount, CreditAmount, BalanceAmount,
                              Forfeited]
          --nonzero           Leave out what is known to have been given nothing in the months shown
          --idle              Show only what is known to have been given nothing in them
          --chart             Draw credit given by month as bars beside the figures, for each currency
                              on a scale of its own
      -h, --help              Print help (see more with '--help')

    What to read:
          --names <FILE>  Names of customers: a table of ids and names, or a folder of such [env:
                          `ACO_NAMES`]
          --skip-invalid  Leave out rows that cannot be read, say how many, and go on

    What to show (several by commas; credit given is computed on all months first):
          --customer <ID>    Credits of a customer: an id, the start of one, or part of a name
          --currency <CODE>  Credits in a currency, such as USD
          --status <STATUS>  Months with a status: active, expired or another word of the report
          --month <MONTH>    Months, as in 2022-07, Jul-22, 2022-Q3, 2022 or 2022-07..2022-09; `last` is
                             the last closed one, `latest` the latest
          --from <MONTH>     This month and later ones
          --to <MONTH>       This month and earlier ones
          --closed           Closed months only: the figures of the open month may still change
          --as-of <DATE>     The day to look back to, as in 2022-08-09: later months are left out
                             [default: today]

    How to write:
      -f, --format <FORMAT>  The format [default: a table on a terminal, CSV elsewhere] [possible
                             values: table, csv, tsv, json, jsonl, markdown, xlsx, parquet]
      -o, --output <FILE>    Write to a file; its extension says the format: .csv, .tsv, .json, .jsonl,
                             .md, .txt, .xlsx, .parquet
          --sort <COLUMN>    Order rows by a column, or `-COLUMN`: largest first; amounts by currency
          --top <N>          The N largest or first by --sort, amounts by currency; the others added up
      -q, --quiet            Say nothing on standard error but errors and warnings

    Examples:
      aco summary report.csv
      aco summary report.csv --by customer --closed
      aco summary report.csv --by customer --across quarter
      aco summary report.csv --by customer,month --month 2022-07 --against previous
      aco summary report.csv --by month,status -o summary.csv
      aco summary report.csv --chart
    ");
    assert_eq!(aco("").code, Some(2));
}

#[test]
fn examples_of_the_help_run() {
    let folder = tempfile::tempdir().unwrap();
    for (fixture, name) in [("aco-balance", "report"), ("restatement-old", "july"), ("restatement-new", "august")] {
        fs::copy(format!("fixtures/{fixture}.csv"), folder.path().join(name).with_extension("csv")).unwrap();
    }
    for command in ["summary", "given", "list", "balance", "statement"] {
        let help = aco(&format!("{command} --help"));
        assert_eq!(help.code, Some(0));
        let examples: Vec<&str> = help.stdout.lines().filter_map(|line| line.trim().strip_prefix("aco ")).collect();
        assert!(examples.len() >= 2, "{command} has no examples");
        for example in examples.into_iter().filter(|example| !example.contains(" -o ")) {
            let run = program().args(example.split(' ')).current_dir(folder.path()).output().unwrap();
            assert_eq!(run.status.code(), Some(0), "{example}: {}", String::from_utf8_lossy(&run.stderr));
            assert!(String::from_utf8(run.stdout).unwrap().lines().count() > 1, "{example}");
        }
    }
}
