//! Diagnostic codes of names and imports (`E02xx`).

kiln_syntax::codes! {
    CANNOT_FIND_MODULE = 201, CannotFindModule, "an imported package does not exist";
    AMBIGUOUS_MODULE = 202, CannotFindModule, "an import means a directory of the module and a dependency";
    ABOVE_ROOT = 203, CannotFindModule, "a relative import leads out of the module";
    MISSING_DEPENDENCY = 204, CannotFindModule, "an imported dependency has not been fetched";
    DUPLICATE_IMPORT = 205, Compile, "two imports of a file use one name for different packages";
    CYCLIC_IMPORT = 206, RecursiveLoad, "files import each other in a circle";
    UNREADABLE_FILE = 207, CannotFindModule, "a file cannot be read";
    NOT_AVAILABLE = 208, CannotFindModule, "an imported module or plugin is not available";
    IMMUTABLE = 210, Immutable, "an exported name is assigned twice";
    IMMUTABLE_UPDATE = 211, Immutable, "an exported name is changed";
    IMMUTABLE_IMPORT = 212, Immutable, "the name of an import is assigned";
    DUPLICATE_DEFINITION = 213, UniqueKey, "two schemas or rules of a package have one name";
    NAME_CLASH = 214, UniqueKey, "a schema or rule has the name of a variable or import";
    BUILTIN_SCHEMA_NAME = 215, Compile, "a schema or rule has the name of a builtin type";
    BUILTIN_ALIAS_NAME = 216, Type, "a type alias has the name of a builtin type";
    ALIAS_CLASH = 217, Type, "a schema or rule has the name of a type alias";
    ASSIGNED_IMPORT = 218, Type, "a private name is both an import and a variable";
    BAD_SETTINGS = 219, CannotFindModule, "a manifest or settings file cannot be used";
}
