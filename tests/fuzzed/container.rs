//! Any bytes are a workbook, a Parquet file or a text that holds a report, or are refused; what is read is read again.

use std::panic;
use std::process::ExitCode;
use std::sync::Once;

use aco::input::source;

use super::program;

pub(crate) fn run(data: &[u8]) {
    let list = ["list", "-q", "--decimal", "point", "-f"];
    let listed = |format, data: &[u8]| program::aco(&[&list[..], &[format]].concat(), data);
    quiet_where_panics_are_caught();
    let csv = listed("csv", data);
    if csv.code == ExitCode::SUCCESS {
        let parquet = listed("parquet", data);
        // Amounts of many digits and many decimals have no type that holds both.
        if parquet.code == ExitCode::SUCCESS {
            let again = listed("parquet", &parquet.stdout);
            assert!(again.stdout == parquet.stdout, "what is written is not what is read: {}", again.stderr);
        }
    }
}

/// Libraries panic over damaged files, and that is caught; who looks for panics must not take these for any.
fn quiet_where_panics_are_caught() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !source::is_reading() {
                hook(panic);
            }
        }));
    });
}
