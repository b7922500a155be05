//! Trace hashes that natively and in a browser have to be the same, and to stay so while the model version stays.

use runtime_duel::sim::dist::Dist;
use runtime_duel::sim::run::Advance;
use runtime_duel::sim::runtime::{AnyRun, RuntimeId};
use runtime_duel::sim::scenario::{Arrivals, CostModel, Io, Load, Scenario, Transport};
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::sim::trace::TraceHash;

/// What is run: between them every distribution, load, wait and transport.
pub(crate) fn scenarios() -> [Scenario; 6] {
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
    ]
}

/// The hashes of one simulated second of [`scenarios`], for Node and for Go.
pub(crate) const GOLDEN: [[u64; 2]; 6] = [
    [0xacaacd475e21c9a3, 0x7731b2b53c9a7291],
    [0x64168643511e90f3, 0xf83c2b0657357c29],
    [0x176cce582ff5e111, 0x9368604dd03b63d8],
    [0xa51ea77c348ea87b, 0x82a4b6b090fef193],
    [0x5067dd69abca9f60, 0xa8be1933ba1756c9],
    [0x611d310f7241c508, 0xfe2e0f087c67f46e],
];

/// The hash of one simulated second, advanced in slices of at most `slice` events.
pub(crate) fn hash(runtime: RuntimeId, scenario: &Scenario, slice: u64) -> u64 {
    let mut run = AnyRun::new(runtime, scenario, 0, TraceHash::default());
    let end = Time::ZERO + Span::from_ms(1000);
    while run.advance(end, slice) == Advance::OutOfEvents {}
    run.sink().value()
}

/// All hashes, in one slice.
pub(crate) fn hashes() -> [[u64; 2]; 6] {
    scenarios().map(|scenario| [RuntimeId::Node, RuntimeId::Go].map(|runtime| hash(runtime, &scenario, u64::MAX)))
}
