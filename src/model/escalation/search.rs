//! The search: which steps lead from the means that somebody has to the strongest thing in the project.

use std::collections::HashMap;

use super::delegate::DelegateFile;
use super::power::{Held, Means, Rank};
use crate::model::oauth_app::grantees;
use crate::model::record::{Block, Leaf, Place, Record, Value};

/// A principal with what counts of it.
pub(super) struct Node<'r> {
    pub record: &'r Record,
    pub held: Held<'r>,
}

/// The principals of one copy of an org, and what each means leads to.
pub(super) struct World<'r> {
    pub nodes: Vec<Node<'r>>,
    by_name: HashMap<(&'static str, &'r str), usize>,
    by_means: HashMap<Means, Offer<'r>>,
}

/// What a means leads to, as far as anybody needs to know it.
#[derive(Default)]
struct Offer<'r> {
    /// The first of the strongest.
    strongest: Option<Lead<'r>>,
    /// Means that can be had, each with the first that has it.
    opens: Vec<(Means, Lead<'r>)>,
}

/// What a means leads to: a principal, by an app or directly.
#[derive(Clone, Copy)]
struct Lead<'r> {
    to: usize,
    app: Option<&'r Record>,
    /// Where the app names the principal.
    named: Option<Place>,
}

/// One step of a path.
#[derive(Clone, Copy)]
pub(super) struct Step<'w> {
    /// How.
    pub means: Means,
    /// Whose rights it brings.
    pub to: &'w Node<'w>,
    app: Option<&'w Record>,
    named: Option<Place>,
}

/// A path to the strongest target.
pub(super) struct Reach<'w> {
    /// The permission that is the first step; none for delegated administration.
    pub grant: Option<&'w Block>,
    /// At least one.
    pub steps: Vec<Step<'w>>,
}

