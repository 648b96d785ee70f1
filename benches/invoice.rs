//! Writes an invoice that belongs to a balance report, with faults planted in it.
//!
//! Every credit given becomes charges and the credit lines that offset them; licences, cancellations, other credits and
//! usage with a partner earned credit stand between. What was planted is listed, so that a reconciliation can be
//! checked against it. Invariant: one seed gives one file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use super::chance::Chance;

/// What an invoice has, and where it goes.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// The balance report, as `generate report` writes it
    balance: PathBuf,
    /// The first month that is invoiced, as in 2018-07 [default: the report's first]
    #[arg(long)]
    from: Option<String>,
    /// The last month that is invoiced [default: the report's last]
    #[arg(long)]
    to: Option<String>,
    /// Fill up with usage and licences to about so many lines
    #[arg(long, default_value_t = 0)]
    lines: usize,
    /// Faults to plant of each kind
    #[arg(long, default_value_t = 3)]
    faults: usize,
    /// The seed of everything that is left to chance
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How the lines are written
    #[arg(long, default_value = "csv")]
    format: Format,
    /// The file to write
    #[arg(short, long)]
    output: PathBuf,
    /// Where to list what was planted: customer, currency, month and the result that it must have
    #[arg(long)]
    planted: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    /// JSON Lines with camelCase keys
    Jsonl,
}

/// The 46 columns of 2021 to 2023.
const HEADER: &str = "PartnerId,CustomerId,CustomerName,CustomerDomainName,CustomerCountry,InvoiceNumber,MpnId,\
    ResellerMpnId,OrderId,OrderDate,ProductId,SkuId,AvailabilityId,SkuName,ProductName,ChargeType,UnitPrice,Quantity,\
    Subtotal,TaxTotal,Total,Currency,PriceAdjustmentDescription,PublisherName,PublisherId,SubscriptionDescription,\
    SubscriptionId,ChargeStartDate,ChargeEndDate,TermAndBillingCycle,EffectiveUnitPrice,UnitType,AlternateId,\
    BillableQuantity,BillingFrequency,PricingCurrency,PCToBCExchangeRate,PCToBCExchangeRateDate,MeterDescription,\
    ReservationOrderId,CreditReasonCode,SubscriptionStartDate,SubscriptionEndDate,ReferenceId,ProductQualifiers,\
    PromotionId";

/// Rates from the dollar, in millionths.
const RATES: [(&str, i64); 4] = [("EUR", 846_203), ("GBP", 731_044), ("JPY", 110_250_000), ("USD", 1_000_000)];

const REASONS: [&str; 4] = ["Azure Credit", "Azure Credit Offer", "azure credit", "Azure Consumption Credit"];

/// Writes a generated invoice reconciliation file for a balance report.
pub(crate) fn generate(args: &Args) -> io::Result<()> {
    let books = Books::read(&fs::read_to_string(&args.balance)?);
    let months: Vec<Month> = books
        .months
        .iter()
        .copied()
        .filter(|month| args.from.as_deref().is_none_or(|from| month.text().as_str() >= from))
        .filter(|month| args.to.as_deref().is_none_or(|to| month.text().as_str() <= to))
        .collect();
    let mut chance = Chance(args.seed | 1);
    let plan = Plan::new(&books, &months, args.faults, &mut chance);
    fs::write(&args.planted, plan.list())?;
    let out = BufWriter::with_capacity(1 << 20, File::create(&args.output)?);
    let mut invoice = Invoice { out, format: args.format, lines: 0, chance, partner: books.partner.clone() };
    invoice.header()?;
    for (number, month) in (1..).zip(&months) {
        let wanted = args.lines * number / months.len().max(1);
        invoice.month(*month, &plan.of(*month), wanted)?;
    }
    invoice.out.flush()
}

/// A month, counted from year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Month(u32);

impl Month {
    fn parse(text: &str) -> Self {
        let (year, month) = text.split_once('-').unwrap_or((text, "1"));
        Self(year.parse::<u32>().unwrap_or(0) * 12 + month.parse::<u32>().unwrap_or(1) - 1)
    }

