
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
{#- In whole millionths and whole tenths of a percent, half away from zero, since a division would leave the decimals. #}
{%- let whole = d.pick("HUGEINT", "DECIMAL(38, 0)") %}
{%- let part = format!("CAST(ABS(CreditAmount) * 1000000 AS {whole})") %}
{%- let limit = format!("CAST(ABS(CreditLimit) * 1000000 AS {whole})") %}
    CASE WHEN State = 'running' OR LimitBefore IS NOT NULL THEN CASE WHEN CreditLimit <> 0 THEN
        CAST(({{ part }} * 2000 + {{ limit }}) {{ d.pick("//", "DIV") }} ({{ limit }} * 2) AS DECIMAL(20, 0))
        * CASE WHEN (CreditAmount < 0) = (CreditLimit < 0) THEN 0.1 ELSE -0.1 END
    END END AS UsedPercent,
    EffectiveDate,
    ExpiryDate,
    {{ d.days("ExpiryDate", q.as_of_day().as_str()) }} AS DaysLeft,
    ForfeitedSoFar + CASE WHEN Month > InvoiceMonth AND OverSince <= Month THEN CreditLimit - CreditAmount ELSE {{ ZERO }} END AS Forfeited
FROM lives
WHERE Month = EndMonth AND (HasRow = 1 OR RemainingThen <> 0)
ORDER BY PartnerID, CustomerID, AgreementID, CreditName, CurrencyCode, InvoiceMonth, Began
