//! Numbers as people read them.

/// Thousands apart by a narrow space; at most one decimal, and only where it says something.
#[must_use]
pub fn number(x: f64) -> String {
    if x != 0.0 && x.abs() < 0.095 {
        return format!("{x:.3}").trim_end_matches('0').to_owned();
    }
    let sign = if x < 0.0 { "-" } else { "" };
    if x.abs() >= 1000.0 {
        return format!("{sign}{}", grouped(x.abs().round() as u64));
    }
    let tenths = (x.abs() * 10.0).round() as u64;
    let decimals = if tenths % 10 == 0 { String::new() } else { format!(".{}", tenths % 10) };
    format!("{sign}{}{decimals}", tenths / 10)
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        // Four digits read well as they are.
        if i > 0 && digits.len() > 4 && (digits.len() - i) % 3 == 0 {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A rate per second to about three digits.
#[must_use]
pub fn per_second(x: f64) -> String {
    if x >= 99.5 { grouped(x.round() as u64) } else { number(x) }
}

/// A time in milliseconds to about three digits, with its unit.
#[must_use]
pub fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms >= 9_950.0 => format!("{} s", grouped((ms / 1000.0).round() as u64)),
        ms if ms >= 995.0 => format!("{:.1} s", ms / 1000.0),
        ms if ms >= 9.95 => format!("{ms:.0} ms"),
        ms if ms >= 0.095 => format!("{ms:.1} ms"),
        ms => format!("{:.0} µs", ms * 1000.0),
    }
}

/// "1 core", "4 cores".
#[must_use]
pub fn count(n: u32, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n.into()), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        for (x, text) in [
            (0.0, "0"), (20.0, "20"), (12.5, "12.5"), (0.05, "0.05"), (1234.5, "1235"), (12_345.0, "12\u{202f}345"),
            (1_000_000.0, "1\u{202f}000\u{202f}000"), (99.96, "100"),
        ] {
            assert_eq!(number(x), text, "{x}");
        }
        assert_eq!((per_second(396.4), per_second(48.23), per_second(0.4)), ("396".into(), "48.2".into(), "0.4".into()));
        for (ms, text) in [(0.02, "20 µs"), (3.14, "3.1 ms"), (89.1, "89 ms"), (1476.4, "1.5 s"), (12_345.0, "12 s")] {
            assert_eq!(milliseconds(ms), text, "{ms}");
        }
        assert_eq!((count(1, "core", "cores"), count(64, "core", "cores")), ("1 core".into(), "64 cores".into()));
    }
}
