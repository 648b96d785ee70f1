#!/usr/bin/env python3
"""Rewrites a balance report with other people's writers, and prints the paths.

    spell.py REPORT -o DIR [--all]

Python's csv always; pandas, and openpyxl with LibreOffice in three locales and as workbooks, where they are found. --all makes
the missing ones an error.
"""
import argparse
import csv
import datetime
import importlib.util
import os
import shutil
import subprocess
import sys

DATES = ("EffectiveDate", "ExpiryDate")
AMOUNTS = ("CreditAmount", "BalanceAmount")


def date(text):
    return datetime.datetime.strptime(text, "%m/%d/%Y")


def with_csv(header, rows, folder):
    for name, options, encoding in [
        ("excel.csv", {}, "utf-8"),
        ("quoted.csv", {"quoting": csv.QUOTE_ALL}, "utf-8-sig"),
        ("tabs.txt", {"dialect": "excel-tab"}, "utf-16"),
        ("unix.csv", {"dialect": "unix"}, "utf-8"),
        ("western.csv", {"delimiter": ";", "quoting": csv.QUOTE_NONNUMERIC}, "cp1252"),
    ]:
        path = os.path.join(folder, "csv-" + name)
        with open(path, "w", newline="", encoding=encoding) as file:
            writer = csv.writer(file, **options)
            writer.writerow(header)
            writer.writerows(rows)
        yield path


def with_pandas(header, rows, folder):
    import pandas

    frame = pandas.DataFrame(rows, columns=header)
    for column in DATES:
        frame[column] = pandas.to_datetime(frame[column], format="%m/%d/%Y")
    # One scale, as a column of floats has, so that no amount needs more than a float holds.
    for column in AMOUNTS:
        frame[column] = frame[column].astype(float)
    for name, options in [
        ("plain.csv", {}),
        ("german.csv", {"sep": ";", "decimal": ",", "date_format": "%d.%m.%Y", "encoding": "cp1252"}),
        ("french.csv", {"sep": ";", "decimal": ",", "date_format": "%d/%m/%Y", "encoding": "utf-8-sig"}),
        ("american.csv", {"date_format": "%m/%d/%Y %I:%M:%S %p", "quoting": csv.QUOTE_ALL}),
        ("packed.csv.gz", {"date_format": "%Y-%m-%dT%H:%M:%SZ"}),
        ("packed.zip", {"compression": {"method": "zip", "archive_name": "report.csv"}}),
        ("index.csv", {"index": True, "index_label": "Row", "lineterminator": "\r\n"}),
    ]:
        path = os.path.join(folder, "pandas-" + name)
        frame.to_csv(path, **{"index": False, **options})
        yield path
    if importlib.util.find_spec("openpyxl"):
        path = os.path.join(folder, "pandas-book.xlsx")
        frame.to_excel(path, index=False)
        yield path


def with_libreoffice(header, rows, folder):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(header)
    for row in rows:
        cells = dict(zip(header, row))
        scale = 0 if cells["CurrencyCode"] == "JPY" else 2
        sheet.append([
            date(cells[name]) if name in DATES else float(cells[name]) if name in AMOUNTS else cells[name]
            for name in header
        ])
        for at, name in enumerate(header, 1):
            if name in AMOUNTS:
                sheet.cell(sheet.max_row, at).number_format = "#,##0.00" if scale else "#,##0"
            if name in DATES:
                sheet.cell(sheet.max_row, at).number_format = "mm-dd-yy"  # the locale's short date
    workbook = os.path.join(folder, "book.xlsx")
    book.save(workbook)
    for locale, separator, charset in [("de-DE", 59, 76), ("fr-FR", 59, 76), ("en-US", 44, 76), ("de-DE", 59, 1)]:
        profile = os.path.join(folder, f"profile-{locale}-{charset}")
        os.makedirs(os.path.join(profile, "user"))
        with open(os.path.join(profile, "user", "registrymodifications.xcu"), "w", encoding="utf-8") as file:
            file.write(
                '<?xml version="1.0" encoding="UTF-8"?>'
                '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
                'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
                '<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">'
                f"<value>{locale}</value></prop></item></oor:items>"
            )
        out = os.path.join(folder, f"office-{locale}-{charset}")
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to",
             f"csv:Text - txt - csv (StarCalc):{separator},34,{charset},1,,0,false,true", "--outdir", out, workbook],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield os.path.join(out, "book.csv")
    yield workbook
    for form in ["xlsx", "xls", "ods"]:
        out = os.path.join(folder, f"office-{form}")
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile-en-US-76", "--headless", "--convert-to", form,
             "--outdir", out, workbook],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield os.path.join(out, f"book.{form}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("report")
    parser.add_argument("-o", dest="folder", required=True)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    with open(options.report, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    writers = [with_csv]
    for writer, module, program in [(with_pandas, "pandas", None), (with_libreoffice, "openpyxl", "soffice")]:
        try:
            __import__(module)
            if program and not shutil.which(program):
                raise ImportError(program)
            writers.append(writer)
        except ImportError as missing:
            if options.all:
                sys.exit(f"missing: {missing}")
    for writer in writers:
        for path in writer(header, rows, options.folder):
            print(path)


main()
