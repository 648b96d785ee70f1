#!/usr/bin/env python3
"""Writes an ugly but readable ACO balance ledger: every trouble of the rules, from one seed.

    ugly.py -o DIR [--seed N] [--credits N] [--months N] [--files N] [--restate]

Writes DIR/ledger-01.csv, ledger-02.csv ... and prints their paths, in command-line order.
Without --restate the rows of one identity and month stay in one file, so any split of the same
seed has the same answer. With it, later files restate or repeat months of earlier ones.
"""
import argparse
import calendar
import csv
import datetime
import os
import random
from decimal import Decimal

HEADER = ("PartnerID CustomerID InvoiceMonth CreditName CreditAmount Status "
          "BalanceAmount CurrencyCode AgreementID EffectiveDate ExpiryDate").split()
SCALES = {"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3}
TROUBLES = ["plain", "gaps", "correction", "top-up", "mid-file", "before", "before", "expired zero", "expired kept",
            "back to life", "other words", "tranches at once", "tranches in turn", "amended", "no dates",
            "late first row", "negative", "over limit", "everything"]
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
        one = self.grant(identity, first, last, has)
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
        dead_from = rng.randint(first, last + 1) if has("expired zero", "expired kept", "back to life") else last + 2
        dead_for = rng.randint(1, 3) if has("back to life") else 10**6
        gone_from = rng.randint(dead_from + 1, dead_from + 6) if rng.random() < 0.3 else last + 1
        kept = has("expired kept")
        for month in range(first, min(last, gone_from) + 1):
            if month > first:
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
            status = "Expired" if dead else "Active"
            if has("other words") and rng.random() < 0.3:
                status = rng.choice(["Suspended", "Pending", "Cancelled"])
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
        text = dict(
            row, PartnerID=self.spell_id(row["PartnerID"]), CustomerID=self.spell_id(row["CustomerID"], prefix=True),
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
    options = parser.parse_args()

    ledger = Ledger(options.seed, options.credits, options.months)
    rows = no_conflicts(ledger.rows)
    vary_scale(ledger.rng, rows)

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

    os.makedirs(options.out, exist_ok=True)
    for number, some in enumerate(files, 1):
        lines = [ledger.spell(row) for row in some]
        lines += [ledger.spell(row) for row in some if split.random() < 0.05]  # the same row again
        split.shuffle(lines)
        path = os.path.join(options.out, f"ledger-{number:02}.csv")
        with open(path, "w", newline="", encoding="utf-8") as stream:
            out = csv.writer(stream, lineterminator="\n")
            out.writerow(HEADER)
            out.writerows(lines)
        print(path)


def restate(rng, rows, place, files):
    """Plants other values, or the same ones, for months of earlier files in later files."""
    taken = {(key, number) for key, number in place.items()}
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
                if rng.random() < 0.1 and new["EffectiveDate"]:
                    new["EffectiveDate"] += datetime.timedelta(days=rng.randint(-30, 30))
                if rng.random() < 0.1 and new["ExpiryDate"]:
                    new["ExpiryDate"] += datetime.timedelta(days=rng.randint(-30, 90))
            files[number].append(new)


if __name__ == "__main__":
    main()
