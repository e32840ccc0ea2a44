//! The JSON Schemas say what the code reads and writes: the same keys, the same words, the same members.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use regex::Regex;
use serde_json::Value;
use sflint::check::{
    AccessRequest, AccessSide, CheckRequest, Sources, access_diff, check, prepare, survey,
};
use sflint::commands::schema;
use sflint::config::Config;
use sflint::config::catalogue::Catalogue;
use sflint::config::select::Selection;
use sflint::diff::{Danger, Direction, SubjectKind, What};
use sflint::document::CAUSE_CODES;
use sflint::model::vocabulary::record_kinds;
use sflint::project::store::Disk;
use sflint::report::{diff, json, overview};
use sflint::rule::examples::parse_examples;
use sflint::rule::lists::{Lists, parse_lists};
use sflint::rule::load::{PRESETS, RuleError, check_rule};
use sflint::rule::{Check, Confidence, ProjectKind, RuleSource, Safety, Severity};
use sflint::trial::EXAMPLE_DAY;
use sflint::value::date::Date;

/// No key of any schema, and near to none, so that the reader lists all keys instead of suggesting one.
const UNKNOWN: &str = "qqqqqqqqqqqq";

/// The least that is a rule: exactly the required keys.
const RULE: &str = r#"title = "App gives everything away"
severity = "note"
why = "Because"
[match]
kind = "OauthApp"
where.scopes = "Full"
[report]
message = "Everything"
"#;
const EXAMPLES: &str =
    "[[bad]]\ntext = \"<ConnectedApp/>\"\n[[good]]\ntext = \"<ConnectedApp/>\"\n";

fn rule_schema() -> Value {
    serde_json::from_str(schema::RULE).unwrap()
}

fn config_schema() -> Value {
    serde_json::from_str(schema::CONFIG).unwrap()
}

fn report_schema() -> Value {
    serde_json::from_str(schema::REPORT).unwrap()
}

fn at<'v>(schema: &'v Value, pointer: &str) -> &'v Value {
    schema.pointer(pointer).unwrap_or_else(|| panic!("the schema has no {pointer}"))
}

/// An enumeration of a schema.
fn words<'v>(schema: &'v Value, pointer: &str) -> Vec<&'v str> {
    let words = at(schema, pointer).as_array().unwrap();
    words.iter().map(|word| word.as_str().unwrap()).collect()
}

/// An enumeration of the code.
fn known<T>(words: &'static [(&'static str, T)]) -> Vec<&'static str> {
    words.iter().map(|(word, _)| *word).collect()
}

/// The keys that a schema has at a place; it must refuse all others.
fn keys<'v>(schema: &'v Value, pointer: &str) -> BTreeSet<&'v str> {
    let object = at(schema, pointer);
    assert_eq!(object["additionalProperties"], Value::Bool(false), "{pointer} takes any key");
    members(&object["properties"])
}

fn members(object: &Value) -> BTreeSet<&str> {
    let object = object.as_object().unwrap();
    object.keys().map(String::as_str).collect()
}

fn required<'v>(schema: &'v Value, pointer: &str) -> BTreeSet<&'v str> {
    words(schema, &format!("{pointer}/required")).into_iter().collect()
}

fn pattern(schema: &Value, pointer: &str) -> Regex {
    Regex::new(at(schema, pointer).as_str().unwrap()).unwrap()
}

fn source(text: &str) -> RuleSource {
    RuleSource::read("rules/oauth/oauth-everything.toml", text)
}

/// What loading and reading the examples tell about a rule file.
fn mistakes(text: &str) -> Vec<RuleError> {
    match check_rule(&source(text), &Lists::default()) {
        Ok(rule) => parse_examples(&Arc::new(rule)).err().unwrap_or_default(),
        Err(errors) => errors,
    }
}

fn config_mistakes(text: &str) -> Vec<RuleError> {
    Config::parse("sflint.toml", text, Path::new("project")).err().unwrap_or_default()
}

