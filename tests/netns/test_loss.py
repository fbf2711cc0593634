# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A network that loses frames: seen by stalls, met with small windows and answers sent twice."""

import time

import pytest

from lib import dhcp, packet
from lib.crowd import packet_socket
from lib.led import Led, wait_after_answer
from lib.wait import until

STALLS = 17  # beyond what may be an accident
SAID = "frames are being lost"


@pytest.fixture(name="data")
def _data(lab, server, noise):
    """A file of 100 blocks, served."""
    lab.put("file", noise(100 * 512 + 100))
    server.command("reload")
    return (lab.root / "file").read_bytes()


def stalls(lab, count):
    """A client asks again, late, for each of so many blocks."""
    led = Led(lab).open("file", blksize=512)
    for block in range(count):
        led.ack(block).take(block + 1, 1)
        wait_after_answer()
        led.ack(block).take(block + 1, 1)
    return led


def granted(lab, window):
    """The window that a new transfer gets."""
    return Led(lab).open("file", windowsize=window).window


def test_windows_are_small_while_frames_are_lost(lab, server, data):
    assert granted(lab, 8) == 8
    led = stalls(lab, STALLS)
    assert granted(lab, 8) == 2 and granted(lab, 1) == 1
    assert server.counter("tftp_window_cut") == 1
    until(lambda: any(SAID in line for line in server.process.stderr), 5, "a line in the log")
    assert led.rest(STALLS) == data[STALLS * 512:]


def test_a_few_stalls_change_nothing(lab, server, data):
    stalls(lab, 15)
    assert data and granted(lab, 4) == 4
    assert not any(SAID in line for line in server.process.stderr)


def test_copies_that_come_at_once_are_no_losses(lab, server, data):
    led = Led(lab).open("file", blksize=512)
    for block in range(40):
        led.ack(block).take(block + 1, 1)
        led.ack(block)
    assert data and granted(lab, 4) == 4
    assert server.counter("tftp_window_cut") == 0


def test_windows_grow_again_when_much_was_sent_and_nothing_lost(lab, server, noise, data):
    lab.put("long", noise(20_000 * 8))
    server.command("reload")
    stalls(lab, STALLS)
    assert data and granted(lab, 4) == 2
    Led(lab).open("long", blksize=8).rest()
    assert granted(lab, 4) == 4
    until(lambda: any("no more frames are lost" in line for line in server.process.stderr), 5,
          "a line in the log")


def test_a_window_that_stalls_is_helped_sooner_where_frames_are_lost(lab, server, data):
    stalls(lab, STALLS)
    led = Led(lab).open("file", windowsize=4)
    led.ack(0).take(1, 2)
    begun = time.monotonic()
    assert led.hear(5).number == 2 and data
    assert time.monotonic() - begun < 0.7, "a second where nothing is lost"


class Asker:
    """A machine on the wire, which counts the answers to one message."""

    def __init__(self, lab, mac="52:54:00:00:70:01"):
        self.lab, self.mac = lab, packet.mac_bytes(mac)
        self.socket = packet_socket(lab.client, "cli0")
        lab.at_end.append(self.socket.close)

    def discover(self, xid):
        """DISCOVER; how many OFFERs come, and are they alike?"""
        head = dhcp.BOOTP.pack(1, 1, 6, 0, xid, 0, 0x8000, *[bytes(4)] * 4, self.mac, b"", b"")
        body = (head + dhcp.MAGIC + dhcp.encode([(53, b"\1")])).ljust(300, b"\0")
        self.socket.send(packet.udp(packet.BROADCAST_MAC, self.mac, (bytes(4), 68),
                                    (b"\xff" * 4, 67), body))
        found, limit = [], time.monotonic() + 0.5
        self.socket.settimeout(0.1)
        while time.monotonic() < limit:
            try:
                frame = self.socket.recv(2048)
            except TimeoutError:
                continue
            if xid in frame and frame[6:12] != self.mac:
                found.append(frame)
        assert len(set(found)) <= 1, "answers that differ"
        return len(found)


def test_a_machine_that_asks_again_is_told_twice(lab, server):
    asker = Asker(lab)
    assert asker.discover(b"abcd") == 1
    assert asker.discover(b"abcd") == 2, "the first answer was most likely lost"
    assert asker.discover(b"efgh") == 1, "a new question"
    assert server.counter("dhcp_told_twice") == 1


def test_all_are_told_twice_where_frames_are_lost(lab, server, data):
    stalls(lab, STALLS)
    assert data and Asker(lab).discover(b"abcd") == 2
    assert server.counter("dhcp_told_twice") == 1
