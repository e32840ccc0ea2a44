//! Output formats: one small file each, pure functions of the report.

pub mod concise;
pub mod contract;
pub mod excerpt;
pub mod human;
pub mod json;
pub mod safe;
pub mod summary;
