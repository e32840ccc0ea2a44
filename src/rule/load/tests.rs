mod mistakes;

use super::*;
use crate::model::vocabulary::{LeafType, Part};
use crate::rule::OptionValue;
use crate::rule::{
    Check, Edit, EditValue, ListName, Operator, Safety, Scalar, Side, examples::parse_examples,
};

const HEAD: &str =
    "title = \"something is open\"\nseverity = \"error\"\nwhy = \"An attacker gets in.\"\n";
const TAIL: &str = "[report]\nmessage = \"this is open\"\n";

fn source(path: &str, text: &str) -> RuleSource {
    RuleSource::read(path, text)
}

fn shared() -> Lists {
    let lists = source(
        "rules/lists/permissions.toml",
        "[[tier0]]\nvalue = \"ModifyAllData\"\nbecause = \"writes everything\"\nscope = \"data\"\n\
         [[tier1]]\nvalue = \"ManageUsers\"\nbecause = \"makes users\"\n",
    );
    let mut shared = Lists::default();
    super::super::lists::parse_lists(&lists)
        .unwrap()
        .into_iter()
        .for_each(|list| shared.insert(list));
    shared
}

fn load(text: &str) -> Result<Rule, Vec<RuleError>> {
    load_rule(&source("rules/oauth/a-rule.toml", text), &shared())
}

