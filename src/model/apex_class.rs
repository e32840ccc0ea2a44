//! `ApexClass`: an Apex class by its declarations. Statements are not read: what is told is how the outer class shares and
//! what lets callers outside of Apex in.

use std::collections::HashMap;

use crate::document::Span;
use crate::document::code::{Syntax, pieces};
use crate::model::builder::{RecordBuilder, one, stated_text};
use crate::model::node::{Node, ValueReader, stated_or_unknown};
use crate::model::record::{Component, Data, FileId, Leaf, Place, Record, Value};
use crate::value::name;

/// How a class treats sharing, by its keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// `with sharing`.
    With,
    /// `without sharing`.
    Without,
    /// `inherited sharing`: with sharing where the class is the entry point (Apex Developer Guide).
    Inherited,
    /// No keyword.
    None,
}

words!(Sharing { With = "with", Without = "without", Inherited = "inherited", None = "none" });

/// What lets callers outside of Apex in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryPoint {
    /// A static method that Lightning components call.
    AuraEnabled,
    /// A method that the JavaScript of a Visualforce page calls.
    RemoteAction,
    /// A REST resource.
    RestResource,
    /// A SOAP method.
    Webservice,
    /// A method that flows, agents and the REST API call.
    InvocableMethod,
    /// Callable by the Apex of other namespaces.
    Global,
}

words!(EntryPoint {
    AuraEnabled = "AuraEnabled",
    RemoteAction = "RemoteAction",
    RestResource = "RestResource",
    Webservice = "webservice",
    InvocableMethod = "InvocableMethod",
    Global = "global",
});

/// From this API version on a class without a keyword is `with sharing` (Apex Developer Guide, version 67).
const SHARING_BY_DEFAULT: f64 = 67.0;

/// The declarations of a class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declarations {
    /// It is a class, and no interface or enum.
    pub is_class: bool,
    /// The sharing keyword and where it stands; `None` without one.
    pub sharing: Option<(Sharing, Span)>,
    /// The name of the class that it extends.
    pub extends: Option<Span>,
    /// Entry points, each at its first mark.
    pub entry_points: Vec<(EntryPoint, Span)>,
    /// `@isTest`.
    pub test: Option<Span>,
}

impl Sharing {
    fn of_word(word: &str) -> Option<Sharing> {
        let words = [
            ("with", Sharing::With),
            ("without", Sharing::Without),
            ("inherited", Sharing::Inherited),
        ];
        words.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, found)| *found)
    }
}

/// Reads the declarations of a class in one pass; never fails, whatever the text is.
pub fn declarations(text: &str) -> Declarations {
    let mut scanner = Scanner::default();
    let mut from = 0;
    // Comments and literals separate words and hold none.
    for (skipped, _) in pieces(text, Syntax::Apex) {
        scanner.code(text, from, skipped.start as usize);
        from = skipped.end as usize;
    }
    scanner.code(text, from, text.len());
    scanner.found
}

/// What stands between two braces or semicolons of the outer class, as far as it matters.
#[derive(Default)]
struct Member {
    /// Marked `@AuraEnabled`, which says nothing of a property.
    aura: Option<Span>,
    is_static: bool,
}

#[derive(Default)]
struct Scanner {
    /// Open braces and parentheses.
    braces: usize,
    parentheses: usize,
    /// The word before, when nothing but blanks follows it: with its place, and whether it is an annotation.
    word: Option<(Word, Span)>,
    /// An `@` was just read.
    at_sign: bool,
    /// The open parenthesis belongs to an annotation.
    of_annotation: bool,
    /// The head of the outer class is over.
    in_body: bool,
    member: Member,
    found: Declarations,
}

/// Words that matter to the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Sharing(Sharing),
    Annotation,
    Extends,
    /// The name of the class that is extended, or its beginning when a dot follows.
    Parent {
        dot: bool,
    },
    Other,
}

impl Scanner {
    /// Reads a stretch of code.
    fn code(&mut self, text: &str, from: usize, to: usize) {
        let bytes = text.as_bytes();
        let mut at = from;
        while let Some(byte) = bytes.get(at).copied().filter(|_| at < to) {
            if !is_of_word(byte) {
                self.sign(byte);
                at += 1;
                continue;
            }
            let rest = bytes.get(at..to).unwrap_or_default();
            let length = rest.iter().position(|byte| !is_of_word(*byte)).unwrap_or(rest.len());
            let word = text.get(at..at + length).unwrap_or_default();
            self.word(word, Span { start: at as u32, end: (at + length) as u32 });
            at += length;
        }
    }

