use proptest::prelude::*;

use super::*;

const ALL: [Syntax; 7] = [
    Syntax::Apex,
    Syntax::Script,
    Syntax::Braces,
    Syntax::Python,
    Syntax::Shell,
    Syntax::Yaml,
    Syntax::Markup,
];

/// Each `X` of a text: `c` in a comment, `l` in a literal, `.` in code.
fn marks(text: &str, syntax: Syntax) -> String {
    let pieces = pieces(text, syntax);
    text.match_indices('X')
        .map(|(at, _)| match piece_at(&pieces, at as u32) {
            Some(Piece::Comment) => 'c',
            Some(Piece::Literal) => 'l',
            None => '.',
        })
        .collect()
}

#[test]
fn comments_and_literals() {
    for (syntax, text, expected) in [
        (Syntax::Apex, "X // X\nX /* X\nX */ X", ".c.cc."),
        (Syntax::Apex, "a = 'X // X'; X", "ll."),
        (Syntax::Apex, r"a = 'it\'s X'; X", "l."),
        (Syntax::Apex, "a = 'X\nX", "l."),
        (Syntax::Apex, "/* X\nX", "c."),
        (Syntax::Apex, "// X\rX // X\r\nX", "c.c."),
        (Syntax::Apex, "a = '''\nX 'X' // X\n'''; X", "lll."),
        (Syntax::Apex, "a = ''' X\nX", "l."),
        (Syntax::Apex, "a = ''; b = ' X '; X", "l."),
        (Syntax::Apex, "a = \"X", "."),
        (Syntax::Script, "a = \"X\"; b = 'X'; X // X", "ll.c"),
        (Syntax::Script, "a = `X ${X + `X` + {b: X}} X`; X", "l.l.l."),
        (Syntax::Script, "a = /['\"X]/; X", "l."),
        (Syntax::Script, "a = b / c; d = 'X' / X", "l."),
        (Syntax::Script, "return /'X/; X", "l."),
        (Syntax::Script, "a = b[0] / 2 // X", "c"),
        (Syntax::Braces, "a = \"X // X\"; X", "ll."),
        (Syntax::Python, "a = \"\"\"X\nX'\"\"\" # X\nX", "llc."),
        (Syntax::Python, "a = 'X' + X # X", "l.c"),
        (Syntax::Script, "// X\rX", "c."),
        (Syntax::Shell, "# X\rX", "cc"),
        (Syntax::Shell, "echo X#X # X\nX", "..c."),
        (Syntax::Shell, "echo 'X # X\nX' X", "lll."),
        (Syntax::Shell, "echo \"a\\\"X\" X", "l."),
        (Syntax::Yaml, "run: it's X # X\nX: 'X' X", ".c.l."),
        (Syntax::Yaml, "- \"X # X\" # X", "llc"),
        (Syntax::Markup, "X <!-- X\nX --> X 'X'", ".cc.."),
    ] {
        assert_eq!(marks(text, syntax), expected, "{syntax:?} {text}");
    }
}

#[test]
fn hostile_texts_cost_no_more_than_their_length() {
    let size = 200_000;
    for unit in ["/*", "\"\\", "\\\"", "=/[", "`${", "'", "<!--", "'''", "{}", "# \""] {
        let text = unit.repeat(size / unit.len());
        for syntax in ALL {
            let start = std::time::Instant::now();
            let _ = pieces(&text, syntax);
            assert!(start.elapsed().as_secs() < 5, "{syntax:?} {unit}");
        }
    }
}

proptest! {
    #[test]
    fn pieces_are_in_order_and_within_the_text(text in "[a-z '\"`/\\\\*#\n${}<!\\-\\[\\]é]{0,200}") {
        for syntax in ALL {
            let mut end = 0;
            for (span, _) in pieces(&text, syntax) {
                prop_assert!(span.start >= end && span.end > span.start);
                prop_assert!(span.end as usize <= text.len());
                end = span.end;
            }
        }
    }
}
