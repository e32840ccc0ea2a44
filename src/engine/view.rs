//! Leaves and values as matchers see them.

use std::ops::Deref;

use crate::model::record::{Data, Leaf, State, Value};
use crate::model::vocabulary::Part;
use crate::value::date::{Date, days_between};
use crate::value::url::is_cli_callback;

/// Values of a leaf. Nearly every leaf has one, and every condition looks at it: no memory is asked for that.
#[derive(Debug, Default)]
pub enum ViewValues<'a> {
    /// No value.
    #[default]
    None,
    /// The only value.
    One(ViewValue<'a>),
    /// Several.
    Many(Vec<ViewValue<'a>>),
}

impl<'a> Deref for ViewValues<'a> {
    type Target = [ViewValue<'a>];

    fn deref(&self) -> &[ViewValue<'a>] {
        match self {
            ViewValues::None => &[],
            ViewValues::One(value) => std::slice::from_ref(value),
            ViewValues::Many(values) => values,
        }
    }
}

impl<'a> FromIterator<ViewValue<'a>> for ViewValues<'a> {
    fn from_iter<I: IntoIterator<Item = ViewValue<'a>>>(values: I) -> ViewValues<'a> {
        let mut values = values.into_iter();
        match (values.next(), values.next()) {
            (None, _) => ViewValues::None,
            (Some(one), None) => ViewValues::One(one),
            (Some(one), Some(two)) => {
                ViewValues::Many([one, two].into_iter().chain(values).collect())
            }
        }
    }
}

/// A leaf, a part of it, or the names of children, as a matcher sees it.
#[derive(Debug)]
pub struct LeafView<'a> {
    /// Stated, defaulted or unknown.
    pub state: State,
    /// The values.
    pub values: ViewValues<'a>,
}

/// One value as a matcher sees it.
#[derive(Clone, Debug)]
pub struct ViewValue<'a> {
    /// The leaf's name.
    pub name: &'a str,
    /// The value it comes from.
    pub value: &'a Value,
    /// The part, if it is one: few are, and a value is passed on for every condition.
    part: Option<Box<Data>>,
}

impl<'a> ViewValue<'a> {
    pub(super) fn of(name: &'a str, value: &'a Value) -> ViewValue<'a> {
        ViewValue { name, value, part: None }
    }

    /// What is compared.
    pub fn data(&self) -> &Data {
        self.part.as_deref().unwrap_or(&self.value.data)
    }

    /// The text that is compared; secrets and certificates have none.
    pub fn text(&self) -> Option<&str> {
        match self.data() {
            Data::Text(text) => Some(text),
            Data::Url(url) => Some(&url.written),
            Data::Bool(_) | Data::Number(_) | Data::Infinite | Data::Date(_) => None,
            Data::Certificate(_) | Data::Secret(_) => None,
        }
    }
}

impl<'a> LeafView<'a> {
    /// The view of a leaf, or of a part of it.
    pub fn new(name: &'a str, leaf: &'a Leaf, part: Option<Part>, today: Date) -> LeafView<'a> {
        let values = match (part, leaf.values.as_slice()) {
            (_, []) => ViewValues::None,
            (None, [value]) => ViewValues::One(ViewValue::of(name, value)),
            (None, values) => values.iter().map(|value| ViewValue::of(name, value)).collect(),
            (Some(part), values) => values
                .iter()
                .filter_map(|value| {
                    let data = part_of(&value.data, part, today)?;
                    Some(ViewValue { name, value, part: Some(Box::new(data)) })
                })
                .collect(),
        };
        LeafView { state: leaf.state, values }
    }
}

/// A part of a typed value; `None` when it has none.
pub fn part_of(data: &Data, part: Part, today: Date) -> Option<Data> {
    let text = |text: &str| Some(Data::Text(text.into()));
    match (data, part) {
        (Data::Url(url), Part::Scheme) => url.scheme.as_deref().and_then(text),
        (Data::Url(url), Part::Host) => url.host.as_deref().and_then(text),
        (Data::Url(url), Part::Port) => url.port.map(|port| Data::Number(f64::from(port))),
        (Data::Url(url), Part::Fragment) => url.fragment.as_deref().and_then(text),
        (Data::Url(url), Part::UserInfo) => Some(Data::Bool(url.userinfo)),
        (Data::Url(url), Part::Loopback) => Some(Data::Bool(url.loopback)),
        (Data::Url(url), Part::Private) => Some(Data::Bool(url.private)),
        (Data::Url(url), Part::IsCli) => Some(Data::Bool(is_cli_callback(url))),
        (Data::Url(url), Part::Wildcard) => text(url.wildcard.name()),
        (Data::Date(day), Part::DaysLeft) => Some(Data::Number(days_between(today, *day) as f64)),
        (Data::Date(day), Part::AgeDays) => Some(Data::Number(days_between(*day, today) as f64)),
        (Data::Certificate(parts), part) => match part {
            Part::NotBefore => parts.not_before.and_then(|day| text(&day.to_string())),
            Part::NotAfter => parts.not_after.and_then(|day| text(&day.to_string())),
            Part::DaysLeft => {
                parts.not_after.map(|day| Data::Number(days_between(today, day) as f64))
            }
            Part::AgeDays => {
                parts.not_before.map(|day| Data::Number(days_between(day, today) as f64))
            }
            Part::KeyBits => parts.key_bits.map(|bits| Data::Number(f64::from(bits))),
            Part::KeyType => parts.key_type.and_then(|kind| text(kind.name())),
            _ => None,
        },
        _ => None,
    }
}
