//! Writes a balance report of any size: clean books, in which no check finds anything.
//!
//! Credits start spread over the first months, are used month by month, and expire used up. Invariant: a seed gives the
//! same rows in every order.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use super::chance::Chance;

/// What a report has, and where it goes.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// Credits
    #[arg(long, default_value_t = 1000)]
    credits: usize,
    /// Months, from January 2018 on
    #[arg(long, default_value_t = 12)]
    months: usize,
    /// The order of the rows
    #[arg(long, default_value = "month")]
    order: Order,
    /// The seed of everything that is left to chance
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How values are written
    #[arg(long, default_value = "microsoft")]
    spelling: Spelling,
    /// The file to write [default: standard output]
    #[arg(short, long)]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    Month,
    Customer,
    Shuffled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Spelling {
    /// `1234.50`, `7/31/2022`, commas
    Microsoft,
    /// `1.234,50`, `31.07.2022`, semicolons
    German,
}

const HEADER: &str = "PartnerID,CustomerID,InvoiceMonth,CreditName,CreditAmount,Status,BalanceAmount,CurrencyCode,\
    AgreementID,EffectiveDate,ExpiryDate";

/// Writes a generated balance report.
pub(crate) fn generate(args: &Args) -> io::Result<()> {
    let out: Box<dyn Write> = match &args.output {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(io::stdout().lock()),
    };
    match write(args, &mut BufWriter::with_capacity(1 << 20, out)) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn write(args: &Args, out: &mut impl Write) -> io::Result<()> {
    let mut chance = Chance(args.seed);
    let partner = chance.guid();
    let credits = credits(args, &mut chance);
    let head = if args.spelling == Spelling::German { HEADER.replace(',', ";") } else { HEADER.to_owned() };
    writeln!(out, "{head}")?;
    let mut line = Vec::with_capacity(256);
    let mut row = |credit: &Credit, month: usize| {
        line.clear();
        credit.write(&partner, month, args.spelling, &mut line)?;
        out.write_all(&line)
    };
    match args.order {
        Order::Month => {
            for month in 0..args.months {
                for credit in credits.iter().filter(|credit| credit.start <= month) {
                    row(credit, month)?;
                }
            }
        }
        Order::Customer => {
            for credit in &credits {
                (credit.start..args.months).try_for_each(|month| row(credit, month))?;
            }
        }
        Order::Shuffled => {
            let each = |(at, credit): (usize, &Credit)| (credit.start..args.months).map(move |month| (at, month));
            let mut rows: Vec<(usize, usize)> = credits.iter().enumerate().flat_map(each).collect();
            for last in (1..rows.len()).rev() {
                rows.swap(last, chance.below(last + 1));
            }
            rows.into_iter().try_for_each(|(at, month)| row(&credits[at], month))?;
        }
    }
    out.flush()
}

/// A grant, in the smallest units of its currency.
struct Credit {
    customer: String,
    agreement: String,
    currency: &'static str,
    decimals: usize,
    /// The month of the first row, from 0.
    start: usize,
    /// Months until it is used up, and after which it expires.
    term: usize,
    limit: u64,
}

fn credits(args: &Args, chance: &mut Chance) -> Vec<Credit> {
    let mut customer = chance.guid();
    let credit = |number| {
        if chance.below(10) < 7 {
            customer = chance.guid();
        }
        let (currency, decimals) = [("USD", 2), ("EUR", 2), ("GBP", 2), ("JPY", 0), ("KWD", 3)][chance.below(5)];
        Credit {
            customer: customer.clone(),
            agreement: format!("ACO-{number:08}"),
            currency,
            decimals,
            start: chance.below(args.months / 2),
            term: 12 + chance.below(48),
            limit: 100_000 + chance.below(90_000_000) as u64,
        }
    };
    (0..args.credits).map(credit).collect()
}

impl Credit {
    /// All that is used by the end of a month: an even share of the limit each month, all of it in the last.
    fn used(&self, month: usize) -> u64 {
        let months = (month + 1 - self.start).min(self.term) as u64;
        self.limit * months / self.term as u64
    }

    fn write(&self, partner: &str, month: usize, spelling: Spelling, line: &mut Vec<u8>) -> io::Result<()> {
        let separator = if spelling == Spelling::German { ';' } else { ',' };
        let used = self.used(month);
        let status = if month >= self.start + self.term { "Expired" } else { "Active" };
        let (year, month) = (2018 + month / 12, month % 12 + 1);
        write!(line, "{partner}{separator}{}{separator}{year}-{month:02}{separator}ACO{separator}", self.customer)?;
        self.amount(used, spelling, line)?;
        write!(line, "{separator}{status}{separator}")?;
        self.amount(self.limit - used, spelling, line)?;
        write!(line, "{separator}{}{separator}{}{separator}", self.currency, self.agreement)?;
        let (first, end) = (self.start, self.start + self.term);
        let date = |month: usize, day: u32, line: &mut Vec<u8>| match spelling {
            Spelling::Microsoft => write!(line, "{}/{day}/{}", month % 12 + 1, 2018 + month / 12),
            Spelling::German => write!(line, "{day:02}.{:02}.{}", month % 12 + 1, 2018 + month / 12),
        };
        date(first, 1, line)?;
        write!(line, "{separator}")?;
        // The last day of the last active month.
        let last_month = end - 1;
        date(last_month, days_of(2018 + last_month / 12, last_month % 12 + 1), line)?;
        line.push(b'\n');
        Ok(())
    }

    fn amount(&self, units: u64, spelling: Spelling, line: &mut Vec<u8>) -> io::Result<()> {
        let digits = format!("{units:0width$}", width = self.decimals + 1);
        let (whole, decimals) = digits.split_at(digits.len() - self.decimals);
        if spelling == Spelling::Microsoft {
            write!(line, "{whole}")?;
        } else {
            for (at, digit) in whole.char_indices() {
                let point = if at > 0 && (whole.len() - at).is_multiple_of(3) { "." } else { "" };
                write!(line, "{point}{digit}")?;
            }
        }
        match (decimals, spelling) {
            ("", _) => Ok(()),
            (_, Spelling::Microsoft) => write!(line, ".{decimals}"),
            (_, Spelling::German) => write!(line, ",{decimals}"),
        }
    }
}

fn days_of(year: usize, month: usize) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}
