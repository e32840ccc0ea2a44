//! The baseline: findings that were there when a project began to be checked, one line each.
//!
//! ```text
//! # sflint baseline 1: fingerprint, severity, rule, component, key, path
//! v1:5f…  warning  oauth-full-scope  OauthApp:Order Sync    force-app/…
//! ```
//!
//! The fields are separated by tabs. Only fingerprint and severity count, the others are for whoever reads the file or
//! its history. A line hides one finding of the same fingerprint that is no more severe, so projects may share a file.

use std::collections::{BTreeMap, HashMap};

use crate::rule::load::RuleError;
use crate::rule::{RuleSource, Severity};
use crate::secret::masked;
use crate::settle::report::ReportedFinding;
use crate::value::character::is_dangerous;

/// The file's name.
pub const FILE_NAME: &str = "sflint.baseline";
/// The first line of a file of this version, up to the colon.
const HEAD: &str = "# sflint baseline 1";
const FIELDS: &str = "fingerprint, severity, rule, component, key, path";
/// Mistakes that are told of one file: whoever merged it badly sees what happened.
const MISTAKES: usize = 20;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line {
    /// Id of the rule.
    pub rule: String,
    /// `Type:Name`
    pub component: String,
    /// What tells it apart within the component.
    pub key: String,
    /// Where it was, as seen from the folder of the baseline.
    pub path: String,
    /// Its identity.
    pub fingerprint: String,
    /// Its severity then.
    pub severity: Severity,
}

impl Line {
    /// The line of a finding, found at this path.
    pub fn of(finding: &ReportedFinding, path: String) -> Line {
        Line {
            rule: finding.rule.id.clone(),
            component: finding.component.to_string(),
            key: finding.key.clone(),
            // Names of files can hold a credential, too.
            path: masked(&path).into_owned(),
            fingerprint: finding.fingerprint.clone(),
            severity: finding.severity,
        }
    }
}

/// The lines of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Sorted by rule, component, key, path and fingerprint: a change of one finding is a change of one line.
    pub lines: Vec<Line>,
}

impl Baseline {
    /// Sorts the lines.
    pub fn new(mut lines: Vec<Line>) -> Baseline {
        lines.sort();
        Baseline { lines }
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text = format!("{HEAD}: {FIELDS}\n");
        for line in &self.lines {
            let fields = [
                line.fingerprint.as_str(),
                line.severity.word(),
                &line.rule,
                &line.component,
                &line.key,
                &line.path,
            ];
            text.push_str(&fields.map(escaped).join("\t"));
            text.push('\n');
        }
        text
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// All that is wrong with it, each with its line.
    pub fn parse(path: &str, text: &str) -> Result<Baseline, Vec<RuleError>> {
        let source = RuleSource::read(path.to_owned(), text);
        let mut errors = Vec::new();
        let mut lines = Vec::new();
        let mut report = |span, message: String, label: &str| {
            let help = "`sflint baseline` writes it anew";
            errors.push(RuleError::new(&source, span, message, label, help));
        };
        let mut start = 0;
        let mut headed = false;
        for (at, whole) in text.split('\n').enumerate() {
            let span = start..start + whole.len();
            start += whole.len() + 1;
            let line = whole.trim_end_matches('\r');
            let line = if at == 0 { line.trim_start_matches('\u{feff}') } else { line };
            if line.trim().is_empty() {
                continue;
            }
            if !headed {
                headed = true;
                if line.split(':').next() != Some(HEAD) {
                    let message =
                        "this is no baseline that this version of sflint reads".to_owned();
                    report(span, message, "should begin with `# sflint baseline 1`");
                    break;
                }
                continue;
            }
            if line.starts_with('#') {
                continue;
            }
            match parse_line(line) {
                Ok(line) => lines.push(line),
                Err(why) => report(
                    span,
                    format!("a line of the baseline cannot be read: {why}"),
                    "this line",
                ),
            }
        }
        if errors.is_empty() {
            return Ok(Baseline::new(lines));
        }
        errors.truncate(MISTAKES);
        Err(errors)
    }
}

fn parse_line(line: &str) -> Result<Line, String> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [fingerprint, severity, rule, component, key, path] = fields.as_slice() else {
        let count = fields.len();
        return Err(format!("six fields are separated by tabs ({FIELDS}), and this has {count}"));
    };
    let is_fingerprint = fingerprint.strip_prefix("v1:").is_some_and(|digits| {
        digits.len() == 32 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    });
    if !is_fingerprint {
        return Err("it begins with no fingerprint".to_owned());
    }
    let severity = Severity::from_word(severity)
        .ok_or_else(|| "its second field is not error, warning or note".to_owned())?;
    let [rule, component, key, path] = [rule, component, key, path].map(|text| unescaped(text));
    Ok(Line { rule, component, key, path, fingerprint: (*fingerprint).to_owned(), severity })
}

