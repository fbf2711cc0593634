# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""ARP (RFC 826): a machine that asks for the server is answered; all other ARP is the host's."""

import struct

import pytest

import networks
import served
from client import Machine, fresh_mac, refused
from compare import assert_frame
from conftest import inside
from expected import ZERO
from lib import dhcp, packet
from lib.lab import Lab
from lib.server import Xdpxe
from networks import DOUBLE, FIRST, NETWORKS, RELAYED, SECOND, TAGGED

REQUEST, REPLY = 1, 2
SHORTEST, JUNK = 42, b"\xa5\x5a"
ELSEWHERE = packet.ip_bytes("192.0.2.7")
RESERVED = "52:54:00:88:00:01"
BY_RELAY_ALONE = networks.net("10.96.0.0", "10.66.0.1", "10.96.0.1", more="    relayed: yes\n")
LINKS = pytest.mark.parametrize("net", [FIRST, SECOND, TAGGED, DOUBLE],
                                ids=["first", "second", "802.1Q", "QinQ"])
ETHERTYPE, HTYPE, PTYPE, HLEN, PLEN, OPERATION, SENDER_MAC = 12, 14, 16, 18, 19, 20, 22


@pytest.fixture(name="loaded", scope="module")
def _loaded(lab):
    """A server with VLANs, and a network that relays alone reach, by an address of its own."""
    lab.server.run("ip", "addr", "add", packet.ip_text(BY_RELAY_ALONE.SERVER), "dev", "lo")
    return networks.start(lab, networks=(*NETWORKS, BY_RELAY_ALONE),
                          hosts=[f'mac: "{RESERVED}", ip: 10.88.0.77'])


@pytest.fixture(name="tenants", scope="module")
def _tenants(box):
    """network -> a machine that has leased an address in it"""
    found = {}
    for net in (FIRST, SECOND, TAGGED, DOUBLE, RELAYED):
        found[net] = machine = Machine(box, RESERVED if net is SECOND else None)
        machine.network, machine.tags = net, net.TAGS
        machine.giaddr = net.ROUTER if net is RELAYED else ZERO
        machine.boots()
        assert net.has(machine.address)
    return found


def ask(machine, sender=None, target=None, to=packet.BROADCAST_MAC, length=60):
    """A request; what pads it is not zero, so that it shows whether that is kept."""
    frame = packet.arp(REQUEST, machine.mac, sender or machine.address,
                       target or machine.network.SERVER, dst_mac=to)
    return packet.tagged((frame[:SHORTEST] + JUNK * length)[:length], machine.tags)


def due(box, frame):
    """The reply as RFC 826 has it: sender and target swapped, opcode 2, our hardware address."""
    tags, plain = packet.split_tags(frame)
    mac, sender, target = plain[22:28], plain[28:32], plain[38:42]
    body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, REPLY) + box.mac + target + mac + sender
    return packet.tagged(mac + box.mac + b"\x08\x06" + body + plain[SHORTEST:], tags)


def answered(box, frame):
    """Run a request that is answered, and hold the reply against what is due."""
    outcome = box.run(frame)
    assert (outcome.reason, outcome.action) == ("ARP_ANSWERED", "TX")
    assert_frame(outcome.frame, due(box, frame))


def passed_up(box, frame):
    """Run a frame that is the host's; the box compares every byte."""
    refused(box, frame, "NOT_IPV4")


@LINKS
@pytest.mark.parametrize("length", [SHORTEST, 46, 60, 64, 1514])
def test_a_machine_learns_the_servers_hardware_address(box, tenants, net, length):
    """Tags, length and padding are the request's."""
    answered(box, ask(tenants[net], length=length))


@LINKS
def test_a_machine_may_ask_the_server_alone_to_keep_what_it_knows(box, tenants, net):
    answered(box, ask(tenants[net], to=box.mac))
    passed_up(box, ask(tenants[net], to=fresh_mac()))
    passed_up(box, ask(tenants[net], to=box.mac[:5] + bytes((box.mac[5] ^ 1,))))


def test_a_machine_of_one_network_may_ask_for_the_address_in_another_of_its_link(box, tenants):
    answered(box, ask(tenants[SECOND], target=FIRST.SERVER))
    answered(box, ask(tenants[FIRST], target=SECOND.SERVER))


def test_what_a_request_says_of_the_hardware_address_it_asks_for_makes_no_difference(box, tenants):
    machine = tenants[FIRST]
    for guess in (b"\xff" * 6, b"\xa5" * 6):
        answered(box, packet.arp(REQUEST, machine.mac, machine.address, FIRST.SERVER, guess))


# sentence: (whose machine asks, whose tenant it says it is or an address, whose address it wants)
NOT_OURS = {
    "a machine without an address probes": (FIRST, bytes(4), FIRST.SERVER),
    "somebody announces our address": (FIRST, FIRST.SERVER, FIRST.SERVER),
    "somebody with our address asks for a machine": (FIRST, FIRST.SERVER, ELSEWHERE),
    "somebody with our other address asks": (FIRST, SECOND.SERVER, FIRST.SERVER),
    "a machine announces itself": (FIRST, FIRST, FIRST),
    "a machine asks for another": (FIRST, FIRST, SECOND),
    "a machine asks for nothing": (FIRST, FIRST, bytes(4)),
    "a machine asks for an address of elsewhere": (FIRST, FIRST, ELSEWHERE),
    "a machine of elsewhere asks": (FIRST, ELSEWHERE, FIRST.SERVER),
    "an address that was given to nobody asks": (FIRST, b"\x0a\x4d\0\xc8", FIRST.SERVER),
    "an address that was given to another asks": (FIRST, SECOND, FIRST.SERVER),
    "a machine of a relayed network asks": (RELAYED, RELAYED, FIRST.SERVER),
    "the address is for relays alone": (FIRST, FIRST, BY_RELAY_ALONE.SERVER),
    "the address is that in a VLAN": (FIRST, FIRST, TAGGED.SERVER),
    "the address is that outside of the VLAN": (TAGGED, TAGGED, FIRST.SERVER),
    "the address is that in another VLAN": (DOUBLE, DOUBLE, TAGGED.SERVER),
    "a machine probes in a VLAN": (DOUBLE, bytes(4), DOUBLE.SERVER),
    "somebody announces our address in a VLAN": (TAGGED, TAGGED.SERVER, TAGGED.SERVER),
}


