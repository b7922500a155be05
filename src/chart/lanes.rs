//! What every core, processor, loop and thread is doing, and how long queues are.
//!
//! Time runs to the right. A burst is a full bar in the colour of its runtime; what is around bursts is paler, looking
//! for work is half as high, garbage collection is hatched in ink, who wants a core is hollow, who is blocked in a call
//! is a line: they are told apart without their hue. Rest is not drawn.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use crate::chart::look::{Area, Drawn, Look, name};
use crate::sim::lanes::Phase;
use crate::view::lanes::{Bar, Figure, FigureRow, FigureStep, Kind, Reason, RowOf, Tone, What, bar_labels};

/// The margins around the plot, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct LanesPlace;

impl LanesPlace {
    /// For the names of the rows.
    pub const LEFT: f64 = 76.0;
    /// For what stands at their right ends.
    pub const RIGHT: f64 = 52.0;
    /// For the name of the runtime.
    pub const TOP: f64 = 26.0;
    /// For the marks of the time axis.
    pub const BOTTOM: f64 = 26.0;
    /// For the way of the request that is explained, above the rows.
    pub const PATH: f64 = 34.0;

    /// The height of the whole figure, in CSS pixels.
    #[must_use]
    pub fn height(figure: &Figure) -> f64 {
        Self::TOP + Self::path(figure) + figure.height + Self::BOTTOM
    }

    /// The room for the way of a request.
    fn path(figure: &Figure) -> f64 {
        if figure.path.is_some() { Self::PATH } else { 0.0 }
    }

    /// Where `at`, in CSS pixels from the left and upper edge of a figure of this width, is on its plot: from 0 (left) to
    /// 1 (right), and in CSS pixels below the plot's top.
    #[must_use]
    pub fn on_plot(figure: &Figure, width: f64, (x, y): (f64, f64)) -> (f64, f64) {
        let across = (x - Self::LEFT) / (width - Self::LEFT - Self::RIGHT).max(1.0);
        (across, y - Self::TOP - Self::path(figure))
    }
}

/// Where columns and rows are, in backend pixels.
struct Grid {
    left: i32,
    right: i32,
    top: i32,
    per_column: f64,
}

impl Grid {
    fn of<DB: DrawingBackend>(area: &Area<DB>, figure: &Figure, look: &Look) -> Self {
        let (width, _) = area.dim_in_pixel();
        let left = look.px(LanesPlace::LEFT);
        let right = width as i32 - look.px(LanesPlace::RIGHT);
        let top = look.px(LanesPlace::TOP + LanesPlace::path(figure));
        Self { left, right, top, per_column: f64::from(right - left) / f64::from(figure.n_columns.max(1)) }
    }

    fn x(&self, column: f64) -> i32 {
        self.left + (column * self.per_column + 0.5) as i32
    }
}

/// How a bar is filled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fill {
    /// All of it.
    Full,
    /// Paler.
    Pale,
    /// The lower half, pale.
    Half,
    /// Ink with stripes of the ground.
    Striped,
    /// Its outline.
    Hollow,
    /// A line through its middle.
    Line,
}

fn fill_of(what: What) -> Option<Fill> {
    Some(match what {
        What::Piece(Kind::Burst) => Fill::Full,
        What::Piece(Kind::Serve | Kind::Accept | Kind::Message | Kind::Overhead) => Fill::Pale,
        What::Piece(Kind::Search | Kind::Switch) => Fill::Half,
        What::Piece(Kind::Collect) => Fill::Striped,
        What::Piece(Kind::Ready | Kind::Stopped) => Fill::Hollow,
        What::Piece(Kind::Call) => Fill::Line,
        What::Piece(Kind::Nap | Kind::Poll | Kind::Park) | What::Phase(..) => return None,
    })
}

