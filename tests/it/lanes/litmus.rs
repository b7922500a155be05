//! For tiny scenarios the lanes say exactly what happened, in microseconds.

use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::sim::scenario::{CostModel, Io, Load, Scenario, Transport};
use runtime_duel::sim::time::Time;
use runtime_duel::stats::lanes::{Mark, Window};
use runtime_duel::view::lanes::{Film, Focus, Kind, LaneOf, Path, Reason, What, explain, words};

use crate::lanes::film::{core, film, phases, processor, queue, request, thread};

/// Messages on open sockets, and nothing costs anything.
fn free(n_cores: u32) -> Scenario {
    let default = Scenario { load: Load::Open, transport: Transport::Socket, ..Scenario::default() };
    Scenario { costs: CostModel::Zero, n_cores, ..default }
}

/// Requests over HTTP at their measured costs.
fn dear(n_cores: u32) -> Scenario {
    Scenario { load: Load::Open, n_cores, ..Scenario::default() }
}

/// Why request number `nth` took as long as it did.
fn why(window: &Window, nth: u32) -> String {
    let film = Film::of(window);
    let (request, ..) = film.answers.iter().find(|(request, ..)| request.nth() == nth).expect("it was answered");
    explain(&film, &Path::of(&film, *request).expect("it was answered"))
}

#[test]
fn of_two_requests_on_one_loop_the_second_waits() {
    let window = film(RuntimeId::Node, &free(2), &[(1_000, 10_000, 5_000), (2_000, 3_000, 0)], 20);
    assert_eq!(
        thread(&window, 0),
        "Loop(0) | Poll 0-1000 | Burst 0 1000-11000 | Burst 1 11000-14000 | Poll 14000-16000 | Poll 16000-20000"
    );
    assert_eq!(core(&window, 0), "core 0 | Burst 0 1000-11000 | Burst 1 11000-14000");
    assert_eq!(core(&window, 1), "core 1");
    assert_eq!(request(&window, 0), "request 0 | Thread(0) 1000-11000 | Network 11000-16000");
    assert_eq!(request(&window, 1), "request 1 | Queue(Loop(0)) 2000-11000 | Thread(0) 11000-14000");
    assert_eq!(
        phases(&window, 0),
        "loop 0 | Blocked 0-1000 | Poll of 1 1000-11000 | Poll of 1 11000-14000 | Blocked 14000-16000 | Blocked 16000-20000"
    );
    assert_eq!(queue(&window), "Loop(0): 1 from 2000, 0 from 11000");
    assert_eq!(
        why(&window, 1),
        "Request 1 took 12 ms. It waited 9 ms for its turn on the one loop, behind request 0 (9 ms); it computed for 3 ms."
    );
}

#[test]
fn a_goroutine_is_stolen_from_the_queue_of_who_has_polled_it() {
    let asked = [(1_000, 4_000, 0), (1_100, 5_000, 0), (1_200, 1_000, 0), (1_300, 1_000, 0), (1_400, 1_000, 0)];
    let window = film(RuntimeId::Go, &free(2), &asked, 10);
    // Both processors compute while three sockets become readable. P 0 is done first and polls all three; the last of
    // them runs, and when P 1 is done it takes one of the two that are left.
    assert_eq!(processor(&window, 0), "P 0 | Burst 0 1000-5000 | Burst 4 5000-6000 | Burst 3 6000-7000");
    assert_eq!(processor(&window, 1), "P 1 | Burst 1 1100-6100 | Burst 2 6100-7100");
    assert_eq!(
        request(&window, 2),
        "request 2 | Queue(Netpoll) 1200-5000 | Queue(Local(0)) 5000-6100 | Thread(1) 6100-7100"
    );
    assert_eq!(
        queue(&window),
        "Netpoll: 1 from 1200, 2 from 1300, 3 from 1400, 0 from 5000; Local(0): 2 from 5000, 1 from 6000, 0 from 6100"
    );
    let marks: Vec<String> = window.marks().map(|(at, mark)| format!("{mark:?} at {}", at.as_ns() / 1_000)).collect();
    assert_eq!(marks, ["Stole { thief: 1, victim: 0, n: 1 } at 6100"]);
    assert_eq!(
        why(&window, 2),
        "Request 2 took 5.9 ms. It waited 3.8 ms on its socket for somebody to poll while request 0 (3.8 ms) and request \
         1 (3.8 ms) were served; it waited 1.1 ms in the local queue of P 0, behind request 4 (1 ms) and request 3 \
         (100 µs); it computed for 1 ms."
    );
}

