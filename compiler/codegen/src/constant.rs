//! Literals without logic: lists and dicts whose leaves are all constant become one constant.

use kiln_runtime::bytecode::{Const, Node, Tree};
use kiln_runtime::value::EntryOp as RtOp;
use kiln_syntax::ast::{Entry, EntryOp, Expr, ExprId, Item, ItemAst, Key, UnaryOp};
use rustc_hash::FxHashSet;

use crate::function::Gen;
use crate::unit::range;

/// Which expressions of an item are constant; found in one pass, children before parents.
#[derive(Clone, Debug, Default)]
pub(crate) struct Constness {
    known: Option<Vec<bool>>,
}

impl Constness {
    fn get(&mut self, ast: &ItemAst, loop_names: &FxHashSet<Box<str>>, id: ExprId) -> bool {
        let known = self.known.get_or_insert_with(|| {
            let mut known = vec![false; ast.exprs.len()];
            for at in 0..ast.exprs.len() {
                known[at] = is_constant(ast, loop_names, &known, ExprId(at as u32));
            }
            known
        });
        known.get(id.0 as usize).copied().unwrap_or(false)
    }
}

fn is_constant(
    ast: &ItemAst,
    loop_names: &FxHashSet<Box<str>>,
    known: &[bool],
    id: ExprId,
) -> bool {
    let constant = |e: ExprId| known.get(e.0 as usize).copied().unwrap_or(false);
    match ast[id] {
        Expr::Int(_)
        | Expr::Float(_)
        | Expr::Bool(_)
        | Expr::None
        | Expr::Undefined
        | Expr::Str(_)
        | Expr::StrDecoded(_) => true,
        Expr::Paren(inner) => constant(inner),
        Expr::Unary {
            op: UnaryOp::Neg,
            operand,
        } => matches!(ast[operand], Expr::Int(_) | Expr::Float(_)),
        Expr::List(items) => ast
            .items(items)
            .iter()
            .all(|i| matches!(i, Item::Expr(e) if constant(*e))),
        Expr::Config(entries) => {
            let entries = ast.entries(entries);
            let all = entries.iter().all(|e| match e {
                Entry::Pair { op, key, value } => {
                    *op != EntryOp::Insert
                        && constant(*value)
                        && match ast[*key] {
                            Expr::Name(name) => {
                                loop_names.is_empty() || !loop_names.contains(ast.name(name))
                            }
                            Expr::Str(_) | Expr::StrDecoded(_) => true,
                            _ => false,
                        }
                }
                _ => false,
            });
            all && distinct(ast, entries)
        }
        _ => false,
    }
}

fn key_text<'a>(ast: &'a ItemAst, entry: &Entry) -> &'a str {
    match entry {
        Entry::Pair { key, .. } => match ast[*key] {
            Expr::Name(name) => ast.name(name),
            _ => ast.string(*key).unwrap_or_default(),
        },
        _ => "",
    }
}

fn distinct(ast: &ItemAst, entries: &[Entry]) -> bool {
    if entries.len() <= 12 {
        return entries.iter().enumerate().all(|(i, e)| {
            entries[..i]
                .iter()
                .all(|earlier| key_text(ast, earlier) != key_text(ast, e))
        });
    }
    let mut seen = FxHashSet::default();
    entries.iter().all(|e| seen.insert(key_text(ast, e)))
}

/// The operator of an entry in the runtime's terms.
pub(crate) const fn runtime_op(op: EntryOp) -> RtOp {
    match op {
        EntryOp::Union => RtOp::Union,
        EntryOp::Override => RtOp::Override,
        EntryOp::Insert => RtOp::Insert,
    }
}

impl Gen<'_, '_> {
    /// Whether an expression is a constant as a whole.
    pub(crate) fn is_constant(&mut self, id: ExprId) -> bool {
        let cx = &mut self.cx;
        cx.constness.get(cx.ast, &cx.loop_names, id)
    }

    /// Index of the constant for a constant expression.
    pub(crate) fn constant_of(&mut self, id: ExprId) -> Option<u32> {
        if !self.is_constant(id) {
            return None;
        }
        let ast = self.cx.ast;
        let id = ast.peel(id);
        let constant = match ast[id] {
            Expr::Int(i) => Const::Int(i),
            Expr::Float(f) => Const::Float(f),
            Expr::Str(_) | Expr::StrDecoded(_) => Const::Str(ast.string(id)?.into()),
            Expr::List(_) | Expr::Config(_) => {
                let mut tree = Tree::default();
                self.add_node(&mut tree, id);
                Const::Tree(Box::new(tree))
            }
            _ => {
                let mut tree = Tree::default();
                self.add_node(&mut tree, id);
                match tree.nodes.first() {
                    Some(Node::Int(i)) => Const::Int(*i),
                    Some(Node::Float(f)) => Const::Float(*f),
                    _ => Const::Tree(Box::new(tree)),
                }
            }
        };
        Some(self.cx.constant(constant))
    }

    /// Recursion is bounded by the parser's nesting limit.
    fn add_node(&mut self, tree: &mut Tree, id: ExprId) {
        let ast = self.cx.ast;
        match ast[id] {
            Expr::Int(i) => tree.nodes.push(Node::Int(i)),
            Expr::Float(f) => tree.nodes.push(Node::Float(f)),
            Expr::Bool(b) => tree.nodes.push(Node::Bool(b)),
            Expr::None => tree.nodes.push(Node::None),
            Expr::Str(_) | Expr::StrDecoded(_) => {
                let from = tree.text.len() as u32;
                tree.text.push_str(ast.string(id).unwrap_or_default());
                tree.nodes.push(Node::Str(from, tree.text.len() as u32));
            }
            Expr::Paren(inner) => self.add_node(tree, inner),
            Expr::Unary { operand, .. } => match ast[operand] {
                Expr::Int(i) => tree.nodes.push(Node::Int(i.wrapping_neg())),
                Expr::Float(f) => tree.nodes.push(Node::Float(0.0 - f)),
                _ => tree.nodes.push(Node::Undefined),
            },
            Expr::List(items) => {
                let items = ast.items(items);
                tree.nodes.push(Node::List(items.len() as u32));
                for item in items {
                    if let Item::Expr(e) = item {
                        self.add_node(tree, *e);
                    }
                }
            }
            Expr::Config(entries) => {
                let entries = ast.entries(entries);
                tree.nodes.push(Node::Dict(entries.len() as u32));
                for entry in entries {
                    if let Entry::Pair { op, key, value } = entry {
                        let name = self.cx.name(key_text(ast, entry));
                        tree.nodes.push(Node::Key(name, runtime_op(*op)));
                        tree.places.push(range(ast.expr_span(*key)));
                        self.add_node(tree, *value);
                    }
                }
            }
            _ => tree.nodes.push(Node::Undefined),
        }
    }
}

/// What a key means, with decoded strings.
pub(crate) fn key_of(ast: &ItemAst, key: ExprId) -> Key<'_> {
    ast.key(key)
}
