// The client of `kiln lsp`.
import { commands, window, workspace, Uri, type LogOutputChannel } from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import type { Previews } from "./preview";
import { runInTerminal } from "./terminal";

/** The command that the settings name. */
export function command(): string {
  return workspace.getConfiguration("kiln").get<string>("path") || "kiln";
}

/** The address that a command of a code lens is about. */
function subject(args: unknown[]): Uri | undefined {
  const first = args[0];
  const text = typeof first === "object" && first !== null ? (first as { uri?: unknown }).uri : first;
  return typeof text === "string" ? Uri.parse(text) : window.activeTextEditor?.document.uri;
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
      ],
      outputChannel: this.output,
      initializationOptions: workspace.getConfiguration("kiln"),
      synchronize: { configurationSection: "kiln" },
      middleware: {
        // what the server's code lenses offer is shown in the ways of this editor
        executeCommand: async (name, args, next) => {
          switch (name) {
            case "kiln.run":
              return runInTerminal(subject(args));
            case "kiln.preview":
              return this.previews.show(subject(args));
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