    fn sign(&mut self, byte: u8) {
        match byte {
            b'{' => {
                self.in_body = true;
                self.braces += 1;
                self.member = Member::default();
            }
            b'}' => {
                self.braces = self.braces.saturating_sub(1);
                self.member = Member::default();
            }
            b';' => self.member = Member::default(),
            b'(' => {
                self.parentheses += 1;
                let annotation = matches!(self.word, Some((Word::Annotation, _)));
                if self.parentheses == 1 {
                    self.of_annotation = annotation;
                }
                if self.braces == 1
                    && !self.of_annotation
                    && self.member.is_static
                    && let Some(span) = self.member.aura.take()
                {
                    self.entry(EntryPoint::AuraEnabled, span);
                }
            }
            b')' => self.parentheses = self.parentheses.saturating_sub(1),
            // What follows is a value, no declaration.
            b'=' if self.braces == 1 && self.parentheses == 0 => self.member.aura = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            self.at_sign = byte == b'@';
            let parent = matches!(self.word, Some((Word::Parent { dot: false }, _)));
            self.word = match self.word.take() {
                Some((_, span)) if parent && byte == b'.' => {
                    Some((Word::Parent { dot: true }, span))
                }
                _ => None,
            };
        }
    }

    fn word(&mut self, word: &str, mut span: Span) {
        let annotation = std::mem::take(&mut self.at_sign);
        let before = self.word.take();
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        let mut kind = Word::Other;
        if self.parentheses == 0 && annotation {
            kind = Word::Annotation;
            self.annotation(word, span);
        } else if self.parentheses == 0 && self.braces == 0 && !self.in_body {
            match before {
                Some((Word::Extends, _)) => {
                    kind = Word::Parent { dot: false };
                    self.found.extends = Some(span);
                }
                Some((Word::Parent { dot: true }, start)) => {
                    kind = Word::Parent { dot: false };
                    span.start = start.start;
                    self.found.extends = Some(span);
                }
                Some((Word::Sharing(sharing), start)) if is("sharing") => {
                    let place = Span { start: start.start, end: span.end };
                    self.found.sharing.get_or_insert((sharing, place));
                }
                _ if is("class") => self.found.is_class = true,
                _ if is("global") => self.entry(EntryPoint::Global, span),
                _ if is("extends") => kind = Word::Extends,
                _ => {}
            }
            if kind == Word::Other {
                kind = Sharing::of_word(word).map_or(Word::Other, Word::Sharing);
            }
        } else if self.parentheses == 0 && self.braces == 1 {
            if is("static") {
                self.member.is_static = true;
            } else if is("webservice") {
                self.entry(EntryPoint::Webservice, span);
            }
        }
        self.word = Some((kind, span));
    }

    fn annotation(&mut self, word: &str, span: Span) {
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        match self.braces {
            0 if is("isTest") && !self.in_body => {
                self.found.test.get_or_insert(span);
            }
            0 if is("RestResource") && !self.in_body => self.entry(EntryPoint::RestResource, span),
            1 if is("AuraEnabled") => self.member.aura = Some(span),
            1 if is("RemoteAction") => self.entry(EntryPoint::RemoteAction, span),
            1 if is("InvocableMethod") => self.entry(EntryPoint::InvocableMethod, span),
            _ => {}
        }
    }

