//! Trace hashes that natively and in a browser have to be the same, and to stay so while the model version stays.

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Arrivals, CostModel, Io, Load, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceHash;

/// How many scenarios there are.
const N: usize = 9;

/// What is run: between them every distribution, load, wait, transport and rule that takes long to come by.
pub(crate) fn scenarios() -> [Scenario; N] {
    let default = Scenario::default();
    [
        default,
        Scenario { mix: 100.0, cpu_dist: Dist::Lognormal, n_cores: 2, seed: 1 << 53, ..default },
        Scenario {
            load: Load::Open,
            arrivals: Arrivals::Bursty,
            cpu_dist: Dist::Bimodal,
            mix: 60.0,
            rate: 150.0,
            ..default
        },
        Scenario { io: Io::Timer, n_bursts: 4, io_dist: Dist::Lognormal, transport: Transport::Direct, ..default },
        Scenario {
            load: Load::Open,
            io_dist: Dist::Exponential,
            rate: 900.0,
            n_cores: 16,
            gomaxprocs: Some(24),
            ..default
        },
        Scenario {
            costs: CostModel::Zero,
            n_clients: 300,
            think: Span::from_ms(0),
            mix: 3.0,
            js_factor: 2.5,
            ..default
        },
        Scenario { io: Io::File, n_pool_threads: 6, n_clients: 100, think: Span::from_ms(20), ..default },
        Scenario { load: Load::Batch, n_tasks: 2_000, demand: Span::from_ms(3), n_bursts: 2, ..default },
        Scenario { alloc: 1 << 20, payload: 50 << 10, n_workers: Some(7), n_cores: 3, mix: 10.0, ..default },
    ]
}

/// The hashes of one simulated second of [`scenarios`], for each of [`RuntimeId::ALL`].
#[rustfmt::skip]
pub(crate) const GOLDEN: [[u64; 4]; N] = [
    [0x1618945afee3f4e5, 0x250ffe7ed4313ba0, 0xd016715f33de18bb, 0x3d125d68990c018c],
    [0x49ced110ee489d86, 0x29bdd07dd07ecf32, 0xfa8d99bc10a11000, 0x5f09dd575031b16c],
    [0xc9b03eae0b8cb690, 0xdef18939457e7555, 0x948f0faf7a7f9e50, 0xf25c1de57a0afa76],
    [0xb0f9a381ed31fb3f, 0x2148c9d31a85c383, 0x9e5304d95668c9c9, 0x3e99100c05f8b178],
    [0x5fbad5e76a0f9e1a, 0x3ead27138421adb1, 0xa77a2cda5e012893, 0x4c1f7df29b5a9776],
    [0x1ad620497df2a07c, 0x9f9412830dab6b4a, 0xe69c77ef2a53390c, 0x00643598fcc533d8],
    [0xf49f50eebdd6816b, 0xab9891f35af79e45, 0xb3f4b7cbe50be802, 0xb6ed228e9449e9a5],
    [0x9688adb1afe427fa, 0x650608c1ac9c4847, 0xced959baf9214a65, 0xfe0cef6fd40152ce],
    [0x921c7f2f81a17441, 0xa811515837de0cb3, 0xca38dff1de4b96a9, 0xfc583c7006fcb3b7],
];

/// The hash of one simulated second, advanced in slices of at most `slice` events.
pub(crate) fn hash(runtime: RuntimeId, scenario: &Scenario, slice: u64) -> u64 {
    let mut run = AnyRun::new(runtime, scenario, 0, TraceHash::default());
    let end = Time::ZERO + Span::from_ms(1000);
    while run.advance(end, slice) == Advance::OutOfEvents {}
    run.sink().value()
}

/// All hashes, in one slice.
pub(crate) fn hashes() -> [[u64; 4]; N] {
    scenarios().map(|scenario| RuntimeId::ALL.map(|runtime| hash(runtime, &scenario, u64::MAX)))
}
