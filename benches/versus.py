#!/usr/bin/env python3
"""Times aco beside DuckDB on every kind of work that it is for, and writes docs/speed.md.

    benches/versus.py [--credits N] [--lines N] [--runs N] [--folder DIR] [--aco FILE] [--generate FILE]
                     [--only TEXT] [--large] [--write FILE]

Needs `cargo build --release --locked --bins --examples`, and a Python that has duckdb. A case is a line of `cases`: what is
asked of aco, what is asked of the other, and the columns in which both must answer alike; an answer that differs ends the
run before anything is timed. Every time is a whole process's, with the files in the page cache and at most two threads; those
of a case are taken in turn, so that a busy machine slows all alike. `--large` also measures a report ten times as large.
"""
import argparse
import glob
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from typing import NamedTuple

import duckdb

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
THREADS = str(min(2, os.cpu_count() or 1))
MONTHS = 60
# Rows that a sheet can hold below its header.
SHEET_ROWS = 1_048_575

KEY = "PartnerID, CustomerID, AgreementID, CreditName, CurrencyCode"
IS_ACO = "replace(lower(CreditReasonCode), ' ', '') in ('azurecredit', 'azurecreditoffer', 'azureconsumptioncredit')"
# Runs each argument as a statement.
DUCKDB = f"""import duckdb, sys
c = duckdb.connect()
for statement in ["set threads={THREADS}", "set preserve_insertion_order=false", "set enable_progress_bar=false", *sys.argv[1:]]:
    c.execute(statement).fetchall()"""


class Case(NamedTuple):
    work: str
    # What the ratio must be: of the other's time to aco's with `>=`, of aco's to the other's with `<=`.
    goal: str
    files: list
    aco: list
    # The other's name and command.
    beside: str
    command: list
    # Where both answer, and the columns that must be the same; none where there is nothing to compare.
    answers: tuple = ()
    columns: str = ""
    # Which of aco's rows are compared, if not all are.
    only: str = ""


# ---------------------------------------------------------------- the questions in SQL

def rows(source):
    """The rows of reports as CSV, each once."""
    distinct = "distinct" if "*" in source else ""
    return f"""select {distinct} * from read_csv('{source}', header=true, dateformat='%-m/%-d/%Y', columns={{
      'PartnerID':'VARCHAR','CustomerID':'VARCHAR','InvoiceMonth':'VARCHAR','CreditName':'VARCHAR',
      'CreditAmount':'DECIMAL(18,3)','Status':'VARCHAR','BalanceAmount':'DECIMAL(18,3)','CurrencyCode':'VARCHAR',
      'AgreementID':'VARCHAR','EffectiveDate':'DATE','ExpiryDate':'DATE'}})"""


def given(report):
    return f"""select {KEY}, InvoiceMonth, Status, lag(CreditAmount) over w as PreviousCreditAmount, CreditAmount,
      CreditAmount - coalesce(lag(CreditAmount) over w, 0) as CreditGiven, BalanceAmount
      from ({report}) window w as (partition by {KEY} order by InvoiceMonth)"""


def summary(report, keys="InvoiceMonth"):
    return f"""select {keys}, CurrencyCode, count(distinct CustomerID) as Customers, count(*) as Credits,
      sum(CreditGiven) as CreditGiven, sum(CreditAmount) as CreditAmount, sum(BalanceAmount) as BalanceAmount
      from ({given(report)}) group by all order by all"""


def reconciled(report, lines):
    return f"""with credits as (select CustomerId, InvoiceNumber, Currency, PricingCurrency,
        cast(Subtotal as decimal(18,4)) s, cast(EffectiveUnitPrice as decimal(18,6)) p,
        cast(BillableQuantity as decimal(18,3)) q, date_trunc('month', strptime(ChargeStartDate, '%-m/%-d/%Y')) d
        from {lines} where {IS_ACO}),
      billing as (select InvoiceNumber, max(d) m from credits group by all),
      applied as (select CustomerId c, m, Currency billed, PricingCurrency priced, -sum(s) s,
        -cast(sum(trunc(p * q * 100)) * 0.01 as decimal(38,4)) p from credits join billing using (InvoiceNumber) group by all),
      given as (select CustomerID c, strptime(InvoiceMonth, '%Y-%m') m, CurrencyCode currency, sum(CreditGiven) given
        from ({given(report)}) group by all)
      select given.c as CustomerID, strftime(given.m, '%Y-%m') as InvoiceMonth, currency as CurrencyCode, given as CreditGiven,
        case when billed = currency then cast(s as decimal(38,4)) else p end as CreditApplied
      from given join applied on given.c = applied.c and given.m = applied.m and currency in (billed, priced)"""


