#!/usr/bin/env python3
"""An independent computation of credit given, summaries, balances and changes from ACO balance reports.

    oracle.py given|summary|statement|balance|expiring|list|check|changes [--as-of YYYY-MM-DD] [--by KEY,KEY] [--in-order] [FILTER] FILE...
    oracle.py diff [--as-of YYYY-MM-DD] [--all] OLD NEW
    oracle.py self-check
    oracle.py each    a JSON list of the words of one of these a line on standard input; [answer, faults] a line comes out

Plain and slow on purpose: every rule is one short function, to be compared with by machine. The output is CSV: for
`given`, `summary`, `balance` and `diff` the columns of `aco`, in its order; the others come sorted, as sets to compare:

    expiring  identity, BalanceAmount, ExpiryDate and DaysLeft of running credits that end within 90 days

    statement the columns of `aco`, amounts without zeros at their ends
    list      the eleven columns of each record that counts
    check     Check,CustomerID,AgreementID,InvoiceMonth: `restated-month` and `month-without-rows` only
    changes   Change,CustomerID,AgreementID,InvoiceMonth: each row of a download that a newer one has `completed`,
              `restated`, `added` to or no longer has (`gone`)

FILTER is for `given`, `summary`, `statement`, `balance` and `expiring`: --customer, --agreement, --partner, --currency, --status, --month (each a
list with commas, ids in full), --from, --to, --closed.

The exit code is 2 where nothing can be said, with a line a fault on standard error. A file is CSV in UTF-8, as
Microsoft writes it or as a German Excel saves it (`;`, decimal commas, 31.12.2024); gzip opens by content.

What the rules leave open, and how it is read here, so that nothing is counted twice or dropped in silence:

 1. A file's last month, and so its age, is that of all its rows, also of those that `--as-of` leaves out. All else
    (coverage, spellings, tranches) sees only what `--as-of` leaves. Not given, it is today and leaves nothing out.
 2. Files with the same last month are parts of one download. They contradict each other where both have the same
    credit and month with other values, an amended EffectiveDate included; also where a newer download has the month.
 3. With `--in-order` every file is a download of its own, and its place alone tells its age.
 4. Only EffectiveDates that stand in one month of one *file* are at once. Whether tranches follow each other is asked
    of the newest row of each month, not of replaced ones.
 5. Two rows of one month in neighbouring downloads, with different EffectiveDates that the other side lacks, may be one
    credit with an amended date unless their dates are at once anywhere, or one begins on or after the other's expiry.
    If each may be just the one of the other, they are, and both dates belong to one credit everywhere; if one may be
    several, or dates that are at once come to belong to one credit by others, that is refused.
 6. A row that a newer download no longer has stays in the ledger. It is `gone` (a finding of `restated-month`) if a newer
    download holds its month and partner, also where its month is the last one of its own file.
 7. A row that no older download has is `added` (a finding as well) if the download before that holds its month and
    partner has a later last month; a row that comes back after having gone is compared with what it was.
 8. Every replaced row is a change of its own: a month restated in two downloads is two findings. Whether the month is
    closed by `--as-of` does not matter.
 9. A first record is asked in the order of the rules: begins with its EffectiveDate (span 1); covered (its span counts
    the month of EffectiveDate too); 0 (span 1). Without EffectiveDate only 0 is known.
10. A credit that runs again, or has not begun after all, takes back what was forfeited: a negative amount in that month.
    Over from its first row on, it never ran as far as the input shows; use that comes then is forfeited with a minus.
11. The newest spelling of a CreditName or Status is that of the newest download, there of the latest month, there the
    first in byte order; it holds for the whole input. Active and Expired are always spelt so.
12. Equal rows of one download count once, in the longer spelling of their amounts (1.50, not 1.5); of equal rows in
    several downloads the newest is shown.
13. `diff`: every change in OLD's last month is `completed`, rows added or gone there too. An added or removed record is
    one row, with Field CreditAmount. What is not in NEW is removed only if NEW holds its month and partner, what is not
    in OLD is added only if OLD does (or the month is OLD's last); months after OLD's last are listed with `--all` only.
15. After a credit's last row nothing becomes of it in a month that no row of its partner is of: what was left is carried.
    After the last month of its partner it stays what it was then.
16. The last month of an answer is the last one shown that the input covers of the partner of any credit shown.
17. A credit with a row in a group, that at the group's end has another status, has nothing left there: 0.
    One that has vanished by then says nothing of what is left.
18. `balance` lists a credit that has a row in a month shown, or something left at the end of the last one; its row is the
    last one until then.
14. `month-without-rows` looks between a partner's own first and last month, and is one finding for a partner and month.
"""
import argparse
import csv
import datetime
import functools
import gzip
import io
import json
import sys
import tempfile
from collections import defaultdict, namedtuple
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, getcontext

getcontext().prec = 200  # sums stay exact
csv.field_size_limit(1 << 30)

COLUMNS = ("PartnerID CustomerID InvoiceMonth CreditName CreditAmount Status "
           "BalanceAmount CurrencyCode AgreementID EffectiveDate ExpiryDate").split()

# month is a count of months (year * 12 + month - 1), so that a gap is a subtraction; name and status as spelt
Record = namedtuple("Record", "partner customer month name amount status balance "
                              "currency agreement effective expiry")
# a record in its file: age orders downloads (parts of one share it), last is the last month of the file
Row = namedtuple("Row", "age file last place record")
# what a credit is at the end of a month: `left` is None if nobody knows, `record` is its row or the last one before
Moment = namedtuple("Moment", "state left limit forfeited vanished record is_row")
# one record in its place on a credit's timeline; None stands for an empty cell
Entry = namedtuple("Entry", "record previous given opening span")
# versions: month -> the rows that downloads have of it, oldest first; the last one of each counts
# life: month -> Moment, from the first row to the last month that the input covers of the partner
Credit = namedtuple("Credit", "identity versions entries life")


# ---------------------------------------------------------------- reading

@functools.cache
def read_id(text):
    bare = text[4:] if text[:4].lower() == "org:" else text
    parts = bare.split("-")
    guid = ([len(p) for p in parts] == [8, 4, 4, 4, 12]
            and all(c in "0123456789abcdefABCDEF" for p in parts for c in p))
    if not text:
        raise ValueError("an id is empty")
    return bare.lower() if guid else text


