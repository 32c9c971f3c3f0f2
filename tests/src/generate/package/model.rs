//! What is known about the part of a package that is written already.

/// The folder number of `main.k`.
pub(super) const ROOT: usize = usize::MAX;

/// Everything that later files can refer to.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) folders: Vec<Folder>,
    pub(super) schemas: Vec<Schema>,
    pub(super) aliases: Vec<Alias>,
    /// How many deprecated attributes configs set.
    pub(super) deprecated_uses: usize,
}

/// A folder: a package of its own.
#[derive(Debug)]
pub(super) struct Folder {
    /// Components of its path.
    path: Vec<String>,
    /// Folders that its files may import.
    pub(super) used: Vec<usize>,
    /// Its schemas that others may use.
    pub(super) schemas: Vec<SchemaId>,
    /// Its mixins.
    pub(super) mixins: Vec<SchemaId>,
    /// Its aliases.
    pub(super) aliases: Vec<usize>,
    /// Its functions that take a count and make instances.
    pub(super) makers: Vec<String>,
    /// All names in it.
    pub(super) names: std::collections::HashSet<String>,
}

impl Folder {
    pub(super) fn new(number: usize, used: Vec<usize>) -> Self {
        let path = match number {
            0 => vec!["common".to_owned()],
            _ => vec![
                "api".to_owned(),
                format!("group{}", number / 3),
                format!("v{}", number % 3 + 1),
            ],
        };
        Self {
            path,
            used,
            schemas: Vec::new(),
            mixins: Vec::new(),
            aliases: Vec::new(),
            makers: Vec::new(),
            names: std::collections::HashSet::new(),
        }
    }

    /// The path of a file in it.
    pub(super) fn file(&self, number: usize) -> String {
        format!("{}/part_{number:02}.k", self.path.join("/"))
    }

    /// How imports write its path.
    pub(super) fn import_path(&self) -> String {
        self.path.join(".")
    }

    /// The name that importing files give it.
    pub(super) fn alias(&self) -> String {
        self.path[self.path.len().saturating_sub(2)..].join("_")
    }
}

/// Position of a schema in [`Model::schemas`].
pub(super) type SchemaId = usize;

/// A schema or mixin.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) name: String,
    pub(super) folder: usize,
    pub(super) base: Option<SchemaId>,
    pub(super) mixins: Vec<SchemaId>,
    pub(super) fields: Vec<Field>,
    /// How many bases are above it.
    pub(super) depth: usize,
    /// About how many lines its smallest instance takes.
    pub(super) cost: usize,
    /// Whether others may inherit from it.
    pub(super) extensible: bool,
}

/// An attribute.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: Ty,
    pub(super) optional: bool,
    pub(super) default: bool,
    pub(super) deprecated: bool,
}

impl Field {
    /// Whether instances must set it.
    pub(super) const fn is_required(&self) -> bool {
        !self.optional && !self.default
    }
}

/// `type Name = "a" | "b"`
#[derive(Debug)]
pub(super) struct Alias {
    pub(super) name: String,
    pub(super) folder: usize,
    pub(super) literals: Vec<String>,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    Str,
    Int,
    Float,
    Bool,
    Any,
    /// `int | str`
    IntOrStr,
    /// `"a" | "b"`
    Literals(Vec<String>),
    /// A position in [`Model::aliases`].
    Alias(usize),
    List(Box<Self>),
    Dict(Box<Self>),
    Schema(SchemaId),
}

impl Model {
    /// The schema, its base, the base of that, …
    pub(super) fn line(&self, schema: SchemaId) -> impl Iterator<Item = &Schema> {
        std::iter::successors(Some(schema), |&id| self.schemas[id].base).map(|id| &self.schemas[id])
    }

    /// All attributes of a schema: of its bases, of mixins and its own. One that is declared again comes once, as it is
    /// declared last.
    pub(super) fn fields(&self, schema: SchemaId) -> Vec<&Field> {
        let mut fields: Vec<&Field> = Vec::new();
        for part in self.line(schema) {
            let mixed = part.mixins.iter().flat_map(|&id| &self.schemas[id].fields);
            for field in part.fields.iter().chain(mixed) {
                if !fields.iter().any(|known| known.name == field.name) {
                    fields.push(field);
                }
            }
        }
        fields
    }
}
