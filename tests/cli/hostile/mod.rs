//! Text that would act on whatever shows it: in every text column of every file, in names of files, in arguments.

mod markup;
mod messages;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::context::{HEADER, Run, program};

/// What a cell may hold. `INJECTED` stands where a new line would begin.
const TEXTS: [&str; 37] = [
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;title\u{7}x",
    "\u{1b}]8;;http://evil.example\u{1b}\\link\u{1b}]8;;\u{1b}\\x",
    "\u{9b}2J\u{9d}0;x\u{9c}x",
    "a\u{8}\u{7f}\u{1}\u{e}b",
    "a\u{202e}fdp.exe",
    "a\u{2066}x\u{2069}\u{200f}y",
    "zero\u{200b}\u{200c}\u{200d}\u{feff}\u{2060}\u{ad}width",
    "tag\u{e0041}\u{fe0f}s\u{3164}x",
    "line\u{b}INJECTED\u{c}INJECTED",
    "line\u{85}INJECTED",
    "line\u{2028}INJECTED\u{2029}x",
    "tab\tstop",
    "a|b|c",
    "a\\|b\\",
    "[x](http://evil.example)",
    "![x](http://evil.example/x.png)",
    "[x]: http://evil.example",
    "see http://evil.example/a and www.evil.example",
    "see HTTPS://evil.example/a or <ftp://evil.example>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onfocus='alert(1)",
    "</td></table></title></svg><b>x",
    "<!-- --><a href=http://evil.example>x",
    "&lt;b&gt;&#60;&amp;",
    "`code` **bold** __bold__ ~~gone~~ $x$ ^y^ :tada:",
    "# heading --- ***",
    "{{7*7}} {% include \"x\" %}",
    "javascript:alert(1)",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=HYPERLINK(\"http://evil.example\")",
    "%s%n",
];

/// What names alone may hold: several lines.
const LINES: [&str; 3] = ["line\nINJECTED", "line\r\nINJECTED", "line\rINJECTED"];

/// Every command that shows cells.
const COMMANDS: [&str; 19] = [
    "summary BALANCE",
    "summary BALANCE --by customer,agreement,partner,status --names NAMES",
    "given BALANCE",
    "given BALANCE --names NAMES",
    "balance BALANCE --names NAMES",
    "list BALANCE --names NAMES",
    "expiring BALANCE --names NAMES --as-of 2022-03-01 --within all",
    "check BALANCE --names NAMES --as-of 2022-03-10",
    "check BALANCE ODD --accept ACCEPTED --as-of 2022-03-10",
    "inspect BALANCE ODD ARCHIVE",
    "inspect BALANCE ODD ARCHIVE --detail",
    "diff BALANCE RESTATED --names NAMES",
    "diff RESTATED BALANCE",
    "reconcile BALANCE --invoice INVOICE",
    "reconcile BALANCE --invoice INVOICE --lines",
    "reconcile BALANCE --invoice INVOICE --show-other",
    "reconcile BALANCE --invoice INVOICE --findings --names NAMES",
    "reconcile BALANCE --invoice USAGE INVOICE COPY",
    "summary BALANCE ODD --skip-invalid --chart",
];

/// Files whose text columns hold all of that.
struct Books {
    folder: tempfile::TempDir,
}

impl Books {
    fn new() -> Self {
        let books = Self { folder: tempfile::tempdir().unwrap() };
        let mut balance = vec![HEADER.to_owned()];
        let mut active = Vec::new();
        let mut restated = vec![HEADER.to_owned()];
        let mut names = vec!["CustomerId,CustomerName\n".to_owned()];
        let mut accepted = vec!["Check,CustomerID,AgreementID,InvoiceMonth,Reason\n".to_owned()];
        let mut usage = vec![format!("{USAGE_HEADER}\n")];
        let mut invoice = vec![format!("{INVOICE_HEADER}\n")];
        for (at, text) in TEXTS.iter().enumerate() {
            let cell = quoted(text);
            let name = quoted(&format!("{text}{}", LINES[at % LINES.len()]));
            let row = |month: &str, amount: usize| {
                format!("{cell},{cell},{month},{cell},{amount}.00,{cell},5.00,USD,{cell},1/1/2022,12/31/2022\n")
            };
            balance.extend([row("2022-01", at), row("2022-02", at + 1)]);
            active.push(format!("{cell},{cell},2022-01,ACO,{at}.00,Active,5.00,EUR,{cell},1/1/2022,3/31/2022\n"));
            let status = quoted(&format!("{text}2"));
            restated.push(row("2022-01", at).replace(&format!(",{cell},5.00"), &format!(",{status},6.00")));
            restated.push(row("2022-02", at + 1));
            // The second name makes a note of the first.
            names.push(format!("{cell},{name}\n{cell},{cell}\n"));
            accepted.push(format!("unknown-status,{cell},{cell},2022-02,{cell}\nforfeited,{cell},{cell},,{cell}\n"));
            let other = quoted(&format!("{text}0"));
            usage.push(format!("{cell},{cell},-1.00,USD,1/1/2022,{cell}\n{cell},{other},0.00,USD,1/1/2022,\n"));
            for reason in ["Azure Credit", text] {
                let reason = quoted(reason);
                invoice.push(format!(
                    "{cell},{cell},{name},{cell},1/1/2022,{cell},{cell},{cell},{name},customerCredit,-1.00,USD,{cell},\
                     {cell},1/1/2022,1/31/2022,1,1,USD,1,{cell},{reason}\n"
                ));
                // A credit line with the wrong sign, and without its charge.
                invoice.push(format!(
                    "{cell},{cell},{name},{cell},1/1/2022,{cell},{cell},{cell},{name},customerCredit,1.00,USD,{cell},\
                     {cell},1/1/2022,1/31/2022,1,1,USD,1,{cell},{reason}\n"
                ));
            }
        }
        for (name, text) in [
            ("BALANCE", [balance, active].concat()),
            ("RESTATED", restated),
            ("NAMES", names),
            ("ACCEPTED", accepted),
            ("COPY", invoice.clone()),
            ("USAGE", usage),
            ("INVOICE", invoice),
            ("ODD", vec![odd()]),
        ] {
            fs::write(books.path(name), text.concat()).unwrap();
        }
        fs::write(books.path("ARCHIVE"), archive()).unwrap();
        books
    }

    /// A file, whose name is hostile too.
    fn path(&self, name: &str) -> PathBuf {
        let odd = if cfg!(unix) { "\u{1b}[1m\u{202e}\nINJECTED|<b>" } else { "" };
        self.folder.path().join(format!("{name}{odd}"))
    }

    /// The program with the arguments of a line in which files stand by name.
    fn command(&self, line: &str) -> Command {
        let mut program = program();
        for word in line.split(' ') {
            let is_file = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase());
            if is_file {
                program.arg(self.path(word))
            } else {
                program.arg(word)
            };
        }
        program
    }

    fn run(&self, line: &str) -> Run {
        Run::of(self.command(line).output().unwrap())
    }
}

