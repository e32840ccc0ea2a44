//! Rules with mistakes, and what each of them is told.

use super::*;

fn mistakes(text: &str) -> Vec<(String, String, String)> {
    let errors = load(text)
        .map(|rule| panic!("no mistake in {rule:?}"))
        .unwrap_or_else(|errors: Vec<RuleError>| errors);
    errors
        .iter()
        .map(|error| {
            let help = error.help().unwrap_or_default().to_owned();
            (error.message().to_owned(), error.spanned().to_owned(), help)
        })
        .collect()
}

/// The text has this mistake and no other: message, text under the span, help.
fn only(text: &str, message: &str, spanned: &str, help: &str) {
    let expected = (message.to_owned(), spanned.to_owned(), help.to_owned());
    assert_eq!(mistakes(text), [expected], "{text}");
}

#[test]
fn misspelt_keys() {
    let correct = with(&format!("{OAUTH}where.scopes = \"Full\""));
    let misspelt = |from: &str, to: &str| correct.replacen(from, to, 1);
    let text = misspelt("severity", "severty") + "severity = 1";
    assert!(mistakes(&text).iter().any(|(message, spanned, help)| {
        message == "a rule has no key `severty`"
            && spanned == "severty"
            && help == "did you mean `severity`?"
    }));
    only(
        &format!("maps_to = []\n{correct}"),
        "a rule has no key `maps_to`",
        "maps_to",
        &listing_of_top_level(),
    );
    only(
        &misspelt("where", "were"),
        "`[match]` has no key `were`",
        "were",
        "did you mean `where`?",
    );
}

#[test]
fn lists_that_are_compared_with_hosts() {
    let help = "write one host, `example.com`, or all hosts below a domain, `*.example.com`";
    let list = |value: &str| {
        let condition = "where.url.host = { in = \"hosts\" }";
        let entries = format!("[[lists.hosts]]\nvalue = {value:?}\nbecause = \"is open\"");
        with(&format!("{OAUTH}each = \"callback\"\n{condition}\n{entries}"))
    };
    for value in ["https://example.com", "app-*.example.com", "example.com:443"] {
        let message = format!("the list `hosts` holds `{value}`, which is no host");
        only(&list(value), &message, "hosts", help);
    }
    good(&list("*.example.com"));
    let condition = "where.url.host = { not = { in = \"$allow\" } }";
    let option = "[options]\nallow = [\"example.com\", \"*\"]\n";
    only(
        &with(&format!("{option}{OAUTH}each = \"callback\"\n{condition}")),
        "the option `allow` holds `*`, which is no host",
        "$allow",
        help,
    );
    // Elsewhere a `*` is a character.
    let condition = "where.label = { in = \"$allow\" }";
    good(&with(&format!("{option}{OAUTH}{condition}")));
}

fn listing_of_top_level() -> String {
    reader::listing(TOP_LEVEL.iter().copied(), "the keys are")
}

