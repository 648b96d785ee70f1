
-- Each credit at the end of the last month shown, if it has a row in a month shown or something left.
SELECT
    PartnerID,
    CustomerID,
    AgreementID,
    CreditName,
    CurrencyCode,
    {{ d.month_text("InvoiceMonth") }} AS InvoiceMonth,
    Status,
    StateThen AS State,
    CreditLimit,
    CreditAmount,
    RemainingThen AS BalanceAmount,
    CASE WHEN State = 'running' OR LimitBefore IS NOT NULL THEN {{ d.percent("CreditAmount", "CreditLimit") }} END AS UsedPercent,
    EffectiveDate,
    ExpiryDate,
    {{ d.days("ExpiryDate", q.as_of_day().as_str()) }} AS DaysLeft,
    ForfeitedSoFar + CASE WHEN Month > InvoiceMonth AND OverSince <= Month THEN CreditLimit - CreditAmount ELSE {{ ZERO }} END AS Forfeited
FROM lives
WHERE Month = EndMonth AND (HasRow = 1 OR RemainingThen <> 0)
ORDER BY PartnerID, CustomerID, AgreementID, CreditName, CurrencyCode, InvoiceMonth, Began
