# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Relays: RFC 1542, 2131 section 4.1, 3046, 3527 and 3011; and clients behind routers."""

import pytest

import networks
import served
from client import RELAY_MAC, Machine, option_of, pxe, refused
from expected import tftp_boot
from frames import options_of, payload_of
from lib import dhcp, packet
from networks import FIRST, OTHER_RELAYED, RELAYED, RELAYED_IN_VLAN, SECOND, TAGGED
from reader import Reader, oack

AGENT = b"\1\4eth7\2\3abc"


@pytest.fixture(name="loaded", scope="module")
def _loaded(lab):
    """A server with networks behind relays."""
    return networks.start(lab)


def link_selection(address):
    """Suboption 5 of option 82 (RFC 3527)."""
    return b"\5\4" + address


def relayed(box, net, giaddr=None, options=(), network=None):
    """A machine behind a relay, which has the first address of its network."""
    machine = Machine(box, options=options)
    machine.network, machine.tags = network or net, net.TAGS
    machine.giaddr = giaddr or net.ROUTER
    if net is RELAYED_IN_VLAN:
        machine.tags = TAGGED.TAGS
    return machine


@pytest.mark.parametrize("net", [RELAYED, OTHER_RELAYED, RELAYED_IN_VLAN, FIRST, SECOND, TAGGED],
                         ids=["remote", "remote too", "remote by VLAN", "on the wire",
                              "second on the wire", "in a VLAN"])
def test_giaddr_tells_the_network(box, files, net):
    machine = relayed(box, net, net.SUBNET[:3] + b"\x09", [*pxe(0), (82, AGENT)])
    machine.boots(tftp_boot(files, served.BIOS_FILE))
    assert net.has(machine.address)


def test_the_reply_goes_back_by_the_way_it_came(box):
    """To the MAC that sent the frame, to giaddr, to the server's port."""
    machine = relayed(box, RELAYED)
    read = packet.parse(box.answer(machine.discover()).frame)
    assert (read.dst_mac, read.dst, read.dport) == (RELAY_MAC, RELAYED.ROUTER, 67)
    assert (read.src_mac, read.src) == (box.mac, RELAYED.SERVER)


def test_a_relay_may_know_the_server_by_the_address_it_has_in_another_network(box):
    machine = relayed(box, RELAYED)
    machine.offered(frame=machine.discover(to=SECOND.SERVER))
    machine.acknowledged(machine.frame(dhcp.REQUEST, [(54, RELAYED.SERVER), (50, machine.address)],
                                       to=FIRST.SERVER))


@pytest.mark.parametrize("giaddr", ["10.66.0.1", "192.0.2.1", "255.255.255.255", "10.30.1.1"])
def test_a_network_that_nobody_configured_is_passed_up(box, giaddr):
    refused(box, relayed(box, RELAYED, packet.ip_bytes(giaddr)).discover(), "DHCP_OTHER_NETWORK")


def test_a_network_of_another_link_is_passed_up(box):
    """It is served, but not to relays that come by here."""
    machine = relayed(box, RELAYED, TAGGED.ROUTER)
    refused(box, machine.discover(), "DHCP_OTHER_LINK")
    machine = relayed(box, RELAYED_IN_VLAN, RELAYED.ROUTER)
    refused(box, machine.discover(), "DHCP_OTHER_LINK")


@pytest.mark.parametrize("extra", [b"", AGENT, b"\x97\0", b"\1" + bytes((200,)) + bytes(200)])
def test_option_82_comes_back_unchanged_and_last(box, extra):
    machine = relayed(box, RELAYED, options=[(61, b"\1abc"), (82, link_selection(RELAYED.SUBNET)
                                                               + extra), (97, bytes(17))])
    machine.boots()
    reply = box.run(machine.request()).frame
    code, value = options_of(payload_of(reply))[-1]
    assert (code, value) == (82, link_selection(RELAYED.SUBNET) + extra)


@pytest.mark.parametrize("giaddr", [FIRST.ROUTER, RELAYED.ROUTER, packet.ip_bytes("192.0.2.1")],
                         ids=["on the wire", "remote", "of no network"])
@pytest.mark.parametrize("before", [b"", AGENT], ids=["alone", "behind others"])
def test_a_link_selection_goes_before_giaddr(box, giaddr, before):
    """RFC 3527: the relay is reached by giaddr, and the machine is on the link that it selects."""
    machine = relayed(box, RELAYED, giaddr, network=OTHER_RELAYED,
                      options=[(82, before + link_selection(OTHER_RELAYED.SUBNET))])
    machine.boots()
    assert OTHER_RELAYED.has(machine.address)


def test_a_link_selection_of_no_network_is_passed_up(box):
    machine = relayed(box, RELAYED,
                      options=[(82, link_selection(packet.ip_bytes("192.0.2.0")))])
    refused(box, machine.discover(), "DHCP_OTHER_NETWORK")
    machine = relayed(box, RELAYED, options=[(82, link_selection(TAGGED.SUBNET))])
    refused(box, machine.discover(), "DHCP_OTHER_LINK")


def test_a_subnet_selection_goes_before_giaddr_and_is_echoed(box):
    """RFC 3011."""
    machine = relayed(box, RELAYED, network=OTHER_RELAYED, options=[(118, OTHER_RELAYED.SUBNET)])
    machine.boots()
    assert OTHER_RELAYED.has(machine.address)
    assert option_of(box.run(machine.request()).frame, 118) == OTHER_RELAYED.SUBNET