/// What stands in `[match]` below the kind, and its only mistake.
#[test]
#[rustfmt::skip]
fn mistakes_in_a_match() {
    for (kind, condition, message, spanned, help) in [
        // Leaves and elements.
        ("OauthApp", "where.scope = \"Full\"", "`OauthApp` has no leaf `scope`", "scope", "did you mean `scopes`?"),
        ("ConnectedApp", "where.oauthPolicy.ipRelaxations = \"BYPASS\"", "`ConnectedAppOauthPolicy` has no element `ipRelaxations`", "ipRelaxations", "did you mean `ipRelaxation`?"),
        ("ConnectedApp", "where.oauthPolcy.ipRelaxation = \"BYPASS\"", "`ConnectedApp` has no element `oauthPolcy`", "oauthPolcy", "did you mean `oauthPolicy`?"),
        ("ConnectedApp", "where.oauthPolicy = \"x\"", "`oauthPolicy` holds elements, not a value", "x", "name one of its elements, or write { present = true }"),
        ("ConnectedApp", "where.label.x = \"y\"", "there is no operator `x`", "x", "the operators are: is, not, all, in, glob, regex, contains, present, over, under, count, check"),
        ("OauthApp\"\neach = \"callback", "where.url.hots = \"a\"", "`url` has no part `hots`", "hots", "did you mean `host`?"),
        ("OauthApp\"\neach = \"callback", "where.url = { presnt = true }", "there is no operator `presnt`", "presnt", "did you mean `present`?"),
        ("OauthApp\"\neach = \"callback", "where.pkceRequired = true", "`callback` of `OauthApp` has no leaf `pkceRequired`", "pkceRequired", "did you mean `of.pkceRequired`?"),
        ("Principal\"\neach = \"userPermissions", "where.name = \"x\"", "`Principal` has no children `userPermissions`", "userPermissions", "did you mean `userPermission`?"),
        ("SecuritySettings\"\neach = \"sessionSettings", "where.sessionTimeout = \"TwoHours\"", "`sessionSettings` stands once in `SecuritySettings`, so there is no each", "sessionSettings", "test what it holds by its path: where.sessionSettings.… = …"),
        ("ConnectedApp\"\neach = \"oauthConfig.scopes", "where.x = 1", "`scopes` holds no elements, so it cannot be a block", "scopes", "test it as a leaf: where.oauthConfig.scopes = …"),
        ("ConnectedApp\"\neach = \"oauthConfg.scopes", "where.x = 1", "`ConnectedApp` has no element `oauthConfg`", "oauthConfg", "did you mean `oauthConfig`?"),
        // Kinds.
        ("OauthAp", "where.x = 1", "there is no kind `OauthAp`", "OauthAp", "did you mean `OauthApp`?"),
        ("SecuritySetings", "where.x = 1", "there is no kind `SecuritySetings`", "SecuritySetings", "did you mean `SecuritySettings`?"),
        // Values.
        ("OauthApp", "where.ipRelaxation = \"byapss\"", "`byapss` is not a value of `ipRelaxation`", "byapss", "did you mean `bypass`?"),
        ("OauthApp", "where.ipRelaxation = [\"bypass\", \"off\"]", "`off` is not a value of `ipRelaxation`", "off", "its values are: enforce, bypass, bypass-2factor, enforce-relax-refresh"),
        ("SecuritySettings", "where.sessionSettings.sessionTimeout = \"TwoHour\"", "`TwoHour` is not a value of `sessionSettings.sessionTimeout`", "TwoHour", "did you mean `TwoHours`?"),
        ("OauthApp", "where.pkceRequired = \"true\"", "`pkceRequired` holds true or false, not text", "true", "write true without quotes"),
        ("OauthApp", "where.pkceRequired = 1", "`pkceRequired` holds true or false, not a number", "1", ""),
        ("OauthApp", "where.label = true", "`label` holds text, not true or false", "true", "write \"true\" in quotes if it is text"),
        ("OauthApp", "where.refreshTokenDays = \"90\"", "`refreshTokenDays` holds a number, not text", "90", "write 90 without quotes"),
        ("OauthApp", "where.refreshTokenDays = \"infinit\"", "`refreshTokenDays` holds a number, not text", "infinit", "did you mean `infinite`?"),
        ("OauthApp", "where.refreshTokenDays = inf", "this is not a number that can be compared", "inf", "write \"infinite\" for larger than any number"),
        ("OauthApp", "where.scopes = []", "an empty list matches nothing", "[]", ""),
        ("OauthApp", "where.label = [[\"a\"]]", "`label` is compared with single values, not with a list", "[\"a\"]", ""),
        ("Certificate", "where.notAfter = \"23.11.2026\"", "`23.11.2026` is not a day", "23.11.2026", "write a day as \"2026-11-23\""),
        // Operators.
        ("OauthApp", "where.scopes = { over = 3 }", "`over` does not fit `scopes`, which holds a word", "over", "its operators are: is, not, in, glob, regex, contains, present, all, count"),
        ("OauthApp", "where.pkceRequired = { glob = \"*\" }", "`glob` does not fit `pkceRequired`, which holds true or false", "glob", "its operators are: is, not, present"),
        ("OauthApp", "where.pkceRequired = { in = \"tier0\" }", "`in` does not fit `pkceRequired`, which holds true or false", "in", "its operators are: is, not, present"),
        ("OauthApp", "where.refreshTokenDays = { contains = \"9\" }", "`contains` does not fit `refreshTokenDays`, which holds a number", "contains", "its operators are: is, not, present, over, under"),
        ("OauthApp", "where.pkceRequired = { check = \"real-secret\" }", "`check` does not fit `pkceRequired`, which holds true or false", "check", "its operators are: is, not, present"),
        ("OauthApp", "where.consumerSecret = \"x\"", "`is` does not fit `consumerSecret`, which holds a secret", "x", "its operators are: not, present, check"),
        ("OauthApp", "where.certificate = \"x\"", "`is` does not fit `certificate`, which holds a certificate", "x", "its operators are: present"),
        ("OauthApp", "where.label = { count = 2 }", "`count` does not fit `label`, which holds one value", "count", "its operators are: is, not, in, glob, regex, contains, present, check"),
        ("OauthApp", "where.label = { all = [\"a\"] }", "`all` does not fit `label`, which holds one value", "all", "its operators are: is, not, in, glob, regex, contains, present, check"),
        ("OauthApp", "where.label = { glb = \"a\" }", "there is no operator `glb`", "glb", "did you mean `glob`?"),
        ("OauthApp", "where.label = {}", "nothing is asked of `label`", "{}", "its operators are: is, not, in, glob, regex, contains, present, check"),
        ("OauthApp", "where.label = { not = { not = \"a\" } }", "`not` stands inside `not`", "not", ""),
        ("OauthApp", "where.label = { present = \"yes\" }", "`present` is true or false, not text", "yes", ""),
        ("OauthApp", "where.label = { glob = \"a[\" }", "`a[` is not a glob: unclosed character class; missing ']'", "a[", ""),
        ("OauthApp", "where.label = { regex = \"a(\" }", "this is not a regular expression: unclosed group", "a(", ""),
        ("OauthApp", "where.label = { regex = \"$names\" }", "`regex` takes no option", "$names", "use `glob`, which does"),
        ("OauthApp", "where.label = { contains = 1 }", "`contains` takes text, not a number", "1", ""),
        ("OauthApp", "where.label = { contains = \"\" }", "`contains` with an empty text says nothing", "\"", ""),
        ("OauthApp", "where.consumerSecret = { check = \"real-secrets\" }", "there is no check `real-secrets`", "real-secrets", "did you mean `real-secret`?"),
        ("OauthApp", "where.refreshTokenDays = { over = \"90\" }", "`over` takes a number, not text", "90", "write 90 without quotes"),
        ("OauthApp", "where.refreshTokenDays = { over = \"infinite\" }", "nothing is over `infinite`", "infinite", "for infinite values write is = \"infinite\""),
        ("OauthApp", "where.scopes = { count = -1 }", "`count` counts: it is a whole number from 0 to 1000000000", "-1", ""),
        ("OauthApp", "where.grantee = { count = { over = 1.5 } }", "`over` counts: it is a whole number from 0 to 1000000000", "1.5", ""),
        ("OauthApp", "where.grantee = { count = { above = 1 } }", "`count` has no key `above`", "above", "the keys are: is, over, under"),
        // Options and lists.
        ("OauthApp", "where.refreshTokenDays = { over = \"$days\" }", "there is no option `days`", "$days", "say `days = …` in `[options]`"),
        ("Principal\"\neach = \"userPermission", "where.name = { in = \"tier2\" }", "there is no list `tier2`", "tier2", "did you mean `tier0`?"),
        ("Principal\"\neach = \"userPermission", "where.name = { in = [] }", "an empty list matches nothing", "[]", ""),
        // The clause.
        ("OauthApp", "where = 1", "`where` is a table, not a number", "1", ""),
        ("OauthApp", "where = {}", "`where` is empty", "{}", ""),
        ("OauthApp", "key = \"nmae\"\nwhere.label = \"a\"", "`OauthApp` has no leaf `nmae`", "nmae", "did you mean `name`?"),
        ("OauthApp", "key = \"consumerSecret\"\nwhere.label = \"a\"", "`consumerSecret` cannot be a key", "consumerSecret", ""),
        ("OauthApp", "find = \"x\"", "`find` is for kind `text` only", "x", ""),
        ("text", "find = \"(\"", "this is not a regular expression: unclosed group", "(", ""),
        ("text", "find = \"x\"\nalso = \"(\"", "this is not a regular expression: unclosed group", "(", ""),
        ("text", "also = \"x\"\nwhere.name = \"x\"", "`also` says what a file must hold beside a hit of `find`", "x", ""),
        ("text\"\neach = \"find", "where.line = \"x\"", "the hits of `find` are blocks without `each`", "find", "write `find = '''…'''` and no `each`"),
        ("OauthApp", "any = [{ where.label = \"a\" }]", "one alternative is no choice", "[{ where.label = \"a\" }]", "write its conditions in `[match]`, or add another `[[match.any]]`"),
        ("OauthApp", "any = [{ where.label = \"a\" }, { because = \"b\" }]", "an alternative without conditions always holds", "{ because = \"b\" }", ""),
        ("OauthApp", "any = [{ where.label = \"a\" }, { were.label = \"b\", where.label = \"b\" }]", "`[[match.any]]` has no key `were`", "were", "did you mean `where`?"),
    ] {
        only(
            &with(&format!("[match]\nkind = \"{kind}\"\n{condition}")),
            message,
            spanned,
            help,
        );
    }
}

