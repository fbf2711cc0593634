# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The laboratory: network namespaces, simulated machines, real firmware, and the server under test.
"""

import sys

sys.dont_write_bytecode = True