def lines_kept(invoice):
    return f"""create temp table lines as select CustomerId, CustomerName, InvoiceNumber, ChargeType, ProductId, SkuId,
      AvailabilityId, OrderDate, ChargeStartDate, Currency, PricingCurrency, PCToBCExchangeRate, PriceAdjustmentDescription,
      CreditReasonCode, Subtotal, EffectiveUnitPrice, BillableQuantity, {IS_ACO} as aco
      from read_csv('{invoice}', header=true, all_varchar=true)"""


# What `reconcile` says beside the totals: names, other credits, invoices with several rates, lines that break a rule.
SAID_BESIDE = [
    "select CustomerId, any_value(CustomerName) from lines group by all",
    """select CustomerId, Currency, InvoiceNumber, CreditReasonCode, sum(cast(Subtotal as decimal(18,4))), count(*)
      from lines where ChargeType = 'customerCredit' and not aco group by all""",
    """select InvoiceNumber, Currency, PricingCurrency from lines where Currency <> PricingCurrency
      group by all having count(distinct PCToBCExchangeRate) > 1""",
    """select * from lines where aco and (cast(Subtotal as decimal(18,4)) > 0
      or PriceAdjustmentDescription ilike '%partner earned credit%')""",
    """select c.* from lines c anti join lines o on o.aco is not true and o.CustomerId = c.CustomerId
      and o.ProductId = c.ProductId and o.SkuId = c.SkuId and o.AvailabilityId = c.AvailabilityId
      and o.OrderDate = c.OrderDate and o.ChargeStartDate = c.ChargeStartDate
      and cast(o.BillableQuantity as decimal(18,3)) = cast(c.BillableQuantity as decimal(18,3))
      and cast(o.EffectiveUnitPrice as decimal(18,6)) = -cast(c.EffectiveUnitPrice as decimal(18,6)) where c.aco""",
]

AMOUNTS = "".join(f", cast(coalesce(cast({name} as varchar), '0') as decimal(38,3))"
                  for name in ("CreditGiven", "CreditAmount", "BalanceAmount"))
MONTH = "left(cast(InvoiceMonth as varchar), 7)"
OF_SUMMARY = f"{MONTH}, CurrencyCode, cast(Customers as int), cast(Credits as int){AMOUNTS}"
OF_CUSTOMERS = f"CustomerID, {MONTH}, CurrencyCode, cast(Credits as int){AMOUNTS}"
OF_GIVEN = f"CustomerID, AgreementID, {MONTH}{AMOUNTS}"
OF_RECONCILE = ("CustomerID, InvoiceMonth, CurrencyCode, cast(CreditGiven as decimal(38,4)), "
                "cast(CreditApplied as decimal(38,4))")


# ---------------------------------------------------------------- the cases

