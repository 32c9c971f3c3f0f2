//! "Did you mean": the nearest of some names.

/// The candidate a mistyped `name` most likely stands for, if any is near enough.
///
/// A candidate that differs only in case wins. Otherwise the one with the smallest Damerau–Levenshtein distance does (the
/// first of equals), as long as the distance is at most a third of the name's length, and at least one edit is allowed.
///
/// ```
/// assert_eq!(kiln_project::nearest("platfrom", ["plane", "platform"]), Some("platform"));
/// assert_eq!(kiln_project::nearest("platfrom", ["db"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let allowed = (name.chars().count() / 3).max(1);
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        // the difference in length is the least number of edits; most candidates end here
        if candidate.len().abs_diff(name.len()) > 4 * allowed {
            continue;
        }
        let folded = candidate.to_lowercase();
        let distance = if folded == lower {
            0
        } else {
            strsim::damerau_levenshtein(&lower, &folded).max(1)
        };
        // A name of one or two letters is near to every other one: do not replace all of it.
        let all_replaced = distance >= candidate.chars().count().max(lower.chars().count());
        if distance <= allowed && !all_replaced && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn case_only_difference_beats_a_single_edit() {
        assert_eq!(nearest("model", ["modem", "Model"]), Some("Model"));
    }

    #[test]
    fn transposition_is_one_edit() {
        assert_eq!(nearest("mian", ["main"]), Some("main"));
    }

    #[test]
    fn more_than_a_third_is_too_far() {
        assert_eq!(nearest("abcdef", ["abcxyz"]), None);
        assert_eq!(nearest("abcdef", ["abcdxy"]), Some("abcdxy"));
    }

    #[test]
    fn short_names_are_not_replaced_entirely() {
        assert_eq!(nearest("a", ["b"]), None);
        assert_eq!(nearest("ab", ["ac"]), Some("ac"));
    }

    #[test]
    fn first_of_equals_wins() {
        assert_eq!(nearest("base", ["case", "vase"]), Some("case"));
    }
}
