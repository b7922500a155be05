//! Pointer and keys, as the browser gets them from a person.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::page::Page;

/// What points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// A mouse with its main button.
    Mouse,
    /// One finger.
    Touch,
}

/// What a pointer does, in the order of both protocols' words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Press,
    Move,
    Release,
}

/// A key without a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those on the keys")]
pub enum Key {
    ArrowDown,
    ArrowLeft,
    ArrowRight,
    ArrowUp,
    End,
    Enter,
    Escape,
    Home,
    PageDown,
    PageUp,
    /// Shift together with Tab: the focus goes back.
    ShiftTab,
    Space,
    Tab,
}

impl Key {
    /// What the WebDriver standard calls the key.
    fn code(self) -> char {
        match self {
            Self::ArrowDown => '\u{e015}',
            Self::ArrowLeft => '\u{e012}',
            Self::ArrowRight => '\u{e014}',
            Self::ArrowUp => '\u{e013}',
            Self::End => '\u{e010}',
            Self::Enter => '\u{e007}',
            Self::Escape => '\u{e00c}',
            Self::Home => '\u{e011}',
            Self::PageDown => '\u{e00f}',
            Self::PageUp => '\u{e00e}',
            Self::Space => ' ',
            Self::Tab | Self::ShiftTab => '\u{e004}',
        }
    }
}

impl Page {
    /// Clicks or taps the middle of the first element that matches.
    pub async fn click(&self, css: &str, pointer: Pointer) -> Result<()> {
        let place = self.rect(css).await?.at((0.5, 0.5));
        self.drag(pointer, place, place, 0).await
    }

    /// Moves the mouse to a place of the first element that matches.
    pub async fn hover(&self, css: &str, place: (f64, f64)) -> Result<()> {
        let place = self.rect(css).await?.at(place);
        let place = self.placed(place).await?;
        self.send("actions", hovering(place)).await.map(drop)
    }

    /// Drags from one place of the frame's view to another, in steps of about a frame each.
    pub async fn drag(&self, pointer: Pointer, from: (f64, f64), to: (f64, f64), n_steps: u32) -> Result<()> {
        let (from, to) = (self.placed(from).await?, self.placed(to).await?);
        self.send("actions", line(pointer, from, to, n_steps)).await.map(drop)
    }

    /// Presses at one place of the frame's view and moves to another without letting go.
    pub async fn hold(&self, pointer: Pointer, from: (f64, f64), to: (f64, f64), n_steps: u32) -> Result<()> {
        self.down_to(pointer, Phase::Press, self.placed(from).await?).await?;
        self.carry(pointer, from, to, n_steps).await
    }

    /// Goes on with what [`Page::hold`] began.
    pub async fn carry(&self, pointer: Pointer, from: (f64, f64), to: (f64, f64), n_steps: u32) -> Result<()> {
        let (from, to) = (self.placed(from).await?, self.placed(to).await?);
        for step in 1..=n_steps {
            self.down_to(pointer, Phase::Move, between(from, to, step, n_steps)).await?;
        }
        Ok(())
    }

    /// Lets go of what [`Page::hold`] began, at the place where it is.
    pub async fn let_go(&self, pointer: Pointer, place: (f64, f64)) -> Result<()> {
        self.down_to(pointer, Phase::Release, self.placed(place).await?).await
    }

