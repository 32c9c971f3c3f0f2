//! The words of the language, in a sentence each.

/// What a word does, and how it is used; nothing for other words.
#[must_use]
pub fn help(word: &str) -> Option<(&'static str, &'static str)> {
    let (usage, text) = match word {
        "import" => (
            "import a.b as c",
            "Makes a package known under a name. The path starts at the module's folder, or with dots at the file's.",
        ),
        "as" => (
            "value as T",
            "The value, if it has the type `T`; else an error. In an import: the name of the package in this file.",
        ),
        "rule" => (
            "rule Name:\n    condition, \"message\"",
            "Checks that are called by name, with a config or arguments.",
        ),
        "schema" => (
            "schema Name(Base):\n    attribute: type = default",
            "Declares attributes with types, defaults and checks. An instance is written `Name {attribute = value}`.",
        ),
        "mixin" => (
            "mixin [AMixin, BMixin]",
            "Takes in the attributes of mixins. At the top of a file: declares one, whose name ends in `Mixin`.",
        ),
        "protocol" => (
            "protocol NameProtocol:\n    attribute: type",
            "Says which attributes a schema must have for a mixin or rule.",
        ),
        "check" => (
            "check:\n    condition if guard, \"message\"",
            "Conditions that every instance of the schema must meet.",
        ),
        "for" => (
            "[element for name in values if condition]",
            "Goes through a list, dict or string. For a mixin: the protocol that its users meet.",
        ),
        "assert" => (
            "assert condition if guard, \"message\"",
            "Ends the run with the message unless the condition holds.",
        ),
        "if" => (
            "if condition: … elif other: … else: …",
            "Takes a part of a program, list or config only if a condition holds; in an expression, `a if condition else b`.",
        ),
        "elif" => (
            "elif condition:",
            "Taken if this condition is the first that holds.",
        ),
        "else" => ("else:", "Taken if no condition before it holds."),
        "or" => ("a or b", "`a` if it counts as true, else `b`."),
        "and" => ("a and b", "`a` if it counts as false, else `b`."),
        "not" => (
            "not a",
            "Whether `a` counts as false. `a not in b` is the opposite of `a in b`.",
        ),
        "in" => (
            "a in b",
            "Whether a list has the item, a dict the key, or a string the part.",
        ),
        "is" => (
            "a is b",
            "Whether both are the same; for `None`, `True` and `False`.",
        ),
        "lambda" => (
            "lambda name: type = default -> result {\n    value\n}",
            "A function. Its last expression is the result.",
        ),
        "all" => (
            "all x in values { condition }",
            "Whether the condition holds for every element.",
        ),
        "any" => (
            "any x in values { condition }",
            "Whether the condition holds for some element. As a type: every value.",
        ),
        "filter" => (
            "filter x in values { condition }",
            "The elements for which the condition holds.",
        ),
        "map" => (
            "map x in values { value }",
            "The value for each element, as a list.",
        ),
        "type" => ("type Name = T", "Gives a type another name."),
        "True" | "False" => ("bool", "One of the two truth values."),
        "None" => ("None", "No value. It is written as `null`."),
        "Undefined" => (
            "Undefined",
            "As if nothing had been set. It is not written at all.",
        ),
        "str" => ("str", "The type of texts."),
        "int" => ("int", "The type of whole numbers."),
        "float" => (
            "float",
            "The type of numbers with a fraction; whole numbers fit, too.",
        ),
        "bool" => ("bool", "The type of `True` and `False`."),
        _ => return None,
    };
    Some((usage, text))
}

#[cfg(test)]
mod tests {
    use kiln_syntax::lexer::lex;
    use kiln_syntax::token::Tok;

    use super::help;

    #[test]
    fn every_word_has_a_line() {
        let all = "True False None Undefined import as rule schema mixin protocol check for assert if elif else or and not in is lambda all any filter map type";
        for word in all.split(' ') {
            let tokens = lex(word).tokens;
            assert!(tokens.iter().all(|token| token.kind != Tok::Name), "{word}");
            assert!(
                help(word).is_some_and(|(_, text)| text.ends_with('.')),
                "{word}"
            );
        }
        assert_eq!(help("other"), None);
    }
}
