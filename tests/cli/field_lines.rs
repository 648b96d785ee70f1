//! Lines of files from the field that no reader may pass over: above the header, within quotes, and behind a `#`.

use std::fs;

use super::context::{aco, aco_on};
use super::field::{HEADER, ROWS, file, plain, read_as_plain, refused};

#[test]
fn no_record_above_the_header_is_a_title() {
    let [a, b, c, d] = ROWS;
    let semicolons = plain().replace(',', ";");
    let commas = semicolons.replace('.', ",");
    let bare = |row: &str| row.replace("-4a6e-", "-x-").replace("-4c8e-", "-x-");
    for (what, input, place) in [
        ("sorted", format!("{a}\n{b}\n{HEADER}\n{c}\n{d}\n"), "<stdin>:1:"),
        ("header last", format!("{d}\n{c}\n{b}\n{a}\n{HEADER}\n"), "<stdin>:1:"),
        ("a blank line first", format!("\n{d}\n{HEADER}\n{a}\n"), "<stdin>:2:"),
        ("a title first", format!("Balance report\n{d}\n{HEADER}\n{a}\n"), "<stdin>:2:"),
        ("another separator", format!("{semicolons}{}", plain()), "<stdin>:2:"),
        ("decimal commas above", format!("{commas}{}", plain()), "<stdin>:2:"),
        ("ids that are no GUIDs", format!("{}\n{HEADER}\n{a}\n", bare(d)), "<stdin>:1:"),
        ("no dates", format!("{}\n{HEADER}\n{a}\n", d.replace(",2022-06-01,2023-05-31", ",,")), "<stdin>:1:"),
        ("a row cut short", format!("{}\n{HEADER}\n{a}\n", &d[..d.len() - 40]), "<stdin>:1:"),
        ("quoted", format!("\"{}\"\n{HEADER}\n{a}\n", d.replace(',', "\",\"")), "<stdin>:1:"),
    ] {
        refused(what, &input, place);
        refused(what, &input, "stands above the header (line ");
    }
    for titles in [
        "Azure credit offer balance\n",
        "Azure credit offer balance,,,,,,,,,,\nAs of,2022-08-09,,,,,,,,,\n\n",
        "Partner:;71c9b2d0-0001-4a6e-9d0f-6e1b7a20c4f9\nMonths, 2022-06 to 2022-07, and currencies EUR, USD\n",
        "Who,,When,Which,How much,,,,,From,To\n",
        "sep=,\n",
    ] {
        read_as_plain(titles, format!("{titles}{}", plain()));
    }
    let invoice = fs::read_to_string("fixtures/invoice/2022-07.csv").unwrap();
    let mut lines: Vec<&str> = invoice.lines().collect();
    lines.swap(0, 1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("invoice.csv");
    fs::write(&path, lines.join("\n")).unwrap();
    let run = aco(&format!("reconcile fixtures/aco-balance.csv --invoice {}", path.display()));
    assert!(run.code == Some(2) && run.stderr.contains("stands above the header"), "{run}");
}

#[test]
fn no_row_is_read_under_a_header_of_another_order() {
    let [a, b, ..] = ROWS;
    let swapped = HEADER.replace("CreditAmount,Status,BalanceAmount", "BalanceAmount,Status,CreditAmount");
    let turned = b.replace("350.75,Active,649.25", "649.25,Active,350.75");
    for (what, second) in [
        ("another order", format!("{swapped}\n{turned}")),
        ("a column more", format!("Note,{HEADER}\nx,{b}")),
        ("a column less", format!("{}\n{b}", HEADER.replace(",ExpiryDate", ""))),
    ] {
        let input = format!("{HEADER}\n{a}\n{second}\n");
        for line in ["summary --skip-invalid", "summary", "check", "inspect"] {
            let run = aco_on(line, input.as_bytes());
            let told =
                run.stderr.starts_with("error: <stdin>:3: a second header in another order, or of other columns,");
            assert!(run.code == Some(2) && run.stdout.is_empty() && told, "{what}: {line}: {run}");
        }
    }
    let renamed = HEADER.replace("PartnerID", "PartnerTenantId").replace("CustomerID", "CustomerTenantId");
    let run = aco_on("list -q", format!("{HEADER}\n{a}\n{renamed}\n{b}\n").as_bytes());
    assert_eq!((run.code, run.stdout.lines().count()), (Some(0), 3), "{run}");
    let invoice = fs::read_to_string("fixtures/invoice/2022-07.csv").unwrap();
    let (header, lines) = invoice.split_once('\n').unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("invoice.csv");
    let reconcile = |text: String| {
        fs::write(&path, text).unwrap();
        aco(&format!("reconcile fixtures/aco-balance.csv --skip-invalid -v --invoice {}", path.display()))
    };
    let plain = reconcile(invoice.clone());
    let (first, rest) = lines.split_once('\n').unwrap();
    let again = reconcile(format!("{header}\n{first}\n{header}\n{rest}"));
    assert_eq!((again.code, &again.stdout), (plain.code, &plain.stdout), "{again}");
    assert!(again.stderr.contains("invoice.csv:3: left out a line that repeats the header"), "{again}");
    let other: Vec<&str> = header.split(',').rev().collect();
    for other in [other.join(","), other[1..].join(",")] {
        let run = reconcile(format!("{invoice}{other}\n{first}\n"));
        assert!(run.code == Some(2) && run.stderr.contains(": a second header in another order"), "{run}");
    }
}

#[test]
fn a_stray_quote_swallows_nothing() {
    let [a, b, c, d] = ROWS;
    let named = |names: [&str; 4]| {
        let rows: Vec<String> = names.iter().zip(ROWS).map(|(name, row)| format!("{name},{row}")).collect();
        format!("CustomerName,{HEADER}\n{}\n", rows.join("\n"))
    };
    let noted = |notes: [&str; 4]| {
        let rows: Vec<String> = notes.iter().zip(ROWS).map(|(note, row)| format!("{row},{note}")).collect();
        format!("{HEADER},Note\n{}\n", rows.join("\n"))
    };
    let open = |row: &str| row.replace(",Active,", ",\"Active,");
    let close = |row: &str| row.replace(",Active,", ",Active\",");
    for (what, input, words) in [
        (
            "two names begin with one",
            named(["\"5 Disk", "Fab", "\"6 Disk", "X"]),
            "<stdin>:2: a quote is opened in this row and closed on line 4",
        ),
        (
            "text behind a quote",
            named(["\"Con\"toso", "x", "y", "z"]),
            "<stdin>:2: a quote is opened in this row and closed on line 2",
        ),
        ("an inch", named(["\"5\" disk\"", "x", "y", "z"]), "<stdin>:2:"),
        (
            "in one status and out of the next",
            file(&[&open(a), &close(b), c, d]),
            "<stdin>:2: a quote is opened in this row and closed on line 3",
        ),
        ("in a status and out two rows on", file(&[&open(a), b, &close(c), d]), "closed on line 4"),
        (
            "in a credit's name",
            file(&[&a.replace(",ACO,", ",\"ACO,"), &b.replace(",ACO,", ",ACO\","), c, d]),
            "<stdin>:2:",
        ),
        ("a name that holds the next rows", named(["\"Contoso", "b", "c\"", "d"]), "<stdin>:2:"),
        (
            "in one id and out of the next",
            file(&[&format!("\"{a}"), &b.replacen(",0b", "\",0b", 1), c, d]),
            "<stdin>:2:",
        ),
        ("a status of two lines", file(&[&a.replace("Active", "\"Act\nive\""), b, c, d]), "closed on line 3"),
        ("a credit's name of two", file(&[a, b, &c.replace("ACO", "\"ACO\r\nnew\""), d]), "<stdin>:4:"),
        ("a currency with a line end", file(&[a, b, c, &d.replace("EUR", "\"EUR\n\"")]), "<stdin>:5:"),
        ("an amount of two", file(&[&a.replace("100.50", "\"100\r.50\""), b, c, d]), "<stdin>:2:"),
        ("a day of two", file(&[&a.replace(",2022-06-01", ",\"2022-\n06-01\""), b, c, d]), "<stdin>:2:"),
        ("a note that holds a row", noted(["\"see", "x", "y\"", "z"]), "<stdin>:2:"),
        (
            "the last name of the header",
            noted(["x", "y\"", "z", "w"]).replacen(",Note", ",\"Note", 1),
            "<stdin>:1: a quote is opened in this line and holds line 2, which has the cells of a record",
        ),
        (
            "the last name of a header, and lines that end in CR",
            noted(["x", "y\"", "z", "w"]).replacen(",Note", ",\"Note", 1).replace('\n', "\r"),
            "<stdin>:1: a quote is opened in this line and holds line 2",
        ),
        ("a title", format!("\"Report\n{HEADER}\n{a}\n{b}\n\"\n{}", file(&[c, d])), "<stdin>:1: a quote"),
        (
            "a quote that is never closed",
            file(&[a, &open(b), c, d]),
            "<stdin>:3: a quote is opened in this row and never closed",
        ),
    ] {
        refused(what, &input, words);
        let run = aco_on("summary -f csv --as-of 2022-09-15 --skip-invalid", input.as_bytes());
        assert_eq!(run.code, Some(2), "{what}\n{run}");
    }
    for (what, input) in [
        (
            "quotes about all",
            plain().replace(',', "\",\"").replace('\n', "\"\n\"").trim_end_matches('"').replacen(
                "PartnerID",
                "\"PartnerID",
                1,
            ),
        ),
        ("doubled quotes", named(["\"Contoso \"\"North\"\"\"", "x", "y", "z"])),
        ("an inch within", named(["5\" disk", "x", "y \"z\"", "z"])),
        ("a name of two lines", named(["\"Contoso\nNorth, and South\"", "x", "y", "z"])),
        ("an address behind a name", noted(["\"a, b\",\"c\nd\",e", "x,,", "y,,", "z,,"]).replacen("Note", "A,B,C", 1)),
        ("a title of two lines with figures", format!("\"Report\nof 2022-01, 2022-12, 1,234.00, 2, 3\"\n{}", plain())),
        ("a note of three", noted(["\"see\r\nbelow, or\r\nabove\"", "x", "y", "z"])),
        ("blanks behind a quote", named(["\"Contoso\" ", "x", "y", "z"])),
    ] {
        read_as_plain(what, input);
    }
}

#[test]
fn a_line_that_begins_with_a_hash_is_none_to_pass_over() {
    let [a, b, c, d] = ROWS;
    let status_first = |rows: &[String]| format!("Status,{}\n{}\n", HEADER.replace(",Status", ""), rows.join("\n"));
    let turned = |row: &str| format!("Active,{}", row.replace(",Active", ""));
    let [one, two, three, four] = ROWS.map(turned);
    for (what, input, place) in [
        ("an id", file(&[a, &format!("#{b}"), c, d]), "<stdin>:3:"),
        ("behind a blank", file(&[a, b, c, &format!(" #{d}")]), "<stdin>:5:"),
        ("with a blank", file(&[a, b, c, &format!("# {d}")]), "<stdin>:5:"),
        ("the first", file(&[&format!("#{a}"), b, c, d]), "<stdin>:2:"),
        ("a word", status_first(&[one.clone(), format!("#{two}"), three.clone(), four.clone()]), "<stdin>:3:"),
        ("quoted cells", file(&[a, &format!("#\"{}\"", b.replace(',', "\",\"")), c, d]), "<stdin>:3:"),
        ("a text", file(&[a, b, "#,these,were,taken,out,,,,,,", c, d]), "<stdin>:4:"),
    ] {
        refused(what, input, &format!("{place} expected a record: this line begins with `#`"));
    }
    read_as_plain("within a cell", plain().replace(",ACO,", ",#1 ACO,"));
    read_as_plain("of all rows", status_first(&[one, two, three, four].map(|row| format!("#{row}"))));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("invoice.csv");
    let text = fs::read_to_string("fixtures/invoice/2022-07.csv").unwrap();
    let lines: Vec<&str> = text.lines().collect();
    fs::write(&path, text.replacen(lines[3], &format!("#{}", lines[3]), 1)).unwrap();
    let run = aco(&format!("reconcile fixtures/aco-balance.csv --invoice {}", path.display()));
    assert!(run.code == Some(2) && run.stderr.contains("invoice.csv:4: expected a record"), "{run}");
}

#[test]
fn a_stray_quote_swallows_no_line_of_an_invoice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("invoice.csv");
    let header = "PartnerId,CustomerId,CustomerName,InvoiceNumber,ChargeType,Subtotal,Currency,ChargeStartDate,CreditReasonCode,Note";
    let lines = ["1,Contoso", "2,Contoso", "3,Fabrikam"].map(|line| {
        let (amount, name) = line.split_once(',').unwrap();
        format!("p,c,{name},G1,customerCredit,-{amount}.00,USD,2022-07-01,Azure Credit,")
    });
    let reconcile = |lines: &[String]| {
        fs::write(&path, format!("{header}\n{}\n", lines.join("\n"))).unwrap();
        let report = "p,c,2022-07,ACO,6.00,Active,0.00,USD,a,2022-07-01,2023-05-31";
        fs::write(folder.path().join("report.csv"), file(&[report])).unwrap();
        let report = folder.path().join("report.csv");
        aco(&format!("reconcile {} --as-of 2022-09-15 -q -f csv --invoice {}", report.display(), path.display()))
    };
    let [one, two, three] = lines;
    for (what, lines, place) in [
        (
            "two names begin with one",
            [one.replace("Contoso", "\"Contoso"), two.clone(), three.replace("Fabrikam", "Fabrikam\"")],
            2,
        ),
        ("a note holds a line", [format!("{one}\"see"), two.clone(), format!("{three}\"")], 2),
        (
            "in one reason and out of the next",
            [one.clone(), two.replace("Azure", "\"Azure"), three.replace("Credit,", "Credit\",")],
            3,
        ),
        ("a number of two lines", [one.replace("G1", "\"G\n1\""), two.clone(), three.clone()], 2),
        ("an amount of two", [one.clone(), two.clone(), three.replace("-3.00", "\"-3\n.00\"")], 4),
        ("text behind a quote", [one.clone(), two.replace("Contoso", "\"Con\"toso"), three.clone()], 3),
    ] {
        let run = reconcile(&lines);
        let said = format!("invoice.csv:{place}: a quote is opened in this row and closed on line ");
        assert!(run.code == Some(2) && run.stderr.contains(&said), "{what}\n{run}");
    }
    for (what, lines) in [
        ("as it is", [one.clone(), two.clone(), three.clone()]),
        ("a name of two lines", [one.replace("Contoso", "\"Contoso\nNorth, South\""), two.clone(), three.clone()]),
        ("a note of three", [one.clone(), format!("{two}\"see\r\nbelow,\r\nabove\""), three.clone()]),
    ] {
        let run = reconcile(&lines);
        assert!(run.code == Some(0) && run.stdout.contains(",6.00,6.00,0.00,matched,3"), "{what}\n{run}");
    }
}

