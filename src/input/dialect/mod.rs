//! How a file is spelled: what each of its values says, and what all of them settle together.

use crate::input::source::encoding::Encoding;
use crate::input::value::amount::DecimalMark;
use crate::model::{DateOrder, Month};

pub(crate) mod evidence;
pub mod spelling;

/// How to read files whose spelling is known; what is `None` is found out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What their bytes mean.
    pub encoding: Option<Encoding>,
    /// The separator of fields.
    pub delimiter: Option<u8>,
    /// The decimal mark of their amounts.
    pub decimal: Option<DecimalMark>,
    /// The order of days and months in dates such as `3/4/2022`.
    pub date_order: Option<DateOrder>,
    /// The minutes by which the zone of days that are written as moments of UTC is ahead of it; such days are refused
    /// where there is none.
    pub utc_offset: Option<i32>,
    /// The first and the last month that a report may have rows of; any, if there are none.
    pub months: Option<(Month, Month)>,
}
