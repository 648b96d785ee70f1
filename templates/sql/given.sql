-- A row per credit and month.
SELECT
    PartnerID,
    CustomerID,
    AgreementID,
    CreditName,
    CurrencyCode,
    EffectiveDate,
    {{ d.month_text("InvoiceMonth") }} AS InvoiceMonth,
    Status,
    PreviousCreditAmount,
    CreditAmount,
    CreditGiven,
    OpeningAmount,
    SpanMonths,
    Remaining AS BalanceAmount,
    Period
FROM entries{{ entry_filter }}
ORDER BY PartnerID, CustomerID, AgreementID, CreditName, CurrencyCode, InvoiceMonth, Began
