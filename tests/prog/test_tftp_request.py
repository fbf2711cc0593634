# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""RRQ and WRQ: names, modes, options, and what each is answered with."""

import pytest

import served
from client import refused
from frames import captured, payload_of, to_server
from lib import packet, tftp
from reader import (FILE_NOT_FOUND, MALFORMED, NOT_OCTET, READ_ONLY, Reader, data, oack, rrq_bytes)

# client of the captures: what its OACK must say, None for DATA 1 of 512 bytes
REAL = {
    "bios-rom": ("undionly121.kpxe", {"blksize": 1432, "tsize": 4000}),
    "undionly": ("boot.ipxe", {"blksize": 1432, "tsize": 25}),
    "ipxe-rom": ("boot.ipxe", {"blksize": 1432, "tsize": 25}),
    "ovmf": ("ipxe121.efi", {"blksize": 1468, "windowsize": 4, "tsize": 996864}),
    "aavmf": ("grubaa64.efi", {"blksize": 1468, "windowsize": 4, "tsize": 2000}),
    "u-boot": ("undionly.kpxe", {"timeout": 5, "blksize": 1468}),
    "curl": ("undionly.kpxe", {"tsize": 74213, "blksize": 1468, "timeout": 5}),
    "atftp": ("undionly.kpxe", {"tsize": 74213, "timeout": 2, "blksize": 1428}),
    "busybox": ("undionly.kpxe", {"blksize": 1428, "tsize": 74213}),
    "tftp-hpa": ("undionly.kpxe", None),
}


@pytest.mark.parametrize("client", REAL)
def test_the_very_request_of_a_real_client_is_answered(box, files, client):
    name, granted = REAL[client]
    frame = to_server(captured(client)["rrq"], box.mac)
    assert name.encode() in frame
    if granted is None:
        Reader(box).asks(frame, data(1, files[name][:512]), "TFTP_DATA_FIRST")
    else:
        Reader(box).asks(frame, oack(**granted))


def test_the_request_again_from_the_next_port_has_the_same_answer(box):
    """OVMF's second RRQ, after its size probe."""
    frame = to_server(captured("ovmf")["rrq-again"], box.mac)
    Reader(box).asks(frame, oack(blksize=1468, windowsize=4))


def test_without_options_the_first_block_comes_at_once(box, files):
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin"), data(1, files["odd.bin"][:512]), "TFTP_DATA_FIRST")


@pytest.mark.parametrize("asked, granted", [
    (8, 8), (9, 9), (512, 512), (1024, 1024), (1467, 1467), (1468, 1468), (1469, 1468),
    (1500, 1468), (8192, 1468), (65464, 1468), ("0512", 512)])
def test_a_block_size_is_granted_as_far_as_the_link_carries_it(box, asked, granted):
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin", ("blksize", asked)), oack(blksize=granted))


BAD_VALUES = [("blksize", value) for value in (
    "0", "1", "7", "65465", "99999999999", "", "-8", "+512", "512x", " 512", "0x200", "1.5")] + [
    ("timeout", value) for value in ("0", "256", "1000000000000", "", "five")] + [
    ("tsize", value) for value in ("", "x")] + [("windowsize", value) for value in ("0", "65536")]


@pytest.mark.parametrize("option", BAD_VALUES, ids="=".join)
def test_an_option_value_that_makes_no_sense_is_left_out(box, files, option):
    """Alone, and beside one that makes sense (RFC 2347 lets a server ignore any option)."""
    reader = Reader(box)
    outcome = reader.asks(reader.rrq("odd.bin", option), data(1, files["odd.bin"][:512]),
                          "TFTP_DATA_FIRST")
    assert outcome.notes["TFTP_BAD_OPTION"] == 1
    other = ("timeout", 9) if option[0] != "timeout" else ("blksize", 1000)
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin", option, other), oack(**dict([other])))


@pytest.mark.parametrize("options", [
    [("multicast", "")], [("rollover", 0), ("x" * 200, "y" * 50)],
    [("blksizes", 1000)], [("blksiz", 1000)], [("", 1000)], [("blksize2", 1000)],
    [("windowsizes", 4)], [("tsizeblksizetsize", 0)]], ids=str)
def test_an_unknown_option_is_ignored(box, files, options):
    """Alone it is as if it were not there; beside a known one it does not occur in the OACK."""
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin", *options), data(1, files["odd.bin"][:512]),
                "TFTP_DATA_FIRST")
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin", *options, ("tsize", 0)), oack(tsize=40_001))


@pytest.mark.parametrize("asked, granted", [
    (1, 1), (2, 2), (7, 7), (8, 8), (9, 8), (64, 8), (65535, 8), ("004", 4)])
def test_a_window_is_granted_up_to_eight_blocks(box, asked, granted):
    """RFC 7440: never more than was asked for; alone, and beside other options."""
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin", ("windowsize", asked)), oack(windowsize=granted))
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin", ("windowsize", asked), ("tsize", 0), ("blksize", 1000)),
                oack(blksize=1000, windowsize=granted, tsize=40_001))


def test_names_of_options_and_the_mode_have_no_case(box):
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin", ("BlkSize", 1000), ("TSIZE", 0), ("Timeout", 3),
                           ("WindowSIZE", 2), mode=b"OcTeT"),
                oack(blksize=1000, windowsize=2, timeout=3, tsize=40_001))


