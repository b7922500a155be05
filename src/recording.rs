//! Recorded requests from a file, line by line: any size fits.

use std::fs::{File, Metadata};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::replicate::BadRecording;
use crate::sim::request::Class;
use crate::sim::time::{Span, Time};
use crate::sim::workload::Recorded;

/// Bytes of a line at most: four numbers are far shorter.
const MAX_LINE: u64 = 1024;
/// Times in milliseconds at most: thirty years.
const MAX_MS: f64 = 1e12;
/// Characters of a bad line that an error repeats.
const MAX_SHOWN: usize = 60;

/// Requests of a file in the order of their arrivals.
pub struct Requests<R> {
    lines: R,
    name: String,
    n: u64,
    buffer: Vec<u8>,
    last: Time,
}

impl Requests<BufReader<File>> {
    /// Those of the file at `path`.
    pub fn open(path: &Path) -> Result<Self, BadRecording> {
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Ok(Self::new(BufReader::with_capacity(1 << 16, file), name)),
            Err(error) => Err(BadRecording(format!("requests: expected a file that can be read, got {name}: {error}"))),
        }
    }
}

/// Refuses what can be read only once, such as a pipe, if `n_runs` of them are to serve it: all but the first would
/// find nothing.
pub fn check(path: &Path, n_runs: usize) -> Result<(), BadRecording> {
    let is_once = |meta: Metadata| !meta.is_file() && !meta.is_dir();
    if n_runs < 2 || !path.metadata().is_ok_and(is_once) {
        return Ok(());
    }
    let name = path.display();
    Err(BadRecording(format!("requests: expected a file, which each of {n_runs} runs reads anew, got {name}")))
}

impl<R: BufRead> Requests<R> {
    /// Those that `lines` say; errors name `name`.
    pub fn new(lines: R, name: String) -> Self {
        Self { lines, name, n: 0, buffer: Vec::new(), last: Time::ZERO }
    }

    /// Adds up to `n` requests to `chunk`; none at the end of the file.
    pub fn supply(&mut self, chunk: &mut Vec<Recorded>, n: usize) -> Result<(), BadRecording> {
        while chunk.len() < n {
            self.n += 1;
            self.buffer.clear();
            let limited = self.lines.by_ref().take(MAX_LINE).read_until(b'\n', &mut self.buffer);
            match limited {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => return Err(self.bad(&format!("can not be read: {error}"))),
            }
            let Ok(line) = std::str::from_utf8(&self.buffer) else {
                return Err(self.bad("expected text, got something else"));
            };
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let recorded = parse(line).map_err(|why| self.bad(&why))?;
            if recorded.arrival < self.last {
                let last = Span::from_ns(self.last.as_ns()).as_ms_f64();
                return Err(self.bad(&format!("expected an arrival not before {last} ms, got {}", shown(line))));
            }
            self.last = recorded.arrival;
            chunk.push(recorded);
        }
        Ok(())
    }

    fn bad(&self, why: &str) -> BadRecording {
        BadRecording(format!("requests: {} line {}: {why}", self.name, self.n))
    }
}

fn shown(line: &str) -> String {
    line.chars().take(MAX_SHOWN).flat_map(char::escape_debug).collect()
}

/// One line: `arrival_ms class burst_ms wait_ms`.
fn parse(line: &str) -> Result<Recorded, String> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let [arrival, class, burst, wait] = *words.as_slice() else {
        return Err(format!("expected `arrival_ms class burst_ms wait_ms`, got {}", shown(line)));
    };
    let ms = |what: &str, word: &str| match word.parse::<f64>() {
        Ok(ms) if (0.0..=MAX_MS).contains(&ms) => Ok(Span::from_ms_f64(ms)),
        _ => Err(format!("{what}: expected 0 to {MAX_MS} ms, got {}", shown(word))),
    };
    Ok(Recorded {
        arrival: Time::ZERO + ms("arrival_ms", arrival)?,
        class: match class {
            "0" => Class::Light,
            "1" => Class::Heavy,
            other => return Err(format!("class: expected 0 or 1, got {}", shown(other))),
        },
        burst: ms("burst_ms", burst)?,
        wait: ms("wait_ms", wait)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Vec<Recorded>, String> {
        let mut requests = Requests::new(text, "file".to_owned());
        let mut all = Vec::new();
        loop {
            let mut chunk = Vec::new();
            requests.supply(&mut chunk, 2).map_err(|BadRecording(why)| why)?;
            if chunk.is_empty() {
                return Ok(all);
            }
            all.extend(chunk);
        }
    }

    #[test]
    fn lines_become_requests() {
        let all = read(b"# recorded\n0 0 1.5 20\n\n0.25\t1 91 0\r\n7 0 0 0").expect("they are good");
        assert_eq!(all.len(), 3);
        assert_eq!(
            all[1],
            Recorded {
                arrival: Time::from_ns(250_000),
                class: Class::Heavy,
                burst: Span::from_ms(91),
                wait: Span::ZERO
            }
        );
        assert_eq!(read(b""), Ok(Vec::new()));
    }

    #[test]
    fn a_bad_line_is_named_by_number() {
        for (text, why) in [
            (&b"0 0 1 1\n1 0 1\n"[..], "line 2: expected `arrival_ms class burst_ms wait_ms`, got 1 0 1"),
            (b"0 2 1 1", "line 1: class: expected 0 or 1, got 2"),
            (b"\n\n0 0 -1 1", "line 3: burst_ms: expected 0 to 1000000000000 ms, got -1"),
            (b"0 0 1 NaN", "line 1: wait_ms: expected 0 to 1000000000000 ms, got NaN"),
            (b"5 0 1 1\n4 0 1 1", "line 2: expected an arrival not before 5 ms, got 4 0 1 1"),
            (b"5 0 1 1\n\xff\n", "line 2: expected text, got something else"),
        ] {
            assert_eq!(read(text), Err(format!("requests: file {why}")));
        }
        assert!(read(&[b'7'; 1 << 20]).is_err_and(|why| why.len() < 200), "a long line is not read whole");
    }
}
