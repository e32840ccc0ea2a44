//! Calendar days in UTC.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day of the proleptic Gregorian calendar in UTC, from 0000-01-01 to
/// 9999-12-31. Shown as `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i32,
}

const SECONDS_A_DAY: i64 = 86_400;
/// 0000-01-01 and 9999-12-31, in days since 1970-01-01.
const FIRST: i32 = -719_528;
const LAST: i32 = 2_932_896;

impl Date {
    /// The day with this year (0 to 9999), month (1 to 12) and day of the month.
    /// `None` if there is no such day.
    pub fn from_civil(year: i32, month: u32, day: u32) -> Option<Date> {
        let known = (0..=9999).contains(&year) && (1..=12).contains(&month);
        if !known || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        // Years are counted from March, so that the leap day is the last day.
        let march_year = if month <= 2 { year - 1 } else { year };
        let era = march_year.div_euclid(400);
        let year_of_era = march_year.rem_euclid(400);
        let march_month = (month as i32 + 9) % 12;
        let day_of_year = (153 * march_month + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Date { days: era * 146_097 + day_of_era - 719_468 })
    }

    /// The day that is this many days after 1970-01-01; `None` outside the
    /// years 0 to 9999.
    pub fn from_days_since_epoch(days: i64) -> Option<Date> {
        let days = i32::try_from(days).ok()?;
        (FIRST..=LAST).contains(&days).then_some(Date { days })
    }

    /// Reads `YYYY-MM-DD` or an ISO 8601 (XML Schema `dateTime`) date and time.
    /// A time with an offset is moved to UTC, a time without one is UTC
    /// already. Blanks around it are dropped.
    pub fn parse(written: &str) -> Option<Date> {
        let bytes = written.trim().as_bytes();
        let (date, rest) = bytes.split_at_checked(10)?;
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else {
            return None;
        };
        let year = digits(&[y1, y2, y3, y4])?;
        let day = Date::from_civil(year as i32, digits(&[m1, m2])?, digits(&[d1, d2])?)?;
        match rest.split_first() {
            None | Some((b'Z' | b'z', [])) => Some(day),
            Some((b'T' | b't' | b' ', time)) => {
                let seconds = seconds_in_utc(time)?;
                Date::from_days_since_epoch(
                    day.days_since_epoch() + seconds.div_euclid(SECONDS_A_DAY),
                )
            }
            Some(_) => None,
        }
    }

    /// The current day by the system clock, in UTC. A clock before 1970 counts
    /// as 1970-01-01.
    pub fn today() -> Date {
        let seconds =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let days = i32::try_from(seconds / SECONDS_A_DAY.unsigned_abs()).unwrap_or(LAST);
        Date { days: days.min(LAST) }
    }

    /// Days since 1970-01-01, negative before it.
    pub fn days_since_epoch(self) -> i64 {
        i64::from(self.days)
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn civil(self) -> (i32, u32, u32) {
        let shifted = self.days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month.unsigned_abs(), day.unsigned_abs())
    }
}

/// Days from `from` to `to`, negative if `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    to.days_since_epoch() - from.days_since_epoch()
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Seconds after midnight UTC of `hh:mm[:ss[.fraction]][Z|±hh:mm|±hhmm|±hh]`;
/// negative or beyond one day when the offset crosses midnight.
fn seconds_in_utc(time: &[u8]) -> Option<i64> {
    let (clock, offset) = match time.iter().position(|byte| b"Zz+-".contains(byte)) {
        Some(at) => time.split_at_checked(at)?,
        None => (time, &b"Z"[..]),
    };
    let mut parts = clock.split(|&byte| byte == b':');
    let hours = two_digits(parts.next()?)?;
    let minutes = two_digits(parts.next()?)?;
    let seconds = match parts.next() {
        Some(part) => {
            let mut halves = part.splitn(2, |&byte| byte == b'.');
            let whole = two_digits(halves.next()?)?;
            if let Some(fraction) = halves.next() {
                let numeric = !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit);
                numeric.then_some(())?;
            }
            whole
        }
        None => 0,
    };
    // 24:00:00 is the next midnight in XML Schema; :60 is a leap second.
    let midnight = hours == 24 && minutes == 0 && seconds == 0;
    if parts.next().is_some() || minutes > 59 || seconds > 60 || (hours > 23 && !midnight) {
        return None;
    }
    let local = i64::from(hours) * 3_600 + i64::from(minutes) * 60 + i64::from(seconds.min(59));
    Some(local - offset_seconds(offset)?)
}