@pytest.mark.parametrize("name, size", [("empty.bin", 0), ("one.bin", 1), ("large.bin", 600_000)])
def test_the_size_is_told(box, name, size):
    """Whatever number the client put there (RFC 2349)."""
    for given in (0, 12345):
        reader = Reader(box)
        reader.asks(reader.rrq(name, ("tsize", given)), oack(tsize=size))


@pytest.mark.parametrize("seconds", [1, 5, 254, 255])
def test_a_timeout_is_repeated_to_the_letter(box, seconds):
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin", ("timeout", seconds)), oack(timeout=seconds))


def test_an_option_without_a_value_is_as_good_as_absent(box):
    reader = Reader(box)
    payload = rrq_bytes("odd.bin", [("tsize", 0)]) + b"blksize\x001000"
    reader.asks(reader.frame(payload, 69), oack(tsize=40_001))


@pytest.mark.parametrize("name", [
    "sub/Deep/name.txt", "/sub/Deep/name.txt", "//sub//Deep/name.txt", "\\sub\\Deep\\name.txt",
    "sub\\/Deep/name.txt", b"sub/Deep/name.txt\xff", served.LONGEST_NAME,
    "/" + served.LONGEST_NAME], ids=str)
def test_a_name_is_found_however_it_is_written(box, files, name):
    path = served.LONGEST_NAME if served.LONGEST_NAME in str(name) else "sub/Deep/name.txt"
    reader = Reader(box)
    reader.asks(reader.rrq(name), data(1, files[path][:512]), "TFTP_DATA_FIRST")


@pytest.mark.parametrize("name", [
    "missing", "sub", "sub/", "sub/deep/name.txt", "sub/Deep/name.txtx", "sub/Deep/name.tx",
    "../etc/passwd", "sub/../odd.bin", "/../../etc/passwd", "..\\odd.bin", "./odd.bin", "..", ".",
    b"odd.bin\xff\xff", b"\xffodd.bin", "odd.bin ", served.LONGEST_NAME + "x", "n" * 500], ids=str)
def test_a_name_that_is_not_served_is_not_found(box, name):
    reader = Reader(box)
    reader.fails(reader.rrq(name, ("tsize", 0)), FILE_NOT_FOUND, "TFTP_NOT_FOUND")


@pytest.mark.parametrize("mode", [b"netascii", b"mail", b"NETASCII", b"octe", b"octets", b"binary",
                                  b"octet" * 9])
def test_another_mode_than_octet_is_refused(box, mode):
    reader = Reader(box)
    reader.fails(reader.rrq("odd.bin", mode=mode), NOT_OCTET, "TFTP_NOT_OCTET")


@pytest.mark.parametrize("name", ["odd.bin", "new.bin", "../odd.bin"])
def test_a_write_request_is_refused(box, name):
    reader = Reader(box)
    reader.fails(reader.rrq(name, ("blksize", 512), opcode=tftp.WRQ), READ_ONLY, "TFTP_WRITE")


@pytest.mark.parametrize("payload", [
    b"", b"odd.bin", b"odd.bin\0", b"odd.bin\0octet", b"\0octet\0", b"\xff\0octet\0", b"/\0octet\0",
    b"\0\0", b"\0" * 30], ids=str)
def test_a_request_that_is_cut_short_or_nameless_is_refused(box, payload):
    reader = Reader(box)
    reader.fails(reader.frame(b"\0\1" + payload, 69), MALFORMED, "TFTP_BAD_REQUEST")


@pytest.mark.parametrize("payload", [b"\0", b"\0\0", b"\0\3\0\1", b"\0\4\0\1", b"\0\5\0\0x\0",
                                     b"\0\6", b"\1\1odd.bin\0octet\0", b"\xff\xff"])
def test_what_is_no_request_on_port_69_is_passed_up(box, payload):
    refused(box, Reader(box).frame(payload, 69), "TFTP_NOT_REQUEST")


def test_a_repeated_request_keeps_its_tid(box):
    """At once and later; GRUB answers the first OACK after it has asked again."""
    reader, seen = Reader(box), set()
    for _ in range(5):
        reader.asks(reader.rrq("odd.bin", ("blksize", 1024)), oack(blksize=1024))
        seen.add(reader.tid)
    assert len(seen) == 1


def test_one_combination_has_one_tid_and_another_another(box):
    """Whoever asks, and whether size, timeout or a window of one is asked for too."""
    tids = []
    for name, options in (("odd.bin", [("blksize", 700)]), ("odd.bin", [("blksize", 700),
                          ("tsize", 0)]), ("odd.bin", [("blksize", 700), ("windowsize", 1)]),
                          ("odd.bin", [("blksize", 701)]), ("exact.bin", [("blksize", 700)]),
                          ("odd.bin", [("blksize", 700), ("windowsize", 2)])):
        reader = Reader(box, f"10.77.0.{50 + len(tids)}")
        tids.append(packet.parse(box.answer(reader.rrq(name, *options)).frame).sport)
    assert tids[0] == tids[1] == tids[2] and len(set(tids)) == 4


def test_a_new_combination_is_left_to_the_daemon_once(box, files):
    """The first frame is dropped here, the daemon makes a TID, the next one is answered."""
    reader = Reader(box)
    frame = reader.rrq("odd.bin", ("blksize", 777))
    first, second = box.run(frame), box.run(frame)
    assert (first.action, first.reason) == ("DROP", "TFTP_NEW_PARAMS")
    assert first.notes["REPLAYED"] == 1 and first.notes["TFTP_OACK"] == 1
    assert (second.action, second.reason) == ("TX", "TFTP_OACK")
    assert payload_of(second.frame) == oack(blksize=777) and files
