// Starts the language server with the extension and stops it with it; commands are in files of their own.
import { commands, window, workspace, type ExtensionContext } from "vscode";
import { Server } from "./server";
import { Previews } from "./preview";
import { runInTerminal } from "./terminal";

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel("Kiln", { log: true });
  const previews = new Previews(() => server);
  server = new Server(output, previews);
  context.subscriptions.push(
    output,
    previews,
    commands.registerCommand("kiln.restart", () => server?.restart()),
    commands.registerCommand("kiln.log", () => output.show()),
    commands.registerCommand("kiln.runFile", () => runInTerminal(window.activeTextEditor?.document.uri)),
    commands.registerCommand("kiln.previewFile", () => previews.show(window.activeTextEditor?.document.uri)),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("kiln.path")) {
        void server?.restart();
      }
    }),
  );
  await server.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
  server = undefined;
}