/// The keys that a reader says it knows when it meets one that it does not.
fn listed(errors: &[RuleError], what: &str) -> BTreeSet<String> {
    let about = format!("`{UNKNOWN}`");
    let error = errors
        .iter()
        .find(|error| error.message().ends_with(&about))
        .unwrap_or_else(|| panic!("{UNKNOWN} is accepted: {errors:?}"));
    let help = error.help().unwrap_or_default();
    let list = help
        .strip_prefix(what)
        .and_then(|rest| rest.strip_prefix(" are: "))
        .unwrap_or_else(|| panic!("{error}: {help}"));
    assert!(!list.contains(" more"), "the list is cut: {list}");
    list.split(", ").map(str::to_owned).collect()
}

fn owned(keys: &BTreeSet<&str>) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[test]
fn words_are_those_of_the_code() {
    let (rule, config, report) = (rule_schema(), config_schema(), report_schema());
    let severities = known(Severity::WORDS);
    assert_eq!(words(&rule, "/properties/severity/enum"), severities);
    assert_eq!(words(&config, "/properties/fail-on/enum"), severities);
    let finding = "/$defs/finding/properties";
    assert_eq!(words(&report, &format!("{finding}/severity/enum")), severities);
    let levels = words(&config, "/$defs/level/enum");
    assert_eq!(levels.split_first(), Some((&"off", severities.as_slice())));
    let confidences = known(Confidence::WORDS);
    assert_eq!(words(&rule, "/properties/confidence/enum"), confidences);
    assert_eq!(words(&report, &format!("{finding}/confidence/enum")), confidences);
    let fails_on = "/$defs/project/properties/failOn/enum";
    assert_eq!(words(&report, fails_on), severities);
    let safeties = known(Safety::WORDS);
    assert_eq!(words(&rule, "/properties/fix/properties/safety/enum"), safeties);
    assert_eq!(words(&report, "/$defs/fix/properties/safety/enum"), safeties);
    let projects = known(ProjectKind::WORDS);
    assert_eq!(words(&rule, "/$defs/projectKind/enum"), projects);
    assert_eq!(words(&config, "/properties/kind/enum"), projects);
    assert_eq!(words(&report, "/$defs/project/properties/kind/enum"), projects);
    assert_eq!(words(&rule, "/properties/presets/items/enum"), PRESETS.to_vec());
    assert_eq!(words(&config, "/properties/preset/enum"), PRESETS.to_vec());
    assert_eq!(words(&report, "/$defs/project/properties/preset/enum"), PRESETS.to_vec());
    let kinds: Vec<&str> = record_kinds().iter().map(|kind| kind.name).collect();
    assert_eq!(words(&rule, "/$defs/oneKind/anyOf/0/enum"), kinds);
    assert_eq!(words(&rule, "/$defs/check/enum"), known(Check::WORDS));
    assert_eq!(words(&report, "/$defs/cause/enum"), CAUSE_CODES.to_vec());
}

#[test]
fn names_fit_their_patterns() {
    let (rule, report) = (rule_schema(), report_schema());
    let kind = pattern(&rule, "/$defs/oneKind/anyOf/1/pattern");
    for root in sflint::schema::roots() {
        assert!(kind.is_match(root.name()), "{}", root.name());
    }
    let leaf = pattern(&rule, "/$defs/leaf/pattern");
    for kind in record_kinds() {
        for name in kind.leaves.iter().map(|leaf| leaf.name) {
            assert!(leaf.is_match(name), "{name}");
        }
    }
    let (written, reported) =
        (pattern(&rule, "/$defs/kebabCase/pattern"), pattern(&report, "/$defs/rule/pattern"));
    for rule in &Catalogue::builtin().unwrap().rules {
        assert!(written.is_match(&rule.id), "{}", rule.id);
        assert!(reported.is_match(&rule.id), "{}", rule.id);
    }
}

