//! What the files of a project mean together: records whose leaves know where they were written.

pub mod apex_class;
pub mod builder;
pub mod by_name;
pub mod certificate;
pub mod config_problem;
pub mod endpoint;
pub mod field;
pub mod integration;
pub mod ip_allow_list;
pub mod key_file;
pub mod node;
pub mod oauth_app;
pub mod origin;
pub mod plain;
pub mod principal;
pub mod raw;
pub mod read;
pub mod record;
pub mod repository;
pub mod resolve;
pub mod secrets;
pub mod unit;
pub mod vocabulary;
pub mod wanted;
