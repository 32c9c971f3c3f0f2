//! The codes of this crate's diagnostics: E0101 to E0199.

crate::codes! {
    STRAY_CHARACTER = 101, Syntax, "a character that means nothing here";
    FOREIGN_OPERATOR = 102, Syntax, "an operator of another language";
    SEMICOLON = 103, Syntax, "an unnecessary semicolon";
    LINE_CONTINUATION = 104, Syntax, "something follows the line continuation character";
    UNTERMINATED_STRING = 105, Syntax, "a string without end";
    INVALID_ESCAPE = 106, Syntax, "an escape sequence that cannot be decoded";
    INVALID_NUMBER = 107, Syntax, "a number that cannot be read";
    NUMBER_TOO_LARGE = 108, Syntax, "a number that does not fit into 64 bits";
    INVALID_INTERPOLATION = 109, Syntax, "an interpolation that cannot be read";
    INVALID_FORMAT_SPEC = 110, Compile, "an unknown format of an interpolation";
    INCONSISTENT_TABS = 111, Syntax, "tabs and spaces are mixed in indentation";
    INVALID_INDENTATION = 112, Syntax, "a line that is indented like no block around it";
    UNEXPECTED_INDENT = 113, Syntax, "a line that is indented for no reason";
    MISSING_BLOCK = 114, Syntax, "a header without its indented block";
    LINE_BREAK = 115, Syntax, "a line break where none may be";
    UNCLOSED_BRACKET = 116, Syntax, "a bracket that is never closed";
    UNMATCHED_BRACKET = 117, Syntax, "a closing bracket that closes nothing";
    TOO_DEEP = 118, Syntax, "brackets are nested too deeply";
    CLOSING_INDENT = 119, Syntax, "a statement ends on a line that is indented differently from its first one";
    UNEXPECTED_TOKEN = 120, Syntax, "something that does not fit here";
    MISSING_EXPRESSION = 121, Syntax, "an expression is missing";
    ELSE_IF = 122, Syntax, "`else if` instead of `elif`";
    INLINE_BLOCK = 123, Compile, "a block that must start on a new line";
    ILLEGAL_TARGET = 124, Syntax, "something that cannot be assigned to";
    POSITIONAL_AFTER_KEYWORD = 125, Syntax, "a positional argument after a keyword argument";
    DEFAULT_BEFORE_REQUIRED = 126, IllegalParameter, "a parameter without default after one with default";
    LOOP_VARIABLES = 127, Compile, "a loop whose variables cannot be used";
    MISPLACED_STATEMENT = 128, Syntax, "a statement that may not stand here";
    DUPLICATE_INDEX_SIGNATURE = 129, Syntax, "a second index signature";
    CHECK_NOT_LAST = 130, Syntax, "something follows the check block";
    MISPLACED_MIXINS = 131, Compile, "a mixin list that is not at the start of the schema";
    LAMBDA_RESULT = 132, Compile, "a lambda that does not end with a value";
    MISPLACED_DECORATOR = 133, Syntax, "a decorator of nothing";
    BARE_ANNOTATION = 134, Syntax, "an annotation without a value";
    COMPREHENSION_ELEMENT = 135, Compile, "an unpacking as the element of a comprehension";
    QUANTIFIER_SOURCE = 136, Syntax, "a quantifier over something that must first be given a name";
    KEYWORD_ARGUMENT = 137, Syntax, "a keyword of an argument that is not a name";
    AS_TYPE = 138, Compile, "the right side of `as` is not a type name";
    EMPTY_SUBSCRIPT = 139, Syntax, "a subscript without an index";
    SCHEMA_BASES = 140, Syntax, "a schema with several bases";
    LONE_BLOCK = 144, Syntax, "an indented block under a line that opens none";
    MISSING_COLON = 142, Syntax, "a header without its colon";
    LONE_ELSE = 143, Syntax, "an `else` or `elif` without `if`";
    STATEMENT_START = 141, Syntax, "a statement that starts with an operator";
}