#[test]
fn defaults_are_those_of_the_code() {
    let (rule, config) = (rule_schema(), config_schema());
    let loaded = check_rule(&source(RULE), &Lists::default()).unwrap();
    let default = |name: &str| at(&rule, &format!("/properties/{name}/default"));
    assert_eq!(*default("confidence"), loaded.confidence.word());
    assert_eq!(*default("presets"), Value::from(loaded.presets));
    assert_eq!(*default("since"), *loaded.since);
    assert_eq!(*at(&rule, "/$defs/exampleToday/default"), EXAMPLE_DAY);
    assert_eq!(*at(&config, "/properties/preset/default"), *Config::none(Path::new("")).preset);
}

#[test]
fn a_rule_has_the_keys_of_its_schema() {
    let schema = rule_schema();
    let unknown = format!("{UNKNOWN} = 1\n");
    let in_partner = format!("[with]\nkind = \"Principal\"\n{unknown}");
    let condition = |text: &str| RULE.replace("\"Full\"", text);
    for (pointer, text, what) in [
        ("", format!("{unknown}{RULE}"), "the keys"),
        ("/properties/match", RULE.replace("kind =", &format!("{unknown}kind =")), "the keys"),
        (
            "/properties/match/properties/any/items",
            RULE.replace("[report]", &format!("[[match.any]]\n{unknown}[report]")),
            "the keys",
        ),
        ("/properties/report", format!("{RULE}{unknown}"), "the keys"),
        ("/properties/report/properties/label", format!("{RULE}label.{unknown}"), "the keys"),
        ("/properties/fix", format!("{RULE}[fix]\n{unknown}"), "the keys"),
        ("/$defs/period", format!("{RULE}[fix]\nset.refreshTokenDays.{unknown}"), "the keys"),
        (
            "/$defs/count/anyOf/1",
            condition(&format!("{{ count = {{ {UNKNOWN} = 1 }} }}")),
            "the keys",
        ),
    ] {
        assert_eq!(owned(&keys(&schema, pointer)), listed(&mistakes(&text), what), "{pointer}");
    }
    // The table of operators also holds the parts and elements of a leaf.
    let operators = listed(&mistakes(&condition(&format!("{{ {UNKNOWN} = 1 }}"))), "the operators");
    let of_schema = members(at(&schema, "/$defs/condition/anyOf/1/properties"));
    assert_eq!(owned(&of_schema), operators);
    // Inside `not` there is all but `not`.
    let mut negated = owned(&keys(&schema, "/$defs/notOperators"));
    assert!(negated.insert("not".to_owned()));
    assert_eq!(negated, operators);
    let twice = mistakes(&condition("{ not = { not = { is = \"Full\" } } }"));
    assert!(twice.iter().any(|error| error.message() == "`not` stands inside `not`"));
    // A partner has the keys of a match except for those that are refused there.
    let known = listed(&mistakes(&format!("{RULE}{in_partner}")), "the keys");
    let refused = |key: &str| {
        let text = format!("{RULE}[with]\nkind = \"Principal\"\n{key} = 1\n");
        let only = format!("`{key}` stands in `[match]` only");
        mistakes(&text).iter().any(|error| error.message() == only)
    };
    let accepted: BTreeSet<String> = known.into_iter().filter(|key| !refused(key)).collect();
    assert_eq!(owned(&keys(&schema, "/$defs/partner")), accepted);
    for clause in ["with", "without"] {
        let clause = at(&schema, &format!("/properties/{clause}/$ref"));
        assert_eq!(*clause, "#/$defs/partner");
    }
}

