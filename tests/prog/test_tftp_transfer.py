# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""ACKs that come again, late, early, from elsewhere; aborts, size probes, new file versions."""

import time

import pytest

from client import refused
from frames import captured, patched, payload_of, to_server, with_payload
from lib import packet, tftp
from lib.wait import until
from reader import Reader, block_of, data, last_block, oack
from sessions import forward, quiet

SIZE = 1024
PAUSE = 0.065  # longer than the 50 ms in which a repeat is taken for a duplicate, and a clock tick


@pytest.fixture(name="content")
def _content(files):
    """The file that is read."""
    return files["ipxe.efi"]


def at_block(box, content, number):
    """A transfer whose client has been sent this block last."""
    reader = Reader(box).starts("ipxe.efi", SIZE)
    for one in range(1, number + 1):
        reader.gets(reader.ack(one - 1), data(one, block_of(content, one, SIZE)))
    return reader


@pytest.mark.parametrize("number", [0, 1, 7])
def test_an_ack_that_comes_again_at_once_is_not_answered(box, content, number):
    """RFC 1123 section 4.2.3.1: or all later blocks would go twice. After a pause it is a retry."""
    reader = at_block(box, content, number + 1)
    for _ in range(3):
        reader.dropped(reader.ack(number), "TFTP_REPEAT_SUPPRESSED")
    time.sleep(PAUSE)
    reader.gets(reader.ack(number), data(number + 1, block_of(content, number + 1, SIZE)))
    reader.dropped(reader.ack(number), "TFTP_REPEAT_SUPPRESSED")
    reader.gets(reader.ack(number + 1), data(number + 2, block_of(content, number + 2, SIZE)))


def test_an_ack_from_before_the_last_one_is_not_answered(box, content):
    reader = at_block(box, content, 6)
    time.sleep(PAUSE)
    for number in (0, 3, 4):
        reader.dropped(reader.ack(number), "TFTP_STALE_ACK")
    reader.gets(reader.ack(6), data(7, block_of(content, 7, SIZE)))


def test_an_ack_of_what_was_not_sent_is_dropped_and_disturbs_nothing(box, content):
    reader, last = at_block(box, content, 3), last_block(content, SIZE)
    for number in (4, 5, last - 1, last + 1, last + 2, 30000, 65535):
        reader.dropped(reader.ack(number), "TFTP_ACK_BEYOND")
    reader.gets(reader.ack(3), data(4, block_of(content, 4, SIZE)))


def test_the_last_ack_may_come_as_often_as_it_likes(box, content):
    reader, last = Reader(box).starts("ipxe.efi", SIZE), last_block(content, SIZE)
    forward(box, reader, last - 2)
    for number in (last - 1, last):
        reader.gets(reader.ack(number - 1), data(number, block_of(content, number, SIZE)))
    for _ in range(3):
        reader.dropped(reader.ack(last), "TFTP_COMPLETE")


def test_a_request_from_the_same_port_begins_again(box, content):
    """After the end, at once; lpxelinux reads all its files from one port."""
    reader, last = at_block(box, content, 5), last_block(content, SIZE)
    forward(box, reader, last - 1)
    reader.dropped(reader.ack(last), "TFTP_COMPLETE")
    reader.starts("ipxe.efi", SIZE)
    reader.gets(reader.ack(0), data(1, block_of(content, 1, SIZE)))


def test_a_request_that_comes_late_does_not_end_its_transfer(box, content):
    """It was delayed on its way: begun anew, the transfer would refuse the client's next ACK."""
    reader = at_block(box, content, 3)
    again = reader.rrq("ipxe.efi", ("blksize", SIZE))
    for number in (3, 4, 5):
        reader.dropped(again, "TFTP_LATE_REQUEST")
        reader.gets(reader.ack(number), data(number + 1, block_of(content, number + 1, SIZE)))
    other = at_block(box, content, 3)
    other.asks(other.rrq("odd.bin", ("blksize", SIZE)), oack(blksize=SIZE))


def test_a_client_that_starts_over_is_answered_after_half_a_second_of_silence(box, content):
    reader = at_block(box, content, 5)
    again = reader.rrq("ipxe.efi", ("blksize", SIZE))
    quiet(box, reader, 400)
    reader.dropped(again, "TFTP_LATE_REQUEST")
    quiet(box, reader, 200)
    reader.asks(again, oack(blksize=SIZE))
    reader.gets(reader.ack(0), data(1, block_of(content, 1, SIZE)))


@pytest.mark.parametrize("wait", [0, 300])
def test_a_client_that_gave_up_may_ask_again(box, content, wait):
    """At once or later: its ERROR has ended the transfer."""
    reader = at_block(box, content, 2)
    reader.dropped(reader.error(), "TFTP_CLIENT_ERROR")
    quiet(box, reader, wait)
    reader.starts("ipxe.efi", SIZE)
    reader.gets(reader.ack(0), data(1, block_of(content, 1, SIZE)))


