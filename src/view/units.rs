//! Numbers as people read them.

/// `x` rounded to `decimals` decimals, of which none stand at the end for nothing if `is_short`.
///
/// From whole numbers: the library's way to a fixed number of decimals costs kilobytes of code.
#[must_use]
pub fn fixed(x: f64, decimals: u32, is_short: bool) -> String {
    let power = 10_u64.pow(decimals);
    let scaled = (x.abs() * power as f64 + 0.5) as u64;
    let (whole, mut part, mut width) = (scaled / power, scaled % power, decimals as usize);
    while is_short && width > 0 && part % 10 == 0 {
        part /= 10;
        width -= 1;
    }
    let sign = if x < 0.0 && scaled > 0 { "-" } else { "" };
    let whole = grouped(whole);
    if width == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part:0width$}") }
}

/// Thousands apart by a narrow space; no more decimals than say something.
#[must_use]
pub fn number(x: f64) -> String {
    match x.abs() {
        size if size >= 1000.0 => fixed(x, 0, true),
        size if size >= 0.095 => fixed(x, 1, true),
        _ => fixed(x, 3, true),
    }
}

/// A number in plain decimal notation with as many decimals as it takes to read it back: what `to_string` says of
/// whatever an address can hold. The library's way is right for every float there is, in thirteen kilobytes of code.
#[must_use]
pub fn exact(x: f64) -> String {
    /// Digits of a number that a float can tell apart from its neighbours.
    const DIGITS: f64 = 9_007_199_254_740_992.0;
    let size = x.abs().min(DIGITS);
    let (mut power, mut width) = (1.0, 0_usize);
    while width < 15 && size * power < DIGITS && (size * power).round() / power != size {
        power *= 10.0;
        width += 1;
    }
    let scaled = (size * power).round() as u64;
    let sign = if x < 0.0 && scaled > 0 { "-" } else { "" };
    let mut digits = scaled.to_string();
    if width == 0 {
        return format!("{sign}{digits}");
    }
    while digits.len() <= width {
        digits.insert(0, '0');
    }
    digits.insert(digits.len() - width, '.');
    format!("{sign}{digits}")
}

/// Thousands apart by a narrow space.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        // Four digits read well as they are.
        if i > 0 && digits.len() > 4 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A number for an axis, where there is room for five characters.
#[must_use]
pub fn short(x: f64) -> String {
    match x.abs() {
        size if size >= 1e6 => fixed(x / 1e6, 2, true) + "M",
        size if size >= 1e4 => fixed(x / 1e3, 1, true) + "k",
        _ => number(x),
    }
}

/// A rate per second to about three digits.
#[must_use]
pub fn per_second(x: f64) -> String {
    if x >= 99.5 { fixed(x, 0, true) } else { number(x) }
}

/// A time in milliseconds to about three digits, with its unit.
#[must_use]
pub fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms >= 9_950.0 => fixed(ms / 1000.0, 0, false) + " s",
        ms if ms >= 995.0 => fixed(ms / 1000.0, 1, false) + " s",
        ms if ms >= 9.95 => fixed(ms, 0, false) + " ms",
        ms if ms >= 0.095 => fixed(ms, 1, false) + " ms",
        ms => fixed(ms * 1000.0, 0, false) + " µs",
    }
}

/// A round time in milliseconds for an axis, with its unit: "1 ms", "0.5 s" as "500 ms".
#[must_use]
pub fn milliseconds_mark(ms: f64) -> String {
    match ms {
        ms if ms >= 999.5 => fixed(ms / 1000.0, 2, true) + " s",
        ms if ms >= 0.9995 => fixed(ms, 2, true) + " ms",
        ms if ms > 0.0 => fixed(ms * 1000.0, 2, true) + " µs",
        _ => "0".to_owned(),
    }
}

/// An amount of memory for an axis.
#[must_use]
pub fn memory_mark(bytes: f64) -> String {
    if bytes > 0.0 { memory(bytes) } else { "0".to_owned() }
}

/// A share as a percentage, to about three digits.
#[must_use]
pub fn percent(share: f64) -> String {
    fixed(share * 100.0, u32::from(share < 0.0995), true) + " %"
}

