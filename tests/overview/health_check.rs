//! The Health Check: settings, baselines, the estimate.

use super::*;

fn rule(id: &str, map: &str, rest: &str) -> (String, String) {
    let text = format!(
        "title = \"A setting\"\nseverity = \"note\"\npresets = []\nprojects = [\"org\"]\n\
         maps = [\"Health Check {map}\"]\nwhy = \"Because\"\n{rest}"
    );
    (format!("rules/own/{id}.toml"), text)
}

fn asked(kind: &str, settings: &str) -> Value {
    let (attempts, attempts_rule) = rule(
        "own-wrong-passwords",
        "PasswordPolicies.maxLoginAttempts",
        "[options]\ncompliant = [\"ThreeAttempts\"]\n[match]\nkind = \"SecuritySettings\"\n\
         where.passwordPolicies.maxLoginAttempts = { present = true, not = { in = \"$compliant\" } }\n\
         [report]\nmessage = \"{passwordPolicies.maxLoginAttempts} wrong passwords\"\n",
    );
    let (cookie, cookie_rule) = rule(
        "own-http-only",
        "SessionSettings.requireHttpOnly",
        "[match]\nkind = \"SecuritySettings\"\nwhere.sessionSettings.requireHttpOnly = false\n\
         [report]\nmessage = \"scripts read the cookie\"\n",
    );
    let (site, site_rule) = rule(
        "own-remote-site",
        "RemoteSiteSettings.remoteSiteSettings",
        "[match]\nkind = \"RemoteSiteSetting\"\nwhere.disableProtocolSecurity = true\n\
         [report]\nmessage = \"{name} without https\"\n",
    );
    let folder = project(&[
        ("settings/Security.settings-meta.xml", settings),
        ("sflint.toml", &format!("kind = \"{kind}\"\nrules-dir = \"rules\"\n")),
    ]);
    for (path, text) in [(attempts, attempts_rule), (cookie, cookie_rule), (site, site_rule)] {
        write(folder.path(), &path, &text);
    }
    json(folder.path(), &[])["healthChecks"][0].clone()
}

const SETTINGS: &str = "<SecuritySettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<passwordPolicies>\n\
    <maxLoginAttempts>TenAttempts</maxLoginAttempts>\n</passwordPolicies>\n<sessionSettings>\n\
    <requireHttpOnly>true</requireHttpOnly>\n</sessionSettings>\n</SecuritySettings>\n";

/// The value is shown whether or not it is good, read off by the rule's own clause.
#[test]
fn settings_are_held_against_the_baseline() {
    let health = asked("org", SETTINGS);
    let attempts = entry(&health["settings"], "PasswordPolicies.maxLoginAttempts");
    assert_eq!(attempts["status"], "deviates", "{attempts:#}");
    assert_eq!(attempts["values"][0]["message"], "TenAttempts");
    assert_eq!(attempts["values"][0]["line"], 3);
    assert_eq!(attempts["baseline"], "ThreeAttempts");
    let cookie = entry(&health["settings"], "SessionSettings.requireHttpOnly");
    assert_eq!(cookie["status"], "compliant", "{cookie:#}");
    assert_eq!(cookie["values"][0]["message"], "true");
    assert_eq!(cookie["values"][0]["line"], 6);
    let site = entry(&health["settings"], "RemoteSiteSettings.remoteSiteSettings");
    assert_eq!(site["status"], "not in project");
    let live = entry(&health["settings"], "AdminUsers.activeSystemAdministratorCount");
    assert_eq!(live["status"], "not checkable");
}

/// Ranges are counted where the rule counts them, and shown one by one.
#[test]
fn what_health_check_counts_is_counted() {
    let (ranges, ranges_rule) = rule(
        "own-no-range",
        "NetworkSecurity.trustedIpRangesConfigured",
        "[options]\ncompliant = 1\n[match]\nkind = \"SecuritySettings\"\nwhere.networkAccess.present = true\n\
         where.networkAccess.ipRanges.count.under = \"$compliant\"\n[report]\nmessage = \"no range\"\n\
         point_at = \"networkAccess\"\n",
    );
    let (sites, sites_rule) = rule(
        "own-remote-site",
        "RemoteSiteSettings.remoteSiteSettings",
        "[match]\nkind = \"RemoteSiteSetting\"\nwhere.disableProtocolSecurity = true\n\
         [report]\nmessage = \"{name} without https\"\n",
    );
    let site = |open: bool| {
        format!(
            "<RemoteSiteSetting xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<disableProtocolSecurity>{open}\
             </disableProtocolSecurity>\n</RemoteSiteSetting>\n"
        )
    };
    let network = "<SecuritySettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<networkAccess>\n<ipRanges>\n\
         <end>192.0.2.9</end>\n<start>192.0.2.1</start>\n</ipRanges>\n</networkAccess>\n</SecuritySettings>\n";
    let folder = project(&[
        ("settings/Security.settings-meta.xml", network),
        ("remoteSiteSettings/Good.remoteSite-meta.xml", &site(false)),
        ("remoteSiteSettings/Open.remoteSite-meta.xml", &site(true)),
        ("sflint.toml", "kind = \"org\"\nrules-dir = \"rules\"\n"),
    ]);
    write(folder.path(), &ranges, &ranges_rule);
    write(folder.path(), &sites, &sites_rule);
    let health = json(folder.path(), &[])["healthChecks"][0].clone();
    let ranges = entry(&health["settings"], "NetworkSecurity.trustedIpRangesConfigured");
    assert_eq!((&ranges["status"], &ranges["count"]), (&"compliant".into(), &1.into()));
    assert_eq!(ranges["values"][0]["line"], 3, "{ranges:#}");
    let sites = entry(&health["settings"], "RemoteSiteSettings.remoteSiteSettings");
    assert_eq!((&sites["status"], &sites["count"]), (&"deviates".into(), &1.into()));
    assert_eq!(sites["values"][0]["message"], "Open without https", "{sites:#}");
}

