//! The chart of lanes: committed pictures, drawn natively as SVG and compared to the letter.

use runtime_duel::chart::{LanesPlace, Look, draw_lanes_moving, draw_lanes_still};
use runtime_duel::sim::runtime::RuntimeId;
use runtime_duel::view::lanes::{Detail, Figure, Film, Focus, LaneOf, Layout, Path, Shot, Viewport};

use crate::goldens::{DARK, LIGHT, PROJECTOR, chart};
use crate::lanes::made;

/// Holds the figure, `width` CSS pixels wide, against the picture of this name.
fn check(name: &str, shot: &Shot<'_>, width: f64, look: &Look) {
    let n_columns = width - LanesPlace::LEFT - LanesPlace::RIGHT;
    let figure = Figure::of(shot, n_columns as u32, 1.0);
    chart(name, (width, LanesPlace::height(&figure)), look, |area| {
        draw_lanes_still(area, &figure, look).expect("what stays");
        draw_lanes_moving(area, &figure, look).expect("what moves");
    });
}

fn shot<'a>(runtime: RuntimeId, film: &'a Film, layout: &'a Layout) -> Shot<'a> {
    let view = Viewport::whole(film.from, film.to);
    Shot { runtime, film, layout, view, path: None, focus: None }
}

#[test]
fn go_on_two_four_and_sixty_four_cores() {
    for (n_cores, width, look) in
        [(2, 320.0, DARK), (4, 720.0, LIGHT), (4, 1280.0, PROJECTOR), (64, 320.0, LIGHT), (64, 1280.0, DARK)]
    {
        let film = made::go(n_cores);
        let layout = Layout::new(&film, Layout::automatic(&film));
        check(&format!("lanes-go-{n_cores}-{width}"), &shot(RuntimeId::Go, &film, &layout), width, &look);
    }
}

#[test]
fn node_with_its_phases_and_its_pool() {
    let film = made::node(4);
    let layout = Layout::new(&film, Layout::automatic(&film));
    assert_eq!(Layout::automatic(&film), Detail::Threads, "threads that block say more");
    check("lanes-node-4-720", &shot(RuntimeId::Node, &film, &layout), 720.0, &LIGHT);
    check("lanes-node-4-320", &shot(RuntimeId::Node, &film, &layout), 320.0, &DARK);
}

#[test]
fn the_way_of_a_request_and_what_is_pointed_at() {
    let film = made::go(4);
    let layout = Layout::new(&film, Detail::Runtime);
    let path = Path::of(&film, film.answers[0].0).expect("it was answered");
    let lane = film.lane(LaneOf::Processor(1)).expect("there are four");
    let focus = film.lanes[lane].segments.iter().position(|one| one.request == Some(path.request));
    let shot = Shot {
        path: Some(&path),
        focus: focus.map(|idx| Focus::Segment(lane, idx)),
        view: Viewport::whole(film.from, film.to).at(path.born, path.at),
        ..shot(RuntimeId::Go, &film, &layout)
    };
    check("lanes-path-720", &shot, 720.0, &LIGHT);
    check("lanes-path-320", &shot, 320.0, &DARK);
}

#[test]
fn close_up_a_microsecond_is_seen() {
    let film = made::go(2);
    let layout = Layout::new(&film, Detail::Threads);
    let burst = film.lanes[0].segments.iter().find(|one| one.request.is_some()).expect("somebody is served");
    let view = Viewport::whole(film.from, film.to).around(burst.from, burst.to);
    let shot = Shot { view, ..shot(RuntimeId::Go, &film, &layout) };
    check("lanes-close-720", &shot, 720.0, &LIGHT);
}

#[test]
fn no_lane_has_two_bars_in_one_column_and_a_chart_stays_small() {
    let film = made::go(64);
    let layout = Layout::new(&film, Detail::Threads);
    for width in [320, 1280, 3840] {
        let figure = Figure::of(&shot(RuntimeId::Go, &film, &layout), width, 1.0);
        for row in &figure.rows {
            assert!(row.bars.windows(2).all(|pair| pair[0].0.to <= pair[1].0.from), "{:?}", row.row);
            assert!(row.line.len() <= 3 * width as usize + 3);
        }
    }
}
