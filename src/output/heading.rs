//! What people read above a column; programs read its name.

/// Columns whose names say more to people in other words.
const WORDS: [(&str, &str); 27] = [
    ("AgreementID", "Agreement"),
    ("BalanceAmount", "Left"),
    ("BalanceBefore", "Left before"),
    ("CreditAmount", "Used so far"),
    ("CreditApplied", "Invoiced"),
    ("CreditGiven", "Given"),
    ("CreditLimit", "Limit"),
    ("CreditName", "Credit"),
    ("CurrencyCode", "Currency"),
    ("CustomerID", "Customer ID"),
    ("CustomerName", "Customer"),
    ("EffectiveDate", "Begins"),
    ("ExpiryDate", "Ends"),
    ("Forfeited", "Lost"),
    ("InvoiceMonth", "Month"),
    ("InvoiceNumber", "Invoice"),
    ("Lines", "Invoice lines"),
    ("Message", "What was found"),
    ("MonthlyUse", "Use a month"),
    ("OpeningAmount", "Used before the report"),
    ("PartnerID", "Partner"),
    ("PreviousCreditAmount", "Used until then"),
    ("PreviousCreditGiven", "Month before"),
    ("ProjectedUnused", "Will be lost"),
    ("RunOutMonth", "Used up in"),
    ("SpanMonths", "Months covered"),
    ("UsedPercent", "Used %"),
];

/// What stands above a column in tables for people.
pub(super) fn heading(name: &str) -> String {
    if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == name) {
        return (*words).to_owned();
    }
    let mut words = words_of(name);
    for word in words.iter_mut().skip(1).filter(|word| word.chars().nth(1).is_some_and(char::is_lowercase)) {
        *word = word.to_lowercase();
    }
    words.join(" ")
}

/// The words of a name in camel case, an abbreviation being one.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    for c in name.chars() {
        match words.last_mut() {
            Some(word) if !(c.is_uppercase() && was_lower) => word.push(c),
            _ => words.push(c.to_string()),
        }
        was_lower = c.is_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::heading;

    #[test]
    fn columns_are_headed_by_words() {
        assert_eq!(heading("CreditGiven"), "Given");
        assert_eq!(heading("NextPartnerID"), "Next partner ID");
        assert_eq!(heading("CostCentre"), "Cost centre");
    }
}
