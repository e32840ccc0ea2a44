//! Turns the command line into projects and files, each with its kind chosen by name before it is opened.
//!
//! Path logic ([`path`], [`kind`], [`name`]) is pure and never touches the file system;
//! [`discover`](discover::discover) walks the file system and hands out [`Project`]s.

pub mod buffers;
pub mod copy;
pub mod discover;
pub mod file_class;
pub mod file_tree;
pub mod forceignore;
pub mod git;
mod group;
mod held_back;
mod inputs;
pub mod kind;
mod links;
mod markers;
pub mod name;
pub mod overlay;
pub mod path;
pub mod project_kind;
pub mod sfdx_project;
mod static_resources;
pub mod store;
mod surroundings;
pub mod types;
pub mod version_control;
mod walk;

#[cfg(test)]
mod tests;

pub use discover::{
    Discovery, Marker, Note, Project, ProjectFile, Request, SkipReason, Skipped, discover,
};
pub use file_class::{FileClass, file_class};
pub use inputs::DiscoverError;
pub use kind::{FileKind, Role, SizeClass, kind_of};
pub use name::component_name;
pub use project_kind::{ProjectKind, detect_kind};