fn good(text: &str) -> Rule {
    load(text).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// A rule with this between the head and `[report]`.
fn with(middle: &str) -> String {
    format!("{HEAD}{middle}\n{TAIL}")
}

const OAUTH: &str = "[match]\nkind = \"OauthApp\"\n";

#[test]
fn a_complete_rule_is_read() {
    let rule = good(
        r#"title = "refresh tokens live too long"
severity = "note"
confidence = "medium"
presets = ["strict", "sbs"]
projects = ["org"]
yields_to = ["oauth-refresh-token-unbounded"]
serves = ["connected-app-long-refresh-token"]
why = """
A stolen token works for as long as it lives.
"""
maps = ["SBS-OAUTH-002", "RFC 9700 2.3"]
since = "0.2.0"
was = ["oauth-long-token"]

[options]
days = 90
[match]
kind = "OauthApp"
where.usesRefresh = true
where.refreshTokenDays = { over = "$days", not = "infinite" }
[report]
message = "{name} keeps refresh tokens for {refreshTokenDays} days (limit {$days})"
point_at = "refreshTokenDays"
group = "component"
[fix]
help = "Lower the period to {$days} days or less."
set.refreshTokenDays = { inactivity = 30 }
safety = "unsafe"

[[bad]]
this is not even TOML
"#,
    );
    assert_eq!((rule.id.as_str(), rule.family.as_str()), ("a-rule", "oauth"));
    assert_eq!((rule.severity, rule.confidence), (Severity::Note, Confidence::Medium));
    assert_eq!(rule.why, "A stolen token works for as long as it lives.");
    assert_eq!(rule.presets, ["strict", "sbs"]);
    assert_eq!(rule.projects, [super::super::ProjectKind::Org]);
    assert_eq!((rule.since.as_str(), rule.was.len(), rule.maps.len()), ("0.2.0", 1, 2));
    assert_eq!(rule.options, [("days".to_owned(), OptionValue::Number(90.0))]);
    let [refresh, days] = rule.matching.conditions.as_slice() else { panic!() };
    assert_eq!((refresh.path.leaf_type, refresh.path.side), (LeafType::Bool, Side::Block));
    assert_eq!(&rule.source.text[refresh.span.clone()], "usesRefresh = true");
    let [Operator::Over(Scalar::Option(over)), Operator::Not(not)] =
        days.matcher.operators.as_slice()
    else {
        panic!("{days:?}")
    };
    assert_eq!(over, "days");
    assert!(
        matches!(&not.operators[..], [Operator::Is(values)] if values == &[Scalar::Text("infinite".into())])
    );
    assert_eq!(rule.report.point_at.unwrap().leaf, "refreshTokenDays");
    assert!(rule.report.group_by_component);
    assert_eq!(rule.fix.safety, Some(Safety::Unsafe));
    let [Edit::Set(path, EditValue::RefreshPolicy { inactivity: true, days })] =
        &rule.fix.edits[..]
    else {
        panic!("{:?}", rule.fix)
    };
    assert_eq!((path.leaf.as_str(), *days), ("refreshTokenDays", 30.0));
}

#[test]
fn what_is_not_said_has_its_default() {
    let rule = good(&with("[match]\nkind = \"OauthApp\"\nwhere.scopes = \"full\""));
    assert_eq!((rule.confidence, rule.since.as_str()), (Confidence::High, "0.1.0"));
    assert_eq!(rule.presets, ["recommended"]);
    assert!(rule.projects.is_empty() && rule.join.is_none() && rule.fix.edits.is_empty());
}

#[test]
fn alternatives_parts_and_keys() {
    let rule = good(&format!(
        r#"{HEAD}[match]
kind = "OauthApp"
each = "callback"
key = "url"
of.cliApp = false
where.url.loopback = false
[[match.any]]
where.url.scheme = "http"
because = "in clear text"
[[match.any]]
where.url = {{ wildcard = {{ not = "none" }}, present = true, contains = "*" }}
because = "to any host that fits {{url.host}}"
[report]
message = "{{of.name}} sends codes to {{url}} {{because}}"
point_at = "url"
[fix]
remove = "block"
safety = "safe"
"#
    ));
    let clause = &rule.matching;
    assert_eq!(clause.key.as_ref().unwrap().leaf_type, LeafType::Url);
    let paths: Vec<_> = clause
        .conditions
        .iter()
        .map(|condition| (condition.path.side, condition.path.part))
        .collect();
    assert_eq!(paths, [(Side::Owner, None), (Side::Block, Some(Part::Loopback))]);
    let second = &clause.alternatives[1].conditions;
    assert_eq!(second.len(), 2);
    assert!(second.iter().any(|condition| condition.path.part == Some(Part::Wildcard)));
    assert!(second.iter().any(|condition| condition.matcher.operators.len() == 2));
    assert!(matches!(rule.fix.edits[..], [Edit::RemoveBlock]));
}

#[test]
fn joins_lists_and_columns() {
    let rule = good(&format!(
        r#"{HEAD}[options]
allow = []
[[lists.mine]]
value = "AuthorApex"
because = "runs code"
scope = "code"
[match]
kind = "Principal"
each = "userPermission"
where.name = {{ in = ["tier0", "mine"], not = {{ in = "$allow" }} }}
key = "of.name"
[with]
kind = "OauthApp"
each = "grantee"
of.clientCredentials = true
key = "name"
[report]
message = "{{of.name}} has {{name}}: it {{because}} ({{scope}})"
label.with = "{{with.of.name}} hands it out"
"#
    ));
    let Operator::In(names) = &rule.matching.conditions[0].matcher.operators[0] else { panic!() };
    assert_eq!(names, &[ListName::Named("tier0".into()), ListName::Named("mine".into())]);
    let join = rule.join.unwrap();
    assert!(!join.negated);
    assert_eq!(join.clause.key.unwrap().leaf, "name");
    assert_eq!(rule.matching.key.unwrap().side, Side::Owner);
    assert_eq!(rule.lists[0].entries[0].columns.len(), 2);
    let without = good(&with(
        "[match]\nkind = \"OauthApp\"\nwhere.pkceRequired = false\n\
         [without]\nkind = \"OauthOidcSettings\"\nwhere.isPkceRequired = true",
    ));
    assert!(without.join.is_some_and(|join| join.negated && join.clause.key.is_none()));
    // A partner that must only be there needs no condition.
    good(&with("[match]\nkind = \"OauthApp\"\n[without]\nkind = \"OauthOidcSettings\""));
}

#[test]
fn raw_kinds_follow_the_schema() {
    let rule = good(&format!(
        r#"{HEAD}[match]
kind = "SecuritySettings"
where.sessionSettings.lockSessionsToDomain = false
where.sessionSettings.sessionTimeout = ["TwelveHours", "twentyfourhours"]
where.networkAccess.ipRanges = {{ present = false }}
[report]
message = "{{name}}: {{sessionSettings.sessionTimeout}}"
point_at = "sessionSettings.lockSessionsToDomain"
[fix]
set.sessionSettings.lockSessionsToDomain = true
safety = "unsafe"
"#
    ));
    let leaves: Vec<_> = rule
        .matching
        .conditions
        .iter()
        .map(|condition| (condition.path.leaf.as_str(), condition.path.leaf_type))
        .collect();
    assert_eq!(
        leaves,
        [
            ("sessionSettings.lockSessionsToDomain", LeafType::Bool),
            ("sessionSettings.sessionTimeout", LeafType::OpenEnum),
            ("networkAccess.ipRanges", LeafType::Child),
        ]
    );
    let rule = good(&with(
        "[match]\nkind = [\"Profile\", \"PermissionSet\"]\neach = \"userPermissions\"\nwhere = { enabled = true, name = \"ViewSetup\" }",
    ));
    assert_eq!(rule.matching.kinds.len(), 2);
    // Nested tables and dotted keys are the same, and what repeats on the way repeats.
    let rule = good(&with(
        "[match]\nkind = \"Flow\"\nwhere = { screens = { locationX = { over = 1, count = 2 }, count = 3 } }",
    ));
    let leaves: Vec<_> = rule
        .matching
        .conditions
        .iter()
        .map(|condition| (condition.path.leaf.as_str(), condition.path.repeated))
        .collect();
    assert_eq!(leaves, [("screens", true), ("screens.locationX", true)]);
}

#[test]
fn text_is_searched_with_find() {
    let rule = good(&format!(
        "{HEAD}[match]\nkind = \"text\"\nof.ext = [\"sh\", \"yml\"]\nfind = '''(?<name>SF_\\w+)=(?<value>\\S+)'''\n\
         where.value = {{ check = \"real-secret\" }}\nkey = \"name\"\n\
         [report]\nmessage = \"{{name}} has its value in {{of.path}}\"\npoint_at = \"value\"\n\
         [fix]\nappend = \"{{name}}\"\nsafety = \"unsafe\"\n"
    ));
    assert!(rule.matching.find.is_some() && rule.matching.each.is_none());
    assert!(matches!(
        rule.matching.conditions[1].matcher.operators[..],
        [Operator::Check(Check::RealSecret)]
    ));
}

#[test]
fn only_what_stands_before_the_examples_is_read() {
    for (text, before) in [
        ("a\n[[bad]]\nb", "a\n"),
        ("a\r\n[[good]]", "a\r\n"),
        ("[[bad]]", ""),
        ("a\n [[bad]]\n[[badly]]\n[[lists.x]]\n", "a\n [[bad]]\n[[badly]]\n[[lists.x]]\n"),
        ("a\n[[lists.x]]\n[[good]]\n[[bad]]", "a\n[[lists.x]]\n"),
        ("", ""),
    ] {
        assert_eq!(without_examples(text), before, "{text:?}");
    }
}

#[test]
fn rules_are_checked_against_each_other() {
    let text = with(&format!("{OAUTH}where.scopes = \"Full\""));
    let yielding = format!("yields_to = [\"second-rule\", \"sceond-rule\"]\n{text}");
    let sources = [
        source("rules/a/first-rule.toml", &yielding),
        source("rules/b/second-rule.toml", &text),
        source("rules/b/first-rule.toml", &text),
        source("rules/b/broken.toml", "["),
    ];
    let (rules, errors) = load_rules(&sources, &shared());
    assert_eq!(
        rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(),
        ["first-rule", "second-rule"]
    );
    let told: Vec<_> =
        errors.iter().map(|error| (error.path(), error.message(), error.help())).collect();
    assert_eq!(
        told[0],
        (
            "rules/b/first-rule.toml",
            "there are two rules `first-rule`",
            Some("the other one is rules/a/first-rule.toml")
        )
    );
    assert_eq!(told[1].0, "rules/b/broken.toml");
    let unknown = "there is no rule `sceond-rule`";
    assert_eq!(
        told[2..],
        [("rules/a/first-rule.toml", unknown, Some("did you mean `second-rule`?"))]
    );
    assert_eq!(errors[2].spanned(), "sceond-rule");
}

#[test]
fn regular_expressions_of_built_in_rules_are_compiled_by_the_check_alone() {
    let text = with("[match]\nkind = \"text\"\nfind = \"(\"");
    let source = RuleSource { builtin: true, ..source("rules/a/b.toml", &text) };
    assert!(load_rule(&source, &shared()).is_ok());
    assert!(check_rule(&source, &shared()).is_err());
}

/// Nothing that a user's rule says makes reading fail in another way than with errors.
#[test]
fn damaged_rules_never_panic() {
    let whole = format!(
        "{HEAD}[options]\nn = 1\n[[lists.l]]\nvalue = \"v\"\nbecause = \"b\"\n[match]\nkind = \"OauthApp\"\neach = \"callback\"\n\
         where.url = {{ host = {{ in = \"l\" }}, not = {{ glob = [\"*\"] }} }}\nof.refreshTokenDays = {{ over = \"$n\" }}\nkey = \"url\"\n\
         [with]\nkind = \"Principal\"\nkey = \"name\"\n[report]\nmessage = \"{{because}} é {{url.host}} {{with.name}}\"\n[fix]\nremove = \"block\"\nsafety = \"safe\"\n"
    );
    let rule = good(&whole);
    let lists = shared();
    let read = |text: String| {
        let source = source("rules/a/b.toml", &text);
        let _ = load_rule(&source, &lists);
        let _ = super::super::lists::parse_lists(&source);
        let _ = parse_examples(&Rule { source, ..rule.clone() });
    };
    for (at, character) in whole.char_indices() {
        let end = at + character.len_utf8();
        read(whole[..at].to_owned());
        read(format!("{}{}", &whole[..at], &whole[end..]));
        for inserted in ["\"", "{", "]", "é"] {
            read(format!("{}{inserted}{}", &whole[..at], &whole[end..]));
        }
    }
    read("a.".repeat(100_000));
    read("a = ".to_owned() + &"[".repeat(100_000));
    read(format!("{HEAD}[match]\nkind = \"Flow\"\nwhere.{}x = 1", "screens.".repeat(100)));
    read(format!(
        "{HEAD}[match]\nkind = \"Flow\"\nwhere.a = {}1{}",
        "{ not = ".repeat(100),
        "}".repeat(100)
    ));
}
