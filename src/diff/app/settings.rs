//! Switches and policies of apps.

use super::super::change::{Change, Danger, Direction, What};
use super::super::side::Side;
use crate::model::record::{Data, Leaf, Record, State, number_text};

/// A truth value of an app.
struct Switch {
    leaf: &'static str,
    what: What,
    /// The value with which more is possible.
    wide: bool,
    danger: Danger,
    /// What holds with that value.
    state: &'static str,
    /// The same as a change, and the change to the other value.
    widened: &'static str,
    narrowed: &'static str,
}

const fn switch(
    leaf: &'static str,
    wide: bool,
    danger: Danger,
    state: &'static str,
    widened: &'static str,
    narrowed: &'static str,
) -> Switch {
    Switch { leaf, what: What::Setting, wide, danger, state, widened, narrowed }
}

const SWITCHES: &[Switch] = &[
    Switch {
        what: What::SelfAuthorize,
        ..switch(
            "selfAuthorize",
            true,
            Danger::Critical,
            "anyone may authorise it",
            "anyone may now authorise it",
            "only users whom an administrator approves may use it now",
        )
    },
    switch(
        "clientCredentials",
        true,
        Danger::High,
        "it logs in by itself (client credentials flow)",
        "may now log in by itself (client credentials flow)",
        "may no longer log in by itself (client credentials flow)",
    ),
    switch(
        "deviceFlow",
        true,
        Danger::High,
        "the device flow is on",
        "device flow is on now",
        "device flow is off now",
    ),
    switch(
        "codeCredentials",
        true,
        Danger::High,
        "it takes user names and passwords (code and credentials flow)",
        "takes user names and passwords now (code and credentials flow)",
        "takes no user names and passwords any more (code and credentials flow)",
    ),
    switch(
        "pkceRequired",
        false,
        Danger::High,
        "it does not require PKCE",
        "no longer requires PKCE",
        "requires PKCE now",
    ),
    switch(
        "secretOptional",
        true,
        Danger::High,
        "it needs no client secret",
        "no longer needs the client secret",
        "needs the client secret now",
    ),
    switch(
        "secretRequiredForRefresh",
        false,
        Danger::High,
        "it refreshes tokens without the client secret",
        "refreshes tokens without the client secret now",
        "needs the client secret to refresh tokens now",
    ),
    switch(
        "secretRequiredForTokenExchange",
        false,
        Danger::High,
        "it exchanges tokens without the client secret",
        "exchanges tokens without the client secret now",
        "needs the client secret to exchange tokens now",
    ),
    switch(
        "introspectAll",
        true,
        Danger::High,
        "it may introspect all tokens",
        "may introspect all tokens now",
        "may introspect only its own tokens now",
    ),
    switch(
        "tokenExchange",
        true,
        Danger::Medium,
        "token exchange is on",
        "token exchange is on now",
        "token exchange is off now",
    ),
    switch(
        "refreshRotation",
        false,
        Danger::Medium,
        "it keeps one refresh token",
        "no longer replaces refresh tokens at each use",
        "replaces refresh tokens at each use now",
    ),
    switch(
        "idleLimit",
        false,
        Danger::Medium,
        "idle refresh tokens stay valid",
        "refresh tokens stay valid while nobody uses them now",
        "refresh tokens end when nobody uses them for 30 days now",
    ),
    switch(
        "codeCredentialsPostOnly",
        false,
        Danger::Medium,
        "it takes credentials outside of the body",
        "takes credentials also outside of the body now",
        "takes credentials in the body only now",
    ),
    switch(
        "dpop",
        false,
        Danger::Medium,
        "no DPoP",
        "no longer binds tokens by DPoP",
        "binds tokens by DPoP now",
    ),
    switch(
        "mtls",
        false,
        Danger::Medium,
        "no mutual TLS",
        "no longer binds tokens to a TLS certificate",
        "binds tokens to a TLS certificate now",
    ),
    switch(
        "ipBinding",
        false,
        Danger::Medium,
        "tokens from any address",
        "no longer binds refresh tokens to addresses",
        "binds refresh tokens to addresses now",
    ),
    switch(
        "enabled",
        true,
        Danger::Medium,
        "it is on",
        "is switched on now",
        "is switched off now",
    ),
];

/// The value of a switch; where both are stated the one with which more is possible, `None` where nothing is known.
fn value(app: &Record, switch: &Switch) -> Option<bool> {
    let leaf = app.leaf(switch.leaf)?;
    if leaf.is(switch.wide) {
        return Some(switch.wide);
    }
    leaf.is(!switch.wide).then_some(!switch.wide)
}

