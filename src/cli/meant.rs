//! What may be meant by an option that there is not: others of the same meaning, and the commands that have it.

use clap::Command;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::joined;

/// Words that people try, and what answers them.
const MEANT: [(&[&str], &str); 14] = [
    (
        &["pivot", "columns", "cross", "crosstab", "matrix"],
        "`aco summary FILE --by customer --across month` puts months into columns",
    ),
    (
        &["average", "mean", "pace", "forecast", "projection", "run-out", "runout"],
        "`aco expiring FILE` says how long what is left will last, at the mean use of the last months",
    ),
    (
        &["year", "yearly", "annual", "quarter", "quarterly", "monthly"],
        "`--month 2026` or `--month 2026-Q3` shows these months, and `aco summary FILE --by year` adds up each year",
    ),
    (
        &["before", "until", "end", "through", "days"],
        "`--to MONTH` shows months up to one, and `aco expiring FILE --until DATE` looks ahead to a day",
    ),
    (&["after", "since", "start", "begin"], "`--from MONTH` shows a month and later ones"),
    (&["date", "today", "day", "on", "asof"], "`--as-of DATE` looks back to a day"),
    (&["group", "groupby", "group-by", "per"], "`aco summary FILE --by KEYS` adds up what has these in common"),
    (
        &["limit", "head", "first", "max", "largest", "biggest", "rows"],
        "`--top N` shows the largest, and the others added up",
    ),
    (
        &["order", "order-by", "orderby", "reverse", "desc", "rank"],
        "`--sort COLUMN` puts rows in order, and `--sort -COLUMN` the largest first",
    ),
    (
        &["name", "client", "tenant", "company", "customers", "filter", "where", "search", "grep"],
        "`--customer` takes an id, the start of one or, with --names FILE, a part of a name; --status, --currency and \
         --month choose too",
    ),
    (
        &["out", "export", "save", "file", "write", "excel", "xlsx", "csv", "json", "html", "pdf"],
        "`-o FILE` writes to a file, in the format of its extension",
    ),
    (&["sep", "separator", "delim"], "`--delimiter` says what stands between the fields of a file"),
    (
        &["compare", "versus", "vs", "change", "changes"],
        "`aco diff OLD NEW` compares two downloads, and `aco summary FILE --against previous` two periods",
    ),
    (&["invoices", "recon", "bill", "bills"], "`aco reconcile REPORT --invoice FILE` compares with what was invoiced"),
];

/// An error about an option that there is not, with what may be meant where that is known.
pub(super) fn with_meant(mut error: clap::Error, program: &Command) -> clap::Error {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg).cloned() else { return error };
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let word = typed.trim_start_matches('-').split('=').next().unwrap_or_default().to_lowercase();
    let guess = error.get(ContextKind::SuggestedArg).map(ToString::to_string);
    if guess.is_some_and(|known| !is_near(&word, known.trim_start_matches('-'))) {
        // The usage is that of the guess.
        error.remove(ContextKind::SuggestedArg);
        error.remove(ContextKind::Usage);
    }
    // How to pass a value that looks like an option is no help to who wants the option.
    if error.get(ContextKind::Suggested).is_some_and(|tips| tips.to_string().contains("as a value")) {
        error.remove(ContextKind::Suggested);
    }
    if !typed.starts_with("--") {
        return error;
    }
    let meant = MEANT.iter().find(|(words, _)| words.contains(&&*word)).map(|(_, tip)| (*tip).to_owned());
    let tips: Vec<StyledStr> = [of_others(program, &word), meant].into_iter().flatten().map(StyledStr::from).collect();
    if !tips.is_empty() {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    error
}

/// Whether a word is so near to a known one that it may be a slip of the hand.
pub(super) fn is_near(typed: &str, known: &str) -> bool {
    strsim::damerau_levenshtein(&typed.to_lowercase(), &known.to_lowercase()) <= 1 + known.len() / 4
}

/// The commands that have an option.
fn of_others(program: &Command, word: &str) -> Option<String> {
    let has = |command: &&Command| {
        let spelled = |arg: &clap::Arg| {
            arg.get_long() == Some(word) || arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&word))
        };
        command.get_arguments().any(spelled)
    };
    let commands = joined(program.get_subcommands().filter(has).map(|command| format!("`aco {}`", command.get_name())));
    (!commands.is_empty()).then(|| format!("--{word} is an option of {commands}"))
}
