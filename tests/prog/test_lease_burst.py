# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Sixty thousand machines: every one of them is in the database, and in the kernel after a restart."""

import re

from client import Machine
from expected import address_in
from lasting import home
from lib import leasedb, packet
from lib.wait import until

MACHINES, RELEASED = 60_000, 500


def boot_all(one):
    """Every machine gets a lease; returns them."""
    machines, run = [], one.box.program.run
    for _ in range(MACHINES):
        machine = Machine(one.box)
        action, offer = run(machine.discover())
        assert action == "TX"
        machine.address = address_in(offer)
        assert run(machine.request())[0] == "TX"
        machines.append(machine)
    return machines


def until_it_holds(one, machines):
    """Wait until the database has these leases and no others."""
    wanted = {packet.mac_text(one.mac): packet.ip_text(one.address) for one in machines}
    assert len(set(wanted.values())) == len(machines), "an address was given twice"
    until(lambda: len(one.saved()) == len(wanted), 60, "the leases in the database")
    assert one.saved() == wanted


def test_a_burst_is_saved_whole_also_by_a_daemon_that_stood_still(capsys):
    """A daemon that does not look for long misses events, and reads every lease instead."""
    with home("10.77.1.0-10.77.250.255") as one:
        machines = boot_all(one)
        until_it_holds(one, machines)
        one.server.freeze()
        for machine in machines[RELEASED:] * 2:
            one.box.program.run(machine.renew())
        assert one.box.total("LEASE_EVENT_LOST") > 0
        for machine in machines[:RELEASED]:
            one.box.program.run(machine.release())
        one.server.thaw()
        until_it_holds(one, machines[RELEASED:])
        one.again()
        said, = (line for line in one.server.process.stderr if "leases restored" in line)
        assert int(re.search(r"(\d+) leases restored", said)[1]) == MACHINES - RELEASED
        kept = {row["mac"]: row["address"] for row in one.server.json("leases")}
        assert kept == {mac: address for mac, (address, _)
                        in leasedb.leases(one.database).items()} and len(kept) == 59_500
        with capsys.disabled():
            print(f"\n{said.rpartition(': ')[2]}")
