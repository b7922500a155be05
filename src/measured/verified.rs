//! What was found when the models were held against measurements: `calibrate/verified.json`.

use serde::Deserialize;

/// The file. What is missing in it is nothing, and what it says beyond this is not of interest here.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Verified {
    /// The version of the models.
    pub model: u32,
    /// How many closed forms the models agree with.
    pub oracles: u32,
    /// One for each file of measurements.
    pub files: Vec<Compared>,
}

/// One file of measurements.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Compared {
    /// Whose measurements.
    pub machine: String,
    /// When they were measured.
    pub date: String,
    /// Costs of the models that were replaced by those of the machine.
    pub costs: Vec<String>,
    /// Points that belong together.
    pub groups: Vec<Group>,
    /// Where the models are further off than they are meant to be.
    pub misses: Vec<String>,
}

/// Points of one runtime; errors are in percent of what was measured.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Group {
    /// Its key.
    pub runtime: String,
    /// Whether they were kept apart while the models were made.
    pub held_out: bool,
    /// Whether the runtime could take no more.
    pub saturated: bool,
    /// How many there are.
    pub points: u32,
    /// Requests per second.
    pub throughput: Option<Errors>,
    /// Half of all latencies are below.
    pub p50: Option<Errors>,
    /// 99 of 100 latencies are below.
    pub p99: Option<Errors>,
    /// CPU time over time.
    pub cores_busy: Option<Errors>,
}

/// How far off the models are, in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Errors {
    /// Half of the points are closer; none where it was not compared.
    pub median: Option<f64>,
    /// The farthest point.
    pub worst: Option<f64>,
}

impl Verified {
    /// Reads the file; `None` if it is none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Points in all, and how many of them were kept apart.
    #[must_use]
    pub fn n_points(&self) -> (u32, u32) {
        let groups = || self.files.iter().flat_map(|file| &file.groups);
        let held_out = groups().filter(|group| group.held_out);
        (groups().map(|group| group.points).sum(), held_out.map(|group| group.points).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::files::VERIFIED;

    #[test]
    fn the_committed_file_is_read() {
        let verified = Verified::read(VERIFIED).expect("it is JSON");
        assert!(verified.oracles > 150, "{verified:?}");
        assert!(verified.n_points().0 > 0, "{verified:?}");
    }

    #[test]
    fn what_is_unknown_or_missing_does_no_harm() {
        let text = r#"{"model":3,"later":[1],"files":[{"machine":"desk","groups":[
            {"runtime":"go","points":4,"throughput":{"median":0.8,"worst":3.1,"mean":1},"p99":{"median":null}},
            {"runtime":"node","held_out":true,"points":2}]}]}"#;
        let verified = Verified::read(text.as_bytes()).expect("it is read");
        assert_eq!((verified.model, verified.oracles, verified.n_points()), (3, 0, (6, 2)));
        let group = &verified.files[0].groups[0];
        assert_eq!(
            (group.throughput.and_then(|x| x.worst), group.p99.and_then(|x| x.median), group.p50.and_then(|x| x.worst)),
            (Some(3.1), None, None)
        );
        assert_eq!(Verified::read(b"3"), None);
    }
}
