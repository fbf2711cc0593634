# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The boots of machines as the daemon keeps them in its database."""

import contextlib
import sqlite3
from typing import NamedTuple

from lib.wait import until

SAVED_SECONDS = 30  # generous: a boot is written a few seconds after its latest step


class Boot(NamedTuple):
    """A boot: what it came to, why it is stuck, and its steps as (name, detail)."""

    mac: str
    begun: int
    ended: int
    result: str
    reason: str
    steps: list

    def names(self):
        """The names of the steps."""
        return [name for name, _ in self.steps]

    def detail(self, name):
        """What the first step of this name says."""
        return dict(reversed(self.steps))[name]


def boots(path, mac=None):
    """All boots, or those of one machine, the latest first; none while there is no database."""
    with contextlib.suppress(sqlite3.OperationalError):
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
            steps = {}
            for boot, name, detail in base.execute(
                    "SELECT boot, step, detail FROM step ORDER BY boot, number"):
                steps.setdefault(boot, []).append((name, detail))
            found = [Boot(hardware.hex(":"), begun, ended, result, reason, steps.get(number, []))
                     for number, hardware, begun, ended, result, reason in base.execute(
                         "SELECT id, hardware, begun, ended, result, reason FROM boot"
                         " ORDER BY begun DESC")]
            return [boot for boot in found if mac in (None, boot.mac)]
    return []


def wait_for(path, what, enough, mac=None, seconds=SAVED_SECONDS):
    """Wait until `enough` says so of the boots; returns them."""
    until(lambda: enough(boots(path, mac)), seconds, what)
    return boots(path, mac)