def test_a_repeated_request_is_answered_each_time(box, content):
    """Its answer may be what was lost; only ACKs are held back."""
    reader = Reader(box)
    for _ in range(4):
        reader.asks(reader.rrq("ipxe.efi"), data(1, content[:512]), "TFTP_DATA_FIRST")
        reader.starts("ipxe.efi", SIZE)


def test_an_error_after_the_oack_was_a_size_probe(box):
    reader = Reader(box)
    reader.asks(reader.rrq("ipxe.efi", ("tsize", 0)), oack(tsize=100_000))
    reader.dropped(reader.error(), "TFTP_SIZE_PROBE")


def test_ovmf_probes_the_size(box, files):
    """Its own frames: RRQ with tsize, ERROR 8 "User aborted the transfer"."""
    sent, reader = captured("ovmf"), Reader(box)
    reader.asks(to_server(sent["rrq"], box.mac),
                oack(blksize=1468, windowsize=4, tsize=len(files["ipxe121.efi"])))
    abort = patched(to_server(sent["abort"], box.mac), 36, reader.tid.to_bytes(2, "big"))
    reader.dropped(with_payload(abort, payload_of(abort)), "TFTP_SIZE_PROBE")


@pytest.mark.parametrize("code, text", [
    (0, b"TFTP Aborted"), (0, b""), (3, b"Disk full"), (99, b"?")])
def test_an_error_in_the_middle_ends_the_transfer(box, content, code, text):
    reader = at_block(box, content, 2)
    reader.dropped(reader.error(code, text), "TFTP_CLIENT_ERROR")


def test_an_error_of_a_stranger_is_counted_and_disturbs_nobody(box, content):
    reader, stranger = at_block(box, content, 2), Reader(box)
    stranger.tid = reader.tid
    stranger.dropped(stranger.error(), "TFTP_CLIENT_ERROR")
    reader.gets(reader.ack(2), data(3, block_of(content, 3, SIZE)))


FOREIGN = ["10.78.0.5", "192.168.1.1", "0.0.0.0", "255.255.255.255", "10.77.0.1"]


@pytest.mark.parametrize("address", FOREIGN)
def test_a_client_from_outside_the_network_is_passed_up(box, content, address):
    """The last one is the server's own address."""
    reader = at_block(box, content, 1)
    reader.address = packet.ip_bytes(address)
    for frame in (reader.ack(1), reader.error(), reader.rrq("odd.bin")):
        refused(box, frame, "FOREIGN_SOURCE")


@pytest.mark.parametrize("address", ["10.77.255.255", "10.77.0.0"])
def test_nobody_has_the_address_of_the_network_or_of_all(box, address):
    """An answer would go to every machine (RFC 1122 section 3.2.1.3)."""
    reader = Reader(box).starts("odd.bin", SIZE)
    reader.address = packet.ip_bytes(address)
    for frame in (reader.ack(0), reader.error(), reader.rrq("odd.bin", ("blksize", SIZE))):
        refused(box, frame, "FOREIGN_SOURCE")


@pytest.mark.parametrize("target", ["10.77.0.2", "10.77.255.255", "255.255.255.255", "224.0.0.1"])
def test_tftp_for_another_address_is_passed_up(box, target):
    reader = Reader(box).starts("odd.bin", SIZE)
    for port, payload in ((reader.tid, tftp.ack(0)), (69, tftp.request("odd.bin"))):
        refused(box, packet.udp(box.mac, reader.mac, (reader.address, reader.port),
                                (packet.ip_bytes(target), port), payload), "OTHER_ADDRESS")


@pytest.mark.parametrize("payload", [
    b"\0\4\0", b"\0\4", b"\0", b"\0\4\0\0\0", tftp.ack(0) + b"\0" * 14, b"\0\3\0\1data",
    b"\0\0\0\0", b"\0\6tsize\x000\0", tftp.request("odd.bin"), b"\4\0\0\0",
    b"\xff\xff\xff\xff"], ids=str)
def test_what_is_neither_ack_nor_error_is_passed_up(box, payload):
    reader = Reader(box).starts("odd.bin", SIZE)
    refused(box, reader.frame(payload), "TFTP_NOT_ACK")


def test_a_transfer_goes_on_with_the_version_it_began_with(lab, box, content):
    """A reader in the middle, a new file, a new reader: two TIDs, two contents, never mixed."""
    old = at_block(box, content, 2)
    fresh = content[::-1] + b"new"
    lab.put("ipxe.efi", fresh)
    box.server.command("reload")

    def asked():
        reader = Reader(box)
        frame = reader.rrq("ipxe.efi", ("blksize", SIZE))
        reader.tid = packet.parse(box.answer(frame).frame).sport
        return reader.tid != old.tid and reader
    try:
        new = until(asked, 5, "the new version")
        for number in range(1, 4):
            ahead = number + 2
            old.gets(old.ack(ahead - 1), data(ahead, block_of(content, ahead, SIZE)))
            box.settle()
            new.gets(new.ack(number - 1), data(number, block_of(fresh, number, SIZE)))
    finally:
        lab.put("ipxe.efi", content)
        box.server.command("reload")
