//! What git knows about the files of a run: which are tracked, and which the repository's own ignore files keep out.

mod command;
pub mod ignoring;
mod in_memory;
mod index;
mod on_disk;
pub mod pattern;
mod work_tree;

pub use in_memory::InMemory;
pub use on_disk::OnDisk;
