//! Paths as text: always `/`, never touching the file system, the same on every platform.
//!
//! Understood besides plain paths: Windows separators, drive letters, UNC (`\\server\share`) and
//! verbatim (`\\?\`) prefixes. Such paths reach the tool through `sfdx-project.json` and the command line.

use std::borrow::Cow;

/// The part of a normalised path that `..` cannot climb above.
/// `C:/` and `/` are roots of one character class, `//server/share` is the root of a UNC path.
fn split_root(path: &str) -> (&str, &str) {
    if let Some(rest) = path.strip_prefix("//") {
        let server = rest.find('/').unwrap_or(rest.len());
        let share = rest
            .get(server + 1..)
            .map_or(rest.len(), |after| server + 1 + after.find('/').unwrap_or(after.len()));
        let end = 2 + share;
        return (path.get(..end).unwrap_or(path), path.get(end..).unwrap_or(""));
    }
    if path.starts_with('/') {
        return path.split_at(1);
    }
    if has_drive(path) {
        let end = if path.as_bytes().get(2) == Some(&b'/') { 3 } else { 2 };
        return path.split_at(end);
    }
    ("", path)
}

fn has_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// The path with `/` separators, without `.` parts, doubled or trailing slashes; `..` is resolved as far as the text allows.
///
/// ```text
/// C:\a\.\b\      C:/a/b          \\srv\share\x  //srv/share/x
/// \\?\C:\x       C:/x            ./a//b/../c/   a/c
/// ```
///
/// The empty path and paths that resolve to their start become `.`. A `..` above the root disappears, one above
/// a relative start stays.
pub fn normalise(input: &str) -> String {
    let mut text: Cow<'_, str> = if input.contains('\\') {
        Cow::Owned(input.replace('\\', "/"))
    } else {
        Cow::Borrowed(input)
    };
    // A prefix may stand before another one, if somebody means mischief.
    while let Some(rest) = text.strip_prefix("//?/") {
        let share = strip_prefix_ignore_case(rest, "UNC/").map(|share| format!("//{share}"));
        text = Cow::Owned(share.unwrap_or_else(|| rest.to_owned()));
    }
    let text = text.as_ref();
    let (root, rest) = split_root(text);
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if root.is_empty() => parts.push(part),
                _ => {}
            },
            _ => parts.push(part),
        }
    }
    if parts.is_empty() {
        // `C:` alone means the drive itself here: there is no current folder per drive in a pure function.
        let drive_alone = root.len() == 2 && has_drive(root);
        return match root {
            "" => ".".to_owned(),
            _ if drive_alone => format!("{root}/"),
            _ => root.to_owned(),
        };
    }
    let mut path = root.to_owned();
    if path.starts_with("//") && !path.ends_with('/') {
        path.push('/');
    }
    // A folder with the name of a drive must not become one.
    if root.is_empty() && parts.first().is_some_and(|first| has_drive(first)) {
        path.push_str("./");
    }
    path.push_str(&parts.join("/"));
    path
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}

/// True for a normalised path that starts at a root or a drive.
pub fn is_absolute(path: &str) -> bool {
    !split_root(path).0.is_empty()
}

/// `path` as seen from the folder `base`, both normalised; `None` if it does not lie in it, `.` for the folder itself.
/// Drive letters and UNC hosts compare without regard to ASCII case, everything else exactly.
pub fn relative(path: &str, base: &str) -> Option<String> {
    let (path_root, path_rest) = split_root(path);
    let (base_root, base_rest) = split_root(base);
    if !path_root.eq_ignore_ascii_case(base_root) {
        return None;
    }
    let path_rest = path_rest.trim_start_matches('/');
    let base_rest = base_rest.trim_start_matches('/');
    let rest = match base_rest {
        "" | "." => path_rest,
        _ => match path_rest.strip_prefix(base_rest)? {
            "" => "",
            rest => rest.strip_prefix('/')?,
        },
    };
    if rest.split('/').next() == Some("..") {
        return None;
    }
    Some(if rest.is_empty() { ".".to_owned() } else { rest.to_owned() })
}