#[test]
fn a_stray_quote_swallows_no_name() {
    let folder = tempfile::tempdir().unwrap();
    let names = folder.path().join("names.csv");
    let [one, two] = ["0001", "0002"].map(|id| format!("0b61c8d4-{id}-4c8e-9d0f-6e1b7a20c4f9"));
    let given = |text: &str| {
        fs::write(&names, text).unwrap();
        aco_on(&format!("given -f csv -q --as-of 2022-09-15 --names {}", names.display()), plain().as_bytes())
    };
    for (text, place) in [
        (format!("CustomerId,CustomerName\n{one},\"Contoso\n{two},Fabrikam\"\n"), "names.csv:2:"),
        (format!("CustomerName,CustomerId\n\"Contoso,{one}\nFabrikam\",{two}\n"), "names.csv:2:"),
        (format!("Kunde;Nummer\nFabrikam;{two}\n\"Contoso;{one}\nFabrikam\";{two}\n"), "names.csv:3:"),
        (format!("CustomerId,Note,CustomerName\n{one},\"a,Contoso\n{two},b\",Fabrikam\n"), "names.csv:2:"),
        (format!("CustomerId,CustomerName\n\"{one}\n\",Contoso\n"), "names.csv:2:"),
    ] {
        let run = given(&text);
        assert!(run.code == Some(2) && run.stderr.contains(place) && run.stderr.contains("a quote"), "{text}\n{run}");
    }
    let above = given(&format!("{one},Contoso\n{two},Fabrikam\nCustomerId,CustomerName\n"));
    assert!(above.code == Some(2) && above.stderr.contains("stands above the header (line 3)"), "{above}");
    let tenant = given(&format!("Tenant,{two}\n\nCustomerId,CustomerName\n{one},Contoso\n"));
    assert!(tenant.code == Some(0) && tenant.stdout.contains(",Contoso,"), "{tenant}");
    let run = given(&format!("CustomerId,CustomerName\n{one},\"Contoso\nNorth\"\n{two},Fabrikam\n"));
    assert!(
        run.code == Some(0) && run.stdout.contains(",\"Contoso\nNorth\",") && run.stdout.contains(",Fabrikam,"),
        "{run}"
    );
}
