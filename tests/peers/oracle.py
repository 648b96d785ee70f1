#!/usr/bin/env python3
"""An independent computation of credit given, summaries and balances from ACO balance reports.

    oracle.py given|summary|balance [--as-of YYYY-MM-DD] [--by KEY,KEY] FILE...

Plain and slow on purpose: every rule is one short function, to be compared with by machine.
"""
import argparse
import csv
import datetime
import sys
from collections import defaultdict, namedtuple
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, getcontext

getcontext().prec = 200  # sums stay exact
csv.field_size_limit(1 << 30)

COLUMNS = ("PartnerID CustomerID InvoiceMonth CreditName CreditAmount Status "
           "BalanceAmount CurrencyCode AgreementID EffectiveDate ExpiryDate").split()

# month is a count of months (year * 12 + month - 1), so that a gap is a subtraction
Record = namedtuple("Record", "partner customer month name amount status balance "
                              "currency agreement effective expiry")
# one record in its place on a credit's timeline; None stands for an empty cell
Entry = namedtuple("Entry", "record previous given opening span forfeited")
Credit = namedtuple("Credit", "identity tranche entries")  # tranche: EffectiveDate, None if not split


# ---------------------------------------------------------------- reading

def read_id(text):
    bare = text[4:] if text[:4].lower() == "org:" else text
    parts = bare.split("-")
    guid = ([len(p) for p in parts] == [8, 4, 4, 4, 12]
            and all(c in "0123456789abcdefABCDEF" for p in parts for c in p))
    if not text:
        raise ValueError("an id is empty")
    return bare.lower() if guid else text


def read_date(text):
    """ISO or M/D/YYYY, with or without a time; empty and year 1 are no date."""
    if not text:
        return None
    day = text.replace("T", " ").split(" ")[0]
    if "/" in day:
        month, number, year = map(int, day.split("/"))
        date = datetime.date(year, month, number)
    else:
        date = datetime.date.fromisoformat(day)
    return None if date == datetime.date.min else date


def read_month(text):
    if len(text) == 7 and text[4] == "-":
        date = datetime.date.fromisoformat(text + "-01")
    else:
        date = read_date(text)
    if date is None:
        raise ValueError("no month")
    return month_of(date)


def month_of(date):
    return date.year * 12 + date.month - 1


def read_amount(text):
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"not an amount: {text!r}")
    if not amount.is_finite():
        raise ValueError(f"not an amount: {text!r}")
    if amount.as_tuple().exponent > 0:  # 1.2E+3 is 1200
        amount = amount.quantize(Decimal(1))
    return amount if amount else abs(amount)  # no negative zero


def read_status(text):
    known = {"active": "Active", "expired": "Expired"}
    return known.get(text.lower(), text)


def read_record(row):
    return Record(
        partner=read_id(row["PartnerID"]), customer=read_id(row["CustomerID"]),
        month=read_month(row["InvoiceMonth"]), name=row["CreditName"],
        amount=read_amount(row["CreditAmount"]), status=read_status(row["Status"]),
        balance=read_amount(row["BalanceAmount"]), currency=row["CurrencyCode"].upper(),
        agreement=read_id(row["AgreementID"]),
        effective=read_date(row["EffectiveDate"]), expiry=read_date(row["ExpiryDate"]))


def read_files(paths):
    """All rows of all files as (file number, 'path:line' of the row's end, record)."""
    rows, errors = [], []
    for number, path in enumerate(paths):
        with open(path, newline="", encoding="utf-8-sig") as stream:
            reader = csv.reader(stream, strict=True)
            header = next(reader, None)
            if header is None or sorted(header) != sorted(COLUMNS):
                errors.append(f"{path}:1: not the documented header")
                continue
            for cells in reader:
                if not cells:
                    continue
                place = f"{path}:{reader.line_num}"
                try:
                    if len(cells) != len(header):
                        raise ValueError(f"{len(cells)} fields")
                    rows.append((number, place, read_record(dict(zip(header, cells)))))
                except ValueError as error:
                    errors.append(f"{place}: {error}")
    return rows, errors


