//! Salesforce's Health Check: the values in the files against the baseline, and an estimate of the score.

use super::answer::{Against, Line};
use super::questions::{COMPLIANT, VALUE};
use super::tables::{Tables, only_for};
use crate::config::health_check::baseline::BaselineSetting;
use crate::config::health_check::{Counts, Risk, Setting};
use crate::engine::plan::EnabledRule;
use crate::model::record::number_text;
use crate::rule::OptionValue;

/// How a setting stands to the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As the baseline has it.
    Compliant,
    /// Not as the baseline has it.
    Deviates,
    /// The project does not say.
    NotInProject,
    /// No file of any project could say.
    NotCheckable,
    /// No rule judges it.
    NoRule,
}
words!(Standing {
    Compliant = "compliant",
    Deviates = "deviates",
    NotInProject = "not in project",
    NotCheckable = "not checkable",
    NoRule = "no rule",
});

/// One setting with what the project says.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The setting, with the risk class of the baseline in force.
    pub setting: Setting,
    /// The value of the baseline in force; the option of the rule where it has one.
    pub baseline: String,
    /// Why that is not the value of the org's own baseline.
    pub not_own: Option<&'static str>,
    /// How many there are, where Health Check counts.
    pub count: Option<usize>,
    /// The values found, each with its places; what is counted, where Health Check counts findings.
    pub values: Vec<Line>,
    /// How it stands.
    pub standing: Standing,
    /// What is wrong, open and accepted.
    pub against: Vec<Against>,
    /// The rules that judge it.
    pub rules: Vec<String>,
}

/// The table and its sum.
#[derive(Clone, Debug)]
pub struct Health {
    /// Every setting of the baseline.
    pub settings: Vec<Judgement>,
    /// The estimate; `None` when no value is known that counts.
    pub score: Option<Score>,
    /// Why nothing was judged at all.
    pub not_asked: Option<String>,
    /// The baseline that the org has made its own, in the place of the standard one.
    pub own: Option<Own>,
}

/// A baseline that an org has made its own.
#[derive(Clone, Debug)]
pub struct Own {
    /// Its name in Setup.
    pub name: String,
    /// The file.
    pub path: String,
    /// What it asks for and this table does not know.
    pub unknown: Vec<String>,
}

/// An estimate of the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// Percent of the weight of the settings that are known.
    pub percent: usize,
    /// Settings that are known.
    pub known: usize,
    /// Settings of the baseline.
    pub all: usize,
}

impl Score {
    /// Salesforce's word for such a score; `None` when most settings are not known, and the word would say too much.
    pub fn grade(self) -> Option<&'static str> {
        let word = match self.percent {
            90.. => "Excellent",
            80.. => "Very Good",
            70.. => "Good",
            55.. => "Poor",
            _ => "Very Poor",
        };
        (self.known * 2 > self.all).then_some(word)
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let grade = self.grade().unwrap_or("too few settings for a grade");
        write!(out, "{} of 100 ({grade})", self.percent)
    }
}

/// Judges every setting.
pub fn health(tables: &Tables<'_>, settings: &[Setting]) -> Health {
    let known = |key: &String| settings.iter().any(|one| one.key == *key);
    let own = tables.baseline().map(|own| Own {
        name: own.file.name.clone(),
        path: own.path.clone(),
        unknown: own.file.settings.keys().filter(|key| !known(key)).cloned().collect(),
    });
    let settings: Vec<Judgement> =
        settings.iter().map(|setting| judgement(tables, setting)).collect();
    let judged =
        |rule: &&&EnabledRule| settings.iter().any(|one| one.rules.contains(&rule.rule.id));
    // Some settings are looked at in any project; what an org is judged by decides whether there is a table at all.
    let of_orgs = tables.rules.iter().filter(judged).filter(|one| !one.rule.projects.is_empty());
    let rules: Vec<&EnabledRule> = of_orgs.copied().collect();
    let asked = rules.is_empty() || rules.iter().any(|one| tables.applies(&one.rule));
    let score = if asked { score(&settings) } else { None };
    Health { score, not_asked: (!asked).then(|| only_for(&rules)), settings, own }
}

