//! The simulation against closed forms: the list that `duel verify` goes through, a test for each family.

use runtime_duel::oracles::{self, Family};

fn hold(family: Family) {
    let findings = oracles::check(&[family]);
    assert!(!findings.is_empty(), "nothing was checked of {family:?}");
    let mut n_off = 0;
    for found in &findings {
        let fault = found.fault.unwrap_or("pass");
        n_off += u32::from(found.fault.is_some());
        println!(
            "{} {} {}: expected {}, got {:.6}, allowed ±{:.6}: {fault}",
            found.name,
            found.runtime.key(),
            found.measure,
            found.expected,
            found.got,
            found.allowed,
        );
    }
    assert_eq!(n_off, 0, "of {} measures", findings.len());
}

#[test]
fn one_server() {
    hold(Family::Single);
}

#[test]
fn many_servers() {
    hold(Family::Many);
}

#[test]
fn processor_sharing() {
    hold(Family::Sharing);
}

#[test]
fn closed_repairman() {
    hold(Family::Closed);
}

#[test]
fn networks() {
    hold(Family::Network);
}

#[test]
fn pairs_of_runs() {
    hold(Family::Pairs);
}
