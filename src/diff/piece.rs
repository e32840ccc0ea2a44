//! Single differences of rights, and how several of them become one sentence.

use std::collections::BTreeMap;

use super::change::{Change, Danger, Direction, Item, Spot};
use super::grant::{GrantKind, Rights};
use super::names::{NameId, Names};
use super::rating::{Ratings, is_protective};
use super::wording::{ability, and, phrase};

/// What becomes of a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It was not granted, and is.
    Gained,
    /// It was granted, and is not.
    Lost,
    /// A profile's file does not state it any more: a deployment does not take it away.
    Unstated,
}

/// Why, where the files tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The thing itself was granted or not.
    Plain,
    /// A permission over all records gave it before.
    Covered(&'static str),
    /// A group has it from these sets.
    Through(Vec<String>),
    /// A group has it no longer because its muting set takes it away.
    Muted,
    /// A group has it because its muting set does not take it away any more.
    Unmuted,
    /// A group had it from these sets, which are not in it any more.
    Left(Vec<String>),
}

/// Rights on one thing that somebody gained or lost for one reason.
#[derive(Clone, Debug)]
pub struct Piece {
    /// What is granted.
    pub kind: GrantKind,
    /// Its name.
    pub name: NameId,
    /// The rights that differ.
    pub rights: Rights,
    /// What becomes of them.
    pub outcome: Outcome,
    /// Why.
    pub cause: Cause,
    /// Groups that gain or lose the same by it.
    pub groups: Vec<String>,
    /// How dangerous a gain is.
    pub danger: Danger,
    /// A field that must be protected.
    pub sensitive: bool,
    /// Where it stands.
    pub spot: Option<Spot>,
}

/// What pieces of one sentence have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Shared<'p> {
    outcome: Outcome,
    kind: GrantKind,
    rights: Rights,
    cause: &'p Cause,
    groups: &'p [String],
    /// What stands alone: a permission of a list. Fields are told by object.
    apart: &'p str,
    /// Fields of all dangers stand in one sentence.
    danger: Option<Danger>,
}

/// The sentences. `can` says that the holders are not granted something but just can: guests.
pub fn sentences(pieces: &[Piece], can: bool, names: &Names, ratings: &Ratings) -> Vec<Change> {
    let mut together: BTreeMap<Shared<'_>, Vec<&Piece>> = BTreeMap::new();
    for piece in pieces {
        let canonical = names.canonical(piece.name);
        let apart = match piece.kind {
            GrantKind::Permission
                if ratings.permission(canonical).is_some()
                    || is_protective(piece.kind, canonical) =>
            {
                canonical
            }
            GrantKind::Field => canonical.split_once('.').map_or("", |(object, _)| object),
            _ => "",
        };
        let shared = Shared {
            outcome: piece.outcome,
            kind: piece.kind,
            rights: piece.rights,
            cause: &piece.cause,
            groups: &piece.groups,
            apart,
            danger: (piece.kind != GrantKind::Field).then_some(piece.danger),
        };
        together.entry(shared).or_default().push(piece);
    }
    let all = together.into_iter();
    all.map(|(shared, pieces)| sentence(&shared, &pieces, can, names, ratings)).collect()
}

fn sentence(
    shared: &Shared<'_>,
    pieces: &[&Piece],
    can: bool,
    names: &Names,
    ratings: &Ratings,
) -> Change {
    let (kind, rights) = (shared.kind, shared.rights);
    let listed = ratings.permission(shared.apart).filter(|_| kind == GrantKind::Permission);
    let label = listed.and_then(|listed| listed.label.clone());
    let mut items: Vec<Item> = pieces
        .iter()
        .map(|piece| Item {
            name: names.written(piece.name).to_owned(),
            sensitive: piece.sensitive,
            spot: piece.spot.clone(),
        })
        .collect();
    items.sort_by(|a, b| (!a.sensitive, &a.name).cmp(&(!b.sensitive, &b.name)));
    let shown: Vec<Item> = match label {
        Some(label) => vec![Item { name: label, sensitive: false, spot: None }],
        None => items.clone(),
    };
    let protective = is_protective(kind, shared.apart);
    let what = phrase(kind, rights, &shown);
    let mut text = match shared.outcome {
        Outcome::Unstated => {
            format!("no longer states {what}; the org keeps it until the file says false")
        }
        Outcome::Gained if can => format!("can now {}", ability(kind, rights, &shown)),
        Outcome::Lost if can => format!("can no longer {}", ability(kind, rights, &shown)),
        Outcome::Gained => format!("gains {what}"),
        Outcome::Lost => format!("loses {what}"),
    };
    let mut through = Vec::new();
    match shared.cause {
        Cause::Plain => {}
        Cause::Covered(by) => text.push_str(&format!(", which {by} gives already")),
        Cause::Through(sets) => {
            text.push_str(&format!(" through {}", and(sets)));
            through.clone_from(sets);
        }
        Cause::Muted => text.push_str(", which is muted now"),
        Cause::Unmuted => text.push_str(", which is no longer muted"),
        Cause::Left(sets) => {
            let verb = if sets.len() == 1 { "is" } else { "are" };
            text.push_str(&format!(" ({} {verb} no longer in it)", and(sets)));
            through.clone_from(sets);
        }
    }
    match shared.groups {
        [] => {}
        [one] => text.push_str(&format!(", also through group {one}")),
        several => text.push_str(&format!(", also through groups {}", and(several))),
    }
    let direction = match (shared.outcome, protective) {
        (Outcome::Unstated, _) => Direction::Changes,
        (Outcome::Gained, false) | (Outcome::Lost, true) => Direction::Widens,
        (Outcome::Gained, true) | (Outcome::Lost, false) => Direction::Narrows,
    };
    let danger = match shared.outcome {
        Outcome::Unstated => Danger::Low,
        Outcome::Lost if protective => Danger::High,
        _ => pieces.iter().map(|piece| piece.danger).min().unwrap_or(Danger::Low),
    };
    let words = rights.words(kind);
    let (before, after) = match shared.outcome {
        Outcome::Gained => (Vec::new(), words),
        Outcome::Lost | Outcome::Unstated => (words, Vec::new()),
    };
    let spot = items.iter().find_map(|item| item.spot.clone());
    let because = match (protective, shared.outcome) {
        (true, Outcome::Lost) => Some("it holds its holders back".to_owned()),
        (false, Outcome::Gained) => {
            listed.and_then(|listed| listed.because.as_ref()).map(|because| format!("it {because}"))
        }
        _ => None,
    };
    let mut change =
        Change::new(kind.what(), direction, danger, text).with_values(before, after).at(spot);
    change.because = because;
    change.items = items;
    change.groups = shared.groups.to_vec();
    change.through = through;
    change
}
