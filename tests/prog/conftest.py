# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Fixtures: one server for each file of tests, and its program. The test's thread is inside the
server's network namespace, where BPF_PROG_TEST_RUN finds the interface.
"""

import contextlib

import pytest

import served
from box import Box
from lib.lab import Lab
from lib.server import Xdpxe
from reader import Reader


@contextlib.contextmanager
def inside(server):
    """The box of a server, with this thread in its network namespace."""
    with server.lab.server.entered():
        box = Box(server)
        try:
            yield box
        finally:
            box.close()


@pytest.fixture(autouse=True)
def _give_up():
    """No transfer outlives its test."""
    yield
    Reader.all_give_up()


@pytest.fixture(name="lab", scope="module")
def _lab():
    """A laboratory for a file of tests."""
    with Lab() as lab:
        yield lab


@pytest.fixture(name="loaded", scope="module")
def _loaded(lab):
    """(the daemon, name -> bytes of what it serves)"""
    files, text = served.write(lab)
    return Xdpxe(lab, text + served.UNLIMITED).start(), files


@pytest.fixture(name="box", scope="module")
def _box(loaded):
    """The program, ready to be run."""
    with inside(loaded[0]) as box:
        yield box


@pytest.fixture(name="own_box")
def _own_box():
    """The program of a server that no other test has."""
    with Lab() as lab, inside(
            Xdpxe(lab, served.write(lab)[1] + served.UNLIMITED).start()) as box:
        yield box


@pytest.fixture(name="files", scope="module")
def _files(loaded):
    """Name -> bytes of what is served."""
    return loaded[1]
