#!/usr/bin/env python3
"""Times aco against the engines that are installed, on the same files and the same question.

    benches/versus.py [--credits N] [--months N] [--runs N] [--folder DIR] [--large] [--write docs/speed.md]

Needs `cargo build --release --locked --examples --bins`. DuckDB, Polars and openpyxl are used if this Python has them,
Miller and mawk if they are on the path. Answers are compared before times are; every time is a whole process's, with the
file in the page cache and at most two threads. Prints medians, peak memory and ratios; `--write` makes the page of them,
all from the one run. `--large` adds a file ten times as large, for which the disk must have room; it is deleted again.
"""
import argparse
import csv
import decimal
import importlib
import io
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ACO = os.path.join(ROOT, "target", "release", "aco")
GENERATE = os.path.join(ROOT, "target", "release", "examples", "generate")
GENERATE_INVOICE = os.path.join(ROOT, "target", "release", "examples", "generate-invoice")
THREADS = min(2, os.cpu_count() or 1)

READ = """select * from read_csv('{file}', header=true, dateformat='%-m/%-d/%Y', columns={{
  'PartnerID':'VARCHAR','CustomerID':'VARCHAR','InvoiceMonth':'VARCHAR','CreditName':'VARCHAR',
  'CreditAmount':'DECIMAL(18,3)','Status':'VARCHAR','BalanceAmount':'DECIMAL(18,3)','CurrencyCode':'VARCHAR',
  'AgreementID':'VARCHAR','EffectiveDate':'DATE','ExpiryDate':'DATE'}})"""
KEY = "PartnerID, CustomerID, AgreementID, CreditName, CurrencyCode"
GIVEN = f"""select {KEY}, InvoiceMonth, Status, lag(CreditAmount) over w as PreviousCreditAmount, CreditAmount,
  CreditAmount - coalesce(lag(CreditAmount) over w, 0) as CreditGiven, BalanceAmount
  from ({READ}) window w as (partition by {KEY} order by InvoiceMonth)"""
SUMMARY = f"""select InvoiceMonth, CurrencyCode, count(distinct CustomerID), count(*), sum(CreditGiven),
  sum(CreditAmount), sum(BalanceAmount) from ({GIVEN}) group by all order by all"""

DUCKDB = """import duckdb, sys
c = duckdb.connect(); c.execute('set threads={threads}'); c.execute('set preserve_insertion_order=false')
c.execute('set enable_progress_bar=false')
{action}"""
# What is measured, as the page names it.
SUMMED = "summary in {order} order, {size}: the same answer"
GIVEN_OUT = "given, and other ways through the month-ordered file, {size}"
RECONCILED = "reconcile, 2,000,000 lines of 46 columns, {size}"
WORKBOOK = "summary of a workbook, {rows} rows, {size}"

# Rows that a sheet can hold, its header among them.
SHEET_ROWS = 1_048_576

IS_ACO = "replace(lower(CreditReasonCode), ' ', '') in ('azurecredit', 'azurecreditoffer', 'azureconsumptioncredit')"
LINES = "read_csv('{invoice}', header=true, all_varchar=true)"
CREDIT_LINES = f"""select CustomerId, InvoiceNumber, Currency, PricingCurrency, cast(Subtotal as decimal(18,4)) s,
  cast(EffectiveUnitPrice as decimal(18,6)) p, cast(BillableQuantity as decimal(18,3)) q,
  date_trunc('month', strptime(ChargeStartDate, '%-m/%-d/%Y')) d from {{lines}} where {IS_ACO}"""
RECONCILE = f"""with credits as ({CREDIT_LINES}),
  billing as (select InvoiceNumber, max(d) m from credits group by all),
  applied as (select CustomerId c, m, Currency billed, PricingCurrency priced, -sum(s) s,
    -cast(sum(trunc(p * q * 100)) * 0.01 as decimal(38,4)) p
    from credits join billing using (InvoiceNumber) group by all),
  given as (select CustomerID c, strptime(InvoiceMonth, '%Y-%m') m, CurrencyCode currency, sum(CreditGiven) given
    from ({GIVEN}) group by all)
  select given.c, strftime(given.m, '%Y-%m'), currency, given, case when billed = currency then cast(s as decimal(38,4)) else p end
  from given join applied on given.c = applied.c and given.m = applied.m and currency in (billed, priced)"""

