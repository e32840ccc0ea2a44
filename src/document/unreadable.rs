//! Why a file could not be read.

use super::span::Span;

/// A file, or a place in it, that could not be read.
///
/// `detail` never quotes values from the file, only names of elements, because a value may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", .cause.sentence())]
pub struct Unreadable {
    /// The kind of problem.
    pub cause: Cause,
    /// Where it is, in the decoded text; in the stored bytes when the text could not be decoded. Empty at the start of the
    /// file when the problem is the file as a whole.
    pub span: Span,
    /// What exactly is wrong, as a sentence without full stop.
    pub detail: String,
}

impl Unreadable {
    /// An unreadable place.
    #[must_use]
    pub fn new(cause: Cause, span: Span, detail: impl Into<String>) -> Unreadable {
        Unreadable { cause, span, detail: detail.into() }
    }
}

macro_rules! causes {
    ($($(#[$documentation:meta])* $variant:ident, $code:literal, $sentence:literal;)+) => {
        /// The kinds of reasons for which a file is not read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Cause {
            $($(#[$documentation])* $variant,)+
        }

        /// The stable names of all causes, in the order of declaration.
        pub const CAUSE_CODES: &[&str] = &[$($code,)+];

        impl Cause {
            /// Every cause, in the order of declaration.
            pub const ALL: &[Cause] = &[$(Cause::$variant,)+];

            /// The stable name in output and configuration, in kebab case.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Cause::$variant => $code,)+
                }
            }

            /// What is wrong and the way out of it, without full stop.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Cause::$variant => $sentence,)+
                }
            }
        }
    };
}

causes! {
    /// Not well-formed by XML 1.0.
    Malformed, "malformed", "not well-formed XML: correct it, or retrieve the component again";
    /// Lines left behind by a merge.
    ConflictMarkers, "conflict-markers", "an unresolved merge, both sides are still in the file: keep one and remove the markers";
    /// A document type declaration; entities are never expanded or fetched.
    DocumentType, "document-type", "a document type declaration (DTD), which metadata never needs: remove it";
    /// Not UTF-8 or UTF-16, or not what it declares.
    Encoding, "encoding", "an encoding other than UTF-8 or UTF-16: save the file as UTF-8";
    /// Elements nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep, "too-deep", "elements nested too deeply for metadata: correct the file, or exclude it";
    /// Above one of the other [`LIMITS`](super::LIMITS).
    TooLarge, "too-large", "above a limit on the size of a file: split the file, or exclude it";
    /// More than one root element.
    SeveralRoots, "several-roots", "more than one root element: keep one component in a file";
    /// A root element that does not fit the kind the name of the file tells.
    UnexpectedRoot, "unexpected-root", "a root element that does not fit the file name: rename the file, or correct the element";
    /// A symbolic link that leads out of the root of the run; never followed.
    LeavesRoot, "leaves-root", "a symbolic link that leaves the project: replace it by the file itself";
    /// `(hidden)`, what a retrieve writes for the content of managed packages.
    Hidden, "hidden", "the hidden content of a managed package: nothing to correct here";
    /// Nothing but white space.
    Empty, "empty", "an empty file: delete it, or retrieve the component again";
    /// The operating system refused.
    Io, "io", "the file cannot be opened or read: check that it exists and that you may read it";
    /// Holds NUL characters.
    Binary, "binary", "binary content where text is expected: replace it by text, or exclude it";
    /// A device, pipe, socket or folder.
    NotRegular, "not-regular", "not a regular file: replace it by one, or exclude it";
    /// A ZIP archive.
    Archive, "archive", "a ZIP archive: unpack it";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_distinct_and_in_kebab_case() {
        let codes: BTreeSet<&str> = Cause::ALL.iter().map(|cause| cause.code()).collect();
        assert_eq!(codes.len(), Cause::ALL.len());
        assert!(codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
    }

    #[test]
    fn every_sentence_names_a_way_out() {
        assert!(Cause::ALL.iter().all(|cause| cause.sentence().contains(": ")));
    }

    #[test]
    fn shown_with_cause_and_detail() {
        let problem = Unreadable::new(Cause::Archive, Span::default(), "it begins like one");
        assert_eq!(problem.to_string(), "a ZIP archive: unpack it: it begins like one");
    }
}
