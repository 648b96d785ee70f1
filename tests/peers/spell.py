#!/usr/bin/env python3
"""Rewrites a balance report with other people's writers, and prints the paths.

    spell.py REPORT -o DIR [--all]

Python's csv always; pandas, openpyxl for workbooks of several sheets and archives of all kinds, and it with LibreOffice in
three locales and as workbooks, where they are found. --all makes the missing ones an error.
"""
import argparse
import csv
import datetime
import gzip
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import warnings
import zipfile

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


def with_containers(header, rows, folder):
    """What holds several files: pages and lines of JSON, workbooks of several sheets, archives of all that."""
    import openpyxl

    def text(rows):
        out = io.StringIO()
        csv.writer(out).writerows([header, *rows])
        return out.getvalue()

    def objects(rows):
        typed = lambda name, cell: float(cell) if name in AMOUNTS else cell
        return [{name: typed(name, cell) for name, cell in zip(header, row)} for row in rows]

    def pages(rows, link):
        parts = [rows[at::3] for at in range(3)]
        return [json.dumps({"totalCount": len(part), "items": objects(part), **link(at)}, indent=at)
                for at, part in enumerate(parts)]

    def book(parts, titles):
        made = openpyxl.Workbook()
        made.active.append(["kept by", "finance"])
        for at, part in enumerate(parts):
            sheet = made.create_sheet(f"Part {at}")
            for line in [[]] * at + [["Balances"]] * titles + [header, *part]:
                sheet.append(line)
            sheet.sheet_state = "hidden" if at == 1 else "visible"
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()

    next_of = lambda at: {"nextLink": f"/balances?after={at}" if at < 2 else None}
    named = lambda at: {"links": {"self": {"uri": f"/balances?page={at}"},
                                  **({"next": {"uri": f"/balances?page={at + 1}"}} if at < 2 else {})}}
    parts = [rows[at::7] for at in range(7)]
    mixed = [("report.csv", text(parts[0])), ("report.csv", text(parts[1])),
             ("book.xlsx", book([parts[2][::2], parts[2][1::2]], 1)),
             ("lines.jsonl", "\r".join(map(json.dumps, objects(parts[3])))),
             ("pages.json", "\n".join(pages(parts[4], next_of))), ("packed.csv.gz", gzip.compress(text(parts[5]).encode())),
             ("no ending", text(parts[6]).replace(",", "\t")), ("notes.txt", "kept by finance\n"), (".DS_Store", "x")]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as entries, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two entries of one name
        for name, data in mixed:
            entries.writestr(name, data)
    for name, data in [
        ("lines-cr.jsonl", "\r".join(map(json.dumps, objects(rows))) + "\r"),
        ("lines-crlf.jsonl", "\r\n".join(map(json.dumps, objects(rows)))),
        ("pages.json", "\n".join(pages(rows, named))),
        ("pages-backwards.json", "\r\n".join(reversed(pages(rows, next_of)))),
        ("array.json", json.dumps(objects(rows), indent="\t")),
        ("sheets.xlsx", book([rows[at::3] for at in range(3)], 2)),
        ("mixed.zip", archive.getvalue()),
    ]:
        path = os.path.join(folder, "container-" + name)
        with open(path, "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
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
    for writer, module, program in [(with_pandas, "pandas", None), (with_containers, "openpyxl", None),
                                    (with_libreoffice, "openpyxl", "soffice")]:
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
