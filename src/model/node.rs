//! Elements that know their file, and the readers that turn them into typed values.

use std::borrow::Cow;

use crate::document::{Element, Span};
use crate::model::record::{Data, FileId, Leaf, Place, Value};
use crate::secret::Secret;
use crate::value::certificate::certificates;
use crate::value::date::Date;
use crate::value::name;
use crate::value::url::Url;

/// An element together with the file it stands in.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    /// The file.
    pub file: FileId,
    /// The element.
    pub element: Element<'a>,
}

impl<'a> Node<'a> {
    /// A place in the node's file.
    pub fn place(self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    /// Where a leaf that is not stated would point: the start tag.
    pub fn start_tag(self) -> Place {
        self.place(self.element.start_tag())
    }

    /// The value's place, or the start tag of an empty element.
    pub fn value_place(self) -> Place {
        self.place(self.element.value_span())
    }

    /// Every child element of that name; `xsi:nil` ones are not there.
    pub fn all(self, name: &str) -> impl Iterator<Item = Node<'a>> {
        self.element
            .all(name)
            .filter(|child| !child.is_nil())
            .map(move |element| Node { file: self.file, element })
    }

    /// The own text, decoded and trimmed.
    pub fn text(self) -> Cow<'a, str> {
        self.element.text()
    }
}

/// Every element below the given ones along a path of names.
pub fn descend<'a>(roots: &[Node<'a>], path: &[impl AsRef<str>]) -> Vec<Node<'a>> {
    let below = |nodes: &[Node<'a>], name: &str| -> Vec<Node<'a>> {
        nodes.iter().flat_map(|node| node.all(name)).collect()
    };
    let Some((first, rest)) = path.split_first() else { return roots.to_vec() };
    rest.iter().fold(below(roots, first.as_ref()), |found, name| below(&found, name.as_ref()))
}

/// A value that is none of its type's: the platform rejects or ignores it, so nothing is concluded from it.
#[derive(Clone, Debug)]
pub struct Doubt {
    /// Where it stands.
    pub place: Place,
    /// The element.
    pub element: Box<str>,
    /// What was expected.
    pub expected: &'static str,
}

/// Reads typed values; remembers the ones that make no sense.
#[derive(Default)]
pub struct ValueReader {
    /// Values nothing was concluded from.
    pub doubts: Vec<Doubt>,
}

/// Reads a truth value as XML Schema and careless people write it.
pub fn truth(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") || text == "1" {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") || text == "0" {
        Some(false)
    } else {
        None
    }
}

/// Whether any element of that name below the node is true.
pub fn any_true(node: Node<'_>, name: &str) -> bool {
    node.element.all(name).any(|child| truth(&child.text()) == Some(true))
}

impl ValueReader {
    fn doubt(&mut self, node: Node<'_>, expected: &'static str) {
        self.doubts.push(Doubt {
            place: node.value_place(),
            element: node.element.name().into(),
            expected,
        });
    }

    /// Remembers a value that makes no sense together with others.
    pub fn doubt_at(&mut self, place: Option<Place>, element: &str, expected: &'static str) {
        if let Some(place) = place {
            self.doubts.push(Doubt { place, element: element.into(), expected });
        }
    }

