//! The nouns of the report: ids, months, money, records.
//!
//! Nothing here reads, writes or knows the command line, so every other layer may use it.

/// An enum each of whose variants has a word, by which files and answers name it.
macro_rules! words {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$says:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        pub enum $name { $($(#[$says])* $variant,)* }

        impl $name {
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
    };
}
pub(crate) use words;

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
pub use self::id::Id;
pub use self::invoice::{
    ACO_REASONS, APPLIED, Amount, CHARGED, CreditKey, CreditLine, CreditTotal, InvoiceFile, InvoiceFileKind,
    InvoiceKey, InvoicePart, Invoices, LineFinding, Rule, UsedBy, same_reason,
};
pub use self::message::{Level, Location, Message, Visible, VisibleLines, VisiblePath, is_hidden};
pub use self::money::{Grouped, Overflow, Sum, grouped, round_down_product, write_plain};
pub use self::month::{DateOrder, Month, NotAMonth, Period, Span};
pub use self::names::Names;
pub use self::record::{Currency, Identity, ReportColumn};
pub use self::report::{Block, Key, PARTITIONS, Partition, Place, Report, Row, Rows, Scales, Shard};
pub use self::status::{NOT_YET, OVER, Status, StatusClass};
