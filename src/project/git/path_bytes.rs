//! Paths as git writes them: bytes, `/` between names.

use std::path::{Path, PathBuf};

/// A relative path as git writes it.
pub(super) fn bytes_of(path: &Path) -> Vec<u8> {
    let names: Vec<&[u8]> = path.iter().map(|name| name.as_encoded_bytes()).collect();
    names.join(&b'/')
}

/// A path that git wrote.
#[cfg(unix)]
pub(super) fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(std::ffi::OsStr::from_bytes(bytes).into())
}

/// What is no Unicode cannot be a path here; git could not check it out either.
#[cfg(not(unix))]
pub(super) fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    Some(std::str::from_utf8(bytes).ok()?.into())
}

/// Whether git would check a path out: no part of it climbs, is empty, or leads into git's own folder.
pub(super) fn is_sound(path: &[u8]) -> bool {
    path.split(|byte| *byte == b'/').all(|name| {
        !name.is_empty() && name != b"." && name != b".." && !name.eq_ignore_ascii_case(b".git")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let path = Path::new("a/b c/ü");
        assert_eq!(path_of(&bytes_of(path)).as_deref(), Some(path));
        assert_eq!(bytes_of(Path::new("")), b"");
    }

    #[test]
    fn hostile_paths() {
        for path in [&b"a"[..], b".gitignore", b"a/...", b"\xFF/b", b"a/.github/b"] {
            assert!(is_sound(path), "{}", path.escape_ascii());
        }
        for path in [
            &b""[..],
            b"/a",
            b"a/",
            b"a//b",
            b"../a",
            b"a/../b",
            b".git/config",
            b"a/.GIT/x",
            b"./a",
        ] {
            assert!(!is_sound(path), "{}", path.escape_ascii());
        }
    }
}