#[test]
fn examples_have_the_keys_of_their_schema() {
    let schema = rule_schema();
    for name in ["bad", "good"] {
        let header = format!("[[{name}]]\n");
        let with = |key: &str| {
            let examples = EXAMPLES.replace(&header, &format!("{header}{key} = 1\n"));
            mistakes(&format!("{RULE}{examples}"))
        };
        let refused = |key: &str| {
            let only = format!("`{key}` is for bad examples: a good one has no finding");
            with(key).iter().any(|error| error.message() == only)
        };
        let accepted: BTreeSet<String> =
            listed(&with(UNKNOWN), "the keys").into_iter().filter(|key| !refused(key)).collect();
        let pointer = format!("/properties/{name}/items");
        assert_eq!(owned(&keys(&schema, &pointer)), accepted, "{name}");
    }
}

#[test]
fn a_rule_requires_the_keys_of_its_schema() {
    let schema = rule_schema();
    let whole = format!("{RULE}{EXAMPLES}");
    assert!(mistakes(&whole).is_empty(), "{:?}", mistakes(&whole));
    let written: BTreeSet<&str> =
        ["title", "severity", "why", "match", "report", "bad", "good"].into_iter().collect();
    assert_eq!(required(&schema, ""), written);
    for (pointer, key, text) in [
        ("", "title", whole.replace("title = \"App gives everything away\"\n", "")),
        ("", "severity", whole.replace("severity = \"note\"\n", "")),
        ("", "why", whole.replace("why = \"Because\"\n", "")),
        ("", "match", whole.replace("[match]\nkind = \"OauthApp\"\nwhere.scopes = \"Full\"\n", "")),
        ("", "report", whole.replace("[report]\nmessage = \"Everything\"\n", "")),
        ("", "bad", whole.replace("[[bad]]\ntext = \"<ConnectedApp/>\"\n", "")),
        ("", "good", whole.replace("[[good]]\ntext = \"<ConnectedApp/>\"\n", "")),
        ("/properties/match", "kind", whole.replace("kind = \"OauthApp\"\n", "")),
        ("/properties/report", "message", whole.replace("message = \"Everything\"\n", "")),
        ("/$defs/partner", "kind", whole.replace("[[bad]]", "[with]\nwhere.admin = true\n[[bad]]")),
        (
            "/$defs/list/items",
            "value",
            whole.replace("[match]", "[[lists.a]]\nbecause = \"b\"\n[match]"),
        ),
        (
            "/$defs/list/items",
            "because",
            whole.replace("[match]", "[[lists.a]]\nvalue = \"v\"\n[match]"),
        ),
        (
            "/properties/fix/then",
            "safety",
            whole.replace("[[bad]]", "[fix]\nremove = \"block\"\n[[bad]]"),
        ),
    ] {
        assert_ne!(text, whole, "{pointer}/{key}");
        let told = format!("`{key}` is missing");
        assert!(
            mistakes(&text).iter().any(|error| error.message() == told),
            "{pointer}/{key}: {:?}",
            mistakes(&text)
        );
        assert!(required(&schema, pointer).contains(key), "{pointer}/{key}");
    }
}

#[test]
fn a_config_has_the_keys_of_its_schema() {
    let schema = config_schema();
    let unknown = config_mistakes(&format!("{UNKNOWN} = 1\n"));
    assert_eq!(owned(&keys(&schema, "")), listed(&unknown, "the keys"));
    let rule = "/properties/rules/additionalProperties/anyOf/1/properties";
    assert_eq!(members(at(&schema, rule)), BTreeSet::from(["severity"]));
    let options = "[rules.some-rule]\nseverity = \"off\"\non = true\ndays = 3\nword = \"w\"\nallow = [\"a\"]\n";
    assert!(config_mistakes(options).is_empty());
    for level in words(&schema, "/$defs/level/enum") {
        let text = format!("[rules]\nsome-rule = \"{level}\"\n");
        assert!(config_mistakes(&text).is_empty(), "{level}");
    }
}

