//! Where the project is, and the shell in which its chores run.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use xshell::Shell;

/// The checkout that the chores work on.
pub(crate) struct Project {
    /// Runs commands, with the checkout as the current folder.
    pub(crate) shell: Shell,
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
}

impl Project {
    /// Opens the checkout that cargo started this program from.
    pub(crate) fn open() -> Result<Self> {
        // Asked at run time: checkouts that share a target folder share this program as well.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .context("expected to be started by cargo; run `cargo xtask` in the checkout")?;
        let root = Path::new(&manifest).parent().context("expected xtask/ inside the checkout")?.to_path_buf();
        let shell = Shell::new()?;
        shell.change_dir(&root);
        Ok(Self { shell, root })
    }

    /// Where cargo writes, which is also the place for whatever the chores leave behind.
    pub(crate) fn target_dir(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), |dir| self.root.join(dir))
    }

    /// Reads a TOML file of the checkout.
    pub(crate) fn toml(&self, name: &str) -> Result<toml::Table> {
        let text = self.shell.read_file(name).with_context(|| format!("expected {name} in the checkout"))?;
        text.parse().with_context(|| format!("expected TOML in {name}"))
    }

    /// Puts a folder first on the PATH of every command that follows.
    pub(crate) fn prepend_path(&self, folder: &Path) -> Result<()> {
        let path = self.shell.var_os("PATH").unwrap_or_default();
        let all = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&path));
        self.shell.set_var("PATH", std::env::join_paths(all)?);
        Ok(())
    }

    /// The first of the programs that is on the PATH.
    pub(crate) fn find_program(&self, names: &[&str]) -> Option<PathBuf> {
        let path = self.shell.var_os("PATH")?;
        names.iter().find_map(|name| {
            std::env::split_paths(&path)
                .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
                .find(|file| file.is_file())
        })
    }
}

/// Whether this runs unattended, where asking somebody to install a thing would be in vain.
pub(crate) fn unattended() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}
