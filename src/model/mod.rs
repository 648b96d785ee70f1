//! The nouns of the report: ids, months, money, records.
//!
//! Nothing here reads, writes or knows the command line, so every other layer may use it.

pub mod currency;
pub mod date;
pub mod id;
pub mod invoice;
pub mod message;
pub mod money;
pub mod month;
pub mod names;
pub(crate) mod parallel;
pub mod record;
pub mod report;
pub mod status;
pub mod text;
pub use self::currency::Currency;
pub use self::date::DateOrder;
pub use self::id::Id;
pub use self::invoice::{
    ACO_REASONS, APPLIED, Amount, CHARGED, CreditKey, CreditLine, CreditTotal, InvoiceFile, InvoiceFileKind,
    InvoiceKey, InvoicePart, Invoices, LineFinding, Rule, UsedBy, same_reason,
};
pub use self::message::{Level, Location, Message};
pub use self::money::{Grouped, Overflow, Sum, grouped, round_down_product, write_plain};
pub use self::month::{Month, NotAMonth, Period, Span};
pub use self::names::Names;
pub use self::record::{Identity, ReportColumn};
pub use self::report::{Block, Key, PARTITIONS, Partition, Place, Report, Row, Rows, Scales, Shard};
pub use self::status::{NOT_YET, OVER, Status, StatusClass};
pub use self::text::{Visible, VisibleLines, VisiblePath};
