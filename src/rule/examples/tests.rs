use super::*;
use crate::rule::lists::Lists;
use crate::rule::load::load_rule;

const RULE: &str = "title = \"a\"\nseverity = \"note\"\nwhy = \"b\"\n[options]\ndays = 90\nnames = []\n\
    [match]\nkind = \"OauthApp\"\nwhere.refreshTokenDays = { over = \"$days\" }\n\
    where.name = { not = { in = \"$names\" } }\n[report]\nmessage = \"c\"\n";
const GOOD: &str = "[[good]]\ntext = \"<ConnectedApp/>\"\n";
const BAD: &str = "[[bad]]\ntext = \"<ConnectedApp/>\"\n";

fn rule(examples: &str) -> Rule {
    let source = crate::rule::RuleSource::read("rules/oauth/a.toml", &format!("{RULE}{examples}"));
    load_rule(&source, &Lists::default()).unwrap()
}

fn only(examples: &str, message: &str, spanned: &str, help: &str) {
    let errors = parse_examples(&rule(examples)).unwrap_err();
    let told: Vec<_> = errors
        .iter()
        .map(|error| (error.message(), error.spanned(), error.help().unwrap_or_default()))
        .collect();
    assert_eq!(told, [(message, spanned, help)], "{examples}");
}

#[test]
fn examples_are_read_in_the_order_of_the_file() {
    let examples = parse_examples(&rule(
        r#"[[good]]
text = "<?xml version='1.0'?><Profile/>"
[[bad]]
why = "the secret is there"
count = 2
at = "@@consumer-secret@@"
today = "2026-01-31"
project = "package"
tracked = ["b/.env"]
config = """
[rules.a]
days = 3
"""
options.days = 30
options.names_extra = ["x"]
files."b/.env" = "A=@@consumer-secret@@"
files."a/x.json" = ""
base."b/.env" = "A=1"
"#,
    ))
    .unwrap();
    let [good, bad] = examples.as_slice() else { panic!("{examples:#?}") };
    assert_eq!((good.expectation, bad.expectation), (Expectation::Good, Expectation::Bad));
    assert_eq!(good.files[0].0, "profiles/Example.profile-meta.xml");
    let paths: Vec<&str> = bad.files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["b/.env", "a/x.json"]);
    assert_eq!((bad.count, bad.at.as_deref()), (Some(2), Some("@@consumer-secret@@")));
    assert_eq!(
        (bad.project, bad.today.as_deref()),
        (Some(ProjectKind::Package), Some("2026-01-31"))
    );
    assert_eq!(bad.options[0], ("days".to_owned(), OptionValue::Number(30.0)));
    assert_eq!(bad.options[1], ("names_extra".to_owned(), OptionValue::List(vec!["x".into()])));
    assert_eq!(bad.tracked.as_deref(), Some(&["b/.env".to_owned()][..]));
    assert_eq!(bad.base, [("b/.env".to_owned(), "A=1".to_owned())]);
    assert!(bad.config.as_deref().is_some_and(|config| config.starts_with("[rules.a]")));
    assert!(good.tracked.is_none() && good.count.is_none() && good.base.is_empty());
}

