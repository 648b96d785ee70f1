,
-- What counts: rows, what moves without one, and what is left, or nobody knows, at the end of a time.
counted AS (
    SELECT
        *,
        IsRow OR ForfeitedThen <> 0 OR Remaining <> 0 AND (Month = VanishedSince OR Month = OverSince AND VanishedSince IS NOT NULL) AS Moves
    FROM lives
),
-- Flows are summed over a group. Stocks are those of each credit's last row in it, and what is left at the end.
latest_first AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY {{ group_by }}, {{ IDENTITY }}, Tranche, IsRow ORDER BY Month DESC) AS Newness,
        MAX(CASE WHEN Month = EndMonth THEN 1 ELSE 0 END) OVER (PARTITION BY {{ group_by }}, {{ IDENTITY }}, Tranche) AS HasEnd
    FROM counted
    WHERE Moves OR Month = EndMonth AND COALESCE(RemainingThen <> 0, TRUE)
)
-- Totals of each group.
SELECT
{%- for key in keys %}
    {% if *key == "Month" %}{{ d.month_text("Month") }} AS InvoiceMonth{% else %}{{ key }}{% endif %},
{%- endfor %}
    CurrencyCode,
    COUNT(DISTINCT CASE WHEN IsRow THEN CustomerID END) AS Customers,
    COUNT(CASE WHEN IsRow AND Newness = 1 THEN 1 END) AS Credits,
    SUM(CASE WHEN IsRow THEN OpeningAmount END) AS OpeningAmount,
    SUM(CASE WHEN IsRow THEN CreditGiven END) AS CreditGiven,
    SUM(CASE WHEN IsRow AND Newness = 1 THEN CreditAmount END) AS CreditAmount,
    SUM(CASE WHEN Month = EndMonth THEN RemainingThen WHEN HasEnd = 0 AND RemainingThen IS NOT NULL THEN {{ ZERO }} END) AS BalanceAmount,
    SUM(ForfeitedThen) AS Forfeited
{%- if !time.is_empty() %},
    CASE WHEN MAX(EndMonth) >= {{ q.as_of_month() }} THEN 'open' ELSE 'closed' END AS Period
{%- endif %}
FROM latest_first
GROUP BY {{ group_by }}
HAVING COUNT(CASE WHEN Moves OR RemainingThen <> 0 THEN 1 END) > 0
ORDER BY {{ group_by }}
