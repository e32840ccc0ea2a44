//! What git knows about the files of a run: which are tracked, and which the repository's own ignore files keep out.

pub mod ignoring;
pub mod pattern;
