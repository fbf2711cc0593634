# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""xdpxe import: what it writes, as facts, and what it notes."""

import re
import subprocess

from lib.lab import TOP
from lib.server import BINARY

SAMPLES = TOP / "tests" / "lib" / "samples"


def run(*words):
    """The command, outside of any laboratory: it touches no network."""
    return subprocess.run([BINARY, "import", *map(str, words)], capture_output=True, text=True,
                          check=False, timeout=30)


class Imported:
    """What was written, block by block, and the notes by line: (line or 0, what is said)."""

    def __init__(self, path, *options):
        done = run(*options, path)
        assert done.returncode == 0, done.stderr
        self.text, self.said = done.stdout, done.stderr
        self.lines = [line for line in done.stdout.splitlines() if line and line[0] != "#"]
        self.refused = [line for line in done.stdout.splitlines() if line.startswith("# REFUSED")]
        found = re.findall(rf"^{re.escape(str(path))}(?::(\d+))?: (.*)$", done.stderr, re.M)
        self.notes = [(int(line or 0), why) for line, why in found]

    def noted(self, line):
        """What is noted of a line, as one text."""
        return " | ".join(why for at, why in self.notes if at == line)

    def section(self, name):
        """The lines of `boot:`, `hosts:`, `networks:`."""
        if f"{name}:" not in self.lines:
            return []
        begin = self.lines.index(f"{name}:") + 1
        rest = self.lines[begin:]
        end = next((i for i, line in enumerate(rest) if line[0] != " "), len(rest))
        return [line.strip() for line in rest[:end]]

    @property
    def boot(self):
        """boot: as a dict"""
        return {name: value.strip('"') for name, value in
                (line.split(": ", 1) for line in self.section("boot"))}

    @property
    def networks(self):
        """subnet -> the lines of it"""
        out = {}
        for line in self.section("networks"):
            if line.startswith("- subnet: "):
                out[line[10:]] = last = []
            else:
                last.append(line)
        return out

    @property
    def hosts(self):
        """The lines of hosts:"""
        return [line[4:-2] for line in self.section("hosts")]


def of(folder, text, *options, name="given.conf"):
    """What becomes of a text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Imported(path, *options)
