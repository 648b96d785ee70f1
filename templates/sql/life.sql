,
-- The credits that can be shown
{%- if let Question::Balance = question %}, with what each has forfeited until each row, be its month shown or not, and whether a row until then is.
chosen AS (
    SELECT
        *,
        SUM(Forfeited) OVER until_then AS ForfeitedSoFar,
        MAX({{ is_month_shown }}) OVER until_then AS HasRow
    FROM entries{{ credit_filter }}
    WINDOW until_then AS (PARTITION BY {{ IDENTITY }}, Tranche ORDER BY InvoiceMonth)
),
{%- else %}.
chosen AS (
    SELECT *
    FROM entries{{ credit_filter }}
),
{%- endif %}
-- The months shown, as far as the data cover the partners of these, each with the last one shown of its time.
calendar AS (
    SELECT InvoiceMonth AS Month{{ calendar }}, MAX(InvoiceMonth) OVER ({{ time }}) AS EndMonth
    FROM (
{%- match d %}{% when Dialect::DuckDb %}
        SELECT UNNEST(CAST(GENERATE_SERIES(FirstMonth, LastMonth, INTERVAL 1 MONTH) AS DATE[])) AS InvoiceMonth
{%- when Dialect::Spark %}
        SELECT EXPLODE(SEQUENCE(FirstMonth, LastMonth, INTERVAL 1 MONTH)) AS InvoiceMonth
{%- endmatch %}
        FROM (SELECT MIN(InvoiceMonth) AS FirstMonth, MAX(PartnerUntil) AS LastMonth FROM chosen) AS ends
    ) AS months{{ month_filter }}
),
-- What each credit is in each of these months, by its row of the month or the last one before.
lives AS (
    SELECT
        *,
        Month = InvoiceMonth AS IsRow,
        CASE
            WHEN Month = InvoiceMonth THEN State
            WHEN NextMonth IS NOT NULL THEN 'carried'
            WHEN OverSince <= Month THEN 'over'
            WHEN VanishedSince <= Month THEN 'vanished'
            WHEN State = 'running' AND Month <= PartnerUntil THEN 'carried'
            ELSE State
        END AS StateThen,
        CASE WHEN OverSince <= Month THEN {{ ZERO }} WHEN COALESCE(VanishedSince > Month, TRUE) THEN Remaining END AS RemainingThen,
        CASE
            WHEN Month = InvoiceMonth THEN Forfeited
            WHEN Month = OverSince THEN CreditLimit - CreditAmount
            ELSE {{ ZERO }}
        END AS ForfeitedThen
    FROM chosen
    JOIN calendar ON Month >= InvoiceMonth AND Month < COALESCE(NextMonth, DATE '9999-12-31'){{ status_filter }}
)