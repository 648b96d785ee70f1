//! The README's examples do what it shows.

use std::fs;

use super::context::{aco, on_terminal};

/// The width of the README's terminal.
const WIDTH: usize = 80;

#[test]
fn every_session_is_as_shown() {
    let mut examples = 0;
    for session in blocks("console") {
        let mut commands = session.split("$ ").filter(|part| !part.is_empty());
        for example in &mut commands {
            let (command, expected) = example.split_once('\n').unwrap();
            let Some(line) =
                command.strip_prefix("aco ").or_else(|| command.strip_prefix("cargo run --release --locked -- "))
            else {
                panic!("not a command of ours: {command}")
            };
            assert_eq!(on_terminal(line, WIDTH).trim_end(), expected.trim_end(), "{command}");
            examples += 1;
        }
    }
    assert!(examples >= 3, "the README's examples were not found");
}

#[test]
fn every_command_in_its_tables_exists() {
    let text = readme();
    let help = aco("--help").stdout;
    let commands: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("| `aco ")?.split(['`', ' ']).next()).collect();
    assert!(commands.len() >= 4);
    for command in commands {
        assert!(help.lines().any(|line| line.trim_start().starts_with(command)), "aco {command} is no command");
    }
}

#[test]
fn the_shell_script_runs() {
    let scripts = blocks("sh");
    let script = scripts.iter().find(|script| script.contains("set -eu")).expect("the monthly script");
    if cfg!(windows) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::copy(root.join("fixtures/aco-balance.csv"), folder.path().join("aco-balance.csv")).unwrap();
    let path = format!("{}:{}", bin_folder().display(), std::env::var("PATH").unwrap());
    let output = std::process::Command::new("sh")
        .args(["-c", script])
        .current_dir(folder.path())
        .env("PATH", path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(made.len() > 1, "the script made nothing: {made:?}");
}

fn bin_folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_BIN_EXE_aco")).parent().unwrap().to_owned()
}

fn readme() -> String {
    page("README.md")
}

fn page(name: &str) -> String {
    fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap().replace("\r\n", "\n")
}

/// The code blocks in a language, of the README and of the manual.
fn blocks(language: &str) -> Vec<String> {
    let text = readme() + &page("docs/reconcile.md");
    let opening = format!("```{language}\n");
    text.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}