    /// One event of a pointer that stays down between commands: by the browser's own protocol, as the driver forgets
    /// between two commands that a button is down.
    async fn down_to(&self, pointer: Pointer, phase: Phase, (x, y): (f64, f64)) -> Result<()> {
        let (x, y) = (x.round(), y.round());
        let (command, params) = match pointer {
            Pointer::Mouse => {
                let kind = ["mousePressed", "mouseMoved", "mouseReleased"][phase as usize];
                let buttons = u32::from(phase != Phase::Release);
                let params =
                    json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1 });
                ("Input.dispatchMouseEvent", params)
            }
            Pointer::Touch => {
                let kind = ["touchStart", "touchMove", "touchEnd"][phase as usize];
                let points = if phase == Phase::Release { json!([]) } else { json!([{ "x": x, "y": y }]) };
                ("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points }))
            }
        };
        self.cdp(command, params).await.map(drop)
    }

    /// Drags within the first element that matches, between places of its box.
    pub async fn drag_in(&self, css: &str, pointer: Pointer, from: (f64, f64), to: (f64, f64)) -> Result<()> {
        let rect = self.rect(css).await?;
        self.drag(pointer, rect.at(from), rect.at(to), 12).await
    }

    /// Turns the wheel over the middle of the first element that matches, by CSS pixels.
    pub async fn wheel(&self, css: &str, by: (i32, i32)) -> Result<()> {
        let place = self.rect(css).await?.at((0.5, 0.5));
        let place = self.placed(place).await?;
        self.send("actions", turn(place, by)).await.map(drop)
    }

    /// A place of the frame's view, as the driver counts it.
    async fn placed(&self, (x, y): (f64, f64)) -> Result<(f64, f64)> {
        let (left, top) = self.frame_origin().await?;
        Ok((left + x, top + y))
    }

    /// Presses a key some times; it goes to whatever has the focus.
    pub async fn press(&self, key: Key, n_times: u32) -> Result<()> {
        self.send("actions", strokes(key, n_times)).await.map(drop)
    }

    /// Types a text.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        self.send("actions", letters(text)).await.map(drop)
    }
}

/// The time between two moves of a drag: about one frame.
const STEP: Duration = Duration::from_millis(16);
const SHIFT: char = '\u{e008}';

/// A place on the way from one to another.
fn between(from: (f64, f64), to: (f64, f64), step: u32, n_steps: u32) -> (f64, f64) {
    let part = f64::from(step) / f64::from(n_steps);
    (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
}

/// A drag along a straight line; a tap or a click when there are no steps.
fn line(pointer: Pointer, from: (f64, f64), to: (f64, f64), n_steps: u32) -> Value {
    let position = |(x, y): (f64, f64), duration: Duration| json!({ "type": "pointerMove", "duration": duration.as_millis(), "x": x.round(), "y": y.round(), "origin": "viewport" });
    let mut actions = vec![position(from, Duration::ZERO), json!({ "type": "pointerDown", "button": 0 })];
    actions.extend((1..=n_steps).map(|step| position(between(from, to, step, n_steps), STEP)));
    actions.push(json!({ "type": "pointerUp", "button": 0 }));
    pointer_actions(pointer, &actions)
}

/// Moves the mouse without pressing it.
fn hovering((x, y): (f64, f64)) -> Value {
    let to = json!({ "type": "pointerMove", "duration": 0, "x": x.round(), "y": y.round(), "origin": "viewport" });
    pointer_actions(Pointer::Mouse, &[to])
}

fn pointer_actions(pointer: Pointer, actions: &[Value]) -> Value {
    let kind = match pointer {
        Pointer::Mouse => "mouse",
        Pointer::Touch => "touch",
    };
    json!({ "actions": [
        { "type": "pointer", "id": kind, "parameters": { "pointerType": kind }, "actions": actions },
    ] })
}

/// Turns the wheel at a place, which has to be whole pixels here.
fn turn((x, y): (f64, f64), (dx, dy): (i32, i32)) -> Value {
    let turn = json!({
        "type": "scroll", "duration": 0, "x": x as i64, "y": y as i64, "deltaX": dx, "deltaY": dy, "origin": "viewport",
    });
    json!({ "actions": [{ "type": "wheel", "id": "wheel", "actions": [turn] }] })
}

/// Presses a key and lets it go, some times.
fn strokes(key: Key, n_times: u32) -> Value {
    let stroke = [json!({ "type": "keyDown", "value": key.code() }), json!({ "type": "keyUp", "value": key.code() })];
    let mut actions: Vec<Value> = stroke.into_iter().cycle().take(2 * n_times as usize).collect();
    if key == Key::ShiftTab {
        actions.insert(0, json!({ "type": "keyDown", "value": SHIFT }));
        actions.push(json!({ "type": "keyUp", "value": SHIFT }));
    }
    keys(&actions)
}

/// Types a text.
fn letters(text: &str) -> Value {
    let actions: Vec<Value> = text
        .chars()
        .flat_map(|char| [json!({ "type": "keyDown", "value": char }), json!({ "type": "keyUp", "value": char })])
        .collect();
    keys(&actions)
}

fn keys(actions: &[Value]) -> Value {
    json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] })
}
