//! What git knows about the files of a run: which are tracked, and which the repository's own ignore files keep out.

mod ahead;
mod command;
mod git_tree;
pub mod ignoring;
mod in_memory;
mod index;
mod listing;
mod log;
mod objects;
mod on_disk;
mod path_bytes;
pub mod pattern;
mod repository;
mod work_tree;

pub use ahead::ReadAhead;
pub use git_tree::GitTree;
pub use in_memory::InMemory;
pub use log::{Commits, Logged, Version};
pub use objects::{Content, Objects};
pub use on_disk::OnDisk;
pub use repository::{Commit, GitRepository, RevisionError};
