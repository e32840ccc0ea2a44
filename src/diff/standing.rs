//! What a holder is, beside what it grants: for whom, with which licence, when.

use super::change::{Change, Danger, Direction, What};
use super::holder::Holder;
use super::side::Side;
use super::wording::and;
use crate::model::record::number_text;
use crate::value::name;

/// How the standing of a holder differs.
pub fn standing(before: &Holder, after: &Holder, base: Side<'_>, head: Side<'_>) -> Vec<Change> {
    let mut changes = audience(before, after, head);
    let here = || head.spot(after.place);
    // A profile's file may leave out its licence, and then nothing is known.
    let known = !before.licenses.is_empty() && !after.licenses.is_empty();
    if known && !after.is_group() && before.licenses != after.licenses {
        let text = format!(
            "has the licence {} instead of {}",
            and(&after.licenses),
            and(&before.licenses)
        );
        let change = Change::new(What::License, Direction::Changes, Danger::Medium, text)
            .with_values(before.licenses.clone(), after.licenses.clone());
        changes.push(change.at(head.spot(after.license_at).or_else(here)));
    }
    if before.session_activated != after.session_activated {
        let (direction, text) = if before.session_activated {
            (Direction::Widens, "holds at any time now, without an activated session")
        } else {
            (Direction::Narrows, "holds only in an activated session now")
        };
        let values = |on: bool| vec![on.to_string()];
        let spot = head.spot(after.session_at).or_else(here);
        changes.push(
            Change::new(What::SessionActivation, direction, Danger::High, text.to_owned())
                .with_values(values(before.session_activated), values(after.session_activated))
                .at(spot),
        );
    }
    changes.extend(hours(before, after, base, head));
    changes.extend(unknown_members(before, after, head));
    changes
}

/// Who has it.
fn audience(before: &Holder, after: &Holder, head: Side<'_>) -> Vec<Change> {
    let flags = [
        (before.guest, after.guest, Danger::Critical, "for guests, who have not logged in"),
        (
            before.external && !before.guest,
            after.external && !after.guest,
            Danger::High,
            "for people outside of the company",
        ),
        (before.integration, after.integration, Danger::Low, "an integration"),
    ];
    let differing = flags.into_iter().filter(|(before, after, ..)| before != after);
    differing
        .map(|(was, is, danger, words)| {
            let (direction, text) = match (is, danger) {
                (true, Danger::Low) => (Direction::Changes, format!("is now {words}")),
                (false, Danger::Low) => (Direction::Changes, format!("is no longer {words}")),
                (true, _) => (Direction::Widens, format!("is now {words}")),
                (false, _) => (Direction::Narrows, format!("is no longer {words}")),
            };
            let values = |on: bool| if on { vec![words.to_owned()] } else { Vec::new() };
            Change::new(What::Audience, direction, danger, text)
                .with_values(values(was), values(is))
                .at(head.spot(after.place))
        })
        .collect()
}

fn hours(before: &Holder, after: &Holder, base: Side<'_>, head: Side<'_>) -> Option<Change> {
    if before.weekly_hours == after.weekly_hours {
        return None;
    }
    let values = |holder: &Holder| vec![number_text(holder.weekly_hours)];
    let (old, new) = (number_text(before.weekly_hours), number_text(after.weekly_hours));
    let (direction, text) = if after.hours_at.is_none() {
        // Whether the org keeps what the file of a profile does not state is not in the file.
        let text = format!(
            "no longer states login hours ({old} a week): no file limits when it may log in any more"
        );
        (Direction::Widens, text)
    } else if after.weekly_hours > before.weekly_hours {
        (Direction::Widens, format!("may log in {new} hours a week instead of {old}"))
    } else {
        (Direction::Narrows, format!("may log in {new} hours a week instead of {old}"))
    };
    let danger = if direction == Direction::Widens { Danger::High } else { Danger::Low };
    let spot = head.spot(after.hours_at).or_else(|| base.spot(before.hours_at));
    Some(
        Change::new(What::LoginHours, direction, danger, text)
            .with_values(values(before), values(after))
            .at(spot),
    )
}

/// A group that holds a set of which nothing is known.
fn unknown_members(before: &Holder, after: &Holder, head: Side<'_>) -> Option<Change> {
    let known = |set: &String| {
        let set = name::canonical(set);
        before.unresolved.iter().any(|old| name::canonical(old) == set)
            || before.members.contains(&set)
    };
    let fresh: Vec<String> = after.unresolved.iter().filter(|set| !known(set)).cloned().collect();
    if fresh.is_empty() {
        return None;
    }
    let (verb, them) = if fresh.len() == 1 { ("is", "it gives") } else { ("are", "they give") };
    let text = format!(
        "now holds {}, which {verb} not in the project: what {them} is unknown",
        and(&fresh)
    );
    Some(
        Change::new(What::Member, Direction::Widens, Danger::Medium, text)
            .with_values(Vec::new(), fresh)
            .at(head.spot(after.place)),
    )
}
