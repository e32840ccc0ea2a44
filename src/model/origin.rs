//! What the project says about itself, as far as components depend on it.

/// The project that a component belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// It is a package that others install.
    pub package: bool,
    /// The namespace of its own packages.
    pub namespace: Option<&'a str>,
    /// Its API version is later than that of the built-in schema, which may lack what is new.
    pub newer: bool,
}

impl Origin<'_> {
    /// Whether a namespace is another one than the project's own: the component came with a package
    /// and cannot be changed here.
    pub fn is_foreign(self, namespace: Option<&str>) -> bool {
        match (namespace, self.namespace) {
            (Some(theirs), Some(own)) => !theirs.eq_ignore_ascii_case(own),
            (Some(_), None) => true,
            (None, _) => false,
        }
    }
}
