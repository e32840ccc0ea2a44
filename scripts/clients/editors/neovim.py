#!/usr/bin/env python3
"""Neovim, set up as docs/editors.md says: sees the finding, reads about it, applies the fix, saves, and sees it gone.

    neovim.py --nvim PROGRAM --sflint PROGRAM
"""
import argparse
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import project  # noqa: E402

STEPS = r"""
local bad, good = arg_bad, arg_good
local function stop(message) io.stderr:write(message .. '\n') vim.cmd('cquit 1') end
local function wait(what, fits)
  if not vim.wait(20000, fits, 20) then stop('never: ' .. what) end
end
local function codes()
  return table.concat(vim.tbl_map(function(one) return one.code end, vim.diagnostic.get(0)), ' ')
end
vim.cmd.edit(good)
wait('the server at the good app', function() return #vim.lsp.get_clients({ bufnr = 0, name = 'sflint' }) == 1 end)
vim.wait(1500)
if codes() ~= '' then stop('the good app has findings: ' .. codes()) end
vim.cmd.edit(bad)
wait('the finding', function() return codes() == arg_rule end)
local found = vim.diagnostic.get(0)[1]
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
local client = vim.lsp.get_clients({ bufnr = 0, name = 'sflint' })[1]
if not client.server_capabilities.diagnosticProvider then stop('it does not ask for diagnostics') end
local position = vim.lsp.util.make_position_params(0, client.offset_encoding)
local hover = client:request_sync('textDocument/hover', position, 5000, 0)
if not hover.result.contents.value:find('# ' .. arg_rule, 1, true) then stop('hover tells something else') end
vim.lsp.buf.code_action({
  filter = function(action) return action.title:find('^Set isPkceRequired') ~= nil end,
  apply = true,
})
wait('the fix', function() return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false)):find(arg_right, 1, true) end)
wait('silence', function() return codes() == '' end)
vim.cmd.write()
vim.cmd('qall!')
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--nvim", required=True)
    parser.add_argument("--sflint", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(os.path.realpath(scratch), "project")
        bad, good = project.write(folder)
        init = os.path.join(scratch, "init.lua")
        with open(init, "w", encoding="utf-8") as file:
            file.write(project.snippet("Neovim", "lua"))
        values = {"bad": bad, "good": good, "rule": project.RULE, "right": project.RIGHT}
        steps = os.path.join(scratch, "steps.lua")
        with open(steps, "w", encoding="utf-8") as file:
            file.writelines(f"arg_{name} = [[{value}]]\n" for name, value in values.items())
            file.write(STEPS)
        path = os.path.dirname(os.path.abspath(arguments.sflint)) + os.pathsep + os.environ["PATH"]
        home = {name: os.path.join(scratch, name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
        run = subprocess.run([arguments.nvim, "--headless", "-u", init, "-c", f"luafile {steps}"], cwd=folder,
                             env={**os.environ, **home, "PATH": path}, stdin=subprocess.DEVNULL, timeout=120, check=False)
        if run.returncode != 0:
            raise SystemExit("Neovim: not as expected")
        if not project.fixed(folder):
            raise SystemExit("Neovim: the file is not what the fix makes of it")
    print("Neovim: finding, hover, fix, silence; nothing in the good app")


if __name__ == "__main__":
    main()