    fn text(self) -> String {
        format!("{:04}-{:02}", self.0 / 12, self.0 % 12 + 1)
    }

    /// A day of it, as Microsoft writes: month first, no padding.
    fn day(self, day: u32) -> String {
        format!("{}/{day}/{}", self.0 % 12 + 1, self.0 / 12)
    }
}

/// What a customer was given in a month and currency, in thousandths.
type Given = BTreeMap<(Month, String, String), i64>;

/// The balance report, as far as the invoice needs it.
struct Books {
    partner: String,
    months: BTreeSet<Month>,
    /// Credit given, where the credit's past is known.
    given: Given,
    /// The currencies of each customer.
    currencies: BTreeMap<String, BTreeSet<String>>,
    unknown: BTreeSet<(Month, String, String)>,
}

impl Books {
    /// Reads the eleven columns in their documented order, without quotes.
    fn read(text: &str) -> Self {
        let mut books = Self {
            partner: String::new(),
            months: BTreeSet::new(),
            given: BTreeMap::new(),
            currencies: BTreeMap::new(),
            unknown: BTreeSet::new(),
        };
        let mut rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
        rows.retain(|row| row.len() == 11);
        rows.sort_by_key(|row| Month::parse(row[2]));
        let first = rows.first().map_or(Month(0), |row| Month::parse(row[2]));
        let mut before: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
        for row in &rows {
            let (customer, month, currency) = (row[1].to_owned(), Month::parse(row[2]), row[7].to_owned());
            let amount = thousandths(row[4]);
            let key = (month, customer.clone(), currency.clone());
            let last = before.insert((row[1], row[8], row[7]), amount);
            let starts = month_of_day(row[9]);
            if last.is_none() && month == first && starts < Some(month) && amount != 0 {
                books.unknown.insert(key.clone());
            }
            *books.given.entry(key).or_default() += amount - last.unwrap_or(0);
            books.currencies.entry(customer).or_default().insert(currency);
            books.months.insert(month);
            row[0].clone_into(&mut books.partner);
        }
        books
    }
}

fn month_of_day(text: &str) -> Option<Month> {
    let mut parts = text.split('/');
    let (month, _, year) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Month(year.parse::<u32>().ok()? * 12 + month.parse::<u32>().ok()? - 1))
}

fn thousandths(amount: &str) -> i64 {
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = format!("{whole}{decimals:0<3}");
    digits.parse().unwrap_or_else(|_| panic!("an amount of at most three decimals, not {amount}"))
}

