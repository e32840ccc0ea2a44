//! What is compared, as it is written on the command line.

use std::fmt;

/// Two states of a repository, as git writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevisionRange {
    /// `BASE`: from a commit to the work tree.
    ToWorkTree(String),
    /// `BASE..HEAD`: from one commit to the other.
    Between(String, String),
    /// `BASE...HEAD`: from where the two parted to the second, which is what a pull request shows.
    SinceParting(String, String),
}

/// Why a text is no range of revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// There is nothing, or nothing in front of the dots.
    #[error("it begins with a revision: main..HEAD, main...HEAD, or main for the work tree")]
    NoBase,
    /// git would take it for an option.
    #[error("a revision does not begin with a hyphen")]
    Option,
    /// git allows no name with these, so it is a slip.
    #[error("a revision holds no blanks, control characters, and none of ? * [ \\ :")]
    Character,
    /// More than one range.
    #[error("there is one range, of two revisions: main..HEAD")]
    Twice,
}

/// The revision that is meant where nothing is written behind the dots.
const HEAD: &str = "HEAD";

impl RevisionRange {
    /// Reads a range. Whether there are such commits is not known here.
    ///
    /// # Errors
    /// When it cannot be one.
    pub fn parse(text: &str) -> Result<RevisionRange, RangeError> {
        let (base, head) = match text.split_once("..") {
            Some((base, head)) => (base, Some(head)),
            None => (text, None),
        };
        let since_parting = head.and_then(|head| head.strip_prefix('.'));
        let base = revision(base)?;
        let end = |head: &str| if head.is_empty() { Ok(HEAD.to_owned()) } else { revision(head) };
        match (head, since_parting) {
            (None, _) => Ok(RevisionRange::ToWorkTree(base)),
            (Some(head), None) => Ok(RevisionRange::Between(base, end(head)?)),
            (_, Some(head)) => Ok(RevisionRange::SinceParting(base, end(head)?)),
        }
    }
}

/// Checks what would make git read something else than a revision (`git help check-ref-format`).
fn revision(text: &str) -> Result<String, RangeError> {
    if text.is_empty() {
        return Err(RangeError::NoBase);
    }
    if text.starts_with('-') {
        return Err(RangeError::Option);
    }
    if text.starts_with('.') || text.contains("..") {
        return Err(RangeError::Twice);
    }
    let wrong = |character: char| {
        character.is_control() || character.is_whitespace() || "?*[\\:".contains(character)
    };
    if text.contains(wrong) { Err(RangeError::Character) } else { Ok(text.to_owned()) }
}

impl fmt::Display for RevisionRange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RevisionRange::ToWorkTree(base) => out.write_str(base),
            RevisionRange::Between(base, head) => write!(out, "{base}..{head}"),
            RevisionRange::SinceParting(base, head) => write!(out, "{base}...{head}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_told_apart_and_written_back() {
        let text = |one: &str| one.to_owned();
        for (written, range) in [
            ("main", RevisionRange::ToWorkTree(text("main"))),
            ("HEAD~2", RevisionRange::ToWorkTree(text("HEAD~2"))),
            ("main..HEAD", RevisionRange::Between(text("main"), text("HEAD"))),
            ("v1.2..v1.3", RevisionRange::Between(text("v1.2"), text("v1.3"))),
            (
                "origin/main...feature/x",
                RevisionRange::SinceParting(text("origin/main"), text("feature/x")),
            ),
            ("HEAD@{1}..HEAD^", RevisionRange::Between(text("HEAD@{1}"), text("HEAD^"))),
        ] {
            assert_eq!(RevisionRange::parse(written), Ok(range.clone()), "{written}");
            assert_eq!(range.to_string(), written);
        }
    }

    #[test]
    fn nothing_behind_the_dots_is_head() {
        let between = RevisionRange::Between("main".to_owned(), "HEAD".to_owned());
        assert_eq!(RevisionRange::parse("main.."), Ok(between));
        let parting = RevisionRange::SinceParting("main".to_owned(), "HEAD".to_owned());
        assert_eq!(RevisionRange::parse("main..."), Ok(parting));
    }

    #[test]
    fn what_git_would_read_otherwise_is_refused() {
        for (written, error) in [
            ("", RangeError::NoBase),
            ("..HEAD", RangeError::NoBase),
            ("--output=x", RangeError::Option),
            ("main..--exec=x", RangeError::Option),
            ("a b", RangeError::Character),
            ("main:path", RangeError::Character),
            ("main..\u{1b}[31m", RangeError::Character),
            ("a..b..c", RangeError::Twice),
            ("a....b", RangeError::Twice),
        ] {
            assert_eq!(RevisionRange::parse(written), Err(error), "{written}");
        }
    }
}
