//! Tests that run as WebAssembly in a real browser.
