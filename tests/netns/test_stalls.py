# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Packets that are lost, late or doubled, one at a time, and clients that wait for the server."""

import time

import pytest

from lib import tftp
from lib.led import Led, wait_after_answer

SOON, LATE = 0.5, 1.6  # about the second after which a silent client is asked for its ACK


@pytest.fixture(name="data")
def _data(lab, server, noise):
    """A file of 20 blocks of 512 bytes and 100 bytes, served."""
    lab.put("file", noise(20 * 512 + 100))
    server.command("reload")
    return (lab.root / "file").read_bytes()


def rest(data, acked):
    """What follows the block acknowledged."""
    return data[acked * 512:]


def patience(led, seconds):
    """Hear for so long; returns how many seconds each packet came after the one before."""
    times, limit = [], time.monotonic() + seconds
    last = time.monotonic()
    while (left := limit - time.monotonic()) > 0:
        if led.hear(left) is not None:
            times.append(time.monotonic() - last)
            last = time.monotonic()
    return times


def test_a_client_that_never_repeats_an_ack_gets_the_lost_block_again(lab, server, data):
    """GRUB: it waits until it gives up after 34 s."""
    led = Led(lab).open("file", blksize=512)
    led.ack(0).take(1, 1)
    led.ack(1).take(2, 1)
    led.quiet(SOON)
    assert led.take(2, 1) == [data[512:1024]]
    assert led.rest(2) == rest(data, 2)
    assert server.counter("tftp_rescued") == 1
    assert server.json("transfers")[0]["rescues"] == 1


def test_after_a_lost_ack_of_a_window_its_last_block_comes_again(lab, server, data):
    led = Led(lab).open("file", windowsize=4)
    led.ack(0).take(1, 4)
    assert [answer.number for answer in (led.hear(LATE), *led.hear_all())] == [4]
    assert led.rest(4) == rest(data, 4)
    assert server.counter("tftp_rescued") == 1


def test_one_that_lacks_the_window_says_so_and_gets_it_at_once(lab, server, data):
    """It acknowledges what it has, as for any block beyond a gap."""
    led = Led(lab).open("file", windowsize=4)
    led.ack(0).take(1, 4)
    led.take(4, 1)
    assert b"".join(led.ack(0).take(1, 4)) == data[:2048]
    assert led.rest(4) == rest(data, 4)
    assert server.counter("tftp_rescued") == 1


def test_a_lost_window_comes_whole_when_its_end_called_forth_no_ack(lab, server, data):
    led = Led(lab).open("file", windowsize=4)
    led.ack(0).take(1, 4)
    led.take(4, 1)
    led.quiet(LATE)
    assert b"".join(led.take(1, 4)) == data[:2048]
    assert led.rest(4) == rest(data, 4)
    assert server.counter("tftp_rescued") == 2


def test_one_that_stays_silent_is_helped_ever_later_and_not_for_ever(lab, server, data):
    led = Led(lab).open("file", blksize=512)
    led.ack(0).take(1, 1)
    led.ack(1).take(2, 1)
    times = patience(led, 1 + 2 + 4 + 8 + 16 + 3)
    assert [round(seconds) for seconds in times] == [1, 2, 4, 8, 16]
    assert data and server.counter("tftp_rescued") == 5


def test_a_negotiated_timeout_is_waited_for(lab, server, data):
    """RFC 2349."""
    led = Led(lab).open("file", timeout=3)
    assert led.options == {"timeout": "3"}
    led.ack(0).take(1, 1)
    led.quiet(2.3)
    assert led.take(1, 1) == [data[:512]]
    assert led.rest(1) == rest(data, 1)
    assert server.counter("tftp_rescued") == 1


def test_a_client_that_waits_for_its_oack_is_not_helped(lab, server, data):
    """It repeats its request, and no block was sent."""
    led = Led(lab).open("file", blksize=512).quiet(LATE)
    assert server.counter("tftp_rescued") == 0
    assert led.rest() == data


