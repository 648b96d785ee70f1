"""Credit given against credit applied, computed independently: csv, json and decimal of the standard library.

    python3 reconcile.py BALANCE INVOICE

Prints CustomerID,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Result, sorted, for the months that the
invoice covers. It knows what `generate-invoice` writes: one spelling, no gaps, no repeated rows.
"""

import csv
import json
import sys
from collections import defaultdict
from decimal import ROUND_DOWN, Decimal, getcontext

getcontext().prec = 60
REASONS = {"azurecredit", "azurecreditoffer", "azureconsumptioncredit"}
CENT = Decimal("0.01")


def month_of(day):
    if "T" in day:
        return day[:7]
    month, _, year = day.split("/")
    return f"{int(year):04}-{int(month):02}"


def balance(path):
    """What each customer was given by month and currency; None where the past is unknown."""
    with open(path, newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["InvoiceMonth"])
    first = rows[0]["InvoiceMonth"]
    last, given, held = {}, {}, defaultdict(set)
    for row in rows:
        credit = (row["CustomerID"], row["AgreementID"], row["CurrencyCode"])
        key = (row["CustomerID"], row["InvoiceMonth"], row["CurrencyCode"])
        amount, month = Decimal(row["CreditAmount"]), row["InvoiceMonth"]
        held[row["CustomerID"]].add(row["CurrencyCode"])
        known = credit in last or month > first or amount == 0 or month_of(row["EffectiveDate"]) >= month
        if not known or given.get(key, 0) is None:
            given[key] = None
        else:
            given[key] = given.get(key, Decimal(0)) + amount - last.get(credit, Decimal(0))
        last[credit] = amount
    return given, held


def lines(path):
    with open(path, newline="") as file:
        if path.endswith(".jsonl"):
            for line in file:
                members = json.loads(line, parse_float=str, parse_int=str)
                yield {key.lower(): value or "" for key, value in members.items()}
        else:
            for row in csv.DictReader(file):
                yield {key.lower(): value for key, value in row.items()}


def invoice(path):
    """Credit lines by customer, month of their invoice and the two currencies: billed, priced and how many."""
    months, credits = {}, []
    for line in lines(path):
        if line["creditreasoncode"].lower().replace(" ", "") not in REASONS:
            continue
        number, month = line["invoicenumber"], month_of(line["chargestartdate"])
        months[number] = max(months.get(number, month), month)
        priced = Decimal(line["effectiveunitprice"]) * Decimal(line["billablequantity"])
        if line["currency"] == line["pricingcurrency"]:
            priced = Decimal(line["subtotal"])
        priced = priced.quantize(CENT, rounding=ROUND_DOWN) if line["currency"] != line["pricingcurrency"] else priced
        credits.append((line["customerid"], number, line["currency"], line["pricingcurrency"],
                        Decimal(line["subtotal"]), priced))
    sums = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for customer, number, billed, pricing, subtotal, priced in credits:
        total = sums[customer, months[number], billed, pricing]
        total[0] -= subtotal
        total[1] -= priced
        total[2] += 1
    return sums, set(months.values())


def reconcile(given, held, sums, months):
    rows = {key: [amount, None, 0, False] for key, amount in given.items() if key[1] in months}
    for (customer, month, billed, pricing), (subtotal, priced, count) in sums.items():
        now = {key[2]: rows[key][0] for key in rows if key[:2] == (customer, month)} if len(rows) < 2000 else {
            currency: rows[customer, month, currency][0]
            for currency in held.get(customer, ()) if (customer, month, currency) in rows}
        giving = {currency for currency, amount in now.items() if amount is None or amount != 0}
        for among in (giving, set(now), held.get(customer, set())):
            if billed in among and pricing in among and billed != pricing:
                homes, applied = [billed, pricing], None
            elif billed in among:
                homes, applied = [billed], subtotal
            elif pricing in among:
                homes, applied = [pricing], priced
            else:
                continue
            break
        else:
            homes, applied = (sorted(now), None) if now else ([billed], subtotal)
        for at, currency in enumerate(homes):
            row = rows.setdefault((customer, month, currency), ["none", None, 0, False])
            row[3] |= applied is None
            row[2] += count if at == 0 else 0
            if applied is not None:
                row[1] = (row[1] or Decimal(0)) + applied
    for (customer, month, currency), (amount, applied, count, clash) in sorted(rows.items(),
                                                                               key=lambda r: (r[0][0], r[0][1], r[0][2])):
        absent = isinstance(amount, str)
        difference = (Decimal(0) if absent or amount is None else amount) - (applied or Decimal(0))
        if clash:
            result, applied = "not-comparable", None
        elif amount is None:
            result = "unknown"
        elif abs(difference) <= CENT:
            result = "matched"
        elif count == 0:
            result = "balance-only"
        else:
            result = "invoice-only" if absent else "mismatched"
        shown = ["" if value is None or isinstance(value, str) else f"{value.normalize():f}"
                 for value in (amount, applied)]
        print(",".join([customer, currency, month, *shown, result]))


if __name__ == "__main__":
    books, currencies = balance(sys.argv[1])
    reconcile(books, currencies, *invoice(sys.argv[2]))
