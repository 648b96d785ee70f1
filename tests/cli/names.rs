//! Customers are shown, and found, by their names.

use std::fs;

use super::context::{aco, on_terminal, program, report, snapshot};

#[test]
fn names_stand_beside_ids_in_every_command() {
    for command in ["given", "list", "balance", "summary --by customer"] {
        let run = aco(&format!("{command} fixtures/aco-balance.csv --names fixtures/customers.csv"));
        let header: Vec<&str> = run.stdout.lines().next().unwrap().split(',').collect();
        let at = header.iter().position(|name| *name == "CustomerID").unwrap();
        assert_eq!(header[at + 1], "CustomerName", "{command}");
        let plain = aco(&format!("{command} fixtures/aco-balance.csv")).stdout;
        for (named, plain) in run.stdout.lines().zip(plain.lines()) {
            let mut cells: Vec<&str> = named.split(',').collect();
            cells.remove(at + 1);
            assert_eq!(cells.join(","), plain);
        }
        assert!(run.stdout.contains(",Contoso Ltd,"), "{command}");
    }
    assert_eq!(
        aco("summary fixtures/aco-balance.csv --names fixtures/customers.csv").stdout,
        aco("summary fixtures/aco-balance.csv").stdout
    );
    let absent = aco("balance fixtures/aco-balance.csv --names fixtures/customers.csv --with-column region");
    assert!(absent.code == Some(2) && absent.stderr.contains("no column `region`"), "{absent}");
}

#[test]
fn a_customer_is_found_by_part_of_its_name() {
    let by_name = aco("list fixtures/aco-balance.csv --names fixtures/customers.csv --customer TOSO");
    let id = by_name.stdout.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    let by_id = aco(&format!("list fixtures/aco-balance.csv --names fixtures/customers.csv --customer {id}"));
    assert_eq!(by_name.stdout, by_id.stdout);
    snapshot!(aco("list fixtures/aco-balance.csv --names fixtures/customers.csv --customer nobody"), @"
    exit code: 2
    --- stderr
    error: no customer id is or begins with `nobody`, and no name contains it
    ");
}

#[test]
fn names_on_a_terminal() {
    insta::assert_snapshot!(
        on_terminal("balance fixtures/aco-balance.csv --names fixtures/customers.csv --as-of 2022-12-15", 80),
        @"
    Partner: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07; Credit: ACO
                                                Used so                        Days
    Customer              Currency  Month           far      Left  Ends        left
    ────────────────────  ────────  ────────  ─────────  ────────  ──────────  ────
    Contoso Ltd           USD       2022-12*   8,668.85  1,331.15  2023-06-30   197
    Contoso Ltd           EUR       2022-12*   5,090.00    910.00  2022-12-31    16
    Fabrikam GmbH         USD       2022-12*   6,505.65  1,494.35  2023-03-14    89
    Adventure Works       EUR       2022-12*   1,435.20      0.00  2022-09-30   -76
    Adventure Works       USD       2022-09    1,200.00      0.00  2022-08-31  -106
    Wingtip Toys KK       JPY       2022-12*  1,194,635   305,365  2023-01-09    25
    Northwind Traders KK  JPY       2022-12*    434,075   365,925  2023-05-19   155
    Woodgrove Bank        USD       2022-12*   2,500.00      0.00  2022-12-31    16
    ────────────────────  ────────  ────────  ─────────  ────────  ──────────  ────
    total                 EUR                  6,525.20    910.00
    total                 JPY                 1,628,710   671,290
    total                 USD                 18,874.50  2,825.50
    * open on 2022-12-15: figures may still change until the month's invoice is out
    not shown for width: Agreement, Status, State, Limit, Used %, Begins, Lost,
    Customer ID (widen the terminal, or use -f csv)
    "
    );
}

#[test]
fn a_customer_with_two_names_takes_the_last_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (books, names) = (folder.path().join("books.csv"), folder.path().join("names.csv"));
    fs::write(&books, report(&["c 2022-01 1.50 Active 1 USD - -"])).unwrap();
    fs::write(&names, "Microsoft ID;Company name\nc;Contoso\nc;Contoso\n'c;Fabrikam\n").unwrap();
    let run = program().arg("list").arg(&books).arg("--names").arg(&names).output().unwrap();
    assert!(String::from_utf8(run.stdout).unwrap().contains("p,c,Fabrikam,2022-01"));
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("names.csv: customer c is `Fabrikam` after `Contoso`"), "{said}");
    assert_eq!(said.matches("customer c is").count(), 1, "what is said again is no other name: {said}");
}

#[test]
fn a_list_of_other_customers_names_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let names = folder.path().join("names.csv");
    fs::write(&names, "Kunde;Mandant\nContoso;7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07\n").unwrap();
    let run = |command: &str| {
        aco(&format!("{command} fixtures/aco-balance.csv --names {} -f csv -q", names.display())).stderr
    };
    assert_eq!(run("summary"), "", "-q leaves notes out");
    let said = aco(&format!("balance fixtures/aco-balance.csv --names {}", names.display())).stderr;
    let expected = "note: the list of names has 1 customer, but none of those in the reports\nhint: give one with the ids \
                    of the report's CustomerID: the list has ids such as `7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07`, the \
                    reports such as `0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341`\n";
    assert!(said.starts_with(expected), "{said}");
    let said = aco("balance fixtures/aco-balance.csv --names fixtures/customers.csv").stderr;
    assert!(!said.contains("the list of names"), "{said}");
}

#[test]
fn the_columns_of_a_list_can_be_named_and_others_go_along() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("debitors.csv");
    let id = "0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341";
    fs::write(&list, format!("Debitor;Name 1;Kurz;Cost centre;Microsoft ID\n4711;Müller GmbH;Mü;K-12;{id}\n")).unwrap();
    let run = |line: &str| {
        let mut program = program();
        let args = format!("summary fixtures/aco-balance.csv --as-of 2022-12-15 --by customer -q {line}");
        let output = program.args(args.split_whitespace()).arg("--names").arg(&list).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run("").contains(&format!("{id},Müller GmbH,EUR")), "{}", run(""));
    assert!(run("--name-column kurz").contains(&format!("{id},Mü,EUR")));
    let along = run("--with-column costcentre --customer muller");
    assert!(along.starts_with("CustomerID,CustomerName,costcentre,CurrencyCode,"), "{along}");
    assert!(along.contains(&format!("{id},Müller GmbH,K-12,EUR")) && along.lines().count() == 3, "{along}");
    let args = "check fixtures/aco-balance.csv --as-of 2022-12-15 -f csv -q --with-column costcentre --names";
    let output = program().args(args.split_whitespace()).arg(&list).output().unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    assert!(found.contains(",CustomerID,CustomerName,costcentre,") && found.contains(",K-12,"), "{found}");
}
