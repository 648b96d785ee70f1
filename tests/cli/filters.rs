//! Filters choose what is shown, after what was given is computed.

use super::context::{aco, aco_on, report, snapshot};

#[test]
fn a_month_still_subtracts_the_one_before() {
    snapshot!(aco("given fixtures/documented-example.csv --month 2022-07"), @"
    PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode,EffectiveDate,InvoiceMonth,Status,PreviousCreditAmount,CreditAmount,CreditGiven,OpeningAmount,SpanMonths,BalanceAmount,Period
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07,0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,1e5d80c3-7a42-4f96-b08c-d3a9e4172b65,ACO,USD,2022-07-01,2022-07,Active,0,500,500,,1,500,closed
    ");
    let all = aco("given fixtures/aco-balance.csv").stdout;
    let july: Vec<&str> = all.lines().filter(|line| line.contains(",2022-07,")).collect();
    let shown = aco("given fixtures/aco-balance.csv --month 2022-07").stdout;
    assert_eq!(shown.lines().skip(1).collect::<Vec<_>>(), july);
}

#[test]
fn each_filter_shows_its_rows_only() {
    let all = aco("list fixtures/aco-balance.csv --as-of 2022-11-20").stdout;
    let expect = |filter: &str, keep: &dyn Fn(&[&str]) -> bool| {
        let rows = all.lines().skip(1).filter(|line| keep(&line.split(',').collect::<Vec<_>>()));
        let expected: Vec<&str> = rows.collect();
        let run = aco(&format!("list fixtures/aco-balance.csv --as-of 2022-11-20 {filter}"));
        assert_eq!(run.stdout.lines().skip(1).collect::<Vec<_>>(), expected, "{filter}");
        assert!(!expected.is_empty() && expected.len() + 1 < all.lines().count(), "{filter} shows all or nothing");
    };
    let customer = all.lines().nth(1).unwrap().split(',').nth(1).unwrap().to_owned();
    let agreement = all.lines().nth(1).unwrap().split(',').nth(8).unwrap().to_owned();
    expect("--status expired", &|row| row[5] == "Expired");
    expect(&format!("--customer {}", customer.to_uppercase()), &|row| row[1] == customer);
    expect(&format!("--customer {}", &customer[..8]), &|row| row[1] == customer);
    expect(&format!("--agreement {}", &agreement[..8]), &|row| row[8] == agreement);
    expect("--currency jpy --currency EUR", &|row| row[7] == "JPY" || row[7] == "EUR");
    expect("--month 2022-03 --month 2022-05", &|row| row[2] == "2022-03" || row[2] == "2022-05");
    expect("--from 2022-03 --to 2022-05", &|row| ("2022-03"..="2022-05").contains(&row[2]));
    expect("--closed", &|row| row[2] < "2022-11");
}

#[test]
fn a_partner_is_told_by_the_start_of_its_id() {
    let books = "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,AgreementID,\
        EffectiveDate,ExpiryDate\nnorth,c,2022-01,ACO,1,Active,2,USD,a,1/1/2022,\nsouth,c,2022-01,ACO,2,Active,2,USD,b,1/1/2022,\n";
    let run = aco_on("list --partner NOR", books.as_bytes());
    assert_eq!(run.stdout.lines().nth(1), Some("north,c,2022-01,ACO,1,Active,2,USD,a,2022-01-01,"));
    assert_eq!(run.stdout.lines().count(), 2);
}

#[test]
fn an_id_that_names_nothing_or_several_is_an_error() {
    let books = report(&["alpha 2022-01 1 Active 1 USD 1/1/2022 -", "alps 2022-01 1 Active 1 USD 1/1/2022 -"]);
    snapshot!(aco_on("list --customer beta", &books), @"
    exit code: 2
    --- stderr
    error: no customer id is or begins with `beta`
    hint: to find a customer by name, give --names FILE
    ");
    snapshot!(aco_on("list --customer al", &books), @"
    exit code: 2
    --- stderr
    error: `al` begins several customer ids: alpha and alps
    hint: give more of it
    ");
}

#[test]
fn nothing_that_matches_is_said() {
    snapshot!(aco("summary fixtures/aco-balance.csv --month 2019-01"), @"
    exit code: 2
    --- stderr
    error: no record is of `2019-01`
    hint: the files have 2022-01 to 2022-12
    ");
}

#[test]
fn an_unknown_past_is_hinted_at_only_where_it_is_shown() {
    assert!(aco("given fixtures/unknown-opening.csv").stderr.contains("in use before"));
    let later = aco("given fixtures/aco-balance.csv --from 2022-02");
    assert!(!later.stderr.contains("in use before"), "{later}");
    assert_eq!(aco("given fixtures/unknown-opening.csv -q").stderr, "");
}

#[test]
fn a_credit_that_another_partner_had_before_is_of_an_unknown_past() {
    let of = |file: &str| {
        aco(&format!("given fixtures/check/{file}.csv --customer 0b6e2f1a --month 2022-08 --as-of 2022-10-10"))
    };
    let (moved, stayed) = (of("partner-changed"), of("partner-changed-clean"));
    assert!(moved.stdout.ends_with(",2022-08,Active,,200.00,,200.00,,0.00,closed\n"), "{moved}");
    assert!(moved.stderr.contains("--only partner-changed` names the partners"), "{moved}");
    assert!(stayed.stdout.ends_with(",2022-08,Active,200.00,200.00,0.00,,1,0.00,closed\n"), "{stayed}");
}

#[test]
fn what_there_is_is_said_where_a_filter_matches_nothing() {
    let said = |filter: &str| aco(&format!("summary fixtures/aco-balance.csv {filter}")).stderr;
    assert_eq!(
        said("--currency JPY --month 2022-01 --status expired"),
        "note: no records match\nhint: the files have currencies EUR, JPY and USD, statuses Active and Expired and months 2022-01 to \
         2022-12\n"
    );
    assert_eq!(said("--currency EUR,CHF"), "error: no credit is in `CHF`\nhint: the files have EUR, JPY and USD\n");
    let misspelt = aco("summary fixtures/aco-balance.csv --status actve -q");
    let expected = "error: no record has the status `actve`\nhint: the files have Active and Expired\n";
    assert_eq!((misspelt.code, &*misspelt.stdout, &*misspelt.stderr), (Some(2), "", expected));
    assert_eq!(aco("summary fixtures/other-status.csv --status SUSPENDED").code, Some(0));
    assert_eq!(aco("summary fixtures/header-only.csv --status suspended").code, Some(0));
    let lists = aco("list fixtures/aco-balance.csv --status active,expired");
    assert_eq!(lists.stdout, aco("list fixtures/aco-balance.csv").stdout);
    let empty = aco("summary fixtures/aco-balance.csv --customer=");
    assert_eq!((empty.code, empty.stderr.lines().next().unwrap()), (Some(2), "error: --customer is empty"));
}

#[test]
fn a_credit_that_lacks_a_month_shown_is_not_left_out_silently() {
    let line = "fixtures/aco-balance.csv --as-of 2022-12-15 --currency JPY";
    let told = "note: no row in 2022-06 for 1 credit: what was given then stands in a later month, which is not \
                shown\nhint: show later months too: SpanMonths of `aco given fixtures/aco-balance.csv` says how many each row covers\n";
    for command in ["summary", "given", "balance"] {
        let said = aco(&format!("{command} {line} --month 2022-06")).stderr;
        assert!(said.contains(told), "{command}: {said}");
        assert_eq!(aco(&format!("{command} {line} --month 2022-06 -q")).stderr, "", "{command}");
        // The later month is shown, or the month is not.
        assert!(!aco(&format!("{command} {line} --month 2022-06,2022-07")).stderr.contains("has no row"), "{command}");
        assert!(!aco(&format!("{command} {line} --month 2022-04")).stderr.contains("has no row"), "{command}");
        assert!(!aco(&format!("{command} {line}")).stderr.contains("has no row"), "{command}");
    }
}

#[test]
fn a_day_that_is_none_is_refused_in_plain_words() {
    for day in ["2022-12", "8/9/2022", "tomorrow", "2022-02-30"] {
        let run = aco(&format!("summary fixtures/aco-balance.csv --as-of {day}"));
        let expected = format!(
            "error: invalid value '{day}' for '--as-of <DATE>': expected a day such as `2022-08-09` or `09.08.2022`\n"
        );
        assert!(run.code == Some(2) && run.stderr.starts_with(&expected), "{run}");
    }
    // No month is the 31st.
    let on = |day| aco(&format!("balance fixtures/aco-balance.csv --as-of {day}")).to_string();
    assert_eq!(on("7/31/2022"), on("2022-07-31"));
    assert_eq!(on("31/7/2022"), on("2022-07-31"));
}

#[test]
fn a_name_means_whom_it_names_whole_and_of_several_all_are_told() {
    let books = report(&[
        "fab1 2022-07 1.00 Active 9.00 USD 7/1/2022 6/30/2023",
        "c2 2022-07 2.00 Active 8.00 USD 7/1/2022 6/30/2023",
        "c3 2022-07 4.00 Active 6.00 USD 7/1/2022 6/30/2023",
    ]);
    let folder = tempfile::tempdir().unwrap();
    let names = folder.path().join("names.csv");
    std::fs::write(&names, "CustomerId,CustomerName\nfab1,Alpha\nc2,Alphabet AG\nc3,Fabrikam GmbH\n").unwrap();
    let given = |customer: &str| {
        let line = format!("summary --as-of 2022-08-10 --names {} --customer {customer}", names.display());
        let run = aco_on(&line, &books);
        let given = run.stdout.lines().nth(1).unwrap().split(',').nth(5).unwrap().to_owned();
        (given, run.stderr.lines().take_while(|line| !line.contains("ends in 2022-07")).collect::<Vec<_>>().join("\n"))
    };
    let told = |given: &str, said: &str| (given.to_owned(), said.to_owned());
    assert_eq!(given("alpha"), told("1.00", ""));
    let several =
        "note: 2 customers match `alph`: Alpha and Alphabet AG\nhint: a whole name, or an id, means one of them";
    assert_eq!(given("alph"), told("3.00", several.replace("Alpha and Alphabet AG", "Alphabet AG and Alpha").as_str()));
    let by_id = "note: `fab` begins the id of Alpha, and is not taken for part of Fabrikam GmbH";
    assert_eq!(given("fab"), told("1.00", by_id));
    assert_eq!([given("fab1"), given("c3")], [told("1.00", ""), told("4.00", "")]);
}

#[test]
fn what_downloads_changed_is_told_of_what_is_shown() {
    let files = "fixtures/check/restated-month-old.csv fixtures/check/restated-month.csv --as-of 2022-10-10";
    let said = |filter: &str| aco(&format!("given {files} {filter}")).stderr.contains("newer downloads restate");
    assert!(said(""));
    let restated = aco(&format!("check {files} --only restated-month -f csv -q"));
    let cells: Vec<&str> = restated.stdout.lines().nth(1).unwrap().split(',').collect();
    let (customer, month) = (cells[4], cells[6]);
    assert!(said(&format!("--customer {customer}")) && said(&format!("--month {month}")));
    assert!(!said("--month 2022-09"));
}

#[test]
fn three_notes_stand_before_an_answer_and_none_that_figures_depend_on_is_hidden() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let row = |month: &str, used: &str| format!("c {month} {used} Active 9.00 USD 7/1/2022 6/30/2023");
    let books = report(&[&row("2022-07", "1.00"), &row("2022-07", "1.00"), &row("2022-09", "3.00")]);
    std::fs::write(path.join("a.csv"), [&books[..], b"Total,,,,4.00,,,,,,\n"].concat()).unwrap();
    for (file, name) in [("n1.csv", "Alpha"), ("n2.csv", "Beta"), ("n3.csv", "Gamma")] {
        std::fs::write(path.join(file), format!("CustomerId,CustomerName\nc,{name}\n")).unwrap();
    }
    let notes = |flags: &str| {
        let line = format!("summary a.csv --as-of 2022-10-10 --names n1.csv --names n2.csv --names n3.csv {flags}");
        let run = super::context::Run::of(
            super::context::program().current_dir(path).args(line.split_whitespace()).output().unwrap(),
        );
        assert_eq!(run.code, Some(0), "{run}");
        run.stderr.lines().filter(|line| !line.starts_with("hint")).map(str::to_owned).collect::<Vec<_>>()
    };
    let few = notes("");
    assert!(few.len() == 4 && few[0].contains("the report ends in 2022-09"), "{few:#?}");
    let all = notes("-v");
    assert_eq!(few[3], format!("and {} more notes: -v shows all", all.len() - 3));
    assert!(notes("-q").is_empty());
}

#[test]
fn choosing_credits_moves_no_months() {
    let rows = [
        "a 2024-04 100 Active 900 USD 1/1/2024 12/31/2024",
        "a 2024-05 200 Active 800 USD 1/1/2024 12/31/2024",
        "b 2024-03 300 Active 700 USD 1/1/2024 12/31/2024",
    ];
    // The report of the second customer's partner ends earlier.
    let text = String::from_utf8(report(&rows)).unwrap();
    let text = text.replace("p,b,", "q,b,");
    let left = |line: &str| {
        let run = aco_on(&format!("{line} --as-of 2024-06-10"), text.as_bytes());
        assert!(run.stderr.contains("of partner q in 2024-03"), "{run}");
        run.stdout.lines().filter(|line| line.contains("700")).map(str::to_owned).collect::<Vec<_>>()
    };
    let all = left("summary --by customer --month 2024-05");
    assert_eq!(all.len(), 1);
    assert_eq!(left("summary --by customer --month 2024-05 --customer b"), all);
    assert_eq!(left("summary --by customer --month last --partner q"), all);
}

#[test]
fn a_check_of_no_month_says_so() {
    let run = aco("check fixtures/aco-balance.csv --as-of 2022-12-15 --from 2031-01");
    assert!(run.stderr.contains("note: no records match"), "{run}");
}

#[test]
fn a_name_that_is_nobodys_suggests_the_nearest() {
    let by_name = |text: &str| {
        aco(&format!("summary fixtures/aco-balance.csv --names fixtures/customers.csv --customer {text} -q"))
    };
    snapshot!(by_name("Fabricam"), @"
    exit code: 2
    --- stderr
    error: no customer id is or begins with `Fabricam`, and no name contains it
    hint: did you mean `Fabrikam GmbH`?
    ");
    snapshot!(by_name("nordwind"), @"
    exit code: 2
    --- stderr
    error: no customer id is or begins with `nordwind`, and no name contains it
    hint: did you mean `Northwind Traders KK`?
    ");
    snapshot!(by_name("Initech"), @"
    exit code: 2
    --- stderr
    error: no customer id is or begins with `Initech`, and no name contains it
    ");
}
