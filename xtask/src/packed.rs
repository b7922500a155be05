//! Compressed files beside the plain ones, so that a host need not compress, and can afford the best quality.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};

/// What is worth compressing; pictures of points are compressed already.
const KINDS: [&str; 7] = ["css", "html", "js", "json", "svg", "ts", "wasm"];
/// Bytes under which the headers of an answer are most of it.
const MIN: usize = 256;

/// Writes `<name>.br` and `<name>.gz` for all files in `dir` and its folders that get smaller.
pub(crate) fn write(dir: &Path) -> Result<()> {
    for entry in std::fs::read_dir(dir).with_context(|| format!("expected a folder at {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            write(&path)?;
            continue;
        }
        let is_worth_it = path.extension().is_some_and(|end| KINDS.iter().any(|kind| *kind == end));
        let content = std::fs::read(&path)?;
        if !is_worth_it || content.len() < MIN {
            continue;
        }
        for (end, packed) in [("br", brotli(&content)?), ("gz", gzip(&content)?)] {
            if packed.len() < content.len() {
                let mut name = path.clone().into_os_string();
                name.push(format!(".{end}"));
                std::fs::write(name, packed)?;
            }
        }
    }
    Ok(())
}

/// `content` compressed by brotli at its best quality.
pub(crate) fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, 11, 22);
    writer.write_all(content)?;
    drop(writer);
    Ok(packed)
}

/// `content` compressed by gzip at its best quality. It holds no time, so that the same content gives the same file.
fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(content)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{brotli, gzip};

    #[test]
    fn what_was_compressed_comes_back() {
        let content = "the same words again and again, ".repeat(40).into_bytes();
        let (mut by_brotli, mut by_gzip) = (Vec::new(), Vec::new());
        let packed = (brotli(&content).expect("brotli"), gzip(&content).expect("gzip"));
        brotli::Decompressor::new(&packed.0[..], 1 << 12).read_to_end(&mut by_brotli).expect("brotli's format");
        flate2::read::GzDecoder::new(&packed.1[..]).read_to_end(&mut by_gzip).expect("gzip's format");
        assert!(by_brotli == content && by_gzip == content);
        assert!(packed.0.len() < content.len() && packed.1.len() < content.len());
    }
}
