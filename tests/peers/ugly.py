#!/usr/bin/env python3
"""Writes an ugly but readable ACO balance ledger: every trouble of the rules, from one seed.

    ugly.py -o DIR [--seed N] [--credits N] [--months N] [--files N] [--restate]
    ugly.py -o DIR --downloads [--containers] [--seed N] [--credits N] [--months N]

Writes DIR/ledger-01.csv, ledger-02.csv ... and prints their paths, in command-line order.
Without --restate the rows of one identity and month stay in one file, so any split of the same
seed has the same answer. With it, later files restate or repeat months of earlier ones, in the
order of `--in-order`.

With --downloads each month has a download taken on a day of its own: a snapshot of some months or
of all, its last month provisional. Some months are restated later, some EffectiveDates amended,
some rows gone; one download is missing, some lie there twice, some in two parts; names and order
say nothing. With --containers some are gzipped and some saved by a German Excel.
"""
import argparse
import calendar
import csv
import datetime
import gzip
import io
import os
import random
from decimal import Decimal

HEADER = ("PartnerID CustomerID InvoiceMonth CreditName CreditAmount Status "
          "BalanceAmount CurrencyCode AgreementID EffectiveDate ExpiryDate").split()
SCALES = {"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3}
TROUBLES = ["plain", "gaps", "correction", "top-up", "mid-file", "before", "before", "expired zero", "expired kept",
            "back to life", "ends early", "not yet", "not yet", "rows stop", "rows stop", "other words", "moves", "tranches at once", "tranches in turn", "amended", "no dates",
            "late first row", "negative", "over limit", "everything"]
OVER = "Expired Canceled Cancelled Failed Deleted Removed Terminated Used Completed".split()
NOT_YET = "Pending Scheduled Provisional Future".split()
START = 2021 * 12 + 9  # the first month of the file: 2021-10


def guid(rng):
    h = f"{rng.getrandbits(128):032x}"
    return "-".join([h[:8], h[8:12], h[12:16], h[16:20], h[20:]])


def day_in(rng, month):
    year, number = month // 12, month % 12 + 1
    return datetime.date(year, number, rng.randint(1, calendar.monthrange(year, number)[1]))


class Ledger:
    def __init__(self, seed, credits, months):
        self.rng = random.Random(seed)
        self.months = months
        rng = self.rng
        self.partners = [(guid(rng), 0), (guid(rng), 0), (guid(rng), min(3, months - 1)), ("Partner, North", 1 % months)]
        self.customers = [(guid(rng) if rng.random() < 0.8 else rng.choice(["Contoso-%d", "contoso-%d", 'Kunde "%d"', "Größe %d"]) % rng.randint(1, 99))
                          for _ in range(max(2, credits * 2 // 3))]
        self.rows = []  # dicts of typed values
        for _ in range(credits):
            self.add_identity()
        self.words = random.Random(f"{seed} words")  # spellings of names and statuses draw from their own generator
        self.any_case = False  # the newest spelling is shown, and a split has no newest file

    def add_identity(self):
        rng = self.rng
        trouble = rng.choice(TROUBLES)
        everything = trouble == "everything"
        has = lambda *names: trouble in names or everything and rng.random() < 0.4
        partner, partner_start = rng.choice(self.partners)
        identity = {
            "PartnerID": partner, "CustomerID": rng.choice(self.customers),
            "AgreementID": guid(rng) if rng.random() < 0.9 else f"ACO-{rng.getrandbits(32):x}",
            "CreditName": rng.choice(["ACO"] * 6 + ["ACO, pilot", "Azure \"credit\""]),
            "CurrencyCode": rng.choice(list(SCALES)),
        }
        first = START + partner_start
        last = START + self.months - 1
        if has("mid-file", "late first row"):
            first = rng.randint(first, last)
        if has("tranches in turn"):
            middle = rng.randint(first, last)
            effective = self.grant(identity, first, middle, has, expiry=day_in(rng, middle))
            if middle < last:
                begin = rng.randint(middle + 1, last)
                self.grant(identity, begin, last, has, effective=day_in(rng, begin))
            return
        before = len(self.rows)
        one = self.grant(identity, first, last, has)
        if has("moves"):
            other, since = rng.choice(self.partners)[0], rng.randint(first, last)
            for row in self.rows[before:]:
                if row["InvoiceMonth"] >= since:
                    row["PartnerID"] = other
        if has("tranches at once"):
            begin = rng.randint(first, last)
            date = None if rng.random() < 0.1 else day_in(rng, begin - rng.choice([0, 0, 1, 5]))
            if date != one:
                self.grant(identity, begin, rng.randint(begin, last), has, effective=date, fixed=True)
                if rng.random() < 0.3 and date is not None:
                    self.grant(identity, begin, last, has, effective=date + datetime.timedelta(days=1), fixed=True)

    def grant(self, identity, first, last, has, effective="choose", expiry=None, fixed=False):
        """Rows of one credit; returns its EffectiveDate."""
        rng = self.rng
        unit = Decimal(1).scaleb(-SCALES[identity["CurrencyCode"]])
        money = lambda low, high: rng.randint(int(low / unit), int(high / unit)) * unit
        big = rng.choice([1, 1, 1, 1000, 10**9])
        limit = money(500, 20000) * big
        if effective == "choose":
            effective = day_in(rng, first)
            if has("before", "mid-file") and rng.random() < 0.8:
                effective = day_in(rng, first - rng.randint(1, 20))
            elif rng.random() < 0.1:
                effective = day_in(rng, first + rng.randint(0, 2))
        if expiry is None:
            expiry = day_in(rng, last + rng.randint(-4, 14))
        if has("no dates"):
            if not fixed:
                effective = rng.choice([None, effective])
            expiry = rng.choice([None, expiry])
        returned = effective
        used = money(0, 300) * big if rng.random() < 0.5 or effective and effective.year * 12 + effective.month - 1 < first else 0 * unit
        if rng.random() < 0.15:
            used = 0 * unit
        dead_from = rng.randint(first, last + 1) if has("expired zero", "expired kept", "back to life", "ends early") else last + 2
        dead_for = rng.randint(1, 3) if has("back to life") else 10**6
        gone_from = rng.randint(dead_from + 1, dead_from + 6) if rng.random() < 0.3 else last + 1
        kept = has("expired kept") or has("ends early") and rng.random() < 0.5
        dead_word = rng.choice(OVER) if has("ends early", "everything") else "Expired"
        begins = first + rng.randint(1, 4) if has("not yet") else first
        early_word = rng.choice(NOT_YET)
        if has("rows stop"):
            gone_from = rng.randint(first, last)
            if expiry is not None and rng.random() < 0.8:
                expiry = day_in(rng, gone_from + rng.randint(0, 5))
        for month in range(first, min(last, gone_from) + 1):
            if month > first and (month >= begins or rng.random() < 0.1):
                used += money(0, 400) * big if rng.random() < 0.85 else 0 * unit
                if has("correction") and rng.random() < 0.2:
                    used -= money(0, 500) * big
                if has("negative") and rng.random() < 0.1:
                    used = -money(0, 200)
                if has("top-up") and rng.random() < 0.15:
                    limit += money(100, 5000)
                if has("amended") and rng.random() < 0.25 and not fixed:
                    if expiry and rng.random() < 0.7:
                        expiry += datetime.timedelta(days=rng.randint(-40, 200))
                    elif effective:
                        effective += datetime.timedelta(days=rng.randint(-60, 20))
            if not has("over limit"):
                used = min(used, limit)
            if has("gaps") and rng.random() < 0.3:
                continue
            dead = dead_from <= month < dead_from + dead_for
            status = dead_word if dead else early_word if month < begins else "Active"
            if has("other words") and rng.random() < 0.3:
                status = rng.choice(["Suspended", "Disabled", *OVER, *NOT_YET])
            balance = limit - used
            if dead and not kept:
                balance = 0 * unit
            self.rows.append(dict(identity, InvoiceMonth=month, CreditAmount=used, BalanceAmount=balance,
                                  Status=status, EffectiveDate=effective, ExpiryDate=expiry))
        return returned

    # ------------------------------------------------------------ spelling

    def spell_id(self, text, prefix=False):
        rng = self.rng
        if len(text) != 36:
            return text
        text = rng.choice([text, text, text.upper(), text[:8].upper() + text[8:]])
        return "org:" + text if prefix and rng.random() < 0.15 else text

    def spell_word(self, text):
        rng = self.words
        if self.any_case:
            text = rng.choice([text] * 6 + [text.lower(), text.upper()])
        return rng.choice([text] * 8 + [f" {text}", f"{text}  "])

    def spell_date(self, date):
        rng = self.rng
        if date is None:
            return rng.choice(["", "0001-01-01T00:00:00", "0001-01-01"])
        us = f"{date.month}/{date.day}/{date.year}"
        return rng.choice([us, us, us, us + " 12:00:00 AM", date.isoformat(), date.isoformat() + "T00:00:00Z"])

    def spell(self, row):
        rng = self.rng
        year, number = row["InvoiceMonth"] // 12, row["InvoiceMonth"] % 12 + 1
        status = row["Status"]
        if status in ("Active", "Expired"):
            status = rng.choice([status, status, status.lower(), status.upper()])
        else:
            status = self.spell_word(status)
        text = dict(
            row, CreditName=self.spell_word(row["CreditName"]), PartnerID=self.spell_id(row["PartnerID"]), CustomerID=self.spell_id(row["CustomerID"], prefix=True),
            AgreementID=self.spell_id(row["AgreementID"]), Status=status,
            InvoiceMonth=f"{year}-{number:02}" if rng.random() < 0.7 else f"{number}/1/{year}",
            CreditAmount=format(row["CreditAmount"], "f"), BalanceAmount=format(row["BalanceAmount"], "f"),
            EffectiveDate=self.spell_date(row["EffectiveDate"]), ExpiryDate=self.spell_date(row["ExpiryDate"]))
        return [text[column] for column in HEADER]


def identity_of(row):
    return tuple(row[key] for key in ("PartnerID", "CustomerID", "AgreementID", "CreditName", "CurrencyCode"))


def vary_scale(rng, rows):
    """Some amounts are written shorter (12.5) or longer (12.500); settled once, so repeats agree."""
    for row in rows:
        for column in ("CreditAmount", "BalanceAmount"):
            if rng.random() < 0.05:
                row[column] = row[column].quantize(Decimal(1).scaleb(-rng.choice([4, 5])))
            elif rng.random() < 0.05 and row[column] == row[column].to_integral_value():
                row[column] = row[column].quantize(Decimal(1))


def no_conflicts(rows):
    """A generated clash (same identity, EffectiveDate and month) loses its later row."""
    seen, kept = set(), []
    for row in rows:
        key = identity_of(row), row["EffectiveDate"], row["InvoiceMonth"]
        if key not in seen:
            seen.add(key)
            kept.append(row)
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--credits", type=int, default=60)
    parser.add_argument("--months", type=int, default=18)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--restate", action="store_true")
    parser.add_argument("--downloads", action="store_true")
    parser.add_argument("--containers", action="store_true")
    options = parser.parse_args()

    ledger = Ledger(options.seed, options.credits, options.months)
    rows = no_conflicts(ledger.rows)
    vary_scale(ledger.rng, rows)
    os.makedirs(options.out, exist_ok=True)
    if options.downloads:
        rng = random.Random(f"{options.seed} downloads")
        ledger.any_case = True
        for path in Downloads(rng, ledger, rows).write(options.out, options.containers):
            print(path)
        return

    # everything that depends on the number of files draws from its own generator
    split = random.Random(f"{options.seed} split {options.files}")
    files = [[] for _ in range(options.files)]
    place = {}
    for row in rows:
        key = identity_of(row), row["InvoiceMonth"]
        place.setdefault(key, split.randrange(options.files))
        files[place[key]].append(row)
    if options.restate:
        restate(split, rows, place, files)

    for number, some in enumerate(files, 1):
        path = os.path.join(options.out, f"ledger-{number:02}.csv")
        write_csv(path, spelt(split, ledger, some))
        print(path)


def spelt(rng, ledger, rows):
    """The rows as lines in any order, some of them twice."""
    lines = [ledger.spell(row) for row in rows]
    lines += [ledger.spell(row) for row in rows if rng.random() < 0.05]
    rng.shuffle(lines)
    return lines


def write_csv(path, lines, delimiter=",", bom=False, zipped=False):
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n", delimiter=delimiter)
    out.writerow(HEADER)
    out.writerows(lines)
    data = text.getvalue().encode("utf-8-sig" if bom else "utf-8")
    with open(path, "wb") as stream:
        stream.write(gzip.compress(data, mtime=0) if zipped else data)


def restate(rng, rows, place, files):
    """Plants other values, or the same ones, for months of earlier files in later files."""
    taken = {(key, number) for key, number in place.items()}
    dates = {}
    for row in rows:
        dates.setdefault(identity_of(row), set()).add(row["EffectiveDate"])
    for row in rows:
        key = identity_of(row), row["InvoiceMonth"]
        for number in range(place[key] + 1, len(files)):
            if rng.random() > 0.12 or (key, number) in taken:
                continue
            taken.add((key, number))
            new = dict(row)
            if rng.random() < 0.75:
                unit = Decimal(1).scaleb(-SCALES[row["CurrencyCode"]])
                shift = rng.randint(-9999, 9999) * unit
                new["CreditAmount"] += shift
                new["BalanceAmount"] -= shift
                if rng.random() < 0.1:
                    new["Status"] = rng.choice(["Active", "Expired", "Suspended"])
                if rng.random() < 0.1 and new["EffectiveDate"] and len(dates[key[0]]) == 1:
                    new["EffectiveDate"] += datetime.timedelta(days=rng.randint(-30, 30))
                if rng.random() < 0.1 and new["ExpiryDate"]:
                    new["ExpiryDate"] += datetime.timedelta(days=rng.randint(-30, 90))
            files[number].append(new)


class Downloads:
    """Snapshots of one ledger: what the download of each month shows of each row."""

    def __init__(self, rng, ledger, rows):
        self.rng, self.ledger = rng, ledger
        self.rows = sorted(rows, key=lambda row: row["InvoiceMonth"])
        self.restated = {}  # number of the row -> (the first month whose download shows it, shift, more)
        self.gone = {}      # number of the row -> the first month whose download lacks it
        self.late = {}      # number of the row -> the first month whose download has it
        self.amended = {}   # identity -> (the first month that shows it, old date, new date, from which month's rows on)
        self.credits = {}
        for number, row in enumerate(self.rows):
            self.credits.setdefault(identity_of(row), []).append(row)
            if rng.random() < 0.06:
                self.restated[number] = row["InvoiceMonth"] + rng.randint(2, 6), self.shift(row), self.other(row)
            elif rng.random() < 0.004:
                self.gone[number] = row["InvoiceMonth"] + rng.randint(1, 6)
            elif rng.random() < 0.004:
                self.late[number] = row["InvoiceMonth"] + rng.randint(1, 6)
        for identity, own in self.credits.items():
            if rng.random() < 0.25:
                self.amend(identity, own)

    def shift(self, row):
        unit = Decimal(1).scaleb(-SCALES[row["CurrencyCode"]])
        return self.rng.choice([0, 1, 1, 1]) * self.rng.randint(-9999, 9999) * unit

    def other(self, row):
        rng, new = self.rng, {}
        if rng.random() < 0.2:
            new["Status"] = rng.choice(["Active", "Expired", "Suspended"])
        if rng.random() < 0.1 and row["ExpiryDate"]:
            new["ExpiryDate"] = row["ExpiryDate"] + datetime.timedelta(days=rng.randint(0, 90))
        return new

    def amend(self, identity, own):
        """One EffectiveDate of an identity becomes another in later downloads, for all its months or for the later ones."""
        rng = self.rng
        old = rng.choice(own)["EffectiveDate"]
        if old is None:
            return
        new = old + datetime.timedelta(days=rng.randint(-30, 30))
        mine = [row for row in own if row["EffectiveDate"] == old]
        dates = {row["EffectiveDate"] for row in own}
        ends = [row["ExpiryDate"] for row in own if row["ExpiryDate"]]
        others = [date for date in dates if date and date != old]
        if new in dates or any(min(old, new) <= date <= max(old, new) for date in ends + others):
            return
        months = [row["InvoiceMonth"] for row in mine]
        since = rng.choice([min(months), min(months), rng.choice(months)])
        until = rng.choice([max(months), max(months), since])
        self.amended[identity] = max(months[0], since) + rng.randint(1, 8), old, new, since, until

    def shown(self, month, window):
        """The rows of the download that ends with a month."""
        rng, rows = self.rng, []
        for number, row in enumerate(self.rows):
            age = month - row["InvoiceMonth"]
            if not 0 <= age <= window or not self.late.get(number, 0) <= month < self.gone.get(number, month + 1):
                continue
            identity = identity_of(row)
            row = dict(row)
            if number in self.restated and month >= self.restated[number][0]:
                _, shift, other = self.restated[number]
                row.update(other, CreditAmount=row["CreditAmount"] + shift, BalanceAmount=row["BalanceAmount"] - shift)
            if identity in self.amended:
                first, old, new, since, until = self.amended[identity]
                if month >= first and row["EffectiveDate"] == old and since <= row["InvoiceMonth"] <= until:
                    row["EffectiveDate"] = new
            if age == 0:
                if rng.random() < 0.2 and identity not in self.amended:
                    continue  # not used yet
                if rng.random() < 0.7:
                    unit = Decimal(1).scaleb(-SCALES[row["CurrencyCode"]])
                    less = rng.randint(0, 20000) * unit
                    row.update(CreditAmount=row["CreditAmount"] - less, BalanceAmount=row["BalanceAmount"] + less)
            rows.append(row)
        return rows

    def write(self, folder, containers):
        rng = self.rng
        months = range(START, START + self.ledger.months)
        missing = rng.choice(months) if len(months) > 3 else None
        window = rng.choice([10**6] * 5 + [12, 12, 5, 5, 2, 1, 0])
        names = ["report", "report (1)", "Oktober", "credit balance", "a", "Z"] + [f"r{n}" for n in range(3 * len(months))]
        rng.shuffle(names)
        files = []
        for month in months:
            rows = self.shown(month, window)
            if month == missing or not any(row["InvoiceMonth"] == month for row in rows):
                continue
            files += self.parts(rows, month)
            if rng.random() < 0.1:
                files.append(files[-1])
        paths = []
        for some in files:
            path = os.path.join(folder, names.pop() + ".csv")
            lines, container = spelt(rng, self.ledger, some), rng.choice(["", "", "gz", "German"])
            if containers and container == "German":
                write_csv(path, map(german, lines), ";", bom=True)
            else:
                write_csv(path, lines, zipped=containers and container == "gz")
            paths.append(path)
        rng.shuffle(paths)
        return paths

    def parts(self, rows, month):
        """Sometimes a download comes in two parts, each of which has the last month."""
        rng = self.rng
        if rng.random() < 0.15:
            second = {identity for identity in self.credits if rng.random() < 0.5}
            parts = [[row for row in rows if (identity_of(row) in second) == which] for which in (False, True)]
            if all(any(row["InvoiceMonth"] == month for row in part) for part in parts):
                return parts
        return [rows]


def german(line):
    """A line as a German Excel saves it."""
    cells = dict(zip(HEADER, line))
    for column in ("CreditAmount", "BalanceAmount"):
        cells[column] = cells[column].replace(".", ",")
    for column in ("EffectiveDate", "ExpiryDate", "InvoiceMonth"):
        day = cells[column].replace("T", " ").split(" ")[0]
        if "/" in day:
            month, number, year = map(int, day.split("/"))
            cells[column] = f"{number:02}.{month:02}.{year}"
        elif day.count("-") == 2 and day != "0001-01-01":
            cells[column] = datetime.date.fromisoformat(day).strftime("%d.%m.%Y")
    return [cells[column] for column in HEADER]


if __name__ == "__main__":
    main()
