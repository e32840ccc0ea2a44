//! What somebody downstream wants to know: nothing else is built, so memory follows the questions, not the files.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;
use regex::Regex;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use crate::model::raw::TypedShape;
use crate::model::read::Reading;
use crate::model::record::{Block, Record};

/// Questions that cannot be about one record; the numbers are those of whoever asks.
#[derive(Clone, Debug, Default)]
pub struct RuledOut(Vec<u64>);

impl RuledOut {
    /// One more question.
    pub fn insert(&mut self, question: usize) {
        let word = question / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (question % 64);
        }
    }

    /// Whether a question is among them.
    pub fn contains(&self, question: usize) -> bool {
        self.0.get(question / 64).is_some_and(|bits| bits & (1 << (question % 64)) != 0)
    }
}

/// Tells the readers what to build. Where nothing else is said, no children are built, and every record is.
pub trait Wanted: Sync {
    /// Whether records of this kind are wanted at all.
    fn record(&self, kind: &str) -> bool;
    /// Whether any children of this kind are wanted, by position in the kind's table.
    fn child(&self, _kind: &str, _child: usize) -> bool {
        false
    }
    /// The same for the children of one record.
    fn child_of(&self, _kind: &str, _child: usize, _ruled_out: &RuledOut) -> bool {
        false
    }
    /// Whether this child is worth keeping. Must be true for every child that anybody will ask about.
    fn keeps(&self, _kind: &str, _child: usize, _block: &Block, _ruled_out: &RuledOut) -> bool {
        false
    }
    /// The questions that the owner's own leaves answer with no already, so that its children need not be kept for them.
    fn ruled_out(&self, _owner: &Record) -> RuledOut {
        RuledOut::default()
    }
    /// Whether a record is worth completing, as far as it is known: leaves that cost something to find out are still
    /// unknown. Must be true for every record that anybody will ask about.
    fn keeps_record(&self, _kind: &str, _block: &Block) -> bool {
        true
    }
    /// Whether a child may be worth keeping of which only some leaves are set yet: a quick no for the many that nobody asks
    /// about.
    fn may_keep(&self, _kind: &str, _child: usize, _block: &Block, _ruled_out: &RuledOut) -> bool {
        true
    }
    /// Whether anybody joins these children of one record to something of which all is known.
    fn joins_child(&self, _kind: &str, _child: usize, _ruled_out: &RuledOut) -> bool {
        false
    }
    /// Whether a child that is not kept would be asked about if what it names were in the project: that nothing is known
    /// of it is told once for each owner.
    fn lacks_known_partner(
        &self,
        _kind: &str,
        _child: usize,
        _block: &Block,
        _ruled_out: &RuledOut,
    ) -> bool {
        false
    }
    /// Wants the same, but nothing that lacks its partner in these readings, which are those of all small files and of all
    /// files of the `complete` kinds. `None` if that makes no difference.
    fn joined_with<'w>(
        &'w self,
        _read: &[Reading],
        _complete: &[&str],
    ) -> Option<Box<dyn Wanted + 'w>> {
        None
    }
    /// The paths that are asked of a metadata type as it is written.
    fn raw(&self, _metadata_type: &str) -> Option<&RawShape> {
        None
    }
    /// Whether any settings type is asked for as it is written (their files are told apart by root element only).
    fn raw_settings(&self) -> bool {
        false
    }
    /// What is searched for in files of kind `text`.
    fn text_finds(&self) -> &[TextFind] {
        &[]
    }
}

/// A regular expression whose hits are blocks. It is compiled when a literal that every hit
/// begins or ends with occurs in a text for the first time.
#[derive(Debug)]
pub struct TextFind {
    /// The pattern; validated when its rule was loaded.
    pub pattern: String,
    /// Its named groups, in the order of the block's leaves after those that every hit has.
    pub groups: Vec<String>,
    /// What else the text must hold for any hit to count.
    pub also: Option<String>,
    /// Somebody asks whether a hit stands in a comment or in a string.
    pub asks_place: bool,
    /// Taken from the pattern when a text is searched for the first time.
    gate: OnceLock<Gate>,
    compiled: OnceLock<Option<Regex>>,
    also_compiled: OnceLock<Option<Regex>>,
}

