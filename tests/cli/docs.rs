//! The examples of the README and of every page in docs do what they show.
//!
//! `UPDATE_DOCS=1 cargo test --locked docs` writes what is printed now into the pages; read the change before it stays.

use std::fs;
use std::path::{Path, PathBuf};

use super::context::{aco, on_terminal};

/// The width of the terminal that the pages show.
const WIDTH: usize = 80;

/// What a reader types before the arguments: an installed program, or one that is built first.
const PROGRAMS: [&str; 2] = ["aco ", "cargo run --release --locked -- "];

#[test]
fn every_session_is_as_shown() {
    let mut examples = 0;
    for page in pages() {
        let text = read(&page);
        let mut shown = String::new();
        for (at, part) in text.split("```").enumerate() {
            // Fences part prose, code, prose, and so on.
            let session = part.strip_prefix("console\n").filter(|_| at % 2 == 1);
            let separator = if at == 0 { "" } else { "```" };
            shown += separator;
            match session {
                None => shown += part,
                Some(session) => {
                    shown += "console\n";
                    for example in session.split("$ ").filter(|example| !example.is_empty()) {
                        let command = example.lines().next().unwrap();
                        shown += &["$ ", command, "\n", &run(command)].concat();
                        examples += 1;
                    }
                }
            }
        }
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&page, &shown).unwrap();
        }
        let name = page.display();
        assert!(
            shown == text || std::env::var_os("UPDATE_DOCS").is_some(),
            "{name} shows something else than is printed:\n{}",
            difference(&text, &shown)
        );
    }
    assert!(examples >= 3, "the examples were not found");
}

/// What a command of an example prints, with a line end.
fn run(command: &str) -> String {
    let line = PROGRAMS.iter().find_map(|program| command.strip_prefix(program));
    let Some(line) = line else { panic!("not a command of ours: {command}") };
    // A shell would take the quotes off; none is needed around blanks here.
    let printed = on_terminal(&line.replace(['\'', '"'], ""), WIDTH);
    let printed = printed.trim_end();
    if printed.is_empty() { String::new() } else { format!("{printed}\n") }
}

/// The first lines in which two texts differ.
fn difference(old: &str, new: &str) -> String {
    let at = old.lines().zip(new.lines()).take_while(|(a, b)| a == b).count();
    let lines = |text: &str| text.lines().skip(at.saturating_sub(3)).take(30).collect::<Vec<_>>().join("\n");
    format!("--- shown\n{}\n--- printed\n{}", lines(old), lines(new))
}

#[test]
fn every_command_in_the_tables_exists() {
    let text = read(&root().join("README.md"));
    let help = aco("--help").stdout;
    let commands: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("| `aco ")?.split(['`', ' ']).next()).collect();
    assert!(commands.len() >= 4);
    for command in commands {
        assert!(help.lines().any(|line| line.trim_start().starts_with(command)), "aco {command} is no command");
    }
}

#[test]
fn links_lead_somewhere_and_to_every_page() {
    let mut linked = Vec::new();
    for page in pages() {
        for link in read(&page).split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if !link.is_empty() && !link.contains("://") {
                let target = page.parent().unwrap().join(link);
                assert!(target.exists(), "{}: {link} is not there", page.display());
                linked.push(target.canonicalize().unwrap());
            }
        }
    }
    for page in pages().iter().skip(1) {
        assert!(linked.contains(&page.canonicalize().unwrap()), "nothing leads to {}", page.display());
    }
}

#[test]
fn the_front_door_is_short() {
    let lines = read(&root().join("README.md")).lines().count();
    assert!(lines <= 220, "the README has {lines} lines");
}

#[test]
fn the_shell_scripts_run() {
    if cfg!(windows) {
        return;
    }
    let mut scripts = 0;
    for page in pages() {
        for script in blocks(&read(&page), "sh").iter().filter(|script| script.contains("set -eu")) {
            scripts += 1;
            let folder = tempfile::tempdir().unwrap();
            for name in ["downloads", "invoices"] {
                fs::create_dir(folder.path().join(name)).unwrap();
            }
            for (from, to) in [
                ("fixtures/aco-balance.csv", "report.csv"),
                ("fixtures/aco-balance.csv", "downloads/report.csv"),
                ("fixtures/customers.csv", "customers.csv"),
                ("fixtures/invoice/2022-07.csv", "invoices/2022-07.csv"),
            ] {
                fs::copy(root().join(from), folder.path().join(to)).unwrap();
            }
            // Not by its folder, in which other programs may lie that are called as the system's are.
            let aco = format!("aco() {{ '{}' \"$@\"; }}\n", bin_folder().join("aco").display());
            let before = names(folder.path());
            // The report of the fixtures ends in 2022-12.
            let script = script.replace("--month last", "--month last --as-of 2023-01-10");
            let output = std::process::Command::new("sh")
                .args(["-c", &(aco + &script)])
                .current_dir(folder.path())
                .output()
                .unwrap();
            let code = output.status.code();
            assert!(code == Some(0), "{code:?}: {}", String::from_utf8_lossy(&output.stderr));
            assert!(names(folder.path()).len() > before.len(), "the script made nothing");
        }
    }
    assert!(scripts >= 1, "the monthly script was not found");
}

fn names(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn bin_folder() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_aco")).parent().unwrap().to_owned()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The README, then the pages in docs by name.
fn pages() -> Vec<PathBuf> {
    let is_page = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    let mut pages: Vec<PathBuf> = names(&root().join("docs")).into_iter().filter(is_page).collect();
    pages.sort();
    pages.insert(0, root().join("README.md"));
    pages
}

fn read(page: &Path) -> String {
    fs::read_to_string(page).unwrap().replace("\r\n", "\n")
}

/// The code blocks of a page in a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    text.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}
