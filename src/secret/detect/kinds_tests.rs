//! Kinds that are not told by a mark of Salesforce alone: near misses matter as much as hits.

use proptest::prelude::*;

use super::*;
use crate::secret::{mask_spans, secret_spans_in_text};

/// Made here, so that no file holds anything that looks like a credential.
fn made(length: usize) -> String {
    "Kq7ZpLw9Xc4Vb8Nm3Rd6".chars().cycle().take(length).collect()
}

fn base64(bytes: &[u8]) -> String {
    use base64ct::{Base64UrlUnpadded, Encoding};
    Base64UrlUnpadded::encode_string(bytes)
}

fn jwt(header: &str, payload: &str) -> String {
    format!("{}.{}.{}", base64(header.as_bytes()), base64(payload.as_bytes()), made(43))
}

/// Kind and value of what is found and real.
fn found(text: &str, language: Language) -> Vec<(SecretKind, String)> {
    detect(text, language)
        .into_iter()
        .filter(Detected::is_real)
        .map(|hit| {
            let value = text.get(hit.span.0 as usize..hit.span.1 as usize).unwrap_or("?");
            (hit.kind, value.to_owned())
        })
        .collect()
}

fn check(language: Language, text: &str, kind: SecretKind, value: &str) {
    let text = text.replace("{}", value);
    assert_eq!(found(&text, language), [(kind, value.to_owned())], "{language:?} {text}");
}