# What aco says beside the totals: names, other credits, invoices with several rates, lines that break a rule.
KEPT = f"""create temp table lines as select CustomerId, CustomerName, InvoiceNumber, ChargeType, ProductId, SkuId,
  AvailabilityId, OrderDate, ChargeStartDate, Currency, PricingCurrency, PCToBCExchangeRate, PriceAdjustmentDescription,
  CreditReasonCode, Subtotal, EffectiveUnitPrice, BillableQuantity, {IS_ACO} as aco from {LINES}"""
BESIDE = [
    "select CustomerId, any_value(CustomerName) from lines group by all",
    """select CustomerId, Currency, InvoiceNumber, CreditReasonCode, sum(cast(Subtotal as decimal(18,4))), count(*)
  from lines where ChargeType = 'customerCredit' and not aco group by all""",
    """select InvoiceNumber, Currency, PricingCurrency from lines where Currency <> PricingCurrency
  group by all having count(distinct PCToBCExchangeRate) > 1""",
    """select * from lines where aco and (cast(Subtotal as decimal(18,4)) > 0
  or PriceAdjustmentDescription ilike '%partner earned credit%')""",
    """select c.* from lines c anti join lines o on o.aco is not true and o.CustomerId = c.CustomerId
  and o.ProductId = c.ProductId and o.SkuId = c.SkuId and o.AvailabilityId = c.AvailabilityId and o.OrderDate = c.OrderDate
  and o.ChargeStartDate = c.ChargeStartDate
  and cast(o.BillableQuantity as decimal(18,3)) = cast(c.BillableQuantity as decimal(18,3))
  and cast(o.EffectiveUnitPrice as decimal(18,6)) = -cast(c.EffectiveUnitPrice as decimal(18,6)) where c.aco""",
]

POLARS = """import polars as p
key = ['PartnerID','CustomerID','AgreementID','CreditName','CurrencyCode']
money = p.Decimal(18, 3)
q = p.scan_csv({file!r}, schema_overrides=dict(CreditAmount=money, BalanceAmount=money)).sort('InvoiceMonth')
q = q.with_columns(given=p.col('CreditAmount') - p.col('CreditAmount').shift(1).over(key).fill_null(0))
q = q.group_by('InvoiceMonth', 'CurrencyCode').agg(p.col('CustomerID').n_unique(), p.len(), p.col('given').sum(),
    p.col('CreditAmount').sum(), p.col('BalanceAmount').sum()).sort('InvoiceMonth', 'CurrencyCode')
print(q.collect().write_csv(include_header=False), end='')"""
MAWK = r"""NR>1 { k=$1 FS $2 FS $4 FS $8 FS $9; g=$3 "," $8; n[g]++; d[g]+=$5-p[k]; a[g]+=$5; b[g]+=$7; p[k]=$5 }
END { for (g in n) printf "%s,,%d,%.3f,%.3f,%.3f\n", g, n[g], d[g], a[g], b[g] }"""


def engines(file, order):
    """Command, by name; each prints month, currency, customers, credits, given, credit and balance."""
    yield "aco", [ACO, "summary", "-q", "--threads", str(THREADS), "-f", "csv", file]
    if has_module("duckdb"):
        query = SUMMARY.format(file=file)
        action = f'print("\\n".join(",".join(map(str, row)) for row in c.sql("""{query}""").fetchall()))'
        yield "DuckDB", [sys.executable, "-c", DUCKDB.format(threads=THREADS, action=action)]
    if has_module("polars"):
        yield "Polars", ["env", f"POLARS_MAX_THREADS={THREADS}", sys.executable, "-c", POLARS.format(file=file)]
    if order == "month" and shutil.which("mawk"):
        yield "mawk", ["mawk", "-F,", MAWK, file]
    if order == "month" and shutil.which("mlr"):
        yield "Miller", [
            "mlr", "--icsv", "--ocsv", "--headerless-csv-output", "step", "-a", "delta", "-f", "CreditAmount", "-g",
            "PartnerID,CustomerID,AgreementID,CreditName,CurrencyCode", "then", "put",
            "if (is_error($CreditAmount_delta)) {$CreditAmount_delta = $CreditAmount}", "then",
            "stats1", "-a", "count,sum", "-f", "CreditAmount_delta,CreditAmount,BalanceAmount", "-g",
            "InvoiceMonth,CurrencyCode", file]


