//! Edits on small files: what stands there before and after, and nothing else.

use super::element::chain;
use super::rewrite::{edited, rewritten};
use super::{Edits, FileEdit, append, merge, remove, set};
use crate::document::{Document, Encoding, SourceText, Span};
use crate::model::record::FileId;
use crate::model::spelling::Spelling;

fn read(text: &str) -> (SourceText, Document) {
    let source = SourceText::decode(text.as_bytes().to_vec()).unwrap();
    let mut document = Document::new();
    document.parse(&source).unwrap();
    (source, document)
}

fn made(text: &str, edits: Edits) -> String {
    let edit = |(span, text)| FileEdit { path: "a".into(), file: Some(FileId(0)), span, text };
    let mut edits: Vec<FileEdit> = edits.edits.into_iter().map(edit).collect();
    edits.sort();
    edits.dedup();
    assert!(!merge::overlapping(&edits), "{edits:?}");
    edited(text, &edits)
}

/// Sets `path` to `value` in the element that begins with `at`.
fn set_at(
    text: &str,
    at: &str,
    inside: Option<&'static str>,
    path: &str,
    value: &str,
) -> Option<String> {
    let (source, document) = read(text);
    let start = text.find(at).unwrap() as u32;
    let root = document.root(&source).unwrap();
    let inner = *chain(root, Span::new(start, start)).last().unwrap();
    let path = path.split('.').map(str::to_owned).collect();
    let spelling = Spelling { inside, elements: vec![(path, value.to_owned())] };
    let mut edits = Edits::default();
    set::set(root, text, inner.start_tag(), &[spelling], &mut edits)?;
    Some(made(text, edits))
}

/// The same in `oauthConfig` of a connected app.
fn in_config(text: &str, path: &str, value: &str) -> String {
    set_at(text, "<oauthConfig", Some("oauthConfig"), path, value).unwrap()
}

#[test]
fn a_value_changes_and_nothing_around_it() {
    let cases = [
        ("<isPkceRequired>false</isPkceRequired>", "<isPkceRequired>true</isPkceRequired>"),
        ("<isPkceRequired> false\n</isPkceRequired>", "<isPkceRequired> true\n</isPkceRequired>"),
        (
            "<isPkceRequired a='1'><![CDATA[false]]></isPkceRequired >",
            "<isPkceRequired a='1'><![CDATA[true]]></isPkceRequired >",
        ),
        ("<isPkceRequired>&#102;alse</isPkceRequired>", "<isPkceRequired>true</isPkceRequired>"),
        ("<isPkceRequired/>", "<isPkceRequired>true</isPkceRequired>"),
        ("<isPkceRequired></isPkceRequired>", "<isPkceRequired>true</isPkceRequired>"),
        ("<isPkceRequired xsi:nil='true'/>", "<isPkceRequired>true</isPkceRequired>"),
        ("<isPkceRequired>true</isPkceRequired>", "<isPkceRequired>true</isPkceRequired>"),
        (
            "<isPkceRequired>false</isPkceRequired><isPkceRequired>true</isPkceRequired>",
            "<isPkceRequired>true</isPkceRequired><isPkceRequired>true</isPkceRequired>",
        ),
    ];
    for (before, after) in cases {
        let file = |inner: &str| {
            format!(
                "<ConnectedApp xmlns:xsi='x'>\r\n\t<oauthConfig>\r\n\t\t{inner} <!-- é -->\r\n\t</oauthConfig></ConnectedApp>"
            )
        };
        assert_eq!(in_config(&file(before), "isPkceRequired", "true"), file(after));
    }
}