    /// Truth values of the elements along a path.
    pub fn bools(&mut self, roots: &[Node<'_>], path: &[&str]) -> Vec<Value> {
        self.typed(roots, path, "true or false", |text| truth(text).map(Data::Bool))
    }

    /// The same, turned round.
    pub fn inverted_bools(&mut self, roots: &[Node<'_>], path: &[&str]) -> Vec<Value> {
        self.typed(roots, path, "true or false", |text| truth(text).map(|value| Data::Bool(!value)))
    }

    /// Numbers of the elements along a path.
    pub fn numbers(&mut self, roots: &[Node<'_>], path: &[&str]) -> Vec<Value> {
        self.typed(roots, path, "a number", |text| {
            text.parse::<f64>().ok().filter(|value| value.is_finite()).map(Data::Number)
        })
    }

    /// Words of a closed list, compared without regard to case; others are doubts.
    pub fn words(
        &mut self,
        roots: &[Node<'_>],
        path: &[&str],
        words: &'static [&'static str],
    ) -> Vec<Value> {
        self.typed(roots, path, "a value of the metadata type", |text| {
            words
                .iter()
                .find(|word| word.eq_ignore_ascii_case(text))
                .map(|word| Data::Text((*word).into()))
        })
    }

    /// Free texts.
    pub fn texts(&mut self, roots: &[Node<'_>], path: &[&str]) -> Vec<Value> {
        self.typed(roots, path, "a text", |text| Some(Data::Text(text.into())))
    }

    /// Names of components, in canonical form.
    pub fn references(&mut self, roots: &[Node<'_>], path: &[&str]) -> Vec<Value> {
        self.typed(roots, path, "a name", |text| Some(Data::Text(name::canonical(text).into())))
    }

    /// Whole values that a function reads; elements without text are absent.
    pub fn typed(
        &mut self,
        roots: &[Node<'_>],
        path: &[&str],
        expected: &'static str,
        read: impl Fn(&str) -> Option<Data>,
    ) -> Vec<Value> {
        let mut values = Vec::new();
        for node in descend(roots, path) {
            let text = node.text();
            if text.is_empty() {
                continue;
            }
            match read(&text) {
                Some(data) => values.push(Value {
                    data,
                    written: text.as_ref().into(),
                    place: Some(node.value_place()),
                }),
                None => self.doubt(node, expected),
            }
        }
        values
    }

    /// Credentials.
    pub fn secrets(&mut self, roots: &[Node<'_>], path: &[&str]) -> Vec<Value> {
        descend(roots, path)
            .into_iter()
            .filter(|node| !node.text().is_empty())
            .map(|node| Value {
                data: Data::Secret(Secret::new(node.text().into_owned())),
                written: "".into(),
                place: Some(node.value_place()),
            })
            .collect()
    }

    /// Certificates, one value for each in a chain.
    pub fn certificates(&mut self, roots: &[Node<'_>], path: &[&str]) -> Vec<Value> {
        let mut values = Vec::new();
        for node in descend(roots, path) {
            let text = node.text();
            if text.is_empty() {
                continue;
            }
            for parts in certificates(text.as_bytes()) {
                values.push(Value {
                    data: Data::Certificate(Box::new(parts)),
                    written: "".into(),
                    place: Some(node.value_place()),
                });
            }
        }
        values
    }

    /// Addresses, one a line.
    pub fn url_lines(&mut self, roots: &[Node<'_>], path: &[&str]) -> Vec<Value> {
        let mut values = Vec::new();
        for node in descend(roots, path) {
            for (line, span) in node.element.lines() {
                for (url, span) in words(&line, span) {
                    values.push(Value {
                        data: Data::Url(Box::new(Url::parse(url))),
                        written: url.into(),
                        place: Some(node.place(span)),
                    });
                }
            }
        }
        values
    }

    /// Items of comma-separated lists.
    pub fn comma_items(
        &mut self,
        roots: &[Node<'_>],
        path: &[&str],
        read: impl Fn(&str) -> Data,
    ) -> Vec<Value> {
        let mut values = Vec::new();
        for node in descend(roots, path) {
            for (item, span) in node.element.pieces(',') {
                values.push(Value {
                    data: read(&item),
                    written: item.as_ref().into(),
                    place: Some(node.place(span)),
                });
            }
        }
        values
    }

    /// Days.
    pub fn dates(&mut self, roots: &[Node<'_>], path: &[&str]) -> Vec<Value> {
        self.typed(roots, path, "a date", |text| Date::parse(text).map(Data::Date))
    }
}

/// The words of a line with the span of each; where the line is not written as it reads, that of the line.
fn words(line: &str, span: Span) -> Vec<(&str, Span)> {
    let as_written = span.len() as usize == line.len();
    let base = line.as_ptr() as usize;
    line.split_whitespace()
        .map(|word| {
            let start = span.start + (word.as_ptr() as usize - base) as u32;
            let own = Span { start, end: start + word.len() as u32 };
            (word, if as_written { own } else { span })
        })
        .collect()
}

/// The first value that was read, as a leaf, or nothing known.
pub fn stated_or_unknown(values: Vec<Value>) -> Leaf {
    Leaf::stated_or(values, Leaf::UNKNOWN)
}