fn offset_seconds(offset: &[u8]) -> Option<i64> {
    let (sign, rest) = match offset.split_first()? {
        (b'Z' | b'z', []) => return Some(0),
        (b'+', rest) => (1, rest),
        (b'-', rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match *rest {
        [h1, h2] => (digits(&[h1, h2])?, 0),
        [h1, h2, m1, m2] | [h1, h2, b':', m1, m2] => (digits(&[h1, h2])?, digits(&[m1, m2])?),
        _ => return None,
    };
    (hours <= 14 && minutes <= 59)
        .then(|| sign * (i64::from(hours) * 3_600 + i64::from(minutes) * 60))
}

fn two_digits(bytes: &[u8]) -> Option<u32> {
    (bytes.len() == 2).then(|| digits(bytes)).flatten()
}

/// The number of a few decimal digits.
fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0_u32, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn known_days() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2024-02-29", 19_782),
            ("2038-01-19", 24_855),
            ("0000-01-01", i64::from(FIRST)),
            ("9999-12-31", i64::from(LAST)),
        ] {
            assert_eq!(date(text).days_since_epoch(), days, "{text}");
            assert_eq!(date(text).to_string(), text);
        }
    }

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let mut expected = (1600, 1, 1);
        let first = Date::from_civil(1600, 1, 1).unwrap().days_since_epoch();
        for days in first..first + 800 * 366 {
            let day = Date::from_days_since_epoch(days).unwrap();
            assert_eq!(day.civil(), expected);
            assert_eq!(Date::from_civil(expected.0, expected.1, expected.2), Some(day));
            let (year, month, day) = expected;
            expected = if day < days_in_month(year, month) {
                (year, month, day + 1)
            } else if month < 12 {
                (year, month + 1, 1)
            } else {
                (year + 1, 1, 1)
            };
        }
    }

    #[test]
    fn leap_years() {
        assert!(Date::parse("2023-02-29").is_none());
        assert!(Date::parse("1900-02-29").is_none());
        assert!(Date::parse("2000-02-29").is_some());
        assert_eq!(days_between(date("2024-02-28"), date("2024-03-01")), 2);
        assert_eq!(days_between(date("2024-03-01"), date("2024-02-28")), -2);
    }

    #[test]
    fn date_times_are_moved_to_utc() {
        for (text, day) in [
            ("2026-01-01T00:00:00.000Z", "2026-01-01"),
            ("2026-01-01T00:30:00+02:00", "2025-12-31"),
            ("2026-01-01T23:30:00-0100", "2026-01-02"),
            ("2026-01-01T23:30:00-01", "2026-01-02"),
            ("2026-01-01 12:00", "2026-01-01"),
            ("2026-01-01T24:00:00Z", "2026-01-02"),
            ("2026-06-30T23:59:60Z", "2026-06-30"),
            (" 2026-01-01Z\n", "2026-01-01"),
        ] {
            assert_eq!(date(text).to_string(), day, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "2026",
            "2026-1-1",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2026-01-32",
            "2026-01-01x",
            "2026-01-01T",
            "2026-01-01T25:00",
            "2026-01-01T12:00:00.",
            "2026-01-01T12:00:00+99:00",
            "2026-01-01T12:00:00:00",
            "01.02.2026",
            "20 6-01-01",
            "+026-01-01",
            "９999-01-01",
            "9999-12-31T23:00:00-05:00",
        ] {
            assert_eq!(Date::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn today_is_after_this_was_written() {
        assert!(Date::today() > date("2025-01-01"));
    }
}