# The rows of the workbook by month and currency: how many, and their CreditAmount in thousandths.
OPENPYXL = """import collections, openpyxl
rows = openpyxl.load_workbook({file!r}, read_only=True).worksheets[0].iter_rows(values_only=True)
names = next(rows)
month, currency, amount = (names.index(name) for name in ("InvoiceMonth", "CurrencyCode", "CreditAmount"))
count, total = collections.Counter(), collections.Counter()
for row in rows:
    key = str(row[month])[:7], row[currency]
    count[key] += 1
    total[key] += round(row[amount] * 1000)
for key in sorted(count):
    print(*key, count[key], total[key], sep=",")"""


def has_module(name):
    return subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


def answers(name, told):
    """Amounts by month and currency, to the last digit."""
    found = {}
    for line in told.splitlines():
        cells = line.split(",")
        if cells[0] == "InvoiceMonth":
            continue
        if name == "aco":
            given, credit, balance = cells[5:8]
        elif name == "Miller":
            given, credit, balance = cells[3], cells[5], cells[7]
        else:
            given, credit, balance = cells[4:7]
        scale = decimal.Decimal("0.001")
        found[cells[0], cells[1]] = [decimal.Decimal(value or 0).quantize(scale) for value in (given, credit, balance)]
    return found


# Runs a command a line. The peak memory that a process is said to have is at least that of the one which started it, so
# that one stays small.
STARTER = """import json, os, subprocess, sys, time
for line in sys.stdin:
    start = time.perf_counter()
    process = subprocess.Popen(json.loads(line), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    print(json.dumps([time.perf_counter() - start, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]), flush=True)"""


