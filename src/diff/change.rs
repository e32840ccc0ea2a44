//! What a comparison tells: who is concerned, what changed for them, and how dangerous that is.

use crate::document::Span;
use crate::model::record::{FileId, Place};
use crate::project::store::FileEntry;
use crate::settle::location;
use crate::settle::report::{Location, Region};

/// What a change does to access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// More can be done or reached, or by more, or a protection is gone.
    Widens,
    /// Neither more nor less as far as the files tell.
    Changes,
    /// Less can be done or reached, or by fewer.
    Narrows,
}

words!(Direction { Widens = "widens", Changes = "changes", Narrows = "narrows" });

/// How dangerous a change is: the order in which changes are told.
///
/// - critical: permissions of tier 0 and Modify All on an object; any access of guests; an app that anyone may authorise, or with
///   the scope Full; every address.
/// - high: permissions of tier 1; View All, View All Fields and Delete on an object; sensitive fields; what protects an app, a login
///   or a field is taken away; clear text.
/// - medium: Create and Edit on an object, Edit on a field, code and flows that may be run; further scopes, callbacks and grantees
///   of apps; further addresses.
/// - low: everything else, and everything that is lost.
///
/// Access of people outside of the company counts one step more; what a permission over all records gives already, and what is not
/// deployed, counts as low.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Danger {
    /// By itself a way to everything, or to something for everybody.
    Critical,
    /// Much, or a protection less.
    High,
    /// More than before, within bounds.
    Medium,
    /// Good to know.
    Low,
}

words!(Danger { Critical = "critical", High = "high", Medium = "medium", Low = "low" });

impl Danger {
    /// One step more.
    #[must_use]
    pub fn raised(self) -> Danger {
        match self {
            Danger::Critical | Danger::High => Danger::Critical,
            Danger::Medium => Danger::High,
            Danger::Low => Danger::Medium,
        }
    }
}

/// What kind of thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum What {
    Added,
    Removed,
    Renamed,
    Moved,
    Audience,
    License,
    SessionActivation,
    LoginHours,
    UserPermission,
    Object,
    Field,
    ApexClass,
    Page,
    Flow,
    ExternalCredential,
    CustomPermission,
    CustomSetting,
    CustomMetadata,
    Member,
    AddressRange,
    Scope,
    SelfAuthorize,
    Setting,
    RefreshToken,
    RunAsUser,
    Certificate,
    Callback,
    Grantee,
    Address,
    Classification,
    Encryption,
    Readers,
}

words!(What {
    Added = "added",
    Removed = "removed",
    Renamed = "renamed",
    Moved = "moved",
    Audience = "audience",
    License = "license",
    SessionActivation = "sessionActivation",
    LoginHours = "loginHours",
    UserPermission = "userPermission",
    Object = "object",
    Field = "field",
    ApexClass = "apexClass",
    Page = "page",
    Flow = "flow",
    ExternalCredential = "externalCredential",
    CustomPermission = "customPermission",
    CustomSetting = "customSetting",
    CustomMetadata = "customMetadata",
    Member = "member",
    AddressRange = "addressRange",
    Scope = "scope",
    SelfAuthorize = "selfAuthorize",
    Setting = "setting",
    RefreshToken = "refreshToken",
    RunAsUser = "runAsUser",
    Certificate = "certificate",
    Callback = "callback",
    Grantee = "grantee",
    Address = "address",
    Classification = "classification",
    Encryption = "encryption",
    Readers = "readers",
});

/// One of the two that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SideOf {
    /// What was.
    Base,
    /// What will be.
    Head,
}

words!(SideOf { Base = "base", Head = "head" });

/// A place on one of the sides.
#[derive(Clone, Debug)]
pub struct Spot {
    /// On which.
    pub side: SideOf,
    /// Where; lines are those of the beginning of the file until the location is located.
    pub location: Location,
}

impl Spot {
    /// A place among the files of a side.
    pub fn new(side: SideOf, place: Option<Place>, files: &[FileEntry]) -> Option<Spot> {
        Some(Spot { side, location: location(place?, files)? })
    }

    /// A file of a side as a whole.
    pub fn of_file(side: SideOf, path: &str) -> Spot {
        let location = Location {
            file: FileId(u32::MAX),
            path: path.to_owned(),
            region: Region::FILE,
            span: Span::default(),
        };
        Spot { side, location }
    }
}

