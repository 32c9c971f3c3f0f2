// The colours of the grammar, as an editor computes them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";

const require = createRequire(import.meta.url);
const file = (path) => new URL(`../${path}`, import.meta.url);
const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(readFileSync(file("syntaxes/kcl.tmLanguage.json"), "utf8"), "kcl.json"),
});
const grammar = await registry.loadGrammar("source.kcl");

/** The innermost scopes of a program's pieces, `text scope`: neighbours in one are one, and what has no scope is left out. */
function scopes(program) {
  const pieces = [];
  let stack = textmate.INITIAL;
  for (const line of program.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    let before;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const text = line.slice(startIndex, endIndex);
      const scope = scopes.at(-1).replace(/\.kcl$/, "");
      if (before?.scope === scope) {
        before.text += text;
      } else {
        before = { text, scope };
        pieces.push(before);
      }
    }
  }
  const colored = pieces.filter(({ text, scope }) => text.trim() !== "" && !["source", "meta.interpolation"].includes(scope));
  return colored.map(({ text, scope }) => `${text.trim()} ${scope}`);
}

const programs = {
  "a schema": [
    "schema App[name: str](Base):\n    replicas?: int = 2 # how many",
    [
      "schema storage.type",
      "App entity.name.type",
      "name variable.other.property",
      "str support.type",
      "replicas variable.other.property",
      "? keyword.operator",
      "int support.type",
      "= keyword.operator",
      "2 constant.numeric",
      "# how many comment.line.number-sign",
    ],
  ],
  "an import": [
    "import models.core as c",
    ["import keyword.control.import", "models.core entity.name.namespace", "as keyword.control.import", "c entity.name.namespace"],
  ],
  "a string with a hole": [
    'x = "a\\n${f(1)}b"',
    [
      "x variable.other.property",
      "= keyword.operator",
      '"a string.quoted.single',
      "\\n constant.character.escape",
      "${ punctuation.section.interpolation.begin",
      "f entity.name.function",
      "1 constant.numeric",
      "} punctuation.section.interpolation.end",
      'b" string.quoted.single',
    ],
  ],
  "a string without its end": ['x = "a\ny = 1', ["x variable.other.property", "= keyword.operator", '"a string.quoted.single', "y variable.other.property", "= keyword.operator", "1 constant.numeric"]],
  "a text of several lines": ['"""a\nschema b"""\nTrue', ['"""a string.quoted.triple', 'schema b""" string.quoted.triple', "True constant.language"]],
  "a raw text of several lines": ["r'''\\d\n'''\nNone", ["r'''\\d string.quoted.triple.raw", "''' string.quoted.triple.raw", "None constant.language"]],
  "numbers with units": ["a = [1Ki, 0x1F, 2.5e3]", ["a variable.other.property", "= keyword.operator", "1Ki constant.numeric", "0x1F constant.numeric", "2.5e3 constant.numeric"]],
  "members that look like keywords": ["x = a.type.check", ["x variable.other.property", "= keyword.operator"]],
  "a decorator": ["@deprecated(strict=True)", ["@deprecated entity.name.function.decorator", "strict variable.other.property", "= keyword.operator", "True constant.language"]],
  "a lambda": ["f = lambda x: int -> int {", ["f variable.other.property", "= keyword.operator", "lambda keyword.control", "x variable.other.property", "int support.type", "-> keyword.operator", "int support.type"]],
};

for (const [name, [program, wanted]] of Object.entries(programs)) {
  test(name, () => assert.deepEqual(scopes(program), wanted));
}

test("the layout rules are expressions", () => {
  const layout = JSON.parse(readFileSync(file("language-configuration.json"), "utf8"));
  const opens = layout.onEnterRules.map((rule) => new RegExp(rule.beforeText));
  const indents = (line) => opens.some((rule) => rule.test(line));
  for (const line of ["schema A:", "    check:", "    if a > 1:", "    else:  "]) {
    assert.ok(indents(line), line);
  }
  for (const line of ["a: int", "x = 1", "iffy: int"]) {
    assert.ok(!indents(line), line);
  }
});
