//! Exact arithmetic on amounts.
//!
//! Invariant: every result is exact or it is an error. `Decimal`'s own operators round when a result needs more
//! than 96 bits; these do not, and none of them ever passes through a float.

use std::fmt;

use rust_decimal::Decimal;

/// A result needs more than the 28 digits in which amounts are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sum or difference of amounts needs more than 28 digits, so it cannot be computed exactly")]
pub struct Overflow;

impl From<Overflow> for std::io::Error {
    fn from(overflow: Overflow) -> Self {
        Self::other(overflow)
    }
}

/// `a - b`, at the larger scale of the two.
pub fn subtract(a: Decimal, b: Decimal) -> Result<Decimal, Overflow> {
    Sum::from(a).checked_sub(b)?.value()
}

/// `a + b`, at the larger scale of the two.
pub fn add(a: Decimal, b: Decimal) -> Result<Decimal, Overflow> {
    let mut sum = Sum::from(a);
    sum.add(b)?;
    sum.value()
}

/// All of some amounts, at the largest scale among them.
pub fn sum(amounts: impl IntoIterator<Item = Decimal>) -> Result<Decimal, Overflow> {
    let mut sum = Sum::default();
    amounts.into_iter().try_for_each(|amount| sum.add(amount))?;
    sum.value()
}

/// The sum of what is known of two amounts; none if nothing is.
pub fn add_known(a: Option<Decimal>, b: Option<Decimal>) -> Result<Option<Decimal>, Overflow> {
    Ok(match (a, b) {
        (Some(a), Some(b)) => Some(add(a, b)?),
        (a, b) => a.or(b),
    })
}

/// A running total at the largest scale seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    mantissa: i128,
    scale: u32,
}

impl Sum {
    /// `units` of `10^-scale`.
    #[inline]
    pub fn of_units(units: i64, scale: u8) -> Self {
        Self { mantissa: units.into(), scale: scale.into() }
    }

    /// 0 at the same scale.
    #[must_use]
    pub fn zero(self) -> Self {
        Self { mantissa: 0, ..self }
    }

    /// Whether it is 0 at any scale.
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// This total less another, at the larger scale of the two.
    #[inline]
    pub fn checked_sub(mut self, other: impl Into<Self>) -> Result<Self, Overflow> {
        let Self { mantissa, scale } = other.into();
        self.add(Self { mantissa: -mantissa, scale })?;
        Ok(self)
    }

    /// Adds an amount or another total.
    #[inline]
    pub fn add(&mut self, other: impl Into<Self>) -> Result<(), Overflow> {
        let Self { mantissa, scale } = other.into();
        let mantissa = if scale == self.scale { mantissa } else { self.at_one_scale(mantissa, scale)? };
        self.mantissa = self.mantissa.checked_add(mantissa).ok_or(Overflow)?;
        Ok(())
    }

    pub fn value(self) -> Result<Decimal, Overflow> {
        Decimal::try_from_i128_with_scale(self.mantissa, self.scale).map_err(|_| Overflow)
    }

    /// Raises this total or a mantissa to the larger of their scales, and returns the mantissa at it.
    #[cold]
    fn at_one_scale(&mut self, mantissa: i128, scale: u32) -> Result<i128, Overflow> {
        if scale < self.scale {
            return scaled_up(mantissa, self.scale - scale);
        }
        self.mantissa = scaled_up(self.mantissa, scale - self.scale)?;
        self.scale = scale;
        Ok(mantissa)
    }
}

impl From<Decimal> for Sum {
    #[inline]
    fn from(amount: Decimal) -> Self {
        Self { mantissa: amount.mantissa(), scale: amount.scale() }
    }
}

fn scaled_up(mantissa: i128, digits: u32) -> Result<i128, Overflow> {
    10_i128.checked_pow(digits).and_then(|factor| mantissa.checked_mul(factor)).ok_or(Overflow)
}

/// An amount as people read it: `-1,234.50`.
#[derive(Clone, Copy, Debug)]
pub struct Grouped(pub Decimal);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&grouped(&self.0.to_string()))
    }
}

/// A plain number with its thousands grouped.
pub fn grouped(plain: &str) -> String {
    let whole_end = plain.find('.').unwrap_or(plain.len());
    let digits = plain[..whole_end].trim_start_matches('-');
    let mut text = plain[..whole_end - digits.len()].to_owned();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + &plain[whole_end..]
}

