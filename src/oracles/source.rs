//! The oracles' numbers, in `oracles.json`: computed from the closed forms in seconds at full precision.

use serde_json::Value;

/// All of them.
pub(super) fn numbers() -> Value {
    serde_json::from_str(include_str!("oracles.json")).expect("oracles.json is valid")
}

/// The rows of a list.
pub(super) fn rows(numbers: &Value, list: &str) -> Vec<Value> {
    numbers[list].as_array().unwrap_or_else(|| panic!("oracles.json has no list {list}")).clone()
}

/// A number of a row.
pub(super) fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("the oracle has no number {key}: {row}"))
}
