//! Compares address ranges: from where one may log in, from where the org or an app trusts, to where tokens are bound.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::change::{Change, Danger, Direction, SubjectKind, What};
use super::side::{Side, Subjects};
use super::wording::some;
use crate::model::record::{Leaf, Place, Record};
use crate::value::ip::Range;

/// What ranges of one use do.
struct Usage {
    /// They keep out what is not in them: to have none means every address.
    restricts: bool,
    /// What is told of an address that is in them now, and of one that is not any more.
    gained: &'static str,
    lost: &'static str,
}

fn usage(word: &str) -> Usage {
    match word {
        "login" => Usage {
            restricts: true,
            gained: "may now log in from",
            lost: "may no longer log in from",
        },
        "token" => Usage {
            restricts: true,
            gained: "takes refresh tokens from",
            lost: "no longer takes refresh tokens from",
        },
        "app" => Usage {
            restricts: false,
            gained: "now relaxes its IP restrictions for",
            lost: "no longer relaxes its IP restrictions for",
        },
        _ => Usage {
            restricts: false,
            gained: "no longer asks for verification of logins from",
            lost: "asks for verification again of logins from",
        },
    }
}

/// Compares all ranges.
pub fn ranges(base: Side<'_>, head: Side<'_>, out: &mut Subjects) {
    let mut pairs: BTreeMap<(String, String, String), [Option<&Record>; 2]> = BTreeMap::new();
    for (at, side) in [base, head].into_iter().enumerate() {
        let readable = |record: &&Record| {
            ![base, head].iter().any(|side| side.snapshot.is_unreadable(&record.component))
        };
        for record in side.snapshot.ranges.iter().filter(readable) {
            let text =
                |leaf: &str| record.leaf(leaf).and_then(Leaf::first_text).unwrap_or_default();
            let key =
                (record.component.copy.clone(), text("use").to_owned(), text("owner").to_owned());
            if let Some(slot) = pairs.entry(key).or_default().get_mut(at) {
                *slot = Some(record);
            }
        }
    }
    for ((copy, word, owner), [before, after]) in pairs {
        let changes = compare(&word, before, after, base, head);
        let profile = |side: Side<'_>| {
            side.snapshot.holders.iter().position(|holder| {
                holder.is_profile() && holder.component.copy == copy && holder.canonical == owner
            })
        };
        if word == "login" {
            // A profile that is on one side only is told as a whole.
            if let (Some(_), Some(at)) = (profile(base), profile(head))
                && let Some(holder) = head.snapshot.holders.get(at)
            {
                out.add_holder(holder, changes);
            }
            continue;
        }
        let app = |side: Side<'_>| {
            let apps = side.snapshot.apps.iter();
            apps.filter(|app| app.component.copy == copy)
                .find(|app| app.canonical_name() == Some(&owner))
                .cloned()
        };
        if word == "trusted" {
            if let Some(record) = after.or(before) {
                out.add_component(record, SubjectKind::Org, "Security settings", changes);
            }
        } else if let (Some(_), Some(app)) = (app(base), app(head)) {
            out.add_app(&app, changes);
        }
    }
}

/// First and last address of a range, as numbers of one of the two spaces.
type Bounds = (bool, u128, u128);

struct Ranges {
    bounds: Vec<Bounds>,
    words: Vec<(Bounds, String, Option<Place>)>,
    whole: bool,
}

impl Ranges {
    fn of(record: Option<&Record>) -> Ranges {
        let mut found = Ranges { bounds: Vec::new(), words: Vec::new(), whole: false };
        let Some(record) = record else { return found };
        found.whole = record.is("wholeSpace");
        for child in record.children_of("range") {
            let text = |leaf: &str| {
                child.values(leaf).first().map(|one| one.written.to_string()).unwrap_or_default()
            };
            let (start, end) = (text("start"), text("end"));
            let range = Range::parse(&start, &end);
            let Some(bounds) = range.defect.is_none().then(|| bounds(&range)).flatten() else {
                continue;
            };
            let words = if start == end { start } else { format!("{start} to {end}") };
            found.bounds.push(bounds);
            found.words.push((bounds, words, child.block.place));
        }
        found.bounds.sort_unstable();
        found
    }

    /// Whether every address of a range is in these together.
    fn hold(&self, range: Bounds) -> bool {
        let (six, start, end) = range;
        let mut next = start;
        for (_, from, to) in self.bounds.iter().filter(|(family, ..)| *family == six) {
            if *from > next {
                return false;
            }
            if *to >= end {
                return true;
            }
            next = next.max(to.saturating_add(1));
        }
        false
    }

    fn outside<'r>(&'r self, others: &'r Ranges) -> Vec<&'r (Bounds, String, Option<Place>)> {
        self.words.iter().filter(|(bounds, ..)| !others.hold(*bounds)).collect()
    }

    fn texts(&self) -> Vec<String> {
        self.words.iter().map(|(_, words, _)| words.clone()).collect()
    }
}

fn bounds(range: &Range) -> Option<Bounds> {
    match (range.start?, range.end?) {
        (IpAddr::V4(start), IpAddr::V4(end)) => {
            Some((false, u128::from(start.to_bits()), u128::from(end.to_bits())))
        }
        (IpAddr::V6(start), IpAddr::V6(end)) => Some((true, start.to_bits(), end.to_bits())),
        _ => None,
    }
}

fn compare(
    word: &str,
    before: Option<&Record>,
    after: Option<&Record>,
    base: Side<'_>,
    head: Side<'_>,
) -> Vec<Change> {
    let usage = usage(word);
    let (old, new) = (Ranges::of(before), Ranges::of(after));
    let place = |record: Option<&Record>| record.and_then(|record| record.block.place);
    let tell = |direction: Direction, danger: Danger, text: String, spot| {
        Change::new(What::AddressRange, direction, danger, text)
            .with_values(old.texts(), new.texts())
            .at(spot)
    };
    if usage.restricts && old.words.is_empty() != new.words.is_empty() {
        let change = match (word, new.words.is_empty()) {
            // Whether the org keeps what the file of a profile does not state is not in the file.
            ("login", true) => tell(
                Direction::Widens,
                Danger::High,
                format!(
                    "no longer states login IP ranges ({}): no file holds its logins to addresses any more",
                    some(&old.texts())
                ),
                base.spot(place(before)),
            ),
            (_, true) => tell(
                Direction::Widens,
                Danger::High,
                format!("{} any address", usage.gained),
                base.spot(place(before)),
            ),
            (_, false) => tell(
                Direction::Narrows,
                Danger::Low,
                format!("is held to addresses now: {}", some(&new.texts())),
                head.spot(place(after)),
            ),
        };
        return vec![change];
    }
    let mut changes = Vec::new();
    let fresh = new.outside(&old);
    if let Some((_, _, first)) = fresh.first() {
        let names: Vec<String> = fresh.iter().map(|(_, words, _)| words.clone()).collect();
        let everything = new.whole && !old.whole;
        let danger = if everything { Danger::Critical } else { Danger::High };
        let remark = if everything { ": every address" } else { "" };
        let text = format!("{} {}{remark}", usage.gained, some(&names));
        changes.push(tell(Direction::Widens, danger, text, head.spot(*first)));
    }
    let gone = old.outside(&new);
    if let Some((_, _, first)) = gone.first() {
        let names: Vec<String> = gone.iter().map(|(_, words, _)| words.clone()).collect();
        let text = format!("{} all of {}", usage.lost, some(&names));
        changes.push(tell(Direction::Narrows, Danger::Low, text, base.spot(*first)));
    }
    changes
}