/// `part` of `whole` in percent with one decimal, half away from zero; `None` if `whole` is 0.
pub fn percent(part: Decimal, whole: Decimal) -> Result<Option<Decimal>, Overflow> {
    if whole.is_zero() {
        return Ok(None);
    }
    let scale = part.scale().max(whole.scale());
    let part_units = scaled_up(part.mantissa(), scale - part.scale())?;
    let whole_units = scaled_up(whole.mantissa(), scale - whole.scale())?;
    rounded(part_units.checked_mul(1000).ok_or(Overflow)?, whole_units, 1).map(Some)
}

/// A fraction in units of `10^-scale`, half away from zero.
fn rounded(numerator: i128, denominator: i128, scale: u32) -> Result<Decimal, Overflow> {
    let (whole, parts) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let doubled = whole.checked_mul(2).and_then(|doubled| doubled.checked_add(parts)).ok_or(Overflow)?;
    let units = i128::try_from(doubled / parts.checked_mul(2).ok_or(Overflow)?).map_err(|_| Overflow)?;
    let is_negative = (numerator < 0) != (denominator < 0);
    Decimal::try_from_i128_with_scale(if is_negative { -units } else { units }, scale).map_err(|_| Overflow)
}

/// `a * b`, its decimals beyond `decimals` cut off: toward zero, as Microsoft's ROUNDDOWN does.
pub fn round_down_product(a: Decimal, b: Decimal, decimals: u32) -> Result<Decimal, Overflow> {
    let mantissa = a.mantissa().checked_mul(b.mantissa()).ok_or(Overflow)?;
    let scale = a.scale() + b.scale();
    let mantissa = if scale > decimals {
        // A divisor past i128 leaves nothing of any product.
        10_i128.checked_pow(scale - decimals).map_or(0, |divisor| mantissa / divisor)
    } else {
        scaled_up(mantissa, decimals - scale)?
    };
    Decimal::try_from_i128_with_scale(mantissa, decimals).map_err(|_| Overflow)
}

/// `amount` taken `times` times, at the amount's scale.
pub fn times(amount: Decimal, times: i64) -> Result<Decimal, Overflow> {
    let mantissa = amount.mantissa().checked_mul(times.into()).ok_or(Overflow)?;
    Decimal::try_from_i128_with_scale(mantissa, amount.scale()).map_err(|_| Overflow)
}

/// `amount` times `numerator` over `denominator`, rounded once, half away from zero, to `scale` decimals.
///
/// A denominator below 1 counts as 1.
pub fn share(amount: Decimal, numerator: i64, denominator: i64, scale: u32) -> Result<Decimal, Overflow> {
    let product = amount.mantissa().checked_mul(numerator.into()).ok_or(Overflow)?;
    let denominator = i128::from(denominator.max(1));
    let (units, parts) = if scale >= amount.scale() {
        (scaled_up(product, scale - amount.scale())?, denominator)
    } else {
        (product, scaled_up(denominator, amount.scale() - scale)?)
    };
    rounded(units, parts, scale)
}

/// The least whole number of `step`s that makes at least `amount`; `None` if no number does.
pub fn steps_to(amount: Decimal, step: Decimal) -> Result<Option<i64>, Overflow> {
    if amount.mantissa() <= 0 {
        return Ok(Some(0));
    }
    if step.mantissa() <= 0 {
        return Ok(None);
    }
    let scale = amount.scale().max(step.scale());
    let amount = scaled_up(amount.mantissa(), scale - amount.scale())?.unsigned_abs();
    let step = scaled_up(step.mantissa(), scale - step.scale())?.unsigned_abs();
    i64::try_from(amount.div_ceil(step)).map(Some).map_err(|_| Overflow)
}

