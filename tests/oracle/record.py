#!/usr/bin/env python3
"""Record the reference implementation's answers into the `.cases` files of this folder.

  record.py --oracle "python /path/oracle.py"            rewrite every `--- expect` part
  record.py --check                                      report differences, change nothing
  record.py --only 'core/04-*'  [--only …] [--case GLOB] limit the files / the cases
  record.py --missing                                    record only cases without an expectation
  record.py --table                                      write sections.md (no oracle needed)

The oracle command may also come from the environment variable ORACLE. See README.md for the format.
"""
import argparse
import concurrent.futures
import fnmatch
import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
MARK = re.compile(r"^(---|===)")
ESCAPED = re.compile(r"^\\+(---|===)")
ESCAPE = re.compile(r"^\\*(---|===)")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
WORDS = ("args", "file", "differs", "expect", "kiln", "note")
VALUED = {"-D", "--argument", "-Y", "--setting", "-O", "--overrides", "-S", "--path_selector",
          "-E", "--external", "-o", "--output", "-f", "--format"}
HEADER = re.compile(r"^(?:error\[(\w+)\]: (\w+)|(\w*Error))$")
PLACE = re.compile(r"^\s*--> (.*):(\d+):(\d+)$")
TIMEOUT, MEMORY = 10, 4_000_000 * 1024


class Bad(Exception):
    pass


def escape(line):
    return "\\" + line if ESCAPE.match(line) else line


def unescape(line):
    return line[1:] if ESCAPED.match(line) else line


class Section:
    def __init__(self, word, head):
        self.word, self.head, self.lines = word, head, []  # lines as in the file, still escaped

    def strip(self):
        while self.lines and not self.lines[-1]:
            self.lines.pop()

    def text(self):
        return "".join(unescape(x) + "\n" for x in self.lines)

    def dump(self):
        return [("--- %s: %s" % (self.word, self.head)).rstrip(" ")] + self.lines


class Case:
    def __init__(self, name):
        self.name, self.sections = name, []

    def all(self, word):
        return [s for s in self.sections if s.word == word]

    def one(self, word):
        found = self.all(word)
        return found[0] if found else None

    def words(self):
        s = self.one("args")
        return shlex.split(s.head) if s else []

    def argv(self):
        """Entries first, because the oracle's options swallow the words after them."""
        entries, options, words = [], [], self.words()
        while words:
            w = words.pop(0)
            if not w.startswith("-"):
                entries.append(w)
                continue
            options.append(w)
            if w in VALUED and words:
                options.append(words.pop(0))
        if not entries and any(s.head == "main.k" for s in self.all("file")):
            entries = ["main.k"]
        return ["run"] + entries + options

    def dump(self):
        out = ["=== " + self.name]
        for s in self.sections:
            out += s.dump()
        return out


def parse(path):
    with open(path, encoding="utf-8", newline="") as f:
        lines = f.read().split("\n")
    head, cases, here, names = [], [], None, set()
    for n, line in enumerate(lines, 1):
        if line.startswith("=== "):
            case = Case(line[4:].strip())
            if case.name in names or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", case.name):
                raise Bad("%s:%d: bad or repeated case name %r" % (path, n, case.name))
            names.add(case.name)
            cases.append(case)
            here = None
        elif MARK.match(line):
            m = re.match(r"^--- (\w+):(?: (.*))?$", line)
            if not m or m.group(1) not in WORDS or not cases:
                raise Bad("%s:%d: unknown marker %r" % (path, n, line))
            here = Section(m.group(1), (m.group(2) or "").strip())
            cases[-1].sections.append(here)
        elif here is not None:
            here.lines.append(line)
        elif cases:
            if line:
                raise Bad("%s:%d: text before the first part of a case" % (path, n))
        else:
            head.append(line)
    for case in cases:
        if not case.all("file"):
            raise Bad("%s: case %s has no file" % (path, case.name))
        for s in case.sections:
            if s.word != "file" or s is case.sections[-1]:
                s.strip()
    while head and not head[-1]:
        head.pop()
    return head, cases


def dump(path, head, cases):
    out = head + ([""] if head else [])
    for case in cases:
        out += case.dump() + [""]
    text = "\n".join(out)
    with open(path, encoding="utf-8", newline="") as f:
        if f.read() == text:
            return
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)


class Oracle:
    """One serving process per thread."""

    def __init__(self, command):
        self.command, self.local, self.all = command, threading.local(), []

    def ask(self, cwd, argv):
        p = getattr(self.local, "process", None)
        if p is None:
            limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            p = subprocess.Popen(self.command + ["--serve"], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True, preexec_fn=limit)
            self.local.process = p
            self.all.append(p)
        p.stdin.write(json.dumps({"cwd": cwd, "argv": argv, "timeout": TIMEOUT}) + "\n")
        p.stdin.flush()
        return json.loads(p.stdout.readline())

    def close(self):
        for p in self.all:
            p.stdin.close()
            p.wait()


def diagnostics(text):
    """Blocks of the oracle's stderr: [code-or-None, kind, file, line, message]."""
    found = []
    for line in text.split("\n"):
        m = HEADER.match(line)
        if m:
            found.append([m.group(1), m.group(2) or m.group(3), None, None, []])
            continue
        if not found:
            continue
        d, place = found[-1], PLACE.match(line)
        if place:
            if d[2] is None:
                d[2], d[3] = place.group(1), int(place.group(2))
            else:
                d[4].append("at %s:%s" % (place.group(1), place.group(2)))
        elif re.match(r"^\s*(\d+ )?\|\s*$", line) or re.match(r"^\s*\d+ \| ", line):
            pass
        elif line.strip():
            d[4].append(re.sub(r"^\s*\|\s+(\^+(\s|$))?", "", line).strip())
    return found


