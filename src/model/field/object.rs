//! What the file of an object says about all of its fields.

use crate::model::node::{Node, ValueReader};
use crate::model::record::{Component, Data, Leaf, Place, State};

/// What kind of thing an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// A standard or custom object with records.
    Object,
    /// A custom setting.
    CustomSetting,
    /// A custom metadata type.
    CustomMetadata,
    /// A platform event.
    Event,
    /// An external object.
    External,
    /// A big object.
    Big,
}

words!(ObjectKind {
    Object = "object",
    CustomSetting = "custom-setting",
    CustomMetadata = "custom-metadata",
    Event = "event",
    External = "external",
    Big = "big",
});

impl ObjectKind {
    /// Whether changes of its records can be tracked field by field.
    pub fn keeps_history(self) -> bool {
        self == ObjectKind::Object
    }

    /// Whether its values are configuration, with a visibility of their own.
    pub fn has_values_of_its_own(self) -> bool {
        matches!(self, ObjectKind::CustomSetting | ObjectKind::CustomMetadata)
    }
}

/// The kind of an object by its name; `None` for `X__c`, which may be a custom object or a custom setting.
pub(super) fn kind_by_name(object: &str) -> Option<ObjectKind> {
    let suffix = object.rsplit_once("__").map(|(_, suffix)| suffix.to_ascii_lowercase());
    match suffix.as_deref() {
        Some("c") => None,
        Some("mdt") => Some(ObjectKind::CustomMetadata),
        Some("e") => Some(ObjectKind::Event),
        Some("x") => Some(ObjectKind::External),
        Some("b") => Some(ObjectKind::Big),
        _ => Some(ObjectKind::Object),
    }
}

/// What the file of an object says about its fields.
#[derive(Clone, Debug)]
pub struct ObjectFile {
    /// The object.
    pub component: Component,
    /// Which kind of thing it is.
    pub kind: ObjectKind,
    /// Where that is written.
    pub kind_at: Option<Place>,
    /// `enableHistory`; unknown when absent: an object that is stored for its fields or list views alone does not say it.
    pub history: Leaf,
    /// `visibility`, up to API 33 `customSettingsVisibility`; Public when neither is stated (Metadata API, CustomObject).
    pub visibility: Leaf,
}

impl ObjectFile {
    /// Another file of the same object: what it says wins.
    pub fn overlay(&mut self, later: ObjectFile) {
        if later.kind_at.is_some() {
            self.kind = later.kind;
            self.kind_at = later.kind_at;
        }
        if later.history.state == State::Stated {
            self.history = later.history;
        }
        if later.visibility.state == State::Stated {
            self.visibility = later.visibility;
        }
    }
}

/// Reads the file of an object.
pub fn object_file(root: Node<'_>, component: &Component, read: &mut ValueReader) -> ObjectFile {
    let here = [root];
    let setting = root.all("customSettingsType").next();
    let kind = match setting {
        Some(_) => ObjectKind::CustomSetting,
        None => kind_by_name(&component.name).unwrap_or(ObjectKind::Object),
    };
    let mut visibility = read.texts(&here, &["visibility"]);
    visibility.extend(read.texts(&here, &["customSettingsVisibility"]));
    let history = read.bools(&here, &["enableHistory"]);
    ObjectFile {
        component: component.clone(),
        kind,
        kind_at: setting.map(Node::value_place),
        history: Leaf::stated_or(history, Leaf::UNKNOWN),
        visibility: Leaf::stated_or(
            visibility,
            Leaf::defaulted(Data::Text("Public".into())).at_home(Some(root.start_tag())),
        ),
    }
}