#[test]
#[rustfmt::skip]
fn mistakes_in_examples() {
    only(GOOD, "`bad` is missing", "title = \"a\"", "`bad`: a `[[bad]]` example on which the rule fires");
    only(BAD, "`good` is missing", "title = \"a\"", "`good`: a `[[good]]` example on which it does not");
    for (bad, message, spanned, help) in [
        ("why = \"x\"", "`text` is missing", "[[bad]]", "`text`: the file, or `files.\"path\"` for several"),
        ("text = \"<Profile/>\"\nfiles.a = \"x\"", "an example has `text` or `files`, not both", "files", ""),
        ("text = \"<Profil/>\"", "there is no path for a `Profil`", "Profil", "did you mean `Profile`?"),
        ("text = \"A=b\"", "this text has no root element that tells its path", "A=b", "write files.\"path\" = '''…'''"),
        ("text = \"<Profile/>\"\nwyh = \"x\"", "`[[bad]]` has no key `wyh`", "wyh", "did you mean `why`?"),
        ("text = \"<Profile/>\"\nwhy = \"x\\ny\"", "`why` is one line", "x\\ny", ""),
        ("text = \"<Profile/>\"\ncount = 0", "a bad example has at least one finding", "0", "an example without findings is a `[[good]]` one"),
        ("text = \"<Profile/>\"\ncount = 1.5", "`count` counts: it is a whole number from 0 to 1000000000", "1.5", ""),
        ("text = \"<Profile/>\"\nat = \"profile\"", "`profile` stands in no file of this example", "profile", "write it exactly as the file does"),
        ("text = \"<Profile/>\"\ntoday = \"31.1.2026\"", "`31.1.2026` is not a day", "31.1.2026", "write a day as \"2026-11-23\""),
        ("text = \"<Profile/>\"\nproject = \"pakage\"", "`pakage` is no kind of project", "pakage", "did you mean `package`?"),
        ("text = \"<Profile/>\"\noptions.dais = 1", "there is no option `dais`", "dais", "did you mean `days`?"),
        ("text = \"<Profile/>\"\noptions.days_extra = [\"1\"]", "there is no option `days_extra`", "days_extra", "the options are: days, names"),
        ("text = \"<Profile/>\"\noptions.days = \"1\"", "`days` is a number, not text", "1", ""),
        ("text = \"<Profile/>\"\nconfig = '[x'", "`config` is not TOML: expected a right bracket, found eof", "[x", ""),
        ("files.a = \"x\"\ntracked = [\"b\"]", "this example has no file `b`", "b", "the files are: a"),
        ("files.\"../a\" = \"x\"", "`../a` is not a path inside a project", "../a", "write it as \"settings/Security.settings-meta.xml\""),
        ("files.\"/a\" = \"x\"", "`/a` is not a path inside a project", "/a", "write it as \"settings/Security.settings-meta.xml\""),
        ("files.a = 1", "`a` is the text of a file, not a number", "1", ""),
        ("files.a = \"é @@pasword@@\"", "there is no mark `@@pasword@@`", "@@pasword@@", "did you mean `password`?"),
        ("text = \"<Profile/> @@jvt@@\"", "there is no mark `@@jvt@@`", "@@jvt@@", "did you mean `jwt`?"),
    ] {
        only(&format!("{GOOD}[[bad]]\n{bad}\n"), message, spanned, help);
    }
    only(&format!("{BAD}{GOOD}count = 1\n"), "`count` is for bad examples: a good one has no finding", "count", "");
    only(&format!("{GOOD}[bad]\ntext = \"<Profile/>\"\n"), "`bad` is a list of examples, `[[bad]]`, not a table", "[bad]\ntext = \"<Profile/>\"", "");
}

#[test]
fn what_stands_after_the_examples_is_told() {
    for late in ["[fix]\nhelp = \"x\"", "[match.where.label]\nis = \"a\""] {
        let errors = parse_examples(&rule(&format!("{BAD}{GOOD}{late}\n"))).unwrap_err();
        let message = errors[0].message();
        assert!(
            message.ends_with("stands after the first example, where it is not read"),
            "{message}"
        );
    }
}

#[test]
fn files_without_a_root_element_need_paths() {
    let source = crate::rule::RuleSource::read(
        "rules/secrets/a.toml",
        "title = \"a\"\nseverity = \"note\"\nwhy = \"b\"\n[match]\nkind = \"env\"\neach = \"entry\"\n\
               where.value = { check = \"real-secret\" }\n[report]\nmessage = \"{key}\"\n\
               [[bad]]\ntext = \"A=b\"\n[[good]]\nfiles.\".env\" = \"A=\"\n",
    );
    let rule = load_rule(&source, &Lists::default()).unwrap();
    let errors = parse_examples(&rule).unwrap_err();
    assert_eq!(errors[0].message(), "an example of kind `env` needs paths");
    assert_eq!((errors.len(), errors[0].spanned()), (1, "text"));
}
