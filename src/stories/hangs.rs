//! Which costs a verdict hangs on, and how far each would have to be off to turn it over.

use crate::stories::costs::Group;
use crate::stories::lab::{Asked, Case, Lab, Sample};

/// Replications with which this is looked at: pairs of the same requests, of which only the means count.
const N_REPLICATIONS: u32 = 2;
/// How often the range between what was measured and its end is halved, by ratio.
const N_HALVINGS: u32 = 5;

/// A group of costs that turns a verdict over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    /// Which.
    pub group: Group,
    /// When it is so many times what was measured.
    pub factor: f64,
}

/// What a verdict hangs on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HangsOn {
    /// Everything within its range, the nearest first.
    pub flips: Vec<Flip>,
    /// Whether the speed of JavaScript was looked at too.
    pub has_language: bool,
}

impl HangsOn {
    /// "It would flip if a message to a worker thread cost 3.1 times as much."
    #[must_use]
    pub fn sentence(&self) -> String {
        match self.flips.first() {
            Some(flip) => format!("It would flip {}.", flip.group.condition(flip.factor)),
            None if self.has_language => {
                "No cost between a quarter of and four times what was measured changes it, nor does any speed of \
                 JavaScript that was."
                    .to_owned()
            }
            None => "No cost between a quarter of and four times what was measured changes it.".to_owned(),
        }
    }
}

/// A search between what was measured and the end of a range.
struct Bracket {
    group: Group,
    /// Natural logarithms of factors: with the first the verdict stands, with the second it does not.
    stands: f64,
    falls: f64,
}

/// Which of `groups` turn over what `stands` says of all of `cases`, with `n` replications.
pub(super) fn hangs_on_with(
    lab: &Lab<'_>,
    cases: &[Case],
    groups: &[Group],
    n: u32,
    stands: &dyn Fn(&[Sample]) -> bool,
) -> Asked<HangsOn> {
    let base = lab.measure_all(cases, n)?;
    let is_true = stands(&base);
    let touched = |group: Group| cases.iter().any(|case| group.touches(case.runtime));
    let at = |group: Group, factor: f64| (group, libm::log(factor));
    let highest = |group: Group| at(group, group.range().1);
    let highest: Vec<(Group, f64)> = groups.iter().copied().filter(|group| touched(*group)).map(highest).collect();
    // One replication tells which costs are paid here at all; what changes nothing to the bit is not looked at further.
    let first: Vec<Sample> = base.iter().map(|sample| Sample(sample.0[..1].to_vec())).collect();
    let is_paid = |(_, looked): &(_, Vec<Sample>)| looked.iter().zip(&first).any(|(new, old)| new.0 != old.0);
    let looks = look(lab, cases, &first, &highest, 1)?;
    let paid = highest.into_iter().zip(looks).filter(is_paid);
    let ends = |((group, highest), _): ((Group, f64), _)| [at(group, group.range().0), (group, highest)];
    let ends: Vec<(Group, f64)> = paid.flat_map(ends).collect();
    let looks = look(lab, cases, &base, &ends, n)?;
    let mut brackets: Vec<Bracket> = ends
        .iter()
        .zip(&looks)
        .filter(|(_, samples)| stands(samples) != is_true)
        .map(|((group, falls), _)| Bracket { group: *group, stands: 0.0, falls: *falls })
        .collect();
    for _ in 0..N_HALVINGS {
        let middles: Vec<(Group, f64)> =
            brackets.iter().map(|bracket| (bracket.group, bracket.stands.midpoint(bracket.falls))).collect();
        let looks = look(lab, cases, &base, &middles, n)?;
        for ((bracket, samples), (_, middle)) in brackets.iter_mut().zip(&looks).zip(middles) {
            if stands(samples) == is_true {
                bracket.stands = middle;
            } else {
                bracket.falls = middle;
            }
        }
    }
    brackets.sort_by(|a, b| a.falls.abs().total_cmp(&b.falls.abs()));
    let flip =
        |bracket: &Bracket| Flip { group: bracket.group, factor: libm::exp(bracket.stands.midpoint(bracket.falls)) };
    Ok(HangsOn { flips: brackets.iter().map(flip).collect(), has_language: groups.contains(&Group::Language) })
}

/// Which group of costs, or which speed of JavaScript, turns over what `stands` says of all of `cases`.
pub(super) fn hangs_on(lab: &Lab<'_>, cases: &[Case], stands: &dyn Fn(&[Sample]) -> bool) -> Asked<HangsOn> {
    hangs_on_with(lab, cases, &Group::EACH, lab.care.n_replications.min(N_REPLICATIONS), stands)
}

/// Which group of costs alone, where the language is what the story is about.
pub(super) fn hangs_on_costs(lab: &Lab<'_>, cases: &[Case], stands: &dyn Fn(&[Sample]) -> bool) -> Asked<HangsOn> {
    let costs: Vec<Group> = Group::EACH.into_iter().filter(|group| *group != Group::Language).collect();
    hangs_on_with(lab, cases, &costs, lab.care.n_replications.min(N_REPLICATIONS), stands)
}

/// All of `cases` with each of `changes`; a case that a group does not touch is as it was.
fn look(lab: &Lab<'_>, cases: &[Case], base: &[Sample], changes: &[(Group, f64)], n: u32) -> Asked<Vec<Vec<Sample>>> {
    let changed = |(group, log): &(Group, f64)| {
        let (group, second) = (*group, Some((*group, libm::exp(*log))));
        let touched = cases.iter().filter(move |case| group.touches(case.runtime));
        touched.map(|case| Case { scaled: [case.scaled[0], second], ..*case }).collect::<Vec<_>>()
    };
    let wanted: Vec<Case> = changes.iter().flat_map(changed).collect();
    let mut found = lab.measure_all(&wanted, n)?.into_iter();
    let mut with = |(group, _): &(Group, f64)| -> Vec<Sample> {
        let pairs = cases.iter().zip(base);
        let one = |(case, base): (&Case, &Sample)| {
            let own = if group.touches(case.runtime) { found.next() } else { None };
            own.unwrap_or_else(|| base.clone())
        };
        pairs.map(one).collect()
    };
    Ok(changes.iter().map(&mut with).collect())
}
