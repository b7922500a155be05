//! Counter-based random numbers: a draw is a function of (seed, stream, item, draw), never of the order of events.
//!
//! Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
//! Both runtimes ask for the same draws whatever their order, so both serve identical requests.

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: u32 = 10;

/// Ten rounds of Philox over a counter of four words under a key of two.
fn philox4x32(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..ROUNDS {
        let p0 = u64::from(MULTIPLIERS[0]) * u64::from(counter[0]);
        let p1 = u64::from(MULTIPLIERS[1]) * u64::from(counter[2]);
        counter =
            [(p1 >> 32) as u32 ^ counter[1] ^ key[0], p1 as u32, (p0 >> 32) as u32 ^ counter[3] ^ key[1], p0 as u32];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

/// What a family of draws is for; families never share numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Bursts, waits and classes of requests; the item is the request.
    Request,
    /// Gaps between arrivals; the item is the arrival.
    Arrival,
    /// Think times of closed clients; the item is the client.
    Client,
    /// A runtime's own choices, such as the order of victims; the item counts them.
    Runtime,
}

/// All the random numbers of one run.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    key: [u32; 2],
    replication: u32,
}

impl Draws {
    /// The draws of replication `replication` (below 2^24) under `seed`.
    #[must_use]
    pub fn new(seed: u64, replication: u32) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32], replication }
    }

    /// Two independent 64-bit words.
    #[must_use]
    pub fn words(&self, stream: Stream, item: u64, draw: u32) -> [u64; 2] {
        let domain = (self.replication << 8) | stream as u32;
        let [a, b, c, d] = philox4x32([item as u32, (item >> 32) as u32, draw, domain], self.key);
        [u64::from(a) | u64::from(b) << 32, u64::from(c) | u64::from(d) << 32]
    }

    /// Two independent uniform numbers in (0, 1]: never zero, so that their logarithm exists.
    #[must_use]
    pub fn uniforms(&self, stream: Stream, item: u64, draw: u32) -> [f64; 2] {
        self.words(stream, item, draw).map(|word| ((word >> 11) + 1) as f64 * (1.0 / (1_u64 << 53) as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_gives_the_published_answers() {
        // kat_vectors of the authors' Random123 library.
        assert_eq!(philox4x32([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox4x32([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox4x32([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn streams_items_and_replications_differ() {
        let draws = Draws::new(1, 0);
        let one = draws.words(Stream::Request, 7, 0);
        assert_eq!(one, Draws::new(1, 0).words(Stream::Request, 7, 0));
        for other in [
            draws.words(Stream::Arrival, 7, 0),
            draws.words(Stream::Request, 8, 0),
            draws.words(Stream::Request, 7, 1),
            Draws::new(1, 1).words(Stream::Request, 7, 0),
            Draws::new(2, 0).words(Stream::Request, 7, 0),
            Draws::new(1 << 40, 0).words(Stream::Request, 7, 0),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn uniforms_fill_the_unit_interval() {
        let draws = Draws::new(3, 0);
        let n = 20_000;
        let mean = (0..n).map(|i| draws.uniforms(Stream::Client, i, 0)[0]).sum::<f64>() / n as f64;
        // Standard deviation of the mean: 0.2887 / sqrt(20 000) = 0.002; four of them.
        assert!((mean - 0.5).abs() < 0.008, "mean {mean}");
        assert!((0..n).all(|i| draws.uniforms(Stream::Client, i, 0).iter().all(|u| *u > 0.0 && *u <= 1.0)));
    }
}
