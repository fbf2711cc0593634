# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Files and blocks of all sizes; files of more than 65,535 blocks."""

import pytest

from lib.clients import MACHINE_PXE, udhcpc
from lib.fetch import command, read_and_compare
from lib.forget import forget_transfers
from lib.led import Led, looking_at_checksums
from lib.server import BOOT, Xdpxe, config

BLKSIZES = (8, 9, 15, 16, 17, 100, 511, 512, 513, 1000, 1023, 1024, 1408, 1428, 1432, 1455, 1456,
            1467, 1468)
PATTERN = 1_000_003  # a prime: no two blocks of a long file are alike
LONG = 300 << 20
ROUND = 65_536


def around(blksize):
    """Sizes without a byte, of one, around one block and two, and over a chunk of the cache."""
    return sorted({0, 1, blksize - 1, blksize, blksize + 1, 2 * blksize, 16_384 + blksize // 2,
                   20 * blksize})


def test_blocks_and_files_of_all_sizes_are_right_to_the_checksum(lab, server, noise):
    sizes = {(blksize, size) for blksize in BLKSIZES for size in around(blksize)}
    for size in {size for _, size in sizes}:
        lab.put(f"size-{size}", noise(size))
    server.write(config(lab, BOOT) + "limits: { combinations: none }\n")
    server.command("reload")
    with looking_at_checksums(lab) as faults:
        for blksize, size in sorted(sizes):
            led = Led(lab).open(f"size-{size}", blksize=blksize, tsize=0)
            assert led.options == {"blksize": str(blksize), "tsize": str(size)}
            what = f"blksize {blksize}, {size} bytes"
            assert led.rest() == (lab.root / f"size-{size}").read_bytes(), what
    assert not faults


@pytest.mark.parametrize("asked, granted", ((7, None), (0, None), (65_465, None), (1469, 1468),
                                            (65_464, 1468)))
def test_a_block_size_out_of_range_is_lowered_or_left_out(lab, server, noise, asked, granted):
    """RFC 2348: 8 to 65,464; a server may answer with less."""
    lab.put("file", noise(5000))
    server.command("reload")
    led = Led(lab).open("file", blksize=asked, tsize=0)
    assert led.options.get("blksize") == (str(granted) if granted else None)
    assert led.rest() == (lab.root / "file").read_bytes()


@pytest.fixture(name="long_file")
def _long_file(lab, noise):
    """A path of 300 MiB."""
    path, pattern = lab.root / "long", noise(PATTERN)
    with open(path, "wb") as file:
        for _ in range(LONG // PATTERN):
            file.write(pattern)
        file.write(pattern[:LONG % PATTERN])
    assert path.stat().st_size == LONG
    return path


def test_a_file_of_300_mib_is_right_to_the_last_byte(lab, files, long_file):
    """In blocks of 512 their numbers begin anew nine times."""
    server = Xdpxe(lab, config(lab, BOOT).replace("64MiB", "400MiB")).start()
    assert files and read_and_compare(lab, long_file, 512)["blocks"] == LONG // 512 + 1
    assert read_and_compare(lab, long_file, 1468)["blocks"] == LONG // 1468 + 1
    assert server.counter("tftp_complete") == 2


def rolling(lab, classes):
    """A server that lets machines of these kinds count 65,535, 1."""
    text = config(lab, BOOT).replace("tftp:\n", f"tftp:\n  rollover-one: [{classes}]\n")
    return Xdpxe(lab, text).start()


def put_around_the_edge(lab, noise):
    """Files whose last block is around the 65,536th, and later ones: name -> blocks of 8 bytes."""
    blocks = {f"blocks-{count}": count for count in (ROUND - 2, ROUND - 1, ROUND, ROUND + 1,
                                                     2 * ROUND - 1, 3 * ROUND + 5)}
    for name, count in blocks.items():
        lab.put(name, noise(8 * (count - 1) + 3))
    return blocks


def read_around_the_edge(lab, blocks, **more):
    """Read each in lockstep and in windows; nothing may have to be asked for again."""
    for name, count in blocks.items():
        for window in (1, 8):
            counts = read_and_compare(lab, lab.root / name, 8, window, **more)
            assert (counts["blocks"], counts["again"]) == (count, 0), f"{name} window {window}"


def test_numbers_go_on_with_0_around_every_edge(lab, server, noise):
    blocks = put_around_the_edge(lab, noise)
    server.command("reload")
    read_around_the_edge(lab, blocks)


def test_numbers_go_on_with_1_for_a_class_that_wants_it(lab, files, noise):
    blocks = put_around_the_edge(lab, noise)
    rolling(lab, "bios")
    address = pxe_address(lab)
    assert files
    read_around_the_edge(lab, blocks, first=1, address=address)


def pxe_address(lab):
    """Lease an address as a BIOS machine, beside the interface's own."""
    address = udhcpc(lab, *MACHINE_PXE)["ip"]
    lab.client.run("ip", "addr", "add", f"{address}/16", "dev", "cli0")
    return address


def test_machines_of_both_kinds_read_one_file_at_the_same_time(lab, files, noise):
    path = lab.put("file", noise(8 * (2 * ROUND + 9)))
    rolling(lab, "bios")
    address = pxe_address(lab)
    readers = [lab.start(lab.client, *command(path, "file", 8, window, first, source))
               for window in (1, 8) for first, source in ((0, "10.77.0.2"), (1, address))]
    assert files and [(reader.join(30), reader.stderr) for reader in readers] == [(0, [])] * 4


def test_a_forgotten_transfer_beyond_65535_blocks_is_told_so(lab, server, noise):
    """Its numbers mean nothing without its session; the client asks again."""
    lab.put("file", noise(8 * (ROUND + 9)))
    server.command("reload")
    led = Led(lab).open("file", blksize=8)
    led.ack(0).take(1, 1)
    forget_transfers(server)
    answer = led.ack(1).hear()
    assert answer is not None and (answer.opcode, answer.number) == (5, 0), answer
    assert b"ask again" in answer.data
    assert server.counter("tftp_place_lost") == 1
