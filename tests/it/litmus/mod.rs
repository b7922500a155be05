//! Litmus tests: one named phenomenon each, in the order of the rules. Where `node` and `go` are installed, the golden
//! orders are taken from them too.

mod cluster;
mod details;
mod find_runnable;
mod go;
mod inside;
mod node;
mod orders;
mod program;
mod tokio;
