//! No credential is ever shown, whichever way it comes in and whichever way something goes out.
//!
//! Values are made when the test runs and planted everywhere; every command runs in every format, and what it prints is
//! searched for any six characters in a row of their random parts.

// Helpers of tests may fail as tests do.
#![allow(clippy::unwrap_used)]

#[path = "common/formats.rs"]
mod all_formats;

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use tempfile::TempDir;

use self::all_formats::formats;

/// Random enough, and another value at every call.
struct Source(u64);

impl Source {
    fn text(&mut self, letters: &[u8], length: usize) -> String {
        (0..length)
            .map(|_| {
                self.0 = self
                    .0
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                char::from(letters[(self.0 >> 33) as usize % letters.len()])
            })
            .collect()
    }
}

const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SMALL: &[u8] = b"bcdfghjklmnpqrstvwxz";

/// The random parts of everything that was planted.
#[derive(Default)]
struct Planted(Vec<String>);

impl Planted {
    fn keep(&mut self, random: String) -> String {
        self.0.push(random.clone());
        random
    }
}

struct Maker {
    source: Source,
    planted: Planted,
}

impl Maker {
    fn random(&mut self, letters: &[u8], length: usize) -> String {
        let random = self.source.text(letters, length);
        self.planted.keep(random)
    }

    fn access(&mut self) -> String {
        format!(
            "{}{}!AQ{}",
            ["00", "D"].concat(),
            self.source.text(MIXED, 12),
            self.random(MIXED, 80)
        )
    }

    fn refresh(&mut self) -> String {
        format!("{}{}", ["5Aep", "861"].concat(), self.random(MIXED, 70))
    }

    fn url(&mut self) -> String {
        format!("{}://PlatformCLI::{}@acme.my.salesforce.com", "force", self.refresh())
    }

    fn key(&mut self) -> String {
        let marker = |word: &str| ["-----", word, " RSA PRIVATE ", "KEY-----"].concat();
        let (one, two) = (self.random(MIXED, 64), self.random(MIXED, 64));
        format!("{}\nMII{one}\n{two}\n{}", marker("BEGIN"), marker("END"))
    }

    /// As a person mixes it.
    fn mixed(&mut self) -> String {
        format!("Kd7{}", self.random(MIXED, 21))
    }

    /// A JSON Web Token.
    fn token(&mut self) -> String {
        let base64 = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
        let claims = base64(&format!("{{\"iss\":\"{}\"}}", self.source.text(MIXED, 40)));
        let header = base64("{\"alg\":\"RS256\"}");
        format!("{header}.{}.{}", self.planted.keep(claims), self.random(MIXED, 86))
    }

    /// What `Basic` sends.
    fn login(&mut self) -> String {
        let login = format!("sync:{}", self.mixed());
        self.planted.keep(Base64::encode_string(login.as_bytes()))
    }