/// Writes an amount as plain digits at its own scale: `-1234.50`.
pub fn write_plain(out: &mut Vec<u8>, amount: Decimal) {
    let (mantissa, scale) = (amount.mantissa(), amount.scale() as usize);
    let mut buffer = itoa::Buffer::new();
    // 64 bits, which usual amounts fit, take a quarter of the time of 128.
    let digits = match u64::try_from(mantissa.unsigned_abs()) {
        Ok(units) => buffer.format(units),
        Err(_) => buffer.format(mantissa.unsigned_abs()),
    };
    let (whole, decimals) = digits.as_bytes().split_at(digits.len().saturating_sub(scale));
    if mantissa < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(if whole.is_empty() { b"0" } else { whole });
    if scale > 0 {
        out.push(b'.');
        out.extend(std::iter::repeat_n(b'0', scale - decimals.len()));
        out.extend_from_slice(decimals);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    fn plain(amount: Decimal) -> String {
        let mut out = Vec::new();
        write_plain(&mut out, amount);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn groups_thousands() {
        assert_eq!(grouped("-1234567.5000"), "-1,234,567.5000");
        assert_eq!(grouped("-123"), "-123");
        assert_eq!(grouped("1000"), "1,000");
    }

    #[test]
    fn sums_have_the_larger_scale_and_are_never_rounded() {
        assert_eq!(add(decimal("1.5"), decimal("1.250")).unwrap().to_string(), "2.750");
        assert_eq!(subtract(decimal("700"), decimal("500.00")).unwrap().to_string(), "200.00");
        let huge = decimal("9999999999999999999999999999");
        assert_eq!(add(huge, decimal("0.01")), Err(Overflow));
        assert_eq!(add(huge, decimal("1")).unwrap().to_string(), "10000000000000000000000000000");
        assert_eq!(subtract(huge, huge).unwrap(), Decimal::ZERO);
    }

    #[test]
    fn products_are_cut_off_and_quotients_rounded_once_half_away_from_zero() {
        let product = |a, b| round_down_product(decimal(a), decimal(b), 2).unwrap().to_string();
        assert_eq!([product("3", "2"), product("1.5", "3"), product("-1.25", "1.5")], ["6.00", "4.50", "-1.87"]);
        let tenth = |part, whole| percent(decimal(part), decimal(whole)).unwrap().map(|p| p.to_string());
        let tenths =
            [("1", "2000"), ("-1", "2000"), ("0.99", "2000"), ("1", "3")].map(|(part, whole)| tenth(part, whole));
        assert_eq!(tenths, ["0.1", "-0.1", "0.0", "33.3"].map(|tenth| Some(tenth.to_owned())));
        assert_eq!(tenth("5", "0"), None);
        for (amount, numerator, denominator, scale, expected) in [
            ("0.01", 1, 2, 2, "0.01"),
            ("-0.01", 1, 2, 2, "-0.01"),
            ("0.03", 1, 4, 2, "0.01"),
            ("100", 1, 3, 2, "33.33"),
            ("100.6", 3, 3, 0, "101"),
        ] {
            assert_eq!(share(decimal(amount), numerator, denominator, scale).unwrap().to_string(), expected);
        }
        assert_eq!(share(decimal("9999999999999999999999999999"), i64::MAX, 1, 2), Err(Overflow));
    }

    #[test]
    fn steps_reach_an_amount_or_never_do() {
        let ways = [("300", "100.00"), ("300.01", "100"), ("0", "0"), ("1", "0"), ("1", "-5")];
        let steps = ways.map(|(amount, step)| steps_to(decimal(amount), decimal(step)).unwrap());
        assert_eq!(steps, [Some(3), Some(4), Some(0), None, None]);
    }

    #[test]
    fn writes_every_scale() {
        for text in
            ["0", "0.00", "-0.05", "1234.50", "-7", "0.0000000000000000000000000001", "79228162514264337593543950335"]
        {
            assert_eq!(plain(decimal(text)), text);
        }
    }

    proptest! {
        #[test]
        fn plain_digits_equal_the_library_s(mantissa in any::<i64>(), scale in 0_u32..=28) {
            let amount = Decimal::new(mantissa, scale);
            prop_assert_eq!(plain(amount), amount.to_string());
        }

        #[test]
        fn sums_equal_the_library_s(values in prop::collection::vec((any::<i32>(), 0_u32..6), 0..50)) {
            let mut sum = Sum::default();
            let mut expected = Decimal::ZERO;
            for (mantissa, scale) in values {
                let amount = Decimal::new(mantissa.into(), scale);
                sum.add(amount).unwrap();
                expected += amount;
            }
            prop_assert_eq!(sum.value().unwrap(), expected);
        }
    }
}
