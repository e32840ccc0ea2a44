use base64ct::{Base64, Encoding};
use proptest::prelude::*;

use super::*;
use crate::secret::{MASK, mask_spans, secret_spans_in_text};

/// Made here, so that no file holds anything that looks like a credential.
fn line(length: usize) -> String {
    "aB3xQ9.kZ7w_T2".chars().cycle().take(length).collect()
}

fn access_token() -> String {
    ["00", "D5g0000012abc", "!", "AQ", &line(90)].concat()
}

fn refresh_token() -> String {
    ["5Aep", "861", &line(80)].concat()
}

fn auth_url() -> String {
    ["force", "://PlatformCLI::", &refresh_token(), "@acme.my.salesforce.com"].concat()
}

fn private_key() -> String {
    let marker = |word: &str| ["-----", word, " RSA PRIVATE ", "KEY-----"].concat();
    let body = "MIIEpAIBAAKCAQEAq3x9".repeat(3);
    format!("{}\n{body}\n{body}\n{}", marker("BEGIN"), marker("END"))
}

/// Kind, name and value of what is found and real.
fn found(text: &str, language: Language) -> Vec<(SecretKind, String, String)> {
    detect(text, language)
        .into_iter()
        .filter(Detected::is_real)
        .map(|hit| {
            let value = text.get(hit.span.0 as usize..hit.span.1 as usize).unwrap_or("?");
            (hit.kind, hit.name, value.to_owned())
        })
        .collect()
}

#[test]
fn shapes_are_found_in_any_language_with_their_name() {
    for language in Language::ALL {
        let text = format!("const a = '{}';", access_token());
        assert_eq!(
            found(&text, language),
            [(SecretKind::AccessToken, String::new(), access_token())],
            "{language:?}"
        );
        let text = format!("x {} y", refresh_token());
        assert_eq!(
            found(&text, language),
            [(SecretKind::RefreshToken, String::new(), refresh_token())]
        );
        let text = format!("SFDX_AUTH_URL=\"{}\"", auth_url());
        assert_eq!(
            found(&text, language),
            [(SecretKind::AuthUrl, "SFDX_AUTH_URL".to_owned(), auth_url())],
            "{language:?}"
        );
        let kinds: Vec<_> =
            detect(&private_key(), language).into_iter().map(|hit| (hit.kind, hit.name)).collect();
        assert_eq!(kinds, [(SecretKind::PrivateKey, "RSA PRIVATE KEY".to_owned())]);
    }
    assert_eq!(
        detect(&auth_url(), Language::Other)[0].host.as_deref(),
        Some("acme.my.salesforce.com")
    );
}

#[test]
fn one_value_has_one_identity_however_it_is_escaped() {
    let plain = detect(&access_token(), Language::Other)[0].value.fingerprint();
    for mark in ["\\!", "%21", "&#33;", "\\u0021"] {
        let text = access_token().replacen('!', mark, 1);
        assert_eq!(detect(&text, Language::Shell)[0].value.fingerprint(), plain, "{mark}");
    }
    let key = detect(&private_key(), Language::Other)[0].value.clone();
    let escaped = private_key().replace('\n', "\\n");
    assert_eq!(detect(&format!("\"{escaped}\""), Language::Json)[0].value, key.clone());
}

/// A key without armour is told by its structure, in a text that is nothing else, and hidden whole.
#[test]
fn a_private_key_without_armour() {
    // PKCS #8 with a key of Ed25519 (RFC 8410) whose bytes are made up.
    let head = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
    let body: Vec<u8> = (1..=32_u8).map(|at| at.wrapping_mul(37)).collect();
    let key = Base64::encode_string(&[&head[..], &body].concat());
    let lines: Vec<&str> =
        key.as_bytes().chunks(24).map(|line| std::str::from_utf8(line).unwrap()).collect();
    for text in [key.clone(), format!("\u{feff}{key}\n"), format!("\n{}\r\n", lines.join("\r\n"))] {
        for language in Language::ALL {
            let hits = detect(&text, language);
            assert_eq!(hits.len(), 1, "{language:?}");
            assert_eq!((hits[0].kind, hits[0].name.as_str()), (SecretKind::PrivateKey, ""));
            assert_eq!(hits[0].value, Secret::named(key.clone(), ""));
            assert!(hits[0].is_real());
        }
        let hidden = mask_spans(&text, &secret_spans_in_text(&text));
        assert_eq!(hidden.trim_start_matches('\u{feff}').trim(), MASK);
    }
    // No structure, one that is cut off, a key in a sentence.
    let random = Base64::encode_string(&[&head[..2], &body].concat());
    for text in [random, key[..40].to_owned(), format!("see {key}")] {
        assert!(detect(&text, Language::Other).is_empty());
    }
}

