# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Many simulated machines at once, and one machine in many guises."""

import os
import time

import pytest

from lib import dhcp, dialect, packet
from lib.clients import udhcpc
from lib.crowd import Crowd, packet_socket
from lib.machine import Machine
from lib.server import BOOT, Xdpxe, config, sockets

KINDS = ((dialect.BIOS, BOOT["bios"]), (dialect.UEFI_X64, BOOT["efi-x64"]),
         (dialect.UEFI_ARM64, BOOT["efi-arm64"]))


def machines_of(files, count):
    """Machines of all kinds in turn."""
    made = []
    for number in range(count):
        kind, name = KINDS[number % len(KINDS)]
        made.append(Machine(f"52:54:00:00:{number:02x}:01", kind, (name, files[name]),
                            BOOT["ipxe"]))
    return made


def test_40_machines_at_once_all_boot_and_get_40_addresses(lab, server, files):
    with Crowd(lab.client) as crowd:
        results = crowd.boot(machines_of(files, 40), 60)
    for result in results:
        assert result.done, result
    assert len({result.address for result in results}) == 40
    assert not sockets(lab.server), "XDP answers, no socket does"
    for name in ("dhcp_offer", "dhcp_ack", "tftp_oack", "tftp_blocks"):
        assert server.counter(name) >= sum(result.received[name] for result in results), name


def test_a_machine_keeps_its_address_through_rom_ipxe_and_system(lab, server, files):
    """
    Machine compares the addresses of ROM and iPXE; the system then comes with yet another client
    id.
    """
    lab.client.run("ip", "link", "set", "cli0", "address", "52:54:00:00:00:01")
    with Crowd(lab.client) as crowd:
        result, = crowd.boot(machines_of(files, 1), 30)
    assert result.done, result
    assert udhcpc(lab, "-x", "0x3d:ff7700112233445566778899")["ip"] == result.address
    assert len(server.json("leases")) == 1


def test_a_machine_that_boots_again_gets_the_same_address(lab, server, files):
    addresses = set()
    for _ in range(3):
        with Crowd(lab.client) as crowd:
            result, = crowd.boot(machines_of(files, 1), 30)
        assert result.done, result
        addresses.add(result.address)
    assert len(addresses) == 1
    assert server.process.running()


def discover_from(cpu, sock, macs, start, apart):
    """In a child on one CPU: send each machine's DISCOVER at its moment."""
    os.sched_setaffinity(0, {cpu})
    firmware = dialect.UEFI_X64
    frames = []
    for mac in macs:
        options = [(53, b"\x01"), *firmware.options(mac, bytes(16))]
        frames.append(packet.udp(packet.BROADCAST_MAC, mac, (dhcp.ZERO, 68), (b"\xff" * 4, 67),
                                 dhcp.message(mac, mac[2:], options, firmware.flags)))
    for number, frame in enumerate(frames):
        while time.monotonic() < start + number * apart:
            pass
        sock.send(frame)


def offers_to(sock, seconds):
    """mac -> set of addresses offered, until nothing has come for a while."""
    offered = {}
    sock.settimeout(seconds)
    try:
        while True:
            datagram = packet.parse(sock.recv(2048))
            if isinstance(datagram, packet.Datagram) and datagram.dport == 68:
                reply = dhcp.parse(datagram.payload)
                offered.setdefault(reply.mac, set()).add(reply.yiaddr)
    except TimeoutError:
        return offered


def offers_of_two_cpus(lab, macs):
    """
    Each machine's DISCOVER is sent from two CPUs at the same moment; mac -> addresses offered.
    """
    listener = packet_socket(lab.client, "cli0")
    senders = [packet_socket(lab.client, "cli0", bypass=True) for _ in range(2)]
    start, children = time.monotonic() + 0.5, []
    for cpu, sock in zip(sorted(os.sched_getaffinity(0)), senders):
        children.append(os.fork())
        if not children[-1]:
            try:
                discover_from(cpu, sock, macs, start, 0.002)
            finally:
                os._exit(0)  # pylint: disable=protected-access
    offered = offers_to(listener, 2)
    for child in children:
        os.waitpid(child, 0)
    for sock in (listener, *senders):
        sock.close()
    return offered


MACS = [packet.mac_bytes(f"52:54:00:77:{at >> 8:02x}:{at & 255:02x}") for at in range(300)]
QUEUES = pytest.mark.parametrize("lab", [{"queues": 2}], indirect=True)


@QUEUES
def test_one_machine_heard_by_two_cpus_at_once_gets_one_address(lab, server):
    offered = offers_of_two_cpus(lab, MACS)
    print("races seen:", server.counter("dhcp_race_lost"))
    assert sorted(offered) == MACS
    assert all(len(addresses) == 1 for addresses in offered.values())
    assert len(set.union(*offered.values())) == len(MACS)


@QUEUES
def test_one_reserved_machine_heard_by_two_cpus_at_once_gets_its_address(lab, files):
    reserved = {mac: f"10.77.{251 + at // 200}.{at % 200 + 1}" for at, mac in enumerate(MACS)}
    hosts = [f'mac: "{packet.mac_text(mac)}", ip: {address}' for mac, address in reserved.items()]
    server = Xdpxe(lab, config(lab, BOOT, hosts)).start()
    offered = offers_of_two_cpus(lab, MACS)
    print("races seen:", server.counter("dhcp_race_lost"), server.counter("dhcp_reserved_in_use"))
    assert files and offered == {mac: {packet.ip_bytes(text)} for mac, text in reserved.items()}
