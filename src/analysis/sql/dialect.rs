//! What engines write in different words.

/// The engine that a query is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    DuckDb,
    /// Spark SQL, also that of Fabric and Databricks.
    Spark,
}

use Dialect::{DuckDb, Spark};

const GUID: &str = "'^(org:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'";

/// The most digits that a decimal can have.
const DIGITS: u8 = 38;

impl Dialect {
    fn pick(self, duckdb: impl Into<String>, spark: impl Into<String>) -> String {
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
            (DuckDb, true) => format!("read_parquet({text}, union_by_name = true, filename = true)"),
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

    /// An id: a GUID in small letters without `org:` before it, or any text as it is.
    pub(super) fn id(self, cell: &str) -> String {
        let is_guid =
            self.pick(format!("REGEXP_MATCHES(LOWER({cell}), {GUID})"), format!("LOWER({cell}) RLIKE {GUID}"));
        format!("CASE WHEN {is_guid} THEN RIGHT(LOWER({cell}), 36) ELSE {} END", self.required(cell))
    }

    /// A day, as in 2022-07-31 or 7/31/2022, with or without a time.
    fn any_day(self, cell: &str) -> String {
        match self {
            DuckDb => format!(
                "CASE WHEN {cell} LIKE '%/%' THEN CAST(STRPTIME(SPLIT_PART({cell}, ' ', 1), '%m/%d/%Y') AS DATE) \
                 ELSE CAST(LEFT({cell}, 10) AS DATE) END"
            ),
            // Where the engine is not strict, what is no date is NULL.
            Spark => format!(
                "COALESCE(CASE WHEN {cell} LIKE '%/%' THEN TO_DATE(SPLIT({cell}, ' ')[0], 'M/d/yyyy') \
                 ELSE TO_DATE(LEFT({cell}, 10), 'yyyy-MM-dd') END, {})",
                self.error(&format!("'expected a date: ' || {cell}"))
            ),
        }
    }

    /// A day; NULL for an empty cell and for year 1.
    pub(super) fn day(self, cell: &str) -> String {
        format!("CASE WHEN {cell} <> '' THEN NULLIF({}, DATE '0001-01-01') END", self.any_day(cell))
    }

    /// The first day of a month, as in 2022-07 or as a day of it.
    pub(super) fn month(self, cell: &str) -> String {
        let day = self.any_day(cell);
        let day = format!("CASE WHEN LENGTH({cell}) = 7 THEN CAST({cell} || '-01' AS DATE) ELSE {day} END");
        format!("COALESCE({}, {})", self.first_of_month(&day), self.error(&format!("'{cell} is empty'")))
    }

    /// The first day of a day's month.
    pub(super) fn first_of_month(self, day: &str) -> String {
        self.pick(format!("CAST(DATE_TRUNC('month', {day}) AS DATE)"), format!("TRUNC({day}, 'MM')"))
    }

    pub(super) fn month_text(self, month: &str) -> String {
        self.pick(format!("STRFTIME({month}, '%Y-%m')"), format!("DATE_FORMAT({month}, 'yyyy-MM')"))
    }

    pub(super) fn quarter_text(self, month: &str) -> String {
        let year = self.pick(format!("STRFTIME({month}, '%Y')"), format!("DATE_FORMAT({month}, 'yyyy')"));
        format!("{year} || '-Q' || CAST(QUARTER({month}) AS {})", self.text())
    }

    /// The days from one day to another.
    pub(super) fn days(self, to: &str, from: &str) -> String {
        self.pick(format!("DATE_DIFF('day', {from}, {to})"), format!("DATEDIFF({to}, {from})"))
    }

    pub(super) fn amount(self, cell: &str) -> String {
        self.decimal(cell, 28, 6)
    }

    /// An exact number: what does not fit is refused, never rounded.
    pub(super) fn decimal(self, cell: &str, digits: u8, scale: u8) -> String {
        let (exact, wide) = (decimal(digits, scale), decimal(DIGITS, DIGITS - digits + scale));
        let refusal = self.error(&format!("'expected a number of at most {scale} decimals: ' || COALESCE({cell}, '')"));
        format!(
            "CASE WHEN CAST({cell} AS {wide}) = CAST({cell} AS {exact}) THEN CAST({cell} AS {exact}) ELSE {refusal} END"
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

    /// One amount in percent of another, with one decimal, half away from zero; NULL of 0.
    ///
    /// In whole millionths and whole tenths of a percent, since a division would leave the decimals.
    pub(super) fn percent(self, part: &str, whole: &str) -> String {
        let whole_type = self.pick("HUGEINT", "DECIMAL(38, 0)");
        let divide = self.pick("//", "DIV");
        let units = |amount: &str| format!("CAST(ABS({amount}) * 1000000 AS {whole_type})");
        let (p, w) = (units(part), units(whole));
        format!(
            "CASE WHEN {whole} <> 0 THEN\n        CAST(({p} * 2000 + {w}) {divide} ({w} * 2) AS DECIMAL(20, 0))\n        \
             * CASE WHEN ({part} < 0) = ({whole} < 0) THEN 0.1 ELSE -0.1 END\n    END"
        )
    }

    /// Groups of values, of pairs that have values in common; an aggregate.
    pub(super) fn join_pairs(self, one: &str, other: &str) -> String {
        self.pick(
            format!(
                "LIST_REDUCE(\n        ARRAY_AGG([[{one}, {other}]]),\n        lambda found, pair: LIST_CONCAT(\n            \
                 LIST_FILTER(found, lambda dates: NOT LIST_HAS_ANY(dates, pair[1])),\n            \
                 [FLATTEN(LIST_CONCAT(LIST_FILTER(found, lambda dates: LIST_HAS_ANY(dates, pair[1])), pair))]))"
            ),
            format!(
                "AGGREGATE(\n        COLLECT_LIST(ARRAY({one}, {other})),\n        CAST(ARRAY() AS ARRAY<ARRAY<DATE>>),\n        \
                 (found, pair) -> CONCAT(\n            FILTER(found, dates -> NOT ARRAYS_OVERLAP(dates, pair)),\n            \
                 ARRAY(FLATTEN(CONCAT(FILTER(found, dates -> ARRAYS_OVERLAP(dates, pair)), ARRAY(pair))))))"
            ),
        )
    }

    /// A row for each value of a list.
    pub(super) fn unnest(self, list: &str) -> String {
        self.pick(format!("UNNEST({list})"), format!("EXPLODE({list})"))
    }

    /// The least value of a list.
    pub(super) fn first_of(self, list: &str) -> String {
        self.pick(format!("LIST_MIN({list})"), format!("ARRAY_MIN({list})"))
    }

    /// Whether a list has a value.
    pub(super) fn has(self, list: &str, value: &str) -> String {
        self.pick(format!("LIST_CONTAINS({list}, {value})"), format!("ARRAY_CONTAINS({list}, {value})"))
    }
}

fn decimal(digits: u8, scale: u8) -> String {
    format!("DECIMAL({digits}, {scale})")
}

fn in_backticks(text: &str) -> String {
    format!("`{}`", text.replace('`', "``"))
}
