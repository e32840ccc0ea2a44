//! Names of what is granted, each kept once for both sides: profiles of one org grant the same fields over and over.

use std::collections::HashMap;

/// A name, as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(u32);

/// The names of a comparison.
#[derive(Debug, Default)]
pub struct Names {
    ids: HashMap<Box<str>, NameId>,
    /// By number: the form in which the name is compared, and the one in which it was written first.
    texts: Vec<(Box<str>, Box<str>)>,
}

impl Names {
    /// The number of a name.
    pub fn id(&mut self, canonical: &str, written: &str) -> NameId {
        if let Some(known) = self.ids.get(canonical) {
            return *known;
        }
        let id = NameId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.ids.insert(canonical.into(), id);
        self.texts.push((canonical.into(), written.into()));
        id
    }

    /// The number of a name that was met before.
    pub fn known(&self, canonical: &str) -> Option<NameId> {
        self.ids.get(canonical).copied()
    }

    /// The form in which a name is compared.
    pub fn canonical(&self, id: NameId) -> &str {
        self.texts.get(id.0 as usize).map_or("", |(canonical, _)| canonical)
    }

    /// A name as it was written first.
    pub fn written(&self, id: NameId) -> &str {
        self.texts.get(id.0 as usize).map_or("", |(_, written)| written)
    }
}