fn fill_of_step(reason: Reason) -> Fill {
    match reason {
        Reason::Burst => Fill::Full,
        Reason::Switch | Reason::Around => Fill::Pale,
        Reason::Collect => Fill::Striped,
        Reason::Away
        | Reason::Starting
        | Reason::Queue(_)
        | Reason::Preempted
        | Reason::Core
        | Reason::Stopped
        | Reason::Unknown => Fill::Hollow,
        Reason::Call | Reason::Network | Reason::Database | Reason::Service | Reason::Timer | Reason::LateTimer => {
            Fill::Line
        }
    }
}

/// `color` over `ground`, so much of it: what is laid over something else must not let it through.
fn tint(color: RGBColor, ground: RGBColor, share: f64) -> RGBColor {
    let mix = |a: u8, b: u8| (f64::from(a) * share + f64::from(b) * (1.0 - share) + 0.5) as u8;
    RGBColor(mix(color.0, ground.0), mix(color.1, ground.1), mix(color.2, ground.2))
}

/// Draws what stays while time goes on: the names of the rows, their ground lines, and the time axis.
///
/// # Errors
/// What the backend says.
pub fn draw_lanes_still<DB: DrawingBackend>(area: &Area<DB>, figure: &Figure, look: &Look) -> Drawn<DB> {
    let grid = Grid::of(area, figure, look);
    let faint = |h, v| look.mark(12.0, look.palette.faint, h, v);
    let title = look.mark(13.0, look.color(figure.runtime), HPos::Left, VPos::Center);
    let title = TextStyle { font: title.font.style(FontStyle::Bold), ..title };
    area.draw(&Text::new(name(figure.runtime), (look.px(1.0), look.px(10.0)), title))?;
    let busy = look.mark(11.0, look.palette.faint, HPos::Right, VPos::Center);
    area.draw(&Text::new("busy", (grid.right + look.px(LanesPlace::RIGHT - 2.0), look.px(10.0)), busy))?;
    for FigureRow { row, .. } in &figure.rows {
        let middle = grid.top + look.px(row.top + row.height / 2.0);
        if let Some(name) = &row.name {
            let at = (grid.left - look.px(10.0), middle);
            area.draw(&Text::new(name.clone(), at, faint(HPos::Right, VPos::Center)))?;
        }
        let bottom = grid.top + look.px(row.top + row.height);
        // Low rows would be nothing but lines.
        if row.height >= 8.0 {
            let line = [(grid.left, bottom), (grid.right, bottom)];
            area.draw(&PathElement::new(line, look.stroke(look.palette.mesh, 1.0)))?;
        }
    }
    let bottom = grid.top + look.px(figure.height);
    for (column, text) in &figure.marks {
        let x = grid.x(*column);
        area.draw(&PathElement::new([(x, bottom), (x, bottom + look.px(4.0))], look.stroke(look.palette.faint, 1.0)))?;
        // The time of the first is long, and may be at the very left.
        let (anchor, x) = if text.starts_with('+') { (HPos::Center, x) } else { (HPos::Left, x - look.px(2.0)) };
        area.draw(&Text::new(text.clone(), (x, bottom + look.px(7.0)), faint(anchor, VPos::Top)))?;
    }
    let line = [(grid.left, bottom), (grid.right, bottom)];
    area.draw(&PathElement::new(line, look.stroke(look.palette.faint, 1.0)))
}

