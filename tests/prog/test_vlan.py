# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A trunk: VLANs by 802.1Q and QinQ on one interface, each with a network of its own."""

import pytest

import networks
import served
from client import Machine, fresh_mac, pxe, refused
from compare import assert_frame
from expected import tftp_boot, tftp_reply
from lib import dhcp, packet, tftp
from networks import DOT1AD, DOT1Q, DOUBLE, FIRST, TAGGED
from reader import Reader, block_of, data, oack, rrq_bytes
from wire import Wire, to_zero

CLIENT = {TAGGED: "10.20.0.40", DOUBLE: "10.30.0.40", FIRST: "10.77.0.40"}
VLANS = pytest.mark.parametrize("net", [TAGGED, DOUBLE], ids=["802.1Q", "QinQ"])
STRANGE_TAGS = {
    "another VLAN": packet.tag((DOT1Q, 21)),
    "no VLAN but a priority": packet.tag((DOT1Q, 0x6000)),
    "another inner VLAN": packet.tag((DOT1Q, 20), (DOT1Q, 31)),
    "an inner tag of no VLAN": packet.tag((DOT1Q, 20), (DOT1Q, 0)),
    "tags in the other order": packet.tag((DOT1Q, 30), (DOT1Q, 20)),
    "three tags": packet.tag((DOT1AD, 20), (DOT1Q, 30), (DOT1Q, 30)),
    "the inner VLAN alone": packet.tag((DOT1Q, 30)),
}


@pytest.fixture(name="loaded", scope="module")
def _loaded(lab):
    """A server with VLANs."""
    return networks.start(lab)


def machine_of(box, net, **how):
    """A machine of a network."""
    machine = Machine(box, **how)
    machine.network, machine.tags = net, net.TAGS
    return machine


def reader_of(box, net):
    """A TFTP client of a network."""
    return Reader(box, CLIENT[net], tags=net.TAGS, server=net.SERVER)


@VLANS
def test_a_machine_gets_an_address_of_its_vlan(box, files, net):
    """DISCOVER and REQUEST; the replies have the tags of the requests, and the boot file."""
    machine = machine_of(box, net, options=pxe(0))
    machine.boots(tftp_boot(files, served.BIOS_FILE))
    assert net.has(machine.address)
    machine.acknowledged(machine.renew(), tftp_boot(files, served.BIOS_FILE))


@VLANS
def test_priority_bits_and_the_kind_of_tag_make_no_difference_and_are_kept(box, net):
    identifiers = [int.from_bytes(net.TAGS[at:at + 2], "big") for at in range(2, len(net.TAGS), 4)]
    for kind in (DOT1Q, DOT1AD):
        machine = machine_of(box, net)
        machine.tags = packet.tag(*((kind, 0xF000 | one) for one in identifiers))
        machine.boots()
        assert net.has(machine.address)


def test_a_machine_may_be_in_two_vlans_and_has_an_address_in_each(box):
    mac = fresh_mac()
    for net in (FIRST, TAGGED, DOUBLE):
        machine = machine_of(box, net, mac=mac)
        machine.boots()
        assert net.has(machine.address)


@pytest.mark.parametrize("sentence", STRANGE_TAGS)
def test_a_frame_is_passed_up_untouched_that_has(box, sentence):
    """judge() compares every byte."""
    machine = machine_of(box, TAGGED)
    reader = reader_of(box, TAGGED).starts("odd.bin", 512)
    machine.boots()
    machine.tags = reader.tags = STRANGE_TAGS[sentence]
    for frame in (machine.discover(), machine.request(), reader.rrq("odd.bin"), reader.ack(0)):
        refused(box, frame, "VLAN_TAGGED")


@VLANS
def test_what_is_not_ours_in_a_vlan_that_is_served_is_passed_up_untouched(box, net):
    reader = reader_of(box, net)
    arp = packet.arp(1, reader.mac, reader.address, net.SUBNET[:3] + b"\x09")
    refused(box, packet.tagged(arp, net.TAGS), "NOT_IPV4")
    refused(box, reader.frame(b"\0\4\0\0", 53), "OTHER_PORT")
    reader.tid = 20000
    refused(box, reader.frame(b"\0\5\0\0", 32767), "TFTP_UNKNOWN_TID")
    reader.address = packet.ip_bytes(CLIENT[FIRST])
    refused(box, reader.rrq("odd.bin"), "FOREIGN_SOURCE")
    reader.address, reader.server = packet.ip_bytes(CLIENT[net]), FIRST.SERVER
    refused(box, reader.rrq("odd.bin"), "OTHER_ADDRESS")


