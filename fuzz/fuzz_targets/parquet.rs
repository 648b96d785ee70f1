//! Fuzzes `fuzzed::container`, from Parquet files on.
#![no_main]

#[path = "../../tests/fuzzed/mod.rs"]
#[allow(dead_code, reason = "each target runs one of the bodies")]
mod fuzzed;

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzzed::container::run(data));