/// Draws what moves: what was done, how long queues were, the way of a request, and what is pointed at.
///
/// # Errors
/// What the backend says.
pub fn draw_lanes_moving<DB: DrawingBackend>(area: &Area<DB>, figure: &Figure, look: &Look) -> Drawn<DB> {
    let grid = Grid::of(area, figure, look);
    for (from, to) in &figure.stops {
        let corners =
            [(grid.x(*from), grid.top), (grid.x(*to).max(grid.x(*from) + 1), grid.top + look.px(figure.height))];
        area.draw(&Rectangle::new(corners, tint(look.palette.faint, look.palette.ground, 0.3).filled()))?;
    }
    for one in &figure.rows {
        let row = Band::of(&grid, one, look);
        match one.row.of {
            RowOf::Queue(_) => draw_queue(area, &grid, one, row, figure, look)?,
            RowOf::Lane(_) => {
                for (bar, tone) in &one.bars {
                    draw_bar(area, &grid, row, bar, *tone, figure, look)?;
                }
            }
        }
        if !one.right.is_empty() {
            let at = (grid.right + look.px(LanesPlace::RIGHT - 2.0), (row.top + row.bottom) / 2);
            let style = look.mark(12.0, look.palette.faint, HPos::Right, VPos::Center);
            area.draw(&Text::new(one.right.clone(), at, style))?;
        }
    }
    draw_key(area, &grid, figure, look)?;
    for (column, row, is_theft) in &figure.notches {
        let row = Band::of(&grid, &figure.rows[*row], look);
        draw_notch(area, (grid.x(*column), row.bottom), *is_theft, look)?;
    }
    if let Some((name, steps)) = &figure.path {
        draw_path(area, &grid, name, steps, figure, look)?;
    }
    if let Some((row, from, to)) = figure.focus {
        let row = Band::of(&grid, &figure.rows[row], look);
        let (left, right) = (grid.x(from) - look.px(1.5), grid.x(to).max(grid.x(from) + look.px(2.0)) + look.px(1.5));
        let corners = [(left, row.top - look.px(1.5)), (right, row.bottom + look.px(1.5))];
        area.draw(&Rectangle::new(corners, look.stroke(look.palette.ground, 4.0)))?;
        area.draw(&Rectangle::new(corners, look.stroke(look.palette.ink, 2.0)))?;
    }
    Ok(())
}

/// The upper and lower edge of a row, in backend pixels.
#[derive(Clone, Copy)]
struct Band {
    top: i32,
    bottom: i32,
}

impl Band {
    fn of(grid: &Grid, one: &FigureRow, look: &Look) -> Self {
        let top = grid.top + look.px(one.row.top);
        Self { top, bottom: top + look.px(one.row.height) }
    }
}

fn draw_bar<DB: DrawingBackend>(
    area: &Area<DB>,
    grid: &Grid,
    row: Band,
    bar: &Bar,
    tone: Tone,
    figure: &Figure,
    look: &Look,
) -> Drawn<DB> {
    let (ground, own) = (look.palette.ground, look.color(figure.runtime));
    let color = match tone {
        Tone::Plain | Tone::Own => own,
        Tone::Before => tint(own, ground, 0.62),
        Tone::Dim => tint(look.palette.faint, ground, 0.34),
    };
    let (mut left, right) = (grid.x(bar.from.into()), grid.x(bar.to.into()));
    if let What::Phase(phase, _) = bar.what {
        let color = match phase {
            Phase::Poll => tint(look.palette.faint, ground, 0.3),
            Phase::Check => tint(look.palette.faint, ground, 0.7),
            Phase::Timers | Phase::Blocked => look.palette.ink,
        };
        return area.draw(&Rectangle::new([(left, row.top), (right, row.bottom)], color.filled()));
    }
    let Some(fill) = fill_of(bar.what) else { return Ok(()) };
    // A hair of ground between two bars, where they are wide enough to spare it.
    if !bar.is_merged && right - left > look.px(4.0) && matches!(fill, Fill::Full | Fill::Pale) {
        left += look.px(0.75);
    }
    let height = (row.bottom - row.top) * i32::from(bar.cover) / 8;
    let row = Band { top: row.bottom - height.max(look.px(1.0)), bottom: row.bottom };
    draw_fill(area, ((left, right), row), fill, (color, tone == Tone::Dim), look)?;
    if matches!(tone, Tone::Own) && fill == Fill::Full {
        let corners = [(left, row.top), (right.max(left + look.px(1.5)), row.bottom)];
        area.draw(&Rectangle::new(corners, look.stroke(look.palette.ink, 1.5)))?;
    }
    if row.bottom - row.top < look.px(11.0) || tone == Tone::Dim {
        return Ok(());
    }
    let on = if fill == Fill::Full { ground } else { look.palette.ink };
    let words = bar_labels(bar);
    let words = words.each_ref().map(String::as_str);
    draw_words(area, &words, ((left, right), row), (on, fill == Fill::Striped || fill == Fill::Line), look)
}

