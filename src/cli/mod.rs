//! tmp
use std::ffi::OsString;
use std::process::ExitCode;
/// tmp
pub fn main(_: impl Iterator<Item = OsString>) -> ExitCode {
    for f in crate::oracles::Family::ALL {
        for x in crate::oracles::check(&[f]) {
            println!("{:<24} {:<13} {:<22} {:>14} {:>14.6} ± {:<10.6} {}", x.name, x.runtime.key(), x.measure, x.expected, x.got, x.allowed, x.fault.unwrap_or("ok"));
        }
    }
    ExitCode::SUCCESS
}
