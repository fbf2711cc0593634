# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
50,000 reservations, each with an address, a host name and an iPXE URL of its own, and reloads while
those machines ask.
"""

import random
import threading

import pytest

from client import Machine, option_of, pxe, refused
from conftest import inside
from expected import address_in
from lib import packet
from lib.lab import Lab
from lib.many_hosts import many, write
from lib.server import Xdpxe, config
from lib.wait import until
from prog_run import pinned_map

COUNT = 50_000
HOST_SIZE, CLIENT_SIZE, BOOT_SIZE = 160, 24, 456


@pytest.fixture(name="crowd")
def _crowd():
    """A server with that many hosts, which serves nobody else: (server, box)."""
    with Lab() as lab:
        server = Xdpxe(lab, "")
        say(server, many(COUNT))
        with inside(server.start()) as box:
            yield server, box


def say(server, hosts, kind="csv"):
    """Write the configuration."""
    text = config(server.lab, {"ipxe": "http://10.77.0.1/boot.ipxe"})
    server.write(text + "unknown-clients: ignore\n" + write(server.lab, kind, hosts))


def holds(box, host):
    """A machine asks; it is known and is told all that is its own."""
    machine = Machine(box, host.mac, pxe(7, o77=b"iPXE"))
    outcome = box.run(machine.discover())
    assert outcome.reason == "DHCP_OFFER", f"{host}: {outcome.reason}"
    assert address_in(outcome.frame) == packet.ip_bytes(host.ip)
    assert option_of(outcome.frame, 12) == host.hostname.encode()
    assert option_of(outcome.frame, 67) == host.ipxe.encode() + b"\0"


class Entries:
    """A map of a server, whole."""

    def __init__(self, box, name, key_size, value_size):
        self.table = pinned_map(box.folder / name, key_size, value_size)

    def read(self):
        """key -> value"""
        return {key: self.table.get(key) for key in self.table.keys()}


def test_each_machine_has_what_is_its_own(crowd):
    server, box = crowd
    hosts = many(COUNT)
    for host in (hosts[0], hosts[-1], *random.Random(5).sample(hosts, 50)):
        holds(box, host)
    stranger = Machine(box)
    refused(box, stranger.discover(), "DHCP_UNKNOWN")
    assert "50000" in server.command("check", "-c", server.path).stdout


def test_no_reserved_machine_is_ever_unknown_while_reloads_go_on(crowd):
    """The first half of them stays as it is; of the others every line changes."""
    server, box = crowd
    hosts, rest = many(COUNT), random.Random(7)
    done = threading.Event()

    def reloads():
        try:
            for number in range(3):
                say(server, hosts[:COUNT // 2] + many(COUNT, f"s{number}")[COUNT // 2:])
                server.command("reload")
        finally:
            done.set()
    thread = threading.Thread(target=reloads)
    thread.start()
    asked = 0
    while not done.is_set() or asked < 500:
        holds(box, hosts[rest.randrange(COUNT // 2)])
        machine = Machine(box, hosts[rest.randrange(COUNT // 2, COUNT)].mac, pxe(7, o77=b"iPXE"))
        assert box.run(machine.discover()).reason == "DHCP_OFFER"
        asked += 1
    thread.join()
    holds(box, many(COUNT, "s2")[-1])
    assert box.total("DHCP_UNKNOWN", "EMIT_FAILED") == 0


def test_a_reload_touches_only_the_line_that_changed(crowd):
    server, box = crowd
    hosts = many(COUNT)
    tables = [Entries(box, "hosts", CLIENT_SIZE, HOST_SIZE), Entries(box, "boots", 8, BOOT_SIZE)]
    before = [table.read() for table in tables]
    assert [len(entries) for entries in before] == [COUNT, COUNT + 1]
    fresh = hosts[7]._replace(ipxe="http://10.77.0.1/fresh.ipxe", ip="10.77.0.99")
    say(server, [*hosts[:7], fresh, *hosts[8:-1]])  # one changed, one gone
    server.command("reload")
    until(lambda: len(tables[1].table.keys()) == COUNT, 10, "boots that nobody has to go")
    after = [table.read() for table in tables]
    assert len(after[0]) == COUNT - 1
    assert sum(before[0][key] != value for key, value in after[0].items()) == 1
    assert set(after[1].items()) - set(before[1].items()) == {
        item for item in after[1].items() if b"fresh.ipxe" in item[1]}
    holds(box, fresh)
    refused(box, Machine(box, hosts[-1].mac).discover(), "DHCP_UNKNOWN")
    holds(box, hosts[8])


@pytest.mark.parametrize("kind", ["inline", "yaml"])
def test_hosts_written_in_another_way_are_the_same_hosts(crowd, kind):
    """Nothing is written anew when the same hosts come from elsewhere."""
    server, box = crowd
    table = Entries(box, "hosts", CLIENT_SIZE, HOST_SIZE)
    before = table.read()
    say(server, many(COUNT), kind)
    server.command("reload")
    assert table.read() == before
    holds(box, many(COUNT)[4321])


def test_a_wrong_line_changes_nothing(crowd):
    server, box = crowd
    hosts = many(COUNT)
    say(server, hosts + [hosts[3]._replace(ip="10.77.0.99")])
    failed = server.command("reload", check=False)
    said = failed.stdout + failed.stderr
    assert failed.returncode == 1 and "machines.csv:50002: mac:" in said, said
    assert "first in line 5" in said
    holds(box, hosts[3])
