//! What the fix of a rule would change about one finding, before anybody opens the files for it.

use crate::engine::clause::CompiledClause;
use crate::model::record::{Block, FileId, Place, Record};
use crate::model::spelling::{NewValue, Spelling, spellings};
use crate::model::vocabulary::record_kind;
use crate::rule::{Edit, EditValue, LeafPath, OptionValue, Safety, Scalar};

/// The edits of a rule's fix with the places of one match; edits of text are made of them when somebody asks.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Whether they may be made without asking.
    pub safety: Safety,
    /// All of them belong together.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Clone, Debug)]
pub enum Change {
    /// Elements get texts; those that are missing are written.
    Set {
        /// Places in, or start tags of, the elements that hold them.
        at: Vec<Place>,
        /// How it is written, for each kind of element that may hold it.
        spellings: Vec<Spelling>,
    },
    /// Elements go, or items of a list in one.
    Remove {
        /// Their start tags, or places in their texts.
        at: Vec<Place>,
        /// Names that lead from there to what goes; empty for what stands there itself.
        path: Vec<String>,
    },
    /// A line is added to an ignore file.
    Append {
        /// The file, or another one beside which it is to be.
        beside: FileId,
        /// The line without its end.
        line: String,
    },
}

/// A match that a fix is proposed for.
pub(super) struct Matched<'a> {
    pub(super) clause: &'a CompiledClause,
    pub(super) record: &'a Record,
    pub(super) block: &'a Block,
}

impl Matched<'_> {
    /// One edit of a rule here; `None` when there is no place for it.
    pub(super) fn change(
        &self,
        edit: &Edit,
        option: impl Fn(&str) -> Option<OptionValue>,
        fill: impl FnOnce(&str) -> String,
    ) -> Option<Change> {
        let start = || self.block.place.or(self.record.block.place);
        let is_raw = record_kind(self.record.kind).is_none();
        let names = |path: &LeafPath| path.leaf.split('.').map(str::to_owned).collect();
        Some(match edit {
            Edit::Set(path, value) => {
                let value = new_value(value, option)?;
                let (at, spellings) = if is_raw {
                    let spelling =
                        Spelling { inside: None, elements: vec![(names(path), value.plain()?)] };
                    (vec![self.block.place?], vec![spelling])
                } else {
                    (self.places(path)?, spellings(self.record.kind, &path.leaf, &value))
                };
                Change::Set { at, spellings }
            }
            Edit::RemoveBlock => Change::Remove { at: vec![self.block.place?], path: Vec::new() },
            Edit::RemoveLeaf(path) if is_raw => {
                Change::Remove { at: vec![self.block.place?], path: names(path) }
            }
            Edit::RemoveLeaf(path) => {
                let places = self.clause.leaf(path)?.leaf(self.block, self.record)?;
                let at: Vec<Place> = places.values.iter().filter_map(|value| value.place).collect();
                Change::Remove { at, path: Vec::new() }
            }
            Edit::Append(line) => Change::Append { beside: start()?.file, line: fill(line) },
        })
    }

    /// Where a leaf is written, or would be.
    fn places(&self, path: &LeafPath) -> Option<Vec<Place>> {
        let leaf = self.clause.leaf(path)?.leaf(self.block, self.record)?.clone();
        let mut stated: Vec<Place> = leaf.values.iter().filter_map(|value| value.place).collect();
        stated.sort_unstable();
        stated.dedup();
        if stated.is_empty() {
            stated.extend(leaf.home.or(self.block.place).or(self.record.block.place));
        }
        Some(stated)
    }
}

/// The value with its option looked up.
fn new_value(value: &EditValue, option: impl Fn(&str) -> Option<OptionValue>) -> Option<NewValue> {
    Some(match value {
        EditValue::RefreshPolicy { inactivity, days } => {
            NewValue::RefreshPolicy { inactivity: *inactivity, days: *days }
        }
        EditValue::Scalar(Scalar::Bool(value)) => NewValue::Bool(*value),
        EditValue::Scalar(Scalar::Number(value)) => NewValue::Number(*value),
        EditValue::Scalar(Scalar::Text(value)) => NewValue::Text(value.clone()),
        EditValue::Scalar(Scalar::Option(name)) => match option(name)? {
            OptionValue::Bool(value) => NewValue::Bool(value),
            OptionValue::Number(value) => NewValue::Number(value),
            OptionValue::Text(value) => NewValue::Text(value),
            OptionValue::List(_) => return None,
        },
    })
}
