#!/usr/bin/env python3
"""Reads a workbook with openpyxl and with LibreOffice, and fails where either sees other values than a CSV.

    workbook.py BOOK.xlsx SAME.csv
    workbook.py --report BOOK.xlsx SUMMARY.csv EXPIRING.csv

Amounts are compared as numbers, months and dates as days. Rows below the first blank one, the totals, are left to
LibreOffice: their formulas must come out as the sums of the CSV's columns by currency.

Of a report it also looks at how its sheets are printed, at the figures of the first one, and at what its charts draw.
"""
import csv
import datetime
import decimal
import itertools
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


def table_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return [{name: plain(cell) for name, cell in row.items()} for row in csv.DictReader(file)]


def cells(sheet):
    """The rows of a sheet down to the first blank one, by the names of its columns."""
    header, *rows = rows_of(sheet)
    filled = list(itertools.takewhile(any, rows))
    return [dict(zip(header, row)) for row in filled]


def check_print(sheet):
    """Landscape, as wide as a page; a table repeats its header and keeps it in view."""
    setup = sheet.page_setup
    assert setup.orientation == "landscape", sheet.title
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and setup.fitToWidth in (None, 1), sheet.title
    if sheet.title != "Summary":
        assert setup.fitToHeight == 0, sheet.title
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.print_title_rows == "$1:$1", (sheet.title, sheet.print_title_rows)
        names = [cell.value for cell in sheet[1]]
        ids = [name.endswith("ID") for name in names]
        is_named = "CustomerName" in names
        assert not is_named or ids == sorted(ids), (sheet.title, names)
        for name, column in zip(names, sheet.iter_cols(min_row=2)):
            if name in ("Result", "Severity"):
                colours = {cell.value: cell.fill.fgColor.rgb for cell in column if cell.value and cell.fill.fill_type}
                assert {"mismatched", "error"} & set(colours), (sheet.title, colours)


def check_report(path, summary, expiring):
    book = openpyxl.load_workbook(path)
    assert (book.sheetnames[:2], book.sheetnames[-1]) == (["Summary", "Customers"], "About"), book.sheetnames
    for sheet in book:
        check_print(sheet)
    given = {(row["CurrencyCode"], row["InvoiceMonth"]): row["CreditGiven"] for row in table_of(summary)}
    by_month = cells(book["By month"])
    assert {(row["CurrencyCode"], row["InvoiceMonth"]): row["CreditGiven"] for row in by_month} == given
    soon = table_of(expiring)
    assert len(soon) == len(cells(book["Expires soon"]))
    for row, wanted in zip(cells(book["Expires soon"]), soon):
        assert all(row.get(name) in (cell, "unknown") for name, cell in wanted.items()), (row, wanted)
    currencies = sorted({currency for currency, _ in given})
    figures = [row[:4] for row in rows_of(book["Summary"]) if row[0] in currencies]
    for currency, name, amount, _ in figures:
        if name.startswith("Credit given in "):
            assert amount == given[currency, plain(name[-7:])], (currency, name, amount)
    assert sum(name.startswith("Credit given in ") for _, name, *_ in figures) == len(currencies)
    drawn = [series_of(book, chart) for chart in book["Summary"]._charts]
    wanted = [[given[key] for key in sorted(given) if key[0] == currency] for currency in currencies]
    assert drawn == wanted, (drawn, wanted)
    print(f"{len(book.sheetnames)} sheets, {len(figures)} figures, {len(drawn)} charts")


def series_of(book, chart):
    """The values that a chart draws."""
    (series,) = chart.series
    name, place = series.val.numRef.f.rsplit("!", 1)
    return [plain(cell.value) for (cell,) in book[name.strip("'")][place.replace("$", "")]]


def main():
    if sys.argv[1] == "--report":
        return check_report(*sys.argv[2:])
    book, table = sys.argv[1:]
    with open(table, newline="", encoding="utf-8") as file:
        header, *lines = csv.reader(file)
    expected = [[plain(cell) for cell in row] for row in lines]
    currency = header.index("CurrencyCode")
    with tempfile.TemporaryDirectory() as folder:
        for reader, path in (("openpyxl", book), ("LibreOffice", recalculated(book, folder))):
            found = list(rows_of(openpyxl.load_workbook(path, data_only=True).active))
            if sorted(found[0]) != sorted(header):
                sys.exit(f"{reader}: header {found[0]}")
            # Names stand first, and ids last.
            places = [found[0].index(name) for name in header]
            found = [[row[at] for at in places] for row in found]
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
