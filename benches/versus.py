#!/usr/bin/env python3
"""Times aco against the engines that are installed, on the same files and the same question.

    benches/versus.py [--credits N] [--months N] [--runs N] [--folder DIR]

Needs `cargo build --release --locked --examples --bins`. DuckDB and Polars are used if this Python has them, Miller and
mawk if they are on the path. Answers are compared before times are; every time is a whole process's, with the file in
the page cache and at most two threads. Prints medians, peak memory and ratios.
"""
import argparse
import csv
import decimal
import io
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


def has_module(name):
    return subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


def answers(name, output):
    """Amounts by month and currency, to the last digit."""
    found = {}
    for line in output.decode().splitlines():
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


def run(command, keep=False):
    """Seconds, peak memory in MB and, if it is kept, the output."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE if keep else subprocess.DEVNULL)
    output = process.stdout.read() if keep else b""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    # 1 says that a reconciliation found something.
    if os.waitstatus_to_exitcode(status) not in ((0, 1) if "reconcile" in command else (0,)):
        sys.exit(f"failed: {' '.join(command)[:200]}")
    return seconds, usage.ru_maxrss / 1024, output


def measure(commands, runs):
    """Median seconds and peak memory by name, taken in turn so that a busy machine slows all alike."""
    seconds = {name: [] for name in commands}
    memory = dict.fromkeys(commands, 0)
    for _ in range(runs):
        for name, command in commands.items():
            taken, peak, _ = run(command)
            seconds[name].append(taken)
            memory[name] = max(memory[name], peak)
    return {name: statistics.median(all) for name, all in seconds.items()}, memory


def table(title, commands, runs, baseline):
    medians, memory = measure(commands, runs)
    print(f"\n### {title}\n\n| | median | peak memory | against aco | against `wc -l` |\n|---|---:|---:|---:|---:|")
    for name, median in medians.items():
        print(f"| {name} | {median:.2f} s | {memory[name]:.0f} MB | {median / medians['aco']:.1f} | "
              f"{median / medians[baseline]:.1f} |")
    sys.stdout.flush()


def reconcile(folder, runs):
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
        ours, *theirs = (run(command, keep=True)[2].decode() for command in commands.values())
        for answer in theirs:
            agree(ours, answer)
    commands["wc -l"] = ["wc", "-l", invoice]
    table(f"reconcile, 2,000,000 lines of 46 columns, {os.path.getsize(invoice) / 1e6:.0f} MB", commands, runs, "wc -l")


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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--credits", default="100000")
    parser.add_argument("--months", default="60")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", default=os.path.join(ROOT, "target", "versus"))
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    for order in ("month", "customer", "shuffled"):
        file = os.path.join(options.folder, f"{order}-{options.credits}-{options.months}.csv")
        if not os.path.exists(file):
            subprocess.run([GENERATE, "--credits", options.credits, "--months", options.months, "--order", order,
                            "-o", file], check=True)
        commands = dict(engines(file, order))
        expected = None
        for name, command in commands.items():
            found = answers(name, run(command, keep=True)[2])
            expected = expected or found
            if found != expected:
                sys.exit(f"{name} answers otherwise than aco")
        size = os.path.getsize(file) / 1e6
        commands["wc -l"] = ["wc", "-l", file]
        table(f"summary, {order} order, {size:.0f} MB: the same answer", commands, options.runs, "wc -l")
        if order == "month":
            commands = {"aco": [ACO, "given", "-q", "-f", "csv", "--threads", str(THREADS), file]}
            if has_module("duckdb"):
                query = GIVEN.format(file=file)
                action = f'c.execute("""copy ({query}) to \'/dev/null\' (format csv, header)""")'
                commands["DuckDB"] = [sys.executable, "-c", DUCKDB.format(threads=THREADS, action=action)]
            commands["aco list"] = [ACO, "list", "-q", "-f", "csv", "--threads", str(THREADS), file]
            commands["aco summary, one thread"] = [ACO, "summary", "-q", "--threads", "1", file]
            commands["wc -l"] = ["wc", "-l", file]
            table("given, and other ways through the month-ordered file", commands, options.runs, "wc -l")
    reconcile(options.folder, options.runs)


main()