#[test]
fn a_missing_element_is_written_where_the_schema_has_it() {
    let file = |inner: &str| {
        format!("<ConnectedApp>\n    <oauthConfig>{inner}</oauthConfig>\n</ConnectedApp>\n")
    };
    let cases = [
        // Behind what comes before it, in front of what comes after it.
        (
            "\n        <callbackUrl>x</callbackUrl>\n        <scopes>Api</scopes>\n    ",
            "\n        <callbackUrl>x</callbackUrl>\n        <isPkceRequired>true</isPkceRequired>\n        <scopes>Api</scopes>\n    ",
        ),
        (
            "\n        <scopes>Api</scopes>\n    ",
            "\n        <isPkceRequired>true</isPkceRequired>\n        <scopes>Api</scopes>\n    ",
        ),
        (
            "\n\t<callbackUrl>x</callbackUrl> <!-- ours --> \n    ",
            "\n\t<callbackUrl>x</callbackUrl> <!-- ours -->\n\t<isPkceRequired>true</isPkceRequired> \n    ",
        ),
        (
            "\n        <callbackUrl>x</callbackUrl> <!-- of\n the next --> <scopes>Api</scopes>\n",
            "\n        <callbackUrl>x</callbackUrl>\n        <isPkceRequired>true</isPkceRequired> <!-- of\n the next --> <scopes>Api</scopes>\n",
        ),
        // All in one line.
        (
            "<callbackUrl>x</callbackUrl><scopes>Api</scopes>",
            "<callbackUrl>x</callbackUrl><isPkceRequired>true</isPkceRequired><scopes>Api</scopes>",
        ),
        // What the schema does not know is stepped over.
        (
            "\n        <callbackUrl>x</callbackUrl>\n        <zzz>1</zzz>\n    ",
            "\n        <callbackUrl>x</callbackUrl>\n        <isPkceRequired>true</isPkceRequired>\n        <zzz>1</zzz>\n    ",
        ),
        ("", "\n        <isPkceRequired>true</isPkceRequired>\n    "),
        ("\n    ", "\n        <isPkceRequired>true</isPkceRequired>\n    "),
    ];
    for (before, after) in cases {
        assert_eq!(in_config(&file(before), "isPkceRequired", "true"), file(after), "{before:?}");
    }
}

#[test]
fn an_empty_element_is_opened() {
    assert_eq!(
        in_config(
            "<ConnectedApp>\r\n  <oauthConfig a=\"1\" />\r\n</ConnectedApp>",
            "isPkceRequired",
            "true"
        ),
        "<ConnectedApp>\r\n  <oauthConfig a=\"1\">\r\n    <isPkceRequired>true</isPkceRequired>\r\n  </oauthConfig>\r\n</ConnectedApp>"
    );
    assert_eq!(
        in_config("<ConnectedApp><oauthConfig/></ConnectedApp>", "isPkceRequired", "true"),
        "<ConnectedApp><oauthConfig><isPkceRequired>true</isPkceRequired></oauthConfig></ConnectedApp>"
    );
    let commented = "<ConnectedApp><oauthConfig><!-- none --></oauthConfig></ConnectedApp>";
    assert_eq!(
        set_at(commented, "<oauthConfig", Some("oauthConfig"), "isPkceRequired", "true"),
        None
    );
}

#[test]
fn prefixes_and_nested_elements() {
    assert_eq!(
        set_at(
            "<m:ConnectedApp xmlns:m='x'>\n <m:oauthConfig>\n  <m:scopes>Api</m:scopes>\n </m:oauthConfig>\n</m:ConnectedApp>",
            "<m:oauthConfig", Some("oauthConfig"), "isPkceRequired", "true").unwrap(),
        "<m:ConnectedApp xmlns:m='x'>\n <m:oauthConfig>\n  <m:isPkceRequired>true</m:isPkceRequired>\n  <m:scopes>Api</m:scopes>\n </m:oauthConfig>\n</m:ConnectedApp>"
    );
    let settings = "<SecuritySettings>\n    <canUsersGrantLoginAccess>true</canUsersGrantLoginAccess>\n</SecuritySettings>\n";
    assert_eq!(
        set_at(settings, "<SecuritySettings", None, "sessionSettings.forceRelogin", "a & <b>")
            .unwrap(),
        "<SecuritySettings>\n    <canUsersGrantLoginAccess>true</canUsersGrantLoginAccess>\n    <sessionSettings>\n        <forceRelogin>a &amp; &lt;b&gt;</forceRelogin>\n    </sessionSettings>\n</SecuritySettings>\n"
    );
    // Not an element for this value.
    assert_eq!(set_at(settings, "<SecuritySettings", Some("oauthPolicy"), "x", "1"), None);
    // A value does not take the place of elements.
    assert_eq!(set_at("<a><b><c/></b></a>", "<a", None, "b", "1"), None);
}