def test_a_newer_request_from_the_same_port_ends_help_for_the_older(lab, server, data, noise):
    """As lpxelinux, which has one port for all its files."""
    lab.put("second", noise(5000))
    server.command("reload")
    led = Led(lab).open("file", blksize=512)
    led.ack(0).take(1, 1)
    wait_after_answer()
    older, led.peer = led.peer, None
    led.open("second", blksize=512)
    assert data and led.peer != older
    led.ack(0).take(1, 1)
    assert [led.hear(LATE).data] == [(lab.root / "second").read_bytes()[:512]]
    assert led.rest(1) == (lab.root / "second").read_bytes()[512:]
    led.quiet(LATE)
    assert server.counter("tftp_rescued") == 1


def test_a_finished_transfer_is_left_alone(lab, server, data):
    led = Led(lab).open("file", blksize=512)
    assert led.rest() == data
    led.quiet(LATE)
    assert server.counter("tftp_rescued") == 0


# Doubled and late packets

@pytest.mark.parametrize("late", (0, 0.02), ids=("at once", "20 ms later"))
def test_one_doubled_ack_does_not_double_the_rest(lab, server, data, late):
    """The Sorcerer's Apprentice (RFC 1123 section 4.2.3.1): this client answers every block."""
    led = Led(lab).open("file", blksize=512)
    led.ack(0)
    received = {}
    while (answer := led.hear(SOON)) is not None:
        received[answer.number] = answer.data
        led.ack(answer.number)
        if answer.number == 5:
            time.sleep(late)
            led.ack(5)
    assert b"".join(received.values()) == data
    assert led.counted_data == len(received)
    assert server.counter("tftp_repeat_suppressed") + server.counter("tftp_stale_ack") == 1


def test_one_doubled_block_in_a_window_does_not_double_the_rest(lab, data):
    """
    EDK2 acknowledges the last block in order for every one that it does not expect. The ACK of the
    doubled block 2 may cost a window, and that one more; the rest may not be sent twice.
    """
    led = Led(lab).open("file", windowsize=4)
    block = acked = 0
    led.ack(0)
    received = []
    while block < 21 and (answer := led.hear()) is not None:
        for number in (answer.number,) * (2 if answer.number == 2 and block < 2 else 1):
            received += [answer.data] if number == block + 1 else []
            expected = number == block + 1
            block += expected
            if not expected or block - acked == 4 or block == 21:
                acked = block
                led.ack(block)
    led.hear_all()
    assert b"".join(received) == data
    assert led.counted_data <= 21 + 2 * 4


def test_old_acks_are_not_answered(lab, server, data):
    led = Led(lab).open("file", blksize=512)
    for block in range(4):
        led.ack(block).take(block + 1, 1)
    wait_after_answer()
    led.ack(0).ack(2).quiet()
    assert server.counter("tftp_stale_ack") == 2
    assert led.rest(4) == rest(data, 4)


def test_acks_of_blocks_that_were_not_sent_are_not_answered(lab, server, data):
    led = Led(lab).open("file", blksize=512)
    led.ack(0).take(1, 1)
    led.ack(3).ack(20).ack(21).ack(500).quiet()
    assert server.counter("tftp_ack_beyond") + server.counter("tftp_stale_ack") == 4
    assert led.rest(1) == rest(data, 1)
    assert server.json("transfers")[0]["state"] == "done"


def test_a_repeated_request_is_answered_again_from_the_same_port(lab, server, data):
    """GRUB repeats it after 0.4 s, and goes on with the first answer."""
    led = Led(lab).open("file", blksize=512)
    for _ in range(3):
        led.open("file", blksize=512)
    assert led.rest() == data
    assert server.json("transfers")[0]["repeats"] == 3


def test_a_late_copy_of_the_request_does_not_disturb_the_transfer(lab, server, data):
    """The network doubled the RRQ; the client goes on, whatever comes of the copy."""
    led = Led(lab).open("file", blksize=512)
    for block in range(5):
        led.ack(block).take(block + 1, 1)
    led.ask("file", blksize=512)
    led.hear_all(0.1)
    assert led.rest(5) == rest(data, 5)
    assert server.counter("tftp_ack_beyond") == 0


