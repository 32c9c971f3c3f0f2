// A stand-in for the interface of the editor: as much of it as the extension and its client touch. What the test looks at
// is in `seen`; everything else exists and does nothing.
"use strict";
const { EventEmitter: NodeEmitter } = require("node:events");
const { pathToFileURL, fileURLToPath } = require("node:url");

class Disposable {
  constructor(call) {
    this.call = call;
  }
  static from(...all) {
    return new Disposable(() => all.forEach((one) => one.dispose()));
  }
  dispose() {
    this.call?.();
    this.call = undefined;
  }
}

class EventEmitter {
  #emitter = new NodeEmitter();
  event = (listener, self) => {
    const call = self === undefined ? listener : listener.bind(self);
    this.#emitter.on("event", call);
    return new Disposable(() => this.#emitter.off("event", call));
  };
  fire(value) {
    this.#emitter.emit("event", value);
  }
  dispose() {
    this.#emitter.removeAllListeners();
  }
}

class Uri {
  constructor(parts) {
    this.scheme = parts.scheme ?? "file";
    this.authority = parts.authority ?? "";
    this.path = parts.path ?? "";
    this.query = parts.query ?? "";
    this.fragment = parts.fragment ?? "";
  }
  static file(path) {
    return new Uri({ path });
  }
  static from(parts) {
    return new Uri(parts);
  }
  static parse(text) {
    const url = new URL(text);
    return new Uri({ scheme: url.protocol.slice(0, -1), path: decodeURI(url.pathname), query: decodeURIComponent(url.search.slice(1)) });
  }
  get fsPath() {
    return this.scheme === "file" ? fileURLToPath(pathToFileURL(this.path)) : this.path;
  }
  with(parts) {
    return new Uri({ ...this, ...parts });
  }
  toString() {
    const query = this.query === "" ? "" : `?${encodeURIComponent(this.query)}`;
    return this.scheme === "file" ? pathToFileURL(this.path).toString() : `${this.scheme}:${this.path}${query}`;
  }
}

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}

class Range {
  constructor(start, end, ...rest) {
    [this.start, this.end] = rest.length === 2 ? [new Position(start, end), new Position(...rest)] : [start, end];
  }
}

class Diagnostic {
  constructor(range, message, severity) {
    Object.assign(this, { range, message, severity });
  }
}

/** What a tab shows. */
class TabInputText {
  constructor(uri) {
    this.uri = uri;
  }
}

class CodeActionKind {
  static Empty = new CodeActionKind("");
  constructor(value) {
    this.value = value;
  }
  append(part) {
    return new CodeActionKind(this.value === "" ? part : `${this.value}.${part}`);
  }
}