/// An amount of memory in bytes to about three digits, with its unit: MB are millions.
#[must_use]
pub fn memory(bytes: f64) -> String {
    match bytes {
        bytes if bytes >= 9.95e9 => fixed(bytes * 1e-9, 0, false) + " GB",
        bytes if bytes >= 9.995e8 => fixed(bytes * 1e-9, 2, true) + " GB",
        bytes if bytes >= 9.95e6 => fixed(bytes * 1e-6, 0, false) + " MB",
        bytes if bytes >= 9.95e4 => fixed(bytes * 1e-6, 1, true) + " MB",
        bytes => fixed(bytes * 1e-3, 0, false) + " kB",
    }
}

/// A number for a machine to read: plain decimal notation, to six digits or to the last one before the point. What is no
/// number is empty.
#[must_use]
pub fn plain(x: f64) -> String {
    let size = x.abs();
    if !size.is_finite() {
        return String::new();
    }
    let (mut power, mut width) = (1.0, 0_u32);
    while width < 12 && size * power < 99_999.95 {
        power *= 10.0;
        width += 1;
    }
    exact((x * power).round() / power)
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
    fn exact_numbers_are_what_the_standard_library_says() {
        for x in
            [0.0, 0.1, 37.5, 12.345678, -3.25, 0.01, 1e-6, 33.333333333333, 123456.789012, 1e6, 9_007_199_254_740_992.0]
        {
            assert_eq!(exact(x), x.to_string());
        }
        for n in 0..100_000_u32 {
            let x = f64::from(n) / 1024.0;
            assert_eq!(exact(x).parse(), Ok(x));
            let x = f64::from(n) / 1000.0;
            assert_eq!(exact(x), x.to_string());
        }
    }

    #[test]
    fn numbers_read_well() {
        for (x, text) in [
            (0.0, "0"),
            (20.0, "20"),
            (12.5, "12.5"),
            (0.05, "0.05"),
            (1234.5, "1235"),
            (12_345.0, "12\u{202f}345"),
            (1_000_000.0, "1\u{202f}000\u{202f}000"),
            (99.96, "100"),
        ] {
            assert_eq!(number(x), text, "{x}");
        }
        assert_eq!(
            (per_second(396.4), per_second(48.23), per_second(0.4)),
            ("396".into(), "48.2".into(), "0.4".into())
        );
        for (ms, text) in [(0.02, "20 µs"), (3.12, "3.1 ms"), (89.1, "89 ms"), (1476.4, "1.5 s"), (12_345.0, "12 s")] {
            assert_eq!(milliseconds(ms), text, "{ms}");
        }
        assert_eq!([250_000.0, 12_500.0, 1_250_000.0, 500.0].map(short), ["250k", "12.5k", "1.25M", "500"]);
        for (bytes, text) in
            [(6.8e6, "6.8 MB"), (45_018_848.0, "45 MB"), (2.3e9, "2.3 GB"), (20e9, "20 GB"), (2662.0, "3 kB")]
        {
            assert_eq!(memory(bytes), text, "{bytes}");
        }
        assert_eq!(
            [0.0, 0.001, 0.5, 2.5, 500.0, 1500.0].map(milliseconds_mark),
            ["0", "1 µs", "500 µs", "2.5 ms", "500 ms", "1.5 s"]
        );
        assert_eq!((memory_mark(0.0), memory_mark(2e7)), ("0".into(), "20 MB".into()));
        assert_eq!([1.0, 0.634, 0.0712, 0.0].map(percent), ["100 %", "63 %", "7.1 %", "0 %"]);
        for (x, text) in [
            (0.0, "0"),
            (-1.5, "-1.5"),
            (391.234_567, "391.235"),
            (1_234_567.8, "1234568"),
            (0.000_012_345_678, "0.0000123457"),
            (45_018_848.0, "45018848"),
            (1.0 / 3.0, "0.333333"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
        ] {
            assert_eq!(plain(x), text, "{x}");
        }
        assert_eq!((count(1, "core", "cores"), count(64, "core", "cores")), ("1 core".into(), "64 cores".into()));
    }
}
