//! Output formats: one small file each, pure functions of the report.

mod annotations;
pub mod azure;
pub mod bitbucket;
pub mod checkstyle;
pub mod concise;
pub mod config;
pub mod contract;
pub mod diff;
pub mod exceptions;
pub mod excerpt;
pub mod github;
pub mod gitlab_code_quality;
pub mod gitlab_sast;
pub mod human;
pub mod json;
pub mod junit;
mod listing;
pub mod markdown;
pub mod overview;
pub mod rdjson;
pub mod register;
pub mod rule_page;
pub mod safe;
pub mod sarif;
pub mod summary;
pub mod toml;
mod xml;
