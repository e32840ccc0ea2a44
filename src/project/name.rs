//! The full name of the component a file belongs to.

use percent_encoding::percent_decode_str;

use super::kind::{FileKind, PERMISSION_SETS, Role, strip_meta};
use super::path::{file_name, parent, split_at_folder};
use super::types::{self, Child, TypeRow};

/// Sub-folders of a decomposed permission set, one file an entry or an object.
const PART_FOLDERS: [&str; 16] = [
    "agentAccesses",
    "applicationVisibilities",
    "classAccesses",
    "customMetadataTypeAccesses",
    "customPermissions",
    "customSettingAccesses",
    "externalCredentialPrincipalAccesses",
    "externalDataSourceAccesses",
    "fieldPermissions",
    "flowAccesses",
    "objectPermissions",
    "objectSettings",
    "pageAccesses",
    "recordTypeVisibilities",
    "tabSettings",
    "userPermissions",
];

/// The full name of the component the file at a normalised path belongs to: `Admin`, `Account.Rating__c`,
/// `MyFolder/MyReport`.
///
/// File names carry percent-encoded full names. They are decoded exactly once, so `Custom%3A Sales` and
/// `Custom: Sales` are one component; invalid escapes stay as they are.
pub fn component_name(path: &str, kind: &FileKind) -> String {
    let (stem, _) = strip_meta(file_name(path));
    let base = stem.rsplit_once('.').map_or(stem, |(base, _)| base);
    let row = types::by_name(kind.metadata_type);
    match kind.role {
        Role::PermissionSetPart => decode(permission_set_of(path, base)),
        Role::ObjectChild | Role::DecomposedChild => child_name(path, base, row),
        Role::Whole | Role::Companion | Role::Content => match row {
            Some(row) if row.bundle || row.in_folder => {
                name_in_folder(path, stem, base, kind.role, row)
            }
            _ => decode(base),
        },
    }
}

/// Percent-decodes once; what does not decode to UTF-8 stays encoded.
fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    percent_decode_str(text)
        .decode_utf8()
        .map_or_else(|_| text.to_owned(), |decoded| decoded.into_owned())
}

/// The set a part belongs to: the folder right below `permissionsets`. Sets filed one level deeper are told by their
/// parts, which are named like their folder or lie in a folder named after the kind of part.
fn permission_set_of<'a>(path: &'a str, base: &'a str) -> &'a str {
    let folder_path = parent(path);
    let folder = file_name(folder_path);
    if folder.eq_ignore_ascii_case(base) {
        return folder;
    }
    let is_part_folder = PART_FOLDERS.iter().any(|name| folder.eq_ignore_ascii_case(name));
    let above = file_name(parent(folder_path));
    if is_part_folder && !above.eq_ignore_ascii_case(PERMISSION_SETS) {
        return above;
    }
    split_at_folder(path, &[PERMISSION_SETS])
        .and_then(|(_, _, below)| below.split('/').next())
        .unwrap_or(base)
}

/// `Parent.Name`: the parent is the folder right below the type's directory.
fn child_name(path: &str, base: &str, row: Option<&TypeRow>) -> String {
    let Some(row) = row.filter(|row| row.child != Some(Child::Alone)) else {
        return decode(base);
    };
    let owner = match split_at_folder(path, &[row.directory]) {
        Some((_, _, below)) => below.split_once('/').map(|(owner, _)| owner),
        // Moved out of its directory the file still lies in `<Object>/fields/`.
        None => Some(file_name(parent(parent(path)))).filter(|owner| !matches!(*owner, "." | "")),
    };
    owner.map_or_else(|| decode(base), |owner| format!("{}.{}", decode(owner), decode(base)))
}

