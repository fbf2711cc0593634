# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Waiting for a condition, with a bound: the tests never sleep for luck."""

import time


class TimedOut(AssertionError):
    """A condition did not come true in time."""


def until(condition, seconds, what):
    """
    Poll condition until it returns something true, and return that; TimedOut names what was
    awaited.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimedOut(f"waited {seconds} s in vain for: {what}")
        time.sleep(0.02)