impl<'r> World<'r> {
    /// `members` in their order, which decides among equals.
    pub fn new(members: &[&'r Record], apps: &[&'r Record]) -> World<'r> {
        let nodes: Vec<Node<'r>> =
            members.iter().map(|record| Node { record, held: Held::of(record) }).collect();
        let named = nodes.iter().enumerate();
        let by_name: HashMap<_, _> = named
            .filter_map(|(at, node)| {
                Some(((node.record.component.kind, node.record.canonical_name()?), at))
            })
            .collect();
        let mut by_means: HashMap<Means, Offer<'r>> = HashMap::new();
        let rank = |lead: Lead<'r>| nodes.get(lead.to).map(|node| node.held.rank);
        let mut add = |means: Means, lead: Lead<'r>| {
            let offer = by_means.entry(means).or_default();
            if offer.strongest.is_none_or(|known| rank(lead) > rank(known)) {
                offer.strongest = Some(lead);
            }
            for (next, _) in nodes.get(lead.to).into_iter().flat_map(|node| &node.held.means) {
                if !offer.opens.iter().any(|(known, _)| known == next) {
                    offer.opens.push((*next, lead));
                }
            }
        };
        for (at, node) in nodes.iter().enumerate().filter(|(_, node)| node.held.rank > Rank::None) {
            let means = match node.record.component.kind {
                "Profile" => Means::CreateUsers,
                _ => Means::AssignSets,
            };
            // The standard profiles are in every org: that users may be made administrators needs no path.
            if means == Means::AssignSets || !node.record.is("standard") {
                add(means, Lead { to: at, app: None, named: None });
            }
        }
        for app in apps.iter().filter(|app| logs_in_as_itself(app)) {
            let means = match app.leaf("raw").and_then(|raw| raw.values.first()) {
                Some(raw) if &*raw.written == "ConnectedApp" => Means::ChangeConnectedApps,
                _ => Means::ChangeExternalApps,
            };
            for grantee in grantees(app) {
                let Some(at) = by_name.get(&(grantee.kind, grantee.canonical)) else { continue };
                add(means, Lead { to: *at, app: Some(app), named: grantee.name.place });
            }
        }
        World { nodes, by_name, by_means }
    }

    /// The shortest path to the strongest target that is stronger than this.
    pub fn best_for(&self, held: &Held<'r>) -> Option<Reach<'_>> {
        let steps = self.search(held)?;
        let first = steps.first()?.means;
        let grant = held.means.iter().find(|(means, _)| *means == first).map(|(_, grant)| *grant);
        Some(Reach { grant, steps })
    }

    /// The strongest of what a delegated administration group may assign. The platform keeps such groups from assigning
    /// what holds `ModifyAllData` (Salesforce Help, "Delegate Administrative Duties").
    pub fn best_of_delegate<'f>(&self, file: &'f DelegateFile) -> Option<(&'f Value, Reach<'_>)> {
        let mut best: Option<(&'f Value, &Node<'_>)> = None;
        for (kind, value) in &file.assigns {
            let name = value.text().unwrap_or_default();
            let Some(node) = self.by_name.get(&(*kind, name)).and_then(|at| self.nodes.get(*at))
            else {
                continue;
            };
            let allowed = node.held.rank > Rank::None && node.held.rank < Rank::AllData;
            if allowed && best.is_none_or(|(_, known)| node.held.rank > known.held.rank) {
                best = Some((value, node));
            }
        }
        let (value, node) = best?;
        let means = match node.record.component.kind {
            "Profile" => Means::CreateUsers,
            _ => Means::AssignSets,
        };
        let step = Step { means, to: node, app: None, named: None };
        Some((value, Reach { grant: None, steps: vec![step] }))
    }

    /// Breadth first over the means: the level at which one is reached is the number of steps so far. There are four, so
    /// no path has more steps.
    fn search(&self, held: &Held<'r>) -> Option<Vec<Step<'_>>> {
        // The means that are open; those that a step opened, with the position of the means it was made by.
        let mut open: Vec<(Means, Option<(usize, Lead<'r>)>)> =
            held.means.iter().map(|(means, _)| (*means, None)).collect();
        let mut best: Option<(usize, Lead<'r>)> = None;
        let mut above = held.rank;
        let mut at = 0;
        while let Some((means, _)) = open.get(at).copied() {
            if let Some(offer) = self.by_means.get(&means) {
                let strongest = offer.strongest.filter(|lead| self.rank(*lead) > above);
                if let Some(lead) = strongest {
                    above = self.rank(lead);
                    best = Some((at, lead));
                }
                for (next, lead) in &offer.opens {
                    if !open.iter().any(|(known, _)| known == next) {
                        open.push((*next, Some((at, *lead))));
                    }
                }
            }
            at += 1;
        }
        let (mut at, lead) = best?;
        let mut steps = vec![self.step(open.get(at)?.0, lead)?];
        while let Some((before, lead)) = open.get(at)?.1 {
            steps.push(self.step(open.get(before)?.0, lead)?);
            at = before;
        }
        steps.reverse();
        Some(steps)
    }

    fn rank(&self, lead: Lead<'r>) -> Rank {
        self.nodes.get(lead.to).map_or(Rank::None, |node| node.held.rank)
    }

    fn step(&self, means: Means, lead: Lead<'r>) -> Option<Step<'_>> {
        Some(Step { means, to: self.nodes.get(lead.to)?, app: lead.app, named: lead.named })
    }
}

/// An app that is switched on and logs in by itself: whoever changes it chooses its user, or its certificate.
fn logs_in_as_itself(app: &Record) -> bool {
    app.is("serverToServer") && !app.leaf("enabled").is_some_and(|leaf| leaf.is(false))
}

impl Step<'_> {
    /// What is done.
    pub fn text(&self) -> String {
        let record = self.to.record;
        let name = &record.component.name;
        let kind = match record.component.kind {
            "Profile" => "profile",
            "PermissionSet" => "permission set",
            _ => "permission set group",
        };
        match (self.app, self.means) {
            (Some(app), _) => {
                format!(
                    "takes over the app {}, which logs in with {kind} {name}",
                    app.component.name
                )
            }
            (None, Means::CreateUsers) => format!("creates a user with {kind} {name}"),
            (None, _) => format!("assigns {kind} {name}"),
        }
    }

    /// The places of the step: where the app names the principal, and what makes that one strong.
    pub fn places(&self) -> Vec<(Place, Box<str>)> {
        let mut places = Vec::new();
        if let (Some(app), Some(place)) = (self.app, self.named) {
            places.push((place, format!("{} logs in with it", app.component.name).into()));
        }
        let record = self.to.record;
        let name = &record.component.name;
        match self.to.held.strongest {
            Some(block) => {
                let power = written(block);
                let place = block.leaves.first().and_then(Leaf::place).or(block.place);
                if let Some(place) = place {
                    places.push((place, format!("{name} has {power}").into()));
                }
                places.extend(block.related.iter().cloned());
            }
            None => {
                let place = record.block.place;
                places.extend(place.map(|place| (place, format!("{name} is this").into())));
            }
        }
        places
    }
}

impl Node<'_> {
    /// The permission that makes it strong, or `admin`.
    pub fn power(&self) -> String {
        match self.held.strongest {
            Some(block) if self.held.rank < Rank::Admin => written(block).to_owned(),
            _ => "admin".to_owned(),
        }
    }

    /// The same as the end of a sentence.
    pub fn brings(&self) -> String {
        match self.held.strongest {
            Some(block) if self.held.rank < Rank::Admin => {
                format!(", which has {}", written(block))
            }
            _ => ", which has the rights of an administrator".to_owned(),
        }
    }
}

fn written(block: &Block) -> &str {
    let value = block.leaves.first().and_then(|leaf| leaf.values.first());
    value.map_or("", |value| &value.written)
}
