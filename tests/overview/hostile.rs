//! Names that would be markup.

use super::*;

const NAME: &str =
    "<script>alert(1)</script> | `x` [y](z) \u{202e}\u{1b}[31m &amp; \"q\" 'r' ::error::";

fn planted() -> TempDir {
    // What a name in XML can be; the file has a tame one.
    let name = NAME.replace("&amp;", "&").replace('\u{1b}', "\u{85}");
    let name = name.replace('&', "&amp;").replace('<', "&lt;");
    let set = format!(
        "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>{name}</label>\n<license>{name}\
         </license>\n<objectPermissions><allowDelete>true</allowDelete><object>{name}</object></objectPermissions>\n\
         <userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions>\n</PermissionSet>\n"
    );
    let folder = project(&[("permissionsets/Order_API.permissionset-meta.xml", &set)]);
    let named = "permissionsets/<b>x</b>|`_\u{202e}API.permissionset-meta.xml";
    write(folder.path(), &format!("force-app/{named}"), &set);
    let config = "[[exceptions]]\nrule = \"integration-admin-permission\"\nreason = \"<img src=x onerror=alert(1)> | \
                  \\u202e **b**\"\n";
    write(folder.path(), "sflint.toml", config);
    folder
}

#[test]
fn names_are_text_in_every_format() {
    let folder = planted();
    let html = report(folder.path(), &["--format", "html"]).replace("<wbr>", "");
    for markup in ["<script", "<b>", "<img", "onerror=alert(1)>"] {
        assert!(!html.contains(markup), "{markup}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; | `x`"), "{html}");
    assert!(html.contains("&lt;b&gt;x&lt;"), "{html}");
    let markdown = report(folder.path(), &["--format", "markdown"]);
    assert!(markdown.contains("&lt;script&gt;"), "{markdown}");
    for line in markdown.lines().filter(|line| line.starts_with('|') && line.contains("alert")) {
        assert!(!line.contains(" | `") && !line.contains("<script"), "{line}");
    }
    for format in ["text", "markdown", "json", "html"] {
        let shown = report(folder.path(), &["--format", format]);
        let wrong = |c: char| c == '\u{202e}' || c == '\u{85}' || c.is_control() && c != '\n';
        assert!(!shown.contains(wrong), "{format}: {:?}", shown.find(wrong));
        assert!(shown.contains("202e"), "{format}");
        assert!(!shown.lines().any(|line| line.trim_start().starts_with("::")), "{format}");
    }
}