/// Names that contain or are a folder's: reports, documents, bundles.
fn name_in_folder(path: &str, stem: &str, base: &str, role: Role, row: &TypeRow) -> String {
    let Some((_, _, below)) = split_at_folder(path, &[row.directory]) else {
        let folder = file_name(parent(path));
        return if row.in_folder && folder != "." {
            decode(&format!("{folder}/{base}"))
        } else {
            decode(base)
        };
    };
    if row.in_folder {
        let folder = parent(below);
        // A document keeps its extension.
        let name = if row.bundle && role == Role::Companion { stem } else { base };
        return decode(&if folder == "." { name.to_owned() } else { format!("{folder}/{name}") });
    }
    let mut folders = below.split('/');
    let first = folders.next().unwrap_or(below);
    if first.len() == below.len() {
        // Directly in the directory: the bundle's own file.
        return decode(base);
    }
    // Experience sites lie one level deeper: `site/<Site>/…`.
    match folders.next() {
        Some(site) if row.name == "DigitalExperienceBundle" && folders.next().is_some() => {
            decode(&format!("{first}/{site}"))
        }
        _ => decode(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::kind_of;

    fn name(path: &str) -> String {
        component_name(path, &kind_of(path).expect(path))
    }

    #[test]
    fn names() {
        for (path, expected) in [
            ("profiles/Admin.profile-meta.xml", "Admin"),
            ("profiles/Admin.PROFILE-META.XML", "Admin"),
            ("profiles/Admin.profile", "Admin"),
            ("profiles/Custom%3A Sales.profile", "Custom: Sales"),
            ("profiles/Custom: Sales.profile-meta.xml", "Custom: Sales"),
            ("profiles/Force%2Ecom - Free User.profile", "Force.com - Free User"),
            ("profiles/A%253A.profile", "A%3A"),
            ("profiles/100%.profile", "100%"),
            ("profiles/A%zz%3A.profile", "A%zz:"),
            ("profiles/A%FF.profile", "A%FF"),
            ("customMetadata/T.R.md-meta.xml", "T.R"),
            ("objects/Account/fields/Rating__c.field-meta.xml", "Account.Rating__c"),
            ("OBJECTS/Account/fields/Rating__c.field-meta.xml", "Account.Rating__c"),
            ("objects/x/objects/Account/fields/F.field-meta.xml", "Account.F"),
            ("x/Account/fields/F.field-meta.xml", "Account.F"),
            ("F.field-meta.xml", "F"),
            ("objects/Account/Account.object-meta.xml", "Account"),
            ("reports/Sales/Q1/R.report-meta.xml", "Sales/Q1/R"),
            ("x/F/R.report-meta.xml", "F/R"),
            ("email/F/T.email", "F/T"),
            ("documents/F/x.png-meta.xml", "F/x.png"),
            ("permissionsets/P%20S/P%20S.userPermission-meta.xml", "P S"),
            ("permissionsets/P/objectSettings/Account.objectSettings-meta.xml", "P"),
            ("permissionsets/P/userPermissions/ModifyAllData.userPermission-meta.xml", "P"),
            ("permissionsets/P/newThings/X.newThing-meta.xml", "P"),
            ("permissionsets/team/P/P.permissionset-meta.xml", "P"),
            ("permissionsets/team/P/fieldPermissions/A.B.fieldPermission-meta.xml", "P"),
            ("permissionsets/objectSettings/X.userPermission-meta.xml", "objectSettings"),
            ("permissionsets/p/P.permissionset-meta.xml", "p"),
            ("sharingRules/Account/sharingGuestRules/G1.sharingGuestRule-meta.xml", "Account.G1"),
            ("workflows/A/workflowOutboundMessages/O.workflowOutboundMessage-meta.xml", "A.O"),
            ("labels/API.label-meta.xml", "API"),
            ("labels/CustomLabels/API.label-meta.xml", "API"),
            ("bots/B/v1.botVersion-meta.xml", "B.v1"),
            ("lwc/widget/widget.js", "widget"),
            ("lwc/widget/__tests__/w.js", "widget"),
            ("aura/W/W.app-meta.xml", "W"),
            ("staticresources/lib.js", "lib"),
            ("staticresources/lib/a/b.js", "lib"),
            ("staticresources/lib.resource-meta.xml", "lib"),
            ("experiences/S1.site-meta.xml", "S1"),
            ("experiences/S1/config/s1.json", "S1"),
            ("digitalExperiences/site/S/sfdc_cms__site/S/content.json", "site/S"),
            ("digitalExperiences/site/S/S.digitalExperience-meta.xml", "site/S"),
            ("classes/A.cls", "A"),
            ("classes/A.cls-meta.xml", "A"),
            ("certs/C.crt", "C"),
            ("certs/C.crt-meta.xml", "C"),
            ("emailservices/E.xml-meta.xml", "E"),
            ("emailservices/E.xml", "E"),
        ] {
            assert_eq!(name(path), expected, "{path}");
        }
    }
}
