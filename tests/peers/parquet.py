#!/usr/bin/env python3
"""Reads the Parquet of every command with DuckDB, Polars and pyarrow, and compares each cell with the command's CSV.

    parquet.py ACO [--seeds N[,N...]]

ACO is the program. The results are those of the fixtures and of the ledgers of ugly.py. Types must be those that
docs/formats.md declares, and the same in all three. What each of the three makes of a listing is read back as the same. Prints what differs and ends with 1, or how much was compared.
"""
import argparse
import csv
import datetime
import io
import os
import subprocess
import sys
import tempfile
from decimal import Decimal

import duckdb
import polars
import pyarrow.parquet

import sql

REPORT = "fixtures/aco-balance.csv"
INVOICE = "fixtures/invoice/2022-07.csv"
OF_FIXTURES = [
    ["list", REPORT],
    ["given", REPORT, "--names", INVOICE],
    ["summary", REPORT],
    ["summary", REPORT, "--by", "partner,customer,agreement,status"],
    ["summary", REPORT, "--by", "quarter"],
    ["summary", REPORT, "--by", "year,customer"],
    ["summary", "fixtures/header-only.csv"],
    ["balance", REPORT],
    ["expiring", REPORT, "--within", "400"],
    ["inspect", REPORT],
    ["check", REPORT],
    ["check", "fixtures/check/credit-decreased.csv"],
    ["check", "--list"],
    ["diff", "fixtures/restatement-old.csv", "fixtures/restatement-new.csv"],
    ["reconcile", REPORT, "--invoice", INVOICE, "--all"],
    ["reconcile", REPORT, "--invoice", INVOICE, "--lines"],
    ["reconcile", REPORT, "--invoice", INVOICE, "--show-other"],
    ["reconcile", REPORT, "--invoice", INVOICE, "--findings"],
]
OF_LEDGERS = [["list"], ["given"], ["balance"], ["summary", "--by", "month,customer"], ["expiring", "--within", "9999"]]
AMOUNTS = sql.AMOUNTS | {"Difference", "MonthlyUse", "ProjectedUnused", "Subtotal", "Amount"}
MONTHS = {"InvoiceMonth", "RunOutMonth"}
DATES = {"EffectiveDate", "ExpiryDate", "ChargeStartDate"}
COUNTS = {"Customers", "Credits", "SpanMonths", "DaysLeft", "Line", "Lines", "Year"}


def kind(column):
    kinds = [("decimal", AMOUNTS), ("date", MONTHS | DATES), ("count", COUNTS)]
    return next((name for name, columns in kinds if column in columns), "text")


def declared(kind, whole, scale):
    """The types that a column has to have in DuckDB, Polars and pyarrow."""
    precision = 18 if whole + scale <= 18 else 38
    return {
        "decimal": (f"DECIMAL({precision},{scale})", f"Decimal(precision={precision}, scale={scale})",
                    f"decimal128({precision}, {scale})"),
        "date": ("DATE", "Date", "date32[day]"),
        "count": ("BIGINT", "Int64", "int64"),
        "text": ("VARCHAR", "String", "string"),
    }[kind]


def digits(column, cells):
    """The digits before and behind the decimal point that a column of amounts needs."""
    whole, scale = 0, 1 if column == "UsedPercent" else 2
    for cell in filter(None, cells):
        number = sql.plain(Decimal(cell)).lstrip("-").partition(".")
        whole, scale = max(whole, len(number[0].lstrip("0"))), max(scale, len(number[2]))
    return whole, scale


def expected(text, kind):
    if text == "":
        return None
    if kind == "decimal":
        return Decimal(text)
    if kind == "date":
        return datetime.date.fromisoformat(text if len(text) == 10 else f"{text}-01")
    return int(text) if kind == "count" else text