fn removed(text: &str, place: &str, path: &[&str]) -> Option<String> {
    let (source, document) = read(text);
    let start = text.find(place).unwrap();
    let span = Span::new(start as u32, (start + place.len()) as u32);
    let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
    let mut edits = Edits::default();
    remove::remove(document.root(&source)?, text, span, &path, &mut edits)?;
    Some(made(text, edits))
}

#[test]
fn what_goes_takes_its_line_along() {
    let cases = [
        ("<a>\r\n    <b>x</b>\r\n    <c/>\r\n</a>", "x", "<a>\r\n    <c/>\r\n</a>"),
        ("<a>\n    <b>\n<d>x</d></b>\n</a>", "<b>", "<a>\n</a>"),
        ("<a><b>x</b><c/></a>", "x", "<a><c/></a>"),
        ("<a>\n <b>x</b> <!-- why -->\n</a>", "x", "<a>\n  <!-- why -->\n</a>"),
        ("<a>\n <c/> <b>x</b>\n</a>", "x", "<a>\n <c/> \n</a>"),
    ];
    for (before, place, after) in cases {
        assert_eq!(removed(before, place, &[]).as_deref(), Some(after), "{before}");
    }
    assert_eq!(removed("<a>\n <b>x</b>\n</a>", "<a>", &[]), None);
    assert_eq!(
        removed("<a>\n <b>\n  <c>1</c>\n  <d/>\n  <c>2</c>\n </b>\n</a>", "<b>", &["c"]).as_deref(),
        Some("<a>\n <b>\n  <d/>\n </b>\n</a>")
    );
}

#[test]
fn an_item_goes_with_one_comma() {
    let cases = [
        ("<r><l>A, B,C</l></r>", "A", "<r><l>B,C</l></r>"),
        ("<r><l>A, B,C</l></r>", "B", "<r><l>A, C</l></r>"),
        ("<r><l>A, B,C</l></r>", "C", "<r><l>A, B</l></r>"),
        ("<r><l>A,\n  B\n</l></r>", "B", "<r><l>A\n</l></r>"),
    ];
    for (before, item, after) in cases {
        assert_eq!(removed(before, item, &[]).as_deref(), Some(after), "{before}");
    }
}

#[test]
fn a_line_is_appended_as_the_file_ends() {
    let cases = [
        ("", ".env\n"),
        ("a\n", "a\n.env\n"),
        ("a", "a\n.env"),
        ("a\r\nb\r\n", "a\r\nb\r\n.env\r\n"),
        ("a\r\nb", "a\r\nb\r\n.env"),
    ];
    for (before, after) in cases {
        let (span, text) = append::line(before, ".env");
        let edits = Edits { edits: vec![(span, text)], titles: Vec::new() };
        assert_eq!(made(before, edits), after);
    }
    assert_eq!(append::target("a/.gitignore", FileId(1)), ("a/.gitignore".into(), Some(FileId(1))));
    assert_eq!(append::target("a/sfdx-project.json", FileId(1)), ("a/.gitignore".into(), None));
    assert_eq!(append::target("package.xml", FileId(1)), (".gitignore".into(), None));
}

#[test]
fn a_file_keeps_its_encoding() {
    let text = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>é😀<b>false</b></a>";
    let at = text.find("false").unwrap() as u32;
    let edit = FileEdit {
        path: "a".into(),
        file: Some(FileId(0)),
        span: Span::new(at, at + 5),
        text: "true".into(),
    };
    let after = text.replace("false", "true");
    for unit in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
        let encode = |text: &str| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        assert_eq!(rewritten(encode(text), std::slice::from_ref(&edit)).unwrap(), encode(&after));
    }
    let plain = text.replace(" encoding=\"UTF-16\"", "");
    let at = plain.find("false").unwrap() as u32;
    let edit = FileEdit { span: Span::new(at, at + 5), ..edit };
    let bytes = rewritten(plain.clone().into_bytes(), &[edit]).unwrap();
    assert_eq!(bytes, plain.replace("false", "true").into_bytes());
    assert_eq!(SourceText::decode(bytes).unwrap().encoding(), Encoding::Utf8WithBom);
}

#[test]
fn what_would_no_longer_be_read_is_refused() {
    let edit = FileEdit {
        path: "a".into(),
        file: Some(FileId(0)),
        span: Span::new(3, 3),
        text: "<b>".into(),
    };
    assert!(rewritten(b"<a></a>".to_vec(), &[edit]).is_err());
}