#[test]
fn what_is_only_talked_about_is_none() {
    for text in [
        "00D5g0000012abc!short",
        "a refresh token begins with 5Aep861",
        "force://PlatformCLI::@acme.com",
        "force://",
        "write -----BEGIN RSA PRIVATE KEY----- and -----END RSA PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----",
    ] {
        for language in Language::ALL {
            assert_eq!(found(text, language), [], "{text}");
        }
    }
}

#[test]
fn assignments_in_every_writing() {
    use Language::{Code, Env, Json, Other, Properties, Prose, Shell, Xml, Yaml};
    let value = ["Summer", "2024", "!x"].concat();
    for (language, text) in [
        (Env, "SF_PASSWORD={}"),
        (Env, "export SF_PASSWORD=\"{}\" # prod"),
        (Env, "sf_password = {}"),
        (Properties, "sf.password = {}"),
        (Properties, "salesforce.password: {}"),
        (Yaml, "  SF_PASSWORD: {}  # prod"),
        (Yaml, "  SF_PASSWORD: '{}'"),
        (Yaml, "  - name: SF_PASSWORD\n    value: {}\n"),
        (Yaml, "  - SF_PASSWORD={}"),
        (Yaml, "  run: SF_PASSWORD={} sf org list"),
        (Yaml, "      run: docker run -e SF_PASSWORD={} image"),
        (Json, "{\"SF_PASSWORD\": \"{}\"}"),
        (Json, "{\"SF_PASSWORD\":\n  \"{}\"}"),
        (Json, "{\"a\": \"{\\\"SF_PASSWORD\\\": \\\"{}\\\"}\"}"),
        (Json, "{\"a\": \"SF_PASSWORD={} sf\"}"),
        (Json, "{\"name\": \"SF_PASSWORD\", \"value\": \"{}\"}"),
        (Xml, "<SF_PASSWORD>{}</SF_PASSWORD>"),
        (Xml, "<a:SF_PASSWORD x=\"1\"> {}\n</a:SF_PASSWORD>"),
        (Xml, "<SF_PASSWORD><![CDATA[{}]]></SF_PASSWORD>"),
        (Xml, "<property name=\"sf.password\" value=\"{}\"/>"),
        (Xml, "<entry key='sf.password'>{}</entry>"),
        (Xml, "<x SF_PASSWORD=\"{}\"/>"),
        (Xml, "<!-- SF_PASSWORD={} -->"),
        (Xml, "<!-- SF_PASSWORD: {} -->"),
        (Xml, "<v>&quot;SF_PASSWORD&quot;: &quot;{}&quot;</v>"),
        (Shell, "export SF_PASSWORD='{}'; sf"),
        (Shell, "SF_PASSWORD={} sf org list"),
        (Shell, "ENV SF_PASSWORD {}"),
        (Shell, "ARG SF_PASSWORD={}"),
        (Shell, "setx SF_PASSWORD {}"),
        (Shell, "ant -Dsf.password={} deploy"),
        (Shell, "tool --sf-password {} x"),
        (Shell, "PW=${SF_PASSWORD:-{}}"),
        (Shell, "$env:SF_PASSWORD = \"{}\""),
        (Code, "const SF_PASSWORD = '{}';"),
        (Code, "let sf_password: string = \"{}\""),
        (Code, "{ SF_PASSWORD: '{}' }"),
        (Code, "'SF_PASSWORD' => '{}'"),
        (Code, "process.env.SF_PASSWORD || '{}'"),
        (Code, "process.env['SF_PASSWORD'] = '{}'"),
        (Code, "System.setProperty(\"SF_PASSWORD\", \"{}\")"),
        (Code, "exec(\"SF_PASSWORD={} sf\")"),
        (Code, "// SF_PASSWORD={}"),
        (Code, "SF_PASSWORD = f\"{}\""),
        (Prose, "run `export SF_PASSWORD={}`"),
        (Other, "sf_password: {}\n"),
    ] {
        let text = text.replacen("{}", &value, 1);
        let text = if text.contains("{}") { text.replacen("{}", &value, 1) } else { text };
        let hits = found(&text, language);
        let values: Vec<&str> = hits.iter().map(|(_, _, found)| found.as_str()).collect();
        assert_eq!(values, [value.as_str()], "{language:?} {text}");
    }
}