#[test]
#[rustfmt::skip]
fn mistakes_in_the_head() {
    let matching = format!("{OAUTH}where.scopes = \"Full\"");
    let rest = with(&matching);
    for (line, message, spanned, help) in [
        ("confidence = \"sure\"", "`sure` is no confidence", "sure", "it is one of: high, medium, low"),
        ("presets = [\"strikt\"]", "`strikt` is no preset", "strikt", "did you mean `strict`?"),
        ("projects = [\"packages\"]", "`packages` is no kind of project", "packages", "did you mean `package`?"),
        ("yields_to = [\"a-rule\"]", "`yields_to` names the rule itself", "a-rule", ""),
        ("was = [\"Old Name\"]", "`Old Name` cannot be the id of a rule", "Old Name", ""),
        ("since = \"soon\"", "`soon` is not a version", "soon", "write it as \"0.1.0\""),
        ("maps = \"CWE-250\"", "`maps` is a list of texts, not text", "CWE-250", ""),
        ("maps = [\"CWE-250\", \"CWE-250\"]", "`CWE-250` stands twice in `maps`", "CWE-250", ""),
        ("serves = [1]", "`serves` is text, not a number", "1", ""),
    ] {
        only(&format!("{line}\n{rest}"), message, spanned, help);
    }
    only(
        &rest.replace("\"error\"", "\"errror\""),
        "`errror` is no severity",
        "errror",
        "did you mean `error`?",
    );
    only(
        &rest.replace("is open\"\nsev", "is open.\"\nsev"),
        "a title ends without a stop",
        "something is open.",
        "",
    );
    only(
        &rest.replace("An attacker gets in.", " "),
        "`why` is empty",
        " ",
        "",
    );
    only(
        &rest.replace("why = \"An attacker gets in.\"\n", ""),
        "`why` is missing",
        "title = \"something is open\"",
        "`why`: the attack, and why the platform lets it happen",
    );
    only(
        &rest.replace("kind = \"OauthApp\"\nwhere.scopes", "where.scopes"),
        "`kind` is missing",
        "[match]",
        "`kind`: the record or metadata type to look at",
    );
    only(
        &rest.replace("where.scopes = \"Full\"", ""),
        "this would match every `OauthApp`",
        "match",
        "say what is wrong with it: where.<leaf> = …",
    );
    let missing: Vec<_> = mistakes("")
        .into_iter()
        .map(|(message, ..)| message)
        .collect();
    assert_eq!(
        missing,
        ["title", "severity", "why", "match", "report"].map(|key| format!("`{key}` is missing"))
    );
    let errors = load_rule(&source("rules/oauth/Bad_Name.toml", &rest), &shared()).unwrap_err();
    assert_eq!(errors[0].message(), "`Bad_Name` cannot be the id of a rule");
}

