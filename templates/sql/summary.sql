,
{%- if !calendar.is_empty() %}
-- The calendar quarter and year of each month.
calendar AS (
    SELECT *{{ calendar }}
    FROM entries{{ entry_filter }}
),
{%- endif %}
-- Flows are summed over a group. Stocks are those of each credit's last month in it.
latest_first AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY {{ group_by }}, {{ credit }} ORDER BY InvoiceMonth DESC) AS Newness
    FROM {% if calendar.is_empty() %}entries{{ entry_filter }}{% else %}calendar{% endif %}
)
-- Totals of each group.
SELECT
{%- for key in keys %}
    {% if *key == "InvoiceMonth" %}{{ d.month_text("latest_first.InvoiceMonth") }} AS InvoiceMonth{% else %}{{ key }}{% endif %},
{%- endfor %}
    CurrencyCode,
    COUNT(DISTINCT CustomerID) AS Customers,
    COUNT(CASE WHEN Newness = 1 THEN 1 END) AS Credits,
    SUM(OpeningAmount) AS OpeningAmount,
    SUM(CreditGiven) AS CreditGiven,
    SUM(CASE WHEN Newness = 1 THEN latest_first.CreditAmount END) AS CreditAmount,
    SUM(CASE WHEN Newness = 1 THEN latest_first.BalanceAmount END) AS BalanceAmount,
    SUM(latest_first.Forfeited) AS Forfeited
{%- if !period.is_empty() %},
    {{ period }} AS Period
{%- endif %}
FROM latest_first
GROUP BY {{ group_columns }}
ORDER BY {{ group_by }}
