# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How a simulated boot ends early."""


class Failure(Exception):
    """The boot ends here; the text says why."""
