//! Stories about requests that mostly wait.

use crate::sim::runtime::RuntimeId::{Go, Node};
use crate::sim::scenario::Scenario;
use crate::stories::Verdict;
use crate::stories::hangs::hangs_on;
use crate::stories::judges::{
    AS_MANY, FEW_ROUNDS, NEAR, case, case_of, figure, holds_below, p99, place, throughput, up_to, when_below,
};
use crate::stories::lab::{Asked, Found, Lab};
use crate::stories::search::{Axis, crossing};
use crate::stories::space::asked_for;
use crate::stories::words::{plus_minus, times_as};
use crate::view::units::{count, per_second};

/// How far the first finishes more than enough of what the second does.
fn finishes_as_many([a, b]: [&Found; 2]) -> f64 {
    throughput(a) / throughput(b) - AS_MANY
}

/// 5 % of 20 ms is a millisecond of JavaScript beside a query or two: HttpArena (2026-04) has APIs at 0.15 core-ms a
/// request (26 036/s on 4 cores) and with a database at about half (64 854/s on about 32).
pub(super) fn io_heavy(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |mix| [Node, Go].map(|runtime| case(runtime, Scenario { mix, ..scenario }));
    let own = at(scenario.mix);
    let [node, go] = lab.measure(&own)?;
    let axis = Axis::linear(0.0, 100.0, 9);
    let keeps_up = crossing(lab, axis, &at, &finishes_as_many)?;
    let is_near = crossing(lab, axis, &at, &|[node, go]| NEAR - p99(node) / p99(go))?;
    let hangs_on = hangs_on(lab, &own, &|all| all[0].ratio(&all[1], throughput).mean >= AS_MANY)?;
    let asked = format!("{} requests per second", per_second(asked_for(&scenario)));
    let sentence = format!(
        "With {asked} asked for on {}, the event loop finishes as many requests as goroutines {}. Its p99 latency is at \
         most a quarter longer {}.",
        count(scenario.n_cores, "core", "cores"),
        up_to(keeps_up, "% CPU"),
        up_to(is_near, "% CPU"),
    );
    let figures = [
        Some(figure("throughput at 5 % CPU, node / go", "times", node.ratio(&go, throughput))),
        Some(figure("p99 latency at 5 % CPU, node / go", "times", node.ratio(&go, p99))),
        place("CPU share up to which throughput is the same", "%", keeps_up),
        place("CPU share up to which p99 latency is near", "%", is_near),
    ];
    Ok(Verdict {
        outcome: holds_below(keeps_up),
        holds_when: when_below(keeps_up, "mix", |up_to| format!("{up_to}, where {asked} are asked for"), "% CPU"),
        sentence,
        figures: figures.into_iter().flatten().collect(),
        hangs_on,
        map: None,
    })
}

/// Sixteen queries of 20 ms at once are 816 a second, of which 5000 are asked for. node-postgres' pool has 10
/// connections unless told otherwise, and PostgreSQL takes 100 (`max_connections`): here 20, and where the database is
/// larger as many as it can use.
pub(super) fn database(lab: &Lab<'_>, scenario: Scenario) -> Asked<Verdict> {
    let at = |capacity: f64| {
        let db_capacity = capacity.round() as u32;
        let n_db_connections = scenario.n_db_connections.max(db_capacity + db_capacity / 4);
        [Node, Go].map(|runtime| case_of(runtime, Scenario { db_capacity, n_db_connections, ..scenario }, FEW_ROUNDS))
    };
    let own = at(f64::from(scenario.db_capacity));
    let [node, go] = lab.measure(&own)?;
    let keeps_up = crossing(lab, Axis::logarithmic(4.0, 256.0, 7), &at, &finishes_as_many)?;
    let hangs_on = hangs_on(lab, &own, &|all| all[0].ratio(&all[1], throughput).mean >= AS_MANY)?;
    let same = node.ratio(&go, throughput);
    let sentence = format!(
        "Behind a database that runs {} queries at once the event loop finishes {} as goroutines do, {} per second; its p99 \
         latency is {}. It finishes at least 97 % as many {}.",
        scenario.db_capacity,
        times_as(same, "as many requests"),
        plus_minus(node.of(throughput)),
        times_as(node.ratio(&go, p99), "as long"),
        up_to(keeps_up, "queries at once"),
    );
    let figures = [
        Some(figure("throughput, node / go", "times", same)),
        Some(figure("throughput, node", "/s", node.of(throughput))),
        Some(figure("throughput, go", "/s", go.of(throughput))),
        Some(figure("p99 latency, node / go", "times", node.ratio(&go, p99))),
        place("queries at once up to which they tie", "1", keeps_up),
    ];
    Ok(Verdict {
        outcome: holds_below(keeps_up),
        holds_when: when_below(
            keeps_up,
            "db-capacity",
            |up_to| format!("{up_to} in the database, of {} ms each", scenario.mean_wait().as_ms_f64()),
            "queries at once",
        ),
        sentence,
        figures: figures.into_iter().flatten().collect(),
        hangs_on,
        map: None,
    })
}
