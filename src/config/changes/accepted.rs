//! What a config leaves out or accepts, and the one before it did not.

use super::{Change, Places};
use crate::config::Config;
use crate::config::exception::Exception;

pub(super) fn excludes(before: &Config, after: &Config) -> Vec<Change> {
    let is_new = |glob: &&crate::config::path_glob::PathGlob| {
        !before.exclude.iter().any(|known| known.is_same(glob))
    };
    let change = |glob: &crate::config::path_glob::PathGlob| {
        let about = format!("exclude {}", glob.text);
        Change::at(
            &glob.origin,
            about,
            format!("files that fit {} are no longer looked at", glob.text),
        )
    };
    after.exclude.iter().filter(is_new).map(change).collect()
}

pub(super) fn exceptions(before: &Config, after: &Config) -> Vec<Change> {
    let is_new =
        |one: &&Exception| !before.exceptions.iter().any(|known| known.accepts_as_much_as(one));
    let change = |one: &Exception| {
        let about = format!("exception of {}", one.about());
        let until = match &one.expires {
            Some((day, _)) => format!(" until {day}"),
            None => String::new(),
        };
        Change::at(&one.origin, about, format!("it accepts {}{until}", one.about()))
    };
    after.exceptions.iter().filter(is_new).map(change).collect()
}

pub(super) fn no_integrations(before: &Config, after: &Config, place: &Places<'_>) -> Vec<Change> {
    let is_new = |glob: &&String| !before.integrations_ignore.contains(glob);
    let change = |glob: &String| {
        let key = format!("integrations-ignore.{glob}");
        let text = format!("names that fit {glob} are no longer taken for integrations");
        Change::at(place.of(&key), format!("integrations-ignore {glob}"), text)
    };
    after.integrations_ignore.iter().filter(is_new).map(change).collect()
}
