//! What is installed beside the program: completions and man pages.

use std::fs;

use super::context::{aco, program};

#[test]
fn completions_offer_commands_options_and_values() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = aco(&format!("completions {shell}"));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{shell}");
        for word in ["summary", "expiring", "within", "as-of"] {
            assert!(run.stdout.contains(word), "{shell} does not complete {word}");
        }
    }
    // PowerShell and Elvish complete no values with the library in use.
    for shell in ["bash", "zsh", "fish"] {
        let script = aco(&format!("completions {shell}")).stdout;
        for value in ["markdown", "agreement", "jsonl"] {
            assert!(script.contains(value), "{shell} does not complete {value}");
        }
    }
}

#[test]
fn an_unknown_shell_is_refused() {
    let run = aco("completions csh");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("[possible values: bash, elvish, fish, powershell, zsh]"), "{run}");
}

#[test]
fn every_command_has_a_man_page() {
    let folder = tempfile::tempdir().unwrap();
    let output = program().arg("man").arg("--out").arg(folder.path()).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty());
    let help = aco("--help").stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A longer description goes on in the next line.
    let commands = commands.filter(|line| !line.starts_with("   "));
    let mut pages = vec!["aco.1".to_owned()];
    pages.extend(commands.map(|line| format!("aco-{}.1", line.split_whitespace().next().unwrap())));
    assert!(pages.len() > 5);
    for page in &pages {
        let text = fs::read_to_string(folder.path().join(page)).unwrap();
        assert!(
            text.contains(".SH SYNOPSIS") && text.contains(page.trim_end_matches(".1").split('-').next_back().unwrap())
        );
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), pages.len());
    assert_eq!(aco("man").stdout, fs::read_to_string(folder.path().join("aco.1")).unwrap());
}

#[test]
fn a_folder_that_is_not_there_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("share/man1");
    assert!(program().args(["man", "--out"]).arg(&pages).status().unwrap().success());
    assert!(pages.join("aco-given.1").is_file());
    let in_the_way = aco("man --out Cargo.toml");
    assert_eq!(in_the_way.code, Some(2));
    assert!(in_the_way.stderr.starts_with("error: cannot make the folder Cargo.toml"), "{in_the_way}");
}