@pytest.mark.parametrize("sentence", NOT_OURS)
def test_a_request_is_passed_up_where(box, tenants, sentence):
    def address(one):
        return one if isinstance(one, bytes) else tenants[one].address
    net, sender, target = NOT_OURS[sentence]
    passed_up(box, ask(tenants[net], address(sender), address(target)))
    answered(box, ask(tenants[TAGGED]))


@pytest.mark.parametrize("tags", [FIRST.TAGS, TAGGED.TAGS, DOUBLE.TAGS],
                         ids=["no tag", "802.1Q", "QinQ"])
def test_a_machine_that_is_not_where_its_network_is_is_passed_up(box, tenants, tags):
    """It has a lease and asks for what is served there, but its network is elsewhere."""
    server = {net.TAGS: net.SERVER for net in (SECOND, TAGGED, DOUBLE)}[tags]
    for net in (FIRST, TAGGED, DOUBLE):
        if net.TAGS != tags:
            frame = packet.split_tags(ask(tenants[net], target=server))[1]
            passed_up(box, packet.tagged(frame, tags))


# sentence: where the untagged frame is changed, and to what
STRANGE = {
    "is of RARP": (ETHERTYPE, b"\x80\x35"),
    "is of another protocol": (ETHERTYPE, b"\x86\xdd"),
    "has an 802.3 length": (ETHERTYPE, b"\x00\x1c"),
    "is for IEEE 802 networks": (HTYPE, b"\0\6"),
    "is for no hardware": (HTYPE, b"\0\0"),
    "has its hardware type in host order": (HTYPE, b"\1\0"),
    "asks for an address of IPv6": (PTYPE, b"\x86\xdd"),
    "has hardware addresses of no bytes": (HLEN, b"\0"),
    "has hardware addresses of 5 bytes": (HLEN, b"\5"),
    "has hardware addresses of 255 bytes": (HLEN, b"\xff"),
    "has addresses of no bytes": (PLEN, b"\0"),
    "has addresses of 16 bytes": (PLEN, b"\x10"),
    "has no operation": (OPERATION, b"\0\0"),
    "is a reply": (OPERATION, b"\0\2"),
    "asks in reverse": (OPERATION, b"\0\3"),
    "asks inversely": (OPERATION, b"\0\x08"),
    "has its operation in host order": (OPERATION, b"\1\0"),
    "says to be of another than it comes from": (SENDER_MAC, b"\x02\0\0\0\0\x99"),
    "comes from another than it says to be of": (6, b"\x02\0\0\0\0\x99"),
    "comes from all": (6, b"\xff" * 6),
}


@LINKS
@pytest.mark.parametrize("sentence", STRANGE)
def test_a_frame_is_passed_up_that(box, tenants, net, sentence):
    at, value = STRANGE[sentence]
    tags, frame = packet.split_tags(ask(tenants[net]))
    passed_up(box, packet.tagged(frame[:at] + value + frame[at + len(value):], tags))


@LINKS
def test_a_request_cut_off_at_any_length_is_passed_up(box, tenants, net):
    frame = ask(tenants[net], length=SHORTEST)
    for length in range(14, len(frame)):
        assert box.run(frame[:length]).action == "PASS", length
    answered(box, frame)


def test_a_request_in_a_vlan_that_is_not_served_is_passed_up(box, tenants):
    for tags in (packet.tag((networks.DOT1Q, 21)), packet.tag((networks.DOT1Q, 0)),
                 TAGGED.TAGS + DOUBLE.TAGS):
        for net in (FIRST, TAGGED, DOUBLE):
            frame = packet.split_tags(ask(tenants[net]))[1]
            refused(box, packet.tagged(frame, tags), "VLAN_TAGGED")


def test_a_machine_that_declines_its_address_is_the_hosts_until_it_has_another(box, tenants):
    machine = tenants[DOUBLE]
    answered(box, ask(machine))
    box.run(machine.frame(dhcp.DECLINE, [(54, DOUBLE.SERVER), (50, machine.address)]))
    passed_up(box, ask(machine))
    machine.boots()
    answered(box, ask(machine))


def test_tftp_need_not_be_configured():
    with Lab() as lab:
        text = served.write(lab)[1]
        server = Xdpxe(lab, text[:text.index("tftp:\n")]).start()
        with inside(server) as box:
            machine = Machine(box)
            machine.offered()
            machine.boots()
            answered(box, ask(machine))


def test_in_mode_tftp_any_machine_of_the_network_is_answered():
    """Another server has given it its address. Ours is defended by the host all the same."""
    with Lab() as lab:
        text = served.write(lab)[1].replace("mode: server", "mode: tftp")
        with inside(Xdpxe(lab, text).start()) as box:
            machine = Machine(box)
            machine.address = packet.ip_bytes("10.77.0.40")
            answered(box, ask(machine))
            for sender in (bytes(4), served.SERVER, ELSEWHERE):
                passed_up(box, ask(machine, sender=sender))
            machine.mac = b"\x01\0\x5e\0\0\1"
            passed_up(box, ask(machine))
            machine.mac = packet.BROADCAST_MAC
            passed_up(box, ask(machine))
