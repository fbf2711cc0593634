# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What a service manager is told (sd_notify): ready, alive, how it stands, stopping."""

import os
import socket
import time

import pytest

from lib import storm
from lib.server import BOOT, Xdpxe, config

WATCHDOG_S = 2
SECONDS = 15


class Manager:
    """The end of sd_notify() that systemd has."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(0.2)
        self.told = []

    def hear(self):
        """All that has come so far."""
        try:
            while True:
                self.told += self.socket.recv(4096).decode().splitlines()
        except TimeoutError:
            pass
        return self.told

    def wait_for(self, what):
        """Until a line is told for which @what holds; returns it."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            for line in self.hear():
                if what(line):
                    return line
        raise AssertionError(f"not told within {SECONDS} s: {self.told}")


@pytest.fixture(name="manager")
def _manager(lab):
    """A manager that the daemon of this laboratory may be told of."""
    made = Manager(lab.dir / "notify")
    yield made
    made.socket.close()


def test_a_manager_is_told_when_it_serves_how_it_stands_and_when_it_stops(lab, files, manager):
    assert files
    server = Xdpxe(lab, config(lab, BOOT))
    server.env = {**os.environ, "NOTIFY_SOCKET": str(lab.dir / "notify"),
                  "WATCHDOG_USEC": str(WATCHDOG_S * 1000000)}
    server.start()
    manager.wait_for(lambda line: line == "READY=1")
    assert "(native); 0 machines" in manager.wait_for(lambda line: line.startswith("STATUS="))
    manager.wait_for(lambda line: line == "WATCHDOG=1")
    storm.make_room(lab)
    storm.boot(lab, "-n", "3", "--mix", "efi-x64")
    manager.wait_for(lambda line: line.endswith("; 3 machines: 3 handed-over"))
    server.stop()
    manager.wait_for(lambda line: line == "STOPPING=1")
