//! Salesforce's Health Check: the values in the files against the baseline, and an estimate of the score.

use super::answer::{Against, Line, Tables, only_for};
use super::questions::{COMPLIANT, VALUE};
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
    /// The setting.
    pub setting: Setting,
    /// The value of the baseline; the option of the rule where it has one.
    pub baseline: String,
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
    /// Salesforce's word for such a score.
    pub fn grade(self) -> &'static str {
        match self.percent {
            90.. => "Excellent",
            80.. => "Very Good",
            70.. => "Good",
            55.. => "Poor",
            _ => "Very Poor",
        }
    }
}

/// Judges every setting.
pub fn health(tables: &Tables<'_>, settings: &[Setting]) -> Health {
    let settings: Vec<Judgement> =
        settings.iter().map(|setting| judgement(tables, setting)).collect();
    let judged =
        |rule: &&&EnabledRule| settings.iter().any(|one| one.rules.contains(&rule.rule.id));
    // Some settings are looked at in any project; what an org is judged by decides whether there is a table at all.
    let of_orgs = tables.rules.iter().filter(judged).filter(|one| !one.rule.projects.is_empty());
    let rules: Vec<&EnabledRule> = of_orgs.copied().collect();
    let asked = rules.is_empty() || rules.iter().any(|one| tables.applies(&one.rule));
    let score = if asked { score(&settings) } else { None };
    Health { score, not_asked: (!asked).then(|| only_for(&rules)), settings }
}

fn judgement(tables: &Tables<'_>, setting: &Setting) -> Judgement {
    let judging = tables.rules.iter().copied().filter(|one| setting.is_judged_by(&one.rule));
    let rules: Vec<&EnabledRule> = judging.collect();
    let (mut against, accepted) = tables.against(&rules);
    against.extend(accepted);
    let mut values: Vec<Line> = Vec::new();
    for rule in &rules {
        for value in tables.lines(&format!("{VALUE}{}", rule.rule.id)) {
            let place = |line: &Line| (line.location.file, line.location.span);
            if !values.iter().any(|known| place(known) == place(&value)) {
                values.push(value);
            }
        }
    }
    let known = !values.is_empty() || !against.is_empty();
    let most = match setting.counts {
        Some(Counts::Findings(most)) => {
            values = against.iter().map(|one| one.line.clone()).collect();
            most
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
    let option = rules.iter().find_map(|one| one.options.get(COMPLIANT));
    // A bare number would not say whether it is the least or the most.
    let option = option.filter(|option| !matches!(option, OptionValue::Number(_)));
    Judgement {
        setting: setting.clone(),
        baseline: option.map_or_else(|| setting.baseline.clone(), text),
        count,
        values,
        standing,
        against,
        rules: rules.iter().map(|one| one.rule.id.clone()).collect(),
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