def test_a_frame_cut_off_at_any_length_is_passed_up_untouched(box):
    for net in (TAGGED, DOUBLE):
        frame = machine_of(box, net).discover()
        for length in range(14, len(frame)):
            assert box.run(frame[:length]).action == "PASS", length


@VLANS
def test_a_file_is_read_block_by_block(box, files, net):
    content, reader = files["odd.bin"], reader_of(box, net)
    reader.starts("odd.bin", 1000)
    for block in range(41):
        reader.gets(reader.ack(block), data(block + 1, block_of(content, block + 1, 1000)))
    reader.dropped(reader.ack(41), "TFTP_COMPLETE")


@VLANS
def test_a_request_without_options_gets_the_first_block(box, files, net):
    reader = reader_of(box, net)
    reader.asks(reader.rrq("odd.bin"), data(1, files["odd.bin"][:512]), "TFTP_DATA_FIRST")


@VLANS
def test_errors_have_tags_too(box, net):
    reader = reader_of(box, net)
    outcome = box.run(reader.rrq("missing"))
    assert outcome.reason == "TFTP_NOT_FOUND"
    assert_frame(outcome.frame, tftp_reply(reader.rrq("missing"),
                                           tftp.error(1, b"File not found"), 69))


@VLANS
@pytest.mark.parametrize("window", [2, 5, 8])
def test_a_window_goes_out_in_clones_with_tags(lab, box, files, net, window):
    """On the wire, since a clone leaves through the devmap."""
    content, reader = files["large.bin"], reader_of(box, net)
    reader.asks(reader.rrq("large.bin", ("blksize", 1400), ("windowsize", window)),
                oack(blksize=1400, windowsize=window))
    with Wire(lab) as wire:
        for acked in (0, window, 2 * window):
            wire.gets_blocks(reader, reader.ack(acked), range(acked + 1, acked + window + 1),
                             to_zero(content, 1400))


@VLANS
def test_the_largest_block_follows_the_mtu(box, net):
    """Drivers leave room for one tag; a second one counts."""
    reader = reader_of(box, net)
    due = 1468 if net is TAGGED else 1464
    reader.asks(reader.rrq("large.bin", ("blksize", 1468)), oack(blksize=due))


def test_a_request_that_the_daemon_helps_with_keeps_its_tags(lab, box, files):
    """A block size never asked for: the daemon makes a TID, and runs the frame again."""
    for net in (TAGGED, DOUBLE):
        reader = reader_of(box, net)
        frame = reader.frame(rrq_bytes("odd.bin", [("blksize", 777 + len(net.TAGS))]), 69)
        with Wire(lab) as wire:
            answer, = wire.ask(reader, frame, 1)
        tags, plain = packet.split_tags(answer)
        assert tags == net.TAGS
        read = packet.parse(plain)
        assert read.payload == oack(blksize=777 + len(net.TAGS)) and not read.fault
        reader.tid = read.sport
        reader.gets(reader.ack(0), data(1, files["odd.bin"][:777 + len(net.TAGS)]))


def test_a_silent_client_in_a_vlan_is_rescued(lab, box, files):
    """It gets the block that was lost, with its tags, and asks for nothing."""
    for net in (TAGGED, DOUBLE):
        reader = reader_of(box, net).starts("odd.bin", 512)
        with Wire(lab) as wire:
            wire.gets_blocks(reader, reader.ack(0), [1], to_zero(files["odd.bin"], 512))
            due = tftp_reply(reader.ack(0), data(1, files["odd.bin"][:512]), reader.tid)
            assert_frame(wire.waits_for(reader, 4), due)
        box.run(reader.error())


def test_a_nak_has_tags(box):
    machine = machine_of(box, TAGGED)
    machine.boots()
    outcome = box.run(machine.request(address=packet.ip_bytes("10.20.0.9")))
    assert outcome.reason == "DHCP_NAK"
    assert packet.parse(outcome.frame).dst == b"\xff" * 4


def test_discover_is_answered_to_all_where_the_machine_wants_it_so(box):
    machine = machine_of(box, DOUBLE, flags=0x8000)
    machine.offered()
    assert dhcp.parse(packet.parse(box.run(machine.discover()).frame).payload).yiaddr