#[test]
#[rustfmt::skip]
fn mistakes_in_options_and_lists() {
    let used = "[match]\nkind = \"OauthApp\"\nwhere.refreshTokenDays = { over = \"$days\" }";
    let options = |options: &str| with(&format!("[options]\n{options}\n{used}"));
    only(
        &options("days = \"90\""),
        "the option `days` does not fit: `over` takes a number, not text",
        "$days",
        "write 90 without quotes",
    );
    only(
        &options("days = [\"90\"]"),
        "the option `days` does not fit: one value stands here, not a list",
        "$days",
        "",
    );
    only(
        &options("days = 90\nweeks = 1"),
        "the option `weeks` is never used",
        "weeks",
        "refer to it as \"$weeks\", or leave it out",
    );
    only(
        &options("dyas = 90\ndays = 1\n\"d d\" = 1").replace("dyas = 90\n", ""),
        "`d d` cannot name an option",
        "d d",
        "use letters, digits, `-` and `_`",
    );
    let misspelt = mistakes(&options("dayz = 90"));
    assert_eq!(
        misspelt[1],
        (
            "there is no option `days`".into(),
            "$days".into(),
            "did you mean `dayz`?".into()
        )
    );
    only(
        &with(
            "[options]\ngood = [\"TwoHour\"]\n[match]\nkind = \"SecuritySettings\"\nwhere.sessionSettings.sessionTimeout = { not = \"$good\" }",
        ),
        "the option `good` does not fit: `TwoHour` is not a value of `sessionSettings.sessionTimeout`",
        "$good",
        "did you mean `TwoHours`?",
    );
    only(
        &with(
            "[options]\nallow = \"x\"\n[match]\nkind = \"OauthApp\"\nwhere.label = { in = \"$allow\" }",
        ),
        "`in` takes a list, and the option `allow` holds none",
        "$allow",
        "",
    );
    let list = "[[lists.mine]]\nvalue = \"a\"\nbecause = \"b\"\n";
    only(
        &with(&format!("{list}{OAUTH}where.scopes = \"Full\"")),
        "the list `mine` is never used",
        "mine",
        "refer to it with in = \"mine\", or leave it out",
    );
}

