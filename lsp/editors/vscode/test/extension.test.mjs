// The built extension with a real language server, in an editor that is a stand-in: it starts, reports, restarts, shows
// previews, runs programs in a terminal, and ends its server when it ends.
//
// Needs `npm run build`, and the command `kiln` in the variable KILN.
import assert from "node:assert/strict";
import childProcess from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const Module = require("node:module");
const { TextDocument, emitter, seen, settings, vscode } = require("./vscode.cjs");
const bundle = fileURLToPath(new URL("../dist/extension.js", import.meta.url));
const kiln = process.env.KILN;
const skip = !existsSync(bundle) ? "not built: run `npm run build`" : kiln === undefined ? "KILN names no command" : false;

/** The servers that were started. */
const started = [];
const { spawn } = childProcess;
childProcess.spawn = (...words) => {
  const child = spawn(...words);
  child.ended = new Promise((resolve) => child.once("exit", resolve));
  started.push(child);
  return child;
};
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));

/** Waits until something is so. */
async function until(what, condition) {
  const end = Date.now() + 30_000;
  while (!condition()) {
    assert.ok(Date.now() < end, `${what} does not come: ${JSON.stringify([...seen.diagnostics])} ${seen.errors}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test("a session", { skip, timeout: 120_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "kcl.mod"), '[package]\nname = "test"\n');
  const path = join(folder, "main.k");
  const text = 'size: int = "two"\n';
  writeFileSync(path, text);
  const document = new TextDocument(vscode.Uri.file(path), "kcl", text);
  vscode.workspace.textDocuments.push(document);
  vscode.workspace.workspaceFolders.push({ uri: vscode.Uri.file(folder), name: "test", index: 0 });
  vscode.window.activeTextEditor = { document };
  vscode.window.visibleTextEditors.push(vscode.window.activeTextEditor);
  vscode.window.tabGroups.all.push({ tabs: [{ input: new vscode.TabInputText(document.uri) }] });
  settings.path = kiln;
  const address = document.uri.toString();
  const found = () => seen.diagnostics.get(address)?.map((it) => it.message) ?? [];

  const extension = require(bundle);
  const context = { subscriptions: [] };
  await extension.activate(context);
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(
    [...seen.commands.keys()].filter((name) => /^kiln\.(restart|log|runFile|previewFile)$/.test(name)).sort(),
    ["kiln.log", "kiln.previewFile", "kiln.restart", "kiln.runFile"],
  );

  await t.test("a mistake is reported, and gone when it is mended", async () => {
    await until("a mistake", () => found().some((message) => message.includes("`int`")));
    document.text = "size: int = 2\n";
    document.version += 1;
    const range = new vscode.Range(0, 12, 0, 17);
    emitter("onDidChangeTextDocument").fire({ document, reason: undefined, contentChanges: [{ range, rangeOffset: 12, rangeLength: 5, text: "2" }] });
    await until("peace", () => found().length === 0);
  });

  await t.test("another server after a restart", async () => {
    assert.equal(started.length, 1);
    await vscode.commands.executeCommand("kiln.restart");
    assert.equal(started.length, 2);
    assert.equal(await started[0].ended, 0);
    document.text = 'size: int = "three"\n';
    document.version += 1;
    const range = new vscode.Range(0, 12, 0, 13);
    emitter("onDidChangeTextDocument").fire({ document, reason: undefined, contentChanges: [{ range, rangeOffset: 12, rangeLength: 1, text: '"three"' }] });
    await until("a mistake", () => found().some((message) => message.includes("`int`")));
  });

  await t.test("a preview beside the program", async () => {
    writeFileSync(path, "size: int = 2\n");
    document.text = "size: int = 2\n";
    document.version += 1;
    const range = new vscode.Range(0, 12, 0, 19);
    emitter("onDidChangeTextDocument").fire({ document, reason: undefined, contentChanges: [{ range, rangeOffset: 12, rangeLength: 7, text: "2" }] });
    await vscode.commands.executeCommand("kiln.previewFile");
    const [{ document: preview, options }] = seen.shown;
    assert.equal(preview.languageId, "yaml");
    assert.equal(options.preserveFocus, true);
    assert.equal(preview.getText(), "size: 2\n");
  });

  await t.test("a run in a terminal, of the saved file", async () => {
    await vscode.commands.executeCommand("kiln.runFile");
    assert.equal(document.saved, 1);
    assert.equal(seen.terminals.length, 1);
    assert.equal(seen.terminals[0].options.cwd, folder);
    assert.deepEqual(seen.terminals[0].sent, [`${kiln} run ${path}`]);
    vscode.window.activeTextEditor = undefined;
    await vscode.commands.executeCommand("kiln.runFile");
    assert.equal(seen.warnings.length, 1);
  });

  await t.test("the server ends with the extension", async () => {
    await extension.deactivate();
    assert.equal(await started[1].ended, 0);
    for (const subscription of context.subscriptions) {
      subscription.dispose();
    }
    assert.deepEqual(seen.errors, []);
  });

  await t.test("a command that does not exist is said so", async () => {
    settings.path = join(folder, "nothing");
    await extension.activate(context);
    assert.ok(seen.errors.some((message) => message.includes("kiln.path")), seen.errors.join("\n"));
    await extension.deactivate();
  });
});
