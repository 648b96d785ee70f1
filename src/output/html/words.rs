//! Columns in the words of people who do not know the commands.

use crate::output::sheet;

/// Names that say more in other words than their own.
const WORDS: [(&str, &str); 21] = [
    ("CustomerID", "Customer"),
    ("CurrencyCode", "Currency"),
    ("InvoiceMonth", "Month"),
    ("CreditGiven", "Credit given"),
    ("PreviousCreditGiven", "Month before"),
    ("OpeningAmount", "Used before the report"),
    ("CreditAmount", "Used"),
    ("BalanceAmount", "Balance"),
    ("CreditLimit", "Limit"),
    ("EndsOn", "Ends on"),
    ("ExpiryDate", "Ends on"),
    ("DaysLeft", "Days left"),
    ("MonthlyUse", "Use a month"),
    ("RunOutMonth", "Used up in"),
    ("ProjectedUnused", "Likely unused"),
    ("CreditApplied", "Invoiced"),
    ("Lines", "Invoice lines"),
    ("Line", "Line"),
    ("InvoiceNumber", "Invoice"),
    ("Message", "What was found"),
    ("Severity", "Weight"),
];

/// A column's heading.
pub(super) fn heading(name: &str) -> String {
    if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == name) {
        return (*words).to_owned();
    }
    let mut words = sheet::words(name);
    for word in words.iter_mut().skip(1).filter(|word| word.chars().nth(1).is_some_and(char::is_lowercase)) {
        *word = word.to_lowercase();
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::heading;

    #[test]
    fn columns_are_headed_by_words() {
        assert_eq!(heading("CreditGiven"), "Credit given");
        assert_eq!(heading("SomeOtherID"), "Some other ID");
    }
}
