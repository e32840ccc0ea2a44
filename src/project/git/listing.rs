//! The files of a tree of git, in the order of their paths, and the folders that their paths imply.

/// What a tree holds at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A file.
    File {
        /// Its content.
        id: Box<str>,
        /// The work tree has the same.
        on_disk: bool,
    },
    /// A symbolic link.
    Link {
        /// The path that it holds.
        id: Box<str>,
        /// The work tree has the same.
        on_disk: bool,
    },
    /// A file that is in no tree and belongs to the machine: the disk tells.
    Disk,
    /// A folder of which the disk tells everything: a submodule, or one that git ignores.
    DiskFolder,
}

impl Item {
    /// Whether the tree itself holds it.
    pub fn is_tracked(&self) -> bool {
        matches!(self, Item::File { .. } | Item::Link { .. })
    }
}

/// The items of a tree by path: relative, `/` between names.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Sorted; each path once.
    items: Vec<(Box<[u8]>, Item)>,
}

/// What a listing says of a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'l> {
    Item(&'l Item),
    /// A folder that holds something.
    Folder,
    /// At or below a folder of which the disk tells.
    OnDisk,
    Nothing,
}

impl Listing {
    /// Of several items at one path the first counts; one for the disk gives way to a folder that holds items.
    pub fn new(mut items: Vec<(Box<[u8]>, Item)>) -> Listing {
        items.sort_by(|a, b| a.0.cmp(&b.0));
        items.dedup_by(|later, first| later.0 == first.0);
        let mut listing = Listing { items };
        let holds: Vec<bool> = listing
            .items
            .iter()
            .map(|(path, item)| {
                matches!(item, Item::Disk | Item::DiskFolder) && !listing.below(path).is_empty()
            })
            .collect();
        let mut holds = holds.into_iter();
        listing.items.retain(|_| !holds.next().unwrap_or(false));
        listing
    }

    /// All items.
    pub fn items(&self) -> &[(Box<[u8]>, Item)] {
        &self.items
    }

    /// Takes nothing from the disk that git has.
    #[cfg(test)]
    pub fn forget_disk(&mut self) {
        for (_, item) in &mut self.items {
            if let Item::File { on_disk, .. } | Item::Link { on_disk, .. } = item {
                *on_disk = false;
            }
        }
    }

    /// The positions of what lies below a folder; the empty path is the top.
    pub fn below(&self, folder: &[u8]) -> std::ops::Range<usize> {
        if folder.is_empty() {
            return 0..self.items.len();
        }
        let prefix = [folder, b"/"].concat();
        let start = self.items.partition_point(|(path, _)| **path < *prefix);
        let rest = self.items.get(start..).unwrap_or_default();
        let count = rest.partition_point(|(path, _)| path.starts_with(&prefix));
        start..start + count
    }

    /// What stands at a path.
    pub fn find(&self, path: &[u8]) -> Found<'_> {
        if path.is_empty() {
            return Found::Folder;
        }
        if let Ok(at) = self.items.binary_search_by(|(known, _)| (**known).cmp(path)) {
            return match self.items.get(at) {
                Some((_, Item::DiskFolder)) => Found::OnDisk,
                Some((_, item)) => Found::Item(item),
                None => Found::Nothing,
            };
        }
        if !self.below(path).is_empty() {
            return Found::Folder;
        }
        let above = memchr::memrchr_iter(b'/', path).filter_map(|end| path.get(..end));
        for folder in above {
            let at = self.items.binary_search_by(|(known, _)| (**known).cmp(folder));
            if let Some((_, Item::DiskFolder)) = at.ok().and_then(|at| self.items.get(at)) {
                return Found::OnDisk;
            }
        }
        Found::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(items: &[(&str, Item)]) -> Listing {
        let items = items.iter().map(|(path, item)| (path.as_bytes().into(), item.clone()));
        Listing::new(items.collect())
    }

    fn file(id: &str) -> Item {
        Item::File { id: id.into(), on_disk: false }
    }

    #[test]
    fn folders_are_implied() {
        let listing = listing(&[
            ("a-b/x", file("1")),
            ("a/x", file("2")),
            ("a/y/z", file("3")),
            ("a.b", file("4")),
            ("module", Item::DiskFolder),
        ]);
        assert_eq!(listing.find(b""), Found::Folder);
        assert_eq!(listing.find(b"a"), Found::Folder);
        assert_eq!(listing.find(b"a/y"), Found::Folder);
        assert_eq!(listing.find(b"a/x"), Found::Item(&file("2")));
        assert_eq!(listing.find(b"a/x/y"), Found::Nothing);
        assert_eq!(listing.find(b"b"), Found::Nothing);
        assert_eq!(listing.find(b"module"), Found::OnDisk);
        assert_eq!(listing.find(b"module/deep/x"), Found::OnDisk);
        assert_eq!(listing.below(b"a").len(), 2);
    }

    #[test]
    fn what_is_in_the_tree_wins() {
        let listing = listing(&[
            ("out", Item::DiskFolder),
            ("out/x", file("1")),
            ("same", file("2")),
            ("same", Item::Disk),
        ]);
        assert_eq!(listing.find(b"out"), Found::Folder);
        assert_eq!(listing.find(b"same"), Found::Item(&file("2")));
        assert_eq!(listing.items().len(), 2);
    }
}
