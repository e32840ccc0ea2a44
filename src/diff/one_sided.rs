//! Holders that are on one side only: what they hold that is dangerous, and counts of the rest.

use super::change::{Change, Danger, Direction, What};
use super::grant::{GRANT_KINDS, GrantKind};
use super::holder::Holder;
use super::side::Side;
use super::wording::{LISTED, and, count};

/// A holder that is new. `gains` are the sentences about what it grants.
pub fn added(holder: &Holder, gains: Vec<Change>, head: Side<'_>) -> Change {
    let danger = gains.iter().map(|change| change.danger).min().unwrap_or(Danger::Low);
    let text = match inventory(holder, &gains) {
        nothing if nothing.is_empty() => "is new, and gives nothing".to_owned(),
        some => format!("is new; it gives {some}"),
    };
    let mut change = Change::new(What::Added, Direction::Widens, danger, text);
    change.after = dangerous(&gains);
    change.at(head.spot(holder.place))
}

/// A holder that is gone.
pub fn removed(holder: &Holder, gains: Vec<Change>, base: Side<'_>) -> Change {
    let text = match inventory(holder, &gains) {
        nothing if nothing.is_empty() => "is no longer in the project; it gave nothing".to_owned(),
        some => format!("is no longer in the project; it gave {some}"),
    };
    let mut change = Change::new(What::Removed, Direction::Narrows, Danger::Low, text);
    change.before = dangerous(&gains);
    change.at(base.spot(holder.place))
}

/// What is more than medium, in words and without its verb.
fn dangerous(gains: &[Change]) -> Vec<String> {
    let mut worth: Vec<&Change> =
        gains.iter().filter(|change| change.danger <= Danger::High).collect();
    worth.sort_by_key(|change| (change.danger, change.what));
    worth.iter().map(|change| without_verb(&change.text)).collect()
}

fn without_verb(text: &str) -> String {
    text.strip_prefix("gains ").unwrap_or(text).to_owned()
}

/// What it holds that is dangerous, and how much there is besides.
fn inventory(holder: &Holder, gains: &[Change]) -> String {
    let dangerous = dangerous(gains);
    let mut parts: Vec<String> = dangerous.iter().take(LISTED).cloned().collect();
    let told = gains.iter().filter(|change| change.danger <= Danger::High);
    let mut told: Vec<&Change> = told.collect();
    told.sort_by_key(|change| (change.danger, change.what));
    told.truncate(LISTED);
    let rest = |kind: GrantKind| {
        let named = |change: &&&Change| change.what == kind.what();
        let named: usize = told.iter().filter(named).map(|change| change.items.len()).sum();
        let mut all: Vec<_> =
            holder.grants.iter().filter(|one| one.kind == kind).map(|one| one.name).collect();
        all.dedup();
        all.len().saturating_sub(named)
    };
    let counts: Vec<String> = GRANT_KINDS
        .iter()
        .map(|(kind, ..)| (*kind, rest(*kind)))
        .filter(|(_, number)| *number > 0)
        .map(|(kind, number)| count(kind, number))
        .collect();
    let besides = and(&counts);
    match (parts.is_empty(), besides.is_empty()) {
        (_, true) => and(&parts),
        (true, false) => besides,
        (false, false) => {
            parts.push(format!("besides {besides}"));
            parts.join("; ")
        }
    }
}
