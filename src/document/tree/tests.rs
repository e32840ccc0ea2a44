use super::*;
use crate::document::MAX_DEPTH;

/// Reads `text` with both readers, which must agree, and hands the result to `look`.
fn with<T>(text: &str, look: impl Fn(Element<'_>) -> T) -> T {
    let source = SourceText::decode(text.as_bytes().to_vec()).unwrap();
    let mut document = Document::new();
    document.parse_plain(&source).unwrap();
    let plain = document.clone();
    document.parse(&source).unwrap();
    assert_eq!(document.nodes, plain.nodes, "{text}");
    look(document.root(&source).unwrap())
}

fn problem(text: &str) -> Unreadable {
    let source = SourceText::decode(text.as_bytes().to_vec()).unwrap();
    let mut document = Document::new();
    let plain = document.parse_plain(&source).expect_err(text);
    assert_eq!(document.parse(&source).expect_err(text), plain);
    assert_eq!(document.element_count(), 0);
    plain
}

fn cause(text: &str) -> Cause {
    problem(text).cause
}

fn text_of(xml: &str) -> String {
    with(xml, |root| root.text().into_owned())
}

/// What the spans of the text and of its parts cover in the source.
fn raw_value(xml: &str) -> String {
    with(xml, |root| root.value_span().of(xml).to_owned())
}

fn raw_lines(xml: &str) -> Vec<(String, String)> {
    let pair = |(piece, span): (Cow<'_, str>, Span)| (piece.into_owned(), span.of(xml).to_owned());
    with(xml, |root| root.lines().map(pair).collect())
}

#[test]
fn a_small_profile() {
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    \
               <custom>true</custom>\n    <userPermissions>\n        <enabled>true</enabled>\n        \
               <name>ViewSetup</name>\n    </userPermissions>\n    <userLicense/>\n</Profile>\n";
    with(xml, |root| {
        assert_eq!(root.name(), "Profile");
        assert_eq!(root.text(), "");
        assert_eq!(root.span().end as usize, xml.len() - 1);
        let names: Vec<&str> = root.children().map(Element::name).collect();
        assert_eq!(names, ["custom", "userPermissions", "userLicense"]);
        let permission = root.child("userPermissions").unwrap();
        assert!(permission.has_children());
        assert_eq!(permission.child("name").unwrap().text(), "ViewSetup");
        assert_eq!(permission.child("name").unwrap().value_span().of(xml), "ViewSetup");
        assert_eq!(permission.start_tag().of(xml), "<userPermissions>");
        assert!(permission.span().of(xml).ends_with("</userPermissions>"));
        assert!(!root.child("custom").unwrap().has_children());
        assert!(root.child("absent").is_none());
    });
}

#[test]
fn repeated_elements_stay_in_order() {
    with("<a><b>1</b><c/><b>2</b><b>1</b></a>", |root| {
        let all: Vec<String> = root.all("b").map(|b| b.text().into_owned()).collect();
        assert_eq!(all, ["1", "2", "1"]);
    });
}

#[test]
fn values_are_trimmed_exactly() {
    assert_eq!(raw_value("<a>  Full\n </a>"), "Full");
    assert_eq!(raw_value("<a>Full</a>"), "Full");
    assert_eq!(raw_value("<a>\u{a0}\u{feff}Fu ll\u{200b}\t</a>"), "Fu ll");
    assert_eq!(raw_value("<a>  </a>"), "<a>");
    assert_eq!(raw_value("<a/>"), "<a/>");
    assert_eq!(raw_value("<a>&#32;</a>"), "<a>");
}

#[test]
fn references_and_sections_are_undone() {
    assert_eq!(text_of("<a>&#70;u&#x6C;l</a>"), "Full");
    assert_eq!(text_of("<a>&lt;&gt;&amp;&quot;&apos;</a>"), "<>&\"'");
    assert_eq!(text_of("<a>&amp;lt;</a>"), "&lt;");
    assert_eq!(text_of("<a><![CDATA[Full]]></a>"), "Full");
    assert_eq!(text_of("<a><![CDATA[a&lt;b]]></a>"), "a&lt;b");
    assert_eq!(text_of("<a>Fu<![CDATA[l]]>l</a>"), "Full");
    assert_eq!(text_of("<a>Fu<!-- - > --><?x <a> ?>ll</a>"), "Full");
    assert_eq!(text_of("<a><!-- x -->Full<!-- y --></a>"), "Full");
    assert_eq!(text_of("<a><![CDATA[]]></a>"), "");
    assert_eq!(text_of("<a><![CDATA[]]]]><![CDATA[>]]></a>"), "]]>");
    assert_eq!(text_of("<a>&#10;&#32;Full&#x20;</a>"), "Full");
    assert_eq!(text_of("<a>a &#65; b</a>"), "a A b");
}

#[test]
fn spans_of_decoded_values_cover_what_is_written() {
    assert_eq!(raw_value("<a> &#70;ull </a>"), "&#70;ull");
    assert_eq!(raw_value("<a>&#32;Fu&amp;ll&#32;</a>"), "Fu&amp;ll");
    assert_eq!(raw_value("<a> <![CDATA[ Full ]]></a>"), "Full");
    assert_eq!(raw_value("<a>Fu<!-- x -->ll <!-- y --></a>"), "Fu<!-- x -->ll");
    assert_eq!(raw_value("<a> x<b>no</b>y </a>"), "x<b>no</b>y");
}

#[test]
fn own_text_excludes_that_of_children() {
    let xml = "<a>x<b>no</b><c/> y</a>";
    assert_eq!(text_of(xml), "x y");
    with(xml, |root| assert_eq!(root.child("b").unwrap().text(), "no"));
    assert_eq!(text_of("<a>\n <b>no</b>\n</a>"), "");
}

#[test]
fn line_breaks_are_normalised() {
    assert_eq!(text_of("<a>one\r\ntwo\rthree\nfour\r\n</a>"), "one\ntwo\nthree\nfour");
    assert_eq!(text_of("<a>x\r\r\n\ny</a>"), "x\n\n\ny");
    assert_eq!(text_of("<a>x&#13;y</a>"), "x\ry");
    assert_eq!(text_of("<a>\r\n  Full\r\n</a>"), "Full");
    assert_eq!(text_of("<a>x<![CDATA[\r\n]]>y</a>"), "x\ny");
}

#[test]
fn lines_with_their_places() {
    let expected = [("https://a", "https://a"), ("https://b", "https://b")];
    let expected: Vec<(String, String)> =
        expected.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    assert_eq!(raw_lines("<a>https://a\nhttps://b</a>"), expected);
    assert_eq!(raw_lines("<a>\n  https://a\n\n  https://b\n</a>"), expected);
    assert_eq!(raw_lines("<a>\r\n\thttps://a \r\n https://b\r\n</a>"), expected);
    assert_eq!(raw_lines("<a>https://a&#10;https://b</a>"), expected);
    assert_eq!(raw_lines("<a>https://a&#xD;&#xA;<!-- x --> https://b</a>"), expected);
    assert_eq!(raw_lines("<a><![CDATA[https://a]]>\n<![CDATA[https://b]]></a>"), expected);
    assert_eq!(raw_lines("<a/>"), []);
    assert_eq!(raw_lines("<a> &#10; </a>"), []);
    let composed = raw_lines("<a>x\n y?&amp;z </a>");
    assert_eq!(composed[1], ("y?&z".to_owned(), "y?&amp;z".to_owned()));
}

#[test]
fn pieces_between_separators() {
    for xml in ["<a>Api, , Web ,é,</a>", "<a>Api, , Web &#44;é,</a>"] {
        let pieces: Vec<(String, String)> = with(xml, |root| {
            root.pieces(',')
                .map(|(piece, span)| (piece.into_owned(), span.of(xml).to_owned()))
                .collect()
        });
        let texts: Vec<&str> = pieces.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["Api", "Web", "é"]);
        assert!(pieces.iter().all(|(text, raw)| text == raw));
    }
}

#[test]
fn namespaces_and_prefixes_do_not_matter() {
    let bare = "<Profile><name>x</name></Profile>";
    let prefixed = "<met:Profile xmlns:met='http://soap.sforce.com/2006/04/metadata'><met:name>x</met:name></met:Profile>";
    for xml in [bare, prefixed, "<y:Profile><z:name a='1'>x</z:name ></y:Profile\n>"] {
        with(xml, |root| {
            assert_eq!(root.name(), "Profile");
            assert_eq!(root.child("name").unwrap().text(), "x");
        });
    }
}

#[test]
fn nil_counts_only_without_value() {
    let is_nil = |xml: &str| with(xml, |root| root.is_nil());
    assert!(is_nil("<a xsi:nil=\"true\"/>"));
    assert!(is_nil("<p:a b='' i:nil='1'> </p:a>"));
    assert!(!is_nil("<a/>"));
    assert!(!is_nil("<a xsi:nil=\"false\"/>"));
    assert!(!is_nil("<a xsi:nil=\"true\">Full</a>"));
    assert!(!is_nil("<a xsi:nil=\"true\"><b/></a>"));
}

#[test]
fn around_the_root() {
    let xml =
        "\u{feff}<?xml version='1.0'?>\r\n<!-- licence --><?x y?>\r\n<a>x</a>\r\n<!-- end -->\r\n";
    assert_eq!(text_of(xml), "x");
    assert_eq!(raw_value(xml), "x");
    assert_eq!(text_of("\n <a>x</a>"), "x");
}

#[test]
fn utf16_gives_the_same_tree() {
    let xml = "\u{feff}<?xml version='1.0' encoding='UTF-16'?><a><b>é😀</b></a>";
    let bytes: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let source = SourceText::decode(bytes).unwrap();
    let mut document = Document::new();
    document.parse(&source).unwrap();
    let b = document.root(&source).unwrap().child("b").unwrap();
    assert_eq!(b.text(), "é😀");
    let stored = source.stored_offset(b.value_span().start);
    let before = xml.split_once('é').unwrap().0;
    assert_eq!(stored, before.encode_utf16().count() as u64 * 2);
}

#[test]
fn causes() {
    assert_eq!(cause(""), Cause::Empty);
    assert_eq!(cause("\u{feff} \r\n"), Cause::Empty);
    assert_eq!(cause("\u{feff}(hidden)\n"), Cause::Hidden);
    assert_eq!(problem("  (hidden)\n").span, Span::new(2, 10));
    assert_eq!(cause("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"), Cause::DocumentType);
    assert_eq!(cause("<!DOCTYPE a"), Cause::DocumentType);
    assert_eq!(cause("<!doctype>"), Cause::DocumentType);
    assert_eq!(cause("<a/><b/>"), Cause::SeveralRoots);
    assert_eq!(cause("<a></a>\n<a></a>"), Cause::SeveralRoots);
    assert_eq!(cause("<a>\u{1}</a>"), Cause::Malformed);
    assert_eq!(cause("<a>\u{ffff}</a>"), Cause::Malformed);
}

#[test]
fn what_is_malformed() {
    for xml in [
        "x",
        "<",
        "<a",
        "<a>",
        "</a>",
        "<a></b>",
        "<a></a></a>",
        "<a/>x",
        "x<a/>",
        "<a/>&amp;",
        "<a/><![CDATA[ ]]>",
        "&amp;<a/>",
        "<a>&x;</a>",
        "<a>&</a>",
        "<a>& b;</a>",
        "<a>&#0;</a>",
        "<a>]]></a>",
        "<a><![CDATA[x</a>",
        "<a><![cdata[x]]></a>",
        "<a><!-- x</a>",
        "<a><!-- -- --></a>",
        "<a><!-- ---></a>",
        "<a><!--></a>",
        "<a><!---></a>",
        "<a><!x></a>",
        "<a><?></a>",
        "<a><??></a>",
        "<a><? x?></a>",
        "<a><?xml version='1.0'?></a>",
        " <?xml version='1.0'?><a/>",
        "<?xml version='3.0'?><a/>",
        "<?xml?><a/>",
        "<a><?XML x?></a>",
        "<?xml",
        "<a b='1' b='2'/>",
        "<a b=1/>",
        "<a b/>",
        "<a b='<'/>",
        "<a b='1'c='2'/>",
        "<a></a b='1'>",
        "<a></ a>",
        "<a><b></a></b>",
        "<1/>",
        "<a:/>",
        "<a><></></a>",
        "\u{feff}\u{feff}<a/>",
        "<!-- x -->",
        "<?xml version='1.0'?>",
        "<a><?x</a>",
        "<a b='x/>",
        "(hidden) <a/>",
    ] {
        assert_eq!(cause(xml), Cause::Malformed, "{xml}");
    }
}

#[test]
fn mismatches_name_both_tags() {
    let mismatch = problem("<x>\n\n<a>1</b></x>");
    assert_eq!(mismatch.detail, "`</b>` closes `<a>` opened on line 3");
    assert_eq!(mismatch.span, Span::new(9, 13));
    let unclosed = problem("<x>\n<a>1");
    assert_eq!(unclosed.detail, "`<a>` opened on line 2 is never closed");
    assert_eq!(unclosed.span, Span::new(4, 7));
}

#[test]
fn problems_do_not_quote_values() {
    for xml in [
        "<a>s3cr3t&</a>",
        "<a>&s3cr3t;</a>",
        "<a/>s3cr3t",
        "<a b='s3cr3t' b='s3cr3t'/>",
        "<a b=s3cr3t/>",
    ] {
        assert!(!problem(xml).to_string().contains("s3cr3t"), "{xml}");
    }
}

#[test]
fn conflict_markers_win_over_malformed() {
    let xml = "<a>\n<<<<<<< HEAD\n<b>1</b>\n=======\n<b>2</b>\n>>>>>>> theirs\n</a>\n";
    assert_eq!(cause(xml), Cause::ConflictMarkers);
    assert_eq!(problem(xml).span, Span::new(4, 11));
    assert_eq!(cause(&xml.replace('\n', "\r\n")), Cause::ConflictMarkers);
    assert_eq!(cause("<a><![CDATA[\n<<<<<<< HEAD\n=======\n]]></a>"), Cause::ConflictMarkers);
    assert_eq!(text_of("<a><!--\n<<<<<<< HEAD\n=======\n-->x</a>"), "x");
    assert_eq!(text_of("<a>Title\n=======\n</a>"), "Title\n=======");
}

#[test]
fn depth_is_limited() {
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert_eq!(text_of(&nested(MAX_DEPTH)), "");
    assert_eq!(cause(&nested(MAX_DEPTH + 1)), Cause::TooDeep);
    assert_eq!(cause(&"<a>".repeat(1_000_000)), Cause::TooDeep);
}

#[test]
fn another_source_does_no_harm() {
    let source = SourceText::decode(b"<a><b>long value &amp; more</b></a>".to_vec()).unwrap();
    let mut document = Document::new();
    document.parse(&source).unwrap();
    for other in ["<é>", "", "&&&&<<<<]]>>><!--&amp;<a><b>long"] {
        let other = SourceText::decode(other.as_bytes().to_vec()).unwrap();
        let b = document.root(&other).unwrap().child("b");
        assert!(b.is_none_or(|b| b.lines().count() < 40 && !b.is_nil()));
        assert!(document.root(&other).unwrap().children().all(|b| b.text().len() < 40));
    }
}

#[test]
fn memory_is_kept() {
    let source = SourceText::decode(b"<a><b/><b/><b/><b/><b/><b/></a>".to_vec()).unwrap();
    let mut document = Document::new();
    document.parse(&source).unwrap();
    let capacity = document.nodes.capacity();
    document.clear();
    assert!(document.root(&source).is_none());
    assert_eq!(document.nodes.capacity(), capacity);
}

#[test]
fn debug_output_shows_no_value() {
    let shown = with("<a>s3cr3t</a>", |root| format!("{root:?}"));
    assert!(shown.contains("\"a\"") && !shown.contains("s3cr3t"));
}
