// Runs programs in a terminal, where their documents and errors stay.
import { basename, dirname } from "node:path";
import { window, workspace, type Terminal, type Uri } from "vscode";
import { command } from "./server";

/** By the folder that they began in. */
const terminals = new Map<string, Terminal>();

/** A word of a command line of a shell, or of PowerShell. */
function quoted(word: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(word)) {
    return word;
  }
  return process.platform === "win32" ? `'${word.replaceAll("'", "''")}'` : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Saves a file and runs the program that it is in; the one in a folder, if it is said. */
export async function runInTerminal(uri: Uri | undefined, stack?: Uri): Promise<void> {
  if (uri?.scheme !== "file") {
    void window.showWarningMessage("Save the file first: only files are run in a terminal.");
    return;
  }
  await workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())?.save();
  const folder = stack?.fsPath ?? workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(uri.fsPath);
  let terminal = terminals.get(folder);
  if (terminal === undefined || terminal.exitStatus !== undefined) {
    terminal = window.createTerminal({ name: stack ? `Kiln: ${basename(folder)}` : "Kiln", cwd: folder });
    terminals.set(folder, terminal);
  }
  terminal.show(true);
  // settings in the folder of a stack name its files
  terminal.sendText(stack ? `${quoted(command())} run` : `${quoted(command())} run ${quoted(uri.fsPath)}`);
}
