//! `sflint new-rule ID`

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

use crate::cli::NewRuleArgs;
use crate::commands::{Failure, Outcome};
use crate::config::catalogue::Catalogue;
use crate::rule::load::reader::is_kebab_case;

const SKELETON: &str = r#"title = "A connected app may be authorised by anybody"
severity = "warning"
why = """
What an attacker does, and why this setting lets them.
"""

# `sflint vocabulary OauthApp` lists what can be tested; `sflint facts` shows what sflint understood of your project.
[match]
kind = "OauthApp"
where.selfAuthorize = true

[report]
message = "anybody may authorise {name}"

[fix]
help = "Where to click, or what to write."

[[bad]]
text = '''
<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">
    <contactEmail>owner@example.com</contactEmail>
    <label>Example</label>
    <oauthConfig>
        <callbackUrl>https://app.example.com/callback</callbackUrl>
        <scopes>Api</scopes>
    </oauthConfig>
</ConnectedApp>
'''

[[good]]
text = '''
<ConnectedApp xmlns="http://soap.sforce.com/2006/04/metadata">
    <contactEmail>owner@example.com</contactEmail>
    <label>Example</label>
    <oauthConfig>
        <callbackUrl>https://app.example.com/callback</callbackUrl>
        <isAdminApproved>true</isAdminApproved>
        <scopes>Api</scopes>
    </oauthConfig>
</ConnectedApp>
'''
"#;

/// Runs the command.
///
/// # Errors
/// When the id is no name for a rule, or the file is there already.
pub fn run(args: &NewRuleArgs) -> Result<Outcome, Failure> {
    if !is_kebab_case(&args.id) {
        return Err(Failure::Usage(format!(
            "`{}` cannot name a rule: lower-case words joined by hyphens that name what is wrong, like app-self-authorized",
            args.id
        )));
    }
    if Catalogue::builtin()?.rule(&args.id).is_some() {
        return Err(Failure::Usage(format!(
            "`{}` ships with sflint: choose another name, or change its settings in sflint.toml",
            args.id
        )));
    }
    let folder = args.dir.clone().unwrap_or_else(|| PathBuf::from("sflint-rules"));
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{}.toml", args.id));
    let mut file =
        OpenOptions::new().write(true).create_new(true).open(&path).map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                Failure::Usage(format!("{} is there already", path.display()))
            } else {
                Failure::Io(error)
            }
        })?;
    file.write_all(SKELETON.as_bytes())?;
    let folder = folder.display();
    writeln!(
        io::stdout(),
        "wrote {}\n`sflint test {folder}` runs its examples; `rules-dir = \"{folder}\"` in sflint.toml, or --rules-dir, turns it on",
        path.display()
    )?;
    Ok(Outcome::Clean)
}

#[cfg(test)]
mod tests {

    use crate::config::catalogue::Catalogue;
    use crate::rule::RuleSource;
    use crate::trial::{try_rule, unnoticed_conditions};

    #[test]
    fn the_skeleton_is_a_rule_with_examples_that_hold() {
        let source = RuleSource::read("sflint-rules/my-rule.toml", super::SKELETON);
        let catalogue = Catalogue::with_sources(vec![source]).unwrap();
        let rule = catalogue.rule("my-rule").unwrap();
        assert_eq!(try_rule(rule, &catalogue).unwrap(), 2);
        assert!(unnoticed_conditions(rule, &catalogue).unwrap().is_empty());
    }
}
