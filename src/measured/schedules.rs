//! The committed recordings of requests that points were measured with.

/// Every file of `calibrate/schedules`, by name.
const SCHEDULES: &[(&str, &str)] = &[
    ("long-1.txt", include_str!("../../calibrate/schedules/long-1.txt")),
    ("open-25-160.txt", include_str!("../../calibrate/schedules/open-25-160.txt")),
    ("open-25-50.txt", include_str!("../../calibrate/schedules/open-25-50.txt")),
    ("open-25-80.txt", include_str!("../../calibrate/schedules/open-25-80.txt")),
];

/// The recording that is called `name`.
#[must_use]
pub(super) fn find(name: &str) -> Option<&'static str> {
    SCHEDULES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of all recordings.
#[must_use]
pub(super) fn names() -> Vec<&'static str> {
    SCHEDULES.iter().map(|(name, _)| *name).collect()
}
