"""Credit given against credit applied, computed independently: csv, json and decimal of the standard library.

    python3 reconcile.py BALANCE INVOICE... [--tolerance AMOUNT] [--as-of MONTH]

Prints PartnerID,CustomerID,CurrencyCode,InvoiceMonth,CreditGiven,CreditApplied,Result, without rows of nothing given
and nothing applied. Months from that of --as-of on are open; without it every month counts as closed. It reads the documented
spelling of the balance report, and invoices of one kind whose files repeat nothing: reconciliation files as CSV or JSON Lines, or daily rated usage as CSV.
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
    """By partner, customer and currency the amounts given as (first month, last month, amount or None, opening); and the
    months of each partner."""
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
                given = (before + 1, month, amount - Decimal(timeline[before]["CreditAmount"]), Decimal(0))
            else:
                effective = month_number(timeline[month]["EffectiveDate"])
                if effective >= month:
                    given = (month, month, amount, Decimal(0))
                elif effective >= min(covered[partner]):
                    given = (effective, month, amount, Decimal(0))
                else:
                    given = (month, month, amount if amount == 0 else None, amount)
            amounts[partner, customer, currency].append(given)
            before = month
    return amounts, covered


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
    """Credit lines as (partner or "", customer, month, billed currency, pricing currency, billed, priced), and the invoiced months."""
    credit_months, usage_months, credits = {}, {}, []
    for line in (line for path in paths for line in invoice_lines(path)):
        number, credit = line["invoicenumber"], invoice_credit(line)
        is_usage = "credittype" in line or line.get("meterdescription")
        if credit is None and not is_usage:
            continue
        month = month_number(line["chargestartdate"])
        months = usage_months if credit is None else credit_months
        months[number] = max(months.get(number, month), month)
        if credit is not None:
            currency = line["billingcurrency"] if "credittype" in line else line["currency"]
            credits.append((line.get("partnerid", ""), line["customerid"], number, currency, line["pricingcurrency"], *credit))
    months = {**usage_months, **credit_months}
    return [(partner, customer, months[number], *rest) for partner, customer, number, *rest in credits], set(months.values())


def stretches(amounts, invoiced):
    """Amounts whose months overlap as one, if they touch an invoiced month: [first, last, known amount or None, the least
    and the most that openings add, whether it has one, and the amounts that it is joined of]."""
    joined = []
    for first, last, amount, opening in sorted(amounts, key=lambda amount: -amount[1]):
        opening = Decimal(0) if amount is not None else opening
        own = [first, last, amount, min(opening, 0), max(opening, 0), amount is None, [(first, last, amount, opening)]]
        later = joined[-1] if joined else None
        if later and later[0] <= last:
            later[0] = min(later[0], first)
            later[2] = amount if later[2] is None else later[2] + (amount or 0)
            later[3:] = [later[3] + own[3], later[4] + own[4], later[5] or own[5], later[6] + own[6]]
        else:
            joined.append(own)
    return [own for own in joined if any(own[0] <= month <= own[1] for month in invoiced)]


def home(billed, pricing, giving, present, held):
    """The currencies of the credits that a line may belong to."""
    for among in (giving, present, held):
        found = [currency for currency in dict.fromkeys((billed, pricing)) if currency in among]
        if found:
            return found
    return []


def known_by(parts, month):
    """What amounts gave by a month: what is known, and the least and the most. One that goes on later gave nothing up to all."""
    known, least, most = None, Decimal(0), Decimal(0)
    for first, last, amount, opening in parts:
        if last <= month and amount is not None:
            known, least, most = (known or 0) + amount, least + amount, most + amount
        elif first <= month:
            whole = amount if amount is not None else opening
            least, most = least + min(whole, 0), most + max(whole, 0)
    return known, least, most


def compare(owner, credits, lines, invoiced, reported, tolerance, opens):
    rows = {(own[1], currency): dict(span=own, sure=[], doubtful=[])
            for currency, spans in credits.items() for own in spans}
    either = defaultdict(list)

    def key(currency, month):
        inside = [own for own in credits.get(currency, []) if own[0] <= month <= own[1]]
        return (inside[0][1] if inside else month, currency)

    def row(at):
        return rows.setdefault(at, dict(span=None, sure=[], doubtful=[]))

    def judged(at, more=()):
        month, _ = at
        found = rows.get(at, dict(span=None, sure=[], doubtful=[]))
        span, sure = found["span"], [*found["sure"], *more]
        if month >= opens:
            return "open"
        months = range(span[0], month + 1) if span else ()
        if any(own not in invoiced for own in months) or not span and sure + found["doubtful"] and month not in reported:
            return "unknown"
        least = most = ((span and span[2]) or Decimal(0)) - sum(amount for _, amount in sure)
        if span:
            least, most = least + span[3], most + span[4]
        least -= sum(max(amount, 0) for _, amount in found["doubtful"])
        most -= sum(min(amount, 0) for _, amount in found["doubtful"])
        if -tolerance <= least and most <= tolerance:
            return "matched"
        if least <= tolerance and -tolerance <= most:
            return "not-comparable" if found["doubtful"] else "unknown"
        if not sure and not found["doubtful"]:
            return "balance-only"
        return "mismatched" if span else "invoice-only"

    loose_at = set()
    for month, billed, pricing, as_billed, as_priced, loose in lines:
        present = {currency: own for currency, spans in credits.items() for own in spans if own[0] <= month <= own[1]}
        giving = {currency for currency, own in present.items() if own[5] or own[2] != 0}
        homes = home(billed, pricing, giving, present, set(credits)) or [billed]
        if loose:
            for at in homes:
                row(key(at, month))["doubtful"].append((month, as_billed if at == billed else as_priced))
            loose_at |= {key(billed, month)} if not owner[0] else set()
        elif len(homes) == 1:
            row(key(homes[0], month))["sure"].append((month, as_billed if homes[0] == billed else as_priced))
        else:
            either[key(billed, month), key(pricing, month)].append(((month, as_billed), (month, as_priced)))
    for keys, amounts in sorted(either.items(), key=lambda item: [(own[1], own[0]) for own in item[0]]):
        for its in (1, 0):
            if judged(keys[its], [own[its] for own in amounts]) == "matched" == judged(keys[1 - its]):
                row(keys[its])["sure"] += [own[its] for own in amounts]
                break
        else:
            for its in (0, 1):
                row(keys[its])["doubtful"] += [own[its] for own in amounts]
    billed_doubt = loose_at | {keys[0] for keys in either if row(keys[0])["doubtful"]}

    def tell(month, currency, given, found, result):
        lines = found["sure"] or found["doubtful"] and (month, currency) in billed_doubt
        if not lines and not (found["span"] and found["span"][5]) and not given:
            return
        applied = sum(amount for _, amount in found["sure"]) if found["sure"] else None
        shown = ["" if value is None else f"{value.normalize():f}" for value in (given, applied)]
        print(",".join([*owner, currency, month_text(month), *shown, result]))

    for (month, currency), found in sorted(rows.items()):
        span, closed = found["span"], opens - 1
        given = span and span[2]
        if span and month >= opens and span[0] <= closed:
            # What a closed month's invoice applied beyond all that was given by then is no matter of the open month.
            known, least, most = known_by(span[6], closed)
            early, found = ({key: [line for line in found[key] if (line[0] <= closed) == is_early] for key in ("sure", "doubtful")}
                            for is_early in (True, False))
            early["span"] = found["span"] = span
            taken_back = min(Decimal(0), sum(amount for _, amount in found["sure"]))
            applied = sum(amount for _, amount in early["sure"])
            least -= applied + sum(max(amount, 0) for _, amount in early["doubtful"])
            most -= applied + sum(min(amount, 0) for _, amount in early["doubtful"])
            is_whole = all(own in invoiced for own in range(span[0], closed + 1))
            # Nor is what is taken back in the open month.
            if most < -tolerance and most - taken_back < -tolerance or least > tolerance and is_whole:
                has_lines = early["sure"] or early["doubtful"]
                result = ("mismatched" if has_lines else "balance-only") if is_whole else "unknown"
                billed_doubt |= {(closed, currency)} if (month, currency) in billed_doubt else set()
                tell(closed, currency, known, early, result)
                given = given if known is None else given - known
            else:
                found = rows[month, currency]
        tell(month, currency, given, found, judged((month, currency)))


def main(paths, tolerance, opens):
    amounts, covered = balance(paths[0])
    lines, invoiced = invoices(paths[1:])
    together = {customer for partner, customer, *_ in lines} - {customer for partner, customer, *_ in lines if partner}
    partners = defaultdict(set)
    for partner, customer, _ in amounts:
        partners[customer].add(partner)

    def owner(partner, customer):
        if customer in together:
            partner = min(partners[customer]) if len(partners[customer]) == 1 else ""
        return partner, customer

    given, by_owner = defaultdict(lambda: defaultdict(list)), defaultdict(list)
    for (partner, customer, currency), own in amounts.items():
        given[owner(partner, customer)][currency] += own
    credits = {own: {currency: stretches(all_given, invoiced) for currency, all_given in all_own.items()}
               for own, all_own in given.items()}

    def gives(own, month, currencies):
        return any(first <= month <= last and (unknown or amount != 0)
                   for currency in currencies for first, last, amount, _, _, unknown, _ in credits[own].get(currency, []))

    for partner, customer, *line in lines:
        month, billed, pricing, *both = line
        # A line without a partner among others that name theirs is that one's who gave, or in doubt among all who did.
        # Where nobody gave it is that of the customer's only partner, if there is but one.
        all_own = [own for own in given if own[1] == customer]
        givers = [own for own in all_own if gives(own, month, {billed, pricing})]
        if not givers and len(all_own) == 1:
            givers = all_own
        if partner or customer in together:
            owners = [owner(partner, customer)]
        elif len(givers) == 1:
            owners = givers
        else:
            owners = [("", customer), *(givers if any(both) else [])]
        for own in owners:
            by_owner[own].append((*line, len(owners) > 1))
    for own in sorted({*given, *by_owner}):
        reported = covered.get(own[0], set()) if own[0] else set().union(*covered.values())
        compare(own, credits.get(own, {}), by_owner.get(own, []), invoiced, reported, tolerance, opens)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    allowed = CENT
    if "--tolerance" in arguments:
        at = arguments.index("--tolerance")
        allowed = Decimal(arguments[at + 1])
        del arguments[at:at + 2]
    first_open = 10**6
    if "--as-of" in arguments:
        at = arguments.index("--as-of")
        first_open = month_number(arguments[at + 1])
        del arguments[at:at + 2]
    main(arguments, allowed, first_open)
