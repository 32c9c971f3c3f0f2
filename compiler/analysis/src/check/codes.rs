//! The diagnostics of the static checker: E0301 to E0499.
//!
//! 312, 314, 341, 346, 355 and 357 are retired: the parser finds these mistakes.

kiln_syntax::codes! {
    UNDEFINED_NAME = 301, Compile, "a name is not defined";
    TYPE_MISMATCH = 302, Type, "a value does not fit the type that is expected";
    BAD_OPERANDS = 303, Type, "an operator does not work on these types";
    BAD_UNARY_OPERAND = 304, Type, "a unary operator does not work on this type";
    ZERO_DIVISOR = 305, Type, "a division by a literal zero";
    IMPOSSIBLE_CAST = 306, Type, "an `as` between types that do not overlap";
    UNKNOWN_ATTRIBUTE = 307, Type, "a value has no such attribute";
    NOT_SUBSCRIPTABLE = 308, Compile, "a value cannot be subscripted";
    BAD_DICT_KEY = 309, Compile, "a dict is subscripted with something else than a string";
    DICT_SLICE = 310, Compile, "a slice of a dict or schema";
    NOT_ITERABLE = 311, Compile, "a value cannot be iterated";
    BAD_UNPACK = 313, Compile, "a value cannot be unpacked";
    NOT_CALLABLE = 315, Compile, "a value cannot be called";
    TOO_MANY_ARGUMENTS = 316, Compile, "a call has too many positional arguments";
    TOO_FEW_ARGUMENTS = 317, Compile, "a call lacks arguments";
    UNEXPECTED_KEYWORD = 318, Compile, "a call has an unknown keyword argument";
    DUPLICATE_KEYWORD = 319, Compile, "a call has the same keyword argument twice";
    UNKNOWN_MEMBER = 320, Compile, "a config key is not a member of the schema";
    MISSING_ATTRIBUTE = 321, Compile, "a required attribute is missing";
    NOT_A_SCHEMA = 322, Compile, "a config follows something that is no schema";
    CONFIG_EXPECTED = 323, Compile, "a schema is configured by a comprehension";
    MODIFICATION_ARGUMENTS = 324, Compile, "arguments on the modification of an instance";
    BAD_KEY = 325, IllegalAttribute, "a config key is not a string";
    BAD_INSERT = 326, IllegalAttribute, "something else than a list is inserted";
    PRIVATE_MEMBER = 327, Compile, "a private member of a module is used";
    REEXPORTED_MODULE = 328, Compile, "a module is reached through another module";
    OPTIONAL_MODULE_ACCESS = 329, Compile, "`?.` on a module";
    MODULE_AS_VALUE = 330, Type, "a module is used as a value";
    RETYPED = 332, Type, "a variable is annotated with another type";
    RETYPED_ATTRIBUTE = 336, Type, "an attribute's type is widened or changed";
    OPTIONAL_OVERRIDE = 337, Type, "a required attribute is made optional";
    BAD_BASE = 338, IllegalInherit, "a schema inherits from something that is no schema";
    INHERITANCE_CYCLE = 339, Compile, "schemas or rules inherit from each other";
    PARAMETER_NAME = 340, Compile, "a schema parameter is named like an attribute";
    DUPLICATE_PARAMETER = 342, Compile, "a parameter name is used twice";
    INDEX_SIGNATURE_KEY = 343, IndexSignature, "an index signature's key is not a string";
    INDEX_SIGNATURE_ATTRIBUTE = 344, IndexSignature, "an attribute does not fit the index signature";
    INDEX_SIGNATURE_NAME = 345, IndexSignature, "an index signature's key name is an attribute";
    MIXIN_NAME = 347, Name, "a mixin's name does not end in `Mixin`";
    BAD_MIXIN = 348, IllegalInherit, "something that is no mixin is mixed in";
    PROTOCOL_NAME = 349, Compile, "a protocol's name does not end in `Protocol`";
    PROTOCOL_BODY = 350, Compile, "a protocol contains more than attributes";
    BAD_PROTOCOL = 351, IllegalInherit, "something that is no protocol is implemented";
    BAD_RULE_PARENT = 352, IllegalInherit, "a rule inherits from something that is no rule";
    UNKNOWN_DECORATOR = 353, Compile, "a decorator is not known";
    DECORATOR_NAME = 354, Type, "a decorator's name is not a single name";
}
