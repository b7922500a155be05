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
    [0xff79b99d4d815ecc, 0x5db1f744cace3561, 0x99ba21f32228c5c2, 0xb4ef5f07f623ff4d],
    [0xa81d6545366a1bd3, 0xbc4882fa626d7618, 0x95bc3ab38dbe75b9, 0x92ecbd9ff93c9921],
    [0xc9b03eae0b8cb690, 0x7297d9e883ccd7b7, 0xa7b79bf3373cf44f, 0xe5f4cc699db7aed6],
    [0x89bc286214b956b3, 0xb2d2524769da0a46, 0x9ca0a55430379c14, 0xf380de7264b84cdc],
    [0x5fbad5e76a0f9e1a, 0x3ead27138421adb1, 0xa77a2cda5e012893, 0x547f3d63c632fcfc],
    [0x7d1d78c548b447b9, 0x8aba4cb5fe8c4e26, 0x114c9cc4d5a9b54e, 0x0dd74c9883c35c46],
    [0x8f0d236c3f562f25, 0xb0057a208f751377, 0x5324fb5b253aba27, 0x4cacdf63019092d5],
    [0x9688adb1afe427fa, 0xd1f9b21e43fc472d, 0x8543ffbec7793935, 0x3b9817bde6feeab2],
    [0xba61e64aaadb2902, 0x6c581c52ff9a647d, 0x92b3e77c6c213807, 0x1f280b7a6b574927],
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
