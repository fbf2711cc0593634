# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Windows (RFC 7440): several blocks for one ACK."""

import re
import zlib

import pytest

from lib import firmware, tftp
from lib.clients import atftp, fetch
from lib.led import Led, looking_at_checksums, wait_after_answer
from lib.server import BOOT, RESERVE, Xdpxe, config
from lib.uboot import UBootArm32, UBootArm64
from lib.wait import until

BLKSIZES = (8, 9, 512, 1001, 1468)
GRANTED = {1: 1, 2: 2, 3: 3, 4: 4, 7: 7, 8: 8, 16: 8, 65535: 8}


@pytest.fixture(name="data")
def _data(lab, server, noise):
    """A file of 20 blocks of 512 bytes and 100 bytes, served."""
    lab.put("file", noise(20 * 512 + 100))
    server.command("reload")
    return (lab.root / "file").read_bytes()


@pytest.mark.parametrize("asked, granted", GRANTED.items())
def test_a_window_is_granted_and_filled(lab, data, asked, granted):
    led = Led(lab).open("file", windowsize=asked)
    assert led.options == {"windowsize": str(granted)}
    assert led.rest() == data
    led.quiet()


@pytest.mark.parametrize("window", (2, 3, 7, 8))
def test_blocks_of_every_size_in_windows_are_right_to_the_checksum(lab, server, noise, window):
    """The last window is full, or short, or ends with an empty block."""
    for blksize in BLKSIZES:
        for blocks, more in ((window, 0), (2 * window - 1, 1), (2 * window, blksize - 1),
                             (3 * window - 2, 0)):
            lab.put(f"b{blksize}-{blocks}-{more}", noise(blksize * blocks + more))
    server.command("reload")
    with looking_at_checksums(lab) as faults:
        for path in sorted(lab.root.glob("b*-*-*")):
            blksize = int(path.name[1:].split("-")[0])
            led = Led(lab).open(path.name, blksize=blksize, windowsize=window)
            assert led.rest() == path.read_bytes(), path.name
    assert not faults
    assert server.counter("egress_failed") == 0


def test_an_ack_inside_a_window_makes_it_go_on_behind_that_block(lab, data):
    """The receiver lost block 6 of 5 to 8 (RFC 7440 section 4)."""
    led = Led(lab).open("file", windowsize=4)
    led.ack(0).take(1, 4)
    led.ack(4).take(5, 4)
    assert b"".join(led.ack(5).take(6, 4)) == data[5 * 512:9 * 512]
    assert led.rest(9) == data[9 * 512:]


def test_a_window_that_was_lost_comes_again_from_its_start(lab, data):
    led = Led(lab).open("file", windowsize=8)
    led.ack(0).take(1, 8)
    wait_after_answer()
    assert b"".join(led.ack(0).take(1, 8)) == data[:8 * 512]
    assert led.rest(8) == data[8 * 512:]


def test_the_end_of_a_window_acknowledged_twice_costs_one_window_and_no_more(lab, server, data):
    """It may be a copy, or tell that block 5 was lost; the next ones are not answered for a while."""
    led = Led(lab).open("file", windowsize=4)
    led.ack(0).take(1, 4)
    led.ack(4).ack(4)
    assert [answer.number for answer in led.hear_all()] == [5, 6, 7, 8, 5, 6, 7, 8]
    led.ack(8).ack(8).take(9, 4)
    led.quiet()
    assert server.counter("tftp_repeat_suppressed") == 1
    assert led.rest(12) == data[12 * 512:]


def test_a_storm_of_repeated_acks_is_answered_once_more(lab, server, data):
    """As EDK2 repeats its ACK for every block out of order."""
    led = Led(lab).open("file", windowsize=8)
    for _ in range(16):
        led.ack(0)
    assert [answer.number for answer in led.hear_all()] == 2 * list(range(1, 9))
    assert server.counter("tftp_repeat_suppressed") == 14
    assert led.rest(8) == data[8 * 512:]


def test_the_ack_of_an_old_window_is_not_answered(lab, server, data):
    led = Led(lab).open("file", windowsize=4)
    led.ack(0).take(1, 4)
    led.ack(4).take(5, 4)
    led.ack(0).ack(2).quiet()
    assert server.counter("tftp_stale_ack") == 2
    assert led.rest(8) == data[8 * 512:]


