-- What somebody does in the editor: with functions that are there from 0.7 on. Says in a file how far it came, and ends
-- the editor with an error if something is not as it should be.

local report = assert(io.open(os.getenv("KILN_TEST_REPORT"), "w"))

local function say(text)
  report:write(text, "\n")
  report:flush()
end

local function wait_for(what, condition)
  if not vim.wait(30000, condition, 20) then
    error(what .. " does not come")
  end
  say(what)
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n") .. "\n"
end

local function diagnostics()
  return vim.diagnostic.get(0)
end

local function has(code)
  for _, diagnostic in ipairs(diagnostics()) do
    local lsp = diagnostic.user_data and diagnostic.user_data.lsp or {}
    if (diagnostic.code or lsp.code) == code then
      return true
    end
  end
  return false
end

-- Replaces text in the buffer, as typing does.
local function replace(old, new)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local first, last = line:find(old, 1, true)
    if first then
      vim.api.nvim_buf_set_text(0, number - 1, first - 1, number - 1, last, { new })
      return
    end
  end
  error("there is no " .. old)
end

-- Puts the cursor on the first character of a piece of text.
local function go_to(line_text, piece)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local at = line:find(line_text, 1, true)
    if at then
      local column = assert(line:find(piece, at, true))
      vim.api.nvim_win_set_cursor(0, { number, column - 1 })
      return
    end
  end
  error("there is no " .. line_text)
end

local function client()
  local clients = vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = 0 })
    or vim.lsp.buf_get_clients(0)
  for _, one in pairs(clients) do
    return one
  end
end

-- The parameters for the place of the cursor.
local function position()
  return vim.lsp.util.make_position_params(0, client().offset_encoding)
end

local function ask(method, params)
  local answers, problem = vim.lsp.buf_request_sync(0, method, params, 30000)
  assert(answers, problem)
  for _, answer in pairs(answers) do
    assert(not answer.err and not answer.error, vim.inspect(answer))
    return answer.result
  end
  error("no answer to " .. method)
end

local function session()
  assert(vim.bo.filetype == "kcl", "the file type is " .. vim.bo.filetype)
  wait_for("a client", function()
    local one = client()
    return one and (one.initialized or one.server_capabilities) and true or false
  end)

  -- a mistake and a lint; mending takes the mistake away
  wait_for("diagnostics", function()
    return has("E0305") or #diagnostics() >= 2
  end)
  for _, diagnostic in ipairs(diagnostics()) do
    say("  " .. (diagnostic.lnum + 1) .. ": " .. diagnostic.message:match("[^\n]*"))
  end
  replace('"two"', "2")
  wait_for("no mistake any more", function()
    return #diagnostics() == 1 and diagnostics()[1].severity == vim.diagnostic.severity.WARN
  end)

  -- reading
  go_to("model.Server", "Server")
  local hover = ask("textDocument/hover", position())
  assert(vim.inspect(hover):find("A thing that runs", 1, true), vim.inspect(hover))
  say("hover")
  local definition = ask("textDocument/definition", position())
  local target = definition[1] or definition
  assert((target.uri or target.targetUri):match("model/model%.k$"), vim.inspect(definition))
  say("definition")

  -- completion in the middle of a word
  go_to("web.replicas", "replicas")
  local completion = ask("textDocument/completion", position())
  local labels = {}
  for _, item in ipairs(completion.items or completion) do
    table.insert(labels, item.label)
  end
  assert(vim.tbl_contains(labels, "replicas"), vim.inspect(labels))
  assert(vim.tbl_contains(labels, "name"), vim.inspect(labels))
  say("completion")

  -- a correction: the import that nobody uses
  go_to("import math", "math")
  local params = position()
  params.range = { start = params.position, ["end"] = params.position }
  params.context = { diagnostics = {} }
  local actions = ask("textDocument/codeAction", params)
  local correction
  for _, action in ipairs(actions) do
    if action.kind == "quickfix" then
      correction = action
    end
  end
  assert(correction and correction.edit, vim.inspect(actions))
  vim.lsp.util.apply_workspace_edit(correction.edit, client().offset_encoding)
  wait_for("a correction", function()
    return not text():find("import math", 1, true)
  end)
  wait_for("nothing wrong any more", function()
    return #diagnostics() == 0
  end)

  -- renaming in two files
  go_to("replicas = 2", "replicas")
  vim.lsp.buf.rename("count")
  wait_for("another name", function()
    return text():find("count = 2", 1, true) and text():find("web.count", 1, true) and true or false
  end)

  -- formatting
  if vim.lsp.buf.format then
    vim.lsp.buf.format({ timeout_ms = 30000 })
  else
    vim.lsp.buf.formatting_sync(nil, 30000)
  end
  assert(text():find("\nsize = web.count\n", 1, true), text())
  say("formatting")

  vim.cmd("silent wall")
  wait_for("nothing wrong after saving", function()
    return #diagnostics() == 0
  end)
  say("all is well")
end

local well, problem = pcall(session)
if not well then
  say("failed: " .. tostring(problem))
  say(text())
  say(vim.inspect(diagnostics()))
end
report:close()
vim.cmd(well and "qall!" or "cquit!")
