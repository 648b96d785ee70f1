//! Folders and patterns: which files they stand for. Neither looks into folders within.

use std::fs;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Source;
use crate::input::error::first_names;
use crate::model::Message;

/// A manifest is shorter than this.
const LONGEST_MANIFEST: u64 = 16 * 1024 * 1024;

/// The files that a path stands for, in the order of their names; none if it stands for itself.
pub(super) fn expanded(path: &Path) -> io::Result<Option<Vec<PathBuf>>> {
    if path.is_dir() {
        return files_in(path, |_| true).map(Some);
    }
    let name = path.file_name().and_then(|name| name.to_str()).filter(|name| name.contains(['*', '?']));
    match name {
        // What exists under that very name is meant.
        Some(pattern) if fs::symlink_metadata(path).is_err() => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let is_bare = folder.is_none();
            let files = files_in(folder.unwrap_or(Path::new(".")), |name| matches(pattern, name))?;
            let named =
                |file: PathBuf| if is_bare { file.file_name().map_or(file.clone(), PathBuf::from) } else { file };
            Ok(Some(files.into_iter().map(named).collect()))
        }
        _ => Ok(None),
    }
}

/// The files of a folder whose names are chosen. Names that start with a point are the system's own, and those that
/// start with `~$` tell that Excel has a workbook open.
fn files_in(folder: &Path, is_chosen: impl Fn(&str) -> bool) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !name.starts_with('.') && !name.starts_with("~$") && is_chosen(&name) && !path.is_dir() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(Message::error("no file is there").hint("folders within are not looked into").into());
    }
    files.sort();
    Ok(files)
}

/// What is not in the folder of a manifest, or among the entries of its archive, as Microsoft lays one beside the parts of
/// an export: parts that it names, or that it counts without a name.
pub(crate) fn missing_parts(manifest: &Source, entries: &[String]) -> Option<String> {
    let text = manifest.open(None).ok()?.reader.take(LONGEST_MANIFEST);
    let value: Value = serde_json::from_reader(BufReader::new(text)).ok()?;
    let parts = value.get("blobs").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let names = parts.iter().filter_map(|part| part.get("name").or_else(|| part.get("blobName"))?.as_str());
    let names = names.map(|name| name.rsplit('/').next().unwrap_or(name));
    let is_there = |name: &&str| {
        let part = Path::new(manifest.name()).with_file_name(name);
        part.exists() || entries.iter().any(|entry| Path::new(entry).starts_with(&part))
    };
    let absent: Vec<String> = names.filter(|name| !is_there(name)).map(str::to_owned).collect();
    let counted = value.get("blobCount").and_then(Value::as_u64).filter(|count| *count > parts.len() as u64);
    match counted {
        _ if !absent.is_empty() => Some(format!("it names parts that are not there: {}", first_names(&absent))),
        Some(count) => Some(format!("its blobCount is {count}, and it names {}", parts.len())),
        None => None,
    }
}

/// Whether a name fits a pattern: `*` stands for any characters, `?` for one. Where systems do not tell cases apart,
/// neither does a pattern.
fn matches(pattern: &str, name: &str) -> bool {
    let folded = |text: &str| if cfg!(windows) { text.to_lowercase() } else { text.to_owned() };
    let (pattern, name): (Vec<char>, Vec<char>) = (folded(pattern).chars().collect(), folded(name).chars().collect());
    // What fits up to each place of the name, pattern by pattern.
    let mut fits = vec![false; name.len() + 1];
    fits[0] = true;
    for symbol in pattern {
        let before = fits.clone();
        for at in 0..fits.len() {
            let shorter = at.checked_sub(1);
            fits[at] = match symbol {
                '*' => before[at] || shorter.is_some_and(|shorter| fits[shorter]),
                symbol => shorter.is_some_and(|at| before[at] && (symbol == '?' || symbol == name[at])),
            };
        }
    }
    fits[name.len()]
}
