# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The client for long files (fetch.c), built once: it compares what it reads as it comes."""

import json
import os
import pathlib

from lib.clients import SERVER
from lib.lab import TOP
from lib.namespace import sh

SOURCE = pathlib.Path(__file__).with_name("fetch.c")
PROGRAM = TOP / "build" / "tests" / "fetch"


def program():
    """Compile it, unless that is done."""
    if not PROGRAM.exists() or PROGRAM.stat().st_mtime < SOURCE.stat().st_mtime:
        PROGRAM.parent.mkdir(parents=True, exist_ok=True)
        fresh = PROGRAM.with_suffix(f".{os.getpid()}")
        sh("gcc", "-O2", "-Wall", "-Wextra", "-Werror", SOURCE, "-o", fresh)
        fresh.rename(PROGRAM)
    return PROGRAM


def command(path, name, blksize, window, first=0, address="10.77.0.2"):
    """Its command line: read a name in windows, and compare with the file at a path."""
    return [program(), address, SERVER, name, blksize, window, first, path]


def read_and_compare(lab, path, blksize, window=8, **more):
    """Read a file of the root; returns counts: blocks, datagrams, and repeated ACKs (again)."""
    name = str(path.relative_to(lab.root))
    done = lab.client.run(*command(path, name, blksize, window, **more), timeout=60)
    return json.loads(done.stdout)