def test_an_ack_beyond_what_was_sent_is_not_answered(lab, server, data):
    led = Led(lab).open("file", windowsize=4)
    led.ack(0).take(1, 4)
    led.ack(5).quiet()
    assert server.counter("tftp_ack_beyond") == 1
    assert led.rest(4) == data[4 * 512:]


def test_the_configuration_can_lower_the_window(lab, files, noise):
    lab.put("file", noise(10_000))
    text = config(lab, BOOT).replace("tftp:\n", "tftp:\n  window: 3\n")
    Xdpxe(lab, text).start()
    led = Led(lab).open("file", windowsize=8)
    assert files and led.window == 3
    assert led.rest() == (lab.root / "file").read_bytes()


@pytest.mark.parametrize("blksize", (512, 1468))
def test_atftp_reads_in_windows(lab, server, noise, blksize):
    lab.put("file", noise(300_000))
    server.command("reload")

    def windows(lab, name, into, blksize):
        return [*atftp(lab, name, into, blksize)[:-6], "--option", "windowsize 7", "-g", "-r",
                name, "-l", into, "10.77.0.1"]
    assert fetch(lab, windows, "file", blksize)[1] == (lab.root / "file").read_bytes()
    transfer, = server.json("transfers")
    assert (transfer["windowsize"], transfer["blksize"]) == (7, blksize)
    assert server.counter("tftp_data") <= 300_000 // blksize // 7 + 3


def generic(lab):
    """A server on a device whose driver takes no XDP program."""
    lab.add_generic()
    return Xdpxe(lab, config(lab, BOOT).replace("[srv0]", "[gen0]")).start()


def test_where_frames_cannot_be_cloned_no_window_is_granted_and_files_are_whole(
        lab, files, noise):
    lab.put("file", noise(30_000))
    server = generic(lab)
    assert files and "gen0 (generic)" in server.process.wait_line("ready:", 1)
    led = Led(lab).open("file", blksize=1468, windowsize=8, tsize=0)
    assert led.options == {"blksize": "1468", "tsize": "30000"}
    assert led.rest() == (lab.root / "file").read_bytes()
    led = Led(lab).ask("file", windowsize=8)
    assert led.hear()[:2] == (tftp.DATA, 1), "no option is granted, so there is no OACK"
    assert led.rest(1) == (lab.root / "file").read_bytes()[512:]


@pytest.mark.firmware
def test_ovmf_asks_for_four_blocks_and_gets_them(lab, server, files):
    lacking = firmware.missing(*firmware.UefiX64.needs)
    if lacking:
        pytest.skip(f"not installed: {lacking}")
    lab.bridge()
    machine = firmware.UefiX64(lab, "tap0", "52:54:00:aa:00:02")

    def read():
        return next((one for one in server.json("transfers") if one["file"] == BOOT["efi-x64"]
                     and one["state"] == "done"), None)
    transfer = until(read, 120, "OVMF to read its file")
    machine.watch.look()
    assert transfer["windowsize"] == 4
    assert machine.watch.faults == []
    blocks = len(files[BOOT["efi-x64"]]) // 1468 + 1
    assert machine.watch.received["tftp_blocks"] == blocks, "none went twice"


@pytest.mark.firmware
@pytest.mark.parametrize("kind", (UBootArm64, UBootArm32))
def test_u_boot_reads_in_windows_of_eight(lab, server, noise, kind):
    lacking = firmware.missing(*kind.needs)
    if lacking:
        pytest.skip(f"not installed: {lacking}")
    data = noise(400_000)
    lab.put("kernel", data)
    server.command("reload")
    # U-Boot's virtio driver never receives again when 32 frames came before it looks.
    until(lambda: server.counter("address_probed") >= RESERVE, 10, "the segment to be quiet")
    lab.bridge()
    machine = kind(lab, "tap0", "52:54:00:aa:00:04")
    said = machine.read_file("kernel", window=8)
    assert re.search(rf"==> {zlib.crc32(data):08x}\b", said), said[-1000:]
    transfer = next(one for one in server.json("transfers") if one["file"] == "kernel")
    assert (transfer["windowsize"], transfer["state"]) == (8, "done")
    machine.watch.look()
    assert machine.watch.faults == []
