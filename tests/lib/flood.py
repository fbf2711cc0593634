# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A starvation flood beside honest machines: flood.c sends it, and its replies end at cli0."""

import contextlib
import os
import pathlib

from lib.lab import TOP, attach
from lib.namespace import sh

HERE = pathlib.Path(__file__).parent
PROGRAM, SIEVE = TOP / "build" / "tests" / "flood", TOP / "build" / "tests" / "xdp_sieve.o"


def _built(target, source, *compiler):
    """Compile, unless that is done."""
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(f".{os.getpid()}")
        sh(*compiler, source, "-o", fresh)
        fresh.rename(target)
    return target


def sieve():
    """The program that drops what is for invented machines."""
    return _built(SIEVE, HERE / "xdp_sieve.bpf.c", "clang", "-O2", "-g", "-target", "bpf",
                  f"-I/usr/include/{os.uname().machine}-linux-gnu", "-c")


@contextlib.contextmanager
def flooded(lab, count, rate):
    """A flood while the block runs. Gives a list, to which the number of frames sent is added."""
    program = _built(PROGRAM, HERE / "flood.c", "gcc", "-O2", "-Wall", "-Wextra", "-Werror")
    attach(lab.client, "cli0", sieve())
    process = lab.start(lab.client, program, "cli0", count, rate)
    sent = []
    try:
        yield sent
    finally:
        process.signal(15)
        sent.append(int(process.wait_line("sent:", 20).split()[1]))