#[test]
fn exceptions_and_contracts_have_the_keys_of_their_schemas() {
    let schema = config_schema();
    let entry = "/properties/exceptions/items";
    let contract = "/properties/integrations/additionalProperties";
    for (pointer, text) in [
        (entry, format!("[[exceptions]]\n{UNKNOWN} = 1\n")),
        (contract, format!("[integrations.a]\n{UNKNOWN} = 1\n")),
    ] {
        assert_eq!(
            owned(&keys(&schema, pointer)),
            listed(&config_mistakes(&text), "the keys"),
            "{pointer}"
        );
    }
    let missing = config_mistakes("[[exceptions]]\n");
    for key in required(&schema, entry) {
        let told = format!("`{key}` is missing");
        assert!(missing.iter().any(|error| error.message() == told), "{key}");
    }
    assert_eq!(required(&schema, entry).len(), missing.len());
    for (key, right) in [("objects", "Account"), ("fields", "\"Account.Rating\"")] {
        let pointer = format!("{contract}/properties/{key}/additionalProperties/items/enum");
        let known = words(&schema, &pointer).join("\", \"");
        let text = format!("[integrations.a]\napp = \"A\"\n{key}.{right} = [\"{known}\"]\n");
        assert!(config_mistakes(&text).is_empty(), "{key}: {:?}", config_mistakes(&text));
        let more = text.replace("[\"read", &format!("[\"{UNKNOWN}\", \"read"));
        assert_eq!(config_mistakes(&more).len(), 1, "{key}");
    }
}

#[test]
fn what_patterns_of_the_config_schema_refuse_the_code_refuses() {
    let schema = config_schema();
    let entry = "/properties/exceptions/items/properties";
    let accepted = |line: &str| {
        let text = format!("[[exceptions]]\nrule = \"a\"\nreason = \"r\"\n{line}\n");
        config_mistakes(&text).is_empty()
    };
    let scope = pattern(&schema, &format!("{entry}/in/pattern"));
    for text in ["Profile:A", "Repository:", "File:.env", "path:a/**", "Profile:", "path:", "a", ""]
    {
        assert_eq!(scope.is_match(text), accepted(&format!("in = \"{text}\"")), "{text}");
    }
    let values = pattern(&schema, &format!("{entry}/values/items/pattern"));
    for text in ["scopes=Full", "a.b=", "a==b", "=b", " =b", "ab"] {
        assert_eq!(values.is_match(text), accepted(&format!("values = [\"{text}\"]")), "{text}");
    }
    let expires = pattern(&schema, &format!("{entry}/expires/pattern"));
    for text in ["2027-03-31", "2027-13-01", "2027-3-1", "tomorrow", "2027-03-31T00:00:00Z"] {
        assert_eq!(expires.is_match(text), accepted(&format!("expires = \"{text}\"")), "{text}");
    }
}

#[test]
fn lists_require_the_keys_of_their_schema() {
    let (rule, config) = (rule_schema(), config_schema());
    let of_config = "/properties/lists/additionalProperties/items";
    assert_eq!(
        at(&rule, "/$defs/list/items/required"),
        at(&config, &format!("{of_config}/required"))
    );
    let required = required(&config, of_config);
    for left_out in &required {
        let entry: String = required
            .iter()
            .filter(|key| *key != left_out)
            .map(|key| format!("{key} = \"a\"\n"))
            .collect();
        let told = format!("`{left_out}` is missing");
        let errors = config_mistakes(&format!("[[lists.a]]\n{entry}"));
        assert!(errors.iter().any(|error| error.message() == told));
    }
    let whole = "[[a]]\nvalue = \"a\"\nbecause = \"b\"\ncolumn = \"c\"\n";
    assert_eq!(parse_lists(&source(whole)).unwrap().len(), 1);
}

