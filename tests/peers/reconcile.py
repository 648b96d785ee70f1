"""Credit given against credit applied, computed independently: csv, json and decimal of the standard library.

    python3 reconcile.py BALANCE INVOICE... [--tolerance AMOUNT]

Prints CustomerID,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Result, without rows of nothing given and nothing
applied. Every month counts as closed. It reads the documented spelling of the balance report, and invoices of one kind
whose files repeat nothing: reconciliation files as CSV or JSON Lines, or daily rated usage as CSV.
"""

import csv
import json
import sys
from collections import defaultdict
from decimal import ROUND_DOWN, Decimal, getcontext

getcontext().prec = 60
REASONS = {"azurecredit", "azurecreditoffer", "azureconsumptioncredit"}
CENT = Decimal("0.01")


def month_number(text):
    """Months since year 0 of `2022-07`, `7/1/2022` or `2022-07-01T00:00:00Z`."""
    if "/" in text:
        month, _, year = text.split("/")
    else:
        year, month = text.split("-")[:2]
    return int(year) * 12 + int(month) - 1


def month_text(number):
    return f"{number // 12:04}-{number % 12 + 1:02}"


def balance(path):
    """By customer and currency the amounts given as (first month, last month, amount or None); and all months."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    credits, covered = defaultdict(dict), defaultdict(set)
    for row in rows:
        key = (row["PartnerID"], row["CustomerID"], row["AgreementID"], row["CreditName"].lower(), row["CurrencyCode"])
        credits[key][month_number(row["InvoiceMonth"])] = row
        covered[row["PartnerID"]].add(month_number(row["InvoiceMonth"]))
    amounts = defaultdict(list)
    for (partner, customer, _, _, currency), timeline in credits.items():
        before = None
        for month in sorted(timeline):
            amount = Decimal(timeline[month]["CreditAmount"])
            if before is not None:
                given = (before + 1, month, amount - Decimal(timeline[before]["CreditAmount"]))
            else:
                effective = month_number(timeline[month]["EffectiveDate"])
                if effective >= month:
                    given = (month, month, amount)
                elif effective >= min(covered[partner]):
                    given = (effective, month, amount)
                else:
                    given = (month, month, amount if amount == 0 else None)
            amounts[customer, currency].append(given)
            before = month
    return amounts, set().union(*covered.values())


def invoice_lines(path):
    with open(path, newline="") as file:
        if path.endswith(".jsonl"):
            for line in file:
                members = json.loads(line, parse_float=str, parse_int=str)
                yield {key.lower(): value or "" for key, value in members.items()}
        else:
            for row in csv.DictReader(file):
                yield {key.lower(): value for key, value in row.items()}


def invoice_credit(line):
    """The credit of a line as billed and as priced; None if it is no Azure credit."""
    if "credittype" in line:
        if line["credittype"] != "Azure Credit Applied":
            return None
        return Decimal(line["billingpretaxtotal"]), Decimal(line["pricingpretaxtotal"])
    if line["creditreasoncode"].lower().replace(" ", "") not in REASONS:
        return None
    billed = -Decimal(line["subtotal"])
    if line["currency"] == line["pricingcurrency"]:
        return billed, billed
    priced = Decimal(line["effectiveunitprice"]) * Decimal(line["billablequantity"])
    return billed, -priced.quantize(CENT, rounding=ROUND_DOWN)


def invoices(paths):
    """Credit lines as (customer, month, billed currency, pricing currency, billed, priced), and the invoiced months."""
    credit_months, usage_months, credits = {}, {}, []
    for line in (line for path in paths for line in invoice_lines(path)):
        number, credit = line["invoicenumber"], invoice_credit(line)
        is_usage = "credittype" in line or line["meterdescription"]
        if credit is None and not is_usage:
            continue
        month = month_number(line["chargestartdate"])
        months = usage_months if credit is None else credit_months
        months[number] = max(months.get(number, month), month)
        if credit is not None:
            currency = line["billingcurrency"] if "credittype" in line else line["currency"]
            credits.append((line["customerid"], number, currency, line["pricingcurrency"], *credit))
    months = {**usage_months, **credit_months}
    return [(customer, months[number], *rest) for customer, number, *rest in credits], set(months.values())


def stretches(amounts, invoiced):
    """Amounts that touch an invoiced month, those whose months overlap as one: [first, last, amount or None]."""
    joined = []
    for first, last, amount in sorted(amounts, key=lambda amount: -amount[1]):
        if not any(first <= month <= last for month in invoiced):
            continue
        later = joined[-1] if joined else None
        if later and later[0] <= last:
            later[0] = min(later[0], first)
            later[2] = None if None in (later[2], amount) else later[2] + amount
        else:
            joined.append([first, last, amount])
    return joined


def home(billed, pricing, giving, present, held):
    """The currencies of the credits that a line may belong to."""
    for among in (giving, present, held):
        found = [currency for currency in dict.fromkeys((billed, pricing)) if currency in among]
        if found:
            return found
    return []


def compare(customer, credits, lines, invoiced, reported, tolerance):
    held = set(credits)
    rows = {}

    def row(currency, month):
        inside = [own for own in credits.get(currency, []) if own[0] <= month <= own[1]]
        first, last, given = inside[0] if inside else (month, month, "none")
        return rows.setdefault((last, currency), dict(first=first, given=given, applied=None, lines=0, clash=False, stray=False))

    def add(found, amount):
        found["applied"] = (found["applied"] or Decimal(0)) + amount
        found["lines"] += 1

    for currency, own in credits.items():
        for _, last, _ in own:
            if last in invoiced:
                row(currency, last)
    strays = defaultdict(list)
    for month, billed, pricing, as_billed, as_priced in lines:
        present = {currency: stretch for currency, own in credits.items() for stretch in own
                   if stretch[0] <= month <= stretch[1]}
        giving = {currency for currency, stretch in present.items() if stretch[2] != 0}
        homes = home(billed, pricing, giving, present, held)
        if len(homes) == 1:
            add(row(homes[0], month), as_billed if homes[0] == billed else as_priced)
        elif homes:
            for currency in homes:
                row(currency, month)["clash"] = True
            row(homes[0], month)["lines"] += 1
        else:
            strays[month].append((billed, as_billed, giving))
    own_lines = {key for key, found in rows.items() if found["applied"] is not None}
    for month, lines_of_month in strays.items():
        for billed, amount, giving in lines_of_month:
            without = []
            for currency in giving:
                found = row(currency, month)
                if not any(rows[key] is found for key in own_lines):
                    found["clash"] = True
                    without.append(currency)
            stray = row(billed, month)
            add(stray, amount)
            stray["stray"] = True
            stray["clash"] = stray["clash"] or bool(without)
    for (month, currency), found in sorted(rows.items()):
        given, absent = found["given"], found["given"] == "none"
        missing = [own for own in range(found["first"], month + 1) if own not in invoiced]
        difference = (Decimal(0) if absent or given is None else given) - (found["applied"] or Decimal(0))
        if found["clash"]:
            result, found["applied"] = "not-comparable", found["applied"] if found["stray"] else None
        elif given is None or (absent and month not in reported) or missing:
            result = "unknown"
        elif abs(difference) <= tolerance:
            result = "matched"
        elif not found["lines"]:
            result = "balance-only"
        else:
            result = "invoice-only" if absent else "mismatched"
        if found["lines"] == 0 and (absent or given == 0):
            continue
        shown = ["" if value is None or value == "none" else f"{value.normalize():f}"
                 for value in (given, found["applied"])]
        print(",".join([customer, currency, month_text(month), *shown, result]))


def main(paths, tolerance):
    amounts, reported = balance(paths[0])
    lines, invoiced = invoices(paths[1:])
    credits, by_customer = defaultdict(dict), defaultdict(list)
    for (customer, currency), given in amounts.items():
        credits[customer][currency] = stretches(given, invoiced)
    for customer, *line in lines:
        by_customer[customer].append(line)
    for customer in sorted({*credits, *by_customer}):
        compare(customer, credits.get(customer, {}), by_customer.get(customer, []), invoiced, reported, tolerance)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    allowed = CENT
    if "--tolerance" in arguments:
        at = arguments.index("--tolerance")
        allowed = Decimal(arguments[at + 1])
        del arguments[at:at + 2]
    main(arguments, allowed)