@functools.cache
def read_date(text):
    """ISO, M/D/YYYY or D.M.YYYY, with or without a time; empty and year 1 are no date."""
    if not text:
        return None
    day = text.replace("T", " ").split(" ")[0]
    if "/" in day:
        month, number, year = map(int, day.split("/"))
        date = datetime.date(year, month, number)
    elif "." in day:
        number, month, year = map(int, day.split("."))
        date = datetime.date(year, month, number)
    else:
        date = datetime.date.fromisoformat(day)
    return None if date == datetime.date.min else date


@functools.cache
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


@functools.cache
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


@functools.cache
def read_status(text):
    known = {"active": "Active", "expired": "Expired"}
    return known.get(word(text), text.strip())


def word(text):
    """What names and statuses are compared by."""
    return text.strip().lower()


def read_record(row, german):
    amount = lambda text: read_amount(text.replace(",", ".") if german else text)
    return Record(
        partner=read_id(row["PartnerID"]), customer=read_id(row["CustomerID"]),
        month=read_month(row["InvoiceMonth"]), name=row["CreditName"].strip(),
        amount=amount(row["CreditAmount"]), status=read_status(row["Status"]),
        balance=amount(row["BalanceAmount"]), currency=row["CurrencyCode"].upper(),
        agreement=read_id(row["AgreementID"]),
        effective=read_date(row["EffectiveDate"]), expiry=read_date(row["ExpiryDate"]))


def read_text(path):
    with open(path, "rb") as stream:
        data = stream.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return data.decode("utf-8-sig")


def read_file(path, errors):
    """The places ('path:line' of a row's end) and records of one file."""
    rows = []
    text = read_text(path)
    german = ";" in text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=";" if german else ",")
    header = next(reader, None)
    if header is None or sorted(header) != sorted(COLUMNS):
        errors.append(f"{path}:1: not the documented header")
        return rows
    for cells in reader:
        if not cells:
            continue
        place = f"{path}:{reader.line_num}"
        try:
            if len(cells) != len(header):
                raise ValueError(f"{len(cells)} fields")
            rows.append((place, read_record(dict(zip(header, cells)), german)))
        except ValueError as error:
            errors.append(f"{place}: {error}")
    return rows


def read_files(paths, in_order, errors):
    """All rows of all files, each with the age of its download and the last month of its file."""
    rows = []
    for number, path in enumerate(paths):
        records = read_file(path, errors)
        last = max((record.month for _, record in records), default=None)
        age = number if in_order else last
        rows += [Row(age, number, last, place, record) for place, record in records]
    return rows


def as_of_that_day(rows, as_of):
    return [row for row in rows if row.record.month <= month_of(as_of)]


# ---------------------------------------------------------------- downloads

def identity_of(record):
    return (record.partner, record.customer, record.agreement, word(record.name), record.currency)


def values_of(record):
    """What must be equal for two rows of a credit and month to be the same."""
    return record.amount, record.balance, word(record.status), record.effective, record.expiry


def newest_spellings(rows):
    """The spelling that every word is shown in, of names and of statuses: by kind and word."""
    best = {}
    for row in rows:
        for kind, text in (("name", row.record.name), ("status", row.record.status)):
            newness = (-row.age, -row.record.month, text.encode())
            best[kind, word(text)] = min(newness, best.get((kind, word(text)), newness))
    return {key: newness[2].decode() for key, newness in best.items()}


def respell(rows):
    spelling = newest_spellings(rows)
    return [row._replace(record=row.record._replace(name=spelling["name", word(row.record.name)],
                                                    status=spelling["status", word(row.record.status)]))
            for row in rows]


def count_once(rows, errors):
    """Drops repeats inside a download; another value for the same credit and month is an error."""
    first = {}
    for row in rows:
        key = (row.age, identity_of(row.record), row.record.effective, row.record.month)
        if key not in first:
            first[key] = row
        elif values_of(first[key].record) == values_of(row.record):  # the longer spelling stands
            if scales(row.record) > scales(first[key].record):
                first[key] = row
        else:
            contradiction(row, first[key], errors)
    return list(first.values())


def contradiction(row, other, errors):
    errors.append(f"{row.place}: other values than {other.place} for the same credit and month")


def scales(record):
    return (-record.amount.as_tuple().exponent, -record.balance.as_tuple().exponent)


# ---------------------------------------------------------------- tranches

def dates_at_once(rows):
    """The pairs of EffectiveDates that stand in one month of one file of an identity."""
    dates = defaultdict(set)
    for row in rows:
        dates[row.file, row.record.month].add(row.record.effective)
    return {(one, other) for found in dates.values() for one in found for other in found if one != other}


def newest_of_each_month(rows):
    by_month = {}
    for row in sorted(rows, key=lambda row: (row.age, none_first(row.record.effective))):
        by_month[row.record.month] = row.record
    return [by_month[month] for month in sorted(by_month)]


def follow_each_other(timeline):
    return any(begins_after(after, before) for before, after in zip(timeline, timeline[1:]))


def begins_after(record, other):
    return bool(record.effective and other.expiry and record.effective >= other.expiry)


def amended_dates(rows, at_once, errors):
    """The pairs of EffectiveDates that are one credit's, by what downloads say of the same months."""
    months = defaultdict(lambda: defaultdict(list))  # month -> file -> rows
    for row in rows:
        months[row.record.month][row.age, row.file].append(row)
    pairs = set()
    for files in months.values():
        downloads = defaultdict(list)
        for (age, _), some in sorted(files.items()):
            downloads[age].append(some)
        for parts in downloads.values():
            for number, part in enumerate(parts):
                for other in parts[:number]:
                    for before, after in left_over(other, part, at_once):
                        contradiction(after, before, errors)
        ages = sorted(downloads)
        for older, newer in zip(ages, ages[1:]):
            before, after = sum(downloads[older], []), sum(downloads[newer], [])
            found = left_over(before, after, at_once)
            for one, other in found:
                if sum(one is pair[0] or other is pair[1] for pair in found) > 1:
                    errors.append(f"{other.place}: an amended EffectiveDate that may be one of several, "
                                  f"as that of {one.place}")
                pairs.add((one.record.effective, other.record.effective))
    return pairs


