//! The costs of the models by name, so that a machine's own can take their place.

use crate::sim::costs::Costs;
use crate::sim::time::Span;

/// Puts `value` (nanoseconds) in the place of the cost that is called `name`; whether there is one.
pub fn set(costs: &mut Costs, name: &str, value: f64) -> bool {
    let Costs { machine, node, go, threads, tokio, start: _ } = costs;
    if name == "go.mark_ns_per_byte" {
        go.mark_ns_per_byte = value;
        return true;
    }
    let field = match name {
        "machine.thread_switch" => &mut machine.thread_switch,
        "machine.wake" => &mut machine.wake,
        "machine.socket_write" => &mut machine.socket_write,
        "machine.socket_read" => &mut machine.socket_read,
        "machine.tcp_write" => &mut machine.tcp_write,
        "machine.epoll_event" => &mut machine.epoll_event,
        "machine.timer_slack" => &mut machine.timer_slack,
        "machine.thread_create" => &mut machine.thread_create,
        "node.iteration" => &mut node.iteration,
        "node.drain" => &mut node.drain,
        "node.timer_create" => &mut node.timer_create,
        "node.timer_fire" => &mut node.timer_fire,
        "node.http_request" => &mut node.http_request,
        "node.accept" => &mut node.accept,
        "node.http_client" => &mut node.http_client,
        "node.json_per_kb" => &mut node.json_per_kb,
        "node.write" => &mut node.write,
        "node.request" => &mut node.request,
        "node.pool_submit" => &mut node.pool_submit,
        "node.pool_call" => &mut node.pool_call,
        "node.message" => &mut node.message,
        "node.clone" => &mut node.clone,
        "node.clone_per_kb" => &mut node.clone_per_kb,
        "node.ipc_message" => &mut node.ipc_message,
        "node.scavenge" => &mut node.scavenge,
        "node.scavenge_per_mb" => &mut node.scavenge_per_mb,
        "node.mark_compact" => &mut node.mark_compact,
        "node.mark_compact_per_mb" => &mut node.mark_compact_per_mb,
        "go.switch" => &mut go.switch,
        "go.steal_check" => &mut go.steal_check,
        "go.steal" => &mut go.steal,
        "go.sysmon_slack" => &mut go.sysmon_slack,
        "go.timer" => &mut go.timer,
        "go.http_request" => &mut go.http_request,
        "go.accept" => &mut go.accept,
        "go.write" => &mut go.write,
        "go.request" => &mut go.request,
        "go.create" => &mut go.create,
        "go.syscall" => &mut go.syscall,
        "go.stop_the_world" => &mut go.stop_the_world,
        "tokio.poll" => &mut tokio.poll,
        "tokio.spawn" => &mut tokio.spawn,
        "tokio.spawn_remote" => &mut tokio.spawn_remote,
        "tokio.turn" => &mut tokio.turn,
        "tokio.steal_check" => &mut tokio.steal_check,
        "tokio.steal" => &mut tokio.steal,
        "tokio.timer" => &mut tokio.timer,
        "tokio.blocking_submit" => &mut tokio.blocking_submit,
        "tokio.blocking_call" => &mut tokio.blocking_call,
        "tokio.http_request" => &mut tokio.http_request,
        "tokio.accept" => &mut tokio.accept,
        "tokio.request" => &mut tokio.request,
        "tokio.write" => &mut tokio.write,
        "threads.http_request" => &mut threads.http_request,
        "threads.dispatch" => &mut threads.dispatch,
        "threads.register_again" => &mut threads.register_again,
        "threads.accept" => &mut threads.accept,
        "threads.register" => &mut threads.register,
        "threads.close" => &mut threads.close,
        "threads.write" => &mut threads.write,
        "threads.submit" => &mut threads.submit,
        "threads.thread_start" => &mut threads.thread_start,
        "threads.young_pause" => &mut threads.young_pause,
        "threads.copy_per_mb" => &mut threads.copy_per_mb,
        "threads.scan_thread" => &mut threads.scan_thread,
        _ => return false,
    };
    *field = Span::from_secs_f64(value * 1e-9);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::scenario::CostModel;

    #[test]
    fn a_cost_is_found_by_its_name_and_a_stranger_is_not() {
        let mut costs = Costs::of(CostModel::Zero);
        assert!(set(&mut costs, "machine.wake", 40_000.0));
        assert!(set(&mut costs, "go.mark_ns_per_byte", 0.25));
        assert_eq!((costs.machine.wake, costs.go.mark_ns_per_byte), (Span::from_us(40), 0.25));
        assert!(!set(&mut costs, "go.sleep", 1.0));
    }
}
