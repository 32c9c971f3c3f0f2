//! One mistake, one report: a name that is missing is missed wherever it is used, which is one mistake of its
//! declaration and not many of its uses.

use std::sync::Arc;

use kiln_analysis::check::codes;
use rustc_hash::FxHashMap;

use crate::report::Report;

/// So many other uses are shown.
const SHOWN: usize = 3;

/// Whether a code is about the declaration of a name: it is missing, or does not allow what is done.
fn is_about_a_name(code: u16) -> bool {
    [
        codes::UNDEFINED_NAME,
        codes::UNKNOWN_ATTRIBUTE,
        codes::UNEXPECTED_KEYWORD,
        codes::UNKNOWN_MEMBER,
        kiln_analysis::codes::IMMUTABLE,
        kiln_analysis::codes::IMMUTABLE_UPDATE,
    ]
    .iter()
    .any(|about| about.number == code)
}

/// Makes one report of those in one folder that miss the same name in the same way; `reports` are sorted by place. The
/// other places become labels, and what mends one mends all.
pub(crate) fn join(reports: &mut Vec<Report>) {
    let mut firsts: FxHashMap<(u16, Arc<str>, String), usize> = FxHashMap::default();
    let mut more: Vec<usize> = Vec::new();
    let mut kept: Vec<Report> = Vec::with_capacity(reports.len());
    for report in reports.drain(..) {
        let Some(place) = report
            .primary
            .as_ref()
            .filter(|_| is_about_a_name(report.code))
        else {
            kept.push(report);
            more.push(0);
            continue;
        };
        let folder = place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let key = (report.code, Arc::from(folder), report.message.clone());
        let Some(&first) = firsts.get(&key) else {
            firsts.insert(key, kept.len());
            kept.push(report);
            more.push(0);
            continue;
        };
        more[first] += 1;
        let one = &mut kept[first];
        for (fix, other) in one.fixes.iter_mut().zip(report.fixes) {
            if fix.title == other.title {
                fix.edits.extend(other.edits);
            }
        }
        if let (Some(mut place), true) = (report.primary, more[first] <= SHOWN) {
            "and here".clone_into(&mut place.text);
            one.labels.push(place);
        }
    }
    for (report, count) in kept.iter_mut().zip(more) {
        if count > SHOWN {
            let rest = count - SHOWN;
            let places = if rest == 1 { "place" } else { "places" };
            report.notes.push(format!("and at {rest} more {places}"));
        }
    }
    *reports = kept;
}
