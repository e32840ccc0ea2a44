//! How long a refresh token stays valid.

use std::cmp::Ordering;
use std::fmt;

/// A number of days, or without end. `Infinite` is over any number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Days {
    /// Finite and not negative; a part of a day is a fraction.
    Number(f64),
    /// Without end.
    Infinite,
}

impl Days {
    /// Whether this is more than `limit` days.
    pub fn over(self, limit: f64) -> bool {
        match self {
            Days::Number(days) => days > limit,
            Days::Infinite => true,
        }
    }

    /// The shorter of the two, as when an idle cap is put on a policy.
    #[must_use]
    pub fn at_most(self, cap: Days) -> Days {
        if self > cap { cap } else { self }
    }
}

impl PartialOrd for Days {
    fn partial_cmp(&self, other: &Days) -> Option<Ordering> {
        match (self, other) {
            (Days::Number(left), Days::Number(right)) => left.partial_cmp(right),
            (Days::Number(_), Days::Infinite) => Some(Ordering::Less),
            (Days::Infinite, Days::Number(_)) => Some(Ordering::Greater),
            (Days::Infinite, Days::Infinite) => Some(Ordering::Equal),
        }
    }
}

impl fmt::Display for Days {
    /// `365`, `0.5`, `0.04` (at most two decimals) or `infinite`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Days::Infinite => formatter.write_str("infinite"),
            Days::Number(days) => {
                let text = format!("{days:.2}");
                formatter.write_str(text.trim_end_matches('0').trim_end_matches('.'))
            }
        }
    }
}

/// What ends a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshMode {
    /// A fixed time after it was issued.
    Lifetime,
    /// A time without use.
    Inactivity,
    /// Only its revocation.
    Infinite,
    /// It ends at once.
    Zero,
}

impl RefreshMode {
    /// The lower-case name that rules compare with.
    pub fn name(self) -> &'static str {
        match self {
            RefreshMode::Lifetime => "lifetime",
            RefreshMode::Inactivity => "inactivity",
            RefreshMode::Infinite => "infinite",
            RefreshMode::Zero => "zero",
        }
    }
}

/// A refresh token policy, whichever metadata type states it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RefreshPolicy {
    /// What ends a token.
    pub mode: RefreshMode,
    /// Hours are divided by 24, a month is 30 days, zero is 0.
    pub days: Days,
}

impl RefreshPolicy {
    /// Reads `ConnectedApp.oauthPolicy.refreshTokenPolicy`: `infinite`, `zero`,
    /// `specific_lifetime:N:UNIT` or `specific_inactivity:N:UNIT` with the units
    /// `HOURS`, `DAYS` and `MONTHS` (Metadata API). Case and blanks do not count.
    pub fn parse_connected_app(written: &str) -> Option<RefreshPolicy> {
        let mut parts = written.split(':');
        let mode = mode(parts.next()?)?;
        let period = parts.next();
        let unit = parts.next();
        if parts.next().is_some() {
            return None;
        }
        match mode {
            // `infinite:…` is no value the platform knows.
            RefreshMode::Infinite | RefreshMode::Zero if period.is_some() => None,
            _ => policy(mode, period, unit),
        }
    }

    /// Reads `refreshTokenPolicyType`, `refreshTokenValidityPeriod` and
    /// `refreshTokenValidityUnit` of `ExtlClntAppOauthConfigurablePolicies`.
    /// The last two count only for `SpecificLifetime` and `SpecificInactivity`.
    pub fn parse_external_client_app(
        policy_type: &str,
        period: Option<&str>,
        unit: Option<&str>,
    ) -> Option<RefreshPolicy> {
        policy(mode(policy_type)?, period, unit)
    }
}

fn policy(mode: RefreshMode, period: Option<&str>, unit: Option<&str>) -> Option<RefreshPolicy> {
    let days = match mode {
        RefreshMode::Infinite => Days::Infinite,
        RefreshMode::Zero => Days::Number(0.0),
        RefreshMode::Lifetime | RefreshMode::Inactivity => Days::Number(days(period?, unit?)?),
    };
    Some(RefreshPolicy { mode, days })
}