/// One of several things that a change is about: an object, a field, an Apex class.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its name as it is written.
    pub name: String,
    /// A field that holds what must be protected.
    pub sensitive: bool,
    /// Where it stands.
    pub spot: Option<Spot>,
}

/// One sentence about somebody.
#[derive(Clone, Debug)]
pub struct Change {
    /// What changed.
    pub what: What,
    /// What it does to access.
    pub direction: Direction,
    /// How dangerous it is.
    pub danger: Danger,
    /// The sentence without its subject: `gains Delete on Account`.
    pub text: String,
    /// What that means, to follow a colon; of permissions what the list of tiers says.
    pub because: Option<String>,
    /// The things that it is about; none where the sentence says all.
    pub items: Vec<Item>,
    /// Values before, as far as there are any: rights for grants.
    pub before: Vec<String>,
    /// Values after.
    pub after: Vec<String>,
    /// Groups that gain or lose the same by it.
    pub groups: Vec<String>,
    /// Sets that a group has it from.
    pub through: Vec<String>,
    /// Where to look.
    pub spot: Option<Spot>,
}

impl Change {
    /// A change with a sentence, and nothing else yet.
    pub fn new(what: What, direction: Direction, danger: Danger, text: String) -> Change {
        Change {
            what,
            direction,
            danger: if direction == Direction::Narrows { Danger::Low } else { danger },
            text,
            because: None,
            items: Vec::new(),
            before: Vec::new(),
            after: Vec::new(),
            groups: Vec::new(),
            through: Vec::new(),
            spot: None,
        }
    }

    /// The same with values.
    #[must_use]
    pub fn with_values(mut self, before: Vec<String>, after: Vec<String>) -> Change {
        self.before = before;
        self.after = after;
        self
    }

    /// The same with a place.
    #[must_use]
    pub fn at(mut self, spot: Option<Spot>) -> Change {
        self.spot = spot;
        self
    }

    /// The order in which changes of one subject are told: gains before losses, the most dangerous first.
    fn rank(&self) -> (Danger, Direction, What, &str) {
        (self.danger, self.direction, self.what, &self.text)
    }
}

/// Kinds of those that changes are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum SubjectKind {
    Profile,
    PermissionSet,
    PermissionSetGroup,
    App,
    Field,
    Endpoint,
    Org,
}

words!(SubjectKind {
    Profile = "profile",
    PermissionSet = "permissionSet",
    PermissionSetGroup = "permissionSetGroup",
    App = "app",
    Field = "field",
    Endpoint = "endpoint",
    Org = "org",
});

/// What tells one subject from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectKey {
    /// What it is.
    pub kind: SubjectKind,
    /// Its name in the form in which names are compared.
    pub canonical: String,
    /// The folder of a separate copy of the org, empty for the project itself.
    pub copy: String,
    /// Its metadata type, where one kind unites several and the names may be the same.
    pub metadata_type: &'static str,
}

/// Somebody with all that changed for them.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What tells it from others.
    pub key: SubjectKey,
    /// Its name.
    pub name: String,
    /// Its label, if it has another one.
    pub label: Option<String>,
    /// How a heading begins: `Permission set`, `Guests of Help`.
    pub title: String,
    /// What a reader must know of it: `integration`, `not deployed`.
    pub tags: Vec<&'static str>,
    /// The changes, most dangerous first, gains before losses.
    pub changes: Vec<Change>,
}

impl Subject {
    /// How dangerous its worst change is.
    pub fn danger(&self) -> Danger {
        self.changes.iter().map(|change| change.danger).min().unwrap_or(Danger::Low)
    }

    fn direction(&self) -> Direction {
        self.changes.iter().map(|change| change.direction).min().unwrap_or(Direction::Narrows)
    }

    /// Sorts the changes.
    pub fn sort(&mut self) {
        self.changes.sort_by(|a, b| a.rank().cmp(&b.rank()));
    }

    /// The order of subjects: the most dangerous first, those who gain before those who lose.
    pub fn rank(&self) -> (Danger, Direction, &SubjectKey) {
        (self.danger(), self.direction(), &self.key)
    }
}