/// Fills the space between two edges in a row; `is_dim` where it has nothing to do with what is explained.
fn draw_fill<DB: DrawingBackend>(
    area: &Area<DB>,
    ((left, right), row): ((i32, i32), Band),
    fill: Fill,
    (color, is_dim): (RGBColor, bool),
    look: &Look,
) -> Drawn<DB> {
    let right = right.max(left + 1);
    let ground = look.palette.ground;
    let rect = |top: i32, bottom: i32, color: RGBColor| Rectangle::new([(left, top), (right, bottom)], color.filled());
    match fill {
        Fill::Full => area.draw(&rect(row.top, row.bottom, color)),
        Fill::Pale => area.draw(&rect(row.top, row.bottom, tint(color, ground, 0.45))),
        Fill::Half => area.draw(&rect((row.top + row.bottom) / 2, row.bottom, tint(color, ground, 0.45))),
        Fill::Hollow => {
            area.draw(&rect(row.top, row.bottom, ground))?;
            let half = look.px(0.5);
            let corners = [(left + half, row.top + half), ((right - half).max(left + half + 1), row.bottom - half)];
            area.draw(&Rectangle::new(corners, look.stroke(color, 1.0)))
        }
        Fill::Line => {
            let (middle, half) = ((row.top + row.bottom) / 2, look.px(1.0 * look.weight).max(1));
            area.draw(&rect(middle - half, middle + half, color))
        }
        Fill::Striped => {
            let ink = if is_dim { color } else { look.palette.ink };
            area.draw(&rect(row.top, row.bottom, ink))?;
            let (step, height) = (look.px(4.0), row.bottom - row.top);
            let stroke = look.stroke(ground, 1.25);
            let mut x = left - height + step;
            while x < right {
                // From the lower left to the upper right, within the edges.
                let (a, b) = (x.max(left), (x + height).min(right));
                if b > a {
                    let line = [(a, row.bottom - (a - x)), (b, row.bottom - (b - x))];
                    area.draw(&PathElement::new(line, stroke))?;
                }
                x += step;
            }
            Ok(())
        }
    }
}

/// Writes the first of `words` that fits between two edges, on a ground of its own if `on` says so.
fn draw_words<DB: DrawingBackend>(
    area: &Area<DB>,
    words: &[&str],
    ((left, right), row): ((i32, i32), Band),
    (color, has_ground): (RGBColor, bool),
    look: &Look,
) -> Drawn<DB> {
    let style = look.mark(11.0, color, HPos::Center, VPos::Center);
    for text in words.iter().filter(|text| !text.is_empty()) {
        // No text is narrower: measuring is dear.
        let guess = look.px(4.5 * text.len() as f64);
        if guess > right - left {
            continue;
        }
        let wide = area.estimate_text_size(text, &style)?.0 as i32;
        if wide + look.px(8.0) > right - left {
            continue;
        }
        let (x, y) = ((left + right) / 2, (row.top + row.bottom) / 2);
        if has_ground {
            let half = (wide + look.px(6.0)) / 2;
            let corners = [(x - half, row.top), (x + half, row.bottom - look.px(0.5))];
            area.draw(&Rectangle::new(corners, look.palette.ground.filled()))?;
        }
        return area.draw(&Text::new((*text).to_owned(), (x, y), style));
    }
    Ok(())
}

