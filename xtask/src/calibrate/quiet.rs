//! Whether anything else runs on the machine.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A machine is quiet while others use fewer cores than that.
pub(super) const QUIET_CORES: f64 = 0.04;
/// A run is noisy if others had more cores than that meanwhile.
pub(super) const NOISY_CORES: f64 = 0.06;
const PATIENCE: Duration = Duration::from_secs(60);
/// Clock ticks per second in /proc, the same on all of Linux' usual architectures.
const TICKS_PER_S: f64 = 100.0;

/// CPU seconds that the machine has used, or that its host withheld, in the text of /proc/stat.
fn used(stat: &str) -> Option<f64> {
    let ticks: Vec<f64> = stat.lines().next()?.split_whitespace().skip(1).map_while(|word| word.parse().ok()).collect();
    let [user, nice, system, _idle, _io, irq, soft, steal, ..] = ticks[..] else { return None };
    Some((user + nice + system + irq + soft + steal) / TICKS_PER_S)
}

fn used_now() -> Option<f64> {
    used(&fs::read_to_string("/proc/stat").ok()?)
}

/// Waits until the machine has been quiet for a second, a minute at most. Where there is no /proc, nobody knows.
pub(super) fn wait() {
    let started = Instant::now();
    let mut is_said = false;
    while started.elapsed() < PATIENCE {
        let (Some(before), at) = (used_now(), Instant::now()) else { return };
        sleep(Duration::from_secs(1));
        let Some(after) = used_now() else { return };
        let cores = (after - before) / at.elapsed().as_secs_f64();
        if cores < QUIET_CORES {
            return;
        }
        if !is_said {
            println!("    others use {cores:.2} cores; waiting for the machine to be quiet");
            is_said = true;
        }
    }
    println!("    it is not quiet; going on");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_idling_counts_as_used() {
        assert_eq!(used("cpu  100 20 30 9999 500 6 4 40 0 0\ncpu0 1 1 1 1"), Some(2.0));
        assert_eq!(used("cpu 1 2 3"), None);
        assert_eq!(used(""), None);
    }
}
