// Documents of a program beside its text, written again when one of its files was changed.
import {
  EventEmitter,
  Uri,
  ViewColumn,
  languages,
  window,
  workspace,
  type Disposable,
  type TextDocumentContentProvider,
} from "vscode";
import type { Server } from "./server";

const SCHEME = "kiln-preview";
/** Milliseconds without a key before a preview is written again. */
const PAUSE = 300;

/** What is previewed: a file, and the folder of its program. */
interface Subject {
  uri: string;
  stack?: string;
}

/** What the server answers to `kiln.preview`. */
interface Preview {
  /** The documents, if the program ran. */
  yaml?: string | null;
  /** Why there are none. */
  error?: string | null;
}

export class Previews implements TextDocumentContentProvider, Disposable {
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly server: () => Server | undefined) {
    const later = () => this.#later();
    this.#subscriptions = [
      this.#changed,
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      workspace.onDidChangeTextDocument((change) => {
        if (change.document.languageId === "kcl") {
          later();
        }
      }),
      workspace.onDidSaveTextDocument(later),
    ];
  }

  /** Opens the preview of the program that a file is in; of the one in a folder, if it is said. */
  async show(uri: Uri | undefined, stack?: Uri): Promise<void> {
    if (uri === undefined) {
      void window.showWarningMessage("Open a program first.");
      return;
    }
    const subject: Subject = { uri: uri.toString(), stack: stack?.toString() };
    const path = `${(stack ?? uri).path}.yaml`;
    const address = Uri.from({ scheme: SCHEME, path, query: JSON.stringify(subject) });
    this.#changed.fire(address);
    const document = await workspace.openTextDocument(address);
    await languages.setTextDocumentLanguage(document, "yaml");
    await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true });
  }

  async provideTextDocumentContent(address: Uri): Promise<string> {
    try {
      const answer = await this.server()?.request<Preview | null>("workspace/executeCommand", {
        command: "kiln.preview",
        arguments: [JSON.parse(address.query) as Subject],
      });
      if (answer === undefined) {
        return "# The language server does not run.\n";
      }
      return answer?.yaml ?? comment(answer?.error ?? "No program was found for this file.");
    } catch (error) {
      return comment(error instanceof Error ? error.message : String(error));
    }
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const document of workspace.textDocuments) {
        if (document.uri.scheme === SCHEME) {
          this.#changed.fire(document.uri);
        }
      }
    }, PAUSE);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }
}

/** A text as comments of YAML. */
function comment(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `# ${line}`.trimEnd() + "\n")
    .join("");
}
