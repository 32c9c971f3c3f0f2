// Starts the language server, and starts it again when somebody asks for that or names another command.
const { commands, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

async function start() {
  const command = workspace.getConfiguration("kiln").get("path");
  client = new LanguageClient(
    "kiln",
    "Kiln",
    { command, args: ["lsp"] },
    {
      documentSelector: [{ language: "kcl" }],
      initializationOptions: workspace.getConfiguration("kiln"),
      synchronize: { configurationSection: "kiln" },
    },
  );
  await client.start();
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

exports.activate = async (context) => {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    commands.registerCommand("kiln.restart", restart),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("kiln.path")) {
        restart();
      }
    }),
  );
  await start();
};

exports.deactivate = stop;