def starter():
    return subprocess.Popen([sys.executable, "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def expect_done(command, code):
    # 1 says that a reconciliation found something.
    if code not in ((0, 1) if "reconcile" in command else (0,)):
        sys.exit(f"failed: {' '.join(command)[:200]}")


def output(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    expect_done(command, done.returncode)
    return done.stdout.decode()


def run(command, start):
    """Seconds, and peak memory in MB: of a million bytes, as files are measured."""
    start.stdin.write(json.dumps(command) + "\n")
    start.stdin.flush()
    seconds, peak, code = json.loads(start.stdout.readline())
    expect_done(command, code)
    return seconds, peak * 1024 / 1e6


def measure(commands, runs):
    """Median seconds and peak memory by name, taken in turn so that a busy machine slows all alike."""
    seconds = {name: [] for name in commands}
    memory = dict.fromkeys(commands, 0)
    with starter() as start:
        for _, (name, command) in itertools.product(range(runs), commands.items()):
            taken, peak = run(command, start)
            seconds[name].append(taken)
            memory[name] = max(memory[name], peak)
    return {name: statistics.median(all) for name, all in seconds.items()}, memory


class Page:
    """What was measured, printed as it comes and kept for the page that is written of it."""

    def __init__(self):
        self.lines = []
        # What others quote of it.
        self.short = []

    def say(self, *lines):
        self.lines += lines
        print(*lines, sep="\n", flush=True)

    def table(self, title, file, commands, runs, quoted):
        """Times commands, aco first and `wc -l` last, that read a file; the ratio of the one that is quoted is kept."""
        size = os.path.getsize(file) / 1e6
        commands = {**commands, "wc -l": ["wc", "-l", file]}
        medians, memory = measure(commands, runs)
        self.say("", f"## {title.format(size=f'{size:.0f} MB')}", "",
                 "| | median | peak memory | of the file | against aco | against `wc -l` |", "|---|---:|---:|---:|---:|---:|")
        for name, median in medians.items():
            ratio = median / medians["aco"]
            if name == quoted:
                self.short.append(f"{title.split(',')[0]} {ratio:.1f} ({name})")
            self.say(f"| {name} | {median:.2f} s | {memory[name]:.0f} MB | {memory[name] / size:.2f} | {ratio:.1f} | "
                     f"{median / medians['wc -l']:.1f} |")


def reconcile(page, folder, runs):
    """Two million invoice lines against the report that they belong to: the totals alone, and with all that is told beside them."""
    balance, invoice, planted = (os.path.join(folder, f"reconcile-{name}") for name in ("a.csv", "b.csv", "c.csv"))
    if not os.path.exists(invoice):
        subprocess.run([GENERATE, "--credits", "5000", "--months", "12", "-o", balance], check=True)
        subprocess.run([GENERATE_INVOICE, balance, "--lines", "2000000", "-o", invoice, "--planted", planted], check=True)
    commands = {"aco": [ACO, "reconcile", "-q", "-f", "csv", "--threads", str(THREADS), balance, "--invoice", invoice]}
    if has_module("duckdb"):
        told = 'print("\\n".join(",".join(map(str, row)) for row in c.sql("""{query}""").fetchall()))'
        source = LINES.format(invoice=invoice)
        totals = told.format(query=RECONCILE.format(file=balance, lines=source))
        commands["DuckDB, totals only"] = [sys.executable, "-c", DUCKDB.format(threads=THREADS, action=totals)]
        kept = f'c.execute("""{KEPT.format(invoice=invoice)}""")\n'
        kept += told.format(query=RECONCILE.format(file=balance, lines="lines"))
        kept += "".join(f'\nc.execute("""{query}""").fetchall()' for query in BESIDE)
        commands["DuckDB, all that aco says"] = [sys.executable, "-c", DUCKDB.format(threads=THREADS, action=kept)]
        ours, *theirs = map(output, commands.values())
        for answer in theirs:
            agree(ours, answer)
    page.table(RECONCILED, invoice, commands, runs, "DuckDB, all that aco says")


def agree(ours, theirs):
    """Every row that aco could compare has DuckDB's amounts."""
    found, compared = {}, 0
    for line in theirs.splitlines():
        *key, given, applied = line.split(",")
        found.setdefault(tuple(key), []).append([decimal.Decimal(given), decimal.Decimal(applied)])
    for row in csv.DictReader(io.StringIO(ours)):
        if row["Result"] in ("matched", "mismatched"):
            amounts = found[row["CustomerID"], row["InvoiceMonth"], row["CurrencyCode"]]
            # Lines billed in the currency and lines only priced in it stand apart here.
            if [decimal.Decimal(row["CreditGiven"]), decimal.Decimal(row["CreditApplied"])] not in amounts:
                sys.exit(f"DuckDB answers otherwise than aco: {amounts}, {row}")
            compared += 1
    if compared < 1000:
        sys.exit(f"only {compared} rows of the reconciliation can be compared")


def summary(page, file, order, runs):
    """The same sums by month and currency from every engine."""
    commands = dict(engines(file, order))
    expected = None
    for name, command in commands.items():
        found = answers(name, output(command))
        expected = expected or found
        if found != expected:
            sys.exit(f"{name} answers otherwise than aco")
    page.table(SUMMED.format(order=order, size="{size}"), file, commands, runs, "DuckDB")


def given(page, file, runs):
    """Every credit's months, written out."""
    commands = {"aco": [ACO, "given", "-q", "-f", "csv", "--threads", str(THREADS), file]}
    if has_module("duckdb"):
        action = f'c.execute("""copy ({GIVEN.format(file=file)}) to \'/dev/null\' (format csv, header)""")'
        commands["DuckDB"] = [sys.executable, "-c", DUCKDB.format(threads=THREADS, action=action)]
    commands["aco list"] = [ACO, "list", "-q", "-f", "csv", "--threads", str(THREADS), file]
    commands["aco summary, one thread"] = [ACO, "summary", "-q", "--threads", "1", file]
    page.table(GIVEN_OUT, file, commands, runs, "DuckDB")


def workbook(page, file, folder, runs):
    """The first rows of the report as a workbook that is as long as one can be."""
    if not has_module("openpyxl"):
        return
    part, book = (os.path.join(folder, f"workbook.{kind}") for kind in ("csv", "xlsx"))
    with open(file, encoding="utf-8") as lines, open(part, "w", encoding="utf-8") as out:
        out.writelines(itertools.islice(lines, SHEET_ROWS))
    subprocess.run([ACO, "list", "-q", part, "-o", book], check=True)
    commands = {
        "aco": [ACO, "summary", "-q", "-f", "csv", "--threads", str(THREADS), book],
        "openpyxl, read-only": [sys.executable, "-c", OPENPYXL.format(file=book)],
    }
    ours, theirs = map(output, commands.values())
    found = []
    for row in csv.DictReader(io.StringIO(ours)):
        thousandths = int(decimal.Decimal(row["CreditAmount"]) * 1000)
        found.append(f"{row['InvoiceMonth']},{row['CurrencyCode']},{row['Credits']},{thousandths}")
    if "\n".join(found) != theirs.strip():
        sys.exit("openpyxl answers otherwise than aco")
    count = sum(int(line.split(",")[2]) for line in found)
    # It takes a minute a run.
    page.table(WORKBOOK.format(rows=f"{count:,}", size="{size}"), book, commands, min(runs, 3), "openpyxl, read-only")


def growth(page, options):
    """How time and memory grow with the report, on one thread and on two."""
    page.say("", "## summary of ever larger files, month order", "",
             "| rows | file | one thread | two threads | peak memory | of the file |", "|---:|---:|---:|---:|---:|---:|")
    credits = int(options.credits)
    for times in (0.1, 1, 10) if options.large else (0.1, 1):
        file = generated(options, "month", max(1, int(credits * times)))
        size = os.path.getsize(file) / 1e6
        rows = int(subprocess.run(["wc", "-l", file], capture_output=True, check=True).stdout.split()[0]) - 1
        commands = {threads: [ACO, "summary", "-q", "-f", "csv", "--threads", str(threads), file] for threads in (1, THREADS)}
        medians, memory = measure(commands, options.runs)
        peak = memory[THREADS]
        page.say(f"| {rows:,} | {size:.0f} MB | {medians[1]:.2f} s | {medians[THREADS]:.2f} s | {peak:.0f} MB | "
                 f"{peak / size:.2f} |")
        if times > 1:
            os.remove(file)


def tiny(page, file, folder, runs=500):
    """A file of twenty rows against a program that does nothing, in turn."""
    few = os.path.join(folder, "twenty.csv")
    with open(file, encoding="utf-8") as lines, open(few, "w", encoding="utf-8") as out:
        out.writelines(itertools.islice(lines, 21))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    commands = {"aco": [ACO, "summary", "-q", few], "true": [shutil.which("true")]}
    seconds = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            start = time.perf_counter()
            child = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere, 1)])
            os.waitpid(child, 0)
            seconds[name].append(time.perf_counter() - start)
    ours, theirs = (statistics.median(seconds[name]) for name in commands)
    page.say("", f"A file of twenty rows takes {ours * 1000:.1f} ms, {ours / theirs:.1f} times what `true` takes.")