/// A text in one field: `\` and every character that is not printed as such become `\\` and `\u{…}`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            _ if is_dangerous(character) => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(character)));
            }
            _ => out.push(character),
        }
    }
    out
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once('\\') {
        out.push_str(before);
        let code = escape.strip_prefix("u{").and_then(|digits| digits.split_once('}'));
        let character = code.and_then(|(digits, after)| {
            Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, after))
        });
        match (character, escape.strip_prefix('\\')) {
            (Some((character, after)), _) => {
                out.push(character);
                rest = after;
            }
            (None, Some(after)) => {
                out.push('\\');
                rest = after;
            }
            (None, None) => {
                out.push('\\');
                rest = escape;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What comparing findings with a baseline gave.
#[derive(Debug, Default)]
pub struct Compared {
    /// What it does not hide, with the positions.
    pub findings: Vec<(usize, ReportedFinding)>,
    /// What it hides.
    pub hidden: Vec<ReportedFinding>,
    /// The lines that hide nothing.
    pub unmatched: Vec<Line>,
}

/// Compares findings with a baseline: n lines hide at most n findings of a fingerprint, none that is more severe now.
/// The position of each finding in the report goes along.
pub fn compare(baseline: &Baseline, findings: Vec<(usize, ReportedFinding)>) -> Compared {
    // Of lines with one fingerprint the least severe that fits is used first.
    let mut lines: HashMap<&str, BTreeMap<Severity, Vec<&Line>>> = HashMap::new();
    for line in &baseline.lines {
        let of = lines.entry(&line.fingerprint).or_default();
        of.entry(line.severity).or_default().push(line);
    }
    let mut compared = Compared::default();
    for (at, finding) in findings {
        let fitting = lines
            .get_mut(finding.fingerprint.as_str())
            .and_then(|of| of.range_mut(finding.severity..).find_map(|(_, lines)| lines.pop()));
        if fitting.is_some() {
            compared.hidden.push(finding);
        } else {
            compared.findings.push((at, finding));
        }
    }
    let left = lines.into_values().flat_map(BTreeMap::into_values).flatten();
    compared.unmatched = left.cloned().collect();
    compared.unmatched.sort();
    compared
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(key: &str, digit: char, severity: Severity) -> Line {
        Line {
            rule: "oauth-full-scope".to_owned(),
            component: "OauthApp:A".to_owned(),
            key: key.to_owned(),
            path: "apps/A.xml".to_owned(),
            fingerprint: format!("v1:{}", digit.to_string().repeat(32)),
            severity,
        }
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let baseline = Baseline::new(vec![
            line("z", 'a', Severity::Note),
            line("a\tb\\n\n\u{202e}", 'b', Severity::Error),
        ]);
        let text = baseline.text();
        assert_eq!(text.lines().count(), 3);
        assert!(text.ends_with("\tz\tapps/A.xml\n"), "{text}");
        assert!(!text.contains('\u{202e}'));
        assert_eq!(Baseline::parse("b", &text).unwrap(), baseline);
        assert_eq!(Baseline::parse("b", &text.replace('\n', "\r\n")).unwrap(), baseline);
    }

    #[test]
    fn mistakes_have_their_lines() {
        let text = Baseline::new(vec![line("k", 'a', Severity::Note)]).text();
        let merged = format!("{text}<<<<<<< HEAD\nv1:00\tnote\ta\tb\tc\td\n");
        let errors = Baseline::parse("b", &merged).unwrap_err();
        let told: Vec<_> = errors.iter().map(|error| (error.message(), error.spanned())).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].0.contains("and this has 1") && told[0].1 == "<<<<<<< HEAD", "{told:?}");
        assert!(told[1].0.contains("no fingerprint"), "{told:?}");
        let newer = text.replace("baseline 1", "baseline 2");
        let errors = Baseline::parse("b", &newer).unwrap_err();
        assert!(errors[0].message().contains("no baseline that this version"));
        assert_eq!(Baseline::parse("b", "").unwrap(), Baseline::default());
    }

    proptest! {
        #[test]
        fn any_text_survives_a_field(text in "\\PC{0,12}|[\\\\u{}\t\n\u{202e}a-f0-9]{0,12}|.{0,12}") {
            let field = escaped(&text);
            prop_assert!(!field.contains(['\t', '\n', '\r']));
            prop_assert_eq!(unescaped(&field), text);
        }

        #[test]
        fn any_bytes_are_read_or_refused(text in "[#\t\nv1:a-f0-9 snote]{0,200}") {
            let _ = Baseline::parse("b", &text);
            let _ = Baseline::parse("b", &format!("{HEAD}\n{text}"));
        }
    }
}
