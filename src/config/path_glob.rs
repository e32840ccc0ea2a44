//! Globs of paths, each relative to the config file it stands in.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher, GlobSet, GlobSetBuilder};

use crate::config::origin::Origin;

/// A glob of paths.
#[derive(Clone, Debug)]
pub struct PathGlob {
    /// As it is written.
    pub text: String,
    /// Where it stands.
    pub origin: Origin,
    /// The folder that its first name lies in.
    folder: PathBuf,
    glob: Glob,
    matcher: GlobMatcher,
}

impl PathGlob {
    /// Reads a glob that is relative to a folder; leading `./` and `../` are steps from there.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn new(text: &str, folder: &Path, origin: Origin) -> Result<PathGlob, String> {
        let mut folder = folder.to_owned();
        let mut rest = text;
        loop {
            if let Some(below) = rest.strip_prefix("./") {
                rest = below;
            } else if let Some(above) = rest.strip_prefix("../") {
                folder.pop();
                rest = above;
            } else {
                break;
            }
        }
        let glob = Glob::new(rest).map_err(|error| error.kind().to_string())?;
        let matcher = glob.compile_matcher();
        Ok(PathGlob { text: text.to_owned(), origin, folder, glob, matcher })
    }

    /// Whether another one means the same files.
    pub fn is_same(&self, other: &PathGlob) -> bool {
        self.folder == other.folder && self.glob == other.glob
    }

    /// Whether the file at an absolute path is meant.
    pub fn matches(&self, absolute: &Path) -> bool {
        absolute.strip_prefix(&self.folder).is_ok_and(|below| self.matcher.is_match(below))
    }
}

/// Many globs, asked at once.
#[derive(Clone, Debug, Default)]
pub struct PathGlobs {
    by_folder: Vec<(PathBuf, GlobSet)>,
}

impl PathGlobs {
    /// All these globs.
    pub fn new(globs: &[PathGlob]) -> PathGlobs {
        let mut folders: Vec<&Path> = globs.iter().map(|glob| glob.folder.as_path()).collect();
        folders.sort_unstable();
        folders.dedup();
        let set = |folder: &Path| {
            let mut builder = GlobSetBuilder::new();
            for glob in globs.iter().filter(|glob| glob.folder == folder) {
                builder.add(glob.glob.clone());
            }
            builder.build().unwrap_or_else(|_| GlobSet::empty())
        };
        let by_folder =
            folders.into_iter().map(|folder| (folder.to_owned(), set(folder))).collect();
        PathGlobs { by_folder }
    }

    /// Whether any of them means the file at an absolute path.
    pub fn matches(&self, absolute: &Path) -> bool {
        self.by_folder.iter().any(|(folder, globs)| {
            absolute.strip_prefix(folder).is_ok_and(|below| globs.is_match(below))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RuleSource;

    fn glob(text: &str, folder: &str) -> PathGlob {
        let source = RuleSource::read("a.toml", "");
        PathGlob::new(text, Path::new(folder), Origin { source, span: 0..0 }).unwrap()
    }

    #[test]
    fn globs_start_from_their_file() {
        for (text, folder, path, wanted) in [
            ("old/**", "/p", "/p/old/a.xml", true),
            ("old/**", "/p", "/q/old/a.xml", false),
            ("./old/**", "/p", "/p/old/a.xml", true),
            ("../old/**", "/p/config", "/p/old/a.xml", true),
            ("../old/**", "/p/config", "/p/config/old/a.xml", false),
            ("**/*.xml", "/p", "/p/x/y/a.xml", true),
        ] {
            let one = glob(text, folder);
            assert_eq!(one.matches(Path::new(path)), wanted, "{text} in {folder} on {path}");
            assert_eq!(PathGlobs::new(&[one]).matches(Path::new(path)), wanted, "{text}");
        }
        let both = PathGlobs::new(&[glob("a/*", "/p"), glob("b/*", "/q")]);
        assert!(both.matches(Path::new("/p/a/x")) && both.matches(Path::new("/q/b/x")));
        assert!(!both.matches(Path::new("/p/b/x")));
    }
}