    fn entry(&mut self, point: EntryPoint, span: Span) {
        if !self.found.entry_points.iter().any(|(known, _)| *known == point) {
            self.found.entry_points.push((point, span));
        }
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// The record of a class: its source, if it could be read, and the roots of its metadata.
pub fn apex_class(
    source: Option<(FileId, &str)>,
    roots: &[Node<'_>],
    component: Component,
    read: &mut ValueReader,
) -> Option<Record> {
    let (file, text) = source?;
    let found = declarations(text);
    let place = |span: Span| Place { file, span };
    let own_name = component.name.clone();
    let head = found.sharing.map_or(Span { start: 0, end: 0 }, |(_, span)| span);
    let mut record = RecordBuilder::new("ApexClass", component, Some(place(head)))?;
    let versions = read.numbers(roots, &["apiVersion"]);
    let word = |text: &'static str, span: Span| {
        one(Value { data: Data::Text(text.into()), written: text.into(), place: Some(place(span)) })
    };
    let sharing = match found.sharing {
        Some((sharing, span)) => word(sharing.word(), span),
        None if found.is_class => Leaf::text(Sharing::None.word(), None),
        None => Leaf::NONE,
    };
    let effective = match found.sharing {
        _ if !found.is_class => Leaf::NONE,
        Some((Sharing::Without, span)) => word("without", span),
        Some((_, span)) => word("with", span),
        None => by_version(&versions),
    };
    let entry_points =
        found.entry_points.iter().flat_map(|(point, span)| word(point.word(), *span).values);
    record
        .set("name", Leaf::text_reference(&own_name))
        .set("sharing", sharing)
        .set(
            "extends",
            found.extends.map_or(Leaf::NONE, |span| {
                let written = text.get(span.start as usize..span.end as usize).unwrap_or_default();
                stated_text(&name::canonical(written), written, place(span))
            }),
        )
        .set("effectiveSharing", effective)
        .set("entryPoints", Leaf::stated_or(entry_points.collect(), Leaf::NONE))
        .set("test", Leaf::derived(found.test.is_some(), found.test.map(place)))
        .set(
            "namespace",
            name::namespace(&own_name).map_or(Leaf::NONE, |found| Leaf::text(&found, None)),
        )
        .set(
            "status",
            Leaf::stated_or(
                read.texts(roots, &["status"]),
                Leaf::defaulted(Data::Text("Active".into())),
            ),
        )
        .set("apiVersion", stated_or_unknown(versions));
    Some(record.finish())
}

/// A chain of classes longer than this tells nothing.
const LONGEST_CHAIN: usize = 32;

/// Tells classes without a keyword what the class says that they extend, whose setting they inherit (Apex Developer Guide).
/// What is extended and not in the project may say anything.
pub fn inherit_sharing(classes: &mut [Record]) {
    let key =
        |class: &Record| Some((class.component.copy.clone(), class.canonical_name()?.to_owned()));
    let positions: HashMap<(String, String), usize> =
        classes.iter().enumerate().filter_map(|(at, class)| Some((key(class)?, at))).collect();
    let parent =
        |class: &Record| class.leaf("extends").and_then(Leaf::first_text).map(str::to_owned);
    let says_nothing = |class: &Record| {
        class.leaf("sharing").and_then(Leaf::first_text) == Some(Sharing::None.word())
    };
    let inherited = |class: &Record| {
        let mut top = class;
        for _ in 0..LONGEST_CHAIN {
            let Some(name) = parent(top).filter(|_| says_nothing(top)) else {
                return top.leaf("effectiveSharing").cloned();
            };
            top = classes.get(*positions.get(&(class.component.copy.clone(), name))?)?;
        }
        None
    };
    let found: Vec<(usize, Option<Leaf>)> = classes
        .iter()
        .enumerate()
        .filter(|(_, class)| says_nothing(class) && parent(class).is_some())
        .map(|(at, class)| (at, inherited(class)))
        .collect();
    for (at, inherited) in found {
        let Some(own) = classes.get_mut(at).and_then(|class| class.leaf_mut("effectiveSharing"))
        else {
            continue;
        };
        let inherited = inherited.unwrap_or(Leaf::UNKNOWN);
        match inherited.first_text() {
            Some("with") => *own = inherited,
            // Whether the default of new versions or what is inherited wins is not documented.
            Some("without") if own.first_text() == Some("without") => {}
            _ => *own = Leaf::UNKNOWN,
        }
    }
}

/// What holds without a keyword. Two versions that differ in it tell nothing.
fn by_version(versions: &[Value]) -> Leaf {
    let with =
        |value: &Value| matches!(value.data, Data::Number(number) if number >= SHARING_BY_DEFAULT);
    let word = |text: &str| Leaf::text(text, versions.first().and_then(|value| value.place));
    match versions {
        [] => Leaf::UNKNOWN,
        all if all.iter().all(with) => word("with"),
        all if !all.iter().any(with) => word("without"),
        _ => Leaf::UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(text: &str) -> (Option<&'static str>, Vec<&'static str>, bool) {
        let found = declarations(text);
        let sharing = found.sharing.map(|(sharing, _)| sharing.word());
        let points = found.entry_points.iter().map(|(point, _)| point.word()).collect();
        (sharing.or(found.is_class.then_some("none")), points, found.test.is_some())
    }

    #[test]
    fn heads() {
        for (text, sharing, test) in [
            ("public with sharing class A {}", Some("with"), false),
            ("PUBLIC WITHOUT\n SHARING CLASS A {}", Some("without"), false),
            ("public inherited sharing class A {}", Some("inherited"), false),
            ("public without /* with */ sharing class A {}", Some("without"), false),
            ("// with sharing\npublic class A { with sharing class B {} }", Some("none"), false),
            ("@IsTest(SeeAllData=true) private class A {}", Some("none"), true),
            ("public class A { @isTest static void b() {} }", Some("none"), false),
            ("public interface A { void b(); }", None, false),
            ("public enum A { ONE }", None, false),
            (
                "@SuppressWarnings('PMD.x // {') public without sharing class A {}",
                Some("without"),
                false,
            ),
            ("/* public with sharing class A { */ public class A {}", Some("none"), false),
            ("", None, false),
        ] {
            let found = told(text);
            assert_eq!((found.0, found.2), (sharing, test), "{text}");
        }
    }

    #[test]
    fn what_is_extended() {
        for (text, expected) in [
            ("public class A extends B {}", Some("B")),
            ("public class A Extends\n/* C */ B implements D, E {}", Some("B")),
            ("public class A extends ns . Outer.B {}", Some("ns . Outer.B")),
            ("public class A implements D {}", None),
            ("public class A { class B extends C {} }", None),
            ("// extends C\npublic class A {}", None),
        ] {
            let found = declarations(text).extends;
            let found = found.map(|span| &text[span.start as usize..span.end as usize]);
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn entry_points() {
        for (text, expected) in [
            (
                "class A { @AuraEnabled(cacheable=true) public static List<B> b(Id c) { } }",
                vec!["AuraEnabled"],
            ),
            ("class A { @AuraEnabled public String name { get; set; } }", vec![]),
            ("class A { @AuraEnabled public String name; static void b() {} }", vec![]),
            ("class A { @AuraEnabled public String name = b(); }", vec![]),
            ("class A { class B { @AuraEnabled public static void c() {} } }", vec![]),
            ("class A { // @AuraEnabled\n public static void b() {} }", vec![]),
            (
                "class A { String a = '@AuraEnabled'; @RemoteAction global static void b() {} }",
                vec!["RemoteAction"],
            ),
            (
                "@RestResource(urlMapping='/a/*')\nglobal class A { @HttpGet global static void b() {} }",
                vec!["RestResource", "global"],
            ),
            ("global class A { webService static String b() {} }", vec!["global", "webservice"]),
            (
                "class A { @InvocableMethod(label='{') public static void b(List<Id> c) {} }",
                vec!["InvocableMethod"],
            ),
            (
                "class A { void b() { if (c) { } } @auraenabled public static void d() {} }",
                vec!["AuraEnabled"],
            ),
            ("class A { @AuraEnabled @ReadOnly public static void d() {} }", vec!["AuraEnabled"]),
        ] {
            assert_eq!(told(text).1, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_fail(text in "([ @{}();=é'\n/*]|with|sharing|class|static|AuraEnabled|global){0,80}") {
            let found = declarations(&text);
            for (_, span) in found.entry_points {
                prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
            }
        }

        /// What stands in comments and strings changes nothing.
        #[test]
        fn comments_say_nothing(inside in "[a-zA-Z @{}();= ]{0,40}") {
            let plain = "public class A { @AuraEnabled public static void b(Id c) {} }";
            let hidden = format!("/* {inside} */ public /* {inside} */ class A {{ String d = '{inside}'; // {inside}\n @AuraEnabled public static void b(Id c) {{}} }}");
            prop_assert_eq!(told(plain), told(&hidden));
        }
    }
}