fn draw_queue<DB: DrawingBackend>(
    area: &Area<DB>,
    grid: &Grid,
    one: &FigureRow,
    row: Band,
    figure: &Figure,
    look: &Look,
) -> Drawn<DB> {
    let height = f64::from(row.bottom - row.top);
    let at = |(x, y): &(f64, f64)| (grid.x(*x), row.bottom - (y * height + 0.5) as i32);
    let line: Vec<(i32, i32)> = one.line.iter().map(at).collect();
    let color = look.color(figure.runtime);
    if let (Some(first), Some(last)) = (line.first(), line.last()) {
        let mut shape = line.clone();
        shape.extend([(last.0, row.bottom), (first.0, row.bottom)]);
        area.draw(&Polygon::new(shape, tint(color, look.palette.ground, 0.22)))?;
    }
    area.draw(&PathElement::new(line, look.stroke(color, 1.25)))
}

/// What the fills mean that can be seen, and the notches, to the right of the runtime's name as far as there is room.
fn draw_key<DB: DrawingBackend>(area: &Area<DB>, grid: &Grid, figure: &Figure, look: &Look) -> Drawn<DB> {
    let style = look.mark(11.0, look.palette.faint, HPos::Left, VPos::Center);
    let (middle, half) = (look.px(10.0), look.px(5.0));
    let mut x = grid.left;
    let fits = |x: i32, wide: i32| x + wide <= grid.right;
    for (kind, words) in &figure.key {
        let wide = area.estimate_text_size(words, &style)?.0 as i32 + look.px(36.0);
        let Some(fill) = fill_of(What::Piece(*kind)).filter(|_| fits(x, wide)) else { continue };
        let row = Band { top: middle - half, bottom: middle + half };
        draw_fill(area, ((x, x + look.px(16.0)), row), fill, (look.color(figure.runtime), false), look)?;
        area.draw(&Text::new(*words, (x + look.px(20.0), middle), style.clone()))?;
        x += wide;
    }
    for (is_theft, words) in [(true, "stolen"), (false, "preempted")] {
        let wide = area.estimate_text_size(words, &style)?.0 as i32 + look.px(26.0);
        if figure.notches.iter().any(|(.., own)| *own == is_theft) && fits(x, wide) {
            draw_notch(area, (x + look.px(4.0), middle - look.px(2.0)), is_theft, look)?;
            area.draw(&Text::new(words, (x + look.px(11.0), middle), style.clone()))?;
            x += wide;
        }
    }
    Ok(())
}

/// A small triangle below a row: pointing up for who stole, down for who was taken off.
fn draw_notch<DB: DrawingBackend>(area: &Area<DB>, (x, y): (i32, i32), is_theft: bool, look: &Look) -> Drawn<DB> {
    let (half, tall) = (look.px(3.0), look.px(4.0));
    let corners = match is_theft {
        true => vec![(x, y), (x + half, y + tall), (x - half, y + tall)],
        false => vec![(x, y + tall), (x + half, y), (x - half, y)],
    };
    area.draw(&Polygon::new(corners, look.palette.ink))
}

fn draw_path<DB: DrawingBackend>(
    area: &Area<DB>,
    grid: &Grid,
    request: &str,
    steps: &[FigureStep],
    figure: &Figure,
    look: &Look,
) -> Drawn<DB> {
    let row = Band { top: look.px(LanesPlace::TOP), bottom: look.px(LanesPlace::TOP + 18.0) };
    let name = look.mark(12.0, look.palette.ink, HPos::Right, VPos::Center);
    let at = (grid.left - look.px(10.0), (row.top + row.bottom) / 2);
    area.draw(&Text::new(request.to_owned(), at, name))?;
    let color = look.color(figure.runtime);
    for step in steps {
        let (left, right) = (grid.x(step.from), grid.x(step.to));
        let fill = fill_of_step(step.reason);
        draw_fill(area, ((left, right), row), fill, (color, false), look)?;
        let on = if fill == Fill::Full { look.palette.ground } else { look.palette.ink };
        let words = step.words.each_ref().map(String::as_str);
        let has_ground = matches!(fill, Fill::Striped | Fill::Line);
        draw_words(area, &words, ((left, right), row), (on, has_ground), look)?;
    }
    Ok(())
}
