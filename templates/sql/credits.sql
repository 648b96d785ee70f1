-- {{ Question::Credits.headline() }}
-- Amounts are DECIMAL in every step. What cannot be read ends the query with a message.
WITH
-- The cells that matter as text, whatever their types.
cells AS (
    SELECT
        {{ q.download() }} AS Download,
{%- for (column, name) in columns %}
        TRIM(CAST({{ column }} AS {{ d.text() }})) AS {{ name }}{% if !loop.last %},{% endif %}
{%- endfor %}
    FROM {{ q.source() }}
),
-- The lines where Azure credit was applied. Their reason alone tells, without regard to case and blanks. The sign of an
-- amount does not.
aco_lines AS (
    SELECT *
    FROM cells
    WHERE {{ lines.condition(*d) }}
),
{%- if is_usage %}
-- What each line tells: credit is positive here.
{%- else %}
-- What each line tells: a credit line lowers the invoice, so its amount is negative.
{%- endif %}
lines AS (
    SELECT
        Download,
        UPPER(COALESCE(InvoiceNumber, '')) AS InvoiceNumber,
        {{ d.id("CustomerID") }} AS CustomerID,
{%- if !q.shown.partners.is_empty() %}
        {{ d.id("PartnerID") }} AS PartnerID,
{%- endif %}
        UPPER({{ d.required("CurrencyCode") }}) AS CurrencyCode,
        UPPER(NULLIF(PricingCurrency, '')) AS PricingCurrency,
        {{ d.month_of_day("ChargeStartDate") }} AS ChargeMonth,
        {% if !is_usage %}-{% endif %}{{ d.decimal("Amount", 32, 18) }} AS CreditApplied,
{%- if is_usage %}
        {{ d.decimal_or_none("PricingAmount", 32, 18) }} AS Priced
{%- else %}
        EffectiveUnitPrice,
        BillableQuantity
{%- endif %}
    FROM aco_lines
),
{%- if !is_usage %}
-- The price is only asked for where it is in another currency than the amount.
multiplied AS (
    SELECT
        *,
        CASE
            WHEN PricingCurrency = CurrencyCode THEN NULL
            ELSE {{ d.decimal_or_none("EffectiveUnitPrice", 20, 12) }} * {{ d.decimal_or_none("BillableQuantity", 18, 9) }}
        END AS Product
    FROM lines
),
-- Partner Center rounds the price of a line toward zero, to two decimals. To round and then take back what was rounded
-- away from zero keeps to decimals.
rounded AS (
    SELECT *, CAST(CAST(Product AS DECIMAL(16, 2)) AS DECIMAL(32, 18)) AS Nearest FROM multiplied
),
{%- endif %}
-- Credit in the currency that prices are in. As billed where that is the same.
-- All lines of an invoice count in its month: the latest in which one of its credit lines starts. Usage that is not
-- invoiced yet counts in its own.
dated AS (
    SELECT
        *,
        CASE
            WHEN PricingCurrency = CurrencyCode THEN CreditApplied
{%- if is_usage %}
            ELSE Priced
{%- else %}
            WHEN Product >= 0 AND Nearest > Product THEN CAST(0.01 - Nearest AS DECIMAL(32, 18))
            WHEN Product < 0 AND Nearest < Product THEN CAST(-0.01 - Nearest AS DECIMAL(32, 18))
            ELSE -Nearest
{%- endif %}
        END AS PricedCredit,
        {{ lines.month(*d) }} AS InvoiceMonth{% if q.download.is_some() %},
        MIN(Download) OVER (PARTITION BY InvoiceNumber) AS FirstDownload{% endif %}
    FROM {% if is_usage %}lines{% else %}rounded{% endif %}
),
{%- if is_usage %}
-- Usage that is not invoiced yet counts only where nothing of its month is invoiced.
counted AS (
    SELECT *
    FROM (
        SELECT
            *,
            MAX(CASE WHEN InvoiceNumber = '' THEN 0 ELSE 1 END) OVER (PARTITION BY InvoiceMonth) AS IsInvoiced
        FROM dated
    ) AS marked
    WHERE InvoiceNumber <> '' OR IsInvoiced = 0
),
{%- endif %}
{%- if q.download.is_some() %}
-- An invoice that stands in several downloads would count several times.
{%- endif %}
entries AS (
    SELECT
        CustomerID, CurrencyCode, {% if !q.shown.partners.is_empty() %}PartnerID, {% endif %}InvoiceMonth, PricingCurrency, PricedCredit,
{%- if q.download.is_some() %}
        CASE
            WHEN Download <> FirstDownload
            THEN {{ d.error("'in several downloads, of which one is to be left out: invoice ' || InvoiceNumber") }}
            ELSE CreditApplied
        END AS CreditApplied
{%- else %}
        CreditApplied
{%- endif %}
    FROM {% if is_usage %}counted{% else %}dated{% endif %}
){% include "sql/named.sql" %}
-- Credit applied by customer, currency and month.
SELECT
    CustomerID,
    CurrencyCode,
    {{ d.month_text("entries.InvoiceMonth") }} AS InvoiceMonth,
    SUM(CreditApplied) AS CreditApplied,
    PricingCurrency,
    CASE WHEN COUNT(PricedCredit) = COUNT(*) THEN SUM(entries.PricedCredit) END AS PricedCredit,
    COUNT(*) AS Lines
FROM entries{{ entry_filter }}
GROUP BY CustomerID, CurrencyCode, entries.InvoiceMonth, PricingCurrency
ORDER BY CustomerID, CurrencyCode, InvoiceMonth, PricingCurrency NULLS FIRST