#[test]
fn json_web_tokens() {
    let token = jwt(r#"{"alg":"RS256"}"#, r#"{"iss":"3MVG9","exp":1790000000}"#);
    for language in Language::ALL {
        check(language, "const a = \"{}\";", SecretKind::JsonWebToken, &token);
        check(language, "the token {}.", SecretKind::JsonWebToken, &token);
    }
    // The name of a variable says more.
    check(Language::Env, "SF_ACCESS_TOKEN={}", SecretKind::Assignment, &token);
    for other in [
        jwt(r#"{"alg":"none"}"#, "{}"),
        jwt(r#"{"typ":"JWT"}"#, "{}"),
        jwt(r#"{"alg":"HS256"}"#, r#"{"sub":"1234567890","name":"a"}"#),
        jwt(r#"{"alg":"HS256"}"#, r#"{"role":"anon"}"#),
        jwt(r#"{"alg":"HS256"}"#, "no object"),
        token[..token.len() - 20].to_owned(),
        format!("{}.<payload>.<signature>", token.split('.').next().unwrap_or_default()),
    ] {
        assert_eq!(found(&format!("x = '{other}'"), Language::Code), [], "{other}");
    }
}

#[test]
fn passwords_in_urls() {
    for text in [
        "DATABASE_URL=postgres://app:{}@db.acme.io:5432/main",
        "redis://:{}@cache.acme.io",
        "url: 'https://bot:{}@git.acme.io/x.git'",
        "\"amqps:\\/\\/app:{}@queue.acme.io\\/x\"",
        "next=https%3A%2F%2Fapp:{}@acme.io",
    ] {
        for language in [Language::Env, Language::Yaml, Language::Json, Language::Other] {
            check(language, text, SecretKind::UrlPassword, &made(10));
        }
    }
    // Nobody types this for the machine at hand.
    check(Language::Env, "A=postgres://app:{}@localhost/x", SecretKind::UrlPassword, &made(16));
    let short = made(10);
    for text in [
        "postgres://user:pass@host/name".to_owned(),
        "postgres://postgres:postgres@db.acme.io".to_owned(),
        "cvs://:pserver:anoncvs@cvs.acme.io".to_owned(),
        "postgres://app:password123@db.acme.io".to_owned(),
        "postgres://app:${PASSWORD}@db.acme.io".to_owned(),
        "postgres://app:<password>@db.acme.io".to_owned(),
        "postgres://app:$PASSWORD@db.acme.io".to_owned(),
        format!("postgres://app:{short}@localhost:5432/x"),
        format!("postgres://app:{short}@db:5432/x"),
        format!("postgres://app:{short}@db.example.com/x"),
        format!("https://acme.io/a:{short}@b"),
        format!("https://acme.io:8443/{short}"),
        format!("https://{short}@acme.io"),
        "see https://a.io and mail: me@acme.io".to_owned(),
        "https://www.npmjs.com/package/@scope:name@1.2.3".to_owned(),
    ] {
        assert_eq!(found(&text, Language::Yaml), [], "{text}");
    }
    let hit = &detect(&format!("a://b:{short}@db.acme.io:1/x"), Language::Env)[0];
    assert_eq!(hit.host.as_deref(), Some("db.acme.io"));
}

#[test]
fn common_names_beside_salesforce() {
    use Language::{Code, Json, Properties, Prose, Shell, Yaml};
    let value = made(12);
    for (language, text) in [
        (Shell, "curl https://login.salesforce.com/services/oauth2/token -d password={}"),
        (Shell, "curl $SF/services/oauth2/token --data 'grant_type=password&password={}'"),
        (Shell, "curl $X/services/oauth2/token -d \"a=b&client_secret={}&c=d\""),
        (Shell, "sf org create user --definition-file u.json password={}"),
        (Shell, "sfdx force:user:create -a x password={}"),
        (Yaml, "salesforce:\n  username: a@b.c\n  password: {}\n"),
        (Json, "{\"salesforce\": {\"username\": \"a\", \"password\": \"{}\"}}"),
        (Json, "{\"url\": \"https://a.my.salesforce.com\", \"securityToken\": \"{}\"}"),
        (Code, "Salesforce(username='a@b.c', password='{}', security_token=token)"),
        (Code, "const salesforce = { clientSecret: '{}' }"),
        (Code, "fetch(`${sfdc}/services/oauth2/token?client_secret={}&x=${y}`)"),
        (Properties, "# Salesforce\norg.password = {}\n"),
        (Prose, "curl https://test.salesforce.com/x -d 'client_secret={}'"),
    ] {
        check(language, text, SecretKind::Login, &value);
    }
    for (language, text) in [
        (Code, "import jsforce from 'jsforce';\n{pad}\nawait conn.login('a@b.c', '{}');"),
        (Code, "jsforce; conn.login(user(1, 2), \"{}\", done)"),
    ] {
        let text = text.replace("{pad}", &"// more\n".repeat(300));
        check(language, &text, SecretKind::Login, &value);
    }
    // The shape is enough, wherever it stands.
    let secret: String = "0A9F3C7E".chars().cycle().take(64).collect();
    check(Code, "clientSecret: '{}'", SecretKind::Login, &secret);
    check(Code, "security_token = '{}'", SecretKind::Login, &made(24));
    for (language, text) in [
        (Code, "const mail = { password: '{}' }"),
        (Code, "salesforce({ dbPassword: '{}' })"),
        (Code, "salesforce({ passwordField: '{}' })"),
        (Code, "salesforce({ password: values.{} })"),
        (Code, "db.login('a', '{}')"),
        (Code, "salesforce.login('{}')"),
        (Shell, "curl https://acme.io/token -d password={}"),
    ] {
        assert_eq!(found(&text.replace("{}", &value), language), [], "{text}");
    }
    for weak in ["password123", "P@ssw0rd", "secret", "Password__c", "aaaaaaaa1", "12345678a"] {
        let text = format!("salesforce: {{ password: '{weak}' }}");
        assert_eq!(found(&text, Code), [], "{text}");
    }
    for standing in ["${PASSWORD}", "$PASSWORD", "<password1>", "{{ pw1 }}", "your_password_1"] {
        let text = format!("curl https://login.salesforce.com -d password={standing}");
        assert_eq!(found(&text, Shell), [], "{text}");
    }
}

#[test]
fn names_in_camel_case() {
    let value = made(10);
    for (language, text) in [
        (Language::Code, "{ salesforcePassword: '{}' }"),
        (Language::Code, "const sfdcSecurityToken = \"{}\";"),
        (Language::Code, "let SalesForceClientSecret = '{}'"),
        (Language::Yaml, "sfPassword: {}"),
        (Language::Json, "{\"sfToken\": \"{}\"}"),
        (Language::Json, "{\"salesforceApiKey\": \"{}\"}"),
    ] {
        check(language, text, SecretKind::Assignment, &value);
    }
    for text in [
        "{ salesforcePasswordField: '{}' }",
        "{ sfPasswordInput: '{}' }",
        "{ salesforceUrl: '{}' }",
        "{ transferPassword: '{}' }",
    ] {
        assert_eq!(found(&text.replace("{}", &value), Language::Code), [], "{text}");
    }
}

#[test]
fn passwords_that_are_set() {
    for text in [
        "System.setPassword(user.Id, '{}');",
        "system.setpassword( users.get(0).Id ,\n  '{}' );",
        "System.setPassword([SELECT Id FROM User LIMIT 1].Id, '{}');",
    ] {
        check(Language::Apex, text, SecretKind::SetPassword, "Welcome");
    }
    for text in [
        "System.setPassword(user.Id, password);",
        "System.setPassword(user.Id, 'pre' + Crypto.getRandomInteger());",
        "System.setPassword('abcdefg1');",
        "form.setPassword(1, 'Welcome1');",
        "System.setPassword(user.Id, '<password>');",
        "System.setPassword",
        "System.setPassword(a",
    ] {
        assert_eq!(found(text, Language::Apex), [], "{text}");
    }
}

#[test]
fn credentials_in_apex() {
    let value = made(12);
    for text in [
        "static final String API_KEY = '{}';",
        "String clientSecret = '{}';",
        "String warehousePassword = '{}';",
    ] {
        check(Language::Apex, text, SecretKind::Apex, &value);
        let text = text.replace("{}", &value);
        assert_eq!(found(&format!("@isTest class A {{ {text} }}"), Language::Apex), [], "{text}");
    }
    for text in [
        "static final String API_KEY = 'API_Key__c';",
        "String passwordLabel = '{}';",
        "String password = 'password';",
        "String apiKey = settings.get('{}');",
    ] {
        assert_eq!(found(&text.replace("{}", &value), Language::Apex), [], "{text}");
    }
}

#[test]
fn authorization_headers() {
    let login = |login: &str| base64(login.as_bytes());
    let value = login(&format!("sync:{}", made(10)));
    check(
        Language::Apex,
        "r.setHeader('Authorization', 'Basic {}');",
        SecretKind::Authorization,
        &value,
    );
    check(
        Language::Shell,
        "curl -H 'authorization: bearer {}'",
        SecretKind::Authorization,
        &made(40),
    );
    for text in [
        format!("Basic {}", login("user:pass")),
        format!("Basic {}", login("admin:password1")),
        format!("Basic {}", made(30)),
        "Basic authentication".to_owned(),
        "Bearer authentication2factor".to_owned(),
        "Bearer ${TOKEN}".to_owned(),
        format!("Bearer {}", "example".repeat(6)),
    ] {
        assert_eq!(found(&text, Language::Code), [], "{text}");
    }
}

#[test]
fn definitions_of_users() {
    let text = "{ \"Username\": \"a@b.c\", \"permsets\": [\"P\"], \"Password\": \"{}\" }";
    check(Language::Json, text, SecretKind::UserDefinition, "Welcome1");
    for text in [
        "{ \"permsets\": [], \"password\": \"<password>\" }",
        "{ \"permsets\": [], \"generatePassword\": true }",
        "{ \"user\": \"a\", \"password\": \"Welcome1\" }",
        "{ \"permsets\": [], \"passwordHint\": \"Welcome1\" }",
    ] {
        assert_eq!(found(text, Language::Json), [], "{text}");
    }
}

#[test]
fn values_of_labels_and_custom_metadata() {
    let label = "<?xml version=\"1.0\"?>\n<!-- x -->\n<CustomLabels xmlns=\"y\">\n<labels>\n<fullName>{name}</fullName>\n<language>en_US</language>\n<value>{}</value>\n</labels>\n<labels><fullName>B</fullName><value>kQ72mNb83vXc</value></labels></CustomLabels>";
    let record = "<CustomMetadata xmlns=\"y\"><label>A</label>\n<values>\n<field>{name}__c</field>\n<value xsi:type=\"xsd:string\">{}</value>\n</values></CustomMetadata>";
    let field = "<CustomField xmlns=\"y\"><fullName>{name}__c</fullName><defaultValue><![CDATA[{}]]></defaultValue></CustomField>";
    for text in [label, record, field] {
        for name in
            ["Acme_API_Key", "ClientSecret", "Token_Prod", "Warehouse_Password_1", "Secret_Value"]
        {
            check(Language::Xml, &text.replace("{name}", name), SecretKind::CustomValue, &made(16));
        }
        for name in ["Password_Hint", "Key", "Token_Expired", "Greeting", "Secret_Santa_List"] {
            let text = text.replace("{name}", name).replace("{}", &made(16));
            assert_eq!(found(&text, Language::Xml), [], "{name}");
        }
        for value in
            ["Enter your password 1 now", "short1", "Warehouse_Token2__c", "${SECRET_VALUE_1}"]
        {
            let text = text.replace("{name}", "Acme_Secret").replace("{}", value);
            assert_eq!(found(&text, Language::Xml), [], "{value}");
        }
    }
    let called =
        record.replace("<label>A<", "<label>Acme Client Secret<").replace("{name}", "Value");
    check(Language::Xml, &called, SecretKind::CustomValue, &made(16));
    let called = called.replace("Value__c", "Address__c").replace("{}", &made(16));
    assert_eq!(found(&called, Language::Xml), []);
    // Split by comments and sections; what is only in a comment is no part of it.
    for (written, read) in [
        ("kQ72<!-- of May -->mNb83vXc", "kQ72mNb83vXc"),
        ("<![CDATA[kQ72mNb]]><![CDATA[83vXc]]>", "kQ72mNb83vXc"),
        ("<!-- new -->\n kQ72<![CDATA[mNb83vXc]]>\n", "kQ72mNb83vXc"),
    ] {
        let text = label.replace("{name}", "Acme_<!-- x -->Secret").replace("{}", written);
        let hits = detect(&text, Language::Xml);
        assert_eq!(hits.len(), 1, "{written}");
        assert_eq!(hits[0].name, "Acme_Secret");
        assert_eq!(hits[0].value, crate::secret::Secret::named(read.to_owned(), "Acme_Secret"));
        assert!(hits[0].is_real(), "{written}");
        let hidden = mask_spans(&text, &secret_spans_in_text(&text));
        assert_eq!(hidden.matches("vXc").count(), 1, "{hidden}");
    }
    for written in
        ["See <!-- kQ72mNb83vXc -->the vault", "<!-- kQ72mNb83vXc -->", "kQ72<!-- mNb83vXc"]
    {
        let text = label.replace("{name}", "Acme_Secret").replace("{}", written);
        assert_eq!(detect(&text, Language::Xml).len(), 0, "{written}");
    }
    let other = label.replace("CustomLabels", "Translations").replace("{name}", "Acme_Secret");
    assert_eq!(found(&other.replace("{}", &made(16)), Language::Xml), []);
}

#[test]
fn elements_for_credentials() {
    for text in [
        "<AuthProvider xmlns=\"x\"><consumerSecret>{}</consumerSecret></AuthProvider>",
        "<ConnectedApp><oauthConfig><consumerSecret> {} </consumerSecret>",
        "<Network><a><recaptchaSecretKey>{}</recaptchaSecretKey></a></Network>",
        "<ExtlClntAppPushSettings><applePushConfig><signingKey>{}</signingKey>",
        "<AuthProvider><ecKey><![CDATA[{}]]></ecKey></AuthProvider>",
    ] {
        check(Language::Xml, text, SecretKind::Element, "someword");
    }
    for text in [
        "<AuthProvider><consumerSecret>${CONSUMER_SECRET}</consumerSecret></AuthProvider>",
        "<AuthProvider><consumerSecret>++c29tZSB0ZXh0++</consumerSecret></AuthProvider>",
        "<Flow><password>someword</password></Flow>",
        "<AuthProvider><consumerSecret><!-- someword --></consumerSecret></AuthProvider>",
    ] {
        assert_eq!(found(text, Language::Xml), [], "{text}");
    }
}

#[test]
fn options_of_more_tools() {
    let value = made(10);
    for text in [
        "openssl enc -d -aes-256-cbc -K {} -iv 00 -in server.key.enc",
        "openssl enc -d -aes-256-cbc -k {} -in server.key.enc",
        "openssl rsa -in server.key -passin pass:{} -out out.key",
        "sfdx-hardis org:login --password {}",
        "sfdx org:login --password={}",
        "sf org login --password '{}'",
    ] {
        check(Language::Shell, text, SecretKind::Option, &value);
    }
    for text in [
        "openssl enc -d -aes-256-cbc -K $DECRYPTION_KEY -iv $DECRYPTION_IV",
        "openssl rsa -in server.key -passin env:KEY_PASSWORD1",
        "openssl rsa -in server.key -passin file:password1.txt",
        "curl -K curl.conf1 https://acme.io",
        "git commit -passw0rd1 x",
    ] {
        assert_eq!(found(text, Language::Shell), [], "{text}");
    }
}

#[test]
fn hostile_repetition_takes_linear_time() {
    let pieces = [
        "://a:b@",
        "://a:",
        "eyJ.eyJ.",
        "password=",
        "salesforcePassword: '",
        "system.setPassword(",
        "system.setPassword(a,",
        ".login(",
        ".login(a,'",
        "Basic YTpi ",
        "Bearer a1",
        "<password>",
        " -K a",
        "@istest ",
        "clientSecret: 'Kq7ZpLw9Xc4V' ",
    ];
    let roots = ["", "<CustomLabels>", "<CustomField>", "<AuthProvider>", "<!--"];
    let more =
        ["<fullName>a_secret</fullName>", "<fullName ", "<labels><fullName>a_token<", "<value>"];
    let started = std::time::Instant::now();
    for root in roots {
        for piece in pieces.iter().chain(&more) {
            let text = format!("{root}{}", piece.repeat(40_000 / piece.len()));
            for language in [Language::Json, Language::Apex, Language::Xml] {
                let _ = detect(&text, language);
            }
        }
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

proptest! {
    /// What detection finds in a whole file must not be shown of that file.
    #[test]
    fn everything_found_is_hidden(
        before in "(salesforce |curl https://login.salesforce.com -d |<CustomLabels><labels>|openssl x |[a-z]{0,3}[\"'{ ]{0,2})",
        name in "(?i)(user_?)?password|client_?secret|securityToken|api_?key|salesforcePassword|sfToken|basic|bearer| -K|<fullName>a_secret</fullName><value",
        between in "[\"']?(=|: ?|>| |://a:|%3D)[\"']?",
        value in "[A-Z][a-z]{3}[0-9]{2}[A-Za-z0-9!#%*+_.-]{4,24}|[a-z]{6,10}",
        after in "[\"'@ \n<&]{0,2}(acme.io|/value>|,)?",
        language in 0..Language::ALL.len(),
    ) {
        let text = format!("{before}{name}{between}{value}{after}");
        let shown = mask_spans(&text, &secret_spans_in_text(&text));
        for hit in detect(&text, Language::ALL[language]).into_iter().filter(Detected::is_real) {
            let written = &text[hit.span.0 as usize..hit.span.1 as usize];
            let open = written.as_bytes().windows(6).any(|six| {
                memchr::memmem::find(shown.as_bytes(), six).is_some()
                    && memchr::memmem::find(format!("{before}{name}{between}").as_bytes(), six).is_none()
            });
            prop_assert!(!open, "{} -> {}", text, shown);
        }
    }

    /// Whatever a text holds, hits are apart, and the gate lets all of them pass.
    #[test]
    fn hits_are_apart_and_behind_the_gate(
        text in "(<CustomLabels>|<fullName>|secret|</|value>|password|[\"'=:{}(),<> \n]|salesforce|://a:b9|@c.io|eyJ|Basic |login\\(|[A-Za-z0-9]{1,12}){0,24}",
    ) {
        for language in Language::ALL {
            let hits = detect(&text, language);
            for pair in hits.windows(2) {
                prop_assert!(pair[0].span.1 <= pair[1].span.0);
            }
            let apart = [SecretKind::CustomValue, SecretKind::Element, SecretKind::UrlPassword];
            let named = hits.iter().any(|hit| !apart.contains(&hit.kind));
            prop_assert!(!named || literals::any(text.as_bytes()));
        }
    }
}