def amended_in_turn(rows, at_once):
    """The pairs of EffectiveDates that are one credit's, by what the newest downloads of each month say."""
    newest = {}
    for row in rows:
        newest[row.record.month] = max(newest.get(row.record.month, row.age), row.age)
    months = defaultdict(list)
    for row in rows:
        if row.age == newest[row.record.month]:
            months[row.record.month].append(row)
    pairs, before, last = set(), [], {}  # last: EffectiveDate -> its row so far
    for month in sorted(months):
        found = set()
        for earlier in (before, list(last.values())):
            found = found or {
                (one.record.effective, other.record.effective)
                for one, other in left_over(earlier, months[month], at_once)
                if other.record.effective and month_of(other.record.effective) <= one.record.month
                and month_of(other.record.effective) in months}
        pairs |= found if len(found) == 1 else set()
        before = months[month]
        last.update((row.record.effective, row) for row in before)
    return sorted(pairs, key=str)


def left_over(before, after, at_once):
    """The pairs of rows that may be one credit with an amended EffectiveDate."""
    dates_before = {row.record.effective for row in before}
    dates_after = {row.record.effective for row in after}
    return [(one, other)
            for one in before if one.record.effective not in dates_after
            for other in after if other.record.effective not in dates_before
            if (one.record.effective, other.record.effective) not in at_once
            and not begins_after(one.record, other.record) and not begins_after(other.record, one.record)]


def group_dates(dates, pairs, at_once, where, errors):
    """EffectiveDate -> the dates of its credit, itself among them."""
    groups = {date: {date} for date in dates}
    for one, other in pairs:
        joined = groups[one] | groups[other]
        for date in joined:
            groups[date] = joined
    if any(other in groups[one] for one, other in at_once):
        errors.append(f"{where}: amended EffectiveDates make one credit of dates that stand in one month of one file")
    return groups


def join_in_turn(groups, pairs, at_once):
    """The same, with dates that are amended from one month to a later one; those that are apart stay so."""
    for one, other in pairs:
        joined = groups[one] | groups[other]
        if not any(first in joined and second in joined for first, second in at_once):
            for date in joined:
                groups[date] = joined


# ---------------------------------------------------------------- the ledger

def build_credits(rows, errors):
    covered = defaultdict(set)  # the months of a partner, in the whole input
    for row in rows:
        covered[row.record.partner].add(row.record.month)
    identities = defaultdict(list)
    for row in count_once(respell(rows), errors):
        identities[identity_of(row.record)].append(row)

    timelines = []
    for own in identities.values():
        for tranche in tranches_of(own, errors):
            versions = versions_of(tranche, errors)
            timelines.append((versions, [versions[month][-1].record for month in sorted(versions)]))
    here, anywhere = defaultdict(set), defaultdict(set)  # the months of a grant, at a partner and at all
    for record in (record for _, timeline in timelines for record in timeline):
        here[record.partner, grant_of(record)].add(record.month)
        anywhere[grant_of(record)].add(record.month)

    credits = []
    for versions, timeline in timelines:
        record, last = timeline[0], timeline[-1]
        identity = (record.partner, record.customer, record.agreement, record.name, record.currency)
        own_months = covered[record.partner]
        # Use of a credit that another partner had before is of unknown months, and one that goes on there is not lost.
        came = min(anywhere[grant_of(record)]) < min(here[record.partner, grant_of(record)])
        goes = last.effective is not None and max(anywhere[grant_of(last)]) > max(here[last.partner, grant_of(last)])
        starts = record.month if came and record.effective is not None else min(own_months)
        credits.append(Credit(identity, versions, follow(timeline, starts), live(timeline, own_months, goes)))
    return credits


def grant_of(record):
    """What two partners have of one credit."""
    return identity_of(record)[1:], record.effective


def tranches_of(rows, errors):
    """The rows of one identity, a list for each of its credits."""
    at_once = dates_at_once(rows)
    pairs = amended_dates(rows, at_once, errors)
    if not at_once and not follow_each_other(newest_of_each_month(rows)):
        return [rows]
    dates = {row.record.effective for row in rows}
    groups = group_dates(dates, pairs, at_once, rows[0].place, errors)
    join_in_turn(groups, amended_in_turn(rows, at_once), at_once)
    tranches = defaultdict(list)
    for row in rows:
        tranches[frozenset(groups[row.record.effective])].append(row)
    return list(tranches.values())


def versions_of(rows, errors):
    versions = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.age, none_first(row.record.effective))):
        versions[row.record.month].append(row)
        if [other.age for other in versions[row.record.month]].count(row.age) > 1:
            contradiction(row, versions[row.record.month][-2], errors)
    return versions


def follow(timeline, partner_starts):
    """Credit given, opening amount and span along one timeline."""
    entries = []
    before = None  # the record before this one
    for record in timeline:
        zero = zero_of(record.amount)
        if before is not None:
            previous, opening = before.amount, None
            given = record.amount - before.amount
            span = record.month - before.month
        else:
            span = span_of_first(record, partner_starts)
            if span is None:
                previous, given, opening = None, None, record.amount
            else:
                previous, given, opening = zero, record.amount, None
        entries.append(Entry(record, previous, given, opening, span))
        before = record
    return entries


def zero_of(amount):
    """0, written like an amount."""
    return amount - amount


OVER = set("expired canceled cancelled failed deleted removed terminated used completed".split())
NOT_YET = set("pending scheduled provisional future".split())


def state_of_row(record, has_run):
    """What a row says that its credit is at the end of its month."""
    status = word(record.status)
    if status in OVER:
        return "over"
    if status in NOT_YET and not has_run:
        return "not-yet"
    if record.effective and month_of(record.effective) > record.month:
        return "not-yet"
    return "running"


def live(timeline, covered, goes_on=False):
    """What a credit is month by month, to the last month that the input covers of its partner."""
    rows = {record.month: record for record in timeline}
    life = {}
    record = ran = lost = state = said = None  # `said` is what the last row says, `lost` what is forfeited so far
    for month in range(timeline[0].month, max(covered) + 1):
        before, vanished = state, None
        is_row = month in rows
        if is_row:
            older, record = record, rows[month]
            was, said = said, state_of_row(record, ran is not None)
            state = said
        elif month < timeline[-1].month:
            state = "carried"
        elif said == "over" or before == "over":
            state = "over"
        elif month not in covered:
            state = before if before == "vanished" else "carried"
        elif record.expiry and month_of(record.expiry) < month and not goes_on:
            state = "over"
        else:
            state = "vanished"
        if is_row and state == "running":
            ran = record

        zero = zero_of(record.amount)
        forfeited = zero if is_row else None
        if is_row and state == "over" and was == "over":
            forfeited = older.amount - record.amount
            lost += forfeited
        elif state == "over" and (is_row or before != "over"):
            if is_row or said != "over":
                forfeited = lost = limit_of(ran) - record.amount if ran else zero
        elif is_row and lost is not None:
            forfeited, lost = zero - lost, None

        has_some = said == "running" and state in ("running", "carried")
        left = record.balance if has_some else zero_of(record.balance)
        if state == "vanished":
            left = None
            vanished = record.balance if said == "running" and before != "vanished" else None
        elif before == "vanished":
            vanished = -record.balance if said == "running" else None
        limit = limit_of(ran) if ran else record.amount
        life[month] = Moment(state, left, limit, forfeited, vanished, record, is_row)
    return life


