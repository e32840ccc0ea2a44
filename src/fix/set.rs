//! Giving an element a text, or writing it where it is missing.

use std::cmp::Ordering;

use super::Edits;
use super::element::{chain, type_in, type_of};
use super::layout::{behind, escaped, indentation, line_end, unit};
use crate::document::{Element, Span};
use crate::model::spelling::Spelling;
use crate::schema::MetadataType;

/// Writes a value at a place, as the element around it spells it; `None` when none of the spellings is for such an element.
pub(super) fn set(
    root: Element<'_>,
    text: &str,
    place: Span,
    spellings: &[Spelling],
    out: &mut Edits,
) -> Option<()> {
    let chain = chain(root, place);
    let (depth, spelling) = spellings.iter().find_map(|spelling| {
        let fits = |element: &Element<'_>| match spelling.inside {
            Some(name) => element.name() == name,
            None => element.start_tag().start == place.start,
        };
        Some((chain.iter().rposition(fits)?, spelling))
    })?;
    let parents = chain.get(..=depth)?;
    let mut writer = Writer { text, unit: unit(text, &layout_sample(root, parents)), out };
    for (path, value) in &spelling.elements {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let name = path.last()?;
        writer.out.titles.push(format!("set {name} to {value}"));
        writer.write(*parents.last()?, type_of(parents), &path, value)?;
    }
    Some(())
}

/// Elements one inside the other that show how far a level is indented: those around the place, else any.
fn layout_sample<'a>(root: Element<'a>, parents: &[Element<'a>]) -> Vec<Element<'a>> {
    let mut sample = parents.to_vec();
    let last = parents.last().copied().unwrap_or(root);
    sample.extend(last.children().next());
    if sample.len() < 2 {
        sample = vec![root];
        sample.extend(root.children().next());
    }
    sample
}

struct Writer<'a> {
    text: &'a str,
    /// What one level is indented by.
    unit: &'a str,
    out: &'a mut Edits,
}

impl Writer<'_> {
    /// Gives what a path leads to a text, below every element that the path leads through.
    fn write(
        &mut self,
        parent: Element<'_>,
        ty: Option<MetadataType>,
        path: &[&str],
        value: &str,
    ) -> Option<()> {
        let (name, below) = path.split_first()?;
        let there: Vec<Element<'_>> = parent.all(name).collect();
        if there.is_empty() {
            return self.insert(parent, ty, path, value);
        }
        for element in there {
            if below.is_empty() {
                self.replace(element, value)?;
            } else {
                self.write(element, ty.and_then(|ty| type_in(ty, name)), below, value)?;
            }
        }
        Some(())
    }

    /// Gives an element another text.
    fn replace(&mut self, element: Element<'_>, value: &str) -> Option<()> {
        if element.has_children() {
            return None;
        }
        if element.text() == value && !element.is_nil() {
            return Some(());
        }
        if element.text().is_empty() {
            let written = simple(element.prefix(), element.name(), value);
            self.out.edits.push((element.span(), written));
        } else {
            self.out.edits.push((element.value_span(), escaped(value)));
        }
        Some(())
    }

    /// Writes an element that is missing at the place that the schema gives it.
    fn insert(
        &mut self,
        parent: Element<'_>,
        ty: Option<MetadataType>,
        path: &[&str],
        value: &str,
    ) -> Option<()> {
        let name = path.first()?;
        let order = |one: &str| ty.and_then(|ty| ty.element_names().position(|known| known == one));
        let is_before = |other: &Element<'_>| match (order(other.name()), order(name)) {
            (Some(other), Some(new)) => other.cmp(&new) == Ordering::Less,
            _ => other.name() < *name,
        };
        let children: Vec<Element<'_>> = parent.children().collect();
        let prefix = children.first().map_or(parent.prefix(), |child| child.prefix());
        if let Some(anchor) = children.iter().rev().find(|child| is_before(child)) {
            let at = behind(self.text, *anchor);
            let written = self.on_its_line(indentation(self.text, *anchor), prefix, path, value);
            self.out.edits.push((Span::new(at, at), written));
        } else if let Some(first) = children.first() {
            let at = parent.start_tag().end;
            let written = self.on_its_line(indentation(self.text, *first), prefix, path, value);
            self.out.edits.push((Span::new(at, at), written));
        } else {
            self.fill(parent, path, value)?;
        }
        Some(())
    }

    /// Writes the first element of a parent that holds none.
    fn fill(&mut self, parent: Element<'_>, path: &[&str], value: &str) -> Option<()> {
        if !parent.text().is_empty() {
            return None;
        }
        let outer = indentation(self.text, parent);
        let inner = outer.map(|outer| format!("{outer}{}", self.unit));
        let mut written = self.on_its_line(inner.as_deref(), parent.prefix(), path, value);
        if let Some(outer) = outer {
            written.push_str(line_end(self.text));
            written.push_str(outer);
        }
        let (tag, whole) = (parent.start_tag(), parent.span());
        if tag == whole {
            let open = tag.of(self.text).strip_suffix("/>")?.trim_end();
            let name = format!("{}{}", parent.prefix(), parent.name());
            self.out.edits.push((whole, format!("{open}>{written}</{name}>")));
            return Some(());
        }
        let content = Span::new(tag.end, whole.end).of(self.text);
        let content = content.get(..content.rfind("</")?)?;
        // A comment or an empty CDATA section is left alone.
        content.trim().is_empty().then(|| {
            let end = tag.end + content.len() as u32;
            self.out.edits.push((Span::new(tag.end, end), written));
        })
    }

    /// An element, and what a path leads to in it, on lines of its own with this indentation; `None`: the file has all in
    /// one line.
    fn on_its_line(
        &self,
        indentation: Option<&str>,
        prefix: &str,
        path: &[&str],
        value: &str,
    ) -> String {
        let Some((name, below)) = path.split_first() else { return String::new() };
        let (mut line, mut inner) = (String::new(), None);
        if let Some(indentation) = indentation {
            line = format!("{}{indentation}", line_end(self.text));
            inner = Some(format!("{indentation}{}", self.unit));
        }
        if below.is_empty() {
            return line + &simple(prefix, name, value);
        }
        let inside = self.on_its_line(inner.as_deref(), prefix, below, value);
        format!("{line}<{prefix}{name}>{inside}{line}</{prefix}{name}>")
    }
}

fn simple(prefix: &str, name: &str, value: &str) -> String {
    format!("<{prefix}{name}>{}</{prefix}{name}>", escaped(value))
}
