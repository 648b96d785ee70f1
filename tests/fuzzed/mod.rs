//! What must hold whatever the bytes: the bodies of the fuzz targets, which `cargo test` runs on inputs that are kept.
//!
//! `fuzz/` feeds them bytes without end. What a body needs besides the input, such as a number of threads, it takes
//! from a hash of the input, so that every file is an input as it stands.

pub(crate) mod amount;
pub(crate) mod blocks;
pub(crate) mod container;
pub(crate) mod date;
pub(crate) mod program;
pub(crate) mod reconcile;
pub(crate) mod report;

use aco::input::ReadPlan;

/// Numbers that depend on an input and on nothing else.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn of(data: &[u8]) -> Self {
        // FNV-1a: the same on every machine and in every version of the toolchain.
        Self(
            data.iter()
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)),
        )
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % count.max(1)
    }

    pub(crate) fn pace(&mut self, size: usize) -> ReadPlan<'static> {
        // Half of all blocks are tiny.
        let block = if self.below(2) == 0 { 1 + self.below(64) } else { 1 + self.below(size + 1) };
        ReadPlan { threads: 1 + self.below(4), block, bytes_read: None }
    }
}
