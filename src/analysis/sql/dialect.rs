//! What engines write in different words.

/// The engine that a query is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    DuckDb,
    /// Spark SQL, also that of Fabric and Databricks.
    Spark,
}

use Dialect::{DuckDb, Spark};

/// A day as Microsoft writes it, or in the order of ISO 8601. What an engine reads as well, such as a year of two digits
/// as one of the first century, is left out.
const DAY: &str = "([0-9]{1,2}/[0-9]{1,2}/(0001|[1-9][0-9]{3})|(0001|[1-9][0-9]{3})-[0-9]{1,2}-[0-9]{1,2})";

/// The first day of year 1, and the day 0 of spreadsheets.
const NO_DAY: &str = "(0?1/0?1/0001|0001-0?1-0?1|12/30/1899|1899-12-30)";

/// The first or the last moment of a day: any other may be the midnight of another zone, where it is another day.
const MOMENT: &str =
    "([ T](0?0:00(:00([.]0+)?)?|12:00(:00)? AM|23:59:59([.][0-9]+)?|11:59(:59)? PM)( ?(Z|[+-][0-9:]+))?)?";

/// A month, as in 2022-07.
const MONTH: &str = "[1-9][0-9]{3}-[0-9]{2}";

/// A day that tells its month in one order alone, or is the first of one month first.
const CLEAR_DAY: &str = "([0-9]{4}-.*|[0-9]{1,2}/(0?1|1[3-9]|2[0-9]|3[01])/.*)";

const GUID: &str = "(org:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/// A number below ten with a negative exponent, all of whose decimals a type of 37 has.
const SMALL: &str = "[+-]?[0-9]([.][0-9]{0,18})?[eE]-(0?[0-9]|1[0-9])";

/// The most digits that a decimal can have.
const DIGITS: u8 = 38;

impl Dialect {
    /// What each engine calls something.
    pub(super) fn pick(self, duckdb: impl Into<String>, spark: impl Into<String>) -> String {
        match self {
            DuckDb => duckdb.into(),
            Spark => spark.into(),
        }
    }

    /// A text in quotes.
    pub(super) fn literal(self, text: &str) -> String {
        let text = text.replace('\'', "''");
        match self {
            DuckDb => format!("'{text}'"),
            // `''` would be two literals side by side, and a backslash escapes.
            Spark => format!("'{}'", text.replace('\\', "\\\\").replace("''", "\\'")),
        }
    }

    pub(super) fn literals(self, texts: impl Iterator<Item = impl AsRef<str>>) -> String {
        texts.map(|text| self.literal(text.as_ref())).collect::<Vec<_>>().join(", ")
    }

    /// A name of a table or column, in quotes where it needs them.
    pub(super) fn name(self, name: &str) -> String {
        let is_plain = |(at, c): (usize, char)| c == '_' || c.is_ascii_alphabetic() || at > 0 && c.is_ascii_digit();
        if name.char_indices().all(is_plain) {
            return name.to_owned();
        }
        self.pick(format!("\"{}\"", name.replace('"', "\"\"")), in_backticks(name))
    }

    /// The files of a path as a table.
    pub(super) fn files(self, path: &str, is_parquet: bool) -> String {
        let text = self.literal(path);
        match (self, is_parquet) {
            // Of decimals for which no type has digits enough, it would round those of one file to those of another.
            (DuckDb, true) => format!(
                "read_parquet({text}, union_by_name = true, filename = true)\n    WHERE (\n        \
                 SELECT MIN(CASE WHEN Wholes + Decimals > {DIGITS} THEN {} END)\n        \
                 FROM (\n            SELECT MIN(name) AS Named, MAX(precision - scale) AS Wholes, MAX(scale) AS Decimals\n            \
                 FROM parquet_schema({text}) GROUP BY LOWER(name)\n        )\n    ) IS NULL",
                self.error("'the files have decimals that no type holds together: ' || Named")
            ),
            (DuckDb, false) => format!(
                "read_csv({text}, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"',\n        \
                 union_by_name = true, filename = true)"
            ),
            (Spark, true) => format!("parquet.{}", in_backticks(path)),
            (Spark, false) => {
                format!("csv.{} WITH (header = 'true', escape = '\"', multiLine = 'true')", in_backticks(path))
            }
        }
    }