# ---------------------------------------------------------------- the ledger

def identity_of(record):
    return (record.partner, record.customer, record.agreement, record.name, record.currency)


def count_once(rows, errors):
    """Drops repeats inside a file; another value for the same credit and month is an error."""
    first = {}
    for number, place, record in rows:
        key = (number, identity_of(record), record.effective, record.month)
        if key not in first:
            first[key] = (number, place, record)
        elif first[key][2] == record:  # equal values: the longer spelling stands (1.50, not 1.5)
            if scales(record) > scales(first[key][2]):
                first[key] = (number, place, record)
        else:
            errors.append(f"{place}: other values than {first[key][1]} for the same credit and month")
    return list(first.values())


def scales(record):
    return (-record.amount.as_tuple().exponent, -record.balance.as_tuple().exponent)


def merge(rows):
    """One record a month, in month order; between files the later one wins."""
    by_month = {}
    for number, _, record in sorted(rows, key=lambda row: row[0]):
        by_month[record.month] = record
    return [by_month[month] for month in sorted(by_month)]


def dates_in_one_file_and_month(rows):
    dates = defaultdict(set)
    for number, _, record in rows:
        dates[number, record.month].add(record.effective)
    return any(len(found) > 1 for found in dates.values())


def starts_after_the_end(timeline):
    return any(after.effective and before.expiry and after.effective > before.expiry
               for before, after in zip(timeline, timeline[1:]))


def build_credits(rows, errors):
    first_month = {}  # of a partner, in the whole input
    for _, _, record in rows:
        first_month[record.partner] = min(record.month, first_month.get(record.partner, record.month))
    identities = defaultdict(list)
    for row in count_once(rows, errors):
        identities[identity_of(row[2])].append(row)

    credits = []
    for identity, own in identities.items():
        if dates_in_one_file_and_month(own) or starts_after_the_end(merge(own)):
            tranches = defaultdict(list)
            for row in own:
                tranches[row[2].effective].append(row)
        else:
            tranches = {None: own}
        for tranche, some in tranches.items():
            entries = follow(merge(some), first_month[identity[0]])
            credits.append(Credit(identity, tranche, entries))
    return credits


def follow(timeline, partner_starts):
    """Credit given, opening amount, span and forfeited amount along one timeline."""
    entries = []
    before = None       # the record before this one
    last_active = None  # the last Active record, if no Expired one came since
    lost = None         # what was forfeited, if no Active record came since
    for record in timeline:
        zero = record.amount - record.amount  # 0, written like the amount
        previous, given, opening, span = zero, record.amount, None, 1
        if before is not None:
            previous = before.amount
            given = record.amount - before.amount
            span = record.month - before.month
        elif not first_is_known(record, partner_starts):
            previous, given, opening, span = None, None, record.amount, None
        forfeited = zero
        if record.status == "Expired" and last_active is not None:
            forfeited = lost = limit_of(last_active) - record.amount
            last_active = None
        elif record.status == "Active":
            last_active = record
            if lost is not None:
                forfeited, lost = zero - lost, None
        entries.append(Entry(record, previous, given, opening, span, forfeited))
        before = record
    return entries


def first_is_known(record, partner_starts):
    began = record.effective is not None and record.month <= month_of(record.effective)
    return began or partner_starts < record.month or record.amount == 0


def limit_of(record):
    return record.amount + record.balance


# ---------------------------------------------------------------- answers

def none_first(date):
    return date or datetime.date.min


