#!/usr/bin/env python3
"""The journals of `aco book` are taken by hledger and Beancount, and their balances are those of its CSV.

    books.py PROGRAM FILE...

Prints how many balances were compared.
"""
import csv
import io
import os
import subprocess
import sys
import tempfile
from collections import Counter
from decimal import Decimal

from beancount import loader

NASTY = ['"x" \\ y', "a;b|c", "date:2020-99-99", "[2020-99-99]", "x\ny", "  two  blanks", "(1) =1", "é:ü,", "{customer}", "*", "!", "#tag ^link", "\u202ex"]
SIDES = [["--account-given", "Income:Given:{currency}", "--account-credit", "Assets:Customers:{customer}:{currency}"], []]


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{command}: {result.returncode}\n{result.stdout}\n{result.stderr}")
    return result.stdout


def nasty(folder):
    """A report and a list of names whose texts would act in a journal."""
    report, names = os.path.join(folder, "nasty.csv"), os.path.join(folder, "names.csv")
    with open(report, "w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow("PartnerID CustomerID InvoiceMonth CreditName CreditAmount Status BalanceAmount CurrencyCode "
                     "AgreementID EffectiveDate ExpiryDate".split())
        for number, text in enumerate(NASTY):
            amounts = [f"{number}.125", f"-{number}.50", "12345678901234567890.12"]
            for month, amount in enumerate(amounts, 1):
                # Only names of customers may have several lines.
                line = text.replace("\n", "-")
                out.writerow(["p", line, f"2022-{month:02}", line, amount, "Active", "5.00", "KWD", line, "2022-01-01", ""])
    with open(names, "w", newline="") as stream:
        csv.writer(stream).writerows([["CustomerId", "CustomerName"]] + [[text.replace("\n", "-"), text] for text in NASTY])
    return [report, "--names", names]


def main():
    program, files = sys.argv[1], sys.argv[2:]
    bean_check = os.path.join(os.path.dirname(sys.executable), "bean-check")
    compared = 0
    with tempfile.TemporaryDirectory() as folder:
        for inputs in (files, nasty(folder)):
            for sides in SIDES:
                book = [program, "book", *inputs, "--booked", os.path.join(folder, "none.csv"), "--as-of", "2023-03-15", "-q", *sides]
                expected = Counter()
                for row in csv.DictReader(io.StringIO(run(*book, "-f", "csv"), newline="")):
                    expected[row["CurrencyCode"]] += Decimal(row["Amount"])
                for name, balances in (("hledger", hledger), ("beancount", beancount)):
                    journal = os.path.join(folder, f"a.{name}")
                    run(*book, "-f", name, "-o", journal)
                    run(*(["hledger", "-f", journal, "check"] if name == "hledger" else [bean_check, journal]))
                    given, credit = Counter(), Counter()
                    for account, currency, amount in balances(journal):
                        (given if account.startswith(("Expenses", "Income")) else credit)[currency] += amount
                    assert given == expected, f"{name}: {given} is not {expected}"
                    assert {key: -amount for key, amount in credit.items()} == given, f"{name}: {credit}"
                    compared += len(given)
    print(compared, "balances compared")


def hledger(journal):
    """The balances of all accounts."""
    table = run("hledger", "-f", journal, "print", "-O", "csv")
    for row in csv.DictReader(io.StringIO(table)):
        yield row["account"], row["commodity"], Decimal(row["amount"])


def beancount(journal):
    entries, errors, _ = loader.load_file(journal)
    assert not errors, errors
    for entry in entries:
        for posting in getattr(entry, "postings", None) or []:
            yield posting.account, posting.units.currency, posting.units.number


if __name__ == "__main__":
    main()