/// What is to be invoiced: for each customer, month and currency, how much credit and in which currencies.
struct Plan {
    credits: Vec<Credit>,
    planted: Vec<(String, String, Month, &'static str)>,
}

#[derive(Clone, Debug)]
struct Credit {
    customer: String,
    month: Month,
    /// In thousandths, in the currency that counts.
    amount: i64,
    billed: String,
    pricing: String,
    /// Whether `amount` is in the currency of prices.
    is_priced: bool,
}

impl Plan {
    fn new(books: &Books, months: &[Month], faults: usize, chance: &mut Chance) -> Self {
        let mut plan = Self { credits: Vec::new(), planted: Vec::new() };
        for ((month, customer, currency), amount) in &books.given {
            if !months.contains(month) {
                continue;
            }
            // Nothing on a line tells credits in the two currencies of one line apart.
            let is_alone = books.currencies[customer].len() == 1;
            let is_priced = is_alone && currency == "USD" && customer.bytes().map(u32::from).sum::<u32>() % 2 == 0;
            let billed = if is_priced { "EUR".to_owned() } else { currency.clone() };
            let pricing = if is_alone { "USD".to_owned() } else { currency.clone() };
            plan.credits.push(Credit {
                customer: customer.clone(),
                month: *month,
                amount: *amount,
                billed,
                pricing,
                is_priced,
            });
        }
        let key = |credit: &Credit| {
            let currency = if credit.is_priced { &credit.pricing } else { &credit.billed };
            (credit.month, credit.customer.clone(), currency.clone())
        };
        let mut places: Vec<usize> = (0..plan.credits.len())
            .filter(|at| plan.credits[*at].amount > 10_000 && !books.unknown.contains(&key(&plan.credits[*at])))
            // Lines in other currencies must not meet another credit of the customer.
            .filter(|at| books.currencies[&plan.credits[*at].customer].len() == 1)
            .collect();
        let mut pick =
            |chance: &mut Chance| (!places.is_empty()).then(|| places.swap_remove(chance.below(places.len())));
        let months_last = months.last().copied();
        for kind in ["off", "cents", "within", "balance-only", "other-currency", "invoice-only"] {
            for _ in 0..faults {
                let Some(at) = pick(chance) else { continue };
                let (month, customer, currency) = key(&plan.credits[at]);
                let credit = &mut plan.credits[at];
                let step = step(&currency);
                let result = match kind {
                    "off" => {
                        credit.amount -= 50_000;
                        "mismatched"
                    }
                    "cents" => {
                        credit.amount += 2 * step.max(10);
                        "mismatched"
                    }
                    "within" if step <= 10 => {
                        credit.amount -= step;
                        "matched"
                    }
                    "balance-only" => {
                        credit.amount = 0;
                        "balance-only"
                    }
                    "other-currency" => {
                        "CAD".clone_into(&mut credit.billed);
                        "CHF".clone_into(&mut credit.pricing);
                        credit.is_priced = false;
                        plan.planted.push((customer.clone(), "CAD".to_owned(), month, "invoice-only"));
                        "balance-only"
                    }
                    "invoice-only" => {
                        let stranger = chance.guid();
                        let month = months_last.unwrap_or(month);
                        let (billed, pricing) = ("USD".to_owned(), "USD".to_owned());
                        plan.planted.push((stranger.clone(), billed.clone(), month, "invoice-only"));
                        let stranger =
                            Credit { customer: stranger, month, amount: 123_450, billed, pricing, is_priced: false };
                        plan.credits.push(stranger);
                        continue;
                    }
                    _ => "matched",
                };
                plan.planted.push((customer, currency, month, result));
            }
        }
        plan.credits.sort_by(|a, b| (a.month, &a.customer, &a.billed).cmp(&(b.month, &b.customer, &b.billed)));
        plan.planted.sort();
        plan
    }

    fn of(&self, month: Month) -> Vec<&Credit> {
        self.credits.iter().filter(|credit| credit.month == month).collect()
    }

    fn list(&self) -> String {
        let header = ["CustomerID,CurrencyCode,InvoiceMonth,Result\n".to_owned()].into_iter();
        let row = |(customer, currency, month, result): &(String, String, Month, &str)| {
            format!("{customer},{currency},{},{result}\n", month.text())
        };
        header.chain(self.planted.iter().map(row)).collect()
    }
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Usage,
    EarnedUsage,
    Credit,
    OtherCredit,
    Licence,
    Cancellation,
}

/// A line of the invoice.
struct Line<'a> {
    kind: Kind,
    credit: &'a Credit,
    /// In thousandths of the billed currency.
    subtotal: i64,
    /// In millionths of the currency of prices.
    price: i64,
    /// In thousandths.
    quantity: i64,
    start: Month,
    product: usize,
}

struct Invoice {
    out: BufWriter<File>,
    format: Format,
    lines: usize,
    chance: Chance,
    partner: String,
}

impl Invoice {
    fn header(&mut self) -> io::Result<()> {
        if self.format == Format::Csv { writeln!(self.out, "{HEADER}") } else { Ok(()) }
    }

    /// Writes a month's invoice, filled up to so many lines in all.
    fn month(&mut self, month: Month, credits: &[&Credit], wanted: usize) -> io::Result<()> {
        for (done, credit) in credits.iter().enumerate() {
            // Lines that are still wanted of each customer: half of them charges that credit lines offset.
            let share = wanted.saturating_sub(self.lines) / (credits.len() - done);
            self.credit(credit, share / 4)?;
            self.noise(credit, month)?;
            for _ in 0..share / 2 {
                self.usage(credit, month, Kind::Usage)?;
            }
        }
        Ok(())
    }

    /// The charges and credit lines that a credit consists of.
    fn credit(&mut self, credit: &Credit, least: usize) -> io::Result<()> {
        let parts = least.max(1 + self.chance.below(4));
        if credit.amount != 0 { self.credit_pairs(credit, credit.amount, parts) } else { Ok(()) }
    }