fn place_of(app: &Record, leaf: &str, side: Side<'_>) -> Option<super::super::change::Spot> {
    let found = app.leaf(leaf);
    side.spot(found.and_then(Leaf::place).or_else(|| found.and_then(|leaf| leaf.home)))
}

/// Switches that differ.
pub(super) fn switches(old: &Record, new: &Record, base: Side<'_>, head: Side<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    for switch in SWITCHES {
        let (before, after) = (value(old, switch), value(new, switch));
        if before == after {
            continue;
        }
        let words =
            |value: Option<bool>| value.map(|value| value.to_string()).into_iter().collect();
        let (direction, text) = match after {
            Some(value) if value == switch.wide => (Direction::Widens, switch.widened.to_owned()),
            Some(_) => (Direction::Narrows, switch.narrowed.to_owned()),
            // What the files do not say any more may be either.
            None => (Direction::Changes, format!("no longer states whether {}", switch.state)),
        };
        let danger = if direction == Direction::Widens { switch.danger } else { Danger::Low };
        let spot = place_of(new, switch.leaf, head)
            .or_else(|| place_of(old, switch.leaf, base))
            .or_else(|| head.spot(new.block.place));
        let change = Change::new(switch.what, direction, danger, text);
        changes.push(change.with_values(words(before), words(after)).at(spot));
    }
    changes
}

/// What is dangerous about an app by itself.
pub(super) fn dangers(app: &Record) -> Vec<(Danger, String)> {
    let on = SWITCHES.iter().filter(|switch| {
        // PKCE protects those that have no secret to keep.
        switch.danger <= Danger::High
            && value(app, switch) == Some(switch.wide)
            && (switch.leaf != "pkceRequired" || app.is("publicClient"))
    });
    let mut found: Vec<(Danger, String)> =
        on.map(|switch| (switch.danger, switch.state.to_owned())).collect();
    if let Some(relaxation) = first(app, "ipRelaxation").filter(|word| word != "enforce") {
        found.push((Danger::High, format!("its IP restrictions are {}", relaxed(&relaxation))));
    }
    found
}

/// Words from the strictest to the weakest, each as people read it.
type Scale = &'static [(&'static str, &'static str)];

/// Spellings of IP relaxation from the strictest to the weakest.
const RELAXATIONS: Scale = &[
    ("enforce", "enforced"),
    ("enforce-relax-refresh", "enforced, but not for refresh tokens"),
    ("bypass-2factor", "relaxed for those with a second factor"),
    ("bypass", "relaxed for everybody"),
];
const SESSION_LEVELS: Scale =
    &[("high_assurance", "high assurance"), ("standard", "standard"), ("low", "low")];

/// Any session will do: what an app asks for that states no level.
const STANDARD_LEVEL: Option<usize> = Some(1);

fn relaxed(word: &str) -> &str {
    RELAXATIONS.iter().find(|(known, _)| *known == word).map_or(word, |(_, words)| words)
}

fn first(app: &Record, leaf: &str) -> Option<String> {
    Some(app.leaf(leaf)?.first_text()?.to_lowercase())
}

fn written(app: &Record, leaf: &str) -> Vec<String> {
    let values = app.leaf(leaf).into_iter().flat_map(|leaf| &leaf.values);
    let mut all: Vec<String> = values.map(|value| value.written.to_string()).collect();
    all.sort();
    all.dedup();
    all
}

