#!/usr/bin/env python3
"""Computes the cards of the report page by the ledger of oracle.py, and compares them with the page.

    cards.py ACO [--seeds N[,N...]]

ACO is the program. The ledgers are those of ugly.py. A card is of the last closed month of its currency, or of the
latest month. What a credit was given in a month, and what is left of it at the end, is:

    a record in the month             given as in `given`, unknown without a past; what is left, 0 if it has expired
    none, after an Expired one        0 and 0
    none, between two, or covered by
    the span of a first one after it  unknown: it stands in a later month
    none, and none before             0 and 0 if it begins later, or if the partner has rows of the month and its past
                                      is known; else unknown
    none, and none after              unknown if the partner has no rows of the month; else given 0, and what is left is
                                      unknown if there was anything and its last day had not passed before the month

The change is that of credits of which both months are known and no amount covers several; it is unknown where no
partner has rows of the month before. Prints what differs and ends with 1, or how much was compared.
"""
import argparse
import datetime
import html
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from decimal import Decimal

import oracle

AS_OF = datetime.date(2023, 3, 15)
WITHIN = 90


def at(credit, month):
    """What a credit is at the end of a month, or of the last one that is covered; None before its first row."""
    return credit.life.get(min(month, max(credit.life)))


def in_month(credit, month):
    """(given, what is left, whether the amount covers several months); None is unknown."""
    for entry in credit.entries:
        if entry.record.month == month:
            return entry.given, credit.life[month].left, (entry.span or 1) > 1
    moment, first = at(credit, month), credit.entries[0]
    if moment is None:
        if first.span is None:
            return None, None, False
        return None if first.record.month - first.span < month else Decimal(0), Decimal(0), False
    used_up = credit.life[moment.record.month].left == 0
    given = Decimal(0) if moment.state == "over" or moment.state == "vanished" and used_up else None
    return given, Decimal(0) if moment.left is None and used_up else moment.left, False


def months_shown(credit, last):
    """The months in which a credit has a row, a movement or something left."""
    for month in range(min(credit.life), last + 1):
        moment = at(credit, month)
        moves = month in credit.life and (moment.is_row or moment.forfeited or moment.vanished)
        if moves or moment.left:
            yield month


def sum_of(parts):
    """The sum of what is known, or None, and how much is not; 0 where there is nothing to know."""
    known = [part for part in parts if part is not None]
    return (sum(known, Decimal(0)) if known or not parts else None), len(parts) - len(known)


def cards(credits):
    now = oracle.month_of(AS_OF)
    months, covered = defaultdict(set), defaultdict(set)
    last = max(max(credit.life) for credit in credits)
    for credit in credits:
        months[credit.identity[4]] |= set(months_shown(credit, last))
        covered[credit.identity[0]] |= {entry.record.month for entry in credit.entries}
    result = {}
    for currency, all_months in months.items():
        month = max([month for month in all_months if month < now] or all_months)
        own = [credit for credit in credits if credit.identity[4] == currency]
        given, change, left, ending, forfeited = [], [], [], [], Decimal(0)
        has_before = any(month - 1 in some for some in covered.values())
        since = max(month // 12 * 12, min(min(some) for some in covered.values()))
        for credit in own:
            one, other = in_month(credit, month), in_month(credit, month - 1)
            given.append(one[0])
            left.append(one[1])
            is_known = None not in (one[0], other[0]) and not one[2] and not other[2]
            change.append(one[0] - other[0] if is_known else None)
            forfeited += sum(moment.forfeited or 0 for number, moment in credit.life.items() if since <= number <= month)
            end = at(credit, last)
            expiry = end.record.expiry
            if end.state in ("running", "carried") and expiry and 0 <= (expiry - AS_OF).days <= WITHIN:
                ending.append(end.left)
        result[currency] = {
            f"Credit given in {oracle.show_month(month)}": sum_of(given),
            f"Change against {oracle.show_month(month - 1)}": sum_of(change) if has_before else (None, 0),
            f"Left at the end of {oracle.show_month(month)}": sum_of(left),
            f"Ends within {WITHIN} days": (sum(ending, Decimal(0)) if ending else "none", 0),
            "Lost": (forfeited, 0),
        }
    return result


def shown(page):
    """The same of the page, but what is likely unused."""
    top = page.split('class="headlines"')[1].split("</section>")[0]
    result = {}
    for article in top.split("<article>")[1:]:
        currency = re.search("<h2>(.*?)</h2>", article)[1]
        result[currency] = {}
        for name, amount, more in re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>(.*)", article):
            name = html.unescape(re.sub("<[^>]*>", "", name))
            amount = amount.rstrip("*").replace(",", "")
            unknown = re.search(r"(?:and|for) (\d+) credits?", more.replace(",", ""))
            value = {"unknown": None, "none": "none"}.get(amount, amount)
            value = Decimal(value) if value not in (None, "none") else value
            name = "Lost" if name.startswith("Lost ") else name
            result[currency][name] = value, int(unknown[1]) if unknown else 0
        result[currency].pop("Will likely be lost")
    return result


def compare(program, paths):
    errors = []
    rows = oracle.as_of_that_day(oracle.read_files(paths, False, errors), AS_OF)
    credits = oracle.build_credits(rows, errors)
    if errors:
        return 0, []
    command = [program, "report", *paths, "--as-of", AS_OF.isoformat(), "-q", "-o", "-"]
    page = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    wanted, found = cards(credits), shown(page)
    differences = [f"{currency} {name}: {found.get(currency, {}).get(name)} instead of {figure}"
                   for currency, figures in wanted.items() for name, figure in figures.items()
                   if found.get(currency, {}).get(name) != figure]
    differences += [f"{currency} is too much" for currency in found.keys() - wanted.keys()]
    return sum(map(len, wanted.values())), differences


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seeds", default="1,2,3,4,5")
    options = parser.parse_args()
    ugly = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ugly.py")
    count = 0
    for seed in options.seeds.split(","):
        for kind in (["--files", "2"], ["--downloads"]):
            with tempfile.TemporaryDirectory() as folder:
                command = [sys.executable, ugly, "-o", folder, "--seed", seed, "--months", "18", *kind]
                paths = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
                compared, differences = compare(options.program, paths)
                count += compared
                for difference in differences:
                    print(f"seed {seed} {' '.join(kind)}: {difference}")
                if differences:
                    sys.exit(1)
    print(f"{count} figures compared")


main()