def span_of_first(record, partner_starts):
    """The months that a first record covers; None if its past is unknown."""
    if record.effective is not None:
        began = month_of(record.effective)
        if record.month <= began:
            return 1
        if partner_starts <= began:
            return record.month - began + 1
    return 1 if record.amount == 0 else None


def limit_of(record):
    return record.amount + record.balance


# ---------------------------------------------------------------- what downloads changed

def changes_of(credits, rows):
    """(change, identity, month) of every row that a newer download has in another way."""
    held = defaultdict(dict)  # partner and month -> the downloads that hold it -> the last month of each
    for row in rows:
        held[row.record.partner, row.record.month][row.age] = row.last
    for credit in credits:
        for month, versions in credit.versions.items():
            downloads = held[credit.identity[0], month]
            for before, after in zip(versions, versions[1:]):
                if values_of(before.record) != values_of(after.record):
                    yield "completed" if month == before.last else "restated", credit.identity, month
            first, newest = versions[0], versions[-1]
            older = [age for age in downloads if age < first.age]
            if older and month < downloads[max(older)]:
                yield "added", credit.identity, month
            if any(age > newest.age for age in downloads):
                yield "gone", credit.identity, month


def months_without_rows(rows):
    """(partner, month) of every month inside a partner's coverage that no row has."""
    months = defaultdict(set)
    for row in rows:
        months[row.record.partner].add(row.record.month)
    for partner, found in months.items():
        for month in range(min(found), max(found)):
            if month not in found:
                yield partner, month


def changes(credits, rows):
    yield "Change CustomerID AgreementID InvoiceMonth".split()
    yield from sorted([change, identity[1], identity[2], show_month(month)]
                      for change, identity, month in changes_of(credits, rows))


def check(credits, rows):
    yield "Check CustomerID AgreementID InvoiceMonth".split()
    found = [["restated-month", identity[1], identity[2], show_month(month)]
             for change, identity, month in changes_of(credits, rows) if change != "completed"]
    found += [["month-without-rows", "", "", show_month(month)] for _, month in months_without_rows(rows)]
    yield from sorted(found)


def listed(credits):
    yield COLUMNS
    lines = []
    for credit in credits:
        for record in (entry.record for entry in credit.entries):
            lines.append([record.partner, record.customer, show_month(record.month), record.name, show(record.amount),
                          record.status, show(record.balance), record.currency, record.agreement,
                          show(record.effective), show(record.expiry)])
    yield from sorted(lines)


FIELDS = (("CreditAmount", "amount"), ("BalanceAmount", "balance"), ("Status", "status"),
          ("EffectiveDate", "effective"), ("ExpiryDate", "expiry"))


def diff(credits, rows, everything):
    """Changes between two downloads, the one of age 0 and the one of age 1."""
    yield "Change CustomerID AgreementID CurrencyCode InvoiceMonth Field Old New Difference".split()
    last = max((row.last for row in rows if row.age == 0), default=None)
    holds = {(row.age, row.record.partner, row.record.month) for row in rows}
    lines = []
    for credit in credits:
        partner, customer, agreement, _, currency = credit.identity
        for month, versions in credit.versions.items():
            old = next((row.record for row in versions if row.age == 0), None)
            new = next((row.record for row in versions if row.age == 1), None)
            change = None
            if last is not None and month == last:
                change = "completed"
            if old and new:
                change = change or "restated"
                fields = [field for field in FIELDS if differ(old, new, field[1])]
            elif old:
                change = (change or "removed") if (1, partner, month) in holds else None
                fields = FIELDS[:1]
            else:
                later = last is None or month > last
                told = (0, partner, month) in holds or change
                change = (change or "added") if (everything if later else told) else None
                fields = FIELDS[:1]
            if not change:
                continue
            order = (credit.identity, month, none_first((new or old).effective))
            for number, (field, attribute) in enumerate(fields):
                was, now = (getattr(side, attribute) if side else None for side in (old, new))
                difference = None
                if attribute in ("amount", "balance"):
                    difference = -was if now is None else now - (was or 0)
                lines.append((order + (number,), [change, customer, agreement, currency, show_month(month), field,
                                                  was, now, difference]))
    yield from (line for _, line in sorted(lines, key=lambda line: line[0]))


def differ(old, new, attribute):
    was, now = getattr(old, attribute), getattr(new, attribute)
    return word(was) != word(now) if attribute == "status" else was != now


# ---------------------------------------------------------------- answers

class Shown:
    """What is shown, chosen after everything is computed."""

    def __init__(self, options, as_of):
        self.as_of = as_of
        self.lists = {name: set(getattr(options, name).split(",")) if getattr(options, name) else None
                      for name in ("customer", "agreement", "partner", "currency", "status", "month")}
        self.start, self.end, self.closed = getattr(options, "from"), options.to, options.closed

    def credit(self, record):
        return all(self.lists[name] is None or getattr(record, name) in self.lists[name]
                   for name in ("customer", "agreement", "partner", "currency"))

    def month(self, number):
        month = show_month(number)
        return ((self.lists["month"] is None or month in self.lists["month"])
                and (not self.start or month >= self.start) and (not self.end or month <= self.end)
                and (not self.closed or period(number, self.as_of) == "closed"))

    def status(self, record):
        return self.lists["status"] is None or word(record.status) in map(word, self.lists["status"])

    def entries(self, credit):
        return [entry for entry in credit.entries if self.credit(entry.record) and self.month(entry.record.month)
                and self.status(entry.record)]

    def months(self, credits):
        """The months shown, to the last one that the input covers of the partner of any credit shown."""
        lives = [credit.life for credit in credits if self.credit(credit.entries[0].record)]
        if not lives:
            return []
        return [month for month in range(min(map(min, lives)), max(map(max, lives)) + 1) if self.month(month)]

    def moment(self, credit, month):
        """What a credit is at the end of a month, if its status then is shown; None before its first row."""
        moment = credit.life.get(min(month, max(credit.life)))
        return moment if moment and self.credit(moment.record) and self.status(moment.record) else None

    def latest(self, credits):
        """Each credit that has a row in a month shown, or something left at the end of the last one, with what it is."""
        last = max(self.months(credits), default=None)
        for credit in credits if last is not None else []:
            moment = self.moment(credit, last)
            rows = [entry for entry in credit.entries if entry.record.month <= last and self.month(entry.record.month)]
            if moment and (rows or moment.left):
                yield credit, moment, last


