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

/// The hashes of one simulated second of [`scenarios`], by runtime.
#[rustfmt::skip]
pub(crate) const GOLDEN: [(RuntimeId, [u64; N]); RuntimeId::ALL.len()] = [
    (RuntimeId::Node, [
        0xf0bb2871fa9bf458, 0xae2bf6d173022183, 0xdcf9cb8849ea5abf, 0xfe9fe8268f26d137, 0x76e71bea4698183a,
        0x1ad620497df2a07c, 0xc3dfe13cb6d06e78, 0x3dc22064aed2a4f6, 0x00fcde11783cafa9,
    ]),
    (RuntimeId::NodeWorkers, [
        0x54119a1bfe299675, 0x325abcd6c0799214, 0x711b89b021dcdf38, 0x5e5d4f414a34bfcf, 0x5b9f31ed6c1d433a,
        0x9f9412830dab6b4a, 0xa68a373a531ea6ff, 0xab6fed34ec11c662, 0x4e1f6d8acb827038,
    ]),
    (RuntimeId::NodeCluster, [
        0x8dc866a2353bae85, 0x71eba2959a878ea0, 0x826036b1c5cb9680, 0x3c4a1b903f808051, 0x0f2fbd8fc34a8d48,
        0xe69c77ef2a53390c, 0xa672f179e7605f7e, 0xf8d567734dc38f83, 0x3c3065e7703e66bd,
    ]),
    (RuntimeId::NodeService, [
        0x1b6798057f34cbf6, 0xc1cd8d8f190c086f, 0x780761f35ac45a26, 0xc0453c911cd557fa, 0x02456413f86582ed,
        0xc75af6f0be16a8d0, 0x73f4a710cca4536c, 0xc3aa53fde5ad45fd, 0x79f456deb3253b97,
    ]),
    (RuntimeId::Go, [
        0xa73d04e00dcd52df, 0xe51da3eb06bd8088, 0x70381fb341bacf59, 0x6365154376175f17, 0xcc909d6a55d444c0,
        0x00643598fcc533d8, 0x3d8d78ca9262c5e6, 0x4f841b576eba4060, 0x9266c9f888c6cde1,
    ]),
    (RuntimeId::Threads, [
        0x7dc1f2972793365b, 0xb205943aef5b5fe7, 0x219966dfec4b497a, 0xa08e0ca79b87fa05, 0xd5c83c48684b9c7e,
        0x07c99642dfe5f992, 0xaa5dcf795dab4d7b, 0x245efde3119a0b4d, 0x83005b8dfc1f6e21,
    ]),
    (RuntimeId::Tokio, [
        0xba5b671437e50150, 0x9fd2348432bc3f56, 0x7c35b5874da1cc59, 0x90c53a55e07b61a0, 0x9895cbeb9afd97cc,
        0x0742209a74ef1e0d, 0x3bdeb110d4c58984, 0x51f7f044256b7c3b, 0x35b32e6eae1862ac,
    ]),
];

/// The hash of one simulated second, advanced in slices of at most `slice` events.
pub(crate) fn hash(runtime: RuntimeId, scenario: &Scenario, slice: u64) -> u64 {
    let mut run = AnyRun::new(runtime, scenario, 0, TraceHash::default());
    let end = Time::ZERO + Span::from_ms(1000);
    while run.advance(end, slice) == Advance::OutOfEvents {}
    run.sink().value()
}

/// The hashes of `runtime`, in one slice each.
pub(crate) fn hashes(runtime: RuntimeId) -> [u64; N] {
    scenarios().map(|scenario| hash(runtime, &scenario, u64::MAX))
}
