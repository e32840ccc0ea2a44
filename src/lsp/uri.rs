//! File URIs of editors and paths of the system, there and back.
//!
//! RFC 8089 has the form; editors differ: VS Code writes `file:///c%3A/a`, others `file:///C:/a`, and some `file:/a`.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// Everything but unreserved characters and the `/` between names.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The path that a URI names; `None` for what is no file: `untitled:`, `git:`, `vscode-remote:`.
pub fn path_of(uri: &str) -> Option<PathBuf> {
    path_from_bytes(if cfg!(windows) { windows_path(uri)? } else { unix_path(uri)? })
}

/// The URI of an absolute path, as VS Code would write it.
pub fn uri_of(path: &Path) -> String {
    let bytes = bytes_of(path);
    if cfg!(windows) { windows_uri(&bytes) } else { unix_uri(&bytes) }
}

/// Authority and path of a file URI, the path decoded.
fn parts(uri: &str) -> Option<(&str, Vec<u8>)> {
    let (scheme, rest) = uri.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/')?),
        None => ("", rest),
    };
    let authority = if authority.eq_ignore_ascii_case("localhost") { "" } else { authority };
    path.starts_with('/').then(|| (authority, percent_decode_str(path).collect()))
}

fn unix_path(uri: &str) -> Option<Vec<u8>> {
    let (authority, path) = parts(uri)?;
    (authority.is_empty() && !path.contains(&0)).then_some(path)
}

/// `C:\a` for `/c:/a`, `\\host\share` for what has an authority.
fn windows_path(uri: &str) -> Option<Vec<u8>> {
    let (authority, path) = parts(uri)?;
    let mut text = String::from_utf8(path).ok()?.replace('/', "\\");
    if text.contains('\0') {
        return None;
    }
    if !authority.is_empty() {
        return Some(format!("\\\\{authority}{text}").into_bytes());
    }
    text.remove(0);
    let mut letters = text.chars();
    let (drive, colon) = (letters.next()?, letters.next()?);
    (drive.is_ascii_alphabetic() && colon == ':')
        .then(|| format!("{}{}", drive.to_ascii_uppercase(), letters_after(&text)).into_bytes())
}

fn letters_after(text: &str) -> &str {
    text.get(1..).unwrap_or_default()
}

fn unix_uri(path: &[u8]) -> String {
    format!("file://{}", percent_encode(path, ENCODED))
}

fn windows_uri(path: &[u8]) -> String {
    let text = String::from_utf8_lossy(path).replace('\\', "/");
    // What `canonicalize` puts in front.
    let text = text.strip_prefix("//?/UNC/").map_or_else(
        || text.strip_prefix("//?/").unwrap_or(&text).to_owned(),
        |share| format!("//{share}"),
    );
    if let Some(share) = text.strip_prefix("//") {
        return format!("file://{}", percent_encode(share.as_bytes(), ENCODED));
    }
    let mut text = text;
    if let Some(drive) = text.get_mut(..1) {
        drive.make_ascii_lowercase();
    }
    format!("file:///{}", percent_encode(text.as_bytes(), ENCODED))
}

#[cfg(unix)]
fn path_from_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn path_from_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    String::from_utf8(bytes).ok().map(PathBuf::from)
}

#[cfg(unix)]
fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
fn bytes_of(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Option<Vec<u8>>) -> Option<String> {
        bytes.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn what_editors_send_on_unix() {
        let cases = [
            ("file:///a/b%20c/%C3%A9.xml", Some("/a/b c/é.xml")),
            ("file:/a", Some("/a")),
            ("FILE://localhost/a%23b?x#y", Some("/a#b")),
            ("file:///a%2Fb", Some("/a/b")),
            ("file:///a%zz", Some("/a%zz")),
            ("file://host/a", None),
            ("file:///a%00b", None),
            ("file:a", None),
            ("file://", None),
            ("untitled:Untitled-1", None),
            ("git:/a?{}", None),
            ("", None),
        ];
        for (uri, path) in cases {
            assert_eq!(text(unix_path(uri)).as_deref(), path, "{uri}");
        }
    }

    #[test]
    fn what_editors_send_on_windows() {
        let cases = [
            ("file:///c%3A/a/b%20c.xml", Some("C:\\a\\b c.xml")),
            ("file:///C:/a", Some("C:\\a")),
            ("file:///c%3a/", Some("C:\\")),
            ("file://server/share/a", Some("\\\\server\\share\\a")),
            ("file:///a/b", None),
            ("file:///", None),
            ("file:///%C3%A9:/a", None),
            ("file:///c%3A/%FF", None),
        ];
        for (uri, path) in cases {
            assert_eq!(text(windows_path(uri)).as_deref(), path, "{uri}");
        }
    }

    #[test]
    fn paths_with_backslashes_become_uris() {
        let cases = [
            ("C:\\a\\b c#.xml", "file:///c%3A/a/b%20c%23.xml"),
            ("\\\\?\\C:\\a", "file:///c%3A/a"),
            ("\\\\server\\share\\a", "file://server/share/a"),
            ("\\\\?\\UNC\\server\\share", "file://server/share"),
        ];
        for (path, uri) in cases {
            assert_eq!(windows_uri(path.as_bytes()), uri);
        }
        assert_eq!(unix_uri("/a b/é\\%".as_bytes()), "file:///a%20b/%C3%A9%5C%25");
    }

    #[test]
    fn there_and_back() {
        for path in ["/a/b c/é.xml", "/a\\b", "/%41", "/\u{1F600}#?"] {
            assert_eq!(text(unix_path(&unix_uri(path.as_bytes()))).as_deref(), Some(path));
        }
        for path in ["C:\\a b\\é#.xml", "\\\\server\\share\\x"] {
            assert_eq!(text(windows_path(&windows_uri(path.as_bytes()))).as_deref(), Some(path));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_no_text() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/a/\xFF"));
        assert_eq!(uri_of(path), "file:///a/%FF");
        assert_eq!(path_of("file:///a/%FF").unwrap(), path);
    }
}
