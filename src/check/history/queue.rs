//! Versions of files that wait for their contents, in the order in which they came.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use super::reader::{Reader, Waiting};
use crate::project::git::ReadAhead;

/// Contents that one process is asked for in a row, then the other: so many small files fit into a pipe, and one process goes on
/// while the contents of the other are looked at.
const IN_A_ROW: usize = 8;
/// Versions that wait at most: of those that bring nothing new there may be any number in a row.
const MOST_WAITING: usize = 4_096;

/// What waits.
pub(super) struct Queue {
    ahead: ReadAhead,
    waiting: VecDeque<Waiting>,
    /// The contents that are to be asked for next.
    wanted: Vec<String>,
}

impl Queue {
    pub fn new(ahead: ReadAhead) -> Queue {
        Queue { ahead, waiting: VecDeque::new(), wanted: Vec::new() }
    }

    /// One more. What came first is read when nothing else can be asked for.
    pub fn push(&mut self, one: Waiting, reader: &mut Reader<'_>) -> ControlFlow<()> {
        if one.is_new {
            self.wanted.push(one.id.clone());
        }
        self.waiting.push_back(one);
        if self.wanted.len() >= IN_A_ROW {
            while !self.ahead.has_room(IN_A_ROW) {
                self.read_first(reader)?;
            }
            self.ask();
        }
        while self.waiting.len() > MOST_WAITING {
            self.read_first(reader)?;
        }
        ControlFlow::Continue(())
    }

    /// Reads all that waits.
    pub fn read_all(&mut self, reader: &mut Reader<'_>) -> ControlFlow<()> {
        while !self.waiting.is_empty() {
            self.read_first(reader)?;
        }
        ControlFlow::Continue(())
    }

    fn ask(&mut self) {
        if !self.wanted.is_empty() {
            self.ahead.ask(std::mem::take(&mut self.wanted));
        }
    }

    fn read_first(&mut self, reader: &mut Reader<'_>) -> ControlFlow<()> {
        let Some(one) = self.waiting.pop_front() else { return ControlFlow::Continue(()) };
        if !one.is_new {
            return reader.version(&one, None);
        }
        let mut content = self.ahead.take();
        if content.is_none() {
            self.ask();
            content = self.ahead.take();
        }
        reader.version(&one, content)
    }
}
