# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Two interfaces, and configurations that follow each other: each reload writes the other half."""

import select
import threading
import time

import pytest

from client import Machine, refused
from conftest import inside
from expected import address_in
from lib import dhcp, packet
from lib.crowd import packet_socket
from lib.lab import Lab
from lib.namespace import pins_of
from lib.server import NETWORK, Xdpxe, config
from pool import HALF, free_of, network_of

PATIENCE, PAUSE = 1.0, 0.005  # seconds: for an OFFER; between two machines


@pytest.fixture(name="two")
def _two():
    """A laboratory with two links."""
    with Lab(links=2) as lab:
        yield lab


def swapped(text):
    """The same configuration, its networks in the other order."""
    first, second = NETWORK.format(net=77), NETWORK.format(net=78)
    assert first + second in text
    return text.replace(first + second, second + first)


def unprobed(text):
    """The same configuration, where an address that is given back is free at once."""
    return text.replace("    lease-time:", "    conflict-check: no\n    lease-time:")


def test_a_release_after_reloads_that_reorder_networks_goes_to_its_own_network(two):
    """What was network 0 when the lease was made is another one by then."""
    text = config(two)
    server = Xdpxe(two, unprobed(text)).start()
    with inside(server) as box:
        machine = Machine(box)
        machine.address = address_in(box.answer(machine.discover()).frame)
        box.run(machine.request())
        server.write(unprobed(swapped(text)))
        for _ in range(2):
            server.command("reload")
        refused(box, machine.release(), "DHCP_RELEASED")
        own, other = (free_of(box.folder, network_of(box.folder, number)) for number in (0, 1))
    assert machine.address in own and machine.address not in other


def offer(sock, number):
    """A new machine's DISCOVER; returns the OFFER, or None."""
    mac = packet.mac_bytes(f"52:54:00:99:{number >> 8:02x}:{number & 255:02x}")
    body = dhcp.message(mac, mac[2:], [(53, bytes((dhcp.DISCOVER,)))], pad_to=dhcp.SHORTEST)
    sock.send(packet.udp(packet.BROADCAST_MAC, mac, (dhcp.ZERO, 68), (b"\xff" * 4, 67), body))
    limit = time.monotonic() + PATIENCE
    while select.select([sock], [], [], max(0, limit - time.monotonic()))[0]:
        datagram = packet.parse(sock.recv(2048))
        reply = isinstance(datagram, packet.Datagram) and dhcp.parse(datagram.payload)
        if reply and reply.mac == mac:
            return reply
    return None


def offers_during(sock, work, start):
    """Machines ask one after another while work() runs; returns every answer."""
    thread, found = threading.Thread(target=work), []
    thread.start()
    while thread.is_alive() or not found:
        found.append(offer(sock, start + len(found)))
        time.sleep(PAUSE)
    thread.join()
    return found


def test_an_interface_that_is_no_longer_served_does_not_mislead_reload(two):
    """The half in force is that of the interfaces in force; it is never written."""
    small = config(two).replace(".250.255", ".4.255")
    server = Xdpxe(two, small).start("--persist")
    server.command("reload")
    assert server.stop() == 0
    folder, = pins_of(two.server.inode)
    server.write(config(two, links=[1]).replace(".250.255", ".4.255"))
    server.start()
    halves, answers = [network_of(folder, 1) // HALF], []
    with packet_socket(two.client, "cli1") as sock:
        for _ in range(3):
            answers += offers_during(sock, lambda: server.command("reload"), len(answers))
            halves.append(network_of(folder, 1) // HALF)
    assert all(old != new for old, new in zip(halves, halves[1:])), halves
    assert None not in answers and not [one.faults for one in answers if one.faults]
    assert len({one.yiaddr for one in answers}) == len(answers)
    assert all(packet.ip_text(one.yiaddr).startswith("10.78.") for one in answers)
