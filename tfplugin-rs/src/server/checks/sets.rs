//! Sets: whether each element fits one of the other set, without trying each with each.

use std::collections::BTreeMap;

use super::Breach;
use crate::path::AttributePath;
use crate::value::Value;

/// Each element of either set must fit one of the other; there may be fewer afterwards
/// (unknown elements can turn out equal), never more.
///
/// What is known of a planned element must come out equal, so it is looked up by that, and
/// only elements that are equal so far are tried against each other. `decides` names the
/// parts of an element for which that holds.
pub(super) fn check_sets(
    planned: &[Value],
    actual: &[Value],
    path: &AttributePath,
    decides: impl Fn(&str) -> bool,
    fits: impl Fn(&Value, &Value) -> bool,
    breaches: &mut Vec<Breach>,
) {
    let mut groups = Groups::new();
    for element in planned {
        let (places, parts) = known_parts(element, &decides);
        groups.entry(places).or_default().entry(parts).or_default().push(element);
    }
    let mut is_met = vec![false; actual.len()];
    let mut is_lost = false;
    for (places, planned) in &groups {
        let mut candidates: BTreeMap<Vec<&Value>, Vec<usize>> = BTreeMap::new();
        for (at, element) in actual.iter().enumerate() {
            if let Some(parts) = parts_at(element, places) {
                candidates.entry(parts).or_default().push(at);
            }
        }
        for (parts, planned) in planned {
            let candidates = candidates.get(parts).map_or(&[][..], Vec::as_slice);
            for planned in planned {
                match candidates.iter().find(|at| fits(planned, &actual[**at])) {
                    Some(at) => is_met[*at] = true,
                    None => is_lost = true,
                }
            }
        }
    }
    let stems = |actual: &Value| {
        groups.iter().any(|(places, planned)| {
            let planned = parts_at(actual, places).and_then(|parts| planned.get(&parts));
            planned.is_some_and(|planned| planned.iter().any(|planned| fits(planned, actual)))
        })
    };
    if is_lost {
        breaches.push(Breach::new(path, "an element of the set has vanished"));
    } else if actual.iter().zip(is_met).any(|(actual, is_met)| !is_met && !stems(actual)) {
        breaches.push(Breach::new(path, "an element of the set has appeared"));
    }
    if actual.len() > planned.len() {
        let (planned, actual) = (planned.len(), actual.len());
        let problem = format!("the set had {planned} elements and has {actual} now");
        breaches.push(Breach::new(path, problem));
    }
}

/// Planned elements by where they are known, then by what is known there.
type Groups<'a> = BTreeMap<Vec<Place<'a>>, BTreeMap<Vec<&'a Value>, Vec<&'a Value>>>;

/// Where something is inside an element.
type Place<'a> = Vec<Step<'a>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step<'a> {
    At(usize),
    Name(&'a str),
}

/// The largest parts of an element that are wholly known and decide whether another fits.
fn known_parts<'a>(
    element: &'a Value,
    decides: impl Fn(&str) -> bool,
) -> (Vec<Place<'a>>, Vec<&'a Value>) {
    let mut found = (Vec::new(), Vec::new());
    match element {
        Value::Object(entries) => {
            for (name, part) in entries.iter().filter(|(name, _)| decides(name)) {
                collect(part, &mut vec![Step::Name(name)], &mut found);
            }
        }
        element => collect(element, &mut Vec::new(), &mut found),
    }
    found
}

fn collect<'a>(
    value: &'a Value,
    place: &mut Place<'a>,
    found: &mut (Vec<Place<'a>>, Vec<&'a Value>),
) {
    if value.is_wholly_known() {
        found.0.push(place.clone());
        found.1.push(value);
        return;
    }
    let mut inside = |step: Step<'a>, part: &'a Value| {
        place.push(step);
        collect(part, place, found);
        place.pop();
    };
    match value {
        Value::List(items) | Value::Tuple(items) => {
            items.iter().enumerate().for_each(|(at, item)| inside(Step::At(at), item));
        }
        Value::Map(entries) | Value::Object(entries) => {
            entries.iter().for_each(|(name, part)| inside(Step::Name(name), part));
        }
        // What is open in a set could be any of its elements.
        _ => {}
    }
}

/// What an element has at these places; `None` if it lacks one, and so cannot fit.
fn parts_at<'a>(element: &'a Value, places: &[Place<'_>]) -> Option<Vec<&'a Value>> {
    places.iter().map(|place| part_at(element, place)).collect()
}

fn part_at<'a>(element: &'a Value, place: &[Step<'_>]) -> Option<&'a Value> {
    place.iter().try_fold(element, |value, step| match (value, step) {
        (Value::List(items) | Value::Tuple(items), Step::At(at)) => items.get(*at),
        (Value::Map(entries) | Value::Object(entries), Step::Name(name)) => entries.get(*name),
        _ => None,
    })
}
