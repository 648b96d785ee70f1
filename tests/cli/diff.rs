//! What changed between two downloads.

use std::fs;

use ::zip::CompressionMethod;

use super::context::{aco, on_terminal, program, report, snapshot, zip};

#[test]
fn a_restated_month_is_a_finding_and_a_new_one_is_none() {
    snapshot!(aco("diff fixtures/restatement-old.csv fixtures/restatement-new.csv --as-of 2022-10-10"), @"
    exit code: 1
    Change,CustomerID,AgreementID,CurrencyCode,InvoiceMonth,Field,Old,New,Difference
    restated,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,USD,2022-07,CreditAmount,500.00,450.00,-50.00
    restated,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,USD,2022-07,BalanceAmount,500.00,550.00,50.00
    --- stderr
    note: credit given in 2022-07 moved by -50.00 USD
    note: credit given in 2022-08 moved by 50.00 USD
    note: not listed: 1 row of months after 2022-08, where the old download ends
    hint: --all lists these too
    ");
    insta::assert_snapshot!(
        on_terminal("diff fixtures/restatement-old.csv fixtures/restatement-new.csv --as-of 2022-10-10", 80),
        @"
    note: credit given in 2022-07 moved by -50.00 USD
    note: credit given in 2022-08 moved by 50.00 USD
    note: not listed: 1 row of months after 2022-08, where the old download ends
    hint: --all lists these too
    Change: restated; Customer ID: 0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341
    Agreement: 1e5d80c3-7a42-4f96-b08c-d3a9e4172b65; Currency: USD; Month: 2022-07
    Field          Old     New     Difference
    ─────────────  ──────  ──────  ──────────
    CreditAmount   500.00  450.00      -50.00
    BalanceAmount  500.00  550.00       50.00
    "
    );
    let open = aco("diff fixtures/restatement-old.csv fixtures/restatement-new.csv --as-of 2022-07-10");
    assert_eq!(open.code, Some(0), "{open}");
    // August has the same rows, but less was given before it.
    snapshot!(aco("diff fixtures/restatement-old.csv fixtures/restatement-new.csv --month last --as-of 2022-09-10"), @"
    exit code: 1
    Change,CustomerID,AgreementID,CurrencyCode,InvoiceMonth,Field,Old,New,Difference
    --- stderr
    warning: no row shown has changed, but what was given there has, by rows of earlier months
    hint: show the earlier months too, to see which
    note: credit given in 2022-08 moved by 50.00 USD
    ");
    let open = aco("diff fixtures/restatement-old.csv fixtures/restatement-new.csv --month 2022-08 --as-of 2022-08-10");
    assert!(open.code == Some(0) && !open.stderr.contains("changed"), "{open}");
}

#[test]
fn a_file_does_not_differ_from_itself_in_any_spelling() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.csv");
    let text = fs::read_to_string("fixtures/aco-balance.csv").unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[1..].reverse();
    for line in &mut lines[1..] {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        cells[1] = cells[1].to_uppercase();
        cells[4] = cells[4].replace('.', ",");
        cells[6] = cells[6].replace('.', ",");
        *line = cells.join(";");
    }
    lines[0] = lines[0].replace(',', ";");
    fs::write(&other, lines.join("\r\n")).unwrap();
    let output = program().args(["diff", "fixtures/aco-balance.csv"]).arg(&other).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "note: nothing changed\n");
}

