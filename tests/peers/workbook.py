#!/usr/bin/env python3
"""Reads a workbook with openpyxl and with LibreOffice, and fails where either sees other values than a CSV.

    workbook.py BOOK.xlsx SAME.csv

Amounts are compared as numbers, months and dates as days. Rows below the first blank one, the totals, are left to
LibreOffice: their formulas must come out as the sums of the CSV's columns by currency.
"""
import csv
import datetime
import decimal
import os
import subprocess
import sys
import tempfile

import openpyxl


def plain(value):
    """A cell as a comparable value."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    text = str(value)
    try:
        if len(text) == 7 and text[4] == "-":
            return datetime.date(int(text[:4]), int(text[5:]), 1)
        return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    try:
        # A spreadsheet's number is a float; 15 digits of it are the amount.
        return decimal.Decimal(f"{value:.15g}" if isinstance(value, float) else text).normalize()
    except decimal.InvalidOperation:
        return text


def rows_of(sheet):
    for row in sheet.iter_rows(values_only=True):
        yield [plain(value) for value in row]


def recalculated(book, folder):
    """The workbook as LibreOffice computes it anew."""
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
                    "xlsx:Calc MS Excel 2007 XML", "--outdir", os.path.join(folder, "out"), book],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return os.path.join(folder, "out", os.path.basename(book))


def main():
    book, table = sys.argv[1:]
    with open(table, newline="", encoding="utf-8") as file:
        header, *lines = csv.reader(file)
    expected = [[plain(cell) for cell in row] for row in lines]
    currency = header.index("CurrencyCode")
    with tempfile.TemporaryDirectory() as folder:
        for reader, path in (("openpyxl", book), ("LibreOffice", recalculated(book, folder))):
            found = list(rows_of(openpyxl.load_workbook(path, data_only=True).active))
            if found[0] != header:
                sys.exit(f"{reader}: header {found[0]}")
            for at, (row, wanted) in enumerate(zip(found[1:], expected), 2):
                if row != wanted:
                    sys.exit(f"{reader}: row {at}: {row} is not {wanted}")
        totals = [row for row in found[1 + len(expected):] if row[currency] is not None]
        sums = 0
        for total in totals:
            for at, name in enumerate(header):
                if name == "CreditGiven":
                    wanted = sum(row[at] or 0 for row in expected if row[currency] == total[currency])
                    if total[at] != wanted.normalize():
                        sys.exit(f"total of {name} in {total[currency]}: {total[at]} is not {wanted}")
                    sums += 1
        print(f"{len(expected)} rows, {sums} sums")


main()
