//! `IpAllowList`: the address ranges of one owner with the arithmetic of their union.
//!
//! Three metadata types spell a range in three ways, and mean three things by it: a profile's ranges
//! restrict login, the org's trusted ranges skip verification, an app's ranges relax its restrictions.

use std::collections::HashSet;

use crate::model::builder::{ChildBuilder, RecordBuilder};
use crate::model::node::{Node, ValueReader};
use crate::model::record::{Component, Data, Leaf, Place, Record, Value};
use crate::value::ip::{Range, Reserved, parse_address, union};
use crate::value::name;

/// How a metadata type spells its ranges.
struct Spelling {
    usage: &'static str,
    path: &'static [&'static str],
    start: &'static str,
    end: &'static str,
}

/// Which component holds the ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeOwner {
    /// `loginIpRanges` of a profile.
    Profile,
    /// `networkAccess.ipRanges` of the security settings.
    SecuritySettings,
    /// `ipRanges` of a connected app.
    ConnectedApp,
    /// `trustedIpRanges` in `.ecaOauth`.
    ExternalAppOauth,
    /// `tokenIpRanges` in `.ecaOauthSecurity`.
    ExternalAppTokens,
}

impl RangeOwner {
    fn spelling(self) -> Spelling {
        let (usage, path, start, end): (_, &'static [&'static str], _, _) = match self {
            RangeOwner::Profile => ("login", &["loginIpRanges"], "startAddress", "endAddress"),
            RangeOwner::SecuritySettings => {
                ("trusted", &["networkAccess", "ipRanges"], "start", "end")
            }
            RangeOwner::ConnectedApp => ("app", &["ipRanges"], "start", "end"),
            RangeOwner::ExternalAppOauth => {
                ("app", &["trustedIpRanges"], "startIpAddress", "endIpAddress")
            }
            RangeOwner::ExternalAppTokens => {
                ("token", &["tokenIpRanges"], "startIpAddress", "endIpAddress")
            }
        };
        Spelling { usage, path, start, end }
    }
}

