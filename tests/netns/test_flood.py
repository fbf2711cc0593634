# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A night with a starvation flood: invented machines by the hundred thousand, and real ones that boot."""

import time

import pytest

from lib import dialect
from lib.clients import MACHINE_PXE, udhcpc
from lib.crowd import Crowd
from lib.flood import flooded
from lib.machine import Machine
from lib.server import BOOT, Xdpxe, config
from lib.wait import until

MANY, RATE = 2_000_000, 60_000
POOL = 250 * 254
ENOUGH = 200_000  # several times the pool


def machines(files, number, count):
    """New machines with UEFI."""
    name = BOOT["efi-x64"]
    return [Machine(f"52:54:00:{number:02x}:00:{one:02x}", dialect.UEFI_X64, (name, files[name]),
                    BOOT["ipxe"]) for one in range(count)]


def booted(lab, crowd):
    """Boot them, and see that nothing was wrong; returns their addresses."""
    with Crowd(lab.client) as driver:
        results = driver.boot(crowd, 90)
    for result in results:
        assert result.done, result
    addresses = [result.address for result in results]
    assert len(set(addresses)) == len(crowd)
    return addresses


def unprobed(text):
    """Every address of the pool is free at once."""
    return text.replace("    lease-time:", "    conflict-check: no\n    lease-time:")


@pytest.mark.parametrize("probed", (True, False), ids=("probed", "unprobed"))
def test_real_machines_boot_while_a_flood_goes_on(lab, files, probed):
    reserved = Machine("52:54:00:aa:00:01", dialect.UEFI_X64,
                       (BOOT["efi-x64"], files[BOOT["efi-x64"]]), BOOT["ipxe"])
    text = config(lab, BOOT, ['mac: "52:54:00:aa:00:01", ip: 10.77.0.21'])
    server = Xdpxe(lab, text if probed else unprobed(text)).start()
    before = booted(lab, machines(files, 1, 5))
    with flooded(lab, MANY, RATE) as sent:
        until(lambda: server.counter("dhcp_not_held") > 0, 60, "the flood to reach its share")
        new = booted(lab, machines(files, 2, 10))
        assert booted(lab, machines(files, 1, 5)) == before, "known machines keep theirs"
        assert booted(lab, [reserved]) == ["10.77.0.21"]
        until(lambda: server.counter("dhcp_not_held") > ENOUGH, 90, "a flood worth the name")
        new += booted(lab, machines(files, 3, 10))
    assert sent[0] > ENOUGH
    assert len(set(new + before)) == 25
    status = server.json("status")
    network, = status["instances"][0]["networks"]
    assert network["leases"] == 26
    assert network["offered"] <= POOL // 2, "the share that offers may hold"
    assert probed or status["counters"]["dhcp_pool_empty"] == 0
    assert not server.process.report().count("the pool of network"), "nothing ran out"


def test_status_says_where_a_flood_comes_from(lab, files):
    server = Xdpxe(lab, unprobed(config(lab, BOOT))).start()
    assert files
    with flooded(lab, MANY, RATE):
        until(lambda: server.counter("dhcp_not_held") > 0, 60, "the flood to reach its share")
    text = server.command("status").stdout
    line, = (line for line in text.splitlines() if "dhcp_not_held" in line)
    assert line.startswith("!") and "flood" in line
    row, = (line.split() for line in text.splitlines() if line.startswith("srv0 ")
            and "10.77.0.0/16" in line)
    assert int(row[-2]) > 10_000, "offers from srv0 that nobody took up"
    source, = server.json("status")["instances"][0]["sources"]
    assert source["interface"] == "srv0" and source["offers"] == int(row[-2])


def test_udhcpc_with_a_delay_waits_for_both_replies_and_nobody_else_does(lab, files):
    mac = lab.client.run("ip", "-br", "link", "show", "cli0").stdout.split()[2]
    delays = f'reply-delay: [{{ mac: "{mac[:8]}", delay: 1500ms }}]\n'
    server = Xdpxe(lab, config(lab, BOOT) + delays).start()
    began = time.monotonic()
    told = udhcpc(lab, *MACHINE_PXE, "-T", "4")
    assert time.monotonic() - began >= 3.0, "OFFER and ACK waited"
    assert told["ip"] and server.counter("dhcp_delayed") == 2 == server.counter("replayed")
    slow = lab.start(lab.client, "udhcpc", "-i", "cli0", "-f", "-q", "-s", "/bin/true", "-T", "20")
    until(lambda: server.counter("dhcp_delayed") == 3, 10, "its DISCOVER")
    booted(lab, machines(files, 4, 5))
    slow.join(30)
    assert server.counter("dhcp_delayed") == 4
