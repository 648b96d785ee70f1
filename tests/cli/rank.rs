//! `--sort` and `--top`: what they do to rows that are added up is compared with plain Python in `peers`.

use super::context::{aco, aco_on, report, snapshot};

#[test]
fn an_amount_ranks_within_its_currency_and_the_others_are_added_up() {
    snapshot!(aco("summary fixtures/aco-balance.csv --by customer --names fixtures/customers.csv --sort -CreditGiven --top 1 -q -f table"), @"
    Customer                                          Used so
    ID        Customer         Currency      Given        far      Left      Lost
    ────────  ───────────────  ────────  ─────────  ─────────  ────────  ────────
    0b6e2f1a  Contoso Ltd      EUR        5,090.00   5,090.00    910.00      0.00
    91d04c6f  Wingtip Toys KK  JPY       1,194,635  1,194,635   305,365         0
    2f94c7d8  Fabrikam GmbH    USD        6,505.65   6,505.65  1,494.35      0.00
    1 other                    EUR        1,435.20   1,435.20      0.00  1,564.80
    1 other                    JPY         434,075    434,075   365,925         0
    3 others                   USD        8,158.50  12,368.85  1,331.15      0.00
    ────────  ───────────────  ────────  ─────────  ─────────  ────────  ────────
    total                      EUR        6,525.20   6,525.20    910.00  1,564.80
    total                      JPY       1,628,710  1,628,710   671,290         0
    total                      USD       14,664.15  18,874.50  2,825.50      0.00
    ");
    // No id, no name: only `Others` says what such a row is.
    snapshot!(aco("summary fixtures/aco-balance.csv --by customer --names fixtures/customers.csv --sort -creditgiven --top 1 -q"), @"
    CustomerID,CustomerName,CurrencyCode,Customers,Credits,OpeningAmount,CreditGiven,CreditAmount,BalanceAmount,Forfeited,Others
    0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd,EUR,1,1,,5090.00,5090.00,910.00,0.00,
    91d04c6f-2e85-4b7a-a3f1-c8e57b190d24,Wingtip Toys KK,JPY,1,1,,1194635,1194635,305365,0,
    2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512,Fabrikam GmbH,USD,1,1,,6505.65,6505.65,1494.35,0.00,
    ,,EUR,,,,1435.20,1435.20,0.00,1564.80,1
    ,,JPY,,,,434075,434075,365925,0,1
    ,,USD,,,4210.35,8158.50,12368.85,1331.15,0.00,3
    ");
}

#[test]
fn amounts_rank_exactly_and_unknown_ones_last_and_words_in_any_case() {
    let rows = report(&[
        "c 2022-01 1 Active 0 USD 1/1/2021 12/31/2022",
        "b 2022-01 922816251426433759354395.034 Active 0 USD 1/1/2022 12/31/2022",
        "d 2022-01 -3 Active 0 EUR 1/1/2022 12/31/2022",
        "a 2022-01 922816251426433759354395.033 Active 0 USD 1/1/2022 12/31/2022",
        "B2 2022-01 922816251426433759354395.033 Active 0 USD 1/1/2022 12/31/2022",
        "d2 2022-01 -3.0001 Active 0 EUR 1/1/2022 12/31/2022",
    ]);
    let ranked = |by: &str| -> Vec<String> {
        let table = aco_on(&format!("given - -q --as-of 2022-02-15 --sort {by}"), &rows).stdout;
        table.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect()
    };
    assert_eq!(ranked("CreditGiven"), ["d2", "d", "B2", "a", "b", "c"]);
    assert_eq!(ranked("-CreditGiven"), ["d", "d2", "b", "B2", "a", "c"]);
    assert_eq!(ranked("CustomerID"), ["a", "b", "B2", "c", "d", "d2"]);
}

#[test]
fn the_first_of_many_are_those_of_all_sorted() {
    let currencies = ["EUR", "JPY", "USD"];
    let row = |at: usize| {
        let (balance, currency) = (at * 7919 % 1009, currencies[at % 3]);
        format!("c-{at} 2022-01 1 Active {balance} {currency} 1/1/2022 12/31/2022")
    };
    let rows: Vec<String> = (0..20_000).map(row).collect();
    let rows = report(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let ranked = |flags: &str| -> Vec<String> {
        let table = aco_on(&format!("balance - -q --as-of 2022-02-15 --sort -BalanceAmount {flags}"), &rows).stdout;
        table.lines().skip(1).map(str::to_owned).collect()
    };
    let (all, some) = (ranked(""), ranked("--top 5"));
    assert_eq!((all.len(), some.len()), (20_000, 18));
    let of = |currency: &'static str| all.iter().filter(move |line| line.contains(currency)).take(5);
    let firsts: Vec<String> = currencies.into_iter().flat_map(of).map(|line| format!("{line},")).collect();
    assert_eq!(some[..15], firsts);
    let count = |line: &String| line.split(',').next_back().unwrap().parse::<usize>().unwrap();
    assert_eq!(some[15..].iter().map(count).sum::<usize>(), 20_000 - 15);
}

#[test]
fn other_columns_rank_across_currencies() {
    snapshot!(aco("balance fixtures/aco-balance.csv --as-of 2022-12-15 --sort DaysLeft --top 3 -q -f markdown"), @r#"
    | PartnerID | CustomerID | AgreementID | CreditName | CurrencyCode | InvoiceMonth | Status | State | CreditLimit | CreditAmount | BalanceAmount | UsedPercent | EffectiveDate | ExpiryDate | DaysLeft | Forfeited |
    | --- | --- | --- | --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: | --- | --- | ---: | ---: |
    | 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07 | 58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5 | d27f95ab-6c1e-4830-a4b9-73f8e05d1c6e | ACO | USD | 2022-09 | Expired | over | 1200.00 | 1200.00 | 0.00 | 100.0 | 2022-02-01 | 2022-08-31 | -106 | 0.00 |
    | 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07 | 58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5 | 6a0f3c85-b9d7-4e12-8b46-f2e17d95c03a | ACO | EUR | 2022-12\* | Expired | over | 3000.00 | 1435.20 | 0.00 | 47.8 | 2022-01-01 | 2022-09-30 | -76 | 1564.80 |
    | 7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07 | 0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341 | 34c9f7a1-0e6b-4d25-9c83-b1f5720de849 | ACO | EUR | 2022-12\* | Active | running | 6000.00 | 5090.00 | 910.00 | 84.8 | 2022-01-01 | 2022-12-31 | 16 | 0.00 |
    | 2 others |  |  |  | JPY |  |  |  | 2300000 | 1628710 | 671290 |  |  |  |  | 0 |
    | 3 others |  |  |  | USD |  |  |  | 20500.00 | 17674.50 | 2825.50 |  |  |  |  | 0.00 |
    | **total** |  |  |  | **EUR** |  |  |  | **9000.00** | **6525.20** | **910.00** |  |  |  |  | **1564.80** |
    | **total** |  |  |  | **JPY** |  |  |  | **2300000** | **1628710** | **671290** |  |  |  |  | **0** |
    | **total** |  |  |  | **USD** |  |  |  | **21700.00** | **18874.50** | **2825.50** |  |  |  |  | **0.00** |

    \* open on 2022-12-15: figures may still change until the month's invoice is out
    "#);
}

#[test]
fn a_row_for_others_is_named_where_only_the_currency_stands() {
    snapshot!(aco("summary fixtures/aco-balance.csv --by currency --sort CurrencyCode --top 1 -q -f table"), @"
    Currency      Customers  Credits      Given  Used so far      Left      Lost
    ────────────  ─────────  ───────  ─────────  ───────────  ────────  ────────
    EUR                   2        2   6,525.20     6,525.20    910.00  1,564.80
    1 other, JPY                      1,628,710    1,628,710   671,290         0
    1 other, USD                      14,664.15    18,874.50  2,825.50      0.00
    ");
}

#[test]
fn the_largest_come_first_by_what_the_command_is_about() {
    let ranked = |command: &str, flags: &str| aco(&format!("{command} --as-of 2022-12-15 -q {flags}")).stdout;
    for (command, column) in [
        ("summary fixtures/aco-balance.csv", "CreditGiven"),
        ("summary fixtures/aco-balance.csv --against previous --figure BalanceAmount", "BalanceAmount"),
        ("summary fixtures/aco-balance.csv --by customer --across month", "Total"),
        ("summary fixtures/aco-balance.csv --by customer --across year --figure BalanceAmount", "2022"),
        ("statement fixtures/aco-balance.csv --by customer", "CreditGiven"),
        ("given fixtures/aco-balance.csv", "CreditGiven"),
        ("balance fixtures/aco-balance.csv", "BalanceAmount"),
        ("expiring fixtures/aco-balance.csv --within all", "ProjectedUnused"),
    ] {
        let largest = ranked(command, "--top 2");
        assert_eq!(largest, ranked(command, &format!("--top 2 --sort -{column}")), "{command}");
        assert_ne!(largest, ranked(command, &format!("--top 2 --sort {column}")), "{command}");
    }
    // Findings come as they are listed, the worst first.
    let check = "check fixtures/aco-balance.csv fixtures/duplicate-rows.csv";
    let (first, all) = (ranked(check, "--top 2 -f tsv"), ranked(check, "-f tsv"));
    assert!(
        first.lines().skip(1).zip(all.lines().skip(1)).take(2).all(|(first, all)| first.trim_end() == all.trim_end())
    );
}

#[test]
fn a_difference_ranks_by_its_size() {
    snapshot!(aco("diff fixtures/restatement-old.csv fixtures/restatement-new.csv --all -q --top 3 -f tsv"), @"
    exit code: 1
    Change	CustomerID	AgreementID	CurrencyCode	InvoiceMonth	Field	Old	New	Difference	Others
    added	0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341	1e5d80c3-7a42-4f96-b08c-d3a9e4172b65	USD	2022-09	CreditAmount		820.00	820.00	
    restated	0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341	1e5d80c3-7a42-4f96-b08c-d3a9e4172b65	USD	2022-07	CreditAmount	500.00	450.00	-50.00	
    restated	0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341	1e5d80c3-7a42-4f96-b08c-d3a9e4172b65	USD	2022-07	BalanceAmount	500.00	550.00	50.00	
    ");
    let compared =
        aco("reconcile fixtures/aco-balance.csv --invoice fixtures/invoice --as-of 2022-12-15 -q --top 3 -f tsv");
    assert_eq!(compared.code, Some(1));
    insta::assert_snapshot!(compared.stdout, @"
    PartnerID	CustomerID	CustomerName	CurrencyCode	InvoiceMonth	CreditGiven	CreditApplied	Difference	Result	Lines	Others
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07	0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341	Contoso Ltd	EUR	2022-06	480.00		480.00	balance-only	0	
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07	0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341	Contoso Ltd	EUR	2022-07	467.90	935.80	-467.90	mismatched	5	
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07	58a1e3b0-c7f2-4e19-96d4-0f3b7a82c6e5	Adventure Works	EUR	2022-06	166.40		166.40	balance-only	0	
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07	c3b75e92-60fd-4178-8e2b-94a1d6f03c58	Northwind Traders KK	JPY	2022-07	58925	117897	-58972	mismatched	6	
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07	91d04c6f-2e85-4b7a-a3f1-c8e57b190d24	Wingtip Toys KK	JPY	2022-07	214930	214930	0	matched	2	
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07	c3b75e92-60fd-4178-8e2b-94a1d6f03c58	Northwind Traders KK	JPY	2022-06	61480	61480		unknown	1	
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07	2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512	Fabrikam GmbH	USD	2022-07	715.25	1430.50	-715.25	mismatched	6	
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07	2f94c7d8-1b3e-4a60-b5c9-7d08e6a3f512	Fabrikam GmbH	USD	2022-06	688.40		688.40	balance-only	0	
    7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07	0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341	Contoso Ltd	USD	2022-06	421.05		421.05	balance-only	0	
    			EUR		155.05	25.00	-25.00			2
    			USD		1382.15	429.00	791.13			5
    ");
}

#[test]
fn findings_rank_by_severity() {
    let run = aco("check fixtures/aco-balance.csv --as-of 2023-01-10 --sort -severity -q");
    let severities: Vec<&str> = run.stdout.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let place = |word: &&str| ["error", "warning", "note"].iter().position(|severity| severity == word);
    assert!(severities.len() > 2 && severities.is_sorted_by_key(place), "{severities:?}");
}

#[test]
fn a_number_of_rows_beyond_all_shows_all_and_no_others() {
    let all = aco("balance fixtures/aco-balance.csv -q");
    let run = aco("balance fixtures/aco-balance.csv -q --sort PartnerID --top 100");
    let lines: Vec<&str> = run.stdout.lines().map(|line| line.strip_suffix([',']).unwrap_or(line)).collect();
    assert_eq!(lines.join("\n").replace(",Others", ""), all.stdout.trim_end());
}

#[test]
fn what_cannot_be_ranked_is_refused() {
    snapshot!(aco("given fixtures/aco-balance.csv -q --sort creditgive"), @"
    exit code: 2
    --- stderr
    error: --sort: there is no column `creditgive`
    hint: did you mean `CreditGiven`?
    ");
    snapshot!(aco("check fixtures/documented-example.csv --as-of 2022-08-20 -q --sort Balance"), @r#"
    exit code: 2
    --- stderr
    error: --sort: there is no column `Balance`
    hint: the columns are Severity, Check, File, Line, CustomerID, AgreementID, InvoiceMonth, CurrencyCode, Amount and Message
    "#);
    snapshot!(aco("given fixtures/aco-balance.csv --top 0"), @"
    exit code: 2
    --- stderr
    error: invalid value '0' for '--top <N>': expected a number of rows such as `10`

    For more information, try '--help'.
    ");
    snapshot!(aco("given fixtures/aco-balance.csv --top -3"), @"
    exit code: 2
    --- stderr
    error: invalid value '-3' for '--top <N>': expected a number of rows such as `10`

    For more information, try '--help'.
    ");
    snapshot!(aco("list fixtures/aco-balance.csv --sort Status"), @"
    exit code: 2
    --- stderr
    error: unexpected argument '--sort' found

      tip: --sort is an option of `aco summary`, `aco given`, `aco balance`, `aco expiring`, `aco statement`, `aco check`, `aco diff` and `aco reconcile`

    For more information, try '--help'.
    ");
}
