//! Tells the program which version it is: `0.2.0 (1a2b3c4d5e6f)` where the commit is known, else `0.2.0`.
//!
//! Invariant: a build never fails because git or a repository is missing, and never takes the commit of another
//! project's repository for its own. A package made by `cargo package` brings its commit along.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What the program is made of.
const SOURCES: [&str; 5] = ["Cargo.lock", "Cargo.toml", "build.rs", "src", "templates"];

/// How much of a commit's name is shown.
const SHOWN: usize = 12;

fn main() {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let commit = of_package(&root).or_else(|| of_checkout(&root));
    let told = commit.map(|commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=ACO_VERSION={}", told.unwrap_or(version));
}

/// The commit that `cargo package` noted.
fn of_package(root: &Path) -> Option<String> {
    let note = fs::read_to_string(root.join(".cargo_vcs_info.json")).ok()?;
    let commit = note.split_once("\"sha1\"")?.1.split('"').nth(1)?;
    Some(shown(commit, note.contains("\"dirty\"")))
}

/// The commit that is checked out, if this folder is the top of a repository.
fn of_checkout(root: &Path) -> Option<String> {
    let top = fs::canonicalize(git(root, &["rev-parse", "--show-toplevel"])?).ok()?;
    if top != fs::canonicalize(root).ok()? {
        return None;
    }
    // Every commit and checkout adds a line to the first; where it is not kept, the second says what is checked out.
    for name in ["logs/HEAD", "HEAD"] {
        let file = root.join(git(root, &["rev-parse", "--git-path", name])?);
        if file.is_file() {
            println!("cargo::rerun-if-changed={}", file.display());
            break;
        }
    }
    let commit = git(root, &["rev-parse", "HEAD"])?;
    let changes = git(root, &[&["status", "--porcelain", "--"], &SOURCES[..]].concat())?;
    Some(shown(&commit, !changes.is_empty()))
}

/// What is not the commit's own state is not passed off as it.
fn shown(commit: &str, is_modified: bool) -> String {
    let commit = commit.get(..SHOWN).unwrap_or(commit);
    if is_modified { format!("{commit}, modified") } else { commit.to_owned() }
}

fn git(root: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(root).args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