/// Policies that differ.
pub(super) fn policies(old: &Record, new: &Record, base: Side<'_>, head: Side<'_>) -> Vec<Change> {
    let at = |leaf: &str| {
        place_of(new, leaf, head)
            .or_else(|| place_of(old, leaf, base))
            .or_else(|| head.spot(new.block.place))
    };
    let mut changes = Vec::new();
    // With what holds where nobody states anything.
    let scales: [(&str, Scale, Option<usize>, &str); 2] = [
        ("ipRelaxation", RELAXATIONS, None, "IP restrictions are"),
        ("sessionLevel", SESSION_LEVELS, STANDARD_LEVEL, "the session level that it asks for is"),
    ];
    for (leaf, scale, default, subject) in scales {
        let rank = |app: &Record| {
            let Some(word) = first(app, leaf) else { return default };
            scale.iter().position(|(known, _)| *known == word)
        };
        let (before, after) = (rank(old), rank(new));
        if before == after {
            continue;
        }
        let words = |at: Option<usize>| at.and_then(|at| scale.get(at)).map(|(_, words)| *words);
        let direction = match (before, after) {
            // Not stated means the strictest or unknown; the weakest is told in any case.
            (None, Some(0)) => continue,
            (Some(_), None) => Direction::Changes,
            (before, after) if after > before => Direction::Widens,
            _ => Direction::Narrows,
        };
        let unsaid = "not stated";
        let (now, then) = (words(after).unwrap_or(unsaid), words(before).unwrap_or(unsaid));
        let text = format!("{subject} now {now} instead of {then}");
        let danger = if direction == Direction::Widens { Danger::High } else { Danger::Low };
        let values = |words: Option<&str>| words.map(str::to_owned).into_iter().collect();
        let change = Change::new(What::Setting, direction, danger, text);
        changes.push(change.with_values(values(words(before)), values(words(after))).at(at(leaf)));
    }
    changes.extend(refresh(old, new).map(|change| change.at(at("refreshTokenDays"))));
    let users = [
        ("runAsUser", What::RunAsUser, "the client credentials flow runs as", Danger::High),
        ("plugin", What::Setting, "authorisations go through the Apex class", Danger::Medium),
        (
            "pluginUser",
            What::Setting,
            "the Apex class of its authorisations runs as",
            Danger::Medium,
        ),
    ];
    for (leaf, what, words, danger) in users {
        let (before, after) = (written(old, leaf), written(new, leaf));
        if before == after {
            continue;
        }
        let text = match (before.first(), after.first()) {
            (Some(old), Some(new)) => format!("{words} {new} instead of {old}"),
            (None, Some(new)) => format!("{words} {new} now"),
            (Some(old), None) => format!("no longer states that {words} {old}"),
            (None, None) => continue,
        };
        let danger = if after.is_empty() { Danger::Low } else { danger };
        let change = Change::new(what, Direction::Changes, danger, text);
        changes.push(change.with_values(before, after).at(at(leaf)));
    }
    if certificates(old) != certificates(new) {
        let text = match (certificates(old).is_empty(), certificates(new).is_empty()) {
            (true, _) => "has a certificate now: who holds its key can log in",
            (_, true) => "has no certificate any more",
            _ => "has another certificate: who holds the key to it can log in",
        };
        let direction =
            if certificates(new).is_empty() { Direction::Narrows } else { Direction::Changes };
        let change = Change::new(What::Certificate, direction, Danger::Medium, text.to_owned());
        changes.push(change.at(at("certificate")));
    }
    changes
}

/// What is known of certificates; the rest of them is not kept.
fn certificates(app: &Record) -> Vec<String> {
    let values = app.leaf("certificate").into_iter().flat_map(|leaf| &leaf.values);
    let parts = values.filter_map(|value| match &value.data {
        Data::Certificate(parts) => Some(parts),
        _ => None,
    });
    parts
        .map(|one| {
            format!(
                "{:?} {:?} {:?} {:?}",
                one.not_before, one.not_after, one.key_bits, one.signature
            )
        })
        .collect()
}

/// How long refresh tokens live.
fn refresh(old: &Record, new: &Record) -> Option<Change> {
    let days = |app: &Record| -> Option<f64> {
        let leaf = app.leaf("refreshTokenDays").filter(|leaf| leaf.state != State::Unknown)?;
        let values = leaf.values.iter().filter_map(|value| match value.data {
            Data::Number(days) => Some(days),
            Data::Infinite => Some(f64::INFINITY),
            _ => None,
        });
        values.reduce(f64::max)
    };
    let (before, after) = (days(old)?, days(new)?);
    if before == after {
        return None;
    }
    let words = |days: f64| {
        if days.is_infinite() {
            "without end".to_owned()
        } else if days == 1.0 {
            "for 1 day".to_owned()
        } else {
            format!("for {} days", number_text(days))
        }
    };
    let (direction, danger) = if after > before {
        (Direction::Widens, if after.is_infinite() { Danger::High } else { Danger::Medium })
    } else {
        (Direction::Narrows, Danger::Low)
    };
    let text = format!("refresh tokens are valid {} instead of {}", words(after), words(before));
    let values = |days: f64| {
        vec![if days.is_infinite() { "infinite".to_owned() } else { number_text(days) }]
    };
    Some(
        Change::new(What::RefreshToken, direction, danger, text)
            .with_values(values(before), values(after)),
    )
}
