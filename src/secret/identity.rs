//! How two values are told apart in fingerprints without telling either.

use super::Secret;

impl Secret {
    /// What stands for the value in a fingerprint, as lower-case hexadecimal: 8 bytes when its shape shows that a machine made it
    /// from at least 96 random bits, 2 for everything that a person may have chosen.
    pub fn fingerprint(&self) -> String {
        match machine_made(self.value.trim()) {
            Some(kind) => self.identity(kind, true),
            None => self.identity("value", false),
        }
    }
}

/// Bits that a value must show before its identity may be long: more than the 96 that are needed, as the measure is rough.
const ENOUGH_BITS: f64 = 160.0;

/// The kind of a value that only a machine makes. The shape alone is not believed: what follows the mark must also be mixed
/// as random text is, for somebody may have typed the mark before a word.
fn machine_made(value: &str) -> Option<&'static str> {
    let (kind, random) = if let Some(login) = value.strip_prefix("force://") {
        ("auth-url", login.split('@').next()?.rsplit(':').next()?)
    } else if let Some(random) = value.strip_prefix("5Aep861") {
        ("refresh-token", random)
    } else if value.starts_with("00D") {
        let (id, random) = value.split_once('!')?;
        let is_id =
            matches!(id.len(), 15 | 18) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        ("access-token", if is_id { random } else { return None })
    } else if value.len() == 64
        && value.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
    {
        ("consumer-secret", value)
    } else if value.len() >= 100 && value.starts_with('M') && value.bytes().all(is_base64) {
        // DER begins with a sequence: the body of a key in armour.
        ("private-key", value)
    } else {
        return None;
    };
    (bits(random) >= ENOUGH_BITS && is_mixed(random)).then_some(kind)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)
}

/// Shannon entropy of the text by its own characters, times its length.
fn bits(text: &str) -> f64 {
    super::placeholder::entropy(text) * text.chars().count() as f64
}

/// Random text changes between letters and digits, or between their cases, all the time; words do not. Pairs of neighbours
/// are counted that a word would not have.
fn is_mixed(text: &str) -> bool {
    let class = |byte: u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let bytes = text.as_bytes();
    let changes =
        bytes.windows(2).filter(|pair| matches!(pair, [a, b] if class(*a) != class(*b))).count();
    let mut pairs: Vec<&[u8]> = bytes.windows(2).collect();
    let all = pairs.len();
    pairs.sort_unstable();
    pairs.dedup();
    // Hexadecimal changes in about half of its places, base64 in about two thirds.
    changes * 10 >= all * 3 && pairs.len() * 2 >= all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made here, so that no file holds anything that looks like a credential.
    fn random(length: usize, letters: &[u8]) -> String {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        (0..length)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                char::from(letters[(state >> 33) as usize % letters.len()])
            })
            .collect()
    }

    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    fn length(value: &str) -> usize {
        Secret::new(value.to_owned()).fingerprint().len()
    }

    #[test]
    fn machine_made_values_are_told_apart_by_eight_bytes() {
        let id = ["00", "D5g0000012abc"].concat();
        for value in [
            format!("{id}!{}", random(92, LETTERS)),
            ["5Aep", "861", &random(80, LETTERS)].concat(),
            ["force", "://Platform::", "5Aep", "861", &random(80, LETTERS), "@a.my.salesforce.com"]
                .concat(),
            random(64, b"0123456789ABCDEF"),
            ["MIIE", &random(300, LETTERS)].concat(),
        ] {
            assert_eq!(length(&value), 16, "{value}");
            assert_ne!(
                Secret::new(value.clone()).fingerprint(),
                Secret::new(format!("{value}x")).fingerprint()
            );
        }
    }

    #[test]
    fn what_a_person_may_have_chosen_is_told_apart_by_two() {
        let id = ["00", "D5g0000012abc"].concat();
        for value in [
            "hunter2".to_owned(),
            random(40, LETTERS),
            format!("{id}!Summer2024"),
            format!("{id}!{}", "a".repeat(90)),
            format!("{id}!{}", "correcthorsebatterystaple".repeat(4)),
            ["5Aep", "861", &"password1".repeat(9)].concat(),
            ["force", "://a:b:", "hunter2", "@host"].concat(),
            "ABCDEF01".repeat(8),
            "M".repeat(200),
            format!("M{}", "correcthorsebatterystaple".repeat(8)),
        ] {
            assert_eq!(length(&value), 4, "{value}");
        }
    }
}
