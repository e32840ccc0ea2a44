//! What a project is for: an org's configuration, a package, or an app.

use super::discover::Project;
use super::kind::Role;

/// What a project is for; decides presets and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProjectKind {
    /// The configuration of an org.
    Org,
    /// Source of a package with versions.
    Package,
    /// Anything else that is deployed.
    App,
}

words!(ProjectKind { Org = "org", Package = "package", App = "app" });

/// This many profiles are an org's, not an app's.
const ORG_PROFILES: usize = 5;

/// Tells what a project is for, with the reason as a sentence.
pub fn detect_kind(project: &Project) -> (ProjectKind, String) {
    if project.versioned_packages {
        return (
            ProjectKind::Package,
            "a package directory has `package` and `versionNumber`".to_owned(),
        );
    }
    let whole = |metadata_type: &'static str| {
        project.files.iter().filter(move |file| {
            file.kind
                .is_some_and(|kind| kind.metadata_type == metadata_type && kind.role == Role::Whole)
        })
    };
    if let Some(file) = whole("Settings").next() {
        return (ProjectKind::Org, format!("it has org settings ({})", file.path));
    }
    let profiles = whole("Profile").count();
    if profiles >= ORG_PROFILES {
        return (ProjectKind::Org, format!("it has {profiles} profiles"));
    }
    (ProjectKind::App, "it has no package version, no org settings and few profiles".to_owned())
}
