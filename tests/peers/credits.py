"""Ugly invoice and daily usage lines from one seed, and the Azure credit on them, computed plainly.

    write(seed, folder, kind) -> the paths of the lines and of a balance report that they belong to
    flags(path, kind) -> flags of `aco reconcile` and `aco sql credits` to be tried on the lines
    applied(path, kind) -> CustomerID,CurrencyCode,InvoiceMonth,CreditApplied,PricingCurrency,PricedCredit,Lines

kind is `invoice` or `usage`. The report has one credit for each customer and currency that is billed, so that
`aco reconcile` compares all lines as billed.
"""
import csv
import datetime
import os
import random
from collections import defaultdict
from decimal import ROUND_DOWN, Decimal, getcontext

import oracle

getcontext().prec = 200
CENT = Decimal("0.01")
REASONS = {"invoice": {"azurecredit", "azurecreditoffer", "azureconsumptioncredit"}, "usage": {"azurecreditapplied"}}
SPELLINGS = {
    "invoice": ["Azure Credit", "azure credit", " Azure Credit ", "AzureCredit", "Azure Credit Offer",
                "Azure Consumption Credit", "Service Level Agreement", "Outage credit", "", "", ""],
    "usage": ["Azure Credit Applied", "azure credit applied", "Azure Credit Applied ", "Partner Earned Credit Applied",
              "Credit Not Applied", ""],
}
COLUMNS = {
    "invoice": ("PartnerId CustomerId CustomerName InvoiceNumber ChargeType Subtotal Total Currency ChargeStartDate MeterDescription "
                "EffectiveUnitPrice BillableQuantity PricingCurrency PCToBCExchangeRate CreditReasonCode").split(),
    "usage": ("PartnerId CustomerId CustomerName InvoiceNumber UsageDate BillingPreTaxTotal BillingCurrency ChargeStartDate "
              "PricingPreTaxTotal PricingCurrency CreditType CreditPercentage").split(),
}


