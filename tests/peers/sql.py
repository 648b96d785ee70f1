#!/usr/bin/env python3
"""Runs the queries of `aco sql` where the data lie, and compares each cell with what plain Python and `aco` compute.

    sql.py ACO [--engine duckdb|spark]... [--seeds N[,N...]]

ACO is the program. The ledgers are those of ugly.py: one file, and downloads, the month of a download being the column
that orders them. Amounts are compared as numbers, since an engine shows all decimals of a type; everything else as
text. Prints what differs and ends with 1, or how much was compared.
"""
import argparse
import csv
import datetime
import os
import subprocess
import sys
import tempfile
from decimal import Decimal

import credits
import oracle

AS_OF = "2023-03-15"
QUESTIONS = [
    ["given"],
    ["balance"],
    ["summary"],
    ["summary", "--by", "customer,status"],
    ["summary", "--by", "partner,agreement"],
    ["summary", "--by", "quarter"],
    ["summary", "--by", "year,customer,status"],
    ["summary", "--by", "quarter,year", "--to", "2022-08", "--status", "active"],
    ["given", "--month", "2022-02,2022-07", "--status", "active"],
    ["balance", "--to", "2022-06", "--currency", "USD,KWD", "--status", "expired,suspended"],
    ["summary", "--by", "status,month", "--from", "2022-01", "--closed"],
]


class DuckDb:
    def __init__(self):
        import duckdb
        self.connection = duckdb.connect()

    def run(self, query):
        result = self.connection.execute(query)
        return [[column[0] for column in result.description]] + [list(row) for row in result.fetchall()]

    def table(self, name, path):
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_csv('{path}', all_varchar = true)")

    def parquet(self, path, folder):
        self.connection.execute(f"COPY (SELECT * FROM read_csv('{path}', all_varchar = true)) TO '{folder}/data.parquet'")


class Spark:
    def __init__(self):
        from pyspark.sql import SparkSession
        builder = SparkSession.builder.master("local[2]")
        settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.ui.showConsoleProgress": "false",
                    "spark.sql.codegen.wholeStage": "false", "spark.sql.adaptive.enabled": "false"}  # small data
        for name, value in settings.items():
            builder = builder.config(name, value)
        self.session = builder.getOrCreate()
        self.session.sparkContext.setLogLevel("OFF")

    def run(self, query):
        frame = self.session.sql(query)
        return [frame.columns] + [list(row) for row in frame.collect()]

    def table(self, name, path):
        self.session.read.csv(path, header=True, escape='"').createOrReplaceTempView(name)

    def parquet(self, path, folder):
        self.session.read.csv(path, header=True, escape='"').coalesce(1).write.mode("overwrite").parquet(folder)


ENGINES = {"duckdb": DuckDb, "spark": Spark}


