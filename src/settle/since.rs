//! What a change brings: the findings of one tree that another, earlier one does not have.
//!
//! Findings are told apart by their fingerprint, not by their place: what was moved, reordered or written in another way is
//! the same finding. A renamed component has other fingerprints; it is recognised by what was found in it.

use std::collections::{BTreeMap, HashMap};

use crate::settle::report::ReportedFinding;

/// A finding with the path of its project.
pub struct Placed {
    /// The finding.
    pub finding: ReportedFinding,
    /// The path of its project within its run.
    pub project: String,
}

/// What is only on one side of a comparison.
pub struct Sides<'a> {
    /// Whether the later tree lacks a path.
    pub is_gone: &'a dyn Fn(&str) -> bool,
    /// Whether the earlier tree lacks a path.
    pub is_fresh: &'a dyn Fn(&str) -> bool,
}

/// The later findings that are not among the earlier ones, in their order.
pub fn brought(
    later: Vec<Placed>,
    earlier: Vec<Placed>,
    sides: &Sides<'_>,
) -> Vec<ReportedFinding> {
    let mut open: Vec<Option<Placed>> = later.into_iter().map(Some).collect();
    let mut earlier: Vec<Option<Placed>> = earlier.into_iter().map(Some).collect();
    // In its own project first; then anywhere, for a project may have moved as a whole.
    pair(&mut open, &mut earlier, |one| (one.project.clone(), one.finding.fingerprint.clone()));
    pair(&mut open, &mut earlier, |one| one.finding.fingerprint.clone());
    pair_renamed(&mut open, &mut earlier, sides);
    open.into_iter().flatten().map(|placed| placed.finding).collect()
}

/// Takes out pairs with the same key, one for one.
fn pair<K: std::hash::Hash + Eq>(
    later: &mut [Option<Placed>],
    earlier: &mut [Option<Placed>],
    key: impl Fn(&Placed) -> K,
) {
    let mut by_key: HashMap<K, Vec<usize>> = HashMap::new();
    for (at, placed) in earlier.iter().enumerate().rev() {
        if let Some(placed) = placed {
            by_key.entry(key(placed)).or_default().push(at);
        }
    }
    for slot in later {
        let Some(placed) = slot else { continue };
        let Some(known) = by_key.get_mut(&key(placed)) else { continue };
        // One that counts for more than before, because its component is deployed now, is new.
        let severity = placed.finding.severity;
        let counts = |at: &usize| {
            let one = earlier.get(*at).and_then(Option::as_ref);
            one.is_some_and(|one| one.finding.severity >= severity)
        };
        let Some(position) = known.iter().rposition(counts) else { continue };
        if let Some(pair) = earlier.get_mut(known.remove(position)) {
            *pair = None;
            *slot = None;
        }
    }
}

/// A component on one side: its project, its type and its name.
type Owner = (String, &'static str, String);

fn owner(placed: &Placed) -> Owner {
    let component = &placed.finding.component;
    (placed.project.clone(), component.kind, format!("{}/{}", component.copy, component.name))
}

/// What a finding says, whatever its component is called.
fn saying(placed: &Placed) -> (String, String, Vec<(String, String)>) {
    let finding = &placed.finding;
    (finding.rule.id.clone(), finding.key.clone(), finding.values.clone())
}

/// Components that went and others that came, of the same type: those that share most are taken for renamed, each for one
/// other at most.
fn pair_renamed(later: &mut [Option<Placed>], earlier: &mut [Option<Placed>], sides: &Sides<'_>) {
    let of_side = |list: &[Option<Placed>], counts: &dyn Fn(&str) -> bool| {
        let mut owners: BTreeMap<Owner, Vec<usize>> = BTreeMap::new();
        for (at, placed) in list.iter().enumerate() {
            let Some(placed) = placed.as_ref().filter(|one| counts(&one.finding.location.path))
            else {
                continue;
            };
            owners.entry(owner(placed)).or_default().push(at);
        }
        owners
    };
    let came = of_side(later, sides.is_fresh);
    let went = of_side(earlier, sides.is_gone);
    if came.is_empty() || went.is_empty() {
        return;
    }
    let mut holders: HashMap<_, Vec<&Owner>> = HashMap::new();
    for (owner, positions) in &went {
        for placed in positions.iter().filter_map(|at| earlier.get(*at)?.as_ref()) {
            holders.entry((owner.1, saying(placed))).or_default().push(owner);
        }
    }
    let mut shared: BTreeMap<(&Owner, &Owner), usize> = BTreeMap::new();
    for (owner, positions) in &came {
        for placed in positions.iter().filter_map(|at| later.get(*at)?.as_ref()) {
            for holder in holders.get(&(owner.1, saying(placed))).into_iter().flatten() {
                *shared.entry((owner, *holder)).or_default() += 1;
            }
        }
    }
    let mut pairs: Vec<((&Owner, &Owner), usize)> = shared.into_iter().collect();
    // Most in common first; otherwise in the order of the names.
    pairs.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut renamed: HashMap<&Owner, &Owner> = HashMap::new();
    let mut taken: HashMap<&Owner, &Owner> = HashMap::new();
    for ((new, old), _) in pairs {
        if !renamed.contains_key(new) && !taken.contains_key(old) {
            renamed.insert(new, old);
            taken.insert(old, new);
        }
    }
    for (new, old) in renamed {
        let mut left: HashMap<_, Vec<usize>> = HashMap::new();
        for at in went.get(old).into_iter().flatten() {
            if let Some(placed) = earlier.get(*at).and_then(Option::as_ref) {
                left.entry(saying(placed)).or_default().push(*at);
            }
        }
        for at in came.get(new).into_iter().flatten() {
            let Some(slot) = later.get_mut(*at) else { continue };
            let Some(placed) = slot.as_ref() else { continue };
            if left.get_mut(&saying(placed)).and_then(Vec::pop).is_some() {
                *slot = None;
            }
        }
    }
}
