//! Sums of credit lines, and what the lines of a sum share.

use rust_decimal::Decimal;

use crate::model::{CreditKey, CreditTotal, Month, Overflow, Sum};

use super::amounts::Amounts;

/// Numbers of what the lines of a sum share, in one file as one thread reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct SumKey {
    pub(super) customer_row: u32,
    pub(super) context: u32,
    pub(super) charged: Month,
    pub(super) reason: u16,
}

/// A sum of credit lines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CreditSum {
    lines: u64,
    billed: Sum,
    priced: Sum,
    /// Lines whose amount in the pricing currency is not told.
    unpriced: u64,
}

impl CreditSum {
    /// Adds a line.
    pub(super) fn add(&mut self, amounts: &Amounts) -> Result<(), Overflow> {
        self.lines += 1;
        self.billed.add(amounts.billed)?;
        match amounts.priced {
            Some(priced) => self.priced.add(priced),
            None => {
                self.unpriced += 1;
                Ok(())
            }
        }
    }

    /// Adds what another thread has.
    pub(super) fn merge(&mut self, other: &Self) -> Result<(), Overflow> {
        self.lines += other.lines;
        self.unpriced += other.unpriced;
        self.billed.merge(other.billed)?;
        self.priced.merge(other.priced)
    }

    pub(super) fn into_total(self, key: CreditKey) -> Result<CreditTotal, Overflow> {
        let priced: Option<Decimal> = if self.unpriced == 0 { Some(self.priced.value()?) } else { None };
        Ok(CreditTotal { key, lines: self.lines, billed: self.billed.value()?, priced })
    }
}
