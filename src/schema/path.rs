//! Paths of elements, as rules write them: `oauthPolicy.ipRelaxation`.

use std::fmt;

use super::metadata_type::{Element, ElementType, MetadataType};

/// A segment of a path names no element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownElement {
    /// Index of the wrong segment; 0 for an empty path.
    pub at: usize,
    /// The type that has no such element; `None` if the segment before it has no children.
    pub parent: Option<MetadataType>,
    /// The elements that type has, in schema order; empty if it has no children.
    pub candidates: Vec<&'static str>,
}

impl fmt::Display for UnknownElement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parent {
            Some(parent) => write!(formatter, "{} has no such element", parent.name()),
            None => formatter.write_str("the element before this has no children"),
        }
    }
}

impl std::error::Error for UnknownElement {}

/// Resolves a path of element names from a type. Names are exact.
///
/// # Errors
///
/// [`UnknownElement`] for the first segment that names no element, and for an empty path.
pub fn resolve(root: MetadataType, path: &[&str]) -> Result<Element, UnknownElement> {
    let mut parent = Some(root);
    let mut found = None;
    for (at, name) in path.iter().enumerate() {
        let element =
            parent.and_then(|parent| parent.element(name)).ok_or_else(|| unknown(at, parent))?;
        parent = match element.ty {
            ElementType::Complex(inner) => Some(inner),
            _ => None,
        };
        found = Some(element);
    }
    found.ok_or_else(|| unknown(0, parent))
}

fn unknown(at: usize, parent: Option<MetadataType>) -> UnknownElement {
    UnknownElement {
        at,
        parent,
        candidates: parent.iter().flat_map(MetadataType::element_names).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{did_you_mean, root};
    use super::*;

    fn in_app(path: &str) -> Result<Element, UnknownElement> {
        let path: Vec<&str> = path.split('.').collect();
        resolve(root("ConnectedApp").unwrap(), &path)
    }

    #[test]
    fn paths_lead_to_elements() {
        assert_eq!(in_app("oauthPolicy.ipRelaxation").unwrap().name, "ipRelaxation");
        assert_eq!(in_app("label").unwrap().ty, ElementType::Text);
        assert!(matches!(in_app("oauthConfig").unwrap().ty, ElementType::Complex(_)));
    }

    #[test]
    fn a_wrong_segment_is_named_with_its_candidates() {
        let error = in_app("oauthConfig.isPkceRequird").unwrap_err();
        assert_eq!(error.at, 1);
        assert_eq!(error.to_string(), "ConnectedAppOauthConfig has no such element");
        let meant = did_you_mean("isPkceRequird", error.candidates.iter().copied());
        assert_eq!(meant, Some("isPkceRequired"));
        let error = in_app("oauthconfig.isPkceRequired").unwrap_err();
        assert_eq!((error.at, error.parent), (0, root("ConnectedApp")));
        assert!(error.candidates.contains(&"oauthConfig"));
    }

    #[test]
    fn leaves_have_no_children() {
        let error = in_app("oauthPolicy.ipRelaxation.value.more").unwrap_err();
        assert_eq!((error.at, error.parent), (2, None));
        assert!(error.candidates.is_empty());
        assert_eq!(in_app("oauthConfig.scopes.Full").unwrap_err().at, 2);
    }

    #[test]
    fn an_empty_path_is_an_error() {
        let error = resolve(root("ConnectedApp").unwrap(), &[]).unwrap_err();
        assert_eq!(error.at, 0);
        assert!(error.candidates.contains(&"label"));
        assert_eq!(in_app("").unwrap_err().at, 0);
        assert_eq!(in_app("oauthConfig.").unwrap_err().at, 1);
    }

    #[test]
    fn recursive_types_end_with_the_path() {
        let path = vec!["rules"; 3];
        let error = resolve(root("Flow").unwrap(), &path).unwrap_err();
        assert_eq!(error.at, 0);
        let deep: Vec<&str> =
            std::iter::once("screens").chain(std::iter::repeat_n("fields", 5000)).collect();
        assert!(resolve(root("Flow").unwrap(), &deep).is_ok());
    }
}
