//! The paths of a git index.

/// Paths relative to the work tree, as bytes.
pub(super) struct Index {
    /// All paths, each ended by a zero byte.
    paths: Vec<u8>,
    /// Where each path starts and ends, in the order of the paths.
    spans: Vec<(u32, u32)>,
}

/// Here the file system takes `.ENV` and `.env` for one file, and git tracks it under one of the names.
const ANY_CASE: bool = cfg!(any(windows, target_os = "macos"));

impl Index {
    /// From what `git ls-files -z` prints.
    pub fn new(mut paths: Vec<u8>) -> Index {
        if ANY_CASE {
            paths.make_ascii_lowercase();
        }
        let mut spans = Vec::new();
        let mut start = 0;
        for end in memchr::memchr_iter(0, &paths) {
            if let (Ok(from), Ok(to)) = (u32::try_from(start), u32::try_from(end)) {
                spans.push((from, to));
            }
            start = end + 1;
        }
        let path = |span: &(u32, u32)| paths.get(span.0 as usize..span.1 as usize);
        // git prints them in order, but for the sake of those that differ in case.
        if !spans.is_sorted_by_key(path) {
            spans.sort_by_key(|span| path(span).map(<[u8]>::to_vec));
        }
        Index { paths, spans }
    }

    /// Whether a path is there.
    pub fn holds(&self, path: &[u8]) -> bool {
        let folded = ANY_CASE.then(|| path.to_ascii_lowercase());
        let path = folded.as_deref().unwrap_or(path);
        let at = |span: &(u32, u32)| {
            self.paths.get(span.0 as usize..span.1 as usize).unwrap_or_default()
        };
        self.spans.binary_search_by(|span| at(span).cmp(path)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_bytes() {
        let index = Index::new(b"z\0.env\0a\nb/c\0\xFF/key\0.env\0".to_vec());
        for path in [&b".env"[..], b"a\nb/c", b"\xFF/key", b"z"] {
            assert!(index.holds(path), "{}", path.escape_ascii());
        }
        for path in [&b""[..], b"a", b"b/c", b".en", b".env2", b"key"] {
            assert!(!index.holds(path), "{}", path.escape_ascii());
        }
        assert!(!Index::new(Vec::new()).holds(b""));
    }
}