#[test]
fn a_goroutine_that_computes_for_long_is_preempted_after_two_rounds_of_sysmon() {
    let scenario = Scenario { transport: Transport::Socket, ..dear(1) };
    let window = film(RuntimeId::Go, &scenario, &[(1_000, 50_000, 0), (1_000, 50_000, 0)], 120);
    let film = Film::of(&window);
    let (id, ..) = film.answers.iter().find(|(id, ..)| id.nth() == 1).expect("it was answered");
    let path = Path::of(&film, *id).expect("it was answered");
    assert_eq!(path.n_preempted, 2);
    // Slices of 20.14 ms, two sleeps of sysmon of 10 ms and 70 µs; the other one has its turn in between.
    let turns: Vec<u64> = path
        .steps
        .iter()
        .filter(|step| step.reason == Reason::Preempted)
        .map(|step| step.to.since(step.from).as_ns())
        .collect();
    assert_eq!(turns.len(), 2);
    assert_eq!(turns[1], 20_140_000);
    assert!(why(&window, 1).ends_with("It was preempted 2 times."), "{}", why(&window, 1));
}

#[test]
fn a_third_call_waits_for_one_of_two_pool_threads() {
    let scenario = Scenario { io: Io::File, n_pool_threads: 2, ..free(2) };
    let window = film(RuntimeId::Node, &scenario, &[(1_000, 1_000, 5_000); 3], 20);
    assert_eq!(thread(&window, 1), "Pool(0, 0) | Call 0 2000-7000 | Call 2 7000-12000 | Park 12000-20000");
    assert_eq!(thread(&window, 2), "Pool(0, 1) | Park 2000-3000 | Call 1 3000-8000 | Park 8000-20000");
    assert_eq!(
        request(&window, 2),
        "request 2 | Queue(Loop(0)) 1000-3000 | Thread(0) 3000-4000 | Queue(Pool(0)) 4000-7000 | Call(1) 7000-12000"
    );
    assert!(
        why(&window, 2).contains("it waited 3 ms for a thread of the pool while request 0 (3 ms) and request 1 (3 ms)"),
        "{}",
        why(&window, 2)
    );
}

#[test]
fn threads_beyond_the_cores_take_turns_of_a_slice() {
    let scenario = Scenario { gomaxprocs: Some(2), ..free(1) };
    let window = film(RuntimeId::Go, &scenario, &[(1_000, 3_000, 0); 2], 10);
    assert_eq!(
        processor(&window, 0),
        "P 0 | Burst 1 1000-1750 | Ready 1 1750-2500 | Burst 1 2500-3250 | Ready 1 3250-4000 | Burst 1 4000-4750 | \
         Ready 1 4750-5500 | Burst 1 5500-6250"
    );
    assert_eq!(
        core(&window, 0),
        "core 0 | Burst 1 1000-1750 | Burst 0 1750-2500 | Burst 1 2500-3250 | Burst 0 3250-4000 | Burst 1 4000-4750 | \
         Burst 0 4750-5500 | Burst 1 5500-6250 | Burst 0 6250-7000"
    );
    let film = Film::of(&window);
    let lane = film.lane(LaneOf::Processor(0)).expect("it is there");
    let said = words::describe(&film, Focus::Segment(lane, 1));
    assert_eq!(said, "P 0 wants a core for request 1, since 0.00175 s, for 750 µs. The one core is taken.");
}

#[test]
fn a_scavenge_holds_up_its_own_request_and_those_behind_it() {
    // 9 MB each: the second and the third fill the semi-space.
    let scenario = Scenario { alloc: 9 << 20, ..dear(1) };
    let window = film(RuntimeId::Node, &scenario, &[(1_000, 1_000, 0), (3_000, 1_000, 0), (3_500, 1_000, 0)], 10);
    assert_eq!(
        thread(&window, 0),
        "Loop(0) | Poll 0-1000 | Switch 0 1000-1005 | Accept 0 1005-1009 | Serve 0 1009-1030 | Burst 0 1030-2030 | \
         Poll 2030-3000 | Switch 1 3000-3005 | Accept 1 3005-3010 | Collect 1 3010-3610 | Serve 1 3610-3631 | \
         Burst 1 3631-4631 | Accept 2 4631-4637 | Collect 2 4637-5237 | Serve 2 5237-5258 | Burst 2 5258-6258 | \
         Poll 6258-10000"
    );
    assert_eq!(
        why(&window, 2),
        "Request 2 took 2.8 ms. It waited 1.1 ms to be accepted, behind request 1 (1 ms), and while garbage was \
         collected for 110 µs; it computed for 1 ms; it spent 600 µs on collecting garbage; the rest, 26 µs, went into \
         smaller steps."
    );
}