/// Literals of which one stands in every text with a hit.
#[derive(Debug)]
enum Gate {
    /// Nothing is known: any text may have one.
    Open,
    Few(Vec<Finder<'static>>),
    Many(AhoCorasick),
}

/// More literals than this are searched for in one pass.
const FEW: usize = 3;

impl Gate {
    fn of(literals: &[Vec<u8>]) -> Gate {
        if literals.is_empty() {
            return Gate::Open;
        }
        let many = if literals.len() > FEW { AhoCorasick::new(literals).ok() } else { None };
        let few = || literals.iter().map(|one| Finder::new(one).into_owned()).collect();
        many.map_or_else(|| Gate::Few(few()), Gate::Many)
    }

    fn lets_through(&self, text: &[u8]) -> bool {
        match self {
            Gate::Open => true,
            Gate::Few(finders) => finders.iter().any(|one| one.find(text).is_some()),
            Gate::Many(all) => all.is_match(text),
        }
    }
}

impl TextFind {
    /// Prepares a pattern.
    pub fn new(pattern: &str, groups: Vec<String>, also: Option<&str>) -> TextFind {
        TextFind {
            pattern: pattern.to_owned(),
            groups,
            also: also.map(str::to_owned),
            asks_place: false,
            gate: OnceLock::new(),
            compiled: OnceLock::new(),
            also_compiled: OnceLock::new(),
        }
    }

    /// The literals of which every hit begins with one, else those of which it ends with one; none if there is no such list.
    fn gate(&self) -> &Gate {
        self.gate.get_or_init(|| {
            let Ok(hir) = regex_syntax::parse(&self.pattern) else { return Gate::Open };
            let literals: Vec<Vec<u8>> = [ExtractKind::Prefix, ExtractKind::Suffix]
                .into_iter()
                .filter_map(|kind| {
                    let found = Extractor::new().kind(kind).extract(&hir);
                    let literals = found.literals()?.iter().map(|one| one.as_bytes().to_vec());
                    Some(literals.collect::<Vec<_>>())
                })
                .find(|literals| !literals.is_empty() && literals.iter().all(|one| one.len() > 1))
                .unwrap_or_default();
            Gate::of(&literals)
        })
    }

    /// The compiled expression, unless no hit is possible in this text.
    pub fn regex_for(&self, text: &str) -> Option<&Regex> {
        if !self.gate().lets_through(text.as_bytes()) {
            return None;
        }
        self.compiled.get_or_init(|| Regex::new(&self.pattern).ok()).as_ref()
    }

    /// Whether the text holds what it must hold beside a hit.
    pub fn holds_also(&self, text: &str) -> bool {
        let Some(also) = &self.also else { return true };
        let compiled = self.also_compiled.get_or_init(|| Regex::new(also).ok());
        compiled.as_ref().is_some_and(|also| also.is_match(text))
    }
}

/// The element paths that rules ask of one metadata type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawShape {
    /// The metadata type.
    pub metadata_type: &'static str,
    /// Dotted paths of leaves below the root, in the order of the record's leaves.
    pub leaves: Vec<String>,
    /// Repeated elements whose occurrences are blocks.
    pub children: Vec<RawChild>,
    /// The same with their types, from the first time that a file is read.
    pub typed: OnceLock<TypedShape>,
}

impl RawShape {
    /// The paths with their types.
    pub fn typed(&self) -> &TypedShape {
        self.typed.get_or_init(|| TypedShape::of(self))
    }
}

/// One repeated element of a metadata type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawChild {
    /// Dotted path below the root.
    pub path: String,
    /// Dotted paths of leaves below that element, in the order of the block's leaves.
    pub leaves: Vec<String>,
}

/// Wants every record of metadata with everything in it, and nothing as it is written.
pub struct Everything;

impl Wanted for Everything {
    fn record(&self, kind: &str) -> bool {
        !matches!(kind, "File" | "text" | "env" | "json" | "Secret")
    }
    fn child(&self, _kind: &str, _child: usize) -> bool {
        true
    }
    fn child_of(&self, _kind: &str, _child: usize, _ruled_out: &RuledOut) -> bool {
        true
    }
    fn keeps(&self, _kind: &str, _child: usize, _block: &Block, _ruled_out: &RuledOut) -> bool {
        true
    }
}

/// Wants records of few kinds, and nothing of them but what their own readers need.
pub struct Only(pub &'static [&'static str]);

impl Wanted for Only {
    fn record(&self, kind: &str) -> bool {
        self.0.contains(&kind)
    }
}
