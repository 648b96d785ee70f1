//! A column: its name and what people read above it, its kind, what becomes of it in a narrow terminal, and whether it
//! adds up.

/// What a column holds; every cell of it is of this kind, empty, or a text that says why it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An id: tables may shorten it to a unique prefix.
    Id,
    /// A short text: a name, a word, a code.
    Text,
    /// A word that is typed as it stands, such as the name of a check: it is never cut, and broken last.
    Code,
    /// A value of whatever kind the row says, as text.
    Value,
    /// A sentence, which a narrow terminal breaks into lines.
    Prose,
    Currency,
    Month,
    Quarter,
    Year,
    Date,
    /// Money, in the currency of the row.
    Amount,
    Count,
    Percent,
}

impl Kind {
    /// Whether a column can hold the word that labels a row of totals.
    pub(super) fn holds_words(self) -> bool {
        !self.is_number() && self != Self::Date
    }

    /// Whether its cells may be money, which nobody can read without its currency.
    pub(super) fn is_money(self) -> bool {
        matches!(self, Self::Amount | Self::Value)
    }

    /// Whether its cells are numbers, which stand to the right.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Amount | Self::Count | Self::Percent)
    }
}

/// How much a column matters where a terminal is too narrow for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// First to go.
    Context,
    /// Next to go.
    Detail,
    /// Last to go.
    Answer,
    /// Goes when names are cut already: what it tells, others tell too.
    Beside,
    /// Goes when nothing else is left: identifies the row.
    Key,
    /// Dropped last: what the table is asked for.
    Asked,
}

/// All that formats know of a column.
#[expect(clippy::struct_excessive_bools, reason = "each is asked by another format")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub priority: Priority,
    /// Whether its total is the sum of its rows.
    pub adds_up: bool,
    /// Whether tables for people leave it out because they show it in another way.
    pub machine_only: bool,
    /// Whether tables for people leave it out where no row counts more than one.
    pub dull_if_one: bool,
    /// What stands above it in tables for people, where that is not what stands above others of the name.
    pub headed: Option<&'static str>,
    /// Whether, of columns that weigh the same, it goes before those to its right: of periods the newest stay.
    pub newest_stay: bool,
    /// Its words in their order, the gravest last, where that is not the alphabet's.
    pub in_order: &'static [&'static str],
    /// The column that tells people the same, where it tells all rows apart as well: a name beside an id.
    pub implied_by: Option<&'static str>,
}

impl Column {
    /// A column that every format shows and that does not add up.
    pub const fn new(name: &'static str, kind: Kind, priority: Priority) -> Self {
        Self {
            name,
            kind,
            priority,
            adds_up: false,
            machine_only: false,
            dull_if_one: false,
            headed: None,
            newest_stay: false,
            in_order: &[],
            implied_by: None,
        }
    }

    /// The same column of rows in which it adds up, or does not.
    #[must_use]
    pub const fn adds_up(mut self, adds_up: bool) -> Self {
        self.adds_up = adds_up;
        self
    }

    /// The same column with another priority.
    #[must_use]
    pub const fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// What stands above it in tables for people.
    pub fn heading(&self) -> String {
        self.headed.map_or_else(|| heading(self.name), str::to_owned)
    }

    /// The same column, left out of tables for people.
    #[must_use]
    pub const fn machine_only(mut self) -> Self {
        self.machine_only = true;
        self
    }
}

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
