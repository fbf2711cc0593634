# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Several networks on one wire, and which of them a machine without a relay is given."""

import json
import time

import pytest

import networks
from client import Machine, fresh_mac, refused
from conftest import inside
from lib import packet
from lib.lab import Lab
from lib.wait import until
from networks import FIRST, RELAYED, SECOND
from pool import expire_leases
from reader import Reader, oack

RESERVED = "52:54:00:88:00:01"
FIRST_POOL = {bytes((10, 77, 0, last)) for last in (10, 11, 12)}


@pytest.fixture(name="loaded")
def _loaded(lab):
    """A server of its own for each test: these use pools up."""
    return networks.start(lab, networks=(RELAYED, FIRST, SECOND),
                          hosts=[f'mac: "{RESERVED}", ip: 10.88.0.77'])


@pytest.fixture(name="lab")
def _lab():
    """A laboratory of its own."""
    with Lab() as lab:
        yield lab


@pytest.fixture(name="box")
def _box(loaded):
    """The program, ready to be run."""
    with inside(loaded[0]) as box:
        yield box


def machine_of(box, net, **how):
    """A machine that expects to be in a network."""
    machine = Machine(box, **how)
    machine.network = net
    return machine


def fill_first(box):
    """Machines that take all addresses of the first network."""
    machines = [machine_of(box, FIRST) for _ in FIRST_POOL]
    for machine in machines:
        machine.boots()
    assert {machine.address for machine in machines} == FIRST_POOL
    return machines


def test_the_first_network_is_used_before_the_second(box):
    """By the order of the file; then the second one, before the daemon is asked."""
    fill_first(box)
    for _ in range(3):
        machine = machine_of(box, SECOND)
        outcome = box.run(machine.discover())
        assert outcome.reason == "DHCP_OFFER", "without the daemon's help"
        machine.boots()
        assert SECOND.has(machine.address)


def test_a_machine_keeps_the_network_in_which_it_has_a_lease(box):
    """Also when the first network has room again."""
    machines = fill_first(box)
    late = machine_of(box, SECOND)
    late.boots()
    refused(box, machines[0].release(), "DHCP_RELEASED")
    address = late.address
    late.boots()
    assert late.address == address
    late.acknowledged(late.renew())
    late.acknowledged(late.reboot())
    refused(box, late.release(), "DHCP_RELEASED")
    late.network = FIRST
    late.boots()
    assert late.address == machines[0].address


def test_a_reservation_tells_the_network(box):
    machine = machine_of(box, SECOND, mac=RESERVED)
    machine.boots()
    assert machine.address == packet.ip_bytes("10.88.0.77")
    machine.acknowledged(machine.renew())


def test_a_reservation_in_the_other_network_waits_for_the_next_discover(box, loaded):
    """Until then the machine keeps the address that it uses."""
    server = loaded[0]
    machine = machine_of(box, FIRST)
    machine.boots()
    server.write(server.path.read_text(encoding="utf-8")
                 + f'  - {{ mac: "{packet.mac_text(machine.mac)}", ip: 10.88.0.78 }}\n')
    assert "ok" in server.command("reload").stdout
    machine.acknowledged(machine.renew())
    machine.acknowledged(machine.reboot())
    machine.network = SECOND
    machine.boots()
    assert machine.address == packet.ip_bytes("10.88.0.78")


def test_addresses_come_back_to_either_network(box):
    """All are leased and have run out: the daemon is asked for the link, not for one network."""
    first = fill_first(box)
    second = [machine_of(box, SECOND) for _ in range(240)]
    for machine in second:
        machine.boots()
    for machine in first:
        machine.acknowledged(machine.renew())
    refused(box, Machine(box).discover(), "DHCP_POOL_EMPTY", "DROP")
    expire_leases(box.folder)
    for machine in first:  # these live on
        machine.acknowledged(machine.renew())
    late, asked = machine_of(box, SECOND), time.monotonic()
    until(lambda: time.monotonic() > asked + 1, 5, "the next second: pools are searched once in one")
    outcome = box.run(late.discover())
    assert outcome.reason == "DHCP_OFFER" or outcome.notes.get("REPLAYED") == 1, outcome
    late.boots()
    assert SECOND.has(late.address)


def test_a_request_for_an_address_of_one_network_is_not_answered_by_another(box):
    machine = machine_of(box, FIRST)
    machine.boots()
    reason = box.run(machine.reboot(packet.ip_bytes("10.88.0.50"))).reason
    assert reason in ("DHCP_NO_LEASE", "DHCP_NAK")
    machine.acknowledged(machine.reboot())


def test_either_address_of_the_server_is_heard(box):
    for server in (FIRST.SERVER, SECOND.SERVER, FIRST.BROADCAST):
        machine = machine_of(box, FIRST)
        machine.offered(frame=machine.discover(to=server))
        refused(box, machine.release(), "DHCP_RELEASED")
    refused(box, machine.discover(to=packet.ip_bytes("10.88.0.2")), "OTHER_ADDRESS")


def test_commands_name_the_network_of_everything(box, loaded):
    """Leases, transfers and status."""
    server = loaded[0]
    fill_first(box)
    machine = machine_of(box, SECOND, mac=fresh_mac())
    machine.boots()
    reader = Reader(box, packet.ip_text(machine.address), server=SECOND.SERVER)
    reader.asks(reader.rrq("odd.bin", ("blksize", 512)), oack(blksize=512))
    leases = {row["address"]: row["network"] for row in server.json("leases")}
    assert leases[packet.ip_text(machine.address)] == "10.88.0.0/24"
    assert leases["10.77.0.10"] == "10.77.0.0/24"
    transfer, = server.json("transfers")
    assert transfer["network"] == "10.88.0.0/24"
    instance, = server.json("status")["instances"]
    rows = {row["subnet"]: row for row in instance["networks"]}
    assert rows["10.88.0.0/24"] == {"subnet": "10.88.0.0/24", "server": "10.88.0.1",
                                    "interface": "srv0", "vlan": None, "relayed": False,
                                    "leases": 1, "offered": 0, "set_aside": 0}
    assert rows["10.99.0.0/24"]["relayed"] and rows["10.77.0.0/24"]["leases"] == 3
    for command in ("leases", "transfers", "status"):
        assert "10.88.0.0/24" in server.command(command).stdout
    assert "relayed" in server.command("check", "-c", server.path).stdout


def test_a_reload_moves_machines_to_networks_that_are_left(box, loaded):
    """What was served before is passed up after, and the other way round."""
    server = loaded[0]
    machine = machine_of(box, RELAYED)
    machine.giaddr = RELAYED.ROUTER
    text = server.path.read_text(encoding="utf-8")
    for _ in range(3):
        machine.offered()
        server.write(text.replace(RELAYED.YAML, ""))
        for _ in range(2):  # both halves of the maps
            assert "ok" in server.command("reload").stdout
            refused(box, machine.discover(), "DHCP_OTHER_NETWORK")
            refused(box, Reader(box, "10.99.0.40").rrq("odd.bin"), "FOREIGN_SOURCE")
            subnets = [row["subnet"] for row in server.json("status")["instances"][0]["networks"]]
            assert subnets == ["10.77.0.0/24", "10.88.0.0/24"], json.dumps(subnets)
        server.write(text)
        assert "ok" in server.command("reload").stdout