/// The way from the folder `base` to `path`, both normalised: up with `..` where `path` lies elsewhere. `path` itself if
/// there is no way (another drive).
pub fn seen_from(path: &str, base: &str) -> String {
    if let Some(below) = relative(path, base) {
        return below;
    }
    let (path_root, path_rest) = split_root(path);
    let (base_root, base_rest) = split_root(base);
    if !path_root.eq_ignore_ascii_case(base_root) || parts(base_rest).any(|part| part == "..") {
        return path.to_owned();
    }
    let shared = parts(path_rest).zip(parts(base_rest)).take_while(|(a, b)| a == b).count();
    let up = parts(base_rest).skip(shared).map(|_| "..");
    up.chain(parts(path_rest).skip(shared)).collect::<Vec<_>>().join("/")
}

/// True if `path` is the folder `base` or lies below it (both normalised and relative to the same place).
pub fn is_within(path: &str, base: &str) -> bool {
    base == "."
        || path
            .strip_prefix(base)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || base.ends_with('/'))
}

/// The deepest folder that holds all `paths` (normalised folders); `None` for an empty list or different roots.
pub fn common_folder(paths: &[String]) -> Option<String> {
    let (first, others) = paths.split_first()?;
    let (root, rest) = split_root(first);
    let mut common: Vec<&str> = parts(rest).collect();
    for other in others {
        let (other_root, other_rest) = split_root(other);
        if !other_root.eq_ignore_ascii_case(root) {
            return None;
        }
        let same = common.iter().zip(parts(other_rest)).take_while(|(a, b)| **a == *b).count();
        // Past a leading `..` the folders are unknown, so nothing can be said to be common.
        if parts(other_rest).nth(same) == Some("..") || common.get(same) == Some(&"..") {
            return None;
        }
        common.truncate(same);
    }
    Some(normalise(&format!(
        "{}{}{}",
        root,
        if root.starts_with("//") { "/" } else { "" },
        common.join("/")
    )))
}

fn parts(rest: &str) -> impl Iterator<Item = &str> {
    rest.split('/').filter(|part| !part.is_empty() && *part != ".")
}

/// The part after the last `/`.
pub fn file_name(path: &str) -> &str {
    last_slash(path).and_then(|slash| path.get(slash + 1..)).unwrap_or(path)
}

/// The folder that holds a normalised path; `.` for a bare name, `/` for a name in the root.
pub fn parent(path: &str) -> &str {
    match last_slash(path) {
        None => ".",
        Some(0) => "/",
        Some(slash) => path.get(..slash).unwrap_or(path),
    }
}

/// A plain loop: names are short, and a search made for long texts costs more to start.
fn last_slash(path: &str) -> Option<usize> {
    path.bytes().rposition(|byte| byte == b'/')
}

/// `path` below `folder`, both normalised; an absolute `path` stands for itself.
pub fn join(folder: &str, path: &str) -> String {
    if is_absolute(path) { normalise(path) } else { normalise(&format!("{folder}/{path}")) }
}