#[test]
fn what_is_no_literal_is_no_value() {
    use Language::{Code, Env, Json, Shell, Xml, Yaml};
    for (language, text) in [
        (Env, "SF_PASSWORD=${OTHER}"),
        (Env, "SF_PASSWORD="),
        (Env, "SF_PASSWORD=<your password>"),
        (Yaml, "SF_PASSWORD: ${{ secrets.SF_PASSWORD }}"),
        (Yaml, "SF_PASSWORD: $(SF_PASSWORD)"),
        (Yaml, "SF_PASSWORD: $[variables.sfPassword]"),
        (Yaml, "SF_PASSWORD: ((salesforce.password))"),
        (Yaml, "SF_PASSWORD: << parameters.sf_password >>"),
        (Yaml, "SF_PASSWORD: !vault |"),
        (Yaml, "SFDX_AUTH_URL:\n  description: the login\n  required: true"),
        (Yaml, "SF_PASSWORD: op://vault/item"),
        (Yaml, "SF_PASSWORD: \"{{resolve:secretsmanager:sf:SecretString:pw}}\""),
        (Shell, "SF_PASSWORD=%SF_PASSWORD%"),
        (Shell, "SF_PASSWORD=\"$1\""),
        (Shell, "SF_PASSWORD=\"$PASSWORD$TOKEN\""),
        (Shell, "SF_PASSWORD=$(pass show sf)"),
        (Shell, "SF_PASSWORD=`pass show sf`"),
        (Shell, "read -s SF_PASSWORD"),
        (Shell, "if [ -z \"$SF_PASSWORD\" ]; then echo \"SF_PASSWORD is missing\"; fi"),
        (Shell, "SF_JWT_KEY=./keys/server"),
        (Shell, "SF_JWT_KEY=/run/secrets/sf_jwt"),
        (Code, "SF_PASSWORD = credentials('sf-password')"),
        (Code, "const SF_PASSWORD = process.env.SF_PASSWORD;"),
        (Code, "if (SF_PASSWORD == 'something2') {}"),
        (Code, "let sf_password: string;"),
        (Code, "\"SF_PASSWORD=\" + password1"),
        (Code, "names = ['SF_PASSWORD', 'SF_USERNAME1']"),
        (Code, "SF_PASSWORD: 'SF_PASSWORD_PROD'"),
        (Code, "throw new Error('SF_PASSWORD: not given1')"),
        (Json, "{\"SF_PASSWORD\": \"$SF_PASSWORD\"}"),
        (Json, "{\"required\": [\"SF_PASSWORD\", \"SF_TOKEN\"]}"),
        (Xml, "<a></SF_PASSWORD>text12 <b>"),
        (Xml, "<fullName>SF_Password__c</fullName>"),
    ] {
        assert_eq!(found(text, language), [], "{language:?} {text}");
    }
}

#[test]
fn options_of_tools() {
    let value = ["Summer", "2024"].concat();
    for text in [
        "sf org login web --client-secret {}",
        "jsforce -u me -p {}",
        "sf package install --installation-key={} --wait 5",
        "sfdx force:package:install -k \"{}\"",
        "sf package install \\\n  --package x \\\n  --installation-key {}\n",
        "run: >\n  sf package install\n  --installation-key {}",
        "spawn('sf', ['org', '--password', '{}'])",
        "cci service connect x --password {}",
    ] {
        let text = text.replacen("{}", &value, 1);
        let hits = found(&text, Language::Shell);
        assert_eq!(hits.len(), 1, "{text}");
        assert_eq!((hits[0].0, hits[0].2.as_str()), (SecretKind::Option, value.as_str()), "{text}");
    }
    for text in [
        "sf package install --installation-key $KEY",
        "sf package install --installation-key \"${{ secrets.KEY }}\"",
        "sf package version create --installation-key-bypass --wait",
        "sfdx force:source:deploy -p force-app1",
        "mysql --password Summer2024",
        "curl -k https://host.example.com1",
        "sf org login jwt --password-file x1y2z3",
    ] {
        assert_eq!(found(text, Language::Shell), [], "{text}");
    }
}

