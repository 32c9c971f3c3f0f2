// The client of `kiln lsp`.
import { commands, window, workspace, Uri, type LogOutputChannel } from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import type { Previews } from "./preview";
import { runInTerminal } from "./terminal";

/** The command that the settings name. */
export function command(): string {
  return workspace.getConfiguration("kiln").get<string>("path") || "kiln";
}

/** What a command of a code lens is about. */
interface Subject {
  uri: Uri | undefined;
  /** The folder of the program, if settings there name the file. */
  stack: Uri | undefined;
}

function subject(args: unknown[]): Subject {
  const first: unknown = args[0];
  const fields = typeof first === "object" && first !== null ? (first as Record<string, unknown>) : { uri: first };
  const parsed = (text: unknown) => (typeof text === "string" ? Uri.parse(text) : undefined);
  return { uri: parsed(fields.uri) ?? window.activeTextEditor?.document.uri, stack: parsed(fields.stack) };
}

/** What the server answers to `kiln.test`. */
interface TestResult {
  passed: boolean;
  output: string;
}

export class Server {
  #client: LanguageClient | undefined;

  constructor(
    private readonly output: LogOutputChannel,
    private readonly previews: Previews,
  ) {}

  /** Starts the server; says what to do if there is none. */
  async start(): Promise<void> {
    const run: ServerOptions = { command: command(), args: ["lsp"] };
    const options: LanguageClientOptions = {
      documentSelector: [
        { scheme: "file", language: "kcl" },
        { scheme: "untitled", language: "kcl" },
        // what belongs together follows as it is typed
        { scheme: "file", pattern: "**/{kcl.mod,kcl.yaml}" },
      ],
      outputChannel: this.output,
      initializationOptions: workspace.getConfiguration("kiln"),
      synchronize: { configurationSection: "kiln" },
      middleware: {
        // what the server's code lenses offer is shown in the ways of this editor
        executeCommand: async (name, args, next) => {
          switch (name) {
            case "kiln.run": {
              const { uri, stack } = subject(args);
              return runInTerminal(uri, stack);
            }
            case "kiln.preview": {
              const { uri, stack } = subject(args);
              return this.previews.show(uri, stack);
            }
            case "kiln.test": {
              // the server need not show it, too
              const [first, ...rest] = args as unknown[];
              const quiet = typeof first === "object" && first !== null ? { ...first, show: false } : first;
              const result = (await next(name, [quiet, ...rest])) as TestResult | null | undefined;
              return this.#showTest(result);
            }
            default:
              return next(name, args);
          }
        },
      },
    };
    const client = new LanguageClient("kiln", "Kiln", run, options);
    this.#client = client;
    try {
      await client.start();
    } catch (error) {
      this.#client = undefined;
      this.output.error(`cannot start ${command()}: ${String(error)}`);
      const settings = "Open Settings";
      const answer = await window.showErrorMessage(
        `The language server could not be started: is \`${command()}\` installed and on the path? The setting kiln.path names another file.`,
        settings,
      );
      if (answer === settings) {
        await commands.executeCommand("workbench.action.openSettings", "kiln.path");
      }
    }
  }

  /** The output of a test goes to the log, its result to the user. */
  async #showTest(result: TestResult | null | undefined): Promise<void> {
    if (result === null || result === undefined) {
      return;
    }
    const output = result.output.trimEnd();
    const details = "Show Output";
    let answer: string | undefined;
    if (result.passed) {
      this.output.info(output);
      answer = await window.showInformationMessage(`Passed: ${names(output)}`, details);
    } else {
      this.output.error(output);
      answer = await window.showErrorMessage(`Failed: ${names(output, "FAIL")}`, details);
    }
    if (answer === details) {
      this.output.show();
    }
  }

  async stop(): Promise<void> {
    const running = this.#client;
    this.#client = undefined;
    await running?.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Asks the server something; nothing if it does not run. */
  async request<T>(method: string, params: unknown): Promise<T | undefined> {
    return this.#client?.sendRequest<T>(method, params);
  }
}

/** The tests that an output has a result of, a certain one if it is said. */
function names(output: string, result = "[A-Z]+"): string {
  const found = [...output.matchAll(new RegExp(`^(\\w+): ${result}$`, "gm"))].map((match) => match[1]);
  return found.length > 3 ? `${found.length} tests` : found.join(", ");
}
