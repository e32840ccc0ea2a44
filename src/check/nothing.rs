//! The report of a run that has nothing to look at: whoever asked for one finds it all the same.

use std::path::Path;

use super::{CheckRequest, Checked, Sources};
use crate::settle::report::{Report, Summary};

/// What is said of no files at all, seen from a folder.
pub fn nothing(request: &CheckRequest, sources: Sources<'_>, root: &Path) -> Checked {
    let summary = Summary {
        revision: sources.revision.map(str::to_owned),
        policy_from: sources.policy.map(|policy| policy.name.to_owned()),
        ..Summary::default()
    };
    Checked {
        report: Report {
            root: root.to_owned(),
            projects: Vec::new(),
            partial: true,
            today: request.today,
            findings: Vec::new(),
            rules: Vec::new(),
            register: Vec::new(),
            summary,
        },
        files: Vec::new(),
        remarks: Vec::new(),
        baselines: Vec::new(),
        named: Vec::new(),
        whole: Vec::new(),
    }
}
