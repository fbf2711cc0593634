# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Probes on trunks: with no, one and two VLAN tags, answered in the same segment alone."""

import pytest

from lib.lab import TOP
from lib.namespace import sh
from lib.squatter import Segment
from lib.wait import until

SOURCE, PROGRAM = TOP / "tests" / "lib" / "arp_try.c", TOP / "build" / "tests" / "arp_try"
PLAIN, VLAN, OTHER = (), ((0x8100, 100),), ((0x8100, 101),)
QINQ = ((0x88A8, 10), (0x8100, 100))
SOMEBODY = "52:54:00:bb:00:01"


@pytest.fixture(name="probe", scope="module")
def _probe():
    """The daemon's ARP as a program."""
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    sh("gcc", "-D_GNU_SOURCE", "-std=gnu11", "-Wall", "-Wextra", "-Werror", f"-I{TOP}/include",
       f"-I{TOP}/user", SOURCE, *(TOP / "user" / name for name in ("arp.c", "arp_socket.c", "net.c")),
       "-o", PROGRAM)
    return PROGRAM


def words(tags):
    """As arp_try takes them."""
    return [f"{tpid:x}:{vid}" for tpid, vid in tags]


@pytest.mark.parametrize("tags", [PLAIN, VLAN, QINQ], ids=["plain", "vlan", "qinq"])
def test_a_machine_is_found_behind_its_tags(lab, probe, tags):
    with Segment(lab, SOMEBODY, ["10.81.0.2"], tags=tags) as segment:
        assert lab.server.run(probe, "srv0", "10.81.0.2", *words(tags)).stdout.strip() == SOMEBODY
        assert segment.probed() == {"10.81.0.2"}


@pytest.mark.parametrize("asked, there", [
    (PLAIN, VLAN), (VLAN, PLAIN), (VLAN, OTHER), (VLAN, QINQ), (QINQ, VLAN), (QINQ, PLAIN)])
def test_a_machine_is_not_found_on_another_segment(lab, probe, asked, there):
    """Also if it says that it has the address, unasked."""
    with Segment(lab, SOMEBODY, ["10.81.0.2"], tags=there) as segment:
        process = lab.start(lab.server, probe, "srv0", "10.81.0.2", *words(asked))
        until(lambda: process.stdout or segment.announce("10.81.0.2"), 10, "the end")
        assert process.stdout == ["nobody"]
