//! Files that the environment names, for those who would name them in every command.

use std::env;
use std::path::PathBuf;

use crate::model::{Message, VisiblePath};

use super::stdio::Stdio;
use super::words::List;

/// Files of names, where `--names` has none.
pub(super) const NAMES: &str = "ACO_NAMES";

/// A file of accepted findings, where `--accept` has none.
pub(super) const ACCEPT: &str = "ACO_ACCEPT";

/// The files that were typed, or else those that a variable names.
pub(super) fn files_or(typed: &[PathBuf], variable: &str) -> Vec<PathBuf> {
    if !typed.is_empty() {
        return typed.to_vec();
    }
    let value = env::var_os(variable).unwrap_or_default();
    env::split_paths(&value).filter(|path| !path.as_os_str().is_empty()).collect()
}

/// Says that files come from the environment.
pub(super) fn tell(typed: &[PathBuf], files: &[PathBuf], variable: &str, stdio: &mut Stdio<'_>) {
    if typed.is_empty() && !files.is_empty() {
        let files: Vec<_> = files.iter().map(|file| VisiblePath(file)).collect();
        stdio.say(&Message::note(format!("{variable} names {}", List(&files))));
    }
}