#[test]
fn one_value_is_one_hit() {
    let text = format!("SF_ACCESS_TOKEN: \"Bearer {}\"", access_token());
    let hits = detect(&text, Language::Yaml);
    assert_eq!(hits.len(), 1);
    assert_eq!((hits[0].kind, hits[0].name.as_str()), (SecretKind::AccessToken, "SF_ACCESS_TOKEN"));
    // The refresh token inside of an auth URL, and that behind an option.
    let text = format!("sf org login --sfdx-url {}", auth_url());
    let hits = detect(&text, Language::Shell);
    assert_eq!(hits.len(), 1);
    assert_eq!((hits[0].kind, hits[0].name.as_str()), (SecretKind::AuthUrl, "--sfdx-url"));
}

#[test]
fn hostile_repetition_takes_linear_time() {
    let pieces = [
        "sf_",
        "sf_token=",
        "sf_token='",
        "sf_token=\"\\",
        "SF_TOKEN:-",
        "<sf_token>",
        "${SF_TOKEN:-",
        "sf.token: ",
        "\"sf_token\",",
        "sf --password ",
        " -p ",
        "00D",
        "5Aep",
        "-----BEGIN ",
        "force://a:b:",
        "sf_token=${",
        "ENV SF_TOKEN ",
        "&quot;sf_token&quot;:&quot;",
        "sf_token\n\n\n",
        "sf_token=<![CDATA[",
        "SF_A_TOKEN_",
    ];
    let started = std::time::Instant::now();
    for piece in pieces {
        let text = piece.repeat(40_000 / piece.len());
        for language in [Language::Yaml, Language::Code, Language::Xml] {
            let _ = detect(&text, language);
        }
    }
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

proptest! {
    /// What detection finds must not be shown by anything that passes the masking layer.
    #[test]
    fn everything_found_is_hidden(
        before in "[ a-z\"'`<>{$:=-]{0,6}|sf --password |<!-- |ENV |export ",
        name in "(?i)(SF|SFDX|SALESFORCE|SFDC)[_.-](prod_)?(password|security_token|client_secret|auth_url|jwt_key)",
        between in "[\"'`\\\\]{0,2} ?(=|:|=>|>|:-| value: |%3D)? ?[\"'`\\\\]{0,2}",
        value in "[a-z]{6,12}|[A-Za-z0-9!#%&/()=?+*~_.:;@ -]{6,30}",
        after in "[\"'`<>} \n]{0,3}(x=y|</a>| -->)?",
        which in 0..7_usize,
    ) {
        let value = match which {
            0 => access_token(),
            1 => refresh_token(),
            2 => auth_url(),
            3 => private_key().replace('\n', "\\n"),
            _ => value,
        };
        let text = format!("{before}{name}{between}{value}{after}");
        let shown = mask_spans(&text, &secret_spans_in_text(&text));
        for language in Language::ALL {
            for hit in detect(&text, language).into_iter().filter(Detected::is_real) {
                let written = &text[hit.span.0 as usize..hit.span.1 as usize];
                let random = match hit.kind {
                    SecretKind::AccessToken => &written[3..],
                    SecretKind::RefreshToken => &written[7..],
                    SecretKind::AuthUrl => &written[8..],
                    _ => written,
                };
                // Fewer than six characters of it may stand elsewhere by chance.
                let open = random.as_bytes().windows(6).any(|six| {
                    memchr::memmem::find(shown.as_bytes(), six).is_some()
                });
                // The name may hold the same six characters as a value of words.
                let in_name = random.as_bytes().windows(6).any(|six| {
                    memchr::memmem::find(format!("{before}{name}{between}").as_bytes(), six).is_some()
                });
                prop_assert!(!open || in_name, "{language:?} {} -> {}", text, shown.replace(MASK, "•"));
            }
        }
    }

    #[test]
    fn any_text_is_searched(text in "(SF_TOKEN|sf.password|[\"'\\\\`<>=:${}(), \n-]|00D|é|force://|5Aep861|[a-z]{1,8}){0,30}") {
        for language in Language::ALL {
            for pair in detect(&text, language).windows(2) {
                prop_assert!(pair[0].span.1 <= pair[1].span.0);
            }
        }
    }
}
