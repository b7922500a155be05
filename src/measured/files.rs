//! The committed files: the only place that lists them.

/// Every file of `calibrate/measurements`, by name.
pub const FILES: &[(&str, &[u8])] = &[
    ("epyc-2-reference.json", include_bytes!("../../calibrate/measurements/epyc-2-reference.json")),
    ("epyc-2.json", include_bytes!("../../calibrate/measurements/epyc-2.json")),
];

/// What `duel verify --measured --json` found, as it was last committed.
pub const VERIFIED: &[u8] = include_bytes!("../../calibrate/verified.json");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::file::Measurements;

    #[test]
    fn every_file_of_the_folder_is_listed_and_accepted() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/calibrate/measurements");
        let entries = std::fs::read_dir(folder).expect("the folder is there");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        // How slow code is at first is another kind of file.
        names.retain(|name| !name.starts_with("jit-"));
        names.sort_unstable();
        assert_eq!(names, FILES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        for (name, bytes) in FILES {
            if let Err(bad) = Measurements::read(bytes) {
                panic!("{name}: {bad}");
            }
        }
    }
}
