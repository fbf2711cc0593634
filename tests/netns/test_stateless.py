# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A block needs no session: transfers go on whatever is forgotten, killed or replaced meanwhile."""

import re

import pytest

from lib import tftp
from lib.fetch import command
from lib.forget import forget_transfers
from lib.led import Led
from lib.server import BOOT, Xdpxe, config

LOCKSTEP, WINDOWS = {"blksize": 512}, {"blksize": 512, "windowsize": 4}
KINDS = pytest.mark.parametrize("options", (LOCKSTEP, WINDOWS), ids=("lockstep", "windows"))


@pytest.fixture(name="data")
def _data(lab, server, noise):
    """A file of 40 blocks of 512 bytes and 100 bytes, served."""
    lab.put("file", noise(40 * 512 + 100))
    server.command("reload")
    return (lab.root / "file").read_bytes()


def begun(lab, options, windows=3):
    """A transfer in which so many windows have come: (client, last block)."""
    led = Led(lab).open("file", **options)
    for at in range(windows):
        led.ack(at * led.window).take(at * led.window + 1, led.window)
    return led, windows * led.window


@KINDS
def test_a_transfer_that_the_kernel_forgot_goes_on(lab, server, data, options):
    led, block = begun(lab, options)
    assert forget_transfers(server) >= 2, "the transfer and the mark"
    assert led.rest(block) == data[block * 512:]
    assert server.counter("tftp_stateless") == 1
    transfer, = server.json("transfers")
    assert (transfer["state"], transfer["block"]) == ("done", 41)


def test_a_transfer_forgotten_again_and_again_goes_on(lab, server, data):
    led, block = begun(lab, LOCKSTEP)
    received = []
    while block < 41:
        forget_transfers(server)
        received += led.ack(block).take(block + 1, 1)
        block += 1
    assert b"".join(received) == data[3 * 512:]
    assert server.counter("tftp_stateless") == 38


def test_a_transfer_forgotten_inside_a_window_goes_on_there(lab, server, data):
    led = Led(lab).open("file", **WINDOWS)
    led.ack(0).take(1, 4)
    forget_transfers(server)
    assert led.rest(2) == data[2 * 512:]


def test_a_forgotten_transfer_is_known_again_and_helped(lab, server, data):
    """After the ACK that found nothing, a stall is seen as before."""
    led, block = begun(lab, LOCKSTEP)
    forget_transfers(server)
    led.ack(block).take(block + 1, 1)
    assert led.take(block + 1, 1) == [data[block * 512:(block + 1) * 512]]
    assert server.counter("tftp_rescued") == 1


def test_while_something_was_forgotten_a_stranger_is_no_stranger(lab, server, data):
    """Its ACK may well belong to a transfer."""
    led, _ = begun(lab, LOCKSTEP)
    other = Led(lab)
    other.peer = led.peer
    assert other.ack(5).hear().opcode == tftp.ERROR
    forget_transfers(server)
    assert other.ack(5).hear()[1:3] == (6, data[5 * 512:6 * 512])


@KINDS
def test_a_transfer_goes_on_without_a_daemon(lab, server, data, options):
    led, block = begun(lab, options)
    server.crash()
    assert led.rest(block) == data[block * 512:]
    assert Led(lab).open("file", **options).rest() == data


@KINDS
def test_a_transfer_goes_on_under_the_next_daemon(lab, server, data, options):
    led, block = begun(lab, options)
    server.crash()
    block += len(led.ack(block).take(block + 1, led.window))
    server.start()
    assert "adopted" in server.process.wait_line("ready:", 1)
    assert led.rest(block) == data[block * 512:]
    assert server.counter("tftp_stateless") == 0


def test_without_daemon_and_sessions_a_transfer_goes_on(lab, server, data):
    led, block = begun(lab, WINDOWS)
    server.crash()
    forget_transfers(server)
    assert led.rest(block) == data[block * 512:]


def test_a_stall_of_the_daemons_absence_is_helped_by_the_next_one(lab, server, data):
    led, block = begun(lab, LOCKSTEP)
    server.crash()
    led.ack(block).take(block + 1, 1)
    led.quiet(1.5)
    server.start()
    assert led.take(block + 1, 1) == [data[block * 512:(block + 1) * 512]]
    assert led.rest(block + 1) == data[(block + 1) * 512:]


def test_a_request_that_needs_the_daemon_waits_for_the_next_one(lab, server, data):
    """A block size never asked for has no port yet."""
    server.crash()
    led = Led(lab).ask("file", blksize=333).quiet()
    server.start()
    led.open("file", blksize=333).hear_all()
    assert led.rest() == data


def another_version(lab, binary):
    """A copy of the program that says it is another version."""
    said = lab.server.run(binary, "--version").stdout.split()[-1].encode()
    other = lab.dir / "xdpxe-other"
    image = open(binary, "rb").read()
    own = re.compile(rb"(?<!LIBBPF_)" + re.escape(said) + rb"\0")  # not a library's of that number
    assert own.search(image)
    other.write_bytes(own.sub(b"9" * len(said) + b"\0", image))
    other.chmod(0o755)
    return other


def test_a_new_program_takes_over_in_the_middle_of_long_transfers(lab, files, noise):
    """In lockstep and in windows, in a file whose block numbers have begun anew."""
    path = lab.put("long", noise(8 * 500_000 + 5))
    server = Xdpxe(lab, config(lab, BOOT)).start()
    readers = [lab.start(lab.client, *command(path, "long", 8, window)) for window in (1, 1, 8)]
    old = server.attached()
    server.crash()
    server.binary = another_version(lab, server.binary)
    server.start()
    assert server.attached() != old
    running = [reader for reader in readers if reader.running()]
    assert files and running, "the transfers were over before the program was replaced"
    assert [(reader.join(40), reader.stderr) for reader in readers] == [(0, [])] * 3
    assert server.counter("tftp_place_lost") == 0
