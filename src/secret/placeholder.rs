//! Telling a value from what stands for one.

use super::SecretContext;
use super::phrase::{is_phrase, says_its_name};
use super::template::without_templates;

/// Whether `value`, which is not blank, only stands for a secret.
pub(super) fn is_placeholder(value: &str, context: &SecretContext<'_>) -> bool {
    let value = unquoted(value);
    let listed = context.placeholders.iter().any(|pattern| matches_pattern(pattern, value));
    if listed
        || is_documented(value)
        || is_reference(value)
        || is_encrypted(value)
        || is_plain_url(value)
    {
        return true;
    }
    let part = secret_part(value);
    let (rest, had_template) = without_templates(part);
    let rest = without_scheme_word(rest.trim());
    let letters = rest.chars().filter(|c| c.is_alphanumeric()).count();
    // What stands around a template: `Bearer `, `:`, a short prefix.
    if letters == 0 || (had_template && letters < 6) {
        return true;
    }
    is_reference(rest)
        || is_documented(rest)
        || is_blotted(rest)
        || is_phrase(rest)
        || says_its_name(rest, context.name)
        || context.entropy.is_some_and(|least| entropy(random_part(rest)) < least)
}

/// Without blanks and one pair of quotes around it.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    ['"', '\'', '`']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
        .trim()
}

/// What of a structured value is the secret: the password of a URL (of a
/// `force://` URL, its refresh token), the body of a PEM block.
fn secret_part(value: &str) -> &str {
    if let Some(after) = value.strip_prefix("-----BEGIN ") {
        let body = after.split_once("-----").map_or("", |(_, body)| body);
        return body.split("-----").next().unwrap_or_default().trim();
    }
    let Some((scheme, rest)) = value.split_once("://") else {
        return value;
    };
    let authority = if scheme.eq_ignore_ascii_case("force") {
        rest
    } else {
        rest.split(['/', '?', '#']).next().unwrap_or_default()
    };
    let userinfo = authority.rsplit_once('@').map(|(userinfo, _)| userinfo);
    match userinfo.and_then(|userinfo| userinfo.rsplit_once(':')) {
        Some((_, password)) => password,
        None => value,
    }
}

/// Where the randomness of a session id begins: after the organization's id.
fn random_part(value: &str) -> &str {
    match value.split_once('!') {
        Some((id, rest)) if id.starts_with("00D") => rest,
        _ => value,
    }
}

/// `Bearer x` and the like say how `x` is sent.
fn without_scheme_word(text: &str) -> &str {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let is_scheme = ["bearer", "basic", "token", "oauth", "apikey"]
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme));
    if is_scheme { rest.trim() } else { text }
}

/// `$NAME`, `%NAME%`, `process.env.NAME`, `secrets.NAME`, `op://…`, `vault:…`.
fn is_reference(value: &str) -> bool {
    // One or several: `$HOST$TOKEN`.
    if let Some(names) = value.strip_prefix('$') {
        return is_variable(names) || names.split('$').all(is_upper_variable);
    }
    let percent = value.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'));
    if percent.is_some_and(|names| is_variable(names) || names.split("%%").all(is_variable)) {
        return true;
    }
    if is_resource(value) {
        return true;
    }
    let starts = |prefix: &str| {
        value.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    const EXPRESSIONS: [&str; 9] = [
        "process.env",
        "import.meta.env",
        "os.environ",
        "os.getenv",
        "system.getenv",
        "env.",
        "env[",
        "secrets.",
        "vars.",
    ];
    const STORES: [&str; 14] = [
        "op://",
        "vault:",
        "vault://",
        "arn:aws:",
        "@microsoft.keyvault",
        "sm://",
        "ssm:",
        "akv:",
        "keyring:",
        "bws:",
        "doppler:",
        "awssm:",
        "ref+",
        "file:",
    ];
    let in_code = |character: char| character.is_alphanumeric() || "_.-[]'\"()".contains(character);
    STORES.iter().any(|prefix| starts(prefix))
        || (value.chars().all(in_code) && EXPRESSIONS.iter().any(|prefix| starts(prefix)))
}

/// Where Google Cloud keeps a secret: `projects/1/secrets/name/versions/latest`.
fn is_resource(value: &str) -> bool {
    value.starts_with("projects/") && value.contains("/secrets/")
}

/// `https://login.salesforce.com/services/oauth2/token` says where something is. A URL with a login in it is none, nor one with a
/// part that only a machine would make, as the addresses of web hooks have.
fn is_plain_url(value: &str) -> bool {
    /// Identifiers and versions are shorter.
    const RANDOM: usize = 16;
    let Some((scheme, rest)) = value.split_once("://") else { return false };
    let named = !scheme.is_empty()
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte));
    let is_random = |part: &str| {
        let has = |class: fn(&u8) -> bool| part.as_bytes().iter().any(class);
        part.len() >= RANDOM && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    };
    named
        && !scheme.eq_ignore_ascii_case("force")
        && !rest.contains(|c: char| c == '@' || c.is_whitespace())
        && !rest.split(|c: char| !c.is_ascii_alphanumeric()).any(is_random)
}