def test_a_link_selection_goes_before_a_subnet_selection(box):
    """RFC 3527 section 3."""
    machine = relayed(box, FIRST, network=OTHER_RELAYED,
                      options=[(118, RELAYED.SUBNET), (82, link_selection(OTHER_RELAYED.SUBNET))])
    machine.boots()
    assert OTHER_RELAYED.has(machine.address)


CUT_OFF = {
    "in a suboption": b"\1\5abc",
    "behind a code": AGENT + b"\5",
    "in a link selection": b"\5\4\x0a\x63\0",
}
UNREADABLE = [b"\5\3\x0a\x63\0", b"\5\5\x0a\x63\0\0\0", b"\5\0", AGENT + b"\5\2ab\1\5abc"]


@pytest.mark.parametrize("sentence", CUT_OFF)
def test_an_option_82_that_ends_early_is_counted_and_echoed(box, sentence):
    """The network is that of giaddr."""
    machine = relayed(box, RELAYED, options=[(82, CUT_OFF[sentence])])
    machine.boots()
    assert RELAYED.has(machine.address)
    outcome = box.run(machine.request())
    assert outcome.notes.get("DHCP_RELAY_MALFORMED") == 1
    assert option_of(outcome.frame, 82) == CUT_OFF[sentence]


def test_what_can_be_read_of_an_option_82_that_ends_early_is_heeded(box):
    machine = relayed(box, RELAYED, network=OTHER_RELAYED,
                      options=[(82, link_selection(OTHER_RELAYED.SUBNET) + b"\1\5abc")])
    machine.boots()
    assert OTHER_RELAYED.has(machine.address)


@pytest.mark.parametrize("option", UNREADABLE)
def test_a_link_selection_that_is_no_address_is_counted_and_passed_up(box, option):
    """The client may be anywhere."""
    machine = relayed(box, RELAYED)
    machine.boots()
    machine.options = [(82, option)]
    for frame in (machine.discover(), machine.request()):
        refused(box, frame, "DHCP_LINK_UNREADABLE")
    machine.options = [(82, b"")]
    machine.offered()


def test_without_a_relay_nobody_selects_a_link(box):
    """A machine's own option 82 is echoed and not looked into; 118 is not heeded."""
    for options in ([(82, link_selection(RELAYED.SUBNET))], [(82, b"\1\5abc")]):
        machine = Machine(box, options=options)
        machine.network = SECOND
        machine.address = packet.ip_bytes("10.88.0.99")
        outcome = box.answer(machine.discover())
        assert outcome.reason == "DHCP_OFFER"
        assert option_of(outcome.frame, 82) == options[0][1]
    machine = Machine(box, options=[(118, RELAYED.SUBNET)])
    assert option_of(box.answer(machine.discover()).frame, 118) is None


def test_a_machine_behind_a_router_renews_and_releases_without_the_relay(box):
    """RENEWING is unicast: the router brings it, and takes the answer back."""
    machine = relayed(box, RELAYED)
    machine.boots()
    machine.giaddr, router_mac = bytes(4), RELAY_MAC
    frame = machine.renew()
    frame = frame[:6] + router_mac + frame[12:]
    outcome = box.run(frame)
    assert outcome.reason == "DHCP_ACK"
    read = packet.parse(outcome.frame)
    assert (read.dst_mac, read.dst, read.dport) == (router_mac, machine.address, 68)
    refused(box, machine.release(), "DHCP_RELEASED")


def test_a_machine_that_came_from_behind_a_router_does_not_keep_its_address(box):
    """INIT-REBOOT and REBINDING on another link: that address is of no use there."""
    machine = relayed(box, RELAYED)
    machine.boots()
    machine.giaddr = bytes(4)
    assert box.run(machine.reboot()).reason in ("DHCP_NO_LEASE", "DHCP_NAK")
    assert box.run(machine.renew(to=b"\xff" * 4)).reason in ("DHCP_NO_LEASE", "DHCP_NAK")


@pytest.mark.parametrize("net, address", [(RELAYED, "10.99.0.200"), (OTHER_RELAYED, "10.98.0.7"),
                                          (SECOND, "10.88.0.40"), (FIRST, "10.77.0.40")])
@pytest.mark.parametrize("server", [FIRST.SERVER, SECOND.SERVER])
def test_a_client_of_any_network_of_the_link_reads_files(box, net, address, server):
    """By any address that this server has there; the answer goes to whom the frame came from."""
    reader = Reader(box, address, server=server)
    reader.starts("odd.bin", 512)
    outcome = box.run(reader.ack(0))
    assert outcome.reason == "TFTP_DATA" and net.has(reader.address)
    assert packet.parse(outcome.frame).dst_mac == reader.mac


@pytest.mark.parametrize("address", ["10.66.0.1", "10.20.0.40", "10.97.0.40", "10.99.0.0",
                                     "10.99.0.255", "10.88.0.1", "10.77.0.1"])
def test_tftp_is_not_answered_to(box, address):
    """Foreign networks, those of other links, and addresses that are no machine's."""
    reader = Reader(box, address)
    refused(box, reader.rrq("odd.bin", ("blksize", 512)), "FOREIGN_SOURCE")
    reader.tid = Reader(box).starts("odd.bin", 512).tid
    refused(box, reader.ack(0), "FOREIGN_SOURCE")


def test_a_client_behind_a_router_in_a_vlan_reads_files(box):
    reader = Reader(box, "10.97.0.40", tags=TAGGED.TAGS, server=TAGGED.SERVER)
    reader.asks(reader.rrq("odd.bin", ("blksize", 512)), oack(blksize=512))
    refused(box, Reader(box, "10.99.0.40", tags=TAGGED.TAGS,
                        server=TAGGED.SERVER).rrq("odd.bin"), "FOREIGN_SOURCE")
