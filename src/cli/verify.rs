//! `duel verify`: the simulation against everything that is known for sure.

use std::io::Write;

use crate::cli::Failure;
use crate::oracles::{self, Family};

pub(super) fn command(out: &mut impl Write) -> Result<(), Failure> {
    writeln!(
        out,
        "{:<24} {:<13} {:<21} {:>14} {:>14} {:>12}",
        "oracle", "runtime", "measure", "expected", "got", "allowed ±"
    )?;
    let (mut n, mut n_off) = (0, 0);
    for family in Family::ALL {
        for finding in oracles::check(&[family]) {
            n += 1;
            n_off += u32::from(finding.fault.is_some());
            writeln!(
                out,
                "{:<24} {:<13} {:<21} {:>14.6} {:>14.6} {:>12.6}  {}",
                finding.name,
                finding.runtime.key(),
                finding.measure,
                finding.expected,
                finding.got,
                finding.allowed,
                finding.fault.unwrap_or("pass")
            )?;
        }
        out.flush()?;
    }
    writeln!(out, "{} of {n} pass", n - n_off)?;
    if n_off > 0 { Err(Failure::Off) } else { Ok(()) }
}
