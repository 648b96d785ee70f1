#!/usr/bin/env python3
"""Asks where usage lies in a lake how much Azure credit was applied, and beside that reconciles the same lines as files.

    lake.py ACO --dir DIR [--lines N] [--runs N] [--keep]

Writes N lines of daily usage (20 million by default: some 0.7 GB of Parquet and 5.5 GB of CSV) of 1,000 customers and 12
months into DIR, partitioned by month, and the balance report that belongs to them. Then asks `aco sql credits` of DuckDB and
Spark with one and two threads, and runs `aco reconcile` over the CSV, over the Parquet, and with the engine's answer. Prints the
least and the greatest time of the runs, by the clock and of the processors, and the greatest memory of each, and fails if two
answers differ. Needs duckdb and
pyspark; works in processes of its own, whose memory is that of all that they start.
"""
import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from decimal import Decimal

LINES = """
SELECT
    '0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9' AS PartnerId,
    md5('c' || customer) AS Hash,
    concat_ws('-', Hash[1:8], Hash[9:12], Hash[13:16], Hash[17:20], Hash[21:32]) AS CustomerId,
    'Customer ' || customer AS CustomerName,
    format('G{{:09d}}', 2297372 + month) AS InvoiceNumber,
    strftime(first, '%-m/%-d/%Y') AS ChargeStartDate,
    strftime(first + CAST(hash(line, 3) % 28 AS INTEGER), '%-m/%-d/%Y') AS UsageDate,
    md5('m' || hash(line, 4) % 800) AS MeterId,
    '/subscriptions/' || md5('s' || customer || hash(line, 5) % 3) || '/resourceGroups/rg' || hash(line, 6) % 40 AS ResourceURI,
    CAST(CAST(hash(line, 7) % 5000000 AS DECIMAL(18, 6)) / 100000 AS DECIMAL(18, 6)) AS BillingPreTaxTotal,
    CASE WHEN customer % 3 = 0 THEN 'USD' ELSE 'EUR' END AS BillingCurrency,
    CAST(BillingPreTaxTotal * 1.1 AS DECIMAL(18, 6)) AS PricingPreTaxTotal,
    'USD' AS PricingCurrency,
    CASE WHEN kind = 1 THEN '15' ELSE '' END AS PartnerEarnedCreditPercentage,
    CASE WHEN kind = 0 THEN '100' WHEN kind = 1 THEN '15' ELSE '' END AS CreditPercentage,
    CASE WHEN kind = 0 THEN 'Azure Credit Applied' WHEN kind = 1 THEN 'Partner Earned Credit Applied'
         ELSE 'Credit Not Applied' END AS CreditType,
    month AS Month
FROM (
    SELECT range AS line, hash(range, 1) % 1000 AS customer, CAST(range * 12 // {lines} AS INTEGER) + 1 AS month,
        least(hash(range, 2) % 5, 2) AS kind, make_date(2025, CAST(range * 12 // {lines} AS INTEGER) + 1, 1) AS first
    FROM range({lines})
)
"""

BALANCE = """
SELECT '0b61c8d4-3a52-4c8e-9d0f-6e1b7a20c4f9' AS PartnerID, CustomerId AS CustomerID, format('2025-{{:02d}}', Month) AS InvoiceMonth,
    'ACO' AS CreditName, sum(Given) OVER (PARTITION BY CustomerId ORDER BY Month) AS CreditAmount, 'Active' AS Status,
    1000000 AS BalanceAmount, BillingCurrency AS CurrencyCode, 'A' AS AgreementID, '1/1/2025' AS EffectiveDate,
    '12/31/2027' AS ExpiryDate
FROM (
    SELECT CustomerId, Month, BillingCurrency, sum(CASE WHEN kind THEN BillingPreTaxTotal ELSE 0 END) AS Given
    FROM (SELECT *, CreditType = 'Azure Credit Applied' AS kind FROM read_parquet('{dir}/usage/*/*.parquet'))
    GROUP BY CustomerId, Month, BillingCurrency
)
ORDER BY ALL
"""