def write(seed, folder, kind):
    rng = random.Random(f"{seed} {kind}")
    customers = [(f"{rng.getrandbits(32):08x}-0000-4000-8000-{rng.getrandbits(48):012x}", rng.choice(["EUR", "USD", "JPY", "KWD"]))
                 for _ in range(rng.randint(1, 12))]
    invoices = [(f"G{rng.getrandbits(30):09}", month) for month in range(2022 * 12, 2022 * 12 + rng.randint(1, 9))
                for _ in range(rng.choice([1, 1, 2]))]
    if kind == "usage":
        invoices.append(("", 2022 * 12 + 9))
    path = os.path.join(folder, f"{kind}.csv")
    with open(path, "w", newline="", encoding="utf-8") as stream:
        out = csv.DictWriter(stream, COLUMNS[kind])
        out.writeheader()
        for number, month in invoices:
            for _ in range(rng.randint(1, 60)):
                out.writerow(line(rng, kind, rng.choice(customers), number, month))
    balance = os.path.join(folder, f"balance of {kind}.csv")
    with open(balance, "w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream)
        out.writerow(oracle.COLUMNS)
        for number, (customer, currency) in enumerate(customers):
            for month in range(1, 13):
                out.writerow(["P", customer, f"2022-{month:02}", "ACO", "1", "Active", "1", currency, f"a{number}",
                              "1/1/2022", "12/31/2023"])
    return path, balance


def line(rng, kind, customer, number, month):
    customer, currency = customer
    pricing = rng.choice([currency, "USD", "USD", ""])
    late = month - (rng.randint(1, 5) if rng.random() < 0.1 else 0)  # a correction has older dates
    day = datetime.date(late // 12, late % 12 + 1, rng.randint(1, 28))
    spelt = rng.choice([f"{day.month}/{day.day}/{day.year}", f"{day.month}/{day.day}/{day.year} 12:00:00 AM",
                        f"{day.isoformat()}T00:00:00Z"])
    amount = number_of(rng, 10**rng.choice([3, 5, 7]), rng.choice([0, 2, 2, 2, 10, 18]))
    shared = {
        "PartnerId": "P", "CustomerId": rng.choice([customer, customer.upper()]), "CustomerName": 'Größe, "AG"',
        "InvoiceNumber": number, "ChargeStartDate": spelt, "PricingCurrency": pricing,
    }
    sign = -1 if rng.random() < 0.05 else 1
    if kind == "usage":
        return dict(shared, UsageDate=spelt, BillingPreTaxTotal=text(rng, sign * amount), BillingCurrency=currency,
                    PricingPreTaxTotal=text(rng, sign * number_of(rng, 10**5, 12)) if rng.random() < 0.95 else "",
                    CreditType=rng.choice(SPELLINGS[kind]), CreditPercentage="100")
    return dict(shared, ChargeType=rng.choice(["customerCredit", "CustomerCredit", "new"]), Subtotal=text(rng, -sign * amount),
                Total=text(rng, -sign * (amount * Decimal("1.19")).quantize(amount)),
                Currency=currency, MeterDescription="Meter", EffectiveUnitPrice=text(rng, -sign * number_of(rng, 100, 12)),
                BillableQuantity=text(rng, number_of(rng, 1000, rng.choice([0, 6, 9]))) if rng.random() < 0.95 else "",
                PCToBCExchangeRate="1", CreditReasonCode=rng.choice(SPELLINGS[kind]))


def number_of(rng, limit, scale):
    return Decimal(rng.randint(0, limit * 10**scale)).scaleb(-scale)


def text(rng, number):
    """A number in full, with zeros at its end, or in the notation of Excel for small ones."""
    if 0 < abs(number) < CENT:
        return f"{number:E}"
    return format(number, "f") + ("0" * 9 if rng.random() < 0.1 and number.as_tuple().exponent == -2 else "")


def flags(path, kind):
    with open(path, newline="", encoding="utf-8") as stream:
        numbers = sorted({row["InvoiceNumber"] for row in csv.DictReader(stream)} - {""})
    said = [["--invoice-month", "2022-05"], ["--invoice-month", f"{numbers[0]}=2022-02", "--invoice-month", "2022-11",
                                             "--invoice-month", f"{numbers[-1]}=2022-03"]]
    if kind == "usage":
        return [said[1], ["--reason", "partner earned credit applied", "--reason", ""]]
    return [*said, ["--reason", "outageCredit"], ["--reason", "", "--amount", "total"]]


def applied(path, kind):
    lines, months = [], {}
    with open(path, newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            reason = row["CreditReasonCode" if kind == "invoice" else "CreditType"]
            if reason.lower().replace(" ", "") not in REASONS[kind]:
                continue
            month, number = oracle.month_of(oracle.read_date(row["ChargeStartDate"])), row["InvoiceNumber"]
            months[number] = max(month, months.get(number, month))
            lines.append((row, month))
    groups = defaultdict(list)
    invoiced = {month for number, month in months.items() if number}
    for row, month in lines:
        if kind == "usage" and not row["InvoiceNumber"] and month in invoiced:
            continue  # usage that is not invoiced yet, of a month that is
        month = months[row["InvoiceNumber"]] if row["InvoiceNumber"] else month
        currency = row["Currency" if kind == "invoice" else "BillingCurrency"]
        key = oracle.read_id(row["CustomerId"]), currency, oracle.show_month(month), row["PricingCurrency"]
        billed = -Decimal(row["Subtotal"]) if kind == "invoice" else Decimal(row["BillingPreTaxTotal"])
        groups[key].append((billed, billed if currency == row["PricingCurrency"] else priced(row, kind)))
    result = ["CustomerID CurrencyCode InvoiceMonth CreditApplied PricingCurrency PricedCredit Lines".split()]
    for (customer, currency, month, pricing), found in sorted(groups.items()):
        in_pricing = [amount for _, amount in found]
        known = None if None in in_pricing else sum(in_pricing)
        result.append([customer, currency, month, sum(amount for amount, _ in found), pricing, known, len(found)])
    return result


def priced(row, kind):
    if kind == "usage":
        return Decimal(row["PricingPreTaxTotal"]) if row["PricingPreTaxTotal"] else None
    if not row["EffectiveUnitPrice"] or not row["BillableQuantity"]:
        return None
    return -(Decimal(row["EffectiveUnitPrice"]) * Decimal(row["BillableQuantity"])).quantize(CENT, ROUND_DOWN)