/// The deepest folder among the parents of `path` whose name is one of `names` (ASCII case ignored):
/// which of the names it is, the path above it (`.` if nothing is) and the path below it.
pub fn split_at_folder<'a>(path: &'a str, names: &[&str]) -> Option<(usize, &'a str, &'a str)> {
    let mut end = last_slash(path)?;
    loop {
        let start = last_slash(path.get(..end)?).map_or(0, |slash| slash + 1);
        let segment = path.get(start..end)?;
        if let Some(index) = names.iter().position(|name| segment.eq_ignore_ascii_case(name)) {
            let above = path
                .get(..start.saturating_sub(1))
                .filter(|above| !above.is_empty())
                .unwrap_or(".");
            return Some((index, above, path.get(end + 1..)?));
        }
        if start == 0 {
            return None;
        }
        end = start - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn normalises() {
        for (input, expected) in [
            ("", "."),
            (".", "."),
            ("./", "."),
            ("a", "a"),
            ("./a//b/", "a/b"),
            ("a/./b/../c", "a/c"),
            ("a/../..", ".."),
            ("../../a", "../../a"),
            ("/", "/"),
            ("/../a", "/a"),
            ("/a/b/..", "/a"),
            (r".\force-app\", "force-app"),
            (r"C:\a\b", "C:/a/b"),
            (r"c:\a\..\..\b\", "c:/b"),
            (r"C:\", "C:/"),
            ("C:", "C:/"),
            (r"\\srv\share\x", "//srv/share/x"),
            (r"\\srv\share\..\..\x", "//srv/share/x"),
            (r"\\srv\share\", "//srv/share"),
            (r"\\?\C:\x", "C:/x"),
            (r"\\?\UNC\srv\share\x", "//srv/share/x"),
            (r"\\?\unc\srv\share", "//srv/share"),
            ("ä/ö", "ä/ö"),
        ] {
            assert_eq!(normalise(input), expected, "{input:?}");
        }
    }

    #[test]
    fn ways_go_up_and_down() {
        for (path, base, expected) in [
            ("/r/a/b", "/r", "a/b"),
            ("/r/a", "/r/b/c", "../../a"),
            ("/r/sflint.toml", "/r/a", "../sflint.toml"),
            ("a/x", "b", "../a/x"),
            ("C:/a", "D:/a", "C:/a"),
        ] {
            assert_eq!(seen_from(path, base), expected, "{path} from {base}");
        }
    }

    #[test]
    fn relative_paths() {
        for (path, base, expected) in [
            ("/r/a/b", "/r", Some("a/b")),
            ("/r", "/r", Some(".")),
            ("/rx", "/r", None),
            ("/", "/", Some(".")),
            ("/a", "/", Some("a")),
            ("c:/Users/a", "C:/Users", Some("a")),
            ("C:/Users/a", "C:/USERS", None),
            ("C:/a", "C:/", Some("a")),
            ("D:/a", "C:/", None),
            ("//SRV/share/a", "//srv/Share", Some("a")),
            ("//srv/other/a", "//srv/share", None),
            ("a/b", ".", Some("a/b")),
            ("a/b", "a", Some("b")),
            ("../a", ".", None),
            ("/a", "a", None),
        ] {
            assert_eq!(relative(path, base).as_deref(), expected, "{path} from {base}");
        }
    }

    #[test]
    fn common_folders() {
        let common = |paths: &[&str]| {
            common_folder(&paths.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(common(&[]), None);
        assert_eq!(common(&["/a/b", "/a/c/d"]).as_deref(), Some("/a"));
        assert_eq!(common(&["/a/b", "/a/bc"]).as_deref(), Some("/a"));
        assert_eq!(common(&["/a", "/b"]).as_deref(), Some("/"));
        assert_eq!(common(&["a", "b"]).as_deref(), Some("."));
        assert_eq!(common(&["C:/a/b", "c:/a/d"]).as_deref(), Some("C:/a"));
        assert_eq!(common(&["C:/a", "D:/a"]), None);
        assert_eq!(common(&["//s/x/a", "//S/X/b"]).as_deref(), Some("//s/x"));
        assert_eq!(common(&["../a", "b"]), None);
        assert_eq!(common(&["../a/b", "../a/c"]).as_deref(), Some("../a"));
    }

    #[test]
    fn names_and_folders() {
        assert_eq!((file_name("a/b.c"), file_name("b")), ("b.c", "b"));
        assert_eq!((parent("a/b/c"), parent("c"), parent("/c")), ("a/b", ".", "/"));
        assert_eq!(join("a/b", "./c/"), "a/b/c");
        assert_eq!(join(".", r"force-app\main"), "force-app/main");
        assert_eq!(join("a", "../../x"), "../x");
        assert_eq!(join("a", r"C:\x"), "C:/x");
        assert!(
            is_within("a/b", "a")
                && is_within("a", "a")
                && is_within("x", ".")
                && !is_within("ab", "a")
        );
        assert_eq!(
            split_at_folder("x/Profiles/A.profile", &["profiles"]),
            Some((0, "x", "A.profile"))
        );
        assert_eq!(
            split_at_folder("profiles/a/profiles/B", &["profiles"]),
            Some((0, "profiles/a", "B"))
        );
        assert_eq!(split_at_folder("profiles/B", &["x", "profiles"]), Some((1, ".", "B")));
        assert_eq!(split_at_folder("profiles", &["profiles"]), None);
        assert_eq!(split_at_folder("", &["profiles"]), None);
    }

    proptest! {
        #[test]
        fn normalising_is_stable(input in r"([a-cC:./\\? é]|UNC/){0,24}") {
            let once = normalise(&input);
            prop_assert_eq!(normalise(&once), once.clone());
            prop_assert!(!once.contains('\\') && !once.is_empty());
        }

        #[test]
        fn relative_undoes_join(base in "[a-c]{1,3}(/[a-c]{1,3}){0,3}", below in "[a-c]{1,3}(/[a-c]{1,3}){0,3}", drive in "(/|C:/|//s/h/)?") {
            let base = format!("{drive}{base}");
            prop_assert_eq!(relative(&join(&base, &below), &base), Some(below));
        }
    }
}