/// A project that gives a report something to say everywhere.
fn project(folder: &Path) {
    const NAMESPACE: &str = "xmlns=\"http://soap.sforce.com/2006/04/metadata\"";
    let app = "<label>Warehouse</label><oauthConfig>\
        <callbackUrl>https://warehouse.example.com/callback</callbackUrl><scopes>Full</scopes>\
        <scopes>RefreshToken</scopes></oauthConfig><oauthPolicy><ipRelaxation>ENFORCE</ipRelaxation>\
        <refreshTokenPolicy>infinite</refreshTokenPolicy></oauthPolicy><profileName>Warehouse</profileName>";
    let profile = "<custom>true</custom><userLicense>Salesforce</userLicense><userPermissions>\
        <enabled>true</enabled><name>ModifyAllData</name></userPermissions>";
    let group = "<label>Desk</label><permissionSets>Elsewhere</permissionSets>";
    for (path, root, content) in [
        ("connectedApps/Warehouse.connectedApp-meta.xml", "ConnectedApp", app),
        ("profiles/Warehouse.profile-meta.xml", "Profile", profile),
        ("profiles/Old.profile-meta.xml", "Profile", profile),
        ("profiles/Broken.profile-meta.xml", "Profile", "<custom>"),
        ("permissionsetgroups/Desk.permissionsetgroup-meta.xml", "PermissionSetGroup", group),
        ("flows/Quiet.flow-meta.xml", "Flow", ""),
    ] {
        let path = folder.join("force-app").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, format!("<{root} {NAMESPACE}>{content}</{root}>\n")).unwrap();
    }
    for (path, text) in [
        ("sfdx-project.json", "{\"packageDirectories\":[{\"path\":\"force-app\"}]}"),
        ("sflint.toml", "preset = \"strict\"\nexclude = [\"**/Old.*\"]\n"),
    ] {
        std::fs::write(folder.join(path), text).unwrap();
    }
}

fn request(folder: &Path) -> CheckRequest {
    CheckRequest {
        inputs: vec![folder.to_owned()],
        current_dir: folder.to_owned(),
        config: None,
        rules_dir: None,
        selection: Selection::default(),
        fail_on: None,
        baseline: sflint::check::BaselineChoice::default(),
        today: Date::parse(EXAMPLE_DAY).unwrap(),
        threads: 1,
        asked: None,
        list_rules: false,
    }
}

fn report_of(folder: &Path) -> Value {
    let checked = check(&request(folder), Sources::DISK, None).unwrap();
    let mut bytes = Vec::new();
    json::write(&checked.report, &checked.files, &Disk, folder, &mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// All values at a path whose steps are members, or `*` for the elements of an array.
fn all<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![value];
    for step in path.split('/').filter(|step| !step.is_empty()) {
        found = match step {
            "*" => found.into_iter().flat_map(|value| value.as_array().unwrap()).collect(),
            member => found.into_iter().map(|value| &value[member]).collect(),
        };
    }
    found
}

#[test]
fn a_report_has_the_members_of_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    let (report, schema) = (report_of(folder.path()), report_schema());
    for (path, pointer) in [
        ("", ""),
        ("tool", "/properties/tool"),
        ("run", "/properties/run"),
        ("run/projects/*", "/$defs/project"),
        ("findings/*", "/$defs/finding"),
        ("findings/*/start", "/$defs/position"),
        ("findings/*/end", "/$defs/position"),
        ("findings/*/related/*", "/$defs/finding/properties/related/items"),
        ("findings/*/related/*/start", "/$defs/position"),
        ("findings/*/related/*/end", "/$defs/position"),
        ("summary", "/properties/summary"),
        ("summary/baselinedBySeverity", "/properties/summary/properties/baselinedBySeverity"),
        ("summary/filesSkipped/*", "/properties/summary/properties/filesSkipped/items"),
        ("summary/notJudged/*", "/properties/summary/properties/notJudged/items"),
    ] {
        let objects = all(&report, path);
        assert!(!objects.is_empty(), "the report has no {path}: {report:#}");
        for object in objects {
            assert_eq!(members(object), keys(&schema, pointer), "{path}");
        }
        assert_eq!(required(&schema, pointer), keys(&schema, pointer), "{pointer}");
    }
    assert!(!all(&report, "summary/remarks/*").is_empty(), "{report:#}");
    assert_eq!(report["run"]["root"], ".");
    assert_eq!(report["version"], at(&schema, "/properties/version")["const"]);
    assert_eq!(report["tool"]["name"], at(&schema, "/properties/tool/properties/name")["const"]);
}

