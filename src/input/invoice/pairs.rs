//! Credit lines and the charges that they offset.
//!
//! A charge and its credit line share customer, product, dates and BillableQuantity, and their EffectiveUnitPrice is
//! opposite. The two may stand anywhere in any of the files, so every line leaves a fingerprint of 8 bytes; these are
//! put side by side once all is read. Fingerprints of 64 bits can agree by chance: among millions of lines that hides
//! a credit line without charge once in many thousand files, and never accuses one that has its charge.

use std::hash::{BuildHasher, Hasher};
use std::vec::IntoIter;

use foldhash::fast::FixedState;
use rust_decimal::Decimal;

use crate::model::{InvoiceFileKind, Place, Rule, parallel};

use super::kind;
use crate::input::kinds::InvoiceColumn;
use crate::input::scan::{Layout, Line};
use crate::input::value::amount;

/// What a charge and its credit line have in common, as it is spelled.
const SHARED: [InvoiceColumn; 6] = [
    InvoiceColumn::Customer,
    InvoiceColumn::OrderDate,
    InvoiceColumn::Product,
    InvoiceColumn::Sku,
    InvoiceColumn::Availability,
    InvoiceColumn::ChargeStart,
];

/// The seed is the same on every thread, for fingerprints of all threads are compared.
const SEED: u64 = 0x0a20_ac0f;

/// Set in the fingerprint of a charge that a partner earned credit lowers.
const EARNED: u64 = 1;

/// The lines that one thread met.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    charges: Vec<u64>,
    credits: Vec<CreditFingerprint>,
}

/// A credit line, for a finding about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CreditFingerprint {
    fingerprint: u64,
    pub(super) place: Place,
    /// Its context among those of its thread and file.
    pub(super) context: u32,
    pub(super) thread: u32,
    pub(super) amount: Decimal,
}

/// What is odd about a credit line: it has no charge, or a partner earned credit lowers its charge too.
type Odd = (Rule, &'static str);
const NO_CHARGE: Odd = (
    Rule::CreditWithoutCharge,
    "no charge stands beside this credit line: none has its customer, product, dates and BillableQuantity, at the \
     opposite EffectiveUnitPrice",
);
const EARNED_TOO: Odd = (Rule::BothCredits, "the charge that this credit line offsets has a partner earned credit");

impl Pairs {
    pub(super) fn can_pair(layout: &Layout) -> bool {
        kind(layout) == InvoiceFileKind::Reconciliation
            && [InvoiceColumn::Product, InvoiceColumn::UnitPrice, InvoiceColumn::Quantity]
                .iter()
                .all(|column| layout.position(*column).is_some())
    }

    /// Notes a line that is no credit line, unless it has no price.
    #[inline]
    pub(super) fn charge(&mut self, line: Line<'_>, is_earned: bool) {
        if let Some(fingerprint) = fingerprint(line, false) {
            self.charges.push(if is_earned { fingerprint | EARNED } else { fingerprint & !EARNED });
        }
    }

    pub(super) fn credit(&mut self, line: Line<'_>, context: u32, amount: Decimal) {
        if let Some(fingerprint) = fingerprint(line, true) {
            let (fingerprint, place) = (fingerprint & !EARNED, line.place());
            self.credits.push(CreditFingerprint { fingerprint, place, context, thread: 0, amount });
        }
    }

    /// Puts the lines of all threads side by side and hands over the credit lines that are odd.
    pub(super) fn compare(threads: impl Iterator<Item = Self>, mut each: impl FnMut(CreditFingerprint, Odd)) {
        let (charges, credits) = parallel::each((0..).zip(threads), |(thread, mut pairs)| {
            pairs.charges.sort_unstable();
            pairs.credits.iter_mut().for_each(|credit| credit.thread = thread);
            pairs.credits.sort_unstable();
            (pairs.charges.into_iter(), pairs.credits.into_iter())
        })
        .into_iter()
        .unzip();
        let mut charges = merged(charges).peekable();
        for credit in merged(credits) {
            while charges.next_if(|charge| charge & !EARNED < credit.fingerprint).is_some() {}
            match charges.next_if(|charge| charge & !EARNED == credit.fingerprint) {
                None => each(credit, NO_CHARGE),
                Some(charge) if charge & EARNED != 0 => each(credit, EARNED_TOO),
                Some(_) => {}
            }
        }
    }
}

/// What several lists hold that are in order, in order. They may be large, so none is copied.
fn merged<T: Ord>(mut lists: Vec<IntoIter<T>>) -> impl Iterator<Item = T> {
    std::iter::from_fn(move || {
        let lists = lists.iter_mut().filter(|list| !list.as_slice().is_empty());
        lists.min_by(|a, b| a.as_slice().first().cmp(&b.as_slice().first()))?.next()
    })
}

/// What a line has in common with its counterpart; `None` if it has no price.
#[inline]
fn fingerprint(Line { layout, fields, .. }: Line<'_>, is_credit: bool) -> Option<u64> {
    let mut hasher = FixedState::with_seed(SEED).build_hasher();
    for column in SHARED {
        if let Some(at) = layout.position(column) {
            hasher.write(fields.raw(at));
        }
        hasher.write_u8(0);
    }
    let number = |column| {
        let text = fields.value(layout.position(column)?);
        if let Some((units, scale, _)) = amount::read_plain(&text, layout.mark) {
            return Some(plain(units, scale));
        }
        let value = amount::read(&text, layout.mark).ok()?.value.normalize();
        Some((value.mantissa(), value.scale()))
    };
    let (price, price_scale) = number(InvoiceColumn::UnitPrice)?;
    let (quantity, quantity_scale) = number(InvoiceColumn::Quantity)?;
    hasher.write_i128(if is_credit { -price } else { price });
    hasher.write_i128(quantity);
    hasher.write_u32(price_scale << 8 | quantity_scale);
    Some(hasher.finish())
}

/// A number without the zeros at its end, so that `0.50` is `0.5`.
#[inline]
fn plain(mut units: i64, scale: u8) -> (i128, u32) {
    let mut scale = u32::from(scale);
    while scale > 0 && units % 10 == 0 {
        units /= 10;
        scale -= 1;
    }
    (units.into(), scale)
}