#[test]
fn what_is_missing_and_every_field_that_changed_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.csv"), folder.path().join("new.csv"));
    fs::write(
        &old,
        report(&[
            "a 2022-01 5.00 Active 95.00 USD 1/1/2022 12/31/2022",
            "a 2022-02 9.00 Active 91.00 USD 1/1/2022 12/31/2022",
            "b 2022-01 1 Active 9 JPY 1/1/2022 12/31/2022",
        ]),
    )
    .unwrap();
    fs::write(
        &new,
        report(&[
            "a 2022-01 5 Active 95 USD 1/1/2022 12/31/2022",
            "a 2022-02 8.50 Expired 0.00 USD 1/15/2022 11/30/2022",
        ]),
    )
    .unwrap();
    let run = program().args(["diff", "-f", "csv"]).args([&old, &new]).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    insta::assert_snapshot!(String::from_utf8(run.stdout).unwrap(), @"
    Change,CustomerID,AgreementID,CurrencyCode,InvoiceMonth,Field,Old,New,Difference
    completed,a,a-a,USD,2022-02,CreditAmount,9.00,8.50,-0.50
    completed,a,a-a,USD,2022-02,BalanceAmount,91.00,0.00,-91.00
    completed,a,a-a,USD,2022-02,Status,Active,Expired,
    completed,a,a-a,USD,2022-02,EffectiveDate,2022-01-01,2022-01-15,
    completed,a,a-a,USD,2022-02,ExpiryDate,2022-12-31,2022-11-30,
    removed,b,a-b,JPY,2022-01,CreditAmount,1,,-1
    ");
    insta::assert_snapshot!(String::from_utf8(run.stderr).unwrap(), @"
    note: credit given in 2022-01 moved by -1 JPY
    note: credit given in 2022-02 moved by -0.50 USD
    ");
    let by_flag = program().args(["diff", "-f", "csv", "--old"]).arg(&old).arg("--new").arg(&new).output().unwrap();
    assert_eq!(by_flag.status.code(), Some(1));
    let filtered =
        program().args(["diff", "-q", "--customer", "a", "--month", "2022-01"]).args([&old, &new]).output().unwrap();
    assert_eq!(filtered.status.code(), Some(0));
}

#[test]
fn all_rows_are_new_where_the_old_download_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.csv"), folder.path().join("new.csv"));
    fs::write(&old, report(&[])).unwrap();
    fs::write(&new, report(&["a 2022-01 10.00 Active 90.00 USD 1/1/2022 12/31/2022"])).unwrap();
    let said = |all: &[&str]| {
        let run = program().args(["diff", "--as-of", "2022-06-01"]).args(all).args([&old, &new]).output().unwrap();
        assert_eq!(run.status.code(), Some(0));
        String::from_utf8(run.stderr).unwrap()
    };
    insta::assert_snapshot!(said(&[]), @"
    note: not listed: 1 row of the new download, because the old one has none
    hint: --all lists these too
    ");
    insta::assert_snapshot!(said(&["--all"]), @"
    note: 2022-01 is new: 10.00 USD given
    ");
}

#[test]
fn no_amount_is_cut_however_narrow_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.csv"), folder.path().join("new.csv"));
    let rows = |amount: &str| {
        let rows = ["a", "b"].map(|customer| format!("{customer} 2022-01 {amount} Active 9 IDR 1/1/2022 12/31/2022"));
        let last = "a 2022-02 1 Active 9 IDR 1/1/2022 12/31/2022";
        report(&[rows[0].as_str(), rows[1].as_str(), last])
    };
    fs::write(&old, rows("15250400750")).unwrap();
    fs::write(&new, rows("15250399750")).unwrap();
    for width in ["30", "40", "60"] {
        let args = ["diff", "-q", "-f", "table", "--as-of", "2022-06-01"];
        let run = program().args(args).args([&old, &new]).env("COLUMNS", width).output().unwrap();
        let shown = String::from_utf8(run.stdout).unwrap();
        assert!(shown.contains("15,250,399,750") && !shown.contains('…'), "{shown}");
    }
}

#[test]
fn grants_that_share_a_month_are_paired_by_their_first_days() {
    let folder = tempfile::tempdir().unwrap();
    let (both, one) = (folder.path().join("both.csv"), folder.path().join("one.csv"));
    let rows = [
        "a 2022-01 10.00 Active 90.00 USD 1/1/2022 12/31/2022",
        "a 2022-01 5.00 Active 45.00 USD 1/15/2022 12/31/2022",
        "a 2022-02 7.00 Active 43.00 USD 1/15/2022 12/31/2022",
        "a 2022-02 20.00 Active 80.00 USD 1/1/2022 12/31/2022",
    ];
    fs::write(&both, report(&rows)).unwrap();
    fs::write(&one, report(&rows[..3])).unwrap();
    let changes = |old, new| {
        let run = program().args(["diff", "-q", "-f", "csv", "--as-of", "2022-06-01"]).args([old, new]).output();
        String::from_utf8(run.unwrap().stdout).unwrap()
    };
    insta::assert_snapshot!(changes(&both, &one), @"
    Change,CustomerID,AgreementID,CurrencyCode,InvoiceMonth,Field,Old,New,Difference
    completed,a,a-a,USD,2022-02,CreditAmount,20.00,,-20.00
    ");
    insta::assert_snapshot!(changes(&one, &both), @"
    Change,CustomerID,AgreementID,CurrencyCode,InvoiceMonth,Field,Old,New,Difference
    completed,a,a-a,USD,2022-02,CreditAmount,,20.00,20.00
    ");
}

#[test]
fn help_names_the_old_download_and_the_new_one() {
    let help = aco("help diff").stdout;
    assert!(help.contains("Usage: aco diff [OPTIONS] [OLD] [NEW]...\n"), "{help}");
    assert!(help.contains("The old download, then the new one"), "{help}");
}

#[test]
fn two_sides_are_needed() {
    snapshot!(aco("diff fixtures/restatement-old.csv"), @"
    exit code: 2
    --- stderr
    error: `aco diff` needs two files, or a folder of downloads
    hint: name an old and a new one, or several with --old and --new
    ");
    assert_eq!(aco("diff --old fixtures/restatement-old.csv").code, Some(2));
}

#[test]
fn a_folder_is_its_newest_download_against_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |to: u32| -> String {
        let row = |month| format!("c1 2022-0{month} {month}.00 Active 9.00 USD 1/1/2022 12/31/2023");
        let rows: Vec<String> = (1..=to).map(row).collect();
        String::from_utf8(report(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap()
    };
    for (name, to) in [("b.csv", 7), ("a.csv", 8), ("c.csv", 6)] {
        fs::write(folder.path().join(name), rows(to)).unwrap();
    }
    fs::write(folder.path().join("a.csv"), rows(8).replace(",6.00,", ",6.50,")).unwrap();
    fs::write(folder.path().join("notes.txt"), "by hand\n").unwrap();
    let run = |line: &str| {
        let output = program().args(line.split(' ')).current_dir(&folder).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, changes, said) = run("diff .");
    let (_, of_two, _) = run("diff b.csv a.csv");
    assert_eq!((code, &changes), (Some(1), &of_two));
    assert!(said.contains("b.csv (to 2022-07) with ") && said.contains("a.csv (to 2022-08)"), "{said}");
    assert!(said.contains("notes.txt"), "what lies there besides is named: {said}");
    let (code, _, _) = run("diff . --as-of 2022-07-20");
    assert_eq!(code, Some(0), "June and July were not restated until then");
    // An archive is read as a whole, whatever its entries are called.
    let zipped = zip(&[("a.csv", &fs::read(folder.path().join("a.csv")).unwrap())], CompressionMethod::Deflated);
    fs::write(folder.path().join("newest.zip"), zipped).unwrap();
    fs::remove_file(folder.path().join("a.csv")).unwrap();
    let (code, changes, said) = run("diff .");
    assert_eq!((code, changes), (Some(1), of_two), "{said}");
    // One that holds two downloads is the newest, and what is older in it cannot be told apart.
    let both = [("6.csv", rows(6)), ("8.csv", rows(8))];
    let entries: Vec<(&str, &[u8])> = both.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    fs::write(folder.path().join("newest.zip"), zip(&entries, CompressionMethod::Deflated)).unwrap();
    let (_, _, said) = run("diff .");
    assert!(said.contains("b.csv (to 2022-07) with ") && said.contains("newest.zip (to 2022-08)"), "{said}");
    fs::remove_file(folder.path().join("newest.zip")).unwrap();
    fs::remove_file(folder.path().join("b.csv")).unwrap();
    let (code, _, said) = run("diff .");
    assert!(code == Some(2) && said.contains("needs two downloads"), "{said}");
}

#[test]
fn a_credit_added_to_a_closed_month_is_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.csv"), folder.path().join("new.csv"));
    let (july, august) =
        ("c1 2022-07 1.00 Active 9.00 USD 7/1/2022 6/30/2023", "c1 2022-08 2.00 Active 8.00 USD 7/1/2022 6/30/2023");
    let backdated = "c2 2022-07 5.00 Active 5.00 USD 7/1/2022 6/30/2023";
    let code_of = |was: &[&str], is: &[&str], months: &str| {
        fs::write(&old, report(was)).unwrap();
        fs::write(&new, report(is)).unwrap();
        aco(&format!("diff {} {} --as-of 2022-10-10{months}", old.display(), new.display())).code
    };
    let code = |was: &[&str], is: &[&str]| code_of(was, is, "");
    assert_eq!(code(&[july, august], &[july, august, backdated]), Some(1));
    assert_eq!(code(&[july], &[july, backdated]), Some(0), "the old download's last month was not complete");
    assert_eq!(code(&[july], &[july, august]), Some(0));
    assert_eq!(code(&[august], &[july, august]), Some(0));
    // What August was given has not moved where July's row did by as much.
    let [later_july, later_august] = [july.replace(" 1.00", " 3.00"), august.replace(" 2.00", " 4.00")];
    let restated = [later_july.as_str(), later_august.as_str()];
    assert_eq!(code_of(&[july, august], &restated, ""), Some(1));
    assert_eq!(code_of(&[july, august], &restated, " --month 2022-08"), Some(0));
    assert_eq!(code_of(&[july, august], &[&later_july, august], " --month 2022-08"), Some(1));
}

#[test]
fn what_was_given_in_the_first_month_of_a_sliding_download_is_found_by_the_old_one_or_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.csv"), folder.path().join("new.csv"));
    let row = |credit: &str, month: u32, used: u32, begins: &str| {
        format!("{credit} 2024-0{month} {used}.00 Active 9.00 USD {begins} 12/31/2024")
    };
    let a = |month, used| row("a", month, used, "1/1/2024");
    let b = |month, used| row("b", month, used, "2/1/2024");
    let notes = |was: &[String], is: &[String], options: &str| {
        for (file, rows) in [(&old, was), (&new, is)] {
            fs::write(file, report(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
        }
        let run = aco(&format!("diff {} {} --as-of 2024-05-10 {options}", old.display(), new.display()));
        run.stderr
            .lines()
            .filter(|line| !line.contains("list") && !line.contains("compared"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let was = [a(1, 10), a(2, 20), a(3, 30), b(2, 10), b(3, 10)];
    let is = [a(2, 520), a(3, 530), a(4, 540), b(2, 12), b(3, 12), b(4, 12)];
    // As `summary` of the old one, and of both, has it.
    assert_eq!(notes(&was, &is, ""), "note: credit given in 2024-02 moved by 502.00 USD");
    let moved = "note: credit given in 2024-02 moved by";
    let hint = "hint: add the reports of 2024-01 with --old and --new to know it";
    let of_one = format!("{moved} 2.00 USD and an unknown amount of 1 credit in USD\n{hint}");
    assert_eq!(notes(&was[1..], &is, ""), of_one);
    assert_eq!(notes(&was[1..], &is, "--customer a"), format!("{moved} an unknown amount of 1 credit in USD\n{hint}"));
    assert_eq!(notes(&was[1..], &was[1..], ""), "note: nothing changed");
}