#[test]
fn mistakes_in_joins() {
    let joined = |join: &str| with(&format!("{OAUTH}where.scopes = \"Full\"\n{join}"));
    only(
        &joined("[with]\nkind = \"Principal\"\nkey = \"name\""),
        "`[with]` has a `key` and `[match]` has none",
        "name",
        "name the leaf of `[match]` that equals this one: key = \"…\"",
    );
    only(
        &joined(
            "[with]\nkind = \"Principal\"\n[without]\nkind = \"Principal\"\nwhere.admin = true",
        ),
        "a rule has one `[with]` or one `[without]`, not both",
        "without",
        "write two rules",
    );
    only(
        &joined("[without]\nkind = \"Principal\"\nfind = \"x\""),
        "`find` stands in `[match]` only",
        "find",
        "",
    );
    only(
        &joined("[with]\nkind = \"Principal\"\nwhere.guests = true"),
        "`Principal` has no leaf `guests`",
        "guests",
        "did you mean `guest`?",
    );
}

#[test]
#[rustfmt::skip]
fn mistakes_in_texts() {
    let report = |matching: &str, report: &str| {
        format!("{HEAD}[match]\nkind = \"OauthApp\"\n{matching}\n[report]\n{report}\n")
    };
    let scopes = "where.scopes = \"Full\"";
    for (text, message, spanned, help) in [
        ("message = \"{nmae} is open\"", "`OauthApp` has no leaf `nmae`", "{nmae}", "did you mean `name`?"),
        ("message = \"{name is open\"", "this brace has no partner", "{", "a placeholder is written {leaf}; a literal brace is written twice"),
        ("message = \"\\t{nmae} is open\"", "`OauthApp` has no leaf `nmae`", "\\t{nmae} is open", "did you mean `name`?"),
        ("message = \"{name} {because}\"", "nothing gives `{because}`", "{because}", "give every `[[match.any]]` a `because`, or match a list with `in`"),
        ("message = \"{$days}\"", "there is no option `days`", "{$days}", ""),
        ("message = \"{with.name}\"", "`with.name` needs a `[with]`", "{with.name}", "only a partner that must be there has leaves"),
        ("message = \"{consumerSecret}\"", "`consumerSecret` may hold a secret, which is never shown", "{consumerSecret}", "say where it is, not what it is"),
        ("message = \"{certificate}\"", "`certificate` is a certificate, which cannot be shown", "{certificate}", "its parts are: notBefore, notAfter, daysLeft, ageDays, keyBits, keyType"),
        ("message = \"a\"\npoint_at = \".\"", "`.` is not the name of a leaf", ".", ""),
        ("message = \"a\"\ngroup = \"file\"", "findings cannot be grouped by `file`", "file", "it is `component`, or `object` for the fields of an object"),
        ("message = \"a\"\nlabel.with = \"b\"", "`label.with` needs a `[with]`", "b", "only a partner that must be there can be shown"),
        ("message = \"a\"\nlabel.without = \"b\"", "`label` has no key `without`", "without", "the keys are: with"),
        ("mesage = \"a\"\nmessage = \"b\"", "`[report]` has no key `mesage`", "mesage", "did you mean `message`?"),
        ("point_at = \"scopes\"", "`message` is missing", "[report]", "`message`: one sentence that names the thing"),
        ("message = \"a\"\n[fix]\nset.label = \"b\"\nsafety = \"safe\"", "`label` cannot be set", "label", "a rule sets leaves that stand in one element; say the rest in `help`"),
        ("message = \"a\"\n[fix]\nset.pkceRequird = true\nsafety = \"safe\"", "`OauthApp` has no leaf `pkceRequird`", "pkceRequird", "did you mean `pkceRequired`?"),
        ("message = \"a\"\n[fix]\nset.pkceRequired = \"true\"\nsafety = \"safe\"", "`pkceRequired` holds true or false, not text", "true", "write true without quotes"),
        ("message = \"a\"\n[fix]\nset.refreshTokenDays = 30\nsafety = \"safe\"", "`refreshTokenDays` needs to know what the days count from", "30", "write { inactivity = 30 } or { lifetime = 30 }"),
        ("message = \"a\"\n[fix]\nset.refreshTokenDays = { inactivity = 0 }\nsafety = \"safe\"", "`inactivity` is a number of days from 1 to 1000000000", "0", ""),
        ("message = \"a\"\n[fix]\nset.pkceRequired = true", "`safety` is missing", "set", "`safety`: \"safe\" if nothing can break, \"unsafe\" if a person must decide"),
        ("message = \"a\"\n[fix]\nhelp = \"b\"\nsafety = \"safe\"", "`safety` without an edit says nothing", "safety", "an edit is `set`, `remove` or `append`"),
        ("message = \"a\"\n[fix]\nremove = \"scopes\"\nsafety = \"save\"", "there is no safety `save`", "save", "did you mean `safe`?"),
        ("message = \"a\"\n[fix]\nremove = \"blok\"\nsafety = \"safe\"", "`OauthApp` has no leaf `blok`", "blok", ""),
        ("message = \"a\"\n[fix]\nappend = \"a\\nb\"\nsafety = \"safe\"", "`append` is one line", "a\\nb", ""),
        ("message = \"a\"\n[fix]\nhelp = \"{nam}\"", "`OauthApp` has no leaf `nam`", "{nam}", "did you mean `name`?"),
    ] {
        let told = mistakes(&report(scopes, text));
        let [(found, at, advice)] = told.as_slice() else {
            panic!("{told:#?}")
        };
        assert_eq!((found.as_str(), at.as_str()), (message, spanned), "{text}");
        assert!(
            advice == help
                || (help.is_empty() && advice.starts_with("its leaves are: name, label")),
            "{text}: {advice}"
        );
    }
    let find = format!(
        "{HEAD}[match]\nkind = \"text\"\nfind = \"(?<value>x+)\"\nwhere.value = {{ not = {{ check = \"real-secret\" }} }}\n[report]\nmessage = \"{{value}} {{match}} {{line}} {{of.path}}\"\n"
    );
    let secrets: Vec<_> = mistakes(&find)
        .into_iter()
        .map(|(message, ..)| message)
        .collect();
    assert_eq!(
        secrets,
        ["value", "match", "line"]
            .map(|leaf| format!("`{leaf}` may hold a secret, which is never shown"))
    );
}

