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
}

#[test]
fn a_customer_is_found_by_part_of_its_name() {
    let by_name = aco("list fixtures/aco-balance.csv --names fixtures/customers.csv --customer TOSO");
    let id = by_name.stdout.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    let by_id = aco(&format!("list fixtures/aco-balance.csv --names fixtures/customers.csv --customer {id}"));
    assert_eq!(by_name.stdout, by_id.stdout);
    snapshot!(aco("list fixtures/aco-balance.csv --names fixtures/customers.csv --customer nobody"), @"
    exit code: 2
    --- stdout
    --- stderr
    error: no customer id is or begins with `nobody`, and no name contains it
    ");
}

#[test]
fn names_on_a_terminal() {
    insta::assert_snapshot!(
        on_terminal("balance fixtures/aco-balance.csv --names fixtures/customers.csv --as-of 2022-12-15", 80),
        @"
    PartnerID: 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07
    CreditName: ACO
    Customer  Customer              Currency  Invoice      Credit     Credit
    ID        Name                  Code      Month         Limit     Amount
    ────────  ────────────────────  ────────  ────────  ─────────  ─────────
    0b6e2f1a  Contoso Ltd           USD       2022-12*  10,000.00   8,668.85
    0b6e2f1a  Contoso Ltd           EUR       2022-12*   6,000.00   5,090.00
    2f94c7d8  Fabrikam GmbH         USD       2022-12*   8,000.00   6,505.65
    58a1e3b0  Adventure Works       EUR       2022-12*   1,435.20   1,435.20
    58a1e3b0  Adventure Works       USD       2022-09    1,200.00   1,200.00
    91d04c6f  Wingtip Toys KK       JPY       2022-12*  1,500,000  1,194,635
    c3b75e92  Northwind Traders KK  JPY       2022-12*    800,000    434,075
    e8f2a406  Woodgrove Bank        USD       2022-12*   2,500.00   2,500.00
    ────────  ────────────────────  ────────  ────────  ─────────  ─────────
    total                           EUR                  7,435.20   6,525.20
    total                           JPY                 2,300,000  1,628,710
    total                           USD                 21,700.00  18,874.50
    * open on 2022-12-15: figures may still change until the month's invoice is out
    not shown for width: BalanceAmount, DaysLeft, Forfeited, AgreementID, Status,
    UsedPercent, EffectiveDate, ExpiryDate (widen the terminal, or use -f csv)
    "
    );
}

#[test]
fn a_customer_with_two_names_takes_the_last_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (books, names) = (folder.path().join("books.csv"), folder.path().join("names.csv"));
    fs::write(&books, report(&["c 2022-01 1.50 Active 1 USD - -"])).unwrap();
    fs::write(&names, "Microsoft ID;Company name\nc;Contoso\nc;Fabrikam\n").unwrap();
    let run = program().arg("list").arg(&books).arg("--names").arg(&names).output().unwrap();
    assert!(String::from_utf8(run.stdout).unwrap().contains("p,c,Fabrikam,2022-01"));
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("names.csv: customer c is `Fabrikam` after `Contoso`"), "{said}");
}