#[test]
fn the_world_stops_for_a_collection_of_go_and_somebody_marks() {
    let scenario = Scenario { alloc: 3 << 20, ..dear(2) };
    let window = film(RuntimeId::Go, &scenario, &[(1_000, 1_000, 0), (3_000, 1_000, 0), (3_500, 1_000, 0)], 10);
    let film = Film::of(&window);
    let pauses: Vec<(u64, u64)> = film
        .marks
        .iter()
        .filter_map(|(at, mark)| match mark {
            Mark::Collected { pause, .. } => Some((at.as_ns(), (*at + *pause).as_ns())),
            _ => None,
        })
        .collect();
    assert_eq!(pauses.len(), 2, "once at the beginning of a cycle and once at its end");
    for (from, to) in pauses {
        let (from, to) = (Time::from_ns(from), Time::from_ns(to));
        // Meanwhile only one core works, and it stops the world.
        let busy: Vec<_> = (0..2).flat_map(|core| film.lanes[core].between(from, to)).collect();
        assert!(busy.iter().all(|one| one.what == What::Piece(Kind::Collect)), "{busy:?}");
    }
    // The first request that comes while it is marked has to help.
    assert!(request(&window, 2).contains("Thread(0)"), "{}", request(&window, 2));
    assert!(why(&window, 2).contains("it spent 426 µs on collecting garbage"), "{}", why(&window, 2));
}

#[test]
fn a_blocking_call_of_go_takes_its_thread_and_not_its_processor() {
    let scenario = Scenario { io: Io::File, ..free(1) };
    let window = film(RuntimeId::Go, &scenario, &[(1_000, 1_000, 5_000), (1_100, 2_000, 0)], 15);
    assert_eq!(thread(&window, 0), "M | Poll 0-1000 | Burst 0 1000-2000 | Call 0 2000-7000 | Park 7000-15000");
    assert_eq!(thread(&window, 1), "M | Burst 1 2000-4000 | Poll 4000-15000");
    assert_eq!(processor(&window, 0), "P 0 | Burst 0 1000-2000 | Burst 1 2000-4000");
    assert_eq!(request(&window, 0), "request 0 | Thread(0) 1000-2000 | Call(0) 2000-7000");
}

#[test]
fn a_worker_thread_takes_the_burst_and_two_messages_go_by_the_main_loop() {
    let scenario = Scenario { n_workers: Some(1), ..free(2) };
    let window = film(RuntimeId::NodeWorkers, &scenario, &[(1_000, 4_000, 0), (2_000, 1_000, 0)], 10);
    assert_eq!(
        thread(&window, 1),
        "LoopWorker(1) | Poll 0-1000 | Burst 0 1000-5000 | Burst 1 5000-6000 | Poll 6000-10000"
    );
    assert_eq!(request(&window, 1), "request 1 | Queue(Workers) 2000-5000 | Thread(1) 5000-6000");
    assert_eq!(
        why(&window, 1),
        "Request 1 took 4 ms. It waited 3 ms for a worker thread, behind request 0 (3 ms); it computed for 1 ms."
    );
}

#[test]
fn a_timer_that_is_due_while_the_loop_computes_is_late() {
    let scenario = Scenario { io: Io::Timer, ..free(1) };
    let window = film(RuntimeId::Node, &scenario, &[(1_000, 1_000, 2_000), (3_000, 5_000, 0)], 15);
    assert_eq!(request(&window, 0), "request 0 | Thread(0) 1000-2000 | Timer(4000) 2000-8000");
    assert_eq!(
        why(&window, 0),
        "Request 0 took 7 ms. It waited 4 ms for its timer to be noticed, behind request 1 (4 ms); it waited 2 ms for its \
         timer to be due; it computed for 1 ms."
    );
}
