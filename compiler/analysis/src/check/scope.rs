//! Local names of the item being checked: loop variables, parameters, lambda and schema locals, config keys.
//!
//! One table for all nested scopes: a name leads to its innermost binding, a binding to the one it hides. So entering a
//! scope is free, and a name costs one hash however deep it is looked up.

use rustc_hash::FxHashMap;

use crate::types::Ty;

/// What made a local name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalKind {
    /// A variable of a comprehension or quantifier.
    Loop,
    /// A parameter of a lambda, schema or rule; the key name of an index signature.
    Param,
    /// Assigned in a lambda or schema body.
    Local,
    /// A key of an enclosing config block of an instance, or of any block in a lambda or outside of schemas.
    Key,
    /// A key of another block in a schema body: attributes of the schema go first.
    WeakKey,
}

/// A local name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local<'db> {
    name: &'db str,
    hidden: u32,
    /// Its type.
    pub(super) ty: Ty<'db>,
    /// What made it.
    pub(super) kind: LocalKind,
}

/// A binding that was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound<'db> {
    pub(super) name: &'db str,
    pub(super) ty: Ty<'db>,
    pub(super) kind: LocalKind,
}

impl<'db> Local<'db> {
    /// The name where it is bound: a slice of the item's text, if it is one.
    pub(super) const fn declared(&self) -> &'db str {
        self.name
    }
}

/// All scopes around the current place.
#[derive(Debug, Default)]
pub(super) struct Scopes<'db> {
    /// Every binding that is made, if somebody wants them.
    pub(super) log: Option<Vec<Bound<'db>>>,
    locals: Vec<Local<'db>>,
    innermost: FxHashMap<&'db str, u32>,
}

/// Where a scope began; give it back to [`Scopes::leave`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(usize);

const NOTHING: u32 = u32::MAX;

impl<'db> Scopes<'db> {
    /// Begins a scope.
    pub(super) fn enter(&self) -> Mark {
        Mark(self.locals.len())
    }

    /// Forgets what was bound since.
    pub(super) fn leave(&mut self, mark: Mark) {
        while self.locals.len() > mark.0 {
            let Some(local) = self.locals.pop() else {
                break;
            };
            if local.hidden == NOTHING {
                self.innermost.remove(local.name);
            } else {
                self.innermost.insert(local.name, local.hidden);
            }
        }
    }

    /// Binds a name in the current scope, hiding it further out.
    pub(super) fn bind(&mut self, name: &'db str, ty: Ty<'db>, kind: LocalKind) {
        if let Some(log) = &mut self.log {
            log.push(Bound { name, ty, kind });
        }
        let index = u32::try_from(self.locals.len()).unwrap_or(NOTHING);
        let hidden = self.innermost.insert(name, index).unwrap_or(NOTHING);
        self.locals.push(Local {
            name,
            hidden,
            ty,
            kind,
        });
    }

    /// The innermost binding of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Local<'db>> {
        self.innermost
            .get(name)
            .map(|&index| &self.locals[index as usize])
    }

    /// The innermost binding of a name, if it was made since the mark.
    pub(super) fn get_since(&mut self, name: &str, mark: Mark) -> Option<&mut Local<'db>> {
        let index = *self.innermost.get(name)? as usize;
        (index >= mark.0).then(|| &mut self.locals[index])
    }

    /// Whether a name was bound since the mark.
    pub(super) fn is_bound_since(&self, name: &str, mark: Mark) -> bool {
        let innermost = self.innermost.get(name);
        innermost.is_some_and(|&index| index as usize >= mark.0)
    }

    /// The names that can be read here, innermost first.
    pub(super) fn visible(&self) -> impl Iterator<Item = (&'db str, Ty<'db>, LocalKind)> + '_ {
        let innermost = |index: usize, local: &Local<'db>| {
            self.innermost.get(local.name) == u32::try_from(index).ok().as_ref()
        };
        let locals = self.locals.iter().enumerate().rev();
        locals
            .filter(move |(index, local)| innermost(*index, local))
            .map(|(_, local)| (local.name, local.ty, local.kind))
    }

    /// All names, for suggestions.
    pub(super) fn names(&self) -> impl Iterator<Item = &'db str> + '_ {
        self.locals.iter().map(|local| local.name)
    }
}