const INVOICE_HEADER: &str = "PartnerId,CustomerId,CustomerName,InvoiceNumber,OrderDate,ProductId,SkuId,AvailabilityId,\
    ProductName,ChargeType,Subtotal,Currency,PriceAdjustmentDescription,SubscriptionId,ChargeStartDate,ChargeEndDate,\
    EffectiveUnitPrice,BillableQuantity,PricingCurrency,PCToBCExchangeRate,MeterDescription,CreditReasonCode";

const USAGE_HEADER: &str = "CustomerId,InvoiceNumber,BillingPreTaxTotal,BillingCurrency,ChargeStartDate,CreditType";

/// A report with columns of hostile names, totals, rows that cannot be read, and a last row that breaks off.
fn odd() -> String {
    let mut text = vec![HEADER.trim_end().to_owned()];
    for header in TEXTS {
        text.push(format!(",{}", quoted(header)));
    }
    text.push("\n".to_owned());
    let blank = ",".repeat(TEXTS.len());
    for cell in TEXTS {
        let cell = quoted(cell);
        text.push(format!("p,c,2022-01,ACO,{cell},Active,5.00,USD,a,{cell},12/31/2022{blank}\n"));
        text.push(format!("p,c,{cell},ACO,1.00,Active,5.00,{cell},a,1/1/2022,{cell}{blank}\n"));
    }
    text.push(format!("p,c,2022-01,ACO,1.00,Active,5.00,USD,a,1/1/2022,12/31/2022{blank}x\u{1b}[1m"));
    text.concat()
}

/// A zip archive of one report with a hostile name.
fn archive() -> Vec<u8> {
    use std::io::{Cursor, Write};
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let name = "a\u{1b}[31m\n\u{202e}INJECTED|<b>.csv";
    zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(HEADER.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

/// A cell of CSV.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Fails if text that a person is shown could act, hide or pretend to be a line of its own.
fn assert_tame(text: &str, context: &dyn std::fmt::Display) {
    let known = |c: char| TEXTS.iter().any(|text| text.contains(c)) && !c.is_ascii() && !c.is_alphanumeric();
    let acts = |c: &char| *c != '\n' && (c.is_control() || known(*c) || aco::model::is_hidden(*c));
    if let Some(c) = text.chars().find(acts) {
        panic!("{context}: {c:?} in\n{text:?}");
    }
    let pretender = text.lines().find(|line| line.trim_start().starts_with("INJECTED"));
    assert!(pretender.is_none(), "{context}: {pretender:?} in\n{text}");
}

/// A folder's path as it is shown.
#[cfg(unix)]
fn shown(path: &std::path::Path) -> String {
    aco::model::VisiblePath(path).to_string()
}