/// What of a value does not fit a schema, as far as ours go.
fn misfits(value: &Value, schema: &Value, root: &Value, path: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return misfits(value, at(root, reference.trim_start_matches('#')), root, path);
    }
    if let Some(ways) = schema["anyOf"].as_array() {
        let mut tried = ways.iter().map(|way| misfits(value, way, root, path));
        return if tried.any(|misfits| misfits.is_empty()) {
            Vec::new()
        } else {
            vec![format!("{path}: {value} fits in no way")]
        };
    }
    let mut found = Vec::new();
    let known =
        schema.get("const").into_iter().chain(schema["enum"].as_array().into_iter().flatten());
    let known: Vec<&Value> = known.collect();
    if !known.is_empty() && !known.contains(&value) {
        found.push(format!("{path}: {value} is none of {known:?}"));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = &schema["type"];
    if !types.is_null()
        && types != kind
        && !types.as_array().is_some_and(|all| all.contains(&kind.into()))
    {
        found.push(format!("{path}: {value} is not {types}"));
    }
    if let (Some(pattern), Some(text)) = (schema["pattern"].as_str(), value.as_str())
        && !Regex::new(pattern).unwrap().is_match(text)
    {
        found.push(format!("{path}: {text} does not fit {pattern}"));
    }
    if let (Some(least), Some(number)) = (schema["minimum"].as_u64(), value.as_u64())
        && number < least
    {
        found.push(format!("{path}: {number} is less than {least}"));
    }
    if let (Some(items), Some(list)) = (schema.get("items"), value.as_array()) {
        let inner = list.iter().enumerate();
        found
            .extend(inner.flat_map(|(at, one)| misfits(one, items, root, &format!("{path}/{at}"))));
    }
    if let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object())
    {
        let required: BTreeSet<&str> = schema["required"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key.as_str().unwrap())
            .collect();
        let (all, there) = (members(&schema["properties"]), members(value));
        if required != all || there != all {
            found.push(format!("{path}: has {there:?}, not {all:?}"));
        }
        for (key, inner) in properties {
            let value = object.get(key).unwrap_or(&Value::Null);
            found.extend(misfits(value, inner, root, &format!("{path}/{key}")));
        }
    }
    found
}

#[test]
fn an_overview_fits_its_schema() {
    let schema: Value = serde_json::from_str(schema::OVERVIEW).unwrap();
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    std::fs::write(
        folder.path().join("sflint.toml"),
        "[rules]\noauth-self-authorize = \"off\"\n[[exceptions]]\nrule = \"oauth-full-scope\"\nreason = \"Because\"\n\
         [integrations.warehouse]\napp = \"Warehouse\"\nscopes = [\"Api\"]\n",
    )
    .unwrap();
    for place in [folder.path(), Path::new("testdata/acme")] {
        let place = place.canonicalize().unwrap();
        let (_, seen) = survey(&request(&place), Sources::DISK, None).unwrap();
        let mut bytes = Vec::new();
        overview::write_json(&seen, &mut bytes).unwrap();
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let misfits = misfits(&value, &schema, &schema, "");
        assert!(misfits.is_empty(), "{misfits:#?}");
        for path in ["items/*/evidence/*", "integrations/*/objects/*", "access/*"] {
            assert!(
                place == folder.path().canonicalize().unwrap() || !all(&value, path).is_empty()
            );
        }
    }
    assert_eq!(
        overview::VERSION,
        at(&schema, "/properties/version/const").as_u64().unwrap() as u32
    );
    let mut statuses = known(sflint::overview::answer::Status::WORDS);
    let mut told = words(&schema, "/$defs/status/enum");
    statuses.sort_unstable();
    told.sort_unstable();
    assert_eq!(statuses, told);
}