def none_first(date):
    return date or datetime.date.min


def given(credits, as_of, shown):
    yield ("PartnerID CustomerID AgreementID CreditName CurrencyCode EffectiveDate InvoiceMonth Status "
           "PreviousCreditAmount CreditAmount CreditGiven OpeningAmount SpanMonths "
           "BalanceAmount Period").split()
    lines = [(credit.identity, entry.record.month, none_first(entry.record.effective), entry, credit.life)
             for credit in credits for entry in shown.entries(credit)]
    for identity, month, _, entry, life in sorted(lines, key=lambda line: line[:3]):
        record = entry.record
        yield [*identity, record.effective, show_month(month), record.status, entry.previous, record.amount,
               entry.given, entry.opening, entry.span, life[month].left, period(month, as_of)]


def balance(credits, as_of, shown):
    yield ("PartnerID CustomerID AgreementID CreditName CurrencyCode InvoiceMonth Status State "
           "CreditLimit CreditAmount BalanceAmount UsedPercent EffectiveDate ExpiryDate "
           "DaysLeft Forfeited").split()
    lines = []
    for credit, moment, last in shown.latest(credits):
        record = moment.record
        forfeited = total(moment.forfeited for month, moment in credit.life.items() if month <= last)
        lines.append((credit.identity, record.month, none_first(record.effective), record, moment, forfeited,
                      used_percent(credit, moment)))
    for identity, month, _, record, moment, forfeited, percent in sorted(lines, key=lambda line: line[:3]):
        days_left = (record.expiry - as_of).days if record.expiry else None
        yield [*identity, show_month(month), record.status, moment.state, moment.limit, record.amount, moment.left,
               percent, record.effective, record.expiry, days_left, forfeited]


def used_percent(credit, moment):
    has_run = any(other.state == "running" for month, other in credit.life.items() if month <= moment.record.month)
    if moment.limit == 0 or not has_run:
        return None
    percent = (moment.record.amount * 100 / moment.limit).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return percent if percent else abs(percent)


def expiring(credits, as_of, shown):
    yield "PartnerID CustomerID AgreementID CreditName CurrencyCode BalanceAmount ExpiryDate DaysLeft".split()
    lines = []
    for credit, moment, _ in shown.latest(credits):
        record, expiry = moment.record, moment.record.expiry
        has_begun = (moment.state == "not-yet" and word(record.status) not in NOT_YET
                     and record.effective and record.effective <= as_of)
        if (has_begun or moment.state in ("running", "carried")) and expiry and 0 <= (expiry - as_of).days <= 90:
            left = record.balance if has_begun else moment.left
            lines.append([*credit.identity, left, expiry, (expiry - as_of).days])
    yield from sorted(lines)


KEYS = {
    "month": ("InvoiceMonth", lambda record, month: show_month(month)),
    "quarter": ("Quarter", lambda record, month: quarter_of(month)),
    "year": ("Year", lambda record, month: year_of(month)),
    "customer": ("CustomerID", lambda record, month: record.customer),
    "agreement": ("AgreementID", lambda record, month: record.agreement),
    "partner": ("PartnerID", lambda record, month: record.partner),
    "status": ("Status", lambda record, month: record.status),
}

def in_year(month):
    """The month moved into the calendar year by which its own year is named: that in which it ends."""
    return month + (13 - YEAR_FROM) % 12


def quarter_of(month):
    return f"{year_of(month)}-Q{(in_year(month) % 12) // 3 + 1}"


def year_of(month):
    return f"{'FY' if YEAR_FROM > 1 else ''}{in_year(month) // 12:04}"


YEAR_FROM = 1  # the month with which years begin


# The time that a group lasts, the shortest first.
TIMES = {"month": lambda month: month, "quarter": quarter_of, "year": year_of}


class Group:
    """The rows and movements of a group, the last record of each credit that has one, and what is left of each credit."""

    def __init__(self):
        self.rows, self.moved, self.last, self.left, self.end = [], [], {}, {}, None


def summary(credits, as_of, by, shown):
    keys = [key for key in dict.fromkeys(by) if key != "currency"]  # currency is always there, last
    times = [key for key in TIMES if key in keys]
    yield ([KEYS[key][0] for key in keys]
           + "CurrencyCode Customers Credits OpeningAmount CreditGiven CreditAmount BalanceAmount Forfeited".split()
           + ["Period"] * bool(times))
    months = shown.months(credits)
    ends = {}  # month -> the last month shown of its time
    for month in reversed(months):
        time = TIMES[times[0]](month) if times else None
        ends[month] = ends.get(time, month)
        ends[time] = ends[month]
    groups = defaultdict(Group)
    for number, credit in enumerate(credits):
        given = {entry.record.month: entry for entry in credit.entries}
        for month in months:
            moment = shown.moment(credit, month)
            if not moment:
                continue
            record = moment.record
            group = groups[tuple(KEYS[key][1](record, month) for key in keys) + (record.currency,)]
            group.end = ends[month]
            is_now = month in credit.life
            if is_now and moment.is_row:
                group.rows.append((given[month], moment))
                group.last[number] = record
                group.left[number] = zero_of(record.balance)
            elif is_now and (moment.forfeited or moment.vanished):
                group.moved.append(moment)
                if moment.left is not None:
                    group.left[number] = moment.left
            if month == ends[month] and (moment.left is None or moment.left):
                group.left[number] = moment.left
    for key in sorted(groups):
        group = groups[key]
        left = list(group.left.values())
        if not (group.rows or group.moved or any(left)):
            continue
        forfeited = [moment.forfeited for _, moment in group.rows] + [moment.forfeited for moment in group.moved]
        line = [*key, len({record.customer for record in group.last.values()}), len(group.last),
                total(entry.opening for entry, _ in group.rows),
                total(entry.given for entry, _ in group.rows),
                total(record.amount for record in group.last.values()),
                total(left),
                total([*forfeited, Decimal(0)])]
        yield line + [period(group.end, as_of)] * bool(times)