    /// The column of `files` that tells the file of a row.
    pub(super) fn file_name(self) -> String {
        self.pick("filename", "_metadata.file_path")
    }

    pub(super) fn text(self) -> String {
        self.pick("VARCHAR", "STRING")
    }

    /// Ends the query with a message, an expression of type text.
    pub(super) fn error(self, message: &str) -> String {
        self.pick(format!("error({message})"), format!("raise_error({message})"))
    }

    /// Ends the query with a message about an agreement and a month.
    pub(super) fn error_about(self, message: &str) -> String {
        let month = self.month_text("InvoiceMonth");
        self.error(&format!("'{message}: ' || AgreementID || ' in ' || {month}"))
    }

    /// A cell that must not be empty.
    pub(super) fn required(self, cell: &str) -> String {
        format!("COALESCE(NULLIF({cell}, ''), {})", self.error(&format!("'{cell} is empty'")))
    }

    /// Whether a text is of a pattern as a whole.
    pub(super) fn is_like(self, text: &str, pattern: &str) -> String {
        self.pick(format!("REGEXP_MATCHES({text}, '^{pattern}$')"), format!("{text} RLIKE '^{pattern}$'"))
    }

    /// An id: a GUID in small letters without `org:` before it, or any text as it is.
    pub(super) fn id(self, cell: &str) -> String {
        let is_guid = self.is_like(&format!("LOWER({cell})"), GUID);
        format!("CASE WHEN {is_guid} THEN RIGHT(LOWER({cell}), 36) ELSE {} END", self.required(cell))
    }

    /// A day, with or without its first or last moment.
    fn any_day(self, cell: &str) -> String {
        let refusal = self.error(&format!("'expected a date such as 2022-07-31: ' || {cell}"));
        let day = self
            .pick(format!("REGEXP_EXTRACT({cell}, '^[0-9/-]+')"), format!("REGEXP_EXTRACT({cell}, '^[0-9/-]+', 0)"));
        // Where the engine is not strict, what is no date is NULL.
        let (american, iso) = match self {
            DuckDb => (format!("CAST(STRPTIME({day}, '%m/%d/%Y') AS DATE)"), format!("CAST({day} AS DATE)")),
            Spark => (format!("TO_DATE({day}, 'M/d/yyyy')"), format!("TO_DATE({day}, 'yyyy-M-d')")),
        };
        format!(
            "CASE WHEN NOT {} THEN {refusal} WHEN {cell} LIKE '%/%' THEN COALESCE({american}, {refusal}) \
             ELSE COALESCE({iso}, {refusal}) END",
            self.is_like(cell, &format!("{DAY}{MOMENT}"))
        )
    }

    /// A day; NULL for an empty cell and for what writers put where there is none.
    ///
    /// It is told by its text: `NULLIF` around the day would have Spark plan all of it once more.
    pub(super) fn day(self, cell: &str) -> String {
        let is_none = self.is_like(cell, &format!("{NO_DAY}{MOMENT}"));
        format!("CASE WHEN {cell} <> '' AND NOT {is_none} THEN {} END", self.any_day(cell))
    }

    /// The first day of a day's month.
    pub(super) fn month_of_day(self, cell: &str) -> String {
        let empty = self.error(&format!("'{cell} is empty'"));
        let month = self.first_of_month(&self.any_day(cell));
        format!("CASE WHEN COALESCE({cell}, '') = '' THEN {empty} ELSE {month} END")
    }

