//! How long refresh tokens live.

use crate::model::builder::RecordBuilder;
use crate::model::node::{Node, ValueReader};
use crate::model::record::{Data, Leaf, Place, State, Value};
use crate::value::duration::{Days, RefreshMode, RefreshPolicy};

/// Days after which an idle token ends when `isEnforceRefreshTokenTTL` is on (Salesforce Help,
/// "Limit idle refresh token TTL").
const IDLE_TOKEN_DAYS: f64 = 30.0;
/// How long refresh tokens live, with the places that say so.
pub(super) struct Tokens {
    pub(super) policies: Vec<(RefreshPolicy, Option<Place>)>,
}

impl Tokens {
    pub(super) fn default_of(mode: RefreshMode, days: Days) -> Tokens {
        Tokens { policies: vec![(RefreshPolicy { mode, days }, None)] }
    }
}

pub(super) fn set_refresh(
    app: &mut RecordBuilder,
    tokens: Option<Tokens>,
    config: &[Node<'_>],
    home: Option<Place>,
    read: &mut ValueReader,
) {
    // A cap that is contradicted caps nothing.
    let caps = Leaf::stated(read.bools(config, &["isEnforceRefreshTokenTTL"]));
    let idle = Leaf::stated_or(caps.values.clone(), Leaf::UNKNOWN);
    app.set("idleLimit", idle.at_home(config.first().map(|node| node.start_tag())));
    let capped = caps.values.first().filter(|_| caps.is_only(true)).cloned();
    let Some(tokens) = tokens else {
        return;
    };
    let mut modes = Vec::new();
    let mut days = Vec::new();
    for (policy, place) in tokens.policies {
        let over_cap = match policy.days {
            Days::Infinite => true,
            Days::Number(number) => number > IDLE_TOKEN_DAYS,
        };
        // The cap ends idle tokens: an endless or long policy then behaves like 30 days of inactivity.
        let (mode, length, place) = match &capped {
            Some(cap) if over_cap => ("inactivity", Data::Number(IDLE_TOKEN_DAYS), cap.place),
            _ => (policy.mode.name(), days_data(policy.days), place),
        };
        modes.push(value_of(Data::Text(mode.into()), place));
        days.push(value_of(length, place));
    }
    let stated = days.iter().any(|value| value.place.is_some());
    let leaf = |values| {
        if stated { Leaf::stated(values) } else { defaulted(values).at_home(home) }
    };
    app.set("refreshTokenMode", leaf(modes));
    app.set("refreshTokenDays", leaf(days));
}

pub(super) fn defaulted(values: Vec<Value>) -> Leaf {
    Leaf { state: State::Defaulted, ..Leaf::stated(values) }
}

pub(super) fn days_data(days: Days) -> Data {
    match days {
        Days::Infinite => Data::Infinite,
        Days::Number(number) => Data::Number(number),
    }
}

pub(super) fn value_of(data: Data, place: Option<Place>) -> Value {
    let leaf = Leaf::defaulted(data.clone());
    let written = leaf.values.into_iter().next().map(|value| value.written).unwrap_or_default();
    Value { data, written, place }
}