    /// Charges with credit lines whose credit adds up to `amount`; some of it is a correction of the month before.
    fn credit_pairs(&mut self, credit: &Credit, amount: i64, parts: usize) -> io::Result<()> {
        let mut rest = amount;
        let step = step(if credit.is_priced { &credit.pricing } else { &credit.billed });
        for part in 0..parts {
            let whole = i64::try_from(parts).unwrap_or(1);
            let share = if part + 1 == parts { rest } else { amount / whole / step * step };
            rest -= share;
            let quantity = 1 + drawn(&mut self.chance, 3_000_000);
            // The least price that still rounds down to the share.
            let price = rounded_up(share.abs() * 1_000_000, quantity) * share.signum();
            let rate = rate(&credit.pricing, &credit.billed);
            let cents = self::step(&credit.billed);
            let subtotal = if credit.is_priced { share * rate / 1_000_000 / cents * cents } else { share };
            let start = if part == 0 && parts > 2 { Month(credit.month.0 - 1) } else { credit.month };
            let product = self.chance.below(40);
            let line = Line { kind: Kind::Usage, credit, subtotal, price, quantity, start, product };
            self.line(&line)?;
            self.line(&Line { kind: Kind::Credit, subtotal: -subtotal, price: -price, ..line })?;
        }
        Ok(())
    }

    fn noise(&mut self, credit: &Credit, month: Month) -> io::Result<()> {
        match self.chance.below(6) {
            0 => self.usage(credit, month, Kind::EarnedUsage),
            // Licences are billed in advance.
            1 => self.usage(credit, Month(month.0 + 1), Kind::Licence),
            2 => self.usage(credit, month, Kind::Cancellation),
            3 => self.usage(credit, month, Kind::OtherCredit),
            _ => self.usage(credit, month, Kind::Usage),
        }
    }

    fn usage(&mut self, credit: &Credit, start: Month, kind: Kind) -> io::Result<()> {
        let (quantity, price) = (1 + drawn(&mut self.chance, 90_000), 1 + drawn(&mut self.chance, 2_000_000));
        let subtotal = quantity * price / 1_000_000 / 1_000 * 1_000;
        let sign = if matches!(kind, Kind::Cancellation | Kind::OtherCredit) { -1 } else { 1 };
        let product = self.chance.below(40);
        self.line(&Line { kind, credit, subtotal: sign * subtotal, price: sign * price, quantity, start, product })
    }

    fn line(&mut self, line: &Line<'_>) -> io::Result<()> {
        self.lines += 1;
        let cells = self.cells(line);
        match self.format {
            Format::Csv => {
                for (at, cell) in cells.iter().enumerate() {
                    if at > 0 {
                        self.out.write_all(b",")?;
                    }
                    if cell.contains(['"', ',']) {
                        write!(self.out, "\"{}\"", cell.replace('"', "\"\""))?;
                    } else {
                        self.out.write_all(cell.as_bytes())?;
                    }
                }
            }
            Format::Jsonl => {
                let members: Vec<String> = HEADER
                    .split(',')
                    .zip(&cells)
                    .map(|(name, cell)| {
                        let name = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
                        let is_number = ["subtotal", "total", "effectiveUnitPrice", "billableQuantity"];
                        if cell.is_empty() {
                            format!("\"{name}\":null")
                        } else if is_number.contains(&name.as_str()) {
                            format!("\"{name}\":{cell}")
                        } else {
                            format!("\"{name}\":\"{}\"", cell.replace('"', "\\\""))
                        }
                    })
                    .collect();
                write!(self.out, "{{{}}}", members.join(","))?;
            }
        }
        self.out.write_all(b"\n")
    }

