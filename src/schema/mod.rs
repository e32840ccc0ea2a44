//! The schema of Salesforce metadata: every type the Metadata API knows, its elements and
//! their types.
//!
//! Rules on raw kinds are checked against it. It is derived by `scripts/metadata_schema.py`
//! from a published package ([`provenance`]); `supplement.txt` adds what files have and the
//! package lacks. Everything is looked up in the embedded text when asked for.

mod metadata_type;
mod path;
mod suggest;
mod table;

pub use metadata_type::{Element, ElementType, Enumeration, MetadataType, root, roots};
pub use path::{UnknownElement, resolve};
pub use suggest::{did_you_mean, near_miss};
pub use table::{Provenance, is_newer, provenance};