    /// With and without digits.
    fn password(&mut self) -> String {
        let letters = if self.planted.0.len().is_multiple_of(2) { MIXED } else { SMALL };
        self.random(letters, 24)
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn plant(root: &Path, make: &mut Maker) {
    let classes = "force-app/main/default";
    write(
        root,
        "sfdx-project.json",
        r#"{"packageDirectories":[{"path":"force-app","default":true}]}"#,
    );
    let element = |name: &str, value: &str| format!("<{name}>{value}</{name}>\n");
    for (folder, suffix, root_name, names) in [
        (
            "namedCredentials",
            "namedCredential",
            "NamedCredential",
            &["password", "oauthToken", "awsAccessSecret", "oauthRefreshToken"][..],
        ),
        ("authproviders", "authprovider", "AuthProvider", &["consumerSecret", "ecKey"]),
        ("dataSources", "dataSource", "ExternalDataSource", &["password", "oauthToken"]),
        ("installedPackages", "installedPackage", "InstalledPackage", &["password"]),
    ] {
        let mut text = format!("<{root_name} xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n");
        for name in names {
            text += &element(name, &make.password());
            text += &format!("<!-- {} -->\n", element(name, &make.password()));
        }
        text += &format!("<!-- {} SF_PASSWORD: {} -->\n", make.access(), make.password());
        text += &element("description", &format!("SF_CLIENT_SECRET={}", make.password()));
        let whole = make.password();
        text += &element("SF_TOKEN", &format!("{}<![CDATA[{}]]>", &whole[..12], &whole[12..]));
        let token = make.access();
        let (left, right) = token.split_at(50);
        text += &element("label", &format!("{left}<!-- x -->{right}"));
        text += &format!("</{root_name}>\n");
        write(root, &format!("{classes}/{folder}/Whole.{suffix}-meta.xml"), &text);
        let broken = text.replace(&format!("</{root_name}>"), "</oops>");
        write(root, &format!("{classes}/{folder}/Broken.{suffix}-meta.xml"), &broken);
    }
    let secret = make.random(b"0123456789ABCDEF", 64);
    write(
        root,
        &format!("{classes}/connectedApps/App.connectedApp-meta.xml"),
        &format!(
            "<ConnectedApp><label>{}</label><oauthConfig><consumerSecret>{secret}</consumerSecret><callbackUrl>http://a:{}@acme.io/cb?client_secret={}</callbackUrl><scopes>Full</scopes></oauthConfig></ConnectedApp>",
            make.access(),
            make.random(MIXED, 24),
            make.random(MIXED, 24),
        ),
    );
    write(
        root,
        &format!("{classes}/externalCredentials/E.externalCredential-meta.xml"),
        &format!(
            "<ExternalCredential><externalCredentialParameters><parameterName>Authorization</parameterName><parameterType>AuthHeader</parameterType><parameterValue>{{!'Bearer {}'}}</parameterValue></externalCredentialParameters></ExternalCredential>",
            make.random(MIXED, 24)
        ),
    );
    for name in [".env", ".env.example", "config/prod.env"] {
        write(
            root,
            name,
            &format!(
                "SF_PASSWORD={}\nDB_PASSWORD='{}'\nexport SFDX_AUTH_URL={}\nPLAIN={}\nKEY=\"{}\"\n",
                make.password(),
                make.password(),
                make.url(),
                make.password(),
                make.key()
            ),
        );
    }
    write(
        root,
        ".github/workflows/deploy.yml",
        &format!(
            "env:\n  SF_PASSWORD: {}\n  SF_CLIENT_SECRET: '{}'\n  - name: SF_TOKEN\n    value: {}\nrun: |\n  sf package install --installation-key {}\n  sf org display --verbose --access-token {}\n  echo $SFDX_AUTH_URL # {}\n",
            make.password(),
            make.password(),
            make.password(),
            make.password(),
            make.password(),
            make.url()
        ),
    );
    write(
        root,
        "config/dev.json",
        &format!(
            "{{\"sf_password\": \"{}\", \"inner\": \"{{\\\"SF_TOKEN\\\": \\\"{}\\\"}}\", \"t\": \"{}\", \"k\": \"{}\"}}",
            make.password(),
            make.password(),
            make.access(),
            make.key().replace('\n', "\\n")
        ),
    );
    write(
        root,
        "scripts/run.sh",
        &format!(
            "export SF_PASSWORD=\"{}\"\njsforce -u a -p {}\ncurl -H 'Authorization: Bearer {}' # {}\nSF_LOGIN_URL=http://u:{}@evil.example.org/x\n",
            make.password(),
            make.password(),
            make.access(),
            make.refresh(),
            make.random(MIXED, 24)
        ),
    );
    write(
        root,
        "build.properties",
        &format!("sf.password = {}\nsf.token={}\n", make.password(), make.refresh()),
    );
    write(
        root,
        &format!("{classes}/classes/Sync.cls"),
        &format!(
            "public class Sync {{ static final String SF_PASSWORD = '{}'; /* {} */ }}",
            make.password(),
            make.access()
        ),
    );
    write(
        root,
        "README.md",
        &format!("`export SF_PASSWORD={}` and {}\n", make.password(), make.access()),
    );
    write(root, "tests/server.key", &make.key());
    write(root, "build/server.key", &make.key());
    write(root, &format!("logs/{}.txt", make.access()), &format!("{}\n", make.refresh()));
    write(
        root,
        &format!("{classes}/permissionsets/{}.permissionset-meta.xml", make.access()),
        "<PermissionSet><userPermissions><enabled>true</enabled><name>ModifyAllData</name></userPermissions></PermissionSet>",
    );
    write(
        root,
        &format!("{classes}/permissionsets/{}.permissionset-meta.xml", make.refresh()),
        "<PermissionSet><oops>",
    );
}

/// Kinds that are told by what stands around them.
fn plant_more(root: &Path, make: &mut Maker) {
    let classes = "force-app/main/default";
    write(
        root,
        "config/app.yml",
        &format!(
            "salesforce:\n  username: a@b.c\n  password: {}\n  clientSecret: '{}'\n  security_token: {}\ndatabase: postgres://app:{}@db.acme.io/x\n",
            make.mixed(),
            make.mixed(),
            make.mixed(),
            make.mixed()
        ),
    );
    write(
        root,
        "scripts/login.sh",
        &format!(
            "curl https://login.salesforce.com/services/oauth2/token -d password={} --data 'client_secret={}&grant_type=password'\nopenssl enc -d -K {} -in server.key.enc\nsf org create user password={}\nsfdx-hardis org:login --password {}\nopenssl rsa -passin pass:{} -in a\n",
            make.mixed(),
            make.mixed(),
            make.mixed(),
            make.mixed(),
            make.mixed(),
            make.mixed()
        ),
    );
    write(
        root,
        "src/load.ts",
        &format!(
            "import jsforce from 'jsforce';\nawait connection.login('a@b.c', '{}');\nconst o = {{ salesforcePassword: '{}' }};\nconst t = '{}';\nfetch(u, {{ headers: {{ Authorization: 'Bearer {}' }} }});\nconst u = 'https://x.my.salesforce.com/services/oauth2/token?client_secret={}';\n",
            make.mixed(),
            make.mixed(),
            make.token(),
            make.mixed(),
            make.mixed()
        ),
    );
    write(
        root,
        &format!("{classes}/classes/Warehouse.cls"),
        &format!(
            "public class Warehouse {{\n  static final String API_KEY = '{}';\n  void a(User u) {{ System.setPassword(u.Id, '{}'); }}\n  void b(HttpRequest r) {{ r.setHeader('Authorization', 'Basic {}'); }}\n}}",
            make.mixed(),
            make.password(),
            make.login()
        ),
    );
    write(root, "scripts/users.apex", &format!("System.setPassword(u.Id, '{}');", make.mixed()));
    write(
        root,
        &format!("{classes}/labels/CustomLabels.labels-meta.xml"),
        &format!(
            "<CustomLabels xmlns=\"http://soap.sforce.com/2006/04/metadata\"><labels><fullName>Acme_Secret</fullName><value>{}</value></labels><labels><fullName>B_API_Key</fullName><value><![CDATA[{}]]></value></labels></CustomLabels>",
            make.mixed(),
            make.mixed()
        ),
    );
    write(
        root,
        &format!("{classes}/customMetadata/Warehouse.Main.md-meta.xml"),
        &format!(
            "<CustomMetadata xmlns=\"http://soap.sforce.com/2006/04/metadata\"><label>Main</label><values><field>Client_Secret__c</field><value>{}</value></values></CustomMetadata>",
            make.mixed()
        ),
    );
    write(
        root,
        "config/user-def.json",
        &format!("{{\"profileName\": \"Standard User\", \"password\": \"{}\"}}", make.password()),
    );
    write(
        root,
        "backup/provider.xml",
        &format!(
            "<AuthProvider><consumerSecret>{}</consumerSecret></AuthProvider>",
            make.password()
        ),
    );
    write(
        root,
        "README-more.md",
        &format!("{} and https://a:{}@acme.io\n", make.token(), make.mixed()),
    );
}

fn sflint(root: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sflint"))
        .args(arguments)
        .current_dir(root)
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    format!("{out}\n{}", String::from_utf8_lossy(&output.stderr))
}

/// The places where six characters in a row of a planted value are printed.
fn leaks(command: &str, printed: &str, planted: &Planted) -> Vec<String> {
    // As a terminal wraps it, too.
    let joined: String = printed.lines().map(|line| line.trim_matches([' ', '│', '·'])).collect();
    let mut found = Vec::new();
    let sixes = |text: &'_ str| text.as_bytes().windows(6).map(<[u8]>::to_vec).collect();
    let (plain, wrapped): (HashSet<Vec<u8>>, HashSet<Vec<u8>>) = (sixes(printed), sixes(&joined));
    for secret in &planted.0 {
        for at in 0..secret.len() - 5 {
            let six = &secret[at..at + 6];
            if plain.contains(six.as_bytes()) || wrapped.contains(six.as_bytes()) {
                let line = printed.lines().find(|line| line.contains(six)).unwrap_or("(wrapped)");
                found.push(format!(
                    "{command}: {six} in {}",
                    line.chars().take(300).collect::<String>()
                ));
                break;
            }
        }
    }
    found
}

#[test]
fn nothing_that_is_printed_holds_a_credential() {
    let place = TempDir::new().unwrap();
    let root = place.path();
    let mut make = Maker { source: Source(0x5f3c_91d2), planted: Planted::default() };
    plant(root, &mut make);
    plant_more(root, &mut make);
    let mut all = Vec::new();
    let mut check = |root: &Path, arguments: &[&str], planted: &Planted| {
        let printed = sflint(root, arguments);
        assert!(printed.len() > 20, "{arguments:?} prints nothing: {printed}");
        all.extend(leaks(&arguments.join(" "), &printed, planted));
    };
    for format in formats() {
        check(root, &["check", ".", "--format", &format, "--preset", "strict"], &make.planted);
        check(root, &["check", ".", "--format", &format], &make.planted);
    }
    check(root, &["check", ".", "--all", "--preset", "strict", "--color", "always"], &make.planted);
    for format in ["text", "markdown", "json", "html"] {
        check(root, &["report", ".", "--format", format], &make.planted);
    }
    check(root, &["facts", "."], &make.planted);
    check(root, &["facts", ".", "--count"], &make.planted);
    check(root, &["facts", ".", "--kind", "File"], &make.planted);
    check(root, &["facts", ".", "--kind", "InlineSecret"], &make.planted);

    // Mistakes in files of the project are quoted.
    let (token, word, url) = (make.access(), make.password(), make.url());
    write(
        root,
        "sflint.toml",
        &format!(
            "presets = \"{token}\"\n# SF_PASSWORD={word}\nfail-on = \"{url}\"\n[rules.{}]\nseverity = \"none\"\n",
            make.refresh()
        ),
    );
    check(root, &["check", "."], &make.planted);
    check(root, &["check", ".", "--format", "json"], &make.planted);
    fs::write(root.join("sflint.toml"), format!("kind = \"{}\n", make.access())).unwrap();
    check(root, &["check", "."], &make.planted);
    check(root, &["rules"], &make.planted);
    fs::remove_file(root.join("sflint.toml")).unwrap();
    let rule = format!("rules/{}/my-rule.toml", make.access());
    write(
        root,
        &rule,
        &format!(
            "title = \"{}\"\nseverity = \"{}\"\n[match]\nkind = \"{}\"\n",
            make.access(),
            make.refresh(),
            make.url()
        ),
    );
    check(root, &["check", ".", "--rules-dir", "rules"], &make.planted);
    check(root, &["test", "rules"], &make.planted);

    // What is typed is echoed.
    let gone = make.access();
    check(root, &["check", &gone], &make.planted);
    check(root, &["explain", &make.refresh()], &make.planted);
    check(root, &["facts", ".", "--kind", &make.access()], &make.planted);
    check(root, &["vocabulary", &make.refresh()], &make.planted);
    assert!(all.is_empty(), "{} leaks\n{}", all.len(), all.join("\n"));
}
