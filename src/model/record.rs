//! What the linter knows about a component: leaves with values that remember where they were written.

use crate::document::Span;
use crate::secret::Secret;
use crate::value::certificate::CertificateParts;
use crate::value::date::Date;
use crate::value::url::Url;

/// A file of the run, as an index into the run's list of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A range of text in a file: bytes of the decoded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The range in that file's decoded text.
    pub span: Span,
}

/// What kind of knowledge a leaf holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Written in a file; its values have places.
    Stated,
    /// Not written in a file that could say it, and nothing is documented for that: a raw element. It is not present, and
    /// no condition on its value holds, not even a `not`.
    Absent,
    /// Not written; the platform documents what holds then (possibly: nothing, an empty list).
    Defaulted,
    /// The file or element that would tell is not in the project. Matches nothing.
    Unknown,
}

/// One value of a leaf.
#[derive(Clone, Debug)]
pub struct Value {
    /// The typed value that conditions compare.
    pub data: Data,
    /// What was written, for messages. Empty for secrets and certificates.
    pub written: Box<str>,
    /// Where it was written; `None` for a default.
    pub place: Option<Place>,
}

/// The typed value of a leaf.
#[derive(Clone, Debug)]
pub enum Data {
    /// A truth value.
    Bool(bool),
    /// A number (counts, days, minutes).
    Number(f64),
    /// Larger than any number: a refresh token that never expires.
    Infinite,
    /// A word of a closed list, or free text, in the form in which it is compared.
    Text(Box<str>),
    /// A remote address.
    Url(Box<Url>),
    /// A day.
    Date(Date),
    /// An X.509 certificate.
    Certificate(Box<CertificateParts>),
    /// A credential; never shown.
    Secret(Secret),
}

/// A named property of a record or of one of its children.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Stated, defaulted or unknown.
    pub state: State,
    /// All values; several when the element repeats or stands twice.
    pub values: Vec<Value>,
    /// The start tag that would hold the leaf, where it is not the block's own.
    pub home: Option<Place>,
    /// Concluded from a name or the like: a finding that rests on it is one step less sure.
    pub heuristic: bool,
}

impl Leaf {
    /// A leaf about which the project says nothing.
    pub const UNKNOWN: Leaf =
        Leaf { state: State::Unknown, values: Vec::new(), home: None, heuristic: false };
    /// An element that a file could have and has not.
    pub const ABSENT: Leaf =
        Leaf { state: State::Absent, values: Vec::new(), home: None, heuristic: false };
    /// A leaf that is documented to hold nothing.
    pub const NONE: Leaf =
        Leaf { state: State::Defaulted, values: Vec::new(), home: None, heuristic: false };

    /// Values that stand in files.
    pub fn stated(values: Vec<Value>) -> Leaf {
        Leaf { state: State::Stated, values, ..Leaf::NONE }
    }

    /// A documented default.
    pub fn defaulted(data: Data) -> Leaf {
        let written = data.default_text();
        Leaf {
            state: State::Defaulted,
            values: vec![Value { data, written, place: None }],
            ..Leaf::NONE
        }
    }

    /// A truth value that follows from other leaves; its places are theirs.
    pub fn derived(value: bool, place: Option<Place>) -> Leaf {
        let data = Data::Bool(value);
        let written = data.default_text();
        let state = if place.is_some() { State::Stated } else { State::Defaulted };
        Leaf { state, values: vec![Value { data, written, place }], ..Leaf::NONE }
    }

    /// A text that follows from other leaves.
    pub fn text(value: &str, place: Option<Place>) -> Leaf {
        let state = if place.is_some() { State::Stated } else { State::Defaulted };
        Leaf {
            state,
            values: vec![Value { data: Data::Text(value.into()), written: value.into(), place }],
            ..Leaf::NONE
        }
    }

    /// The name of a component: compared in canonical form, shown as it is.
    pub fn text_reference(name: &str) -> Leaf {
        Leaf {
            state: State::Defaulted,
            values: vec![Value {
                data: Data::Text(crate::value::name::canonical(name).into()),
                written: name.into(),
                place: None,
            }],
            ..Leaf::NONE
        }
    }

    /// Stated values if there are any, else the default.
    pub fn stated_or(values: Vec<Value>, default: Leaf) -> Leaf {
        if values.is_empty() { default } else { Leaf::stated(values) }
    }

    /// The same leaf, pointing at this start tag when nothing is written.
    #[must_use]
    pub fn at_home(mut self, home: Option<Place>) -> Leaf {
        self.home = home;
        self
    }

    /// Whether any value is this truth value.
    pub fn is(&self, wanted: bool) -> bool {
        self.values.iter().any(|value| matches!(value.data, Data::Bool(found) if found == wanted))
    }

    /// Whether there are values and all are this truth value: what excuses an app must not be contradicted.
    pub fn is_only(&self, wanted: bool) -> bool {
        self.is(wanted) && !self.is(!wanted)
    }

    /// The first place where a value was written.
    pub fn place(&self) -> Option<Place> {
        self.values.iter().find_map(|value| value.place)
    }
}

impl Data {
    fn default_text(&self) -> Box<str> {
        match self {
            Data::Bool(value) => if *value { "true" } else { "false" }.into(),
            Data::Number(value) => number_text(*value).into(),
            Data::Infinite => "infinite".into(),
            Data::Text(text) => text.clone(),
            Data::Url(url) => url.written.as_str().into(),
            Data::Date(date) => date.to_string().into(),
            Data::Certificate(_) | Data::Secret(_) => "".into(),
        }
    }
}

/// A number as people write it: no fraction when there is none.
pub fn number_text(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        format!("{}", value as i64)
    } else {
        let text = format!("{value:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// One thing that conditions look at: a record itself, or one of its children.
#[derive(Clone, Debug)]
pub struct Block {
    /// By position in the leaf table of its shape.
    pub leaves: Vec<Leaf>,
    /// The start tag of the element it came from: where a leaf that is not stated points.
    pub place: Option<Place>,
    /// Further places that belong to the story, with what stands there.
    pub related: Vec<(Place, Box<str>)>,
}

/// A component of the project: type, full name, and the copy of the org it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Component {
    /// The folder of a separate copy of the org, empty for the project itself.
    pub copy: String,
    /// The metadata type, or the record kind that unites several.
    pub kind: &'static str,
    /// The decoded full name.
    pub name: String,
}

impl std::fmt::Display for Component {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.copy.is_empty() {
            write!(out, "{}/", self.copy)?;
        }
        write!(out, "{}:{}", self.kind, self.name)
    }
}

/// A component as rules see it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The kind's name in rule files.
    pub kind: &'static str,
    /// Its identity.
    pub component: Component,
    /// Its own leaves.
    pub block: Block,
    /// Its children, by position in the kind's table of children.
    pub children: Vec<Vec<Block>>,
    /// Whether any file it came from is deployed (not ignored by `.forceignore`, not in a folder of tests).
    pub deployed: bool,
}
