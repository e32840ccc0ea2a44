//! "Did you mean": the name closest to one that does not exist.

/// Longer words are compared for case only: the names of the API end well below this,
/// and the work grows with the square of the length.
const LONGEST: usize = 100;

/// The candidate that was probably meant.
///
/// One that differs in case only comes first. Else the closest one, case aside, if at most a
/// third of the written characters has to be inserted, removed, replaced or exchanged with
/// its neighbour; the earliest of equally close ones.
pub fn did_you_mean<'a>(
    written: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let written = fold(written);
    let limit = written.len() / 3;
    closest(&written, candidates, limit)
}

/// The candidate of which this is a misspelling, where only a near one counts: case aside at most
/// two characters differ, in short names fewer; or its words are the same but for one that is too many or missing
/// (`isClientCredentialFlowEnabled` for `isClientCredentialEnabled`).
pub fn near_miss<'a>(
    written: &str,
    candidates: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let folded = fold(written);
    let limit = match folded.len() {
        0..=4 => 0,
        5..=7 => 1,
        _ => 2,
    };
    closest(&folded, candidates.clone(), limit).or_else(|| {
        if written.len() > LONGEST {
            return None;
        }
        let words = sorted_words(written);
        let mut candidates = candidates;
        candidates.find(|candidate| differ_by_one(&words, &sorted_words(candidate)))
    })
}

/// The words of a name in camel case, sorted.
fn sorted_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = crate::value::name::words(name).collect();
    words.sort_unstable();
    words
}

/// Whether one list has exactly one word more than the other; names of one or two words are too short to tell.
fn differ_by_one(one: &[String], other: &[String]) -> bool {
    let (shorter, longer) = if one.len() < other.len() { (one, other) } else { (other, one) };
    if shorter.len() < 3 || longer.len() != shorter.len() + 1 {
        return false;
    }
    let same = shorter.iter().zip(longer).take_while(|(a, b)| a == b).count();
    let (rest, with_one_more) = (shorter.get(same..), longer.get(same + 1..));
    rest == with_one_more
}

fn closest<'a>(
    written: &[char],
    candidates: impl Iterator<Item = &'a str>,
    mut limit: usize,
) -> Option<&'a str> {
    let mut closest = None;
    for candidate in candidates {
        let folded = fold(candidate);
        if folded == written {
            return Some(candidate);
        }
        if limit == 0 || written.len() > LONGEST || folded.len().abs_diff(written.len()) > limit {
            continue;
        }
        let distance = distance(written, &folded);
        if distance <= limit {
            closest = Some(candidate);
            // Only a closer one may replace it.
            limit = distance - 1;
        }
    }
    closest
}

fn fold(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).collect()
}

/// Damerau-Levenshtein distance in which no part is edited twice ("optimal string alignment").
fn distance(left: &[char], right: &[char]) -> usize {
    let width = right.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    for (row, &a) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(width);
        current.push(row + 1);
        for (column, &b) in right.iter().enumerate() {
            let replaced = last[column] + usize::from(a != b);
            let mut least = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && a == right[column - 1] && left[row - 1] == b {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        before = last;
        last = current;
    }
    last[width - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant<'a>(written: &str, candidates: &[&'a str]) -> Option<&'a str> {
        did_you_mean(written, candidates.iter().copied())
    }

    fn between(left: &str, right: &str) -> usize {
        distance(&fold(left), &fold(right))
    }

    #[test]
    fn distances_are_those_of_the_definition() {
        assert_eq!(between("", ""), 0);
        assert_eq!(between("", "abc"), 3);
        assert_eq!(between("abc", ""), 3);
        assert_eq!(between("kitten", "sitting"), 3);
        assert_eq!(between("scopes", "scoeps"), 1);
        assert_eq!(between("ab", "ba"), 1);
        // No part is edited twice: the unrestricted distance would be 2.
        assert_eq!(between("ca", "abc"), 3);
        assert_eq!(between("größe", "grösse"), 2);
    }

    #[test]
    fn case_comes_before_closeness() {
        assert_eq!(meant("oauthconfig", &["oauthConfi", "oauthConfig"]), Some("oauthConfig"));
        assert_eq!(meant("ID", &["io", "id"]), Some("id"));
    }

    #[test]
    fn the_closest_and_earliest_is_meant() {
        assert_eq!(
            meant("isPkceRequird", &["isPkceOptional", "isPkceRequired"]),
            Some("isPkceRequired")
        );
        assert_eq!(
            meant("callbackUrls", &["label", "callbackUrl", "callbackUris"]),
            Some("callbackUrl")
        );
        assert_eq!(meant("lable", &["label", "table"]), Some("label"));
        assert_eq!(meant("abcdef", &["abcdeg", "abcdex"]), Some("abcdeg"));
    }

    #[test]
    fn far_words_are_not_meant() {
        assert_eq!(meant("profile", &["label", "scopes", "oauthConfig"]), None);
        assert_eq!(meant("ab", &["ac"]), None);
        assert_eq!(meant("abcdef", &["abcxyz"]), None);
        assert_eq!(meant("", &["a", "label"]), None);
        assert_eq!(meant("label", &[]), None);
    }

    #[test]
    fn a_near_miss_is_near() {
        let near = |written: &str, candidates: &[&'static str]| {
            near_miss(written, candidates.iter().copied())
        };
        let flow = "isClientCredentialEnabled";
        for written in [
            "isClientCredentialFlowEnabled",
            "isClientCredentialsEnabled",
            "isclientcredentialenabled",
        ] {
            assert_eq!(near(written, &["isCodeCredentialEnabled", flow]), Some(flow), "{written}");
        }
        assert_eq!(near("clientCredentialIsEnabled", &[flow]), None);
        assert_eq!(near("allowGuestPaymentsApi", &["allowGuestSupportApi"]), None);
        assert_eq!(near("name", &["nam", "same"]), None);
        assert_eq!(near("enableSso", &["enable"]), None);
        assert_eq!(near("", &["label"]), None);
        let long = "a".repeat(1_000_000);
        assert_eq!(near(&long, &["isPkceRequired"]), None);
    }

    #[test]
    fn overlong_words_cost_nothing() {
        let long = "a".repeat(1_000_000);
        let other = "a".repeat(999_999);
        assert_eq!(meant(&long, &[&other, "a"]), None);
        assert_eq!(meant(&long, &[&long.to_uppercase()]), Some(long.to_uppercase().as_str()));
    }
}