def test_a_new_read_of_the_same_file_from_the_same_port_begins_at_its_start(lab, server, data):
    """The machine was reset in the middle, which takes longer than a delayed request may be late."""
    led = Led(lab).open("file", blksize=512)
    for block in range(5):
        led.ack(block).take(block + 1, 1)
    time.sleep(0.6)
    assert led.open("file", blksize=512).rest() == data
    assert led.open("file", blksize=512).rest() == data
    assert server.counter("tftp_complete") == 2


def test_a_late_copy_of_an_earlier_reads_last_ack_does_not_end_the_next_read(lab, server, data):
    """The same file from the same port, so the copy seems to belong to it."""
    led = Led(lab).open("file", blksize=512)
    assert led.rest() == data
    led.open("file", blksize=512)
    led.ack(0).take(1, 1)
    led.ack(21).quiet()
    assert led.rest(1) == rest(data, 1)
    assert server.counter("tftp_complete") == 2


# Strangers

def test_a_strangers_ack_is_told_error_5_and_disturbs_nothing(lab, server, data):
    """RFC 1350 section 4."""
    led, stranger = Led(lab).open("file", blksize=512), Led(lab)
    led.ack(0).take(1, 1)
    stranger.peer = led.peer
    for block in (0, 1, 2, 21):
        answer = stranger.ack(block).hear()
        assert (answer.opcode, answer.number) == (tftp.ERROR, 5), answer
    led.quiet()
    assert led.rest(1) == rest(data, 1)
    assert server.counter("tftp_stranger") == 4
    assert len(server.json("transfers")) == 1


def test_a_strangers_error_does_not_end_a_transfer(lab, server, data):
    led, stranger = Led(lab).open("file", blksize=512), Led(lab)
    led.ack(0).take(1, 1)
    stranger.peer = led.peer
    stranger.send(tftp.error(0, b"closed"))
    stranger.quiet()
    assert led.rest(1) == rest(data, 1)
    assert server.counter("tftp_complete") == 1


def test_an_ack_to_a_port_that_no_transfer_has_is_told_error_5(lab, server, data):
    stranger = Led(lab)
    stranger.send(tftp.ack(1), 32_767)
    answer = stranger.hear()
    assert data and (answer.opcode, answer.number) == (tftp.ERROR, 5)
    stranger.send(tftp.error(5, b"unknown"), 32_767)
    stranger.quiet()
    assert server.counter("tftp_stranger") == 1


# One packet lost; each of a transfer in turn: test_one_fault.py

def test_a_lost_oack_comes_again_for_the_next_request(lab, server, data):
    led = Led(lab).ask("file", blksize=512)
    assert led.hear().opcode == tftp.OACK
    assert led.open("file", blksize=512).rest() == data
    assert server.counter("tftp_oack") == 2 and len(server.json("transfers")) == 1


def test_a_lost_first_block_comes_again_for_the_next_request(lab, server, data):
    """Without options there is no OACK."""
    led = Led(lab).ask("file")
    assert led.hear()[:2] == (tftp.DATA, 1)
    assert led.ask("file").take(1, 1) == [data[:512]]
    assert led.rest(1) == rest(data, 1)
    assert server.counter("tftp_data_first") == 2


@pytest.mark.parametrize("block", (0, 7, 20), ids="block-{}".format)
def test_a_lost_block_comes_again_for_the_repeated_ack(lab, server, data, block):
    """Also the last one."""
    led = Led(lab).open("file", blksize=512)
    for acked in range(block):
        led.ack(acked).take(acked + 1, 1)
    led.ack(block).take(block + 1, 1)
    wait_after_answer()
    assert led.rest(block) == rest(data, block)
    assert server.json("transfers")[0]["repeats"] == 1


def test_after_a_lost_last_ack_the_last_block_comes_again(lab, server, data):
    led = Led(lab).open("file", blksize=512)
    for acked in range(21):
        last = led.ack(acked).take(acked + 1, 1)
    assert led.hear(LATE).data == last[0] == data[-100:]
    led.ack(21).quiet(LATE)
    assert server.json("transfers")[0]["state"] == "done"


def test_a_last_ack_that_comes_twice_ends_the_transfer_once_more(lab, server, data):
    led = Led(lab).open("file", blksize=512)
    assert led.rest() == data
    led.ack(21).quiet()
    assert server.counter("tftp_complete") == 2
    assert server.json("transfers")[0]["state"] == "done"
