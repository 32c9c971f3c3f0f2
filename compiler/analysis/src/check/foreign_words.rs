//! Words of other languages and formats: not names here, but their users mean something by them.

/// What to write instead of a word that is not defined.
pub(super) fn meaning(name: &str) -> Option<&'static str> {
    Some(match name {
        "true" | "TRUE" | "yes" => "the boolean is written `True`",
        "false" | "FALSE" | "no" => "the boolean is written `False`",
        "null" | "nil" | "none" | "NULL" => "no value is written `None`",
        "undefined" | "undef" => "an absent value is written `Undefined`",
        "string" | "String" => "the type of texts is written `str`",
        "integer" | "Integer" | "int32" | "int64" => "the type of whole numbers is written `int`",
        "boolean" | "Boolean" => "the type of booleans is written `bool`",
        "double" | "float64" | "float32" => "the type of decimal numbers is written `float`",
        "number" => "the types of numbers are `int` and `float`; both are written `int | float`",
        "array" | "Array" | "List" => "the type of lists is written with brackets: `[str]`",
        "object" | "Object" | "Dict" => "the type of dicts is written with braces: `{str:any}`",
        "self" | "this" => "attributes are named alone, without a prefix",
        "super" => "the attributes of a base are named alone, without a prefix",
        "function" | "fn" | "func" | "def" => "a function is written `lambda x { … }`",
        "let" | "var" | "const" => "a variable is defined by `name = value` alone",
        "from" => "packages are imported as a whole: `import math`, then `math.pi`",
        "return" => "the last expression of a body is its result",
        "class" | "struct" | "interface" => "a type with attributes is declared by `schema`",
        "foreach" | "while" => "values are repeated by comprehensions: `[… for x in list]`",
        "switch" => "cases are told apart by `if`, `elif` and `else`",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::meaning;

    #[test]
    fn words_that_exist_here_mean_themselves() {
        for word in ["True", "None", "str", "int", "list", "len", "name"] {
            assert_eq!(meaning(word), None, "{word}");
        }
    }
}
