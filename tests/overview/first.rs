//! What a reader sees first, and that lists stay short.

use super::*;

#[test]
fn errors_come_before_warnings_with_the_way_out() {
    let app = app(
        "<isSecretRequiredForRefreshToken>false</isSecretRequiredForRefreshToken>\n<scopes>Full</scopes>\n",
    );
    let folder = project(&[(APP, &app)]);
    let text = report(folder.path(), &[]);
    let first = text.split("WHAT TO DO FIRST").nth(1).unwrap();
    let first = first.split("CHECKLIST").next().unwrap();
    let error = first.find("error           App asks for full access  [oauth-full-scope]").unwrap();
    let way_out = first.find("Take \"Full access (full)\" out of Selected OAuth Scopes").unwrap();
    assert!(error < way_out, "{first}");
    let warning = first.find("\nwarning ").unwrap();
    assert!(way_out < warning, "{first}");
}

#[test]
fn nothing_found_is_said() {
    let folder = project(&[("classes/A.cls", "public class A {}\n")]);
    let text = report(folder.path(), &[]);
    assert!(text.contains("There are no errors and no warnings."), "{text}");
}

fn set(number: usize, objects: usize) -> (String, String) {
    let object = |object: usize| {
        format!(
            "<objectPermissions><allowDelete>true</allowDelete><object>Thing{object:03}__c</object></objectPermissions>\n"
        )
    };
    let objects: String = (0..objects).map(object).collect();
    let set = format!(
        "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>Set {number}</label>\n{objects}\
         </PermissionSet>\n"
    );
    (format!("permissionsets/Set{number:03}.permissionset-meta.xml"), set)
}

/// Text and Markdown count what is too much; the page folds it away, and has all of it.
#[test]
fn long_lists_end() {
    let sets: Vec<(String, String)> =
        (0..70).map(|number| set(number, 1)).chain([set(70, 30)]).collect();
    let none: Vec<(String, String)> = (100..120).map(|number| set(number, 0)).collect();
    let files: Vec<(&str, &str)> =
        sets.iter().chain(&none).map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = project(&files);
    for (format, more) in [("text", "and 25 more"), ("markdown", "and 20 more")] {
        let text = report(folder.path(), &["--format", format]);
        assert!(text.contains(more), "{format}: {text}");
        assert!(text.contains("\nand 11 more\n"), "{format}: {text}");
        assert!(
            text.contains("20 with none of this:") && text.contains(" and 8 more."),
            "{format}"
        );
        assert!(!text.contains("Set069") && !text.contains("Set119"), "{format}");
    }
    let html = report(folder.path(), &["--format", "html"]);
    for name in ["Set069", "Set119", "Thing029"] {
        assert!(html.contains(name), "{name}");
    }
    assert!(html.contains("<summary>11 more</summary>"), "{html}");
}

/// What links on the page lead to is there, once.
#[test]
fn links_lead_somewhere() {
    let folder = project(&[(APP, &app("<scopes>Full</scopes>\n"))]);
    let html = report(folder.path(), &["--format", "html"]);
    let after = |mark: &str| -> Vec<String> {
        let parts = html.split(mark).skip(1);
        parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
    };
    let (links, names) = (after("href=\"#"), after(" id=\""));
    assert!(links.iter().any(|link| link == "app-scopes"), "{links:?}");
    for link in &links {
        assert_eq!(names.iter().filter(|name| *name == link).count(), 1, "{link}");
    }
    let mut once = names.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), names.len());
}
