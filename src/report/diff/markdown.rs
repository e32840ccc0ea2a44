//! For a comment on a pull request.

use std::io::{self, Write};

use super::{Block, blocks, mark, more_places, not_compared, remarks, sentence, verdict};
use crate::diff::{AccessDiff, Change, Danger, SideOf, Spot};
use crate::project::path::file_name;
use crate::report::markdown::inert;
use crate::report::summary::count;

/// How many characters a comment on GitHub may have.
pub const LIMIT: usize = 65_536;
/// What is kept for the lines that say what was left out, and for closing what is open.
const RESERVE: usize = 400;
/// So many lines say what was not compared.
const NOT_COMPARED: usize = 20;

/// Writes the access diff: never more than [`LIMIT`] characters.
///
/// # Errors
/// When the output cannot be written.
pub fn write(diff: &AccessDiff, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::default();
    page.line(&format!(
        "### Access from {} to {}",
        clipped(&diff.base, NAME),
        clipped(&diff.head, NAME)
    ));
    page.line(&format!("\n{}", inert(&verdict(diff))));
    let (plain, dangerous): (Vec<Block<'_>>, Vec<Block<'_>>) =
        blocks(diff).into_iter().partition(|block| block.danger == Danger::Low);
    let closing = closing(diff);
    page.reserved = RESERVE + closing.chars().count();
    dangerous.iter().for_each(|one| page.block(one));
    if !plain.is_empty() && page.left_out == 0 {
        let changes = plain.iter().map(Block::number).sum();
        let summary = format!("{} of little danger", count(changes, "change"));
        page.line(&format!("\n<details><summary>{summary}</summary>"));
        plain.iter().for_each(|one| page.block(one));
        page.always("\n</details>");
    } else {
        page.left_out += plain.iter().map(Block::number).sum::<usize>();
    }
    if page.left_out > 0 {
        let more = count(page.left_out, "more change");
        page.always(&format!("\n{more} would not fit here: `sflint diff` shows all."));
    }
    page.always(&closing);
    out.write_all(page.text.as_bytes())
}

/// What was not compared, and what a reader must know.
fn closing(diff: &AccessDiff) -> String {
    let mut text = String::new();
    if !diff.not_compared.is_empty() {
        text.push_str("\n**Not compared**\n\n");
    }
    for one in diff.not_compared.iter().take(NOT_COMPARED) {
        text.push_str(&format!("- {}\n", clipped(&not_compared(one), NAME)));
    }
    let more = diff.not_compared.len().saturating_sub(NOT_COMPARED);
    if more > 0 {
        text.push_str(&format!("- and {more} more\n"));
    }
    for remark in remarks(diff) {
        text.push_str(&format!("\n{remark}\n"));
    }
    text.trim_end().to_owned()
}

/// How long a name or a remark may be, and a sentence, which lists few names: each is as long as somebody likes.
const NAME: usize = 400;
const SENTENCE: usize = 2000;

fn clipped(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", inert(text.get(..end).unwrap_or_default())),
        None => inert(text),
    }
}

/// A page that does not grow beyond what a comment may hold.
#[derive(Default)]
struct Page {
    text: String,
    length: usize,
    reserved: usize,
    /// Changes that would not fit.
    left_out: usize,
}

impl Page {
    fn fits(&self, line: &str) -> bool {
        self.length + line.chars().count() + 1 + self.reserved <= LIMIT
    }

    fn always(&mut self, line: &str) {
        if !line.is_empty() {
            self.length += line.chars().count() + 1;
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    fn line(&mut self, line: &str) {
        if self.fits(line) {
            self.always(line);
        }
    }

    /// A heading with its changes; once something did not fit nothing more is shown, so that what is missing is the end.
    fn block(&mut self, block: &Block<'_>) {
        let mut head = format!("\n**{}**\n\n", clipped(&block.heading, NAME));
        for change in block.changes {
            let line = format!("{head}{}", entry(change, block));
            if self.left_out > 0 || !self.fits(&line) {
                self.left_out += block.others + 1;
                continue;
            }
            self.always(&line);
            head.clear();
        }
    }
}

fn entry(change: &Change, block: &Block<'_>) -> String {
    let more = more_places(block);
    let place = change.spot.as_ref().map(|spot| format!(" ({}{more})", link(spot)));
    let sentence = clipped(&sentence(change), SENTENCE);
    format!("- **{}**: {sentence}{}", mark(change), place.unwrap_or_default())
}

/// A link to a line of what will be; what was is named only, for it is not there any more.
fn link(spot: &Spot) -> String {
    let location = &spot.location;
    let line = location.region.start.line;
    if spot.side == SideOf::Base {
        return format!("{} before", inert(&format!("{}:{line}", location.path)));
    }
    let shown = inert(&format!("{}:{line}", file_name(&location.path)));
    format!("[{shown}](./{}#L{line})", encoded(&location.path))
}

/// A path as the target of a link: everything but letters, digits and a few signs as its bytes in hexadecimal.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