def generated(options, order, credits):
    file = os.path.join(options.folder, f"{order}-{credits}-{options.months}.csv")
    if not os.path.exists(file):
        # A row of 60 months takes 150 bytes.
        if shutil.disk_usage(options.folder).free < 2 * credits * int(options.months) * 150:
            sys.exit(f"{options.folder} has no room for {file}")
        subprocess.run([GENERATE, "--credits", str(credits), "--months", options.months, "--order", order, "-o", file],
                       check=True)
    return file


def write(page, options):
    """The page, with the ratios that others quote first."""
    modules = [("DuckDB", "duckdb"), ("Polars", "polars"), ("openpyxl", "openpyxl")]
    beside = [f"{name} {importlib.import_module(module).__version__}" for name, module in modules if has_module(module)]
    head = [
        "# Speed", "",
        f"A report of {int(options.credits):,} credits over {options.months} months. Medians of {options.runs} runs of whole",
        f"processes, with two threads on a shared machine, the file in the page cache, beside {', '.join(beside)}.", "",
        "Times of the others as multiples of aco's:", "", *(f"- {ratio}" for ratio in page.short), "",
        "To repeat all of it, in an environment that has them:", "", "```text",
        "cargo build --release --locked --bins --examples && python3 benches/versus.py --large --write docs/speed.md", "```",
    ]
    with open(options.write, "w", encoding="utf-8") as out:
        out.write("\n".join(head + page.lines) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--credits", default="100000")
    parser.add_argument("--months", default="60")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", default=os.path.join(ROOT, "target", "versus"))
    parser.add_argument("--large", action="store_true", help="also measure a report ten times as large")
    parser.add_argument("--write", metavar="FILE", help="write the page of what was measured")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    page = Page()
    for order in ("month", "customer", "shuffled"):
        file = generated(options, order, int(options.credits))
        summary(page, file, order, options.runs)
        if order == "month":
            given(page, file, options.runs)
            month = file
    reconcile(page, options.folder, options.runs)
    workbook(page, month, options.folder, options.runs)
    growth(page, options)
    tiny(page, month, options.folder)
    if options.write:
        write(page, options)


main()
