#!/usr/bin/env python3
"""Ranks the answers of `aco` in plain Python, and compares each with what `--sort` and `--top` make of it.

    rank.py ACO SEED FILE...

ACO is the program, and SEED chooses which columns and numbers are tried. What is ranked is the CSV of the same command
without these flags. Prints what differs and ends with 1, or how many lines were compared.
"""
import csv
import random
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal, getcontext

getcontext().prec = 60
AS_OF = ["--as-of", "2023-03-15", "-q", "-f", "csv"]
FLOWS = ["OpeningAmount", "CreditGiven", "Forfeited"]
STOCKS = ["CreditLimit", "CreditAmount", "BalanceAmount"]

# Each command, which of its columns add up, and the one that it is about, by which `--top` takes the largest.
COMMANDS = [
    (["given"], ["OpeningAmount", "CreditGiven"], "CreditGiven"),
    (["balance"], STOCKS + ["Forfeited"], "BalanceAmount"),
    (["summary"], FLOWS, "CreditGiven"),
    (["summary", "--by", "quarter,status"], FLOWS, "CreditGiven"),
    (["summary", "--by", "customer"], FLOWS + STOCKS, "CreditGiven"),
    (["expiring", "--within", "all"], ["BalanceAmount", "MonthlyUse", "ProjectedUnused"], "ProjectedUnused"),
    (["check"], [], None),
]
AMOUNTS = {"Amount", "PreviousCreditAmount", "MonthlyUse", "ProjectedUnused", *FLOWS, *STOCKS}
NUMBERS = {"Customers", "Credits", "SpanMonths", "DaysLeft", "Line", "UsedPercent"}
SEVERITIES = ["note", "warning", "error"]


def ask(aco, arguments):
    result = subprocess.run([aco, *arguments, *AS_OF], capture_output=True, text=True, encoding="utf-8")
    assert result.returncode < 2, (arguments, result.stderr)
    return list(csv.DictReader(result.stdout.splitlines()))


def value(row, column):
    text = row[column]
    if column in AMOUNTS | NUMBERS:
        return Decimal(text)
    if column == "Severity":
        return SEVERITIES.index(text)
    return (text.lower(), text)


def ranked(rows, column, descending):
    """Sorted, amounts within each currency; empty cells last. Both sorts are stable."""
    known = sorted((row for row in rows if row[column]), key=lambda row: value(row, column), reverse=descending)
    rows = known + [row for row in rows if not row[column]]
    return sorted(rows, key=lambda row: row["CurrencyCode"]) if column in AMOUNTS else rows


def cut(rows, top, by_currency, adding_up):
    """The first rows, of each currency or of all; and a row for the others of each currency."""
    shown, others = [], defaultdict(list)
    seen = defaultdict(int)
    for row in rows:
        currency = row.get("CurrencyCode", "")
        group = currency if by_currency else None
        seen[group] += 1
        (shown if seen[group] <= top else others[currency]).append(row)
    shown = [{**row, "Others": ""} for row in shown]
    for currency, left_out in sorted(others.items()):
        row = {column: "" for column in rows[0]}
        if "CurrencyCode" in row:
            row["CurrencyCode"] = currency
        for column in set(adding_up) & set(row):
            known = [Decimal(other[column]) for other in left_out if other[column]]
            if known:
                row[column] = sum(known)
        shown.append({**row, "Others": str(len(left_out))})
    return shown


def same(found, expected):
    if found.keys() != expected.keys():
        return False
    return all(Decimal(found[column]) == text if isinstance(text, Decimal) and found[column] else found[column] == text
               for column, text in expected.items())


def main():
    aco, seed, files = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    choose = random.Random(seed)
    lines, wrong = 0, []
    for command, adding_up, about in COMMANDS:
        plain = ask(aco, [*command, *files])
        columns = [*plain[0]] if plain else []
        for column in choose.sample(columns, min(len(columns), 4)) + [None]:
            descending = choose.random() < 0.5
            top = choose.choice([None, 1, 2, 7, 1000]) if column else 3
            flags, expected = [], plain
            if column:
                typed = choose.choice([column, column.lower(), column.upper()])
                flags += ["--sort", "-" * descending + typed]
                expected = ranked(expected, column, descending)
            elif about:
                column = about
                expected = ranked(expected, column, True)
            if top:
                flags += ["--top", str(top)]
                expected = cut(expected, top, column in AMOUNTS, adding_up)
            found = ask(aco, [*command, *flags, *files])
            lines += len(found)
            pairs = [(a, b) for a, b in zip(found, expected) if not same(a, b)]
            if pairs or len(found) != len(expected):
                wrong.append(f"{' '.join(command + flags)}: {len(found)} lines, expected {len(expected)}")
                wrong += [f"  found    {a}\n  expected {b}" for a, b in pairs[:2]]
    print(*wrong, f"{lines} lines compared", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