def movements(credit):
    """month -> Granted, BroughtIn, LimitChanged, CreditGiven, Forfeited, Vanished, of each month in which anything moves."""
    given = {entry.record.month: entry for entry in credit.entries}
    is_known = credit.entries[0].opening is None
    found, before, limit, has_run, runs = {}, Decimal(0), Decimal(0), False, True
    for month, moment in sorted(credit.life.items()):
        left = moment.left or Decimal(0)
        flows = [given[month].given if moment.is_row else None, moment.forfeited or Decimal(0), moment.vanished or Decimal(0)]
        rest = left - before + sum(flow or Decimal(0) for flow in flows)
        if runs and moment.is_row and moment.state == "running" and (found or is_known):
            # what the limit rose by: what is left and what was used say the same
            assert rest == moment.limit - limit, f"{credit.identity} {show_month(month)}: {rest}"
        if moment.is_row or moment.forfeited or moment.vanished:
            place = 2
            if moment.is_row:
                place = 0 if is_known and not has_run else 1 if month == credit.entries[0].record.month else 2
            found[month] = [rest if place == at else Decimal(0) for at in range(3)] + flows
        else:
            assert not rest, f"{credit.identity} {show_month(month)}: {rest} of nothing"
        if moment.is_row:
            limit, runs = moment.limit, moment.state == "running"
            has_run |= runs
        before = left
    return found


def statement(credits, as_of, by, shown):
    keys = [key for key in dict.fromkeys(by) if key != "currency"]
    times = [key for key in TIMES if key in keys]
    yield ([KEYS[key][0] for key in keys] + "CurrencyCode BalanceBefore Granted BroughtIn LimitChanged CreditGiven "
           "Forfeited Vanished BalanceAmount".split() + ["Period"] * bool(times))
    periods = defaultdict(list)
    for month in shown.months(credits):
        periods[TIMES[times[0]](month) if times else None].append(month)
    groups = defaultdict(list)  # the amounts of credits, and the last month
    for credit in credits:
        moved = movements(credit)
        for months in periods.values():
            first, last = months[0], months[-1]
            moment = shown.moment(credit, last)
            moves = [moved[month] for month in range(first, last + 1) if month in moved]
            if not moment or not (moves or moment.left):
                continue
            before = credit.life.get(min(first - 1, max(credit.life)))
            amounts = [before.left if before else Decimal(0), *map(total, zip(*moves or [[Decimal(0)] * 6])), moment.left]
            if not moves:
                amounts[4] = None  # nothing is known to have been given
            key = tuple(KEYS[key][1](moment.record, last) for key in keys) + (moment.record.currency,)
            groups[key].append((amounts, last))
    for key in sorted(groups):
        amounts = [total(some) for some in zip(*(amounts for amounts, _ in groups[key]))]
        before, *flows, left = [amount or Decimal(0) for amount in amounts]
        assert before + sum(flows[:3]) - sum(flows[3:]) == left, f"{key}: {amounts}"
        line = [*key, *(amount if amount is None else amount.normalize() + Decimal(0) for amount in amounts)]
        yield line + [period(groups[key][0][1], as_of)] * bool(times)


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


def answer(options):
    """The lines of the answer, and what is wrong with the input."""
    global YEAR_FROM
    YEAR_FROM = options.fiscal_year_from
    errors = []
    in_order = options.in_order or options.command == "diff"
    rows = read_files(options.files, in_order, errors)
    if options.command == "diff":
        lasts = [max((row.last for row in rows if row.age == age), default=0) for age in (0, 1)]
        if len(options.files) != 2 or lasts[0] > lasts[1]:
            errors.append("an old download and a newer one are compared")
    if options.as_of:
        rows = as_of_that_day(rows, options.as_of)
    as_of = options.as_of or datetime.date.today()
    credits = build_credits(rows, errors)
    if errors:
        return [], errors
    by = options.by.split(",")
    shown = Shown(options, as_of)
    lines = {"given": lambda: given(credits, as_of, shown),
             "balance": lambda: balance(credits, as_of, shown),
             "expiring": lambda: expiring(credits, as_of, shown),
             "summary": lambda: summary(credits, as_of, by, shown),
             "statement": lambda: statement(credits, as_of, by, shown),
             "list": lambda: listed(credits),
             "check": lambda: check(credits, rows),
             "changes": lambda: changes(credits, rows),
             "diff": lambda: diff(credits, rows, options.all)}[options.command]()
    return [[show(value) for value in line] for line in lines], errors


def arguments(words):
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices="given summary statement balance expiring list check changes diff self-check".split())
    parser.add_argument("--as-of", type=datetime.date.fromisoformat)
    parser.add_argument("--by", default="month")
    parser.add_argument("--fiscal-year-from", type=int, default=1)
    parser.add_argument("--in-order", action="store_true")
    parser.add_argument("--all", action="store_true")
    for name in ("customer", "agreement", "partner", "currency", "status", "month", "from", "to"):
        parser.add_argument("--" + name)
    parser.add_argument("--closed", action="store_true")
    parser.add_argument("files", nargs="*")
    options = parser.parse_intermixed_args(words)
    if any(key not in KEYS and key != "currency" for key in options.by.split(",")):
        parser.error("unknown key in --by")
    return options


# ---------------------------------------------------------------- self-check