def expectation(case, reply, root):
    """The (head, lines) of the `expect` part for one reply of the oracle."""
    argv = case.argv()
    if reply["timed_out"] or reply["rc"] < 0 or reply["rc"] > 1:
        return "crash", []
    if reply["rc"] == 0:
        wanted = [argv[i + 1] for i, w in enumerate(argv[:-1]) if w in ("-f", "--format")]
        kind = "json" if wanted[-1:] == ["json"] else "yaml"
        body = reply["stdout"].split("\n")
        while body and not body[-1]:
            body.pop()
        return kind, [escape(x) for x in body]
    err = ANSI.sub("", reply["stderr"]).replace(root + "/", "").replace(root, ".")
    found = diagnostics(err)
    if not found:
        if "panick" in err or not err.strip():
            return "crash", []
        return "error input", [escape(x) for x in err.strip().split("\n")]
    code, kind, file, line, message = found[0]
    head = "error %s %s" % ("runtime" if code is None else "static", kind)
    if file:
        head += " %s:%d" % (file, line)
    body = list(message)
    for _, k, f, n, _ in found[1:]:
        body.append("also: %s %s:%s" % (k, f, n))
    return head, [escape(x) for x in "\n".join(body).split("\n") if x]


def run(case, oracle):
    root = os.path.realpath(tempfile.mkdtemp(prefix="oracle-case-"))
    try:
        for s in case.all("file"):
            path = os.path.join(root, s.head)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="") as f:
                f.write(s.text())
        reply = oracle.ask(root, case.argv())
        if root in reply["stdout"]:
            print("warning: %s prints a path of this machine" % case.name, file=sys.stderr)
        return expectation(case, reply, root)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def store(case, head, lines):
    old = case.one("expect")
    if old is None:
        old = Section("expect", "")
        at = next((i for i, s in enumerate(case.sections) if s.word == "kiln"), len(case.sections))
        case.sections.insert(at, old)
    old.head, old.lines = head, lines


def show(head, lines):
    return "".join("    %s\n" % x for x in ["expect: " + head] + lines)


def case_files(globs):
    found = []
    for folder, _, names in sorted(os.walk(HERE)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            rel = os.path.relpath(path, HERE)
            if name.endswith(".cases") and (not globs or any(
                    fnmatch.fnmatch(rel, g) or fnmatch.fnmatch(name, g) for g in globs)):
                found.append(path)
    return found


def table():
    rows, total = [], [0, 0, 0, 0]
    for path in case_files([]):
        cases = parse(path)[1]
        kinds = [c.one("expect").head if c.one("expect") else "?" for c in cases]
        reject = sum(k.startswith("error") or k == "crash" for k in kinds)
        differs = sum(c.one("kiln") is not None for c in cases)
        row = [len(cases), len(cases) - reject, reject, differs]
        total = [a + b for a, b in zip(total, row)]
        rows.append([os.path.relpath(path, HERE)] + row)
    rows.append(["**total**"] + total)
    with open(os.path.join(HERE, "sections.md"), "w", encoding="utf-8") as f:
        f.write("# Cases per file\n\nWritten by `record.py --table`. *differs* counts the cases in which Kiln "
                "deliberately answers differently.\n\n"
                "| file | cases | accepting | rejecting | differs |\n|---|---|---|---|---|\n")
        for r in rows:
            f.write("| %s |\n" % " | ".join(map(str, r)))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--oracle", default=os.environ.get("ORACLE"))
    p.add_argument("--check", action="store_true")
    p.add_argument("--missing", action="store_true")
    p.add_argument("--table", action="store_true")
    p.add_argument("--only", action="append", default=[])
    p.add_argument("--case", action="append", default=[])
    p.add_argument("--jobs", type=int, default=min(8, os.cpu_count() or 2))
    o = p.parse_args()
    if o.table:
        table()
        return 0
    if not o.oracle:
        p.error("no oracle: give --oracle or set ORACLE")
    oracle, different, number = Oracle(shlex.split(o.oracle)), 0, 0
    with concurrent.futures.ThreadPoolExecutor(o.jobs) as pool:
        for path in case_files(o.only):
            head, cases = parse(path)
            todo = [c for c in cases
                    if (not o.case or any(fnmatch.fnmatch(c.name, g) for g in o.case))
                    and not (o.missing and c.one("expect"))]
            for case, (kind, lines) in zip(todo, pool.map(lambda c: run(c, oracle), todo)):
                number += 1
                old = case.one("expect")
                if old is None or (old.head, old.lines) != (kind, lines):
                    different += 1
                    print("%s: %s\n%s%s" % (
                        os.path.relpath(path, HERE), case.name,
                        "  recorded\n" + show(old.head, old.lines) + "  now\n" if old else "",
                        show(kind, lines)))
                if not o.check:
                    store(case, kind, lines)
            if not o.check:
                dump(path, head, cases)
    oracle.close()
    print("%d cases run, %d different from the record" % (number, different))
    return int(o.check and different > 0)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Bad as e:
        sys.exit("error: %s" % e)