/// `NAME`, as environments have them.
fn is_upper_variable(name: &str) -> bool {
    name.len() >= 2
        && name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// A name of a variable: `NAME_1`, `env:NAME`, `clientSecret`. A password may
/// begin with `$` as well, so small letters do not go with digits.
fn is_variable(name: &str) -> bool {
    let name = name.strip_prefix("env:").unwrap_or(name);
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let letters = |c: char| c.is_ascii_alphabetic() || c == '_';
    starts && (name.chars().all(upper) || name.chars().all(letters))
}

/// `++…++` is how an AuthProvider is retrieved with its secret encrypted;
/// `ENC[…]` is an entry that SOPS encrypted.
fn is_encrypted(value: &str) -> bool {
    let between = |open: &str, close: &str| {
        value
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .is_some_and(|inner| !inner.is_empty())
    };
    between("++", "++") || between("ENC[", "]")
}

/// Values that vendors' documentation prints: AWS keys say `EXAMPLE`, the
/// organization of Salesforce's own samples is `00Dx0000000…`, and so on.
fn is_documented(value: &str) -> bool {
    /// Organizations and tokens of the guides for REST, Bulk API, OAuth and the CLI.
    const STARTS: [&str; 9] = [
        "00Dx0000000",
        "00Dxx000000",
        "00D000000000000",
        "00D50000000IehZ",
        "00DE0X0A0M0PeLE",
        "00DB0000000TfcR",
        "00D5e000001N20Q",
        "5Aep8614iLM.Dq",
        "5Aep861KIwKdekr90K",
    ];
    value.contains("EXAMPLE")
        || STARTS.iter().any(|start| value.starts_with(start))
        || value == "1955279925675241571"
}

/// One character over and over, also with dashes between; or a part that was
/// blotted out with `***`, `xxxx`, `...`.
fn is_blotted(value: &str) -> bool {
    let mut characters = value.chars().filter(|c| c.is_alphanumeric());
    let first = characters.next();
    if characters.all(|character| Some(character) == first) {
        return true;
    }
    ["***", "•••", "xxxx", "XXXX", "...", "…", "####"].iter().any(|blot| value.contains(blot))
}

/// Shannon entropy in bits for each character.
pub(super) fn entropy(text: &str) -> f64 {
    let mut characters: Vec<char> = text.chars().collect();
    characters.sort_unstable();
    let total = characters.len() as f64;
    characters
        .chunk_by(|left, right| left == right)
        .map(|same| {
            let share = same.len() as f64 / total;
            -share * share.log2()
        })
        .sum()
}

/// A whole-value pattern in which `*` stands for any text, without ASCII case.
fn matches_pattern(pattern: &str, value: &str) -> bool {
    let (pattern, value) = (pattern.to_ascii_lowercase(), value.to_ascii_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = value.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::super::{Secret, SecretContext, real_secret};
    use super::*;
    use proptest::prelude::*;

    fn is_real(value: &str, context: &SecretContext<'_>) -> bool {
        real_secret(&Secret::new(value.into()), context)
    }

    /// A value as a random generator would make it.
    fn random(length: usize) -> String {
        "q7Zp2Lw9Xc4Vb8Nm3Kd6".chars().cycle().take(length).collect()
    }

    #[test]
    fn what_stands_for_a_secret() {
        for value in [
            "<your secret>",
            "<from-vault>",
            "${CLIENT_SECRET}",
            "\"${CLIENT_SECRET}\"",
            "{{ secret }}",
            "%%%SECRET%%%",
            "%SECRET%",
            "__SECRET__",
            "#{Secret}#",
            "#{Secret}",
            "$SECRET",
            "$clientSecret",
            "$HOST$TOKEN",
            "%HOST%%TOKEN%",
            "$[variables.token]",
            "((salesforce.token))",
            "<< parameters.token >>",
            "@{variables('token')}",
            "projects/7/secrets/sf/versions/latest",
            "salesforce-client-secret",
            "$env:SECRET",
            "$(cat secret.txt)",
            "[[secret]]",
            "Bearer ${TOKEN}",
            "${USER}:${PASSWORD}",
            "{!'Bearer ' & $Credential.Acme.Token}",
            "{!$Credential.Acme.Token}",
            "${TOKEN:-changeme}",
            "${{ secrets.TOKEN }}",
            "process.env.TOKEN",
            "process.env['TOKEN']",
            "secrets.TOKEN",
            "os.environ['TOKEN']",
            "System.getenv(\"TOKEN\")",
            "op://vault/item/field",
            "vault:secret/data/x#y",
            "REPLACE_ME",
            "REPLACE",
            "replaceMe",
            "REPLACE_WITH_YOUR_SECRET_2024",
            "CHANGEME",
            "change-me",
            "changeit",
            "change_this_password",
            "xxx",
            "XXXXXXXX",
            "xxxx-xxxx",
            "***",
            "********",
            "abc***",
            "...",
            "aaaaaaaaaaaa",
            "00000000-0000-0000",
            "-",
            "Placeholder_Value",
            "your-client-secret",
            "YourPassword",
            "insert token here",
            "my-client-secret",
            "clientSecret",
            "TODO",
            "null",
            "redacted",
            "++encrypted by the platform++",
            "ENC[AES256_GCM,data:abcd,iv:efgh]",
            "wJalrXUtnFEMI/K7MDENG/EXAMPLEKEY",
            "1955279925675241571",
            "force://PlatformCLI::<token>@acme.my.salesforce.com",
            "force://${ID}:${SECRET}:${TOKEN}@login.salesforce.com",
            "postgres://app:${PASSWORD}@db.acme.com/main",
            "https://login.salesforce.com/services/oauth2/token",
            "https://acme.my.salesforce.com:443/a?client=web1&version=62.0#top",
            "postgres://db.acme.com/main",
        ] {
            assert!(!is_real(value, &SecretContext::default()), "{value}");
        }
        let begin = ["-----BEGIN ", "PRIVATE ", "KEY-----"].concat();
        for body in ["", "\n...\n", "\n<key>\n", "\nyour key here\n", "\\n${KEY}\\n"] {
            let block = format!("{begin}{body}{}", begin.replace("BEGIN", "END"));
            assert!(!is_real(&block, &SecretContext::default()), "{body}");
        }
    }

    #[test]
    fn what_is_one() {
        let begin = ["-----BEGIN ", "PRIVATE ", "KEY-----\n"].concat();
        for value in [
            random(32),
            format!("\"{}\"", random(32)),
            format!("Bearer {}", random(32)),
            format!("{{!'Bearer {}'}}", random(32)),
            format!("${{TOKEN:-{}}}", random(32)),
            format!("{begin}{}\n", random(64)),
            format!("force://PlatformCLI::{}@acme.com", random(60)),
            format!("postgres://app:{}@db.acme.com/main", random(12)),
            format!("{}A0000000abcd!AQ{}", ["00", "D"].concat(), random(60)),
            format!("https://hooks.acme.com/services/{}", random(24)),
            format!("https://acme.com/x?signature={}", random(24)),
            "not a url:// but 4 words".into(),
            format!("++{}", random(20)),
            "$ecret123".into(),
            "$2a$10$abcdefghijklmnopqrstuv".into(),
            "hunter2".into(),
            "Summer2024!".into(),
            "correct horse battery staple".into(),
            "changes everything 77".into(),
            "pa<ss>w%ord1".into(),
            "abc__def__ghi".into(),
        ] {
            assert!(is_real(&value, &SecretContext::default()), "{value}");
        }
    }

    #[test]
    fn the_name_of_the_place_is_no_value() {
        let context = SecretContext { name: "SF_PASSWORD", ..SecretContext::default() };
        assert!(!is_real("password", &context));
        assert!(!is_real("SF_PASSWORD", &context));
        assert!(is_real("password", &SecretContext::default()));
        assert!(is_real("word1", &context));
    }

    #[test]
    fn entropy_can_be_asked_for() {
        let context = SecretContext { entropy: Some(3.0), ..SecretContext::default() };
        assert!(is_real(&random(32), &context));
        assert!(!is_real("abababababab1", &context));
        assert!(!is_real(&format!("{}A0000000abcd!aabbaabb", ["00", "D"].concat()), &context));
        assert!((entropy("abcd") - 2.0).abs() < 1e-9);
        assert!(entropy("aaaa").abs() < 1e-9);
    }

    #[test]
    fn more_placeholders_can_be_listed() {
        let placeholders = ["acme-demo-*".to_string(), "Hunter2".to_string(), "a*b*c".to_string()];
        let context = SecretContext { placeholders: &placeholders, ..SecretContext::default() };
        for value in ["acme-demo-1q2w3e", "ACME-DEMO-9", "hunter2", "a1b2c", "abc"] {
            assert!(!is_real(value, &context), "{value}");
        }
        for value in ["hunter22", "my-acme-demo-1q2", "a1c2b", "ab9q"] {
            assert!(is_real(value, &context), "{value}");
        }
    }

    #[test]
    fn hostile_repetition_takes_linear_time() {
        let started = std::time::Instant::now();
        for piece in ["${", "<", "__", "{!", "%%%", "#{", "://", "a"] {
            let _ = is_real(&piece.repeat(500_000 / piece.len()), &SecretContext::default());
        }
        assert!(started.elapsed().as_secs() < 20);
    }

    proptest! {
        #[test]
        fn any_text_has_an_answer(value in any::<String>(), name in any::<String>()) {
            let context = SecretContext { name: &name, entropy: Some(3.0), ..SecretContext::default() };
            let _ = is_real(&value, &context);
        }

        #[test]
        fn random_tokens_are_real(value in "[A-Z][0-9][A-Za-z0-9]{30}[0-9][a-z]") {
            prop_assume!(!value.to_ascii_lowercase().contains("xxx"));
            prop_assert!(is_real(&value, &SecretContext::default()), "{}", value);
        }
    }
}