def cases(files, options):
    month, folder = files["month"], options.folder
    at = lambda name: os.path.join(folder, name)
    aco = lambda command, *words: [options.aco, *command.split(), "-q", "--threads", THREADS, *words]
    duck = lambda *statements: [sys.executable, "-c", DUCKDB, *statements]
    into = lambda query, form="csv": duck(*query[:-1], f"copy ({query[-1]}) to '{at('theirs.' + form)}' (format {form})")
    csv = at("ours.csv"), at("theirs.csv")
    summed = ["-o", csv[0]]

    for order, least in (("month", 6), ("shuffled", 5), ("customer", 7)):
        yield Case(f"`summary`, rows by {order}" if order != "shuffled" else "`summary`, rows shuffled", f">= {least}",
                   [files[order]], aco("summary", files[order], *summed), "DuckDB",
                   into([summary(rows(files[order]))]), csv, OF_SUMMARY)
    downloads = sorted(glob.glob(os.path.join(files["downloads"], "*.csv")))
    yield Case(f"`summary` of a folder of {len(downloads)} cumulative downloads", ">= 6", downloads,
               aco("summary", files["downloads"], *summed), "DuckDB",
               into([summary(rows(os.path.join(files["downloads"], "*.csv")))]), csv, OF_SUMMARY)
    yield Case("`summary --by customer,month` as CSV", ">= 3", [month],
               aco("summary --by customer,month", month, *summed), "DuckDB",
               into([summary(rows(month), "CustomerID, InvoiceMonth")]), csv, OF_CUSTOMERS)
    yield Case("`summary` of the report as Parquet", ">= 2", [files["parquet"]], aco("summary", files["parquet"], *summed),
               "DuckDB", into([summary(f"select * from '{files['parquet']}'")]), csv, OF_SUMMARY)
    yield Case("Parquet beside CSV", "<= 1", [files["parquet"]], aco("summary", files["parquet"]),
               "aco, the CSV", aco("summary", month))
    yield Case("`given` as CSV", ">= 4", [month], aco("given", month, *summed), "DuckDB",
               into([given(rows(month))]), csv, OF_GIVEN)
    parquet = at("ours.parquet"), at("theirs.parquet")
    yield Case("`given` as Parquet", ">= 4", [month], aco("given", month, "-o", parquet[0]), "DuckDB",
               into([given(rows(month))], "parquet"), parquet, OF_GIVEN)
    yield Case(f"`given` as a workbook, the first {SHEET_ROWS:,} rows", "", [files["sheet"]],
               aco("given", files["sheet"], "-o", at("ours.xlsx")), "aco, as CSV", aco("given", files["sheet"], *summed))
    for command in ("check", "statement", "expiring", "balance", "report"):
        if knows(options.aco, command):
            to = at("ours.html") if command == "report" else csv[0]
            yield Case(f"`{command}` beside `summary`", "<= 2", [month], aco(command, month, "-o", to), "aco, `summary`",
                       aco("summary", month, *summed))
    invoice = files["invoice"]
    kept = [lines_kept(invoice), *SAID_BESIDE, reconciled(rows(files["invoiced"]), "lines")]
    yield Case(f"`reconcile`, {options.lines:,} lines", ">= 5", [invoice],
               aco("reconcile", files["invoiced"], *summed, "--invoice", invoice), "DuckDB", into(kept), csv, OF_RECONCILE,
               "Result in ('matched', 'mismatched')")
    for packed, tool in (("gz", ["gzip", "-dc"]), ("zip", ["unzip", "-p"])):
        if shutil.which(tool[0]):
            yield Case(f"`summary` of {packed}", "<= 1", [files[packed]], aco("summary", files[packed]), f"`{tool[0]}`",
                       [*tool, files[packed]])


def knows(aco, command):
    return subprocess.run([aco, command, "--help"], capture_output=True, check=False).returncode == 0


def agree(case):
    """Ends the run if the two answer otherwise."""
    ours, theirs = (f"'{path}'" if path.endswith("parquet") else f"read_csv('{path}', header=true, all_varchar=true)"
                    for path in case.answers)
    ours = f"select {case.columns} from {ours} where {case.only or 'true'}"
    theirs = f"select {case.columns} from {theirs}"
    for one, other in [(ours, theirs)] if case.only else [(ours, theirs), (theirs, ours)]:
        if odd := duckdb.execute(f"({one}) except all ({other}) limit 3").fetchall():
            sys.exit(f"{case.work}: answered by one only: {odd}\n{one}")
    if not duckdb.execute(f"select count(*) from ({ours})").fetchall()[0][0]:
        sys.exit(f"{case.work}: nothing was compared")


# ---------------------------------------------------------------- the files