class CancellationTokenSource {
  #changed = new EventEmitter();
  token = { isCancellationRequested: false, onCancellationRequested: this.#changed.event };
  cancel() {
    this.token.isCancellationRequested = true;
    this.#changed.fire();
  }
  dispose() {}
}

/** A file as the editor has it. */
class TextDocument {
  constructor(uri, languageId, text) {
    Object.assign(this, { uri, languageId, text, version: 1, isClosed: false, isDirty: false, saved: 0 });
  }
  get fileName() {
    return this.uri.fsPath;
  }
  getText() {
    return this.text;
  }
  async save() {
    this.saved += 1;
    return true;
  }
}

/** What happened. */
const seen = {
  commands: new Map(),
  diagnostics: new Map(),
  errors: [],
  executed: [],
  providers: new Map(),
  shown: [],
  terminals: [],
  warnings: [],
};
/** The settings of the section `kiln`. */
const settings = {};

/** The editor's events, by name. */
const events = new Map();
function emitter(name) {
  if (!events.has(name)) {
    events.set(name, new EventEmitter());
  }
  return events.get(name);
}

/** An object with what is given, and for the rest: events that never happen, and functions that give something to dispose. */
function rest(own) {
  return new Proxy(own, {
    get(target, key) {
      if (key in target || typeof key === "symbol" || key === "then") {
        return target[key];
      }
      if (/^on(Did|Will)/.test(key)) {
        return emitter(key).event;
      }
      return () => new Disposable();
    },
  });
}

/** A class or enumeration of which nobody needs more than that it is there. */
function anything(name) {
  const made = { [name]: class {} }[name];
  return new Proxy(made, { get: (target, key) => (key in target || typeof key === "symbol" ? target[key] : key) });
}

const output = rest({ append() {}, appendLine() {}, clear() {}, show() {}, info() {}, error: (text) => seen.errors.push(text), dispose() {}, logLevel: 3 });

const languages = rest({
  match: (selector, document) =>
    [selector].flat().some(({ language, scheme }) => (language ?? document.languageId) === document.languageId && (scheme ?? document.uri.scheme) === document.uri.scheme) ? 10 : 0,
  createDiagnosticCollection: () => ({
    set: (uri, found) => seen.diagnostics.set(uri.toString(), found ?? []),
    delete: (uri) => seen.diagnostics.delete(uri.toString()),
    clear: () => seen.diagnostics.clear(),
    has: (uri) => seen.diagnostics.has(uri.toString()),
    get: (uri) => seen.diagnostics.get(uri.toString()),
    forEach: (call) => seen.diagnostics.forEach((found, uri) => call(Uri.parse(uri), found)),
    dispose() {},
  }),
  setTextDocumentLanguage: async (document, language) => Object.assign(document, { languageId: language }),
});

const workspace = rest({
  textDocuments: [],
  workspaceFolders: [],
  isTrusted: true,
  getConfiguration: () => ({ ...settings, get: (key, other) => settings[key] ?? other, has: (key) => key in settings, inspect: () => undefined }),
  getWorkspaceFolder: () => workspace.workspaceFolders[0],
  registerTextDocumentContentProvider(scheme, provider) {
    seen.providers.set(scheme, provider);
    return new Disposable(() => seen.providers.delete(scheme));
  },
  async openTextDocument(uri) {
    const text = await seen.providers.get(uri.scheme).provideTextDocumentContent(uri);
    const document = new TextDocument(uri, "plaintext", text);
    workspace.textDocuments.push(document);
    return document;
  },
  createFileSystemWatcher: () => rest({ dispose() {} }),
});

const window = rest({
  activeTextEditor: undefined,
  visibleTextEditors: [],
  tabGroups: rest({ all: [], activeTabGroup: { tabs: [] } }),
  createOutputChannel: () => output,
  createTerminal(options) {
    const terminal = { options, sent: [], exitStatus: undefined, show() {}, sendText: (text) => terminal.sent.push(text) };
    seen.terminals.push(terminal);
    return terminal;
  },
  showErrorMessage: async (text) => void seen.errors.push(text),
  showWarningMessage: async (text) => void seen.warnings.push(text),
  showInformationMessage: async () => undefined,
  showTextDocument: async (document, options) => void seen.shown.push({ document, options }),
  withProgress: async (_, work) => work({ report() {} }, new CancellationTokenSource().token),
});

const commands = rest({
  registerCommand(name, call) {
    seen.commands.set(name, call);
    return new Disposable(() => seen.commands.delete(name));
  },
  async executeCommand(name, ...words) {
    seen.executed.push(name);
    return seen.commands.get(name)?.(...words);
  },
});

const own = {
  version: "1.91.0",
  env: rest({ appName: "test", language: "en", machineId: "test", sessionId: "test" }),
  CancellationTokenSource,
  CodeActionKind,
  Diagnostic,
  Disposable,
  EventEmitter,
  Position,
  Range,
  TabInputText,
  Uri,
  commands,
  extensions: rest({ all: [], getExtension: () => undefined }),
  languages,
  tests: rest({}),
  debug: rest({}),
  tasks: rest({}),
  notebooks: rest({}),
  window,
  workspace,
};
const made = new Map();
const vscode = new Proxy(own, {
  get(target, key) {
    if (key in target || typeof key === "symbol" || key === "then" || key === "__esModule") {
      return target[key];
    }
    if (!made.has(key)) {
      made.set(key, anything(key));
    }
    return made.get(key);
  },
});

module.exports = { TextDocument, emitter, seen, settings, vscode };
