//! Where values come from. Every entry of a dict has room for an origin, which is a number in a table that exists only
//! while a machine traces: then each value that is set leaves its place there, and each merge which places it joined.

use rustc_hash::FxHashMap;

use crate::error::Loc;
use crate::value::Sym;

/// A number in [`Origins`], small enough for the room that entries have anyway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Origin([u8; 3]);

/// So many can be told apart; what comes later has no origin.
const MOST: usize = (1 << 24) - 1;
/// So many places of one value are told.
const TOLD: usize = 8;

impl Origin {
    /// Nobody wrote it down.
    pub const UNKNOWN: Self = Self([0; 3]);

    fn number(self) -> usize {
        let [a, b, c] = self.0;
        u32::from_le_bytes([a, b, c, 0]) as usize
    }

    /// Whether nobody wrote it down.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        self == Self::UNKNOWN
    }
}

/// How a place sets a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// It declares an attribute and gives no value.
    Declared,
    /// It declares an attribute with a default.
    Default,
    /// An entry or assignment.
    Set,
}

/// Something that sets a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Setting {
    /// The statement, or the key of the entry.
    pub at: Loc,
    /// What is set.
    pub name: Sym,
    /// How.
    pub how: How,
}

/// What became of what a place set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It is the value.
    Current,
    /// It is a part of the value.
    United,
    /// A later one took its place.
    Overridden,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Node {
    Setting(Setting),
    /// A value over another one.
    Over {
        last: Origin,
        earlier: Origin,
        united: bool,
    },
}

/// The table of a machine that traces.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    nodes: Vec<Node>,
    known: FxHashMap<Node, Origin>,
}

impl Origins {
    fn add(&mut self, node: Node) -> Origin {
        if let Some(&known) = self.known.get(&node) {
            return known;
        }
        if self.nodes.len() >= MOST {
            return Origin::UNKNOWN;
        }
        self.nodes.push(node);
        let [a, b, c, _] = (self.nodes.len() as u32).to_le_bytes();
        let origin = Origin([a, b, c]);
        self.known.insert(node, origin);
        origin
    }

    /// A place.
    pub fn setting(&mut self, setting: Setting) -> Origin {
        self.add(Node::Setting(setting))
    }

    /// A value over another one: united with it, or in its place.
    pub fn over(&mut self, last: Origin, earlier: Origin, united: bool) -> Origin {
        if last.is_unknown() || last == earlier {
            return earlier;
        }
        if earlier.is_unknown() {
            return last;
        }
        self.add(Node::Over {
            last,
            earlier,
            united,
        })
    }

    /// The places behind an origin, the last one first, each once, and not too many of them.
    #[must_use]
    pub fn places(&self, origin: Origin) -> Vec<(Setting, Fate)> {
        let mut found: Vec<(Setting, Fate)> = Vec::new();
        let mut pending = vec![(origin, Fate::Current)];
        // unions of unions share their parts: looking at all ways to them could take forever
        let mut steps = 16 * TOLD;
        while let Some((origin, fate)) = pending.pop() {
            let node = origin.number().checked_sub(1);
            let Some(node) = node.and_then(|at| self.nodes.get(at)) else {
                continue;
            };
            match *node {
                Node::Setting(setting) => {
                    if !found.iter().any(|(known, _)| *known == setting) {
                        found.push((setting, fate));
                    }
                }
                Node::Over {
                    last,
                    earlier,
                    united,
                } => {
                    let below = match (fate, united) {
                        (Fate::Overridden, _) | (_, false) => Fate::Overridden,
                        _ => Fate::United,
                    };
                    pending.push((earlier, below));
                    pending.push((last, fate));
                }
            }
            steps -= 1;
            if steps == 0 || found.len() == TOLD {
                break;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{Fate, How, Origin, Origins, Setting};
    use crate::error::Loc;
    use crate::value::Sym;

    fn setting(number: u32) -> Setting {
        Setting {
            at: Loc {
                item: number,
                start: 0,
                end: 1,
            },
            name: Sym(0),
            how: How::Set,
        }
    }

    #[test]
    fn places_come_last_first() {
        let mut origins = Origins::default();
        let [a, b, c] = [1, 2, 3].map(|number| origins.setting(setting(number)));
        let united = origins.over(b, a, true);
        let whole = origins.over(c, united, false);
        assert_eq!(origins.over(c, united, false), whole);
        let found = origins.places(whole);
        let expected = [
            (setting(3), Fate::Current),
            (setting(2), Fate::Overridden),
            (setting(1), Fate::Overridden),
        ];
        assert_eq!(found, expected);
        assert_eq!(origins.places(united)[1].1, Fate::United);
        assert_eq!(origins.over(Origin::UNKNOWN, a, true), a);
        assert_eq!(origins.over(a, Origin::UNKNOWN, true), a);
        assert_eq!(origins.places(Origin::UNKNOWN), []);
    }

    #[test]
    fn parts_that_are_shared_do_not_take_forever() {
        let mut origins = Origins::default();
        let mut top = origins.setting(setting(0));
        for number in 1..200 {
            let next = origins.setting(setting(number));
            let one = origins.over(next, top, true);
            top = origins.over(top, one, true);
        }
        assert!(origins.places(top).len() <= 8);
    }
}
