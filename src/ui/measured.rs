//! What the figure itself shows of measurements: dots under the pointer, and what became of the reader's file.

use web_sys::File;
use yew::prelude::*;

use crate::app::measured::Measured;
use crate::ui::element::{button, text};
use crate::ui::seat::Report;

/// What the reader wants of measurements, or what comes of it.
pub(super) enum Wish {
    /// To have this file read.
    File(File),
    /// To have the file removed.
    Forget,
    /// To know what is under the pointer: at a place in a figure of a size, within a reach, in CSS pixels. Nothing is
    /// under a pointer that has left.
    Point(Option<Pointed>),
    /// The archive reports.
    Report(Report),
}

/// A pointer over a figure, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pointed {
    /// Width and height of the figure.
    pub(super) size: (f64, f64),
    /// Where the pointer is in it.
    pub(super) at: (f64, f64),
    /// How far it reaches.
    pub(super) reach: f64,
}

/// What became of the reader's file, with a way to remove it.
pub(super) fn told(measured: &Measured, wish: &Callback<Wish>) -> Vec<Html> {
    let mut children = vec![text(measured.told.clone() + " ")];
    if measured.has_own {
        let wish = wish.clone();
        children.push(button(&[], "Remove", move |_| wish.emit(Wish::Forget)));
    }
    children
}