#[test]
fn packages_have_no_health_check() {
    let health = asked("package", SETTINGS);
    assert_eq!(health["estimate"], Value::Null, "{health:#}");
    assert_eq!(health["notAsked"], "asked of projects of kind org only");
}

/// The settings that hold redirects back, one that is a number, one that is a word and one of a key that nobody knows.
const OWN: &str = "<?xml version=\"1.0\"?>\n<baseline name=\"Acme &amp; Co\" developerName=\"Acme\">\n<highRiskSecuritySettings>\n\
    <numericRangeSetting name=\"PasswordPolicies.minPasswordLength\" compliant=\"14.0\" warning=\"8.0\"/>\n\
    <booleanSetting name=\"SessionSettings.redirectionAllowUntrusted\" compliant=\"false\"/>\n\
    <numericRangeSetting name=\"RemoteSiteSettings.remoteSiteSettings\" compliant=\"2.0\"/>\n</highRiskSecuritySettings>\n\
    <lowRiskSecuritySettings>\n<enumSetting name=\"PasswordPolicies.maxLoginAttempts\" compliant=\"FiveAttempts,NoLimit\"/>\n\
    <booleanSetting name=\"SessionSettings.requireHttpOnly\" compliant=\"false\"/>\n\
    <booleanSetting name=\"SessionSettings.ofTheFuture\" compliant=\"true\"/>\n</lowRiskSecuritySettings>\n</baseline>\n";

const OPEN: &str = "<SecuritySettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<passwordPolicies>\n\
    <maxLoginAttempts>NoLimit</maxLoginAttempts>\n<minimumPasswordLength>12</minimumPasswordLength>\n</passwordPolicies>\n\
    <sessionSettings>\n<redirectionWarning>true</redirectionWarning>\n<requireHttpOnly>false</requireHttpOnly>\n\
    </sessionSettings>\n</SecuritySettings>\n";

fn own(config: &str) -> Value {
    let config = format!("kind = \"org\"\nhealth-check-baseline = \"config/own.xml\"\n{config}");
    let site = "<RemoteSiteSetting xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n\
                <disableProtocolSecurity>true</disableProtocolSecurity>\n<isActive>true</isActive>\n\
                <url>https://a.example.com</url>\n</RemoteSiteSetting>\n";
    let folder = project(&[
        ("settings/Security.settings-meta.xml", OPEN),
        ("remoteSiteSettings/A.remoteSite-meta.xml", site),
        ("remoteSiteSettings/B.remoteSite-meta.xml", site),
        ("sflint.toml", &config),
    ]);
    write(folder.path(), "config/own.xml", OWN);
    let text = report(folder.path(), &["--format", "markdown"]);
    assert!(text.contains("own baseline \u{201c}Acme &amp; Co\u{201d} (config/own.xml)"), "{text}");
    json(folder.path(), &[])
}