    /// The cells of a line, in the order of the header.
    fn cells(&mut self, line: &Line<'_>) -> [String; 46] {
        let credit = line.credit;
        let text = str::to_owned;
        let name = format!("Customer {}", &credit.customer[..credit.customer.len().min(8)]);
        let number = format!("G{:06}{}", credit.month.0, &credit.billed);
        let product = line.product;
        let is_usage = !matches!(line.kind, Kind::Licence | Kind::Cancellation);
        let adjustment = match line.kind {
            Kind::EarnedUsage => "[\"15.0% Partner earned credit for services managed\"]",
            Kind::Usage if product.is_multiple_of(7) => "[\"2.5% Tiered price, \"\"graduated\"\"\"]",
            _ => "[]",
        };
        let charge_type = match line.kind {
            Kind::Usage | Kind::EarnedUsage => "new",
            Kind::Credit | Kind::OtherCredit => "customerCredit",
            Kind::Licence => "cycleFee",
            Kind::Cancellation => "cancelImmediate",
        };
        let reason = match line.kind {
            Kind::Credit => REASONS[self.chance.below(REASONS.len())],
            Kind::OtherCredit => ["Service Level Agreement", "Price adjustment"][product % 2],
            _ => "",
        };
        let total = match step(&credit.billed) {
            1_000 => (line.subtotal / 1_000).to_string(),
            10 => decimal(line.subtotal / 10, 2),
            _ => decimal(line.subtotal, 3),
        };
        let end = if line.kind == Kind::Licence { Month(line.start.0 + 1).day(1) } else { line.start.day(28) };
        let price = decimal(line.price, 6);
        [
            self.partner.clone(),
            credit.customer.clone(),
            name.clone(),
            format!("{}.onmicrosoft.com", name.replace(' ', "").to_lowercase()),
            text("DE"),
            number,
            text("4390934"),
            text("5123456"),
            format!("{:024x}", product * 7_919 + 11),
            line.start.day(1),
            format!("DZH318Z0BQ{product:02}"),
            format!("{:04}", product % 13),
            format!("DZH318Z0BP{product:02}"),
            format!("D{product} v5/Dd{product} v5 Low Priority"),
            if is_usage { format!("Virtual Machines Series {product}") } else { text("Microsoft 365 Business Basic") },
            text(charge_type),
            price.clone(),
            decimal(line.quantity, 3),
            total.clone(),
            text("0"),
            total,
            credit.billed.clone(),
            text(adjustment),
            text("Microsoft"),
            text(""),
            text("Azure plan"),
            format!("{:08x}-2f6b-4c3d-9a57-1e0c5d2b{:04x}", product * 104_729, product),
            line.start.day(1),
            end,
            text(if is_usage { "" } else { "1 Month/Monthly" }),
            price,
            text("1 Hour"),
            format!("{:012x}", product * 999_983),
            decimal(line.quantity, 3),
            text(if is_usage { "" } else { "Monthly" }),
            credit.pricing.clone(),
            decimal(rate(&credit.pricing, &credit.billed), 6),
            credit.month.day(1),
            if is_usage { format!("Virtual Machines - D{product} v5 - EU West") } else { String::new() },
            text(""),
            text(reason),
            text("1/1/2018"),
            text("12/31/2030"),
            text(""),
            text("{\"tier\":\"standard\",\"region\":\"EU West\"}"),
            text(""),
        ]
    }
}

/// The smallest amount of a currency, in thousandths.
fn step(currency: &str) -> i64 {
    match currency {
        "JPY" => 1_000,
        "KWD" => 1,
        _ => 10,
    }
}

fn rounded_up(dividend: i64, divisor: i64) -> i64 {
    (dividend + divisor - 1) / divisor
}

fn rate(pricing: &str, billed: &str) -> i64 {
    let known = |code: &str| RATES.iter().find(|(known, _)| *known == code).map_or(1_350_000, |(_, rate)| *rate);
    if pricing == billed { 1_000_000 } else { known(billed) }
}

/// Units of `10^-scale`, with every decimal written.
fn decimal(units: i64, scale: usize) -> String {
    let digits = format!("{:0>width$}", units.abs(), width = scale + 1);
    let (whole, decimals) = digits.split_at(digits.len() - scale);
    format!("{}{whole}.{decimals}", if units < 0 { "-" } else { "" })
}

/// An amount below a limit.
fn drawn(chance: &mut Chance, limit: usize) -> i64 {
    i64::try_from(chance.below(limit)).unwrap_or_default()
}