#[test]
fn one_mistake_is_told_once() {
    let text = format!(
        "{HEAD}{OAUTH}where.label = {{ present = true }}\n[with]\nkind = \"Principl\"\n\
         [report]\nmessage = \"{{with.name}}\"\nlabel.with = \"{{with.label}}\"\n"
    );
    let help = "did you mean `Principal`?";
    only(&text, "there is no kind `Principl`", "Principl", help);
    let text =
        with(&format!("[options]\nnames = \"a.*\"\n{OAUTH}where.label = {{ regex = \"$names\" }}"));
    let help = "use `glob`, which does";
    only(&text, "`regex` takes no option", "$names", help);
}

#[test]
fn because_is_there_whichever_way_a_rule_matches() {
    let rule = |second: &str, because: &str| {
        format!(
            "{HEAD}[match]\nkind = \"Principal\"\neach = \"userPermission\"\n[[match.any]]\nwhere.name = \"A\"\nbecause = \"b\"\n\
             [[match.any]]\n{second}\n[report]\nmessage = \"{because}\"\n"
        )
    };
    good(&rule("where.name = { in = \"tier0\" }", "{because}"));
    good(&rule("where.name = \"B\"\nbecause = \"c {name}\"", "{because}"));
    let unexplained = "nothing gives `{because}`";
    assert_eq!(mistakes(&rule("where.name = \"B\"", "{because}"))[0].0, unexplained);
    assert_eq!(
        mistakes(&rule("where.name = { not = { in = \"tier0\" } }", "{because}"))[0].0,
        unexplained
    );
    assert_eq!(
        mistakes(&rule("where.name = \"B\"\nbecause = \"{because}\"", "a"))[0].0,
        unexplained
    );
    good(&rule("where.name = { in = \"tier0\" }\nbecause = \"{because}, {scope}\"", "a"));
    // Only one of the lists has the column.
    assert_eq!(
        mistakes(&rule("where.name = { in = [\"tier0\", \"tier1\"] }\nbecause = \"{scope}\"", "a"))
            [0]
        .0,
        "`userPermission` of `Principal` has no leaf `scope`"
    );
}

