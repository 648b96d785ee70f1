//! Lists of names and of accepted findings that are broken.

use super::Expect::{File, Fine, Line, Said};
use super::{Case, Role, fixture, run};

fn names() -> Vec<Case> {
    let text = fixture("customers.csv");
    let case = |name: &str, bytes: &[u8], expect| Case::new(Role::Names, name, bytes, expect);
    vec![
        case("no names", b"", File),
        case("names without a header", b"0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,Contoso Ltd\n", File),
        case("names without ids", b"CustomerName,Country\nContoso,DE\n", File),
        case("ids under a name that is not known", b"x;y\n0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341;Contoso\n", Fine),
        case("ids of which many columns may hold names", b"a,b,c\n0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,x,y\n", File),
        case(
            "two columns of ids",
            b"a,b\n0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,7c1d9b52-4e0a-4c7e-9f3b-2a6d58e41c07\n",
            File,
        ),
        case("ids without names", b"CustomerId,Country\nc,DE\n", File),
        case("names of NULs", &[0; 4096], File),
        case("a NUL in a name", b"CustomerId,CustomerName\nc,Con\0toso\n", File),
        case("a name in no encoding", b"CustomerId,CustomerName\nc,Con\x81toso\n", File),
        case("an open quote in a name", b"CustomerId,CustomerName\na,A\nb,\"B\nc,C\n", Line(3)),
        case("an open quote in the header", b"CustomerId,\"CustomerName\nc,C\n", File),
        case("the header of names only", b"CustomerId,CustomerName\n", Fine),
        case("names with short rows", b"CustomerId,CustomerName\nc\n\n,\n", Fine),
        case("names in Windows-1252", b"CustomerId,CustomerName\n,none\nc,M\xfcller\n", Fine),
        case("names cut off", &text[..text.len() / 2], Fine),
        case(
            "one customer with two names",
            b"CustomerId,CustomerName\n0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,A\n0b6e2f1a-93c4-4d58-8a17-5e2c90d7b341,B\n",
            Said("is `B` after `A`"),
        ),
        case("the start of a zip for names", b"PK\x03\x04", File),
        case("the start of a gzip for names", b"\x1f\x8b\x08\0", File),
    ]
}

fn acceptances() -> Vec<Case> {
    let case = |name: &str, lines: &str, expect| {
        let text = format!("Check,CustomerID,AgreementID,InvoiceMonth,Reason\n{lines}");
        Case::new(Role::Accept, name, text, expect)
    };
    let whole = |name: &str, bytes: &[u8], expect| Case::new(Role::Accept, name, bytes, expect);
    vec![
        case("a check that there is not", "credit-increased,*,*,*,x\n", Line(2)),
        case("a check in capitals", "*,*,*,*,x\nForfeited,*,*,*,x\n", Line(3)),
        case("no check", ",*,*,*,x\n", Line(2)),
        case("an open quote in a check", "*,*,*,*,x\n\"forfeited,*,*,*,x\n", Line(3)),
        case(
            "a finding that is gone",
            "forfeited,*,*,*,x\n",
            Said("no finding of `forfeited` is what this line accepts"),
        ),
        case("a month that is none", "forfeited,*,*,2022-13,x\n", Line(2)),
        case("a month in words", "*,*,*,*,x\nforfeited,*,*,May 2022,x\n", Said("no finding of `forfeited` is what")),
        case("an acceptance cut off", "forfeited,c", Line(2)),
        case("zeros behind the acceptances", "\0\0\0", Fine),
        case("a header that stands twice", "Check,CustomerID,AgreementID,InvoiceMonth,Reason\n", Line(2)),
        whole("no column of checks", b"Chek,CustomerID\nforfeited,*\n", File),
        whole("a column of checks twice", b"Check,check\nforfeited,*\n", Line(1)),
        whole("reasons as Excel saves them", b"Check;CustomerID;Reason\nforfeited;*;gepr\xfcft\n", Fine),
        whole("a header in Windows-1252", b"Check,Begr\xfcndung\nforfeited,x\n", Fine),
        whole("acceptances in UTF-16", b"\xff\xfeC\0h\0e\0c\0k\0\n\0f\0\n\0", File),
        whole("acceptances with semicolons", b"check;customerid;agreementid;invoicemonth\n*;*;*;*\n", Fine),
        whole("a check that there is not, with semicolons", b"Check;CustomerID\nx;*\n", Line(2)),
        whole("a report for acceptances", &fixture("documented-example.csv"), File),
        whole("a packed list of acceptances", b"\x1f\x8b\x08\0\0\0\0\0", File),
    ]
}

pub(super) fn cases() -> Vec<Case> {
    [names(), acceptances()].into_iter().flatten().collect()
}

#[test]
fn a_broken_list_is_refused() {
    run(&cases());
}