def make(options):
    """The files that are not there yet, by what they are for."""
    os.makedirs(options.folder, exist_ok=True)
    at = lambda name: os.path.join(options.folder, name)
    report = lambda path, credits, *more: run([options.generate, "report", "--credits", str(credits), *more, "-o", path])
    months = "--months", str(MONTHS)
    files = {name: at(f"{name}.csv") for name in ("month", "shuffled", "customer", "sheet", "invoice", "invoiced")}
    files |= {"downloads": at("downloads"), "parquet": at("report.parquet"), "gz": at("month.csv.gz"), "zip": at("month.zip")}
    for order in ("month", "shuffled", "customer"):
        absent(files[order], lambda path: report(path, options.credits, *months, "--order", order))
    # Cumulative downloads of a fifteenth of the credits have twice the rows.
    absent(files["downloads"], lambda path: cumulative(path, lambda all: report(all, options.credits // 15, *months)))
    absent(files["parquet"], lambda path: duckdb.execute(f"copy ({rows(files['month'])}) to '{path}' (compression zstd)"))
    absent(files["sheet"], lambda path: head(files["month"], path, SHEET_ROWS + 1))
    absent(files["gz"], lambda path: run(["sh", "-c", 'gzip -c "$0" > "$1"', files["month"], path]))
    absent(files["zip"], lambda path: zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED).write(files["month"], "report.csv"))
    absent(files["invoiced"], lambda path: report(path, options.credits // 20, "--months", "12"))
    absent(files["invoice"], lambda path: run([options.generate, "invoice", files["invoiced"], "--lines", str(options.lines),
                                               "-o", path, "--planted", at("planted.csv")]))
    return files


def absent(path, write):
    if not os.path.exists(path):
        write(path)


def cumulative(folder, report):
    """A download a month, each of all months so far."""
    os.makedirs(folder)
    whole = folder + ".csv"
    report(whole)
    with open(whole, encoding="utf-8") as lines:
        header, *all_rows = lines
    os.remove(whole)
    for number, month in enumerate(sorted({row.split(",", 3)[2] for row in all_rows}), 1):
        with open(os.path.join(folder, f"report-{number:02}.csv"), "w", encoding="utf-8") as out:
            out.writelines([header, *(row for row in all_rows if row.split(",", 3)[2] <= month)])


def head(file, path, count):
    with open(file, encoding="utf-8") as lines, open(path, "w", encoding="utf-8") as out:
        out.writelines(itertools.islice(lines, count))


# ---------------------------------------------------------------- measuring

# Runs a command a line. The peak memory that a process is said to have is at least that of the one which started it, so
# that one stays small.
STARTER = """import json, os, subprocess, sys, time
for line in sys.stdin:
    start = time.perf_counter()
    process = subprocess.Popen(json.loads(line), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    print(json.dumps([time.perf_counter() - start, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]), flush=True)"""


def run(command):
    # 1 says that something was found.
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode not in (0, 1):
        sys.exit(f"failed: {' '.join(command)[:300]}")


def measure(commands, runs):
    """Median seconds and peak memory, in bytes, of each command."""
    seconds, memory = [[] for _ in commands], [0] * len(commands)
    with subprocess.Popen([sys.executable, "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as start:
        for _, (at, command) in itertools.product(range(runs), enumerate(commands)):
            start.stdin.write(json.dumps(command) + "\n")
            start.stdin.flush()
            taken, peak, code = json.loads(start.stdout.readline())
            if code not in (0, 1):
                sys.exit(f"failed: {' '.join(command)[:300]}")
            seconds[at].append(taken)
            memory[at] = max(memory[at], peak * 1024)
    return [(statistics.median(some), peak) for some, peak in zip(seconds, memory)]


HEAD = ["| work | aco | beside | | ratio | goal | memory, of the bytes | the other's | against `wc -l` |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|"]


def line(case, runs):
    """A case as a line of the page."""
    run(case.aco)
    run(case.command)
    if case.answers:
        agree(case)
    (ours, peak), (theirs, their_peak), (wc, _) = measure([case.aco, case.command, ["wc", "-l", *case.files]], runs)
    size = sum(map(os.path.getsize, case.files))
    ratio = ours / theirs if case.goal.startswith("<=") or not case.goal else theirs / ours
    goal = case.goal.replace(">=", "at least").replace("<=", "at most")
    return (f"| {case.work}, {size / 1e6:.0f} MB | {ours:.2f} s | {case.beside} | {theirs:.2f} s | {ratio:.1f} | {goal} | "
            f"{peak / size:.2f} | {their_peak / size:.2f} | {ours / wc:.0f} |")


def growth(files, options):
    """How time and memory grow with the report and with the number of downloads, a line a size."""
    folder = os.path.join(options.folder, "growing")
    os.makedirs(folder, exist_ok=True)
    sizes = [options.credits // 10, options.credits] + [options.credits * 10] * options.large
    downloads = sorted(glob.glob(os.path.join(files["downloads"], "*.csv")))
    for inputs in [f"{size} credits" for size in sizes] + [downloads[:1], downloads[:10], downloads]:
        own = isinstance(inputs, str)
        if own:
            path = os.path.join(folder, "report.csv")
            run([options.generate, "report", "--credits", inputs.split()[0], "--months", str(MONTHS), "-o", path])
            inputs = [path]
        size = sum(map(os.path.getsize, inputs))
        ask = lambda threads: [options.aco, "summary", "-q", "-f", "csv", "--threads", threads, *inputs]
        (one, _), (two, peak) = measure([ask("1"), ask(THREADS)], options.runs)
        yield f"| {len(inputs)} | {size / 1e6:.{0 if size > 1e7 else 2}f} MB | {one:.2f} s | {two:.2f} s | {peak / size:.2f} |"
    shutil.rmtree(folder)


def tiny(file, options):
    """A file of twenty rows against a program that does nothing, in turn."""
    few = os.path.join(options.folder, "twenty.csv")
    head(file, few, 21)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    commands = [options.aco, "summary", "-q", few], [shutil.which("true")]
    seconds = [], []
    for _ in range(100 * options.runs):
        for command, taken in zip(commands, seconds):
            start = time.perf_counter()
            os.waitpid(os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere, 1)]), 0)
            taken.append(time.perf_counter() - start)
    ours, theirs = map(statistics.median, seconds)
    return f"A file of twenty rows takes {ours * 1000:.1f} ms, {ours / theirs:.1f} times what `true` takes (goal: at most 2)."


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--credits", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", default=os.path.join(ROOT, "target", "versus"))
    parser.add_argument("--aco", default=os.path.join(ROOT, "target", "release", "aco"))
    parser.add_argument("--generate", default=os.path.join(ROOT, "target", "release", "examples", "generate"))
    parser.add_argument("--only", default="", metavar="TEXT", help="only the cases whose name holds this")
    parser.add_argument("--large", action="store_true", help="also a report ten times as large")
    parser.add_argument("--write", metavar="FILE", help="write the page of what was measured")
    options = parser.parse_args()
    files = make(options)
    page = []

    def say(*lines):
        page.extend(lines)
        print(*lines, sep="\n", flush=True)

    say("# Speed", "",
        f"A report of {options.credits:,} credits over {MONTHS} months, and what is made of it. Medians of {options.runs} runs of",
        f"whole processes, with two threads on a shared machine, files in the page cache, beside DuckDB {duckdb.__version__}. The",
        "ratio is the other's time to aco's where a goal says at least, aco's to the other's where it says at most. Answers are",
        "compared before times are. To repeat it, in an environment that has duckdb:", "", "```text",
        "cargo build --release --locked --bins --examples && python3 benches/versus.py --large --write docs/speed.md", "```",
        "", *HEAD)
    for case in cases(files, options):
        if options.only in case.work:
            say(line(case, options.runs))
    if not options.only:
        say("", tiny(files["month"], options), "", "How `summary` grows:", "",
            "| files | together | one thread | two threads | memory, of the bytes |", "|---:|---:|---:|---:|---:|")
        for grown in growth(files, options):
            say(grown)
    if options.write:
        with open(options.write, "w", encoding="utf-8") as out:
            out.write("\n".join(page) + "\n")


main()