#[test]
fn an_orgs_own_baseline_is_in_force() {
    let seen = own("");
    let health = &seen["healthChecks"][0];
    assert_eq!(health["baseline"]["name"], "Acme & Co");
    assert_eq!(health["baseline"]["path"], "config/own.xml");
    assert_eq!(health["baseline"]["unknown"][0], "SessionSettings.ofTheFuture");
    let row = |key: &str| {
        let row = entry(&health["settings"], key);
        ["status", "baseline", "risk", "remark"].map(|member| row[member].clone())
    };
    let words = |words: [&str; 3]| {
        let [status, baseline, risk] = words.map(Value::from);
        [status, baseline, risk, Value::Null]
    };
    let length = row("PasswordPolicies.minPasswordLength");
    assert_eq!(length, words(["deviates", "14 or more", "high"]));
    // The rule about accounts that never lock has its own mind; the org has decided.
    let attempts = row("PasswordPolicies.maxLoginAttempts");
    assert_eq!(attempts, words(["compliant", "FiveAttempts, NoLimit", "low"]));
    let cookie = row("SessionSettings.requireHttpOnly");
    assert_eq!(cookie, words(["compliant", "false", "low"]));
    let sites = row("RemoteSiteSettings.remoteSiteSettings");
    assert_eq!(sites, words(["compliant", "at most 2", "high"]));
    let redirects = row("SessionSettings.redirectionAllowUntrusted");
    assert_eq!(redirects, words(["compliant", "one of them true", "high"]));
    let other = row("SessionSettings.csrfGet");
    assert_eq!(other[3], "not in the org's own baseline: the standard value");
    let control = entry(&seen["benchmark"], "SBS-SECCONF-001");
    assert_eq!(control["status"], "pass", "{control:#}");
    assert_eq!(control["evidence"][0]["path"], "config/own.xml");
}

/// What the config says of a rule wins over the baseline, and is said to.
#[test]
fn an_option_of_the_config_wins_over_the_baseline() {
    let seen = own("[rules.password-too-short]\ncompliant = 10\n");
    let row = entry(&seen["healthChecks"][0]["settings"], "PasswordPolicies.minPasswordLength");
    assert_eq!((&row["status"], &row["baseline"]), (&"compliant".into(), &"10 or more".into()));
    assert_eq!(row["remark"], "not the value of the org's own baseline");
}

#[test]
fn without_a_baseline_of_its_own_the_control_is_open() {
    let folder = project(&[
        ("settings/Security.settings-meta.xml", OPEN),
        ("sflint.toml", "kind = \"org\"\n"),
    ]);
    let seen = json(folder.path(), &[]);
    assert_eq!(entry(&seen["benchmark"], "SBS-SECCONF-001")["status"], "not checkable");
    assert_eq!(seen["healthChecks"][0]["baseline"], Value::Null);
}

/// The key says what is allowed and the elements what is not, so both elements are shown by their names.
#[test]
fn redirects_read_as_what_they_are() {
    let asked = |elements: &str| {
        let settings = format!(
            "<SecuritySettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<sessionSettings>\n{elements}\
             </sessionSettings>\n</SecuritySettings>\n"
        );
        let folder = project(&[
            ("settings/Security.settings-meta.xml", settings.as_str()),
            ("sflint.toml", "kind = \"org\"\n"),
        ]);
        let health = json(folder.path(), &[])["healthChecks"][0].clone();
        let row = entry(&health["settings"], "SessionSettings.redirectionAllowUntrusted").clone();
        let values = row["values"].as_array().unwrap().iter();
        let values: Vec<String> =
            values.map(|value| value["message"].as_str().unwrap().to_owned()).collect();
        assert_eq!(row["baseline"], "one of them true");
        (row["status"].as_str().unwrap().to_owned(), values.join(", "))
    };
    let warning = "<redirectionWarning>false</redirectionWarning>\n";
    let block = "<redirectBlockModeEnabled>true</redirectBlockModeEnabled>\n";
    let (status, values) = asked(&format!("{block}{warning}"));
    assert_eq!(status, "compliant");
    assert_eq!(values, "redirectionWarning false, redirectBlockModeEnabled true");
    let (status, values) = asked(warning);
    assert_eq!((status.as_str(), values.as_str()), ("deviates", "redirectionWarning false"));
    let (status, _) = asked("<redirectionWarning>true</redirectionWarning>\n");
    assert_eq!(status, "compliant");
}

/// A policy of a profile is not in Salesforce's table, and a rule about all its settings says nothing of one of them.
#[test]
fn a_rule_about_many_settings_judges_none() {
    let policy = "<ProfilePasswordPolicy xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<minimumPasswordLength>5\
                  </minimumPasswordLength>\n<profile>Clerk</profile>\n</ProfilePasswordPolicy>\n";
    let settings = OPEN.replace(">12<", ">16<");
    let folder = project(&[
        ("settings/Security.settings-meta.xml", settings.as_str()),
        ("profilePasswordPolicies/PT1.profilePasswordPolicy-meta.xml", policy),
        ("sflint.toml", "kind = \"org\"\npreset = \"health-check\"\n"),
    ]);
    let health = json(folder.path(), &[])["healthChecks"][0].clone();
    let length = entry(&health["settings"], "PasswordPolicies.minPasswordLength");
    assert_eq!(length["status"], "compliant", "{length:#}");
}

/// Few settings are an estimate without a word for it.
#[test]
fn a_few_settings_are_no_grade() {
    let health = asked("org", SETTINGS);
    assert!(health["estimate"]["percent"].is_number(), "{health:#}");
    assert_eq!(health["estimate"]["grade"], Value::Null, "{health:#}");
}
