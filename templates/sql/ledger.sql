-- {{ question.headline() }}
-- Amounts are DECIMAL(28,6) in every step. What contradicts itself or cannot be read ends the query with a message.
WITH
-- The cells of the report as text, whatever their types.
cells AS (
    SELECT
        {{ q.download() }} AS Download,
{%- for column in ReportColumn::ALL %}
        TRIM(CAST({{ column.name() }} AS {{ d.text() }})) AS {{ column.name() }}{% if !loop.last %},{% endif %}
{%- endfor %}
    FROM {{ q.source() }}
),
-- Records: ids, months, amounts and dates read. Year 1 and an empty cell are no date. Words are kept as spelt, and once
-- without regard to case, which is what compares.
records AS (
    SELECT
        Download,
        {{ d.id("PartnerID") }} AS PartnerID,
        {{ d.id("CustomerID") }} AS CustomerID,
        {{ d.id("AgreementID") }} AS AgreementID,
        COALESCE(CreditName, '') AS CreditName,
        LOWER(COALESCE(CreditName, '')) AS CreditWord,
        UPPER({{ d.required("CurrencyCode") }}) AS CurrencyCode,
        {{ d.month("InvoiceMonth") }} AS InvoiceMonth,
        CASE LOWER(Status) WHEN 'active' THEN 'Active' WHEN 'expired' THEN 'Expired' ELSE COALESCE(Status, '') END AS Status,
        LOWER(COALESCE(Status, '')) AS StatusWord,
        {{ d.decimal("CreditAmount", 28, 6) }} AS CreditAmount,
        {{ d.decimal("BalanceAmount", 28, 6) }} AS BalanceAmount,
        {{ d.day("EffectiveDate") }} AS EffectiveDate,
        {{ d.day("ExpiryDate") }} AS ExpiryDate
    FROM cells
),
-- Newest spellings: of a name or a status that of the newest download counts, there of its latest month.
{%- if q.as_of.is_some() %}
-- Months after that of `--as-of` are left out, as a report of that day would.
{%- endif %}
-- A missing EffectiveDate is the first day of all, so that rows without one are the same credit.
spelt AS (
    SELECT
        Download, PartnerID, CustomerID, AgreementID, CreditWord, CurrencyCode, InvoiceMonth,
        FIRST_VALUE(CreditName) OVER (PARTITION BY CreditWord ORDER BY Download DESC, InvoiceMonth DESC, CreditName) AS CreditName,
        FIRST_VALUE(Status) OVER (PARTITION BY StatusWord ORDER BY Download DESC, InvoiceMonth DESC, Status) AS Status,
        CreditAmount, BalanceAmount, EffectiveDate, ExpiryDate,
        COALESCE(EffectiveDate, DATE '0001-01-01') AS Began
    FROM records
{%- if q.as_of.is_some() %}
    WHERE InvoiceMonth <= {{ q.as_of_month() }}
{%- endif %}
),
-- Duplicates: equal rows of one download count once. Other values for the same credit and month are a contradiction.
rows_once AS (
    SELECT
        Download, {{ IDENTITY }}, InvoiceMonth, Began, CreditName, Status, BalanceAmount, EffectiveDate, ExpiryDate,
        CASE
            WHEN COUNT(*) OVER (PARTITION BY Download, {{ IDENTITY }}, InvoiceMonth, Began) > 1
            THEN {{ d.error_about("the same credit and month twice in one download, with other values") }}
            ELSE CreditAmount
        END AS CreditAmount
    FROM (SELECT DISTINCT * FROM spelt) AS different
),
-- Tranches: an identity is several credits, one for each EffectiveDate, if two dates stand in one month of one download,
-- or if one begins on or after the expiry of the month before, going by the newest row of each month.
newest_of_month AS (
    SELECT
        *,
        COUNT(*) OVER (PARTITION BY Download, {{ IDENTITY }}, InvoiceMonth) AS DatesAtOnce,
        ROW_NUMBER() OVER (PARTITION BY {{ IDENTITY }}, InvoiceMonth ORDER BY Download DESC, Began DESC) AS AgeInMonth
    FROM rows_once
),
followers AS (
    SELECT
        *,
        AgeInMonth = 1 AND EffectiveDate >= LAG(ExpiryDate) OVER (
            PARTITION BY {{ IDENTITY }}, AgeInMonth ORDER BY InvoiceMonth
        ) AS Follows
    FROM newest_of_month
),
identities AS (
    SELECT
        *,
        MAX(CASE WHEN DatesAtOnce > 1 OR Follows THEN 1 ELSE 0 END) OVER (PARTITION BY {{ IDENTITY }}) = 1 AS IsSeveral
    FROM followers
),
-- Several downloads of these: the downloads of each month are numbered, and it is seen whether the neighbouring ones
-- have the date as well.
numbered AS (
    SELECT *, DENSE_RANK() OVER (PARTITION BY {{ IDENTITY }}, InvoiceMonth ORDER BY Download) AS Version
    FROM identities
    WHERE IsSeveral
),
dates_at_once AS (
    SELECT DISTINCT {{ IDENTITY }}, one.Began AS OneDate, other.Began AS OtherDate, TRUE AS AtOnce
    FROM numbered AS one
    JOIN numbered AS other USING (Download, {{ IDENTITY }}, InvoiceMonth)
    WHERE one.Began <> other.Began
),
left_over AS (
    SELECT
        *,
        COALESCE(LEAD(Version) OVER (PARTITION BY {{ IDENTITY }}, InvoiceMonth, Began ORDER BY Version) = Version + 1, FALSE) AS Stays,
        COALESCE(LAG(Version) OVER (PARTITION BY {{ IDENTITY }}, InvoiceMonth, Began ORDER BY Version) = Version - 1, FALSE) AS Stood
    FROM numbered
),
-- Amended dates: of what is left in a month, one row on each side is the same credit, unless the dates are at once
-- anywhere or one row begins on or after the other's expiry.
may_be_amended AS (
    SELECT {{ IDENTITY }}, InvoiceMonth, older.Version, older.Began AS OneDate, newer.Began AS OtherDate
    FROM left_over AS older
    JOIN left_over AS newer USING ({{ IDENTITY }}, InvoiceMonth)
    WHERE newer.Version = older.Version + 1
        AND NOT older.Stays
        AND NOT newer.Stood
        AND NOT COALESCE(older.EffectiveDate >= newer.ExpiryDate, FALSE)
        AND NOT COALESCE(newer.EffectiveDate >= older.ExpiryDate, FALSE)
),
amended AS (
    SELECT
        {{ IDENTITY }}, OneDate,
        CASE
            WHEN COUNT(*) OVER (PARTITION BY {{ IDENTITY }}, InvoiceMonth, Version, OneDate) > 1
                OR COUNT(*) OVER (PARTITION BY {{ IDENTITY }}, InvoiceMonth, Version, OtherDate) > 1
            THEN {{ d.error_about("an amended EffectiveDate that may be one of several") }}
            ELSE OtherDate
        END AS OtherDate
    FROM may_be_amended
    LEFT JOIN dates_at_once USING ({{ IDENTITY }}, OneDate, OtherDate)
    WHERE AtOnce IS NULL
),
-- The dates that belong to one credit: pairs with a date in common are joined.
joined AS (
    SELECT {{ IDENTITY }}, {% match d %}{% when Dialect::DuckDb -%}
    LIST_REDUCE(
        ARRAY_AGG([[OneDate, OtherDate]]),
        lambda found, pair: LIST_CONCAT(
            LIST_FILTER(found, lambda dates: NOT LIST_HAS_ANY(dates, pair[1])),
            [FLATTEN(LIST_CONCAT(LIST_FILTER(found, lambda dates: LIST_HAS_ANY(dates, pair[1])), pair))]))
    {%- when Dialect::Spark -%}
    AGGREGATE(
        COLLECT_LIST(ARRAY(OneDate, OtherDate)),
        CAST(ARRAY() AS ARRAY<ARRAY<DATE>>),
        (found, pair) -> CONCAT(
            FILTER(found, dates -> NOT ARRAYS_OVERLAP(dates, pair)),
            ARRAY(FLATTEN(CONCAT(FILTER(found, dates -> ARRAYS_OVERLAP(dates, pair)), ARRAY(pair))))))
    {%- endmatch %} AS Groups
    FROM amended
    GROUP BY {{ IDENTITY }}
),
same_credit AS (
    SELECT {{ IDENTITY }}, {{ d.pick("UNNEST", "EXPLODE") }}(Groups) AS Dates FROM joined
),
-- Credits: a tranche is known by the first of its dates, and an identity that is one credit by none.
placed AS (
    SELECT
        identities.*,
        CASE WHEN IsSeveral THEN COALESCE({{ d.pick("LIST_MIN", "ARRAY_MIN") }}(Dates), Began) END AS Tranche
    FROM identities
    LEFT JOIN same_credit
        ON {{ d.pick("LIST_CONTAINS", "ARRAY_CONTAINS") }}(same_credit.Dates, identities.Began)
{%- for column in IDENTITY.split(", ") %}
        AND same_credit.{{ column }} = identities.{{ column }}
{%- endfor %}
),
-- The newest download wins: of each credit and month its newest row.
newest_first AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY {{ IDENTITY }}, Tranche, InvoiceMonth ORDER BY Download DESC, Began DESC) AS Newness,
        COUNT(*) OVER (PARTITION BY {{ IDENTITY }}, Tranche, InvoiceMonth, Download) AS Contradicting
    FROM placed
),
timeline AS (
    SELECT
        {{ IDENTITY }}, Tranche, CreditName, InvoiceMonth, Status, BalanceAmount, EffectiveDate, ExpiryDate, Began,
        CASE
            WHEN Contradicting > 1
            THEN {{ d.error_about("amended EffectiveDates make one credit of dates that stand in one month") }}
            ELSE CreditAmount
        END AS CreditAmount
    FROM newest_first
    WHERE Newness = 1
),
-- What the status of a row says of its credit. A word of one that has not begun counts only until it has run.
said AS (
    SELECT
        *,
        CASE
            WHEN LOWER(Status) IN ({{ d.literals(OVER.iter()) }}) THEN 'over'
            WHEN {{ d.first_of_month("EffectiveDate") }} > InvoiceMonth THEN 'not-yet'
            WHEN LOWER(Status) IN ({{ d.literals(NOT_YET.iter()) }}) THEN 'pending'
            ELSE 'running'
        END AS Says
    FROM timeline
),
states AS (
    SELECT
        *,
        CASE
            WHEN Says <> 'pending' THEN Says
            WHEN MAX(CASE WHEN Says = 'running' THEN 1 ELSE 0 END) OVER (PARTITION BY {{ IDENTITY }}, Tranche ORDER BY InvoiceMonth) = 1 THEN 'running'
            ELSE 'not-yet'
        END AS State
    FROM said
),
-- What stood before and comes after on each credit's timeline, the months of its partner that the data cover, and
-- whether no other partner had the credit before, or has it after.
covered AS (
    SELECT PartnerID AS Partner, ARRAY_AGG(DISTINCT InvoiceMonth) AS Months, MIN(InvoiceMonth) AS PartnerSince, MAX(InvoiceMonth) AS PartnerUntil
    FROM timeline
    GROUP BY PartnerID
),
neighbours AS (
    SELECT
        *,
        LAG(InvoiceMonth) OVER along AS MonthBefore,
        LAG(CreditAmount) OVER along AS AmountBefore,
        LAG(State) OVER along AS StateBefore,
        LEAD(InvoiceMonth) OVER along AS NextMonth,
        MIN(InvoiceMonth) OVER anywhere = MIN(InvoiceMonth) OVER here AS BeganHere,
        EffectiveDate IS NULL OR MAX(InvoiceMonth) OVER anywhere = MAX(InvoiceMonth) OVER here AS EndsHere,
        {{ d.last_known("CASE WHEN State = 'running' THEN CreditAmount + BalanceAmount END") }} OVER earlier AS LimitBefore
    FROM states
    JOIN covered ON Partner = PartnerID
    WINDOW
        anywhere AS (PARTITION BY CustomerID, AgreementID, CreditWord, CurrencyCode, EffectiveDate),
        here AS (PARTITION BY {{ IDENTITY }}, EffectiveDate),
        along AS (PARTITION BY {{ IDENTITY }}, Tranche ORDER BY InvoiceMonth),
        earlier AS (PARTITION BY {{ IDENTITY }}, Tranche ORDER BY InvoiceMonth ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
-- SpanMonths: since the record before. Of a first record 1 if it is of the month of EffectiveDate, else since that
-- month if the data cover the partner since then and no other had the credit before, 1 if the amount is 0, and empty if
-- its past is unknown.
-- OverSince: where a credit's rows stop, the first month covered after its last day, unless another partner has it then. FirstOver: CreditAmount of the row
-- with which it was over.
spans AS (
    SELECT
        *,
        CASE
            WHEN MonthBefore IS NOT NULL THEN YEAR(InvoiceMonth) * 12 + MONTH(InvoiceMonth) - (YEAR(MonthBefore) * 12 + MONTH(MonthBefore))
            WHEN InvoiceMonth <= EffectiveDate THEN 1
            WHEN PartnerSince <= EffectiveDate AND BeganHere THEN YEAR(InvoiceMonth) * 12 + MONTH(InvoiceMonth) - (YEAR(EffectiveDate) * 12 + MONTH(EffectiveDate)) + 1
            WHEN CreditAmount = 0 THEN 1
        END AS SpanMonths,
        CASE WHEN State = 'running' THEN CreditAmount + BalanceAmount ELSE COALESCE(LimitBefore, CreditAmount) END AS CreditLimit,
        CASE WHEN State = 'over' AND COALESCE(StateBefore, '') <> 'over' THEN CreditAmount END AS FirstOver,
        CASE
            WHEN NextMonth IS NULL AND State <> 'over' AND ExpiryDate IS NOT NULL AND EndsHere
            THEN {{ d.first_after("Months", "GREATEST(InvoiceMonth, ExpiryDate)") }}
        END AS OverSince
    FROM neighbours
),
-- Credit given: CreditAmount less that of the record before. Opening where the past is unknown. Remaining is what can be
-- used. Forfeited is the rest of the limit when a credit is over. Later use lowers it, and running again takes it back.
-- VanishedSince: where a credit's rows stop, the first month covered after them, if it is not over then.
entries AS (
    SELECT
        *,
        CASE
            WHEN MonthBefore IS NOT NULL THEN AmountBefore
            WHEN SpanMonths IS NOT NULL THEN {{ ZERO }}
        END AS PreviousCreditAmount,
        CASE
            WHEN MonthBefore IS NOT NULL THEN CreditAmount - AmountBefore
            WHEN SpanMonths IS NOT NULL THEN CreditAmount
        END AS CreditGiven,
        CASE WHEN SpanMonths IS NULL THEN CreditAmount END AS OpeningAmount,
        CASE WHEN State = 'running' THEN BalanceAmount ELSE {{ ZERO }} END AS Remaining,
        CASE
            WHEN State = 'over' AND StateBefore = 'over' THEN AmountBefore - CreditAmount
            WHEN State = 'over' THEN COALESCE(LimitBefore - CreditAmount, {{ ZERO }})
            WHEN StateBefore = 'over' THEN AmountBefore - COALESCE(LimitBefore, {{ d.last_known("FirstOver") }} OVER (
                PARTITION BY {{ IDENTITY }}, Tranche ORDER BY InvoiceMonth ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ))
            ELSE {{ ZERO }}
        END AS Forfeited,
        CASE
            WHEN NextMonth IS NULL AND State <> 'over' THEN NULLIF({{ d.first_after("Months", "InvoiceMonth") }}, OverSince)
        END AS VanishedSince,
        CASE WHEN InvoiceMonth >= {{ q.as_of_month() }} THEN 'open' ELSE 'closed' END AS Period
    FROM spans
){% include "sql/named.sql" %}
{%- match question %}
{%- when Question::Given %}
{% include "sql/given.sql" %}
{%- when Question::Balance -%}
{% include "sql/life.sql" %}{% include "sql/balance.sql" %}
{%- when _ -%}
{% include "sql/life.sql" %}{% include "sql/summary.sql" %}
{%- endmatch %}