    /// The first day of a month, as in 2022-07 or as a day of it.
    ///
    /// A day whose parts may stand in two orders could be of two months, so that such a one is refused.
    pub(super) fn month(self, cell: &str) -> String {
        let refusal = self.error(&format!("'expected a month such as 2022-07: ' || {cell}"));
        let first =
            self.pick(format!("CAST({cell} || '-01' AS DATE)"), format!("TO_DATE({cell} || '-01', 'yyyy-MM-dd')"));
        let (is_month, is_clear) = (self.is_like(cell, MONTH), self.is_like(cell, CLEAR_DAY));
        format!(
            "CASE WHEN {is_month} THEN COALESCE({first}, {refusal}) WHEN NOT {is_clear} THEN {refusal} \
             ELSE {} END",
            self.month_of_day(cell)
        )
    }

    /// The first day of a day's month.
    pub(super) fn first_of_month(self, day: &str) -> String {
        self.pick(format!("CAST(DATE_TRUNC('month', {day}) AS DATE)"), format!("TRUNC({day}, 'MM')"))
    }

    pub(super) fn month_text(self, month: &str) -> String {
        self.pick(format!("STRFTIME({month}, '%Y-%m')"), format!("DATE_FORMAT({month}, 'yyyy-MM')"))
    }

    pub(super) fn year_text(self, month: &str) -> String {
        self.pick(format!("STRFTIME({month}, '%Y')"), format!("DATE_FORMAT({month}, 'yyyy')"))
    }

    pub(super) fn months_later(self, month: &str, months: u32) -> String {
        self.pick(format!("({month} + INTERVAL {months} MONTH)"), format!("ADD_MONTHS({month}, {months})"))
    }

    pub(super) fn quarter_text(self, month: &str) -> String {
        format!("{} || '-Q' || CAST(QUARTER({month}) AS {})", self.year_text(month), self.text())
    }

    /// The days from one day to another.
    pub(super) fn days(self, to: &str, from: &str) -> String {
        self.pick(format!("DATE_DIFF('day', {from}, {to})"), format!("DATEDIFF({to}, {from})"))
    }

    /// An exact number: what does not fit is refused, never rounded.
    ///
    /// An engine reads more than numbers, such as `1_000`, and rounds what a type has no decimals for. So a number is only
    /// read with as many decimals as a wider type has; small ones with an exponent as engines write them.
    pub(super) fn decimal(self, cell: &str, digits: u8, scale: u8) -> String {
        let exact = format!("CAST({cell} AS {})", decimal(digits, scale));
        let wide = DIGITS - digits + scale;
        let plain = format!("[+-]?([0-9]+[.]?|[0-9]*[.][0-9]{{1,{wide}}}0*)([eE][+]?[0-9]{{1,2}})?");
        let (is_plain, is_small) = (self.is_like(cell, &plain), self.is_like(cell, SMALL));
        let same = |scale| {
            let wide = decimal(DIGITS, scale);
            format!("CAST({cell} AS {wide}) = CAST({exact} AS {wide})")
        };
        let refusal = self.error(&format!("'expected a number of at most {scale} decimals: ' || COALESCE({cell}, '')"));
        format!(
            "CASE WHEN CASE WHEN {is_plain} THEN {} WHEN {is_small} THEN {} END THEN {exact} ELSE {refusal} END",
            same(wide),
            same(DIGITS - 1)
        )
    }

    /// An exact number, or NULL for an empty cell.
    pub(super) fn decimal_or_none(self, cell: &str, digits: u8, scale: u8) -> String {
        format!("CASE WHEN {cell} <> '' THEN {} END", self.decimal(cell, digits, scale))
    }

    /// The last value of a window that is not NULL, to be followed by its frame.
    pub(super) fn last_known(self, value: &str) -> String {
        self.pick(format!("LAST_VALUE({value} IGNORE NULLS)"), format!("LAST_VALUE({value}, TRUE)"))
    }

    /// The first day of a list after another.
    pub(super) fn first_after(self, list: &str, day: &str) -> String {
        self.pick(
            format!("LIST_MIN(LIST_FILTER({list}, lambda later: later > {day}))"),
            format!("ARRAY_MIN(FILTER({list}, later -> later > {day}))"),
        )
    }
}

fn decimal(digits: u8, scale: u8) -> String {
    format!("DECIMAL({digits}, {scale})")
}

fn in_backticks(text: &str) -> String {
    format!("`{}`", text.replace('`', "``"))
}
