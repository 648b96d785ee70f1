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
pub mod record;
pub mod report;
pub use self::id::Id;
pub use self::invoice::{
    ACO_REASONS, APPLIED, Amount, CHARGED, CreditKey, CreditLine, CreditTotal, InvoiceFile, InvoiceFileKind,
    InvoiceKey, InvoicePart, Invoices, LineFinding, Rule, UsedBy, same_reason,
};
pub use self::message::{Level, Location, Message, Visible, VisibleLines, VisiblePath, is_hidden};
pub use self::money::{Grouped, Overflow, Sum, grouped, round_down_product, write_plain};
pub use self::month::{DateOrder, Month, Period, Span};
pub use self::names::Names;
pub use self::record::{Currency, Identity, NOT_YET, OVER, ReportColumn, Status, StatusClass};
pub use self::report::{Block, Key, PARTITIONS, Partition, Place, Report, Row, Rows, Scales, Shard};

/// Work on several threads.
pub(crate) mod parallel {
    use std::panic::resume_unwind;
    use std::thread;

    /// Does some work with each of some items, the first on this thread and each other on one of its own; what comes of it
    /// has the order of the items.
    pub(crate) fn each<I: Send, T: Send>(items: impl IntoIterator<Item = I>, work: impl Fn(I) -> T + Sync) -> Vec<T> {
        let work = &work;
        thread::scope(|scope| {
            let mut items = items.into_iter();
            let Some(first) = items.next() else { return Vec::new() };
            let others: Vec<_> = items.map(|item| scope.spawn(move || work(item))).collect();
            let mut done = vec![work(first)];
            done.extend(others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic))));
            done
        })
    }

    /// Does two things at once, the first on this thread; one after the other if there is but one thread to work on.
    pub(crate) fn both<A, B: Send>(
        threads: usize,
        one: impl FnOnce() -> A,
        other: impl FnOnce() -> B + Send,
    ) -> (A, B) {
        if threads < 2 {
            return (one(), other());
        }
        thread::scope(|scope| {
            let other = scope.spawn(other);
            (one(), other.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })
    }
}
