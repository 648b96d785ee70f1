#!/usr/bin/env python3
"""Runs the queries of `aco sql` where the data lie, and compares each cell with what plain Python and `aco` compute.

    sql.py ACO [--engine duckdb|spark]... [--seeds N[,N...]] [--together]

ACO is the program. The ledgers are those of ugly.py: one file, and downloads, the month of a download being the column
that orders them. Amounts are compared as numbers, since an engine shows all decimals of a type; everything else as
text. With --together the ledgers of all seeds are one, so that an engine which takes seconds for a query, whatever its
size, answers for all of them at once. Prints what differs and ends with 1, or how much was compared.
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
    ["summary", "--by", "year,quarter", "--fiscal-year-from", "7", "--from", "2021-10"],
    ["summary", "--by", "quarter,year", "--to", "2022-08", "--status", "active"],
    ["given", "--month", "2022-02,2022-07", "--status", "active"],
    ["balance", "--to", "2022-06", "--currency", "USD,KWD", "--status", "expired,suspended"],
    ["summary", "--by", "status,month", "--from", "2022-01", "--closed"],
]


# Spellings of one cell of a report, of docs/reading.md and of what an engine's own cast takes: each is answered as
# `aco` answers it, or ends the query.
MOMENTS = ["T00:00:00Z", " 0:00", " 12:00:00 AM", "T23:59:59Z", " 23:59:59.9999999", "T22:00:00Z", " 18:30", " 12:00 PM",
           "T00:00:00+02:00", "T24:00:00"]
SPELLINGS = {
    "EffectiveDate": [
        "7/31/2022", "31/7/2022", "31.07.22", "31 Jul 2022", "2022-07-31", "2022-7-1", "7/31/22", "7/1/022", "22-07-31",
        "0022-07-31", "12022-07-31", "2022/07/31", "2022 07 31", "20220731", "44773", "2022-02-30", "2022-31-07", "31-Jul-22",
        "2022-07-31 (BC)", "infinity", "epoch", "today", "'2022-07-31", "", "0001-01-01", "1/1/0001", "1899-12-30", "12/30/1899"],
    "ExpiryDate": ["9999-12-31", *(day + moment for day in ("2022-12-31", "12/31/2022") for moment in MOMENTS)],
    "InvoiceMonth": [
        "2022-07", "202207", "07/2022", "Jul-22", "July 2022", "2022-7", "22-07", "0022-07", "2022-13", "7/1/2022", "1/7/2022",
        "8/2/2022", "7/31/2022", "31/7/2022", "7/1/22", "2022-07-01 - 2022-07-31", "2022M07", "44743",
        *("2022-07-31" + moment for moment in MOMENTS)],
    "CreditAmount": [
        "1234.50", "1.234,50", "1 234,50 €", "$1,234.56", "1,234", "(12.34)", "12,34-", "5-", "1.2E+3", "1.23456789E7", "+5",
        "-.5", "5.", "1.0000000", "'1234.50", "-", "1_000", "0x10", "1E-7", "1.5e-6", "1.5E-5", "0E-18", "1e-20", "12e-1", "1e22",
        "1.00000000000000000001", "9999999999999999999999.999999", "NaN", "inf", "1 234", "5 USD"],
}


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
        # Of small data the time goes into plans: Spark compiles nothing that runs once, and Java has room and all its compilers.
        settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.ui.showConsoleProgress": "false",
                    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
                    "spark.sql.adaptive.enabled": "false", "spark.sql.autoBroadcastJoinThreshold": "-1",
                    "spark.driver.memory": "2g", "spark.driver.extraJavaOptions": "-XX:+UseSerialGC"}
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


def gather(files, path, columns=None):
    """One file of all downloads, each row with the last month of its file. Its columns are those of the first, or as said."""
    with open(path, "w", newline="", encoding="utf-8") as stream:
        out = None
        for file in files:
            errors = []
            last = max(record.month for _, record in oracle.read_file(file, errors))
            assert not errors, errors
            with open(file, newline="", encoding="utf-8") as source:
                lines = csv.DictReader(source)
                if out is None:
                    out = csv.DictWriter(stream, columns or [*lines.fieldnames, "Taken in"], extrasaction="ignore")
                    out.writeheader()
                out.writerows({**line, "Taken in": f"{last:06}"} for line in lines)


def query(aco, engine, arguments):
    command = [aco, "sql", *arguments, "--dialect", engine]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def own(aco, arguments):
    """What `aco` itself answers; none if it refuses a status, month or currency that no record has."""
    result = subprocess.run([aco, *arguments, "-f", "csv", "-q"], capture_output=True, text=True, encoding="utf-8")
    refusals = "no record has the status", "no record is of", "no credit is in"
    assert result.returncode == 0 or any(refusal in result.stderr for refusal in refusals), result.stderr
    return list(csv.reader(result.stdout.splitlines())) if result.returncode == 0 else None


def differences(found, expected):
    if found == expected:
        return []
    pairs = [(a, b) for a, b in zip(found, expected) if a != b][:2]
    return [f"  {len(found)} lines, expected {len(expected)}", *(f"  found    {a}\n  expected {b}" for a, b in pairs)]


def compare(aco, engines, seed, folder):
    """Compares questions about one ledger; how many lines, and what differs."""
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
        for number, question in enumerate(QUESTIONS):
            if name == "spark" and (number + seed) % 3:
                continue  # some seconds each
            more, differing = answer(aco, {name: engine}, f"seed {seed}", question, files, place, downloads)
            lines, wrong = lines + more, wrong + differing
    return lines, wrong


def compare_together(aco, engines, seeds, folder):
    """The same with the ledgers of all seeds in one, as an engine that takes long for each query wants it."""
    lines, wrong = 0, []
    for downloads in (False, True):
        files, path = [], os.path.join(folder, f"all of them {downloads}.csv")
        for seed in seeds:
            if (seed % 3 > 0) == downloads:
                files += ugly(seed, os.path.join(folder, str(seed)), downloads)
        if not files:
            continue
        gather(files, path, [*oracle.COLUMNS, "Taken in"] if downloads else oracle.COLUMNS)
        for name, engine in engines.items():
            engine.table("reports", path)
            # A query of one file is part of that of downloads, so that each question is asked of one of the two.
            for number, question in enumerate(QUESTIONS[0 if downloads else 1::2]):
                place = ["--path", path] if number % 3 == 2 else ["--table", "reports"]
                more, differing = answer(aco, {name: engine}, f"seeds {seeds}", question, files if downloads else [path],
                                         place, downloads)
                lines, wrong = lines + more, wrong + differing
    return lines, wrong


def answer(aco, engines, label, question, files, place, downloads):
    """What the engines answer to a question beside what plain Python and `aco` do."""
    expected, errors = oracle.answer(oracle.arguments([*question, "--as-of", AS_OF, *files]))
    assert not errors, errors
    others = ("python", expected), ("aco", own(aco, [*question, "--as-of", AS_OF, *files]))
    lines, wrong = 0, []
    for name, engine in engines.items():
        download = ["--download", "Taken in"] if downloads else []
        found = engine.run(query(aco, name, [*question, "--as-of", AS_OF, *place, *download]))
        found = [found[0]] + [[cell(value) for value in line] for line in found[1:]]
        lines += len(found)
        for other, lines_of in others:
            wrong += [f"{label}, {name} and {other}: {' '.join(question)}\n{line}"
                      for line in differences(found, without_zeros(lines_of or expected))]
    return lines, wrong


def compare_credits(aco, engines, seeds, folder):
    """Compares Azure credit on invoice and usage lines, also with `aco reconcile`; how many lines, and what differs."""
    lines, wrong = 0, []
    for kind in ("invoice", "usage"):
        paths, balances = zip(*(credits.write(seed, made(folder, str(seed)), kind) for seed in seeds))
        path = joined(paths, os.path.join(folder, f"{kind}.csv"))
        expected = [[cell(value) for value in line] for line in credits.applied(path, kind)]
        for name, engine in engines.items():
            for flags in [[], *credits.flags(path, kind)]:
                place = ["--path", path]
                if name == "spark":
                    engine.table("lines", path)
                    place = ["--table", "lines"]
                found = engine.run(query(aco, name, ["credits", "--lines", kind, *flags, *place]))
                found = [[cell(value) for value in line] for line in found]
                lines += len(found)
                label = f"seeds {seeds}, {name}: credits of {kind} {' '.join(flags)}"
                if not flags:
                    wrong += [f"{label}\n{line}" for line in differences(found, expected)]
                wrong += [f"{label}: reconcile\n{line}" for line in reconciled(aco, balances, path, flags, found, folder)]
    return lines, wrong


def made(folder, name):
    path = os.path.join(folder, name)
    os.makedirs(path, exist_ok=True)
    return path


def joined(paths, target):
    """One file of the lines of several with the same header."""
    with open(target, "w", newline="", encoding="utf-8") as out:
        for number, path in enumerate(paths):
            with open(path, newline="", encoding="utf-8") as stream:
                out.writelines(line for at, line in enumerate(stream) if number == 0 or at > 0)
    return target


def reconciled(aco, balances, path, flags, found, folder):
    """What differs between an engine's credits, `aco reconcile` with the lines, and `aco reconcile` with those credits."""
    rows = reconcile(aco, balances, ["--invoice", path, *flags])
    totals = {}
    for customer, currency, month, amount, _, _, count in found[1:]:
        total = totals.setdefault((customer, currency, month), [Decimal(0), 0])
        total[0] += Decimal(amount)
        total[1] += int(count)
    with_lines = {(row[0], row[1], row[2]): [Decimal(row[4]), int(row[7])] for row in rows if row[7] not in ("", "0")}
    wrong = differences(sorted(with_lines.items()), sorted(totals.items()))
    result = os.path.join(folder, "credits.csv")
    with open(result, "w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(found)
    # A month in which no credit was applied stands in no row of them.
    months = {line[2] for line in found[1:]}
    expected = [row for row in rows if row[2] in months]
    again = reconcile(aco, balances, ["--credits", result])
    return wrong + [f"  --credits:\n{line}" for line in differences(again, expected)]


def reconcile(aco, balances, against):
    """The rows of `aco reconcile`, its amounts without zeros that the data add."""
    command = [aco, "reconcile", *balances, *against, "-f", "csv", "-q", "--as-of", AS_OF]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert result.returncode < 2, result.stderr
    rows = csv.DictReader(result.stdout.splitlines())
    # Credit lines name customers and partners, and sums of them do not.
    columns = [column for column in rows.fieldnames if column not in ("PartnerID", "CustomerName")]
    return [[plain(Decimal(row[column])) if row[column] and 3 <= at <= 5 else row[column]
             for at, column in enumerate(columns)] for row in rows]


def compare_spellings(aco, engines):
    """What is neither as `aco` answers it nor ends the query, of each spelling of a cell; and how many were tried."""
    record = {"PartnerID": "P", "CustomerID": "c", "InvoiceMonth": "2022-07", "CreditName": "ACO", "CreditAmount": "5",
              "Status": "Active", "BalanceAmount": "5", "CurrencyCode": "USD", "AgreementID": "A",
              "EffectiveDate": "2022-07-01", "ExpiryDate": "2022-12-31"}
    tried, wrong = 0, []
    spellings = [(column, text) for column, texts in SPELLINGS.items() for text in texts]
    for number, (column, text) in enumerate(spellings):
        question = ["balance" if column.endswith("Date") else "given", "--as-of", AS_OF]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.csv")
            with open(path, "w", newline="", encoding="utf-8") as stream:
                csv.writer(stream).writerows([record, {**record, column: text}.values()])
            result = subprocess.run([aco, *question, path, "-f", "csv", "-q"], capture_output=True, text=True, encoding="utf-8")
            expected = without_zeros(list(csv.reader(result.stdout.splitlines()))) if result.returncode == 0 else result.stderr
            for name, engine in engines.items():
                if name == "spark" and number % 12:
                    continue  # some seconds each
                tried += 1
                try:
                    found = engine.run(query(aco, name, [*question, "--path", path]))
                except Exception:  # each engine has its own
                    continue
                found = [found[0]] + [[cell(value) for value in line] for line in found[1:]]
                if isinstance(expected, list):
                    # Of the columns of `aco` those that the query has.
                    places = [at for at, column in enumerate(expected[0]) if column in found[0]]
                    told = [[line[at] for at in places] for line in expected]
                else:
                    told = expected
                if found != told:
                    wrong.append(f"{name}: {column} {text!r}: {found[1:]} and not {expected}")
    return tried, wrong


def mixed_decimals(aco, engine):
    """What is wrong about decimals of two types in Parquet: both are read as they stand, or the query ends."""
    cells = ("'P' PartnerID, 'c' CustomerID, '2022-0{0}' InvoiceMonth, 'ACO' CreditName, 'Active' Status, 'USD' CurrencyCode, "
             "'A' AgreementID, '' EffectiveDate, '' ExpiryDate, CAST({1} AS DECIMAL({2})) CreditAmount, 0 BalanceAmount")
    wrong = []
    for first, second, is_read in (("18, 2", "18, 3", True), ("38, 2", "38, 3", False), ("38, 3", "38, 2", False)):
        with tempfile.TemporaryDirectory() as folder:
            for month, amount, kind in ((1, "1.25", first), (2, "2.236" if second.endswith("3") else "2.23", second)):
                rows = cells.format(month, amount, kind)
                engine.connection.execute(f"COPY (SELECT {rows}) TO '{folder}/{month}.parquet'")
            try:
                found = engine.run(query(aco, "duckdb", ["given", "--path", f"{folder}/*.parquet"]))
                message = None
            except Exception as error:
                message = str(error)
        amounts = None if message else [str(line[found[0].index("CreditAmount")]) for line in found[1:]]
        expected = ["1.250000", "2.236000"] if is_read else None
        if amounts != expected or message and "no type holds together" not in message:
            wrong.append(f"DECIMAL({first}) and ({second}): {message or amounts}")
    return wrong


def refusals(aco, engines):
    """What must end a query with a message: the ones that did not."""
    row = "P,{customer},2022-01,ACO,{amount},Active,5,USD,A,{effective},12/31/2022"
    ledger = lambda *rows: "\n".join([",".join(oracle.COLUMNS), *rows]) + "\n"
    fine = row.format(customer="c1", amount="1.50", effective="1/1/2022")
    lines = ",".join(credits.COLUMNS["usage"]) + "\nP,c,,G1,,{amount},USD,1/1/2022,1,USD,Azure Credit Applied,100\n"
    invoice = ",".join(credits.COLUMNS["invoice"]) + \
        "\nP,c,,G1,customerCredit,{amount},{amount},JPY,1/1/2022,m,{price},1,{currency},1,Azure Credit\n"
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
        ("unknown invoice", lines.format(amount="1"), ["credits", "--lines", "usage", "--invoice-month", "G9=2022-01"],
         "no line has the InvoiceNumber G9"),
        ("a high price of a line", invoice.format(amount="-1", price="-250000000", currency="JPY"), ["credits"], None),
        ("a high price in another currency", invoice.format(amount="-1", price="-250000000", currency="USD"), ["credits"],
         ""),
        ("a line's year of two digits", lines.format(amount="1").replace("1/1/2022", "1/1/22"),
         ["credits", "--lines", "usage"], "expected a date"),
        ("a line's day that may be its month", lines.format(amount="1").replace("1/1/2022", "3/7/2022"),
         ["credits", "--lines", "usage"], "may have the day first"),
        ("a line's day that comes first", lines.format(amount="1").replace("1/1/2022", "13/7/2022"),
         ["credits", "--lines", "usage"], ""),
        ("a line with another whose day comes first",
         lines.format(amount="1") + "P,c,,G1,,5,USD,25/1/2022,1,USD,Credit Not Applied,0\n",
         ["credits", "--lines", "usage"], "may have the day first"),
        ("a line's day that another settles", lines.format(amount="1").replace("1/1/2022", "3/7/2022")
         + "P,c,,G1,,5,USD,3/25/2022,1,USD,Credit Not Applied,0\n", ["credits", "--lines", "usage"], None),
        ("a line's day that need not be known", lines.format(amount="1").replace("1/1/2022", "3/7/2022"),
         ["credits", "--lines", "usage", "--invoice-month", "2022-03"], None),
        ("the first of a month", lines.format(amount="1").replace("1/1/2022", "7/1/2022"),
         ["credits", "--lines", "usage"], None),
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
    parser.add_argument("--together", action="store_true", help="all seeds in one ledger")
    options = parser.parse_args()
    engines = {name: ENGINES[name]() for name in options.engine or ENGINES}
    wrong = refusals(options.aco, engines)
    lines, others = compare_spellings(options.aco, engines)
    wrong += others + (mixed_decimals(options.aco, engines["duckdb"]) if "duckdb" in engines else [])
    seeds = [int(seed) for seed in options.seeds.split(",")]
    for some in [seeds] if options.together else [[seed] for seed in seeds]:
        with tempfile.TemporaryDirectory() as folder:
            for name in engines:
                os.mkdir(os.path.join(folder, name))
            for compared in (compare_together(options.aco, engines, some, folder) if options.together
                             else compare(options.aco, engines, some[0], folder),
                             compare_credits(options.aco, engines, some, folder)):
                lines, wrong = lines + compared[0], wrong + compared[1]
    print(*wrong, f"{lines} lines compared", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
