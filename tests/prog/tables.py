# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The contract's tables, read from the headers that both planes compile."""

import re
from typing import NamedTuple

from lib.lab import TOP
from prog_run import Row

INCLUDE = TOP / "include" / "xdpxe"
REASON = re.compile(r"^XDPXE_REASON\((\d+), (\w+), (\w+), \w+, ", re.M)
ARCH = re.compile(r'^XDPXE_ARCH\((\d+), \w+, "([^"]+)", (TFTP|HTTP), ', re.M)


class Arch(NamedTuple):
    """A row of arch.def."""

    code: int
    name: str
    http: bool


def reasons():
    """Every row of reasons.def."""
    text = (INCLUDE / "reasons.def").read_text(encoding="utf-8")
    return [Row(int(number), name, action) for number, name, action in REASON.findall(text)]


def arches():
    """Every row of arch.def."""
    text = (INCLUDE / "arch.def").read_text(encoding="utf-8")
    return [Arch(int(code), name, kind == "HTTP") for code, name, kind in ARCH.findall(text)]


def constant(header, name):
    """A #define of a plain number."""
    text = (INCLUDE / header).read_text(encoding="utf-8")
    return int(re.search(rf"^#define {name}\s+(\d+)", text, re.M).group(1))