def cell(value):
    """A cell as text; a number without the zeros that its type adds."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    assert not isinstance(value, float), value
    return str(value)


def plain(number):
    number = format(number, "f")
    number = number.rstrip("0").rstrip(".") if "." in number else number
    return "0" if number == "-0" else number


AMOUNTS = {"PreviousCreditAmount", "CreditAmount", "CreditGiven", "OpeningAmount", "BalanceAmount", "CreditLimit",
           "UsedPercent", "Forfeited", "CreditApplied", "PricedCredit"}


def without_zeros(lines):
    """The lines of a CSV, its amounts without the zeros of the data."""
    header = lines[0]
    return [header] + [[plain(Decimal(text)) if text and column in AMOUNTS else text
                        for column, text in zip(header, line)] for line in lines[1:]]


def ugly(seed, folder, downloads):
    here = os.path.dirname(os.path.abspath(__file__))
    more = ["--downloads"] if downloads else []
    command = [sys.executable, os.path.join(here, "ugly.py"), "-o", folder, "--seed", str(seed),
               "--credits", str(5 + seed * 7 % 60), "--months", str(3 + seed % 20), *more]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout.splitlines()


def gather(files, path):
    """One file of all downloads, each row with the last month of its file."""
    with open(path, "w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream)
        for number, file in enumerate(files):
            errors = []
            last = max(record.month for _, record in oracle.read_file(file, errors))
            assert not errors, errors
            with open(file, newline="", encoding="utf-8") as source:
                lines = list(csv.reader(source))
            if number == 0:
                out.writerow([*lines[0], "Taken in"])
            out.writerows([*line, f"{last:06}"] for line in lines[1:])


def query(aco, engine, arguments):
    command = [aco, "sql", *arguments, "--dialect", engine]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def own(aco, arguments):
    """What `aco` itself answers; none if it refuses a status that no record has."""
    result = subprocess.run([aco, *arguments, "-f", "csv", "-q"], capture_output=True, text=True, encoding="utf-8")
    assert result.returncode == 0 or "no record has the status" in result.stderr, result.stderr
    return list(csv.reader(result.stdout.splitlines())) if result.returncode == 0 else None


def differences(found, expected):
    if found == expected:
        return []
    pairs = [(a, b) for a, b in zip(found, expected) if a != b][:2]
    return [f"  {len(found)} lines, expected {len(expected)}", *(f"  found    {a}\n  expected {b}" for a, b in pairs)]


def compare(aco, engines, seed, folder):
    """Compares all questions about one ledger; how many lines, and what differs."""
    downloads = seed % 3 > 0
    files = ugly(seed, folder, downloads)
    path = os.path.join(folder, "all of them.csv")
    gather(files, path)
    lines, wrong = 0, []
    for name, engine in engines.items():
        place = ["--path", path]
        if seed % 5 == 1:
            engine.table("reports", path)
            place = ["--table", "reports"]
        elif seed % 5 == 2:
            engine.parquet(path, os.path.join(folder, name))
            place = ["--path", os.path.join(folder, name, "*.parquet")]
        if downloads:
            place += ["--download", "Taken in"]
        for number, question in enumerate(QUESTIONS):
            if name == "spark" and (number + seed) % 3:
                continue  # some seconds each
            expected, errors = oracle.answer(oracle.arguments([*question, "--as-of", AS_OF, *files]))
            assert not errors, errors
            found = engine.run(query(aco, name, [*question, "--as-of", AS_OF, *place]))
            found = [found[0]] + [[cell(value) for value in line] for line in found[1:]]
            lines += len(found)
            for other, lines_of in (("python", expected), ("aco", own(aco, [*question, "--as-of", AS_OF, *files]))):
                wrong += [f"seed {seed}, {name} and {other}: {' '.join(question)}\n{line}"
                          for line in differences(found, without_zeros(lines_of or expected))]
    return lines, wrong


def compare_credits(aco, engines, seed, folder):
    """Compares Azure credit on invoice and usage lines, also with `aco reconcile`; how many lines, and what differs."""
    lines, wrong = 0, []
    for kind in ("invoice", "usage"):
        path, balance = credits.write(seed, folder, kind)
        expected = [[cell(value) for value in line] for line in credits.applied(path, kind)]
        for name, engine in engines.items():
            found = engine.run(query(aco, name, ["credits", "--lines", kind, "--path", path]))
            found = [[cell(value) for value in line] for line in found]
            lines += len(found)
            wrong += [f"seed {seed}, {name}: credits of {kind}\n{line}" for line in differences(found, expected)]
        reconciled = reconcile(aco, balance, path)
        totals = {}
        for customer, currency, month, amount, _, _, count in expected[1:]:
            total = totals.setdefault((customer, currency, month), [Decimal(0), 0])
            total[0] += Decimal(amount)
            total[1] += int(count)
        wrong += [f"seed {seed}: reconcile with {kind}\n{line}"
                  for line in differences(sorted(reconciled.items()), sorted(totals.items()))]
    return lines, wrong


def reconcile(aco, balance, path):
    """CreditApplied and Lines of `aco reconcile`, where there are lines."""
    command = [aco, "reconcile", balance, "--invoice", path, "-f", "csv", "-q", "--as-of", AS_OF]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert result.returncode < 2, result.stderr
    rows = [row for row in csv.DictReader(result.stdout.splitlines()) if row["Lines"] not in ("", "0")]
    return {(row["CustomerID"], row["CurrencyCode"], row["InvoiceMonth"]): [Decimal(row["CreditApplied"]), int(row["Lines"])]
            for row in rows}


def refusals(aco, engines):
    """What must end a query with a message: the ones that did not."""
    row = "P,{customer},2022-01,ACO,{amount},Active,5,USD,A,{effective},12/31/2022"
    ledger = lambda *rows: "\n".join([",".join(oracle.COLUMNS), *rows]) + "\n"
    fine = row.format(customer="c1", amount="1.50", effective="1/1/2022")
    lines = ",".join(credits.COLUMNS["usage"]) + "\nP,c,,G1,,{amount},USD,1/1/2022,1,USD,Azure Credit Applied,100\n"
    cases = [
        ("contradiction", ledger(fine, fine.replace("1.50", "2")), ["given"], "twice in one download"),
        ("decimals", ledger(fine.replace("1.50", "1.1234567")), ["given"], "at most 6 decimals"),
        ("no amount", ledger(fine.replace("1.50", "")), ["given"], ""),
        ("no number", ledger(fine.replace("1.50", "1.234,5")), ["summary"], ""),
        ("no month", ledger(fine.replace("2022-01", "")), ["summary"], ""),
        ("no date", ledger(fine.replace("1/1/2022", "1/32/2022")), ["balance"], ""),
        ("no id", ledger(fine.replace("c1", "")), ["summary"], "CustomerID is empty"),
        ("unknown id", ledger(fine), ["given", "--customer", "x"], "0 customer ids"),
        ("two ids", ledger(fine, fine.replace("c1", "c2")), ["given", "--customer", "c"], "2 customer ids"),
        ("two dates at once", ledger(fine, fine.replace("1/1/2022", "1/2/2022")), ["given"], None),
        ("amount of a line", lines.format(amount="1.0000000000000000001"), ["credits", "--lines", "usage"], "18 decimals"),
        ("a partner's lines", lines.format(amount="1"), ["credits", "--lines", "usage", "--partner", "P"], None),
    ]
    wrong = []
    for name, engine in engines.items():
        for what, text, question, said in cases:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "x.csv")
                with open(path, "w", encoding="utf-8") as stream:
                    stream.write(text)
                try:
                    found = engine.run(query(aco, name, [*question, "--path", path]))
                    message = None
                except Exception as error:  # each engine has its own
                    message = str(error)
            if (message is None) != (said is None) or said and said not in message:
                wrong.append(f"{name}: {what}: {message or found}")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("aco")
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--seeds", default=",".join(map(str, range(1, 31))))
    options = parser.parse_args()
    engines = {name: ENGINES[name]() for name in options.engine or ENGINES}
    lines, wrong = 0, refusals(options.aco, engines)
    for seed in map(int, options.seeds.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            for name in engines:
                os.mkdir(os.path.join(folder, name))
            more, differing = compare(options.aco, engines, seed, folder)
            lines, wrong = lines + more, wrong + differing
            more, differing = compare_credits(options.aco, engines, seed, folder)
            lines, wrong = lines + more, wrong + differing
    print(*wrong, f"{lines} lines compared", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
