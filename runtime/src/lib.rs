//! Values, bytecode, virtual machine, merge rules and document emission.
