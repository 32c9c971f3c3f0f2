#!/usr/bin/env python3
"""Records what the reference implementation's formatter makes of the programs in these `.cases` files.

  record.py [FILES]            record all answers in place; needs a Python with `kcl_lib==0.13.2`
  record.py --check [FILES]    report differences only; exit 1 if there are any
  record.py --kiln "kiln fmt -" [FILES]
                               also rewrite the `--- kiln:` parts, with a reason to fill in where there was none

The format of the files is described in README.md. Every text is formatted by a child process with limits on time and
memory, because some texts hang or kill the reference implementation.
"""
import os
import re
import resource
import select
import shlex
import subprocess
import sys
import time

SECONDS = 10
MEMORY = 4 << 30


def formatted(text):
    """The reference's answer; `None` if it crashed or gave nothing for something."""
    import kcl_lib.api as api

    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            out = api.API().format_code(api.FormatCodeArgs(source=text)).formatted
            with os.fdopen(write_end, "wb") as pipe:
                pipe.write(b"+" + out)
        finally:
            os._exit(0)
    os.close(write_end)
    end, data = time.monotonic() + SECONDS, b""
    while time.monotonic() < end:
        if select.select([read_end], [], [], max(0, end - time.monotonic()))[0]:
            block = os.read(read_end, 1 << 16)
            if not block:
                break
            data += block
    else:
        os.kill(child, 9)
    os.waitpid(child, 0)
    os.close(read_end)
    if not data or (data == b"+" and text.strip()):
        return None
    return data[1:].decode("utf-8")


PLAIN = {"\n": "\\n\n", "\\": "\\\\", "\r": "\\r", "\t": "\\t", "\x0b": "\\x0B", "\x0c": "\\x0C", "\ufeff": "\\uFEFF"}


def written(part, text, before=None):
    """A part of a case."""
    if text is None:
        return f"--- {part}: crash\n"
    if before is not None and text == before:
        return f"--- {part}: same\n"
    odd = re.search(r"[\r\x0b\x0c\ufeff]|[ \t]$", text, re.M)
    if odd or not text.endswith("\n") or text == "\n":
        body = "".join(PLAIN.get(c, c) for c in text)
        body = re.sub(r" (?=\\n)", r"\\x20", body)
        return f"--- {part}: escaped\n{body}" + ("" if body.endswith("\n") or not body else "\n")
    lines = [("\\" if re.match(r"\\*(---|===)", line) else "") + line for line in text[:-1].split("\n")]
    return f"--- {part}:\n" + "".join(line + "\n" for line in lines)


def read(mode, body, before):
    """The text of a part."""
    if mode == "same":
        return before
    if mode == "crash":
        return None
    if mode == "escaped":
        escape = r"\\(n|r|t|\\|x[0-9A-F]{2}|u[0-9A-F]{4})"
        names = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
        decode = lambda m: names.get(m[1]) or chr(int(m[1][1:], 16))
        return re.sub(escape, decode, body.replace("\n", ""))
    return re.sub(r"(?m)^\\(\\*(?:---|===))", r"\1", body)


def cases(text):
    """Splits a file into its head and its cases: name, and parts as (name, mode, body)."""
    head, found, body = [], [], None
    for line in text.split("\n")[:-1]:
        if line.startswith("=== "):
            found.append((line[4:], []))
            body = None
        elif found and line.startswith("--- "):
            name, _, mode = line[4:].partition(":")
            body = []
            found[-1][1].append((name, mode.strip(), body))
        elif body is not None:
            body.append(line + "\n")
        elif not found:
            head.append(line + "\n")
    for _, parts in found:
        # the empty line between two cases
        if parts and parts[-1][2][-1:] == ["\n"]:
            parts[-1][2].pop()
    return "".join(head), found


def record(path, check, kiln):
    with open(path, newline="") as file:
        old = file.read()
    new, found = cases(old)
    for name, parts in found:
        texts = {part: (mode, "".join(body)) for part, mode, body in parts}
        before = read(*texts["before"], None)
        expect = formatted(before)
        own = read(*texts["kiln"], before) if "kiln" in texts else None
        if kiln:
            run = subprocess.run(shlex.split(kiln), input=before.encode(), stdout=subprocess.PIPE, timeout=60)
            own = run.stdout.decode()
        differs = texts.get("differs", ("", ""))[0]
        if own == expect:
            own = None
        new += f"=== {name}\n"
        if "note" in texts:
            new += f"--- note: {texts['note'][0]}\n"
        new += written("before", before)
        if own is not None:
            new += f"--- differs: {differs or 'why?'}\n"
        new += written("expect", expect, before)
        if own is not None:
            new += written("kiln", own, before)
        new += "\n"
    new = new.rstrip("\n") + "\n"
    if new != old:
        print("differs:" if check else "recorded:", path)
        if not check:
            with open(path, "w", newline="") as file:
                file.write(new)
    return new != old


def main(words):
    check = "--check" in words
    kiln = None
    if "--kiln" in words:
        at = words.index("--kiln")
        kiln = words[at + 1]
        del words[at : at + 2]
    files = [word for word in words if word != "--check"]
    folder = os.path.dirname(os.path.abspath(__file__))
    files = files or sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".cases"))
    changed = [record(path, check, kiln) for path in files]
    return int(check and any(changed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