def read(path):
    """The columns, their types and the rows, as each of the three has them."""
    result = duckdb.execute("SELECT * FROM read_parquet(?)", [path])
    yield "DuckDB", [column[0] for column in result.description], [str(c[1]) for c in result.description], result.fetchall()
    frame = polars.read_parquet(path)
    yield "Polars", frame.columns, [str(kind) for kind in frame.dtypes], frame.rows()
    table = pyarrow.parquet.read_table(path)
    rows = list(zip(*(column.to_pylist() for column in table.columns))) if table.num_rows else []
    yield "pyarrow", table.column_names, [str(kind) for kind in table.schema.types], rows


def run(aco, arguments):
    as_of = [] if arguments[0] == "inspect" or "--list" in arguments else ["--as-of", sql.AS_OF]
    result = subprocess.run([aco, *arguments, "-q", *as_of], capture_output=True)
    assert result.returncode < 2, (arguments, result.stderr)
    return result.stdout


def compare(aco, arguments, path):
    """How many cells were compared, and what differs."""
    table = list(csv.reader(io.StringIO(run(aco, [*arguments, "-f", "csv"]).decode("utf-8"), newline="")))
    run(aco, [*arguments, "-o", path])
    with open(path, "rb") as stream:
        first = stream.read()
    wrong = [] if first == run(aco, [*arguments, "-f", "parquet"]) else [f"{arguments}: other bytes the second time"]
    header, lines = table[0], table[1:]
    kinds = [kind(column) for column in header]
    types = [declared(kind, *digits(column, [line[at] for line in lines] if kind == "decimal" else []))
             for at, (column, kind) in enumerate(zip(header, kinds))]
    rows = [tuple(expected(cell, kind) for cell, kind in zip(line, kinds)) for line in lines]
    for number, (reader, columns, found_types, found) in enumerate(read(path)):
        # A text may be empty where a row has one, and is a null where it has none: CSV writes both alike.
        found = [tuple(None if cell == "" else cell for cell in row) for row in found]
        for what, a, b in (("columns", columns, header), ("types", found_types, [kind[number] for kind in types]),
                           ("rows", found, rows)):
            if list(a) != list(b):
                pairs = [(x, y) for x, y in zip(a, b) if x != y][:1] or [(len(a), len(b))]
                wrong.append(f"{reader}: {' '.join(arguments)}: {what}\n  found    {pairs[0][0]}\n  expected {pairs[0][1]}")
    if arguments[0] == "list":
        other = f"{path}.again"
        for writer in rewritten(path, other):
            if first != run(aco, ["list", other, "-f", "parquet"]):
                wrong.append(f"{' '.join(arguments)}: another report from what {writer} wrote")
    return 3 * len(rows) * len(header), wrong


def rewritten(path, other):
    """Writes a file anew with each of the three, each in its own way, and yields the writer's name."""
    duckdb.execute(f"COPY (FROM read_parquet('{path}')) TO '{other}' (ROW_GROUP_SIZE 2048)")
    yield "DuckDB"
    polars.read_parquet(path).write_parquet(other, row_group_size=100)
    yield "Polars"
    table = pyarrow.parquet.read_table(path)
    for compression, version in (("none", "1.0"), ("gzip", "2.0"), ("zstd", "2.0"), ("snappy", "1.0")):
        pyarrow.parquet.write_table(table, other, compression=compression, data_page_version=version, data_page_size=1000,
                                    use_dictionary=version == "1.0", column_encoding=None)
        yield f"pyarrow with {compression}"
    pyarrow.parquet.write_table(table, other, dictionary_pagesize_limit=200, data_page_size=500, row_group_size=100)
    yield "pyarrow with dictionaries that end early"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("aco")
    parser.add_argument("--seeds", default="1,2,3")
    arguments = parser.parse_args()
    cells, wrong = 0, []
    with tempfile.TemporaryDirectory() as folder:
        questions = list(OF_FIXTURES)
        for seed in arguments.seeds.split(","):
            files = sql.ugly(int(seed), os.path.join(folder, seed), int(seed) % 2 == 0)
            questions += [[question[0], *files, *question[1:]] for question in OF_LEDGERS]
        for question in questions:
            compared, differs = compare(arguments.aco, question, os.path.join(folder, "result.parquet"))
            cells += compared
            wrong += differs
    print("\n".join(wrong) if wrong else f"{cells} cells compared")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