fn judgement(tables: &Tables<'_>, setting: &Setting) -> Judgement {
    let judging = tables.rules.iter().copied().filter(|one| setting.is_judged_by(&one.rule));
    let mut rules: Vec<&EnabledRule> = judging.collect();
    let own = tables.baseline();
    let wanted = own.and_then(|own| own.file.settings.get(&setting.key));
    // What judges by the standard alone has no say where the org decides for itself.
    if wanted.is_some() && rules.iter().any(|one| one.options.contains_key(COMPLIANT)) {
        rules.retain(|one| one.options.contains_key(COMPLIANT));
    }
    let (mut against, accepted) = tables.against(&rules);
    against.extend(accepted);
    let clauses = setting.shown.iter().map(|clause| clause.id.clone());
    let clauses = clauses.chain(rules.iter().map(|one| format!("{VALUE}{}", one.rule.id)));
    let mut values: Vec<Line> = Vec::new();
    for value in clauses.flat_map(|clause| tables.lines(&clause)) {
        let place = |line: &Line| (line.location.file, line.location.span);
        if !values.iter().any(|known| place(known) == place(&value)) {
            values.push(value);
        }
    }
    let known = !values.is_empty() || !against.is_empty();
    let most = match setting.counts {
        Some(Counts::Findings(most)) => {
            values = against.iter().map(|one| one.line.clone()).collect();
            wanted.and_then(number).unwrap_or(most)
        }
        _ => 0,
    };
    let count = setting.counts.filter(|_| known).map(|_| values.len());
    let standing = if against.len() > most {
        Standing::Deviates
    } else if known {
        Standing::Compliant
    } else if setting.not_checkable.is_some() {
        Standing::NotCheckable
    } else if rules.is_empty() {
        Standing::NoRule
    } else {
        Standing::NotInProject
    };
    Judgement {
        baseline: baseline(setting, &rules, wanted),
        not_own: own.and_then(|_| not_own(setting, &rules, wanted)),
        setting: Setting {
            risk: wanted.map_or(setting.risk, |wanted| wanted.risk),
            ..setting.clone()
        },
        count,
        values,
        standing,
        against,
        rules: rules.iter().map(|one| one.rule.id.clone()).collect(),
    }
}

/// How many a baseline allows.
fn number(wanted: &BaselineSetting) -> Option<usize> {
    match wanted.compliant {
        // A cast of floats ends at the ends of the other type.
        OptionValue::Number(number) => Some(number as usize),
        _ => None,
    }
}

/// The value in force in words.
fn baseline(setting: &Setting, rules: &[&EnabledRule], wanted: Option<&BaselineSetting>) -> String {
    let option = rules.iter().find_map(|one| Some((*one, one.options.get(COMPLIANT)?)));
    let Some((rule, value)) = option else {
        return match wanted.map(|wanted| &wanted.compliant) {
            Some(OptionValue::Number(number)) => with_number(setting, *number),
            _ => setting.baseline.clone(),
        };
    };
    let standard = rule.rule.options.iter().find(|(name, _)| name == COMPLIANT);
    match (value, &setting.otherwise) {
        (OptionValue::Number(number), _) => with_number(setting, *number),
        (value, Some(_)) if standard.is_some_and(|(_, standard)| standard == value) => {
            setting.baseline.clone()
        }
        (_, Some(otherwise)) => otherwise.clone(),
        (value, None) => text(value),
    }
}

/// Why the value in force is not that of the org's own baseline.
fn not_own(
    setting: &Setting,
    rules: &[&EnabledRule],
    wanted: Option<&BaselineSetting>,
) -> Option<&'static str> {
    let Some(wanted) = wanted else {
        return Some("not in the org's own baseline: the standard value");
    };
    let counts = matches!(setting.counts, Some(Counts::Findings(_)));
    let mut options = rules.iter().filter_map(|one| one.options.get(COMPLIANT)).peekable();
    let is_own = match options.peek() {
        None => counts && number(wanted).is_some(),
        Some(_) => options.any(|option| wanted.as_option(option).as_ref() == Some(option)),
    };
    let judged = !rules.is_empty();
    (judged && !is_own).then_some("not the value of the org's own baseline")
}

/// What the standard says, with another number: whether it is the least or the most stays.
fn with_number(setting: &Setting, number: f64) -> String {
    let (standard, number) = (&setting.baseline, number_text(number));
    let digit = |character: char| character.is_ascii_digit();
    match standard.split_once(digit) {
        None => number,
        Some(("", "")) if number != "0" => format!("at most {number}"),
        Some((before, after)) => {
            format!("{before}{number}{}", after.trim_start_matches(digit))
        }
    }
}

fn text(option: &OptionValue) -> String {
    match option {
        OptionValue::Bool(value) => value.to_string(),
        OptionValue::Number(value) => number_text(*value),
        OptionValue::Text(text) => text.clone(),
        OptionValue::List(list) => list.join(", "),
    }
}

fn score(settings: &[Judgement]) -> Option<Score> {
    let weight = |standings: &[Standing]| -> usize {
        let counted = settings.iter().filter(|one| standings.contains(&one.standing));
        counted.map(|one| one.setting.risk.weight()).sum()
    };
    let good = weight(&[Standing::Compliant]);
    let all = weight(&[Standing::Compliant, Standing::Deviates]);
    if all == 0 {
        return None;
    }
    let known = |one: &&Judgement| {
        matches!(one.standing, Standing::Compliant | Standing::Deviates)
            && one.setting.risk != Risk::Informational
    };
    Some(Score {
        percent: good * 100 / all,
        known: settings.iter().filter(known).count(),
        all: settings.iter().filter(|one| one.setting.risk != Risk::Informational).count(),
    })
}
