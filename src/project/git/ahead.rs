//! Contents of git objects, read ahead of whoever looks at them.
//!
//! To unpack an object takes git longer than to search it takes us. Several `git cat-file` unpack at the same time, each as far
//! ahead as its pipe holds; what they give is taken in the order in which it was asked for.

use std::collections::VecDeque;

use super::objects::{Content, Objects};

/// Objects that one process is asked for ahead: few enough for the questions to fit into any pipe.
const MOST_AHEAD: usize = 64;

/// Objects that are read ahead.
#[derive(Debug)]
pub struct ReadAhead {
    lanes: Vec<Lane>,
    /// The lanes of the requests whose answers nobody took yet, each with how many objects it is to give.
    open: VecDeque<(usize, usize)>,
    /// The lane of the next request.
    next: usize,
    most: u64,
}

#[derive(Debug)]
struct Lane {
    objects: Objects,
    asked: VecDeque<String>,
}

impl ReadAhead {
    /// One process for each of `objects`; at most so many bytes are read of an object.
    pub fn new(objects: impl IntoIterator<Item = Objects>, most: u64) -> ReadAhead {
        let lane = |objects| Lane { objects, asked: VecDeque::with_capacity(MOST_AHEAD) };
        ReadAhead {
            lanes: objects.into_iter().map(lane).collect(),
            open: VecDeque::new(),
            next: 0,
            most,
        }
    }

    /// Whether so many more can be asked for before answers are taken. What is asked for first always can.
    pub fn has_room(&self, count: usize) -> bool {
        self.open.is_empty()
            || self.lanes.get(self.next).is_some_and(|lane| lane.asked.len() + count <= MOST_AHEAD)
    }

    /// Asks for objects by their ids. One process unpacks them, the next request goes to another.
    pub fn ask(&mut self, ids: Vec<String>) {
        self.open.push_back((self.next, ids.len()));
        if let Some(lane) = self.lanes.get_mut(self.next) {
            let new = ids.len();
            lane.asked.extend(ids);
            lane.objects.ask_ahead(lane.asked.make_contiguous(), new);
        }
        self.next = (self.next + 1) % self.lanes.len().max(1);
    }

    /// The next object that was asked for; `None` when there is no more.
    pub fn take(&mut self) -> Option<Content> {
        loop {
            let (lane, left) = self.open.front_mut()?;
            if *left > 0 {
                *left -= 1;
                let lane = self.lanes.get_mut(*lane)?;
                let content = lane.objects.take_asked(lane.asked.make_contiguous(), self.most);
                lane.asked.pop_front();
                return Some(content);
            }
            self.open.pop_front();
        }
    }
}
