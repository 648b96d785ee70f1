//! Journals of plain-text accounting: an entry for each booking, for hledger and Beancount.
//!
//! Invariant: an entry balances to the last digit, and no text of a file acts as anything but text in it.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::model::{Currency, Id, Span, Visible};

use super::table::{Cell, Table};

/// The accounts of a booking's two sides: columns of the table that becomes a journal.
pub const ACCOUNTS: [&str; 2] = ["AccountGiven", "AccountCredit"];

/// The programs that journals are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journal {
    Hledger,
    Beancount,
}

pub(super) fn write(table: &Table<'_>, journal: Journal, out: &mut dyn Write) -> io::Result<()> {
    let find = |name| table.columns.iter().position(|column| column.name == name);
    let mut is_first = true;
    table.each(&mut |cells| {
        if std::mem::take(&mut is_first) {
            let directive = match journal {
                Journal::Hledger => "decimal-mark .",
                // Opens the accounts where the file stands alone; in one that is included it does nothing.
                Journal::Beancount => "plugin \"beancount.plugins.auto_accounts\"",
            };
            writeln!(out, "{directive}")?;
        }
        let cell = |name| find(name).map_or(Cell::Empty, |at| cells[at]);
        let text = |name| match cell(name) {
            Cell::Text(text) => text,
            _ => "",
        };
        let (Cell::Date(day), Cell::Span(Span::Month(month), _), Cell::Amount(amount), Some(currency)) =
            (cell("BookedOn"), cell("InvoiceMonth"), cell("Amount"), table.currency_of(cells))
        else {
            return Err(io::Error::other("a journal is of bookings"));
        };
        let customer = text("CustomerID");
        let payee = Some(text("CustomerName")).filter(|name| !name.is_empty()).unwrap_or(customer);
        let what = if text("Kind") == "given" { "Azure credit given" } else { "Azure credit corrected" };
        let tags = [("customer", customer), ("agreement", text("AgreementID")), ("credit", text("CreditName"))];
        match journal {
            Journal::Hledger => {
                writeln!(out, "\n{day} * ({month}) {} | {what}", escaped(payee, ";|"))?;
                for (name, value) in tags {
                    writeln!(out, "    ; {name}: {}", escaped(value, ",:[];"))?;
                }
            }
            Journal::Beancount => {
                writeln!(out, "\n{day} * \"{}\" \"{what} in {month}\"", quoted(payee))?;
                for (name, value) in tags {
                    writeln!(out, "    {name}: \"{}\"", quoted(value))?;
                }
            }
        }
        for (account, amount) in ACCOUNTS.into_iter().zip([amount, -amount]) {
            writeln!(out, "    {}  {amount} {currency}", text(account))?;
        }
        Ok(())
    })
}

/// Text on one line, without some characters that would act.
fn escaped(text: &str, acting: &str) -> String {
    let mut escaped = String::new();
    for c in Visible(text).to_string().chars() {
        if acting.contains(c) { escaped.extend(c.escape_unicode()) } else { escaped.push(c) }
    }
    escaped
}

fn quoted(text: &str) -> String {
    Visible(text).to_string().replace('\\', "\\\\").replace('"', "\\\"")
}

/// The account that a template names; `None` if the journal's program would not take it for one.
pub fn account(template: &str, customer: &Id, currency: Currency, journal: Journal) -> Option<String> {
    let account = template.replace("{customer}", &component(customer)).replace("{currency}", currency.as_str());
    let mut parts = account.split(':');
    let is_account = match journal {
        Journal::Beancount => {
            let is_part = |part: &str| {
                part.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
                    && part.chars().all(|c| c.is_alphanumeric() || c == '-')
            };
            account.contains(':') && parts.all(is_part)
        }
        Journal::Hledger => {
            let is_part = |part: &str| !part.is_empty() && part.trim() == part;
            let acts = |c: char| c.is_control() || "{};\"".contains(c);
            parts.all(is_part)
                && account.starts_with(char::is_alphanumeric)
                && !account.contains("  ")
                && !account.contains(acts)
        }
    };
    is_account.then_some(account)
}

/// An id as a part of an account, which begins with a capital or a digit and has letters, digits and `-`.
fn component(id: &Id) -> String {
    let mut part = String::new();
    for c in id.as_str().chars() {
        if c.is_ascii_alphanumeric() || c == '-' {
            part.push(c);
        } else {
            let _ = write!(part, "-{:x}-", u32::from(c));
        }
    }
    if id.is_guid() {
        part[..1].make_ascii_uppercase();
    } else if !part.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()) {
        part.insert_str(0, "X-");
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_hold_any_id() {
        let usd = Currency::parse("USD").unwrap();
        let named = |id: &str, journal| account("Assets:{customer}:{currency}", &Id::parse(id).unwrap(), usd, journal);
        for journal in [Journal::Hledger, Journal::Beancount] {
            for (id, part) in [
                ("c3b75e92-93c4-4d58-8a17-5e2c90d7b341", "C3b75e92-93c4-4d58-8a17-5e2c90d7b341"),
                ("Contoso", "Contoso"),
                ("contoso", "X-contoso"),
                ("Kunde \"9\"", "Kunde-20--22-9-22-"),
                ("é:;", "X--e9--3a--3b-"),
            ] {
                assert_eq!(named(id, journal).unwrap(), format!("Assets:{part}:USD"));
            }
        }
    }

    #[test]
    fn what_is_no_account_is_refused() {
        let usd = Currency::parse("USD").unwrap();
        let takes = |template, journal| account(template, &Id::parse("A").unwrap(), usd, journal).is_some();
        for template in ["", "a  b", "a:", "a; b", "(a)", "a\nb", "a:{name}", " a"] {
            assert!(!takes(template, Journal::Hledger) && !takes(template, Journal::Beancount), "{template}");
        }
        for template in ["expenses:azure credit", "expenses", "Ausgaben:azure"] {
            assert!(takes(template, Journal::Hledger) && !takes(template, Journal::Beancount), "{template}");
        }
        assert!(takes("Aufwände:Azure-1:{currency}", Journal::Beancount));
    }
}
