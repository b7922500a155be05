//! The native command line: `duel help` says what it can do.

use std::process::ExitCode;

fn main() -> ExitCode {
    runtime_duel::cli::main(std::env::args_os().skip(1))
}
