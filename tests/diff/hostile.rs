//! Names that would be markup, links, mentions or commands, and more than a comment may hold.

use tempfile::TempDir;

use super::{diff, sides};

const NAME: &str = "<script>alert(1)</script> @acme/admins #1 `x` [y](http://evil.example) www.evil.example $a$ \u{202e}\u{85} ::error::";

fn planted() -> TempDir {
    let name = NAME.replace('&', "&amp;").replace('<', "&lt;");
    let set = |delete: bool| {
        format!(
            "<PermissionSet>\n<label>{name}</label>\n<objectPermissions><allowDelete>{delete}</allowDelete><allowRead>true\
             </allowRead><object>{name}</object></objectPermissions>\n</PermissionSet>\n"
        )
    };
    let (old, new) = (set(false), set(true));
    let path = "permissionsets/<b>@acme|`x`](y)\u{202e}.permissionset-meta.xml";
    let site = |host: &str| {
        format!(
            "<RemoteSiteSetting><isActive>true</isActive><url>https://robot:hunter2secret@{host}/x</url></RemoteSiteSetting>"
        )
    };
    let (before, after) = (site("a.example"), site("evil.example"));
    let site = "remoteSiteSettings/Site.remoteSite-meta.xml";
    sides(&[
        ("base", path, &old),
        ("head", path, &new),
        ("base", site, &before),
        ("head", site, &after),
    ])
}

#[test]
fn names_are_text_in_every_format() {
    let folder = planted();
    for format in ["text", "markdown", "json"] {
        let shown = diff(folder.path(), &["--format", format]);
        let wrong = |c: char| c == '\u{202e}' || c == '\u{85}' || c.is_control() && c != '\n';
        assert!(!shown.contains(wrong), "{format}: {:?}", shown.find(wrong));
        assert!(shown.contains("202e"), "{format}");
        assert!(!shown.lines().any(|line| line.trim_start().starts_with("::")), "{format}");
        assert!(!shown.contains("hunter2secret"), "{format}: {shown}");
    }
}

#[test]
fn a_comment_has_no_markup_link_or_mention_from_a_file() {
    let shown = diff(planted().path(), &["--format", "markdown"]);
    assert!(shown.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{shown}");
    // What is left after our own comments, links and emphasis are gone is from files.
    let mut ours = shown.replace("<!-- -->", "\u{0}").replace("<details>", "");
    while let Some(at) = ours.find('\\') {
        ours.replace_range(at..at + 2, "");
    }
    for markup in ["<script", "<b>", "@acme", "#1 ", "www.", "://", "](http", " `x", "](y)"] {
        assert!(!ours.contains(markup), "{markup}: {shown}");
    }
    assert_eq!(ours.matches("](").count(), ours.matches("](./").count(), "{shown}");
}

#[test]
fn a_comment_holds_what_github_takes_and_says_what_it_leaves_out() {
    let mut files: Vec<(&str, String, String)> = Vec::new();
    for at in 0..900 {
        let path =
            format!("permissionsets/A_set_with_a_rather_long_name_{at:04}.permissionset-meta.xml");
        let right = format!(
            "<objectPermissions><modifyAllRecords>true</modifyAllRecords><object>Object_{at}__c</object></objectPermissions>"
        );
        let set =
            |inner: &str| format!("<PermissionSet><label>Set {at}</label>{inner}</PermissionSet>");
        files.push(("base", path.clone(), set("")));
        files.push(("head", path, set(&right)));
    }
    let files: Vec<(&str, &str, &str)> =
        files.iter().map(|(side, path, text)| (*side, path.as_str(), text.as_str())).collect();
    let folder = sides(&files);
    let shown = diff(folder.path(), &["--format", "markdown"]);
    let length = shown.chars().count();
    assert!((60_000..=sflint::report::diff::LIMIT).contains(&length), "{length}");
    let told = shown.matches("- **critical**").count();
    let left = format!("{} more changes would not fit here", 900 - told);
    assert!(shown.contains(&left), "{left}: {}", shown.lines().last().unwrap());
    let text = diff(folder.path(), &[]);
    assert_eq!(text.matches("  critical  gains").count(), 900);
}
