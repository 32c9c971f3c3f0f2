// Runs programs in a terminal, where their documents and errors stay.
import { dirname } from "node:path";
import { window, workspace, type Terminal, type Uri } from "vscode";
import { command } from "./server";

let terminal: Terminal | undefined;

/** A word of a command line of a shell, or of PowerShell. */
function quoted(word: string): string {
  if (/^[\w@%+=:,./\\-]+$/.test(word)) {
    return word;
  }
  return process.platform === "win32" ? `'${word.replaceAll("'", "''")}'` : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Saves a file and runs the program that it is in. */
export async function runInTerminal(uri: Uri | undefined): Promise<void> {
  if (uri?.scheme !== "file") {
    void window.showWarningMessage("Save the file first: only files are run in a terminal.");
    return;
  }
  await workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())?.save();
  if (terminal === undefined || terminal.exitStatus !== undefined) {
    const folder = workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(uri.fsPath);
    terminal = window.createTerminal({ name: "Kiln", cwd: folder });
  }
  terminal.show(true);
  terminal.sendText(`${quoted(command())} run ${quoted(uri.fsPath)}`);
}
