# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A /16 is filled at the speed of a veth pair: 60,000 machines, many at a time. The load is that of
bench/bench_dhcp.py.
"""

import sys

from lib.lab import TOP, Lab
from lib.server import Xdpxe

sys.path.append(str(TOP / "bench"))

from dhcp_servers import XDPXE, POOL
from exchanges import Exchanges

MACHINES, AT_ONCE, SECONDS = 60_000, 64, 60


def test_a_full_network_has_no_lost_and_no_double_address():
    with Lab() as lab:
        load = Exchanges(lab, MACHINES)
        server = Xdpxe(lab, XDPXE.format(*POOL)).start()
        outcome = load.run(AT_ONCE, SECONDS)
        assert outcome.done == MACHINES
        assert (outcome.lost, outcome.doubles) == (0, 0)
        assert (outcome.changed, outcome.refused, outcome.strays) == (0, 0, 0)
        leases = server.json("leases")
    assert len({lease["address"] for lease in leases}) == MACHINES
    assert {lease["state"] for lease in leases} == {"bound"}
