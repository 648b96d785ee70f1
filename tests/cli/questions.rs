//! The questions of docs/questions.md, each typed as it stands there.

use super::context::aco;

#[test]
fn what_people_type_first_is_answered_or_leads_to_the_answer() {
    let doc = include_str!("../../docs/questions.md");
    let lines: Vec<&str> = doc.lines().filter(|line| line.contains("| `aco ")).collect();
    assert_eq!(lines.len(), 17);
    for line in lines {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, typed, outcome] = cells[..] else { panic!("three cells, not {line}") };
        let run = aco(typed.trim_matches('`').strip_prefix("aco ").unwrap());
        let said = if outcome.starts_with("answered") {
            assert!(matches!(run.code, Some(0 | 1)) && !run.stdout.is_empty(), "{line}\n{run}");
            &run.stdout
        } else {
            assert!(outcome.starts_with("refused") && run.code == Some(2) && run.stdout.is_empty(), "{line}\n{run}");
            &run.stderr
        };
        let told: Vec<&str> = outcome.split('`').skip(1).step_by(2).collect();
        assert!(!told.is_empty() && told.iter().all(|text| said.contains(text)), "{line}\n{run}");
    }
}