def generate(folder, lines):
    import duckdb
    os.makedirs(f"{folder}/csv", exist_ok=True)
    duckdb.sql(f"SET memory_limit = '3GB'; SET preserve_insertion_order = false; SET temp_directory = '{folder}/spill'")
    duckdb.sql(f"COPY (SELECT * EXCLUDE (Hash) FROM ({LINES.format(lines=lines)})) TO '{folder}/usage' "
               "(FORMAT parquet, PARTITION_BY (Month), WRITE_PARTITION_COLUMNS true)")
    for month in range(1, 13):
        duckdb.sql(f"COPY (SELECT * EXCLUDE (Month) FROM read_parquet('{folder}/usage/Month={month}/*.parquet')) "
                   f"TO '{folder}/csv/usage-{month:02}.csv'")
    duckdb.sql(f"COPY ({BALANCE.format(dir=folder)}) TO '{folder}/balance.csv'")


def on_duckdb(query, threads, target):
    import duckdb
    connection = duckdb.connect(config={"threads": threads})
    with open(query, encoding="utf-8") as stream:
        connection.sql(stream.read()).write_parquet(target)


def on_spark(query, threads, target):
    from pyspark.sql import SparkSession
    session = (SparkSession.builder.master(f"local[{threads}]").config("spark.ui.enabled", "false")
               .config("spark.driver.memory", "2g").config("spark.sql.shuffle.partitions", str(2 * int(threads))).getOrCreate())
    with open(query, encoding="utf-8") as stream:
        text = stream.read()
    started = time.monotonic()
    frame = session.sql(text)
    rows = frame.collect()
    print(f"query {time.monotonic() - started:.1f} s with 1 executor (the driver itself) of {threads} "
          f"cores", file=sys.stderr)
    with open(target, "w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream)
        out.writerow(frame.columns)
        out.writerows(["" if cell is None else format(cell, "f") if isinstance(cell, Decimal) else cell for cell in row] for row in rows)


def used(process):
    """The memory of a process and all below it, in bytes, and the time of processors that they have used, in seconds."""
    total, spent, waiting = 0, 0, [process]
    while waiting:
        one = waiting.pop()
        try:
            with open(f"/proc/{one}/statm", encoding="ascii") as stream:
                total += int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            with open(f"/proc/{one}/stat", encoding="utf-8") as stream:
                spent += sum(map(int, stream.read().rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")
            for task in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{task}/children", encoding="ascii") as stream:
                    waiting += map(int, stream.read().split())
        except (OSError, ValueError):
            pass
    return total, spent


def timed(name, command, runs):
    """Runs a command some times, and prints what it took; returns what it printed."""
    times, spents, memory = [], [], 0
    for _ in range(runs):
        with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+", encoding="utf-8") as err:
            started, spent, before = time.monotonic(), 0, sum(os.times()[2:4])
            with subprocess.Popen(command, stdout=out, stderr=err) as process:
                while process.poll() is None:
                    held, spending = used(process.pid)
                    memory, spent = max(memory, held), max(spent, spending)
                    time.sleep(0.05)
            times.append(time.monotonic() - started)
            spents.append(max(spent, sum(os.times()[2:4]) - before))
            for stream in (out, err):
                stream.seek(0)
            printed, said = out.read(), err.read()
        assert process.returncode in (0, 1), f"{name}: {said}"
    query = " ".join(line for line in said.splitlines() if line.startswith("query "))
    print(f"{name:32} {min(times):7.1f} to {max(times):6.1f} s, processors {min(spents):6.1f} to {max(spents):6.1f} s, "
          f"{memory / 1e6:6.0f} MB  {query}", flush=True)
    return printed


def plain(cell):
    cell = format(Decimal(cell), "f")
    return cell.rstrip("0").rstrip(".") if "." in cell else cell


def rows(path_or_text, amounts):
    """The rows of a CSV, amounts as numbers."""
    lines = list(csv.DictReader(path_or_text))
    return [[plain(value) if value and column in amounts else value for column, value in line.items()
             if column != "CustomerName"] for line in lines]


def credits_of(path):
    amounts = {"CreditApplied", "PricedCredit"}
    if path.endswith(".csv"):
        with open(path, newline="", encoding="utf-8") as stream:
            return rows(stream, amounts)
    return rows(csv_of(path), amounts)


def csv_of(path):
    import duckdb
    result = duckdb.execute(f"FROM '{path}'")
    names = [column[0] for column in result.description]
    yield ",".join(names)
    for row in result.fetchall():
        yield ",".join("" if cell is None else format(cell, "f") if isinstance(cell, Decimal) else str(cell) for cell in row)


def main():
    if len(sys.argv) == 5 and sys.argv[1] in ("duckdb", "spark"):
        return {"duckdb": on_duckdb, "spark": on_spark}[sys.argv[1]](*sys.argv[2:])
    parser = argparse.ArgumentParser()
    parser.add_argument("aco")
    parser.add_argument("--dir", required=True)
    parser.add_argument("--lines", type=int, default=20_000_000)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    folder, here = os.path.abspath(options.dir), os.path.abspath(__file__)
    if not os.path.exists(f"{folder}/balance.csv"):
        generate(folder, options.lines)
    size = lambda where: sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(where) for name in names)
    print(f"{options.lines:,} lines: {size(folder + '/usage') / 1e9:.2f} GB of Parquet, {size(folder + '/csv') / 1e9:.2f} GB of CSV")
    answers = []

    def ask(engine):
        query = f"{folder}/{engine}.sql"
        with open(query, "w", encoding="utf-8") as stream:
            subprocess.run([options.aco, "sql", "credits", "--lines", "usage", "--dialect", engine, "--path",
                            f"{folder}/usage/*/*.parquet"], stdout=stream,
                           check=True)
        for threads in ("1", "2"):
            target = f"{folder}/{engine}-{threads}.{'parquet' if engine == 'duckdb' else 'csv'}"
            timed(f"{engine}, {threads} thread(s)", [sys.executable, here, engine, query, threads, target], options.runs)
            answers.append(sorted(credits_of(target)))

    ask("duckdb")
    files = [f"{folder}/csv", f"{folder}/usage-parquet"]
    os.makedirs(files[1], exist_ok=True)
    for month in range(1, 13):
        for number, name in enumerate(sorted(os.listdir(f"{folder}/usage/Month={month}"))):
            link = f"{files[1]}/{month:02}-{number}.parquet"
            if not os.path.exists(link):
                os.link(f"{folder}/usage/Month={month}/{name}", link)
    found = []
    fixed = [options.aco, "reconcile", f"{folder}/balance.csv", "-q", "-f", "csv", "--as-of", "2026-03-01"]
    for name, against in (("CSV", ["--invoice", files[0]]), ("Parquet", ["--invoice", files[1]]),
                          ("DuckDB's answer", ["--credits", f"{folder}/duckdb-2.parquet"])):
        printed = timed(f"aco reconcile, {name}", [*fixed, *against], options.runs)
        found.append(rows(printed.splitlines(), {"CreditGiven", "CreditApplied", "Difference"}))
    ask("spark")
    assert all(answer == answers[0] for answer in answers), "the engines differ"
    assert all(answer == found[0] for answer in found), "the ways to reconcile differ"
    applied = sum(Decimal(row[3]) for row in answers[0])
    matched = sum(row[6] == "matched" for row in found[0])
    assert applied == sum(Decimal(row[4]) for row in found[0]), "engines and aco differ"
    print(f"{len(answers[0])} sums, {applied} applied in all; {matched} of {len(found[0])} rows matched; all answers are equal")
    if not options.keep:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