#[test]
fn an_access_diff_fits_its_schema() {
    let schema: Value = serde_json::from_str(schema::DIFF).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (base, head) = (folder.path().join("base"), folder.path().join("head"));
    std::fs::create_dir_all(&base).unwrap();
    std::fs::create_dir_all(&head).unwrap();
    project(&base);
    std::fs::write(head.join("Order_API.permissionset-meta.xml"), "<PermissionSet").unwrap();
    let set = "<PermissionSet><objectPermissions><allowDelete>true</allowDelete><object>Account</object>\
               </objectPermissions></PermissionSet>";
    std::fs::write(head.join("Orders.permissionset-meta.xml"), set).unwrap();
    let prepared = |folder: &Path| prepare(&[folder.to_owned()], folder).unwrap();
    let (old, new) = (prepared(&base), prepared(&head));
    let side = |prepared, name: &str| AccessSide {
        prepared,
        tree: &Disk,
        folder: String::new(),
        name: name.to_owned(),
    };
    let seen = access_diff(&AccessRequest {
        base: side(&old, "base"),
        head: side(&new, "head"),
        changed: None,
        config: None,
        today: Date::parse(EXAMPLE_DAY).unwrap(),
        threads: 1,
    });
    let mut bytes = Vec::new();
    diff::write_json(&seen.unwrap(), &mut bytes).unwrap();
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    let misfits = misfits(&value, &schema, &schema, "");
    assert!(misfits.is_empty(), "{misfits:#?}");
    for path in ["changes/*/subject/tags", "notCompared/*"] {
        assert!(!all(&value, path).is_empty(), "{path}");
    }
    assert_eq!(diff::VERSION, at(&schema, "/properties/version/const").as_u64().unwrap() as u32);
    let change = "/$defs/change/properties";
    for (known, pointer) in [
        (known(What::WORDS), format!("{change}/what/enum")),
        (known(Direction::WORDS), format!("{change}/direction/enum")),
        (known(Danger::WORDS), format!("{change}/danger/enum")),
        (known(SubjectKind::WORDS), "/$defs/subject/properties/kind/enum".to_owned()),
    ] {
        assert_eq!(known, words(&schema, &pointer), "{pointer}");
    }
}

#[test]
fn a_report_fits_the_patterns_of_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    let (report, schema) = (report_of(folder.path()), report_schema());
    let finding = "/$defs/finding/properties";
    for (path, pointer) in [
        ("findings/*/rule", "/$defs/rule".to_owned()),
        ("findings/*/component", "/$defs/component".to_owned()),
        ("findings/*/values/*", format!("{finding}/values/items")),
        ("findings/*/fingerprint", format!("{finding}/fingerprint")),
        ("summary/notJudged/*/rule", "/$defs/rule".to_owned()),
        ("summary/notJudged/*/component", "/$defs/component".to_owned()),
        ("run/today", "/properties/run/properties/today".to_owned()),
        ("tool/version", "/properties/tool/properties/version".to_owned()),
    ] {
        let pattern = pattern(&schema, &format!("{pointer}/pattern"));
        let texts = all(&report, path);
        assert!(!texts.is_empty(), "the report has no {path}");
        for text in texts {
            assert!(pattern.is_match(text.as_str().unwrap()), "{path}: {text}");
        }
    }
    let unreadable = all(&report, "findings/*")
        .into_iter()
        .find(|finding| finding["rule"] == "unreadable-file")
        .expect("one file is broken");
    let causes = words(&schema, "/$defs/cause/enum");
    assert!(causes.contains(&unreadable["key"].as_str().unwrap()));
    let rule = "/$defs/finding/if/properties/rule/const";
    assert_eq!(*at(&schema, rule), unreadable["rule"]);
}
