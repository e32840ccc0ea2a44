//! Output formats: one small file each, pure functions of the report.

pub mod concise;
pub mod config;
pub mod contract;
pub mod exceptions;
pub mod excerpt;
pub mod human;
pub mod json;
pub mod markdown;
pub mod overview;
pub mod register;
pub mod rule_page;
pub mod safe;
pub mod summary;
pub mod toml;