#[test]
fn toml_mistakes_have_places() {
    let rest = with(&format!("{OAUTH}where.scopes = \"Full\""));
    only(
        &format!("{rest}message = \"again\"\n"),
        "duplicate key: `message`",
        "message",
        "keep one of the two",
    );
    only(
        &format!("{rest}[match]\n"),
        "redefinition of table `match`",
        "[match]",
        "keep one of the two",
    );
    only(
        &format!("since = 2026-01-01\n{rest}"),
        "invalid number",
        "2026-01-01",
        "write text and dates in quotes",
    );
    only("title = \"é\u{1}\"", "invalid character in string: `\u{1}`", "\u{1}", "");
    only("é = 1", "unexpected character found: `é`", "é", "");
}

#[test]
fn all_mistakes_are_told_in_the_order_of_the_file() {
    let told = mistakes(
        "title = \"a\"\nseverity = \"hihg\"\nwhy = \"b\"\n[match]\nkind = \"OauthApp\"\nwhere.scope = \"Full\"\n\
         where.pkceRequired = \"no\"\n[report]\nmessage = \"{nmae}\"\nfoo = 1\n[fix]\nsafty = \"safe\"\n",
    );
    let spans: Vec<&str> = told.iter().map(|(_, spanned, _)| spanned.as_str()).collect();
    assert_eq!(spans, ["hihg", "scope", "no", "{nmae}", "foo", "safty"]);
}
