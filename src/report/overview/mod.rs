//! The overview, one small file a format; [`page`] has the words that the formats for people share.

mod html;
mod json;
mod markdown;
pub mod page;
mod text;

pub use html::write as write_html;
pub use json::{VERSION, write as write_json};
pub use markdown::write as write_markdown;
pub use text::write as write_text;

use crate::settle::report::Location;

/// `path:line`.
fn place(location: &Location) -> String {
    format!("{}:{}", location.path, location.region.start.line)
}