/// Both metadata types spell the same four words, with and without `_`.
fn mode(written: &str) -> Option<RefreshMode> {
    let plain: String = written
        .chars()
        .filter(|character| *character != '_' && !character.is_whitespace())
        .map(|character| character.to_ascii_lowercase())
        .collect();
    match plain.as_str() {
        "infinite" => Some(RefreshMode::Infinite),
        "zero" => Some(RefreshMode::Zero),
        "specificlifetime" => Some(RefreshMode::Lifetime),
        "specificinactivity" => Some(RefreshMode::Inactivity),
        _ => None,
    }
}

fn days(period: &str, unit: &str) -> Option<f64> {
    let period = f64::from(period.trim().parse::<u32>().ok()?);
    match unit.trim().to_ascii_lowercase().as_str() {
        "hours" => Some(period / 24.0),
        "days" => Some(period),
        "months" => Some(period * 30.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connected_app(written: &str) -> Option<(RefreshMode, String)> {
        RefreshPolicy::parse_connected_app(written)
            .map(|policy| (policy.mode, policy.days.to_string()))
    }

    #[test]
    fn connected_app_policies() {
        use RefreshMode::{Inactivity, Infinite, Lifetime, Zero};
        for (written, mode, days) in [
            ("infinite", Infinite, "infinite"),
            (" INFINITE\n", Infinite, "infinite"),
            ("zero", Zero, "0"),
            ("specific_lifetime:12:HOURS", Lifetime, "0.5"),
            ("specific_lifetime:1:hours", Lifetime, "0.04"),
            ("Specific_Lifetime : 90 : Days", Lifetime, "90"),
            ("specific_inactivity:3:MONTHS", Inactivity, "90"),
            ("specific_lifetime:0:DAYS", Lifetime, "0"),
            ("specific_lifetime:4294967295:MONTHS", Lifetime, "128849018850"),
        ] {
            assert_eq!(connected_app(written), Some((mode, days.to_string())), "{written}");
        }
    }

    #[test]
    fn unknown_text_is_none() {
        for written in [
            "",
            "SPECIFIC_LIFETIME",
            "specific_lifetime:30",
            "specific_lifetime::DAYS",
            "specific_lifetime:-1:DAYS",
            "specific_lifetime:1.5:DAYS",
            "specific_lifetime:30:WEEKS",
            "specific_lifetime:30:DAYS:1",
            "specific_lifetime:99999999999:DAYS",
            "infinite:1:DAYS",
            "forever",
            "{{REFRESH_TOKEN_POLICY}}",
        ] {
            assert_eq!(connected_app(written), None, "{written}");
        }
    }

    #[test]
    fn external_client_app_policies() {
        let parse = RefreshPolicy::parse_external_client_app;
        let lifetime = parse("SpecificLifetime", Some("365"), Some("Days")).unwrap();
        assert_eq!(lifetime.mode, RefreshMode::Lifetime);
        assert_eq!(lifetime.days, Days::Number(365.0));
        let idle = parse("specificinactivity", Some(" 48 "), Some("HOURS")).unwrap();
        assert_eq!((idle.mode.name(), idle.days), ("inactivity", Days::Number(2.0)));
        let infinite = parse("Infinite", Some("30"), Some("Days")).unwrap();
        assert_eq!(infinite.days, Days::Infinite);
        assert_eq!(parse("Zero", None, None).unwrap().days, Days::Number(0.0));
        assert_eq!(parse("SpecificLifetime", None, Some("Days")), None);
        assert_eq!(parse("SpecificLifetime", Some("30"), None), None);
    }

    #[test]
    fn infinite_is_over_any_number() {
        assert!(Days::Infinite > Days::Number(f64::MAX));
        assert!(Days::Infinite.over(f64::INFINITY));
        assert!(Days::Number(91.0).over(90.0));
        assert!(!Days::Number(90.0).over(90.0));
        assert_eq!(Days::Infinite.at_most(Days::Number(30.0)), Days::Number(30.0));
        assert_eq!(Days::Number(7.0).at_most(Days::Number(30.0)), Days::Number(7.0));
    }
}
