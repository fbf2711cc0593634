# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Pins are named after the first interface there was; a daemon may no longer serve that one."""

import pytest

from lib.clients import udhcpc
from lib.server import BOOT, Xdpxe, config
from lib.wait import until

TWO = pytest.mark.parametrize("lab", [{"links": 2}], indirect=True)


@pytest.fixture(name="second_only")
def _second_only(lab, files):
    """A daemon that has taken over two interfaces and serves only the second one."""
    server = Xdpxe(lab, config(lab, BOOT)).start("--persist")
    assert files and server.stop() == 0
    server.write(config(lab, BOOT, links=[1]))
    return server.start()


@TWO
def test_the_interface_that_was_dropped_is_free_and_the_other_is_served(lab, second_only):
    assert second_only.attached("srv0") is None and second_only.attached("srv1")
    assert udhcpc(lab, interface="cli1")["ip"].startswith("10.78.")


@TWO
def test_detach_ends_a_daemon_that_has_dropped_its_first_interface(second_only):
    second_only.command("detach", "srv1")
    assert second_only.process.join(4) == 0
    assert second_only.attached("srv1") is None and second_only.pins() == []


@TWO
def test_another_daemon_on_the_dropped_interface_does_not_disturb_the_first(lab, second_only):
    """Whether it is refused or has maps of its own."""
    other = Xdpxe(lab, config(lab, BOOT, links=[0]), name="other.yaml")
    process = other.launch()
    until(lambda: process.stdout or not process.running(), 20, "the other daemon to have decided")
    assert second_only.process.running() and second_only.attached("srv1")
    assert udhcpc(lab, interface="cli1")["ip"].startswith("10.78.")
