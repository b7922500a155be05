//! A recording that nobody simulated, so that pictures of it stay as they are whatever becomes of the models.

use runtime_duel::sim::lanes::{Phase, Queue, Role, Stage};
use runtime_duel::sim::request::RequestId;
use runtime_duel::sim::time::{Span, Time};
use runtime_duel::stats::lanes::{Mark, Step};
use runtime_duel::view::lanes::{Film, Kind, Lane, LaneOf, QueueLane, Segment, What};

/// A cheap generator (SplitMix64).
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

const LENGTH: Span = Span::from_ms(60);
const BEGIN: Time = Time::from_ns(12_340_000_000);

fn at(us: u64) -> Time {
    BEGIN + Span::from_us(us)
}

fn client(client: u64) -> RequestId {
    RequestId::new(Some(client as u32), (client % 7) as u32)
}

/// What a core does: bursts with what is around them, sometimes something else, and rest.
fn core(draws: &mut Draws, core: u16) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut now = draws.below(2_000);
    while now < LENGTH.as_ns() / 1_000 {
        let request = Some(client(draws.below(48)));
        let kinds: &[(Kind, u64, bool)] = match draws.below(12) {
            0 => &[(Kind::Switch, 5, false), (Kind::Search, 600, false)],
            1 => &[(Kind::Collect, 3_400, false)],
            2 => &[(Kind::Serve, 20, true), (Kind::Burst, 300, true)],
            3 => &[(Kind::Switch, 5, true), (Kind::Serve, 900, true)],
            4..8 => &[(Kind::Serve, 20, true), (Kind::Burst, 2_600, true)],
            _ => &[(Kind::Serve, 20, true), (Kind::Burst, 7_000, true)],
        };
        for (kind, us, is_for_request) in kinds {
            let end = now + us / 2 + draws.below(us / 2 + 1);
            let request = request.filter(|_| *is_for_request);
            let what = What::Piece(*kind);
            let one = Segment { from: at(now), to: at(end), what, request, thread: core.into(), core: Some(core) };
            segments.push(one);
            now = end;
        }
        now += if draws.below(3) == 0 { draws.below(4_000) } else { 0 };
    }
    segments
}

fn lane(of: LaneOf, segments: Vec<Segment>) -> Lane {
    Lane { of, parent: None, segments }
}

fn queue(draws: &mut Draws, queue: Queue, most: u64) -> QueueLane {
    let mut steps = vec![(BEGIN, 0)];
    for ms in 0..LENGTH.as_ns() / 1_000_000 {
        let len = draws.below(most + 1).saturating_sub(1) as u32;
        if len != steps[steps.len() - 1].1 {
            steps.push((at(ms * 1_000 + draws.below(1_000)), len));
        }
    }
    QueueLane { queue, n_queues: 1, steps }
}

/// Go on so many cores: each core's processor does what it does, and one thread is in calls.
pub(super) fn go(n_cores: u16) -> Film {
    let mut draws = Draws(u64::from(n_cores));
    let cores: Vec<Vec<Segment>> = (0..n_cores).map(|n| core(&mut draws, n)).collect();
    let all = (0..).zip(&cores);
    let mut lanes: Vec<Lane> = all.clone().map(|(n, own)| lane(LaneOf::Core(n), own.clone())).collect();
    lanes.extend(all.clone().map(|(n, own)| lane(LaneOf::Processor(n), own.clone())));
    lanes.extend(all.map(|(n, own)| lane(LaneOf::Thread(n.into(), Role::M), own.clone())));
    // The goroutine that was taken off, waited, and went on elsewhere.
    let first = lanes[0].segments.iter().find(|one| one.what == What::Piece(Kind::Burst)).copied();
    let first = first.expect("somebody computes");
    let request = client(99);
    let (from, to) = (first.to + Span::from_ms(13), first.to + Span::from_ms(18));
    for lane in [1, usize::from(n_cores) + 1, 2 * usize::from(n_cores) + 1] {
        let own = Segment { from, to, request: Some(request), thread: 1, core: Some(1), ..first };
        let segments = &mut lanes[lane].segments;
        segments.retain(|one| one.to <= from || one.from >= to);
        let place = segments.partition_point(|one| one.from < from);
        segments.insert(place, own);
    }
    let born = first.from;
    let step = |stage, from, to| Step { request, stage, from, to };
    let stays = vec![
        step(Stage::Queue(Queue::Netpoll), born, first.to),
        step(Stage::Queue(Queue::Global), first.to, from),
        step(Stage::Thread(1), from, to),
        step(Stage::Network, to, to + Span::from_ms(12)),
    ];
    let marks = vec![
        (at(7_000), Mark::Stole { thief: 0, victim: 1, n: 3 }),
        (first.to, Mark::Preempted(request)),
        (at(31_000), Mark::Collected { process: 0, pause: Span::from_us(420) }),
    ];
    let queues = vec![queue(&mut draws, Queue::Netpoll, 6), queue(&mut draws, Queue::Global, 40)];
    let answers = vec![(request, born, to + Span::from_ms(12))];
    let (from, to) = (BEGIN, BEGIN + LENGTH);
    Film { from, to, n_cores, n_processors: n_cores, lanes, queues, marks, stays, answers }
}

/// Node on so many cores, with a pool of four threads in calls.
pub(super) fn node(n_cores: u16) -> Film {
    let mut draws = Draws(7);
    let own = core(&mut draws, 0);
    let mut lanes: Vec<Lane> =
        (0..n_cores).map(|n| lane(LaneOf::Core(n), if n == 0 { own.clone() } else { Vec::new() })).collect();
    let phases = own.iter().map(|one| {
        let phase = if draws.below(3) == 0 { Phase::Timers } else { Phase::Poll };
        Segment { what: What::Phase(phase, 2), request: None, core: None, ..*one }
    });
    let phases: Vec<Segment> = phases.collect();
    lanes.push(lane(LaneOf::Thread(0, Role::Loop(0)), own));
    lanes.push(lane(LaneOf::Phases(0), phases));
    for nth in 0..4 {
        let mut calls = Vec::new();
        let mut now = draws.below(9_000);
        while now < LENGTH.as_ns() / 1_000 {
            let end = now + 9_000 + draws.below(8_000);
            let (what, request) = (What::Piece(Kind::Call), Some(client(draws.below(48))));
            calls.push(Segment { from: at(now), to: at(end), what, request, thread: 1 + u32::from(nth), core: None });
            now = end + draws.below(900);
        }
        lanes.push(lane(LaneOf::Thread(1 + u32::from(nth), Role::Pool(0, nth)), calls));
    }
    let queues = vec![queue(&mut draws, Queue::Loop(0), 12), queue(&mut draws, Queue::Pool(0), 1_200)];
    let (from, to) = (BEGIN, BEGIN + LENGTH);
    Film { from, to, n_cores, lanes, queues, ..Film::default() }
}
