//! Short names between a script and its wasm: each name of a function that passes between them carries a hash, twice,
//! which no compression takes away.

use std::path::Path;

use anyhow::{Context as _, Result};
use xshell::cmd;

use crate::project::Project;

/// What rustc's modules use, told to wasm-opt because Trunk has stripped the section that says it.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Sections for tools that nobody reads in a browser: who made the module, and the features above.
const STRIP: &[&str] = &["--strip-producers", "--strip-target-features"];

/// Renames what passes between `<name>.js` and `<name>_bg.wasm` in `dir`, for each of `names` that is such a script.
pub(crate) fn run(project: &Project, dir: &Path, names: &[String]) -> Result<()> {
    if project.find_program(&["wasm-opt"]).is_none() {
        eprintln!("warning: no wasm-opt on the PATH: names between scripts and wasm stay long, some kilobytes heavier");
        return Ok(());
    }
    for name in names.iter().filter_map(|name| name.strip_suffix(".js")) {
        let (script, wasm) = (dir.join(format!("{name}.js")), dir.join(format!("{name}_bg.wasm")));
        if !wasm.is_file() {
            continue;
        }
        let table = cmd!(
            project.shell,
            "wasm-opt {FEATURES...} {STRIP...} --minify-imports-and-exports-and-modules {wasm} -o {wasm}"
        )
        .quiet()
        .read()
        .with_context(|| format!("expected wasm-opt to shorten the names of {name}; its message is above"))?;
        let text = std::fs::read_to_string(&script)?;
        let renamed = rename(&text, &table).with_context(|| format!("in {name}.js"))?;
        std::fs::write(script, renamed)?;
    }
    Ok(())
}

/// `script` with the names of `table`, as wasm-opt prints it: `["module", "old", "new"]` for an import, whose module
/// becomes `a`, and `["old", "new"]` for an export.
fn rename(script: &str, table: &str) -> Result<String> {
    let mut imports = Vec::new();
    let mut exports = Vec::new();
    let mut module = None;
    for line in table.lines() {
        match line.split('"').skip(1).step_by(2).collect::<Vec<_>>()[..] {
            [from, old, new] => {
                module = Some(from);
                imports.push((old, new));
            }
            [old, new] => exports.push((old, new)),
            _ => {}
        }
    }
    let module = module.context("expected a table of imports")?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut out = String::new();
    let mut n_imports = 0;
    let mut rest = script;
    while let Some(start) = rest.find(is_word) {
        let (before, from) = rest.split_at(start);
        out += before;
        let (word, after) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
        // The instance's exports are members of `wasm`, before any other tool renames that.
        let found = if out.ends_with("wasm.") { &exports } else { &imports };
        match found.iter().find(|(old, _)| *old == word) {
            Some((_, new)) => {
                n_imports += usize::from(!out.ends_with("wasm."));
                out += new;
            }
            None => out += word,
        }
        rest = after;
    }
    out += rest;
    let quoted = format!("\"{module}\"");
    anyhow::ensure!(
        n_imports >= imports.len() && out.contains(&quoted),
        "expected each of {} names and {quoted} in the script, got {n_imports}",
        imports.len()
    );
    Ok(out.replace(&quoted, "\"a\""))
}

#[cfg(test)]
mod tests {
    use super::rename;

    const TABLE: &str = r#"{
 "imports": [
  ["./x_bg.js", "__wbg_new_1f", "a"],
  ["./x_bg.js", "__wbg_new_1f_2", "b"]
 ],
 "exports": [
  ["memory", "c"]
 ]
}"#;

    #[test]
    fn whole_names_are_replaced_where_they_are_meant() {
        let script = r#"const import0 = { __wbg_new_1f: () => memory(wasm.memory), __wbg_new_1f_2: x };
return { "./x_bg.js": import0 };"#;
        let renamed = r#"const import0 = { a: () => memory(wasm.c), b: x };
return { "a": import0 };"#;
        assert_eq!(rename(script, TABLE).expect("a script with all names"), renamed);
    }

    #[test]
    fn a_script_of_another_build_is_refused() {
        assert!(rename("const import0 = { __wbg_new_1f: x };", TABLE).is_err());
        assert!(rename("", "{}").is_err());
    }
}