def given(credits, as_of):
    yield ("PartnerID CustomerID AgreementID CreditName CurrencyCode InvoiceMonth Status "
           "PreviousCreditAmount CreditAmount CreditGiven OpeningAmount SpanMonths "
           "BalanceAmount Period").split()
    lines = [(credit.identity, entry.record.month, none_first(credit.tranche), entry)
             for credit in credits for entry in credit.entries]
    for identity, month, _, entry in sorted(lines, key=lambda line: line[:3]):
        record = entry.record
        yield [*identity, show_month(month), record.status, entry.previous, record.amount,
               entry.given, entry.opening, entry.span, record.balance, period(month, as_of)]


def balance(credits, as_of):
    yield ("PartnerID CustomerID AgreementID CreditName CurrencyCode InvoiceMonth Status "
           "CreditLimit CreditAmount BalanceAmount UsedPercent EffectiveDate ExpiryDate "
           "DaysLeft Forfeited").split()

    def order(credit):
        return credit.identity, credit.entries[-1].record.month, none_first(credit.tranche)

    for credit in sorted(credits, key=order):
        record = credit.entries[-1].record
        days_left = (record.expiry - as_of).days if record.expiry else None
        yield [*credit.identity, show_month(record.month), record.status, limit_of(record),
               record.amount, record.balance, used_percent(record), record.effective,
               record.expiry, days_left, total(entry.forfeited for entry in credit.entries)]


def used_percent(record):
    limit = limit_of(record)
    if limit == 0:
        return None
    percent = (record.amount * 100 / limit).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return percent if percent else abs(percent)


KEYS = {
    "month": ("InvoiceMonth", lambda record: show_month(record.month)),
    "customer": ("CustomerID", lambda record: record.customer),
    "agreement": ("AgreementID", lambda record: record.agreement),
    "partner": ("PartnerID", lambda record: record.partner),
    "status": ("Status", lambda record: record.status),
}


def summary(credits, as_of, by):
    keys = [key for key in dict.fromkeys(by) if key != "currency"]  # currency is always there, last
    yield ([KEYS[key][0] for key in keys]
           + "CurrencyCode Customers Credits OpeningAmount CreditGiven CreditAmount BalanceAmount Forfeited".split()
           + ["Period"] * ("month" in keys))
    groups = defaultdict(lambda: defaultdict(list))  # group -> number of the credit -> its entries, in order
    for number, credit in enumerate(credits):
        for entry in credit.entries:
            group = tuple(KEYS[key][1](entry.record) for key in keys) + (entry.record.currency,)
            groups[group][number].append(entry)
    for group in sorted(groups):
        members = groups[group].values()
        everything = [entry for entries in members for entry in entries]
        last = [entries[-1].record for entries in members]
        line = [*group, len({record.customer for record in last}), len(last),
                total(entry.opening for entry in everything),
                total(entry.given for entry in everything),
                total(record.amount for record in last),
                total(record.balance for record in last),
                total(entry.forfeited for entry in everything)]
        if "month" in keys:
            line.append(period(everything[0].record.month, as_of))
        yield line


def total(amounts):
    known = [amount for amount in amounts if amount is not None]
    return sum(known[1:], known[0]) if known else None


def period(month, as_of):
    return "open" if month >= month_of(as_of) else "closed"


def show_month(month):
    return f"{month // 12:04}-{month % 12 + 1:02}"


def show(value):
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value if value else abs(value), "f")
    return str(value)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["given", "summary", "balance"])
    parser.add_argument("--as-of", type=datetime.date.fromisoformat, default=datetime.date.today())
    parser.add_argument("--by", default="month")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    by = options.by.split(",")
    if any(key not in KEYS and key != "currency" for key in by):
        parser.error("unknown key in --by")

    rows, errors = read_files(options.files)
    credits = build_credits(rows, errors)
    if errors:
        print(*errors, sep="\n", file=sys.stderr)
        return 2
    answer = {"given": lambda: given(credits, options.as_of),
              "balance": lambda: balance(credits, options.as_of),
              "summary": lambda: summary(credits, options.as_of, by)}[options.command]
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerows([show(value) for value in line] for line in answer())
    return 0


if __name__ == "__main__":
    sys.exit(main())
