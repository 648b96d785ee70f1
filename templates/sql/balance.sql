,
-- What each credit has forfeited until each month, be the months shown or not.
forfeited AS (
    SELECT *, SUM(Forfeited) OVER (PARTITION BY {{ credit }} ORDER BY InvoiceMonth) AS ForfeitedSoFar
    FROM entries
),
-- The latest of the months shown.
latest_first AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY {{ credit }} ORDER BY InvoiceMonth DESC) AS Newness
    FROM forfeited{{ month_filter }}
)
-- Each credit's latest state.
SELECT
    PartnerID,
    CustomerID,
    AgreementID,
    CreditName,
    CurrencyCode,
    {{ d.month_text("InvoiceMonth") }} AS InvoiceMonth,
    Status,
    CreditLimit,
    CreditAmount,
    BalanceAmount,
    {{ d.percent("CreditAmount", "CreditLimit") }} AS UsedPercent,
    EffectiveDate,
    ExpiryDate,
    {{ d.days("ExpiryDate", as_of_day) }} AS DaysLeft,
    ForfeitedSoFar AS Forfeited
FROM latest_first{{ latest_filter }}
ORDER BY PartnerID, CustomerID, AgreementID, CreditName, CurrencyCode, InvoiceMonth, Began
