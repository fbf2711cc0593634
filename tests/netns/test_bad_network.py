# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Machines on a network that loses, doubles and spoils frames."""

import random

from lib import dialect
from lib.crowd import Crowd
from lib.download import Download
from lib.machine import Machine
from lib.server import BOOT


def rom(files, number=1):
    """A machine whose firmware repeats soon."""
    name = BOOT["bios"]
    return Machine(f"52:54:00:00:00:{number:02x}", dialect.BIOS, (name, files[name]), BOOT["ipxe"])


def losing(share):
    """Lose frames at random, but the same ones in every run."""
    luck = random.Random(77)
    return lambda frame: [] if luck.random() < share else [frame]


def test_machines_boot_where_one_frame_in_thirty_is_lost(lab, server, files):
    machines = [rom(files, number) for number in range(1, 9)]
    with Crowd(lab.client, outgoing=losing(0.03), incoming=losing(0.03)) as crowd:
        results = crowd.boot(machines, 60)
    for result in results:
        assert result.done, result
    assert server.process.running()


def test_doubled_requests_do_not_double_the_transfer(lab, server, files):
    """The Sorcerer's Apprentice, RFC 1123 section 4.2.3.1."""
    with Crowd(lab.client, outgoing=lambda frame: [frame, frame]) as crowd:
        result, = crowd.boot([rom(files)], 30)
    assert result.done, result
    blocks = len(files[BOOT["bios"]]) // 1456 + 1
    assert result.received["tftp_blocks"] <= blocks * 1.1
    assert server.counter("tftp_repeat_suppressed") >= blocks * 0.9


def spoil(frame):
    """Before each UDP frame, send a copy with one wrong bit in its payload."""
    if frame[23] != 17 or frame[12:14] != b"\x08\x00":
        return [frame]
    return [frame[:-1] + bytes([frame[-1] ^ 0x40]), frame]


def test_requests_with_a_wrong_checksum_are_not_answered(lab, server, files):
    with Crowd(lab.client, outgoing=spoil) as crowd:
        result, = crowd.boot([rom(files)], 30)
    assert result.done, result
    blocks = len(files[BOOT["bios"]]) // 1456 + 1
    assert server.counter("udp_checksum") >= blocks
    assert result.received["tftp_blocks"] == blocks
    assert server.counter("tftp_blocks") == blocks


def test_a_client_that_never_repeats_an_ack_is_rescued(lab, server, noise):
    """GRUB gives up after 34 s."""
    lab.put("file", noise(40_000))
    server.command("reload")
    download = Download(lab, "file", (("blksize", "1024"), ("tsize", "0"))).step(5)
    download.lose_next().wait_rescue(15)
    assert download.finish() == (lab.root / "file").read_bytes()