def self_check():
    """Answers that are known from elsewhere: worked examples, and wrong ones that were once given."""
    january = "2024-01 100 Active 900 1/1/2024 3/31/2024"
    old = ["2024-01 100 Active 900 1/1/2024 3/31/2024", "2024-02 200 Active 800 1/1/2024 3/31/2024",
           "2024-04 50 Active 950 4/1/2024 12/31/2024"]

    # the newest download wins wherever it stands: `report (1).csv` sorts before `report.csv`
    for order in (0, 1), (1, 0):
        files = [["2024-09 10 Active 90 9/1/2024 8/31/2025", "2024-10 30 Active 70 9/1/2024 8/31/2025"],
                 ["2024-09 10 Active 90 9/1/2024 8/31/2025", "2024-10 200 Active 0 9/1/2024 8/31/2025",
                  "2024-11 200 Active 0 9/1/2024 8/31/2025"]]
        expect("given", [files[number] for number in order], "InvoiceMonth CreditGiven",
               "2024-09 10|2024-10 190|2024-11 0")
        # what was still open when it was downloaded is no restatement
        expect("check", [files[number] for number in order], "Check InvoiceMonth", "")
        expect("changes", [files[number] for number in order], "Change InvoiceMonth", "completed 2024-10")
    # the same, were both files to end in one month
    refuse("given", [files[0], files[1][:2]])
    expect("given", [files[1][:2], files[0]], "InvoiceMonth CreditAmount", "2024-09 10|2024-10 30", "--in-order")

    # the life of a credit that the files do not reach back to is not booked into one month
    files = [["2025-09 1 Active 9 9/1/2025 8/31/2026"],
             ["2025-09 1 Active 9 9/1/2025 8/31/2026",
              "2025-10 36910.82 Active 9 2/1/2024 8/31/2026 X", "2025-11 37774.49 Active 9 2/1/2024 8/31/2026 X"]]
    expect("given", files, "CustomerID InvoiceMonth CreditGiven OpeningAmount SpanMonths",
           "C 2025-09 1 - 1|X 2025-10 - 36910.82 -|X 2025-11 863.67 - 1")
    # but where the files cover its whole life, it is known, over the months since
    files[0].append("2024-01 0 Active 9 1/1/2024 8/31/2026 Y")
    expect("given", files, "CustomerID InvoiceMonth CreditGiven OpeningAmount SpanMonths",
           "C 2025-09 1 - 1|X 2025-10 36910.82 - 21|X 2025-11 863.67 - 1|Y 2024-01 0 - 1")

    # an amended EffectiveDate in an agreement that was renewed does not count twice
    new = ["2024-02 200 Active 800 1/15/2024 3/31/2024", "2024-05 50 Active 950 4/1/2024 12/31/2024"]
    for files in ([old, new], [new, old]):
        expect("given", files, "InvoiceMonth CreditGiven", "2024-01 100|2024-02 100|2024-04 50|2024-05 0")
        expect("summary", files, "InvoiceMonth Credits CreditGiven CreditAmount",
               "2024-01 1 100 100|2024-02 1 100 200|2024-03 0 - -|2024-04 1 50 50|2024-05 1 0 50")
    expect("check", [old, new], "Check InvoiceMonth", "month-without-rows 2024-03|restated-month 2024-02")
    # also where the newer download has the whole history, amended from one month on
    whole = [january, *new[:1], "2024-04 50 Active 950 4/1/2024 12/31/2024", new[1]]
    expect("given", [whole, old], "InvoiceMonth CreditGiven", "2024-01 100|2024-02 100|2024-04 50|2024-05 0")

    # diff does not pair two grants
    grants = ["2024-01 100 Active 900 1/1/2024 12/31/2024", "2024-01 10 Active 90 1/15/2024 12/31/2024"]
    before = [*grants, "2024-02 200 Active 800 1/1/2024 12/31/2024", "2024-03 1 Active 1 1/1/2024 12/31/2024"]
    after = [*grants, "2024-02 20 Active 80 1/15/2024 12/31/2024", "2024-03 1 Active 1 1/1/2024 12/31/2024"]
    expect("diff", [before, after], "Change InvoiceMonth Old New Difference",
           "removed 2024-02 200 - -200|added 2024-02 - 20 20")
    amended = [row.replace("1/1/2024 ", "1/2/2024 ") for row in before]
    expect("diff", [before, amended], "Change InvoiceMonth Field Old New",
           "restated 2024-01 EffectiveDate 2024-01-01 2024-01-02|restated 2024-02 EffectiveDate 2024-01-01 2024-01-02|"
           "completed 2024-03 EffectiveDate 2024-01-01 2024-01-02")
    refuse("diff", [[*after, "2024-04 1 Active 1 1/1/2024 12/31/2024"], before])
    # two dates amended at once may be either's
    refuse("given", [[*grants, "2024-03 1 Active 1 1/1/2024 12/31/2024"],
                     [row.replace("1/1/2024 ", "1/2/2024 ").replace("1/15/", "1/16/") for row in grants]
                     + ["2024-04 1 Active 1 1/1/2024 12/31/2024"]])

    # a renewal that starts on the day the old credit ends is a new tranche
    expect("given", [["2024-01 100 Active 900 1/1/2024 2/1/2024", "2024-02 5 Active 95 2/1/2024 12/31/2024"]],
           "InvoiceMonth CreditGiven", "2024-01 100|2024-02 5")
    # a date that was merely amended does not split a credit
    expect("given", [["2024-01 100 Active 900 1/1/2024 12/31/2024", "2024-02 105 Active 95 1/5/2024 12/31/2024"]],
           "InvoiceMonth CreditGiven", "2024-01 100|2024-02 5")

    # words compare without regard to case and outer blanks, and show their newest spelling
    files = [["2024-01 100 suspended 0 1/1/2024 12/31/2024 C aco"],
             ["2024-02 200 Suspended 0 1/1/2024 12/31/2024 C ACO"]]
    expect("given", files, "CreditName Status CreditGiven", "ACO Suspended 100|ACO Suspended 100")
    expect("summary", files, "Status Credits CreditAmount", "Suspended 1 200", "--by", "status")

    # a row gone stays and is said; a month that no row has is said; later months are left out
    row = "2024-0{} 100 Active 0 1/1/2024 12/31/2024 {}"
    expect("check", [[row.format(1, "C"), row.format(1, "D"), row.format(3, "C")], [row.format(1, "C"), row.format(4, "C")]],
           "Check CustomerID InvoiceMonth", "month-without-rows - 2024-02|restated-month D 2024-01")
    expect("given", [[row.format(1, "C"), row.format(1, "D"), row.format(3, "C")], [row.format(1, "C"), row.format(4, "C")]],
           "CustomerID InvoiceMonth CreditGiven", "C 2024-01 100|C 2024-03 0|D 2024-01 100", "--as-of", "2024-03-31")
    # what expired unused is forfeited
    expect("balance", [["2024-01 100 Active 900 1/1/2024 1/31/2024", "2024-02 150 Expired 0 1/1/2024 1/31/2024"]],
           "CreditAmount CreditLimit Forfeited DaysLeft", "150 1000 850 -19", "--as-of", "2024-02-19")
    lives()