/// The ranges below these roots; `None` when there are none.
pub fn ip_allow_list(
    owner: RangeOwner,
    roots: &[Node<'_>],
    component: Component,
    standard: bool,
    read: &mut ValueReader,
) -> Option<Record> {
    let spelling = owner.spelling();
    let nodes = crate::model::node::descend(roots, spelling.path);
    let first = nodes.first()?;
    let builder = ChildBuilder::new("IpAllowList", "range")?;
    let mut ranges: Vec<Range> = Vec::with_capacity(nodes.len());
    let mut known = HashSet::new();
    let mut blocks = Vec::with_capacity(nodes.len());
    for node in &nodes {
        let here = [*node];
        let starts = read.texts(&here, &[spelling.start]);
        let ends = read.texts(&here, &[spelling.end]);
        // A bound that stands twice is read in every combination: the widest must not hide.
        for (start, end) in pairs(&starts, &ends) {
            let written =
                |value: Option<&Value>| value.map_or(String::new(), |v| v.written.to_string());
            let range = Range::parse(&written(start), &written(end));
            let duplicate = range.defect.is_none() && !known.insert((range.start, range.end));
            let place = start.or(end).and_then(|value| value.place);
            let bound = |value: Option<&Value>| {
                value.map_or(Leaf::NONE, |value| Leaf::stated(vec![value.clone()]))
            };
            let defect = range.defect.map_or("none", |defect| defect.name());
            let reserved = range.reserved.map_or("none", |reserved| reserved.name());
            blocks.push(builder.block(
                Some(node.start_tag()),
                vec![
                    ("start", bound(start)),
                    ("end", bound(end)),
                    (
                        "description",
                        Leaf::stated_or(read.texts(&here, &["description"]), Leaf::NONE),
                    ),
                    ("defect", Leaf::text(defect, place)),
                    ("reserved", Leaf::text(reserved, place)),
                    ("duplicate", Leaf::derived(duplicate, place)),
                    ("prefix", prefix_leaf(&range, place)),
                ],
            ));
            ranges.push(range);
        }
    }
    // Private addresses reach nobody's door from the internet, so they make no list broad.
    let private =
        |range: &Range| matches!(range.reserved, Some(Reserved::Private | Reserved::Loopback));
    let public: Vec<Range> = ranges.iter().filter(|range| !private(range)).cloned().collect();
    let everything = union(&ranges);
    let sum = if public.is_empty() { everything.clone() } else { union(&public) };
    // The widest range is what a person must look at.
    let widest = ranges
        .iter()
        .zip(&blocks)
        .filter(|(range, _)| range.defect.is_none())
        .max_by_key(|(range, _)| {
            let alone = union(std::slice::from_ref(*range));
            // A prefix says how much of its space a range takes, so both families compare.
            let share = |prefix: Option<u8>, bits: u32| {
                prefix.map_or(0, |prefix| 1 + 100 * (bits - u32::from(prefix)) / bits)
            };
            share(alone.v4_prefix, 32).max(share(alone.v6_prefix, 128))
        })
        .and_then(|(_, block)| block.place)
        .unwrap_or_else(|| first.start_tag());
    let name = component.name.clone();
    let mut record = RecordBuilder::new("IpAllowList", component, Some(widest))?;
    let number = |prefix: Option<u8>| {
        prefix.map_or(Leaf::NONE, |prefix| {
            let data = Data::Number(f64::from(prefix));
            Leaf::stated(vec![Value {
                data,
                written: prefix.to_string().into(),
                place: Some(widest),
            }])
        })
    };
    let canonical = if owner == RangeOwner::Profile {
        name::canonical_profile(&name)
    } else {
        name::canonical(&name)
    };
    record
        .set("use", Leaf::text(spelling.usage, None))
        .set(
            "owner",
            Leaf::stated(vec![Value {
                data: Data::Text(canonical.into()),
                written: name.as_str().into(),
                place: None,
            }]),
        )
        .set("standard", Leaf::derived(standard, None))
        .set("addresses", Leaf::text(&sum.addresses_text(), Some(widest)))
        .set("unionPrefix", number(sum.v4_prefix.filter(|_| !everything.private_only)))
        .set("unionPrefix6", number(sum.v6_prefix.filter(|_| !everything.private_only)))
        .set("wholeSpace", Leaf::derived(sum.v4_whole || sum.v6_whole, Some(widest)))
        .set("privateOnly", Leaf::derived(everything.private_only, Some(widest)));
    record.children("range", blocks);
    Some(record.finish())
}

/// The size of one range as a prefix length; nothing for a range that matches nothing.
fn prefix_leaf(range: &Range, place: Option<Place>) -> Leaf {
    let alone = union(std::slice::from_ref(range));
    match alone.v4_prefix.or(alone.v6_prefix) {
        Some(prefix) => Leaf::stated(vec![Value {
            data: Data::Number(f64::from(prefix)),
            written: prefix.to_string().into(),
            place,
        }]),
        None => Leaf::NONE,
    }
}

/// Bounds of one range that are combined with each other; of more, only the widest counts.
const COMBINATIONS: usize = 4;

fn pairs<'v>(
    starts: &'v [Value],
    ends: &'v [Value],
) -> Vec<(Option<&'v Value>, Option<&'v Value>)> {
    let (starts, ends) = if starts.len().max(ends.len()) > COMBINATIONS {
        (outermost(starts, false), outermost(ends, true))
    } else {
        (starts.iter().collect(), ends.iter().collect())
    };
    let optional = |values: Vec<&'v Value>| -> Vec<Option<&'v Value>> {
        if values.is_empty() { vec![None] } else { values.into_iter().map(Some).collect() }
    };
    let ends = optional(ends);
    optional(starts)
        .into_iter()
        .flat_map(|start| ends.iter().map(move |end| (start, *end)))
        .collect()
}

/// The lowest, or the highest, IPv4 and IPv6 address.
fn outermost(values: &[Value], highest: bool) -> Vec<&Value> {
    let mut found: Vec<&Value> = Vec::new();
    for v4 in [true, false] {
        let family = values
            .iter()
            .filter_map(|value| Some((parse_address(&value.written)?, value)))
            .filter(|(address, _)| address.is_ipv4() == v4);
        let widest = if highest {
            family.max_by_key(|(address, _)| *address)
        } else {
            family.min_by_key(|(address, _)| *address)
        };
        found.extend(widest.map(|(_, value)| value));
    }
    found
}