def lives():
    """The life of a credit, each case worked out by hand."""
    other = [f"2024-0{month} 1 Active 9 1/1/2024 12/31/2024 Z" for month in range(1, 7)]
    columns = "InvoiceMonth CreditGiven BalanceAmount Forfeited"

    def moves(rows, wanted):
        expect("statement", [[*rows, *other]], "InvoiceMonth BalanceBefore Granted BroughtIn LimitChanged CreditGiven "
               "Forfeited Vanished BalanceAmount", wanted, "--customer", "C")

    def life(rows, wanted, balance):
        expect("summary", [[*rows, *other]], columns, wanted, "--customer", "C")
        expect("balance", [[*rows, *other]], "State CreditLimit CreditAmount BalanceAmount UsedPercent Forfeited",
               balance, "--customer", "C")

    # canceled with 700 left, whatever it still shows, and use that comes later
    life(["2024-01 200 Active 800 1/1/2024 12/31/2024", "2024-02 300 Canceled 700 1/1/2024 12/31/2024",
          "2024-03 350 Canceled 650 1/1/2024 12/31/2024"],
         "2024-01 200 800 0|2024-02 100 0 700|2024-03 50 0 -50", "over 1000 350 0 35.0 650")
    # pending adds nothing to what is left, and the word says nothing once the credit has run
    life(["2024-01 0 Pending 1000 1/1/2024 12/31/2024", "2024-02 10 Active 990 1/1/2024 12/31/2024",
          "2024-03 20 scheduled 980 1/1/2024 12/31/2024"],
         "2024-01 0 0 0|2024-02 10 990 0|2024-03 10 980 0|2024-04 - - 0", "vanished 1000 20 - 2.0 0")
    # an EffectiveDate to come
    life(["2024-01 0 Active 1000 2/1/2024 2/15/2024"], "2024-01 0 0 0", "over 0 0 0 - 0")
    # rows stop at the last day, or before it
    life(["2024-01 200 Active 800 1/1/2024 1/31/2024"], "2024-01 200 800 0|2024-02 - 0 800", "over 1000 200 0 20.0 800")
    life(["2024-01 200 Active 800 1/1/2024 3/10/2024"], "2024-01 200 800 0|2024-02 - - 0|2024-04 - 0 800",
         "over 1000 200 0 20.0 800")
    # a gap, and a credit that runs again
    life(["2024-01 200 Active 800 1/1/2024 12/31/2024", "2024-03 300 Expired 0 1/1/2024 12/31/2024",
          "2024-06 400 Active 500 1/1/2024 12/31/2024"],
         "2024-01 200 800 0|2024-02 - 800 0|2024-03 100 0 700|2024-06 100 500 -700", "running 900 400 500 44.4 0")
    # first seen over
    life(["2024-02 90 Expired 10 1/1/2023 1/31/2024", "2024-03 95 Expired 5 1/1/2023 1/31/2024"],
         "2024-02 - 0 0|2024-03 5 0 -5", "over 95 95 0 - -5")
    # granted once it runs, raised, canceled, and used after that
    moves(["2024-01 0 Pending 1000 1/1/2024 12/31/2024", "2024-02 10 Active 990 1/1/2024 12/31/2024",
           "2024-03 20 Active 1080 1/1/2024 12/31/2024", "2024-05 30 Canceled 0 1/1/2024 12/31/2024",
           "2024-06 35 Canceled 0 1/1/2024 12/31/2024"],
          "2024-01 0 0 0 0 0 0 0 0|2024-02 0 1000 0 0 10 0 0 990|2024-03 990 0 0 100 10 0 0 1080|"
          "2024-04 1080 0 0 0 - 0 0 1080|2024-05 1080 0 0 0 10 1070 0 0|2024-06 0 0 0 0 5 -5 0 0")
    # in use before the files begin, then gone, then past its last day
    moves(["2024-01 200 Active 800 1/1/2023 3/10/2024"],
          "2024-01 0 0 800 0 - 0 0 800|2024-02 800 0 0 0 - 0 800 -|2024-04 - 0 0 0 - 800 -800 0")
    # the balance of a total is that of the last month, by the status that the credit then has
    rows = ["2024-01 200 Active 800 1/1/2024 12/31/2024", "2024-02 300 Expired 700 1/1/2024 12/31/2024"]
    expect("summary", [[*rows, *other]], "Status Credits CreditAmount BalanceAmount Forfeited",
           "Active 2 201 9 0|Expired 1 300 0 700", "--by", "status")
    expect("summary", [[*rows, *other]], "Quarter BalanceAmount Period", "2024-Q1 9 closed|2024-Q2 9 closed",
           "--by", "quarter", "--as-of", "2024-06-15", "--closed")


def expect(command, files, columns, wanted, *more):
    lines, errors = ask(command, files, more)
    found = "|".join(" ".join(line[lines[0].index(column)] or "-" for column in columns.split()) for line in lines[1:])
    assert not errors and found == wanted, f"{command} of {files}: {errors} {found}, not {wanted}"


def refuse(command, files):
    assert ask(command, files, [])[1], f"{command} of {files} is not refused"


def ask(command, files, more):
    """Asks for the answer of rows `month amount status balance effective expiry [customer [name]]`."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, rows in enumerate(files):
            paths.append(f"{folder}/{number}.csv")
            with open(paths[-1], "w", newline="") as stream:
                out = csv.writer(stream)
                out.writerow(COLUMNS)
                for row in rows:
                    month, amount, status, balance, effective, expiry, customer, name = (row.split() + ["C", "ACO"][len(row.split()) - 6:])
                    out.writerow(["P", customer, month, name, amount, status, balance, "USD", "A-" + customer,
                                  effective, expiry])
        return answer(arguments([command, *more, *paths]))


def main():
    if sys.argv[1:] == ["each"]:
        return answer_each()
    options = arguments(sys.argv[1:])
    if options.command == "self-check":
        return self_check()
    lines, errors = answer(options)
    if errors:
        print(*errors, sep="\n", file=sys.stderr)
        return 2
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    print(as_csv(lines), end="")
    return 0


def answer_each():
    """Many answers from one process, since a start of Python takes longer than most of them."""
    sys.stdin.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        lines, errors = answer(arguments(json.loads(line)))
        print(json.dumps([as_csv(lines), errors]))
    return 0


def as_csv(lines):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


if __name__ == "__main__":
    sys.exit(main())
