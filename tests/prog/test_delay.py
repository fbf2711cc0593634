# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Replies that wait: the daemon keeps the frame, and the program answers it when its time has come."""

import struct
import time

import pytest

import served
from client import Machine, fresh_mac, pxe, refused
from conftest import inside
from lib import dhcp, packet
from lib.lab import Lab
from lib.server import Xdpxe
from lib.wait import until
from pool import opened
from prog_run import pinned_map

PI, FAST_PI = bytes.fromhex("b827eb"), bytes.fromhex("b827ebff")
DELAY, CLASS_DELAY, SHORT, LONG = 0.4, 0.6, 0.05, 10
RPI = 41
ROOM = 1024  # DELAY_ROOM of user/delay.h
DELAYS = f"""\
reply-delay:
  - {{ mac: "b8:27:eb", delay: {DELAY * 1000:.0f}ms }}
  - {{ mac: "B8-27-EB-FF", delay: {SHORT * 1000:.0f}ms }}
  - {{ class: arm-rpi, delay: {CLASS_DELAY * 1000:.0f}ms }}
  - {{ mac: "dc:a6:32:01:02:03", delay: {LONG}s }}
  - {{ mac: "dc:a6:33", delay: {LONG}s }}
"""


@pytest.fixture(name="slow")
def _slow():
    """A server that lets some replies wait."""
    with Lab() as lab:
        with inside(Xdpxe(lab, served.write(lab)[1] + DELAYS).start()) as box:
            yield box


def machine_of(box, prefix, **more):
    """A new machine whose address begins so."""
    return Machine(box, prefix + fresh_mac()[len(prefix):], **more)


def waits(box, frame, reason="DHCP_OFFER"):
    """Run a frame whose reply waits; returns how long it did, at least."""
    began = time.monotonic()
    outcome = box.run(frame)
    took = time.monotonic() - began
    assert (outcome.action, outcome.reason) == ("DROP", "DHCP_DELAYED"), outcome
    assert outcome.notes[reason] == 1 and outcome.notes["REPLAYED"] == 1, outcome.notes
    return took


def test_the_reply_to_a_prefix_waits_and_others_do_not(slow):
    assert waits(slow, machine_of(slow, PI).discover()) >= DELAY
    assert slow.run(Machine(slow).discover()).reason == "DHCP_OFFER"


def test_the_reply_to_a_class_waits(slow):
    machine = Machine(slow, options=pxe(RPI))
    assert waits(slow, machine.discover()) >= CLASS_DELAY
    assert slow.run(Machine(slow, options=pxe(7)).discover()).reason == "DHCP_OFFER"


def test_the_longest_prefix_goes_before_others_and_before_the_class(slow):
    took = waits(slow, machine_of(slow, FAST_PI, options=pxe(RPI)).discover())
    assert SHORT <= took < DELAY


def test_offer_and_ack_wait_each(slow):
    machine = machine_of(slow, PI)
    waits(slow, machine.discover())
    row, = (row for row in slow.server.json("leases")
            if row["mac"] == packet.mac_text(machine.mac))
    machine.address = packet.ip_bytes(row["address"])
    assert waits(slow, machine.request(), "DHCP_ACK") >= DELAY


def test_a_machine_that_asks_again_meanwhile_gets_one_reply_for_each_time_none_sooner(slow):
    frame = machine_of(slow, PI).discover()
    began, offers = time.monotonic(), slow.total("DHCP_OFFER")
    slow.program.run(frame)
    time.sleep(DELAY / 2)
    slow.program.run(frame)
    second = time.monotonic()
    until(lambda: slow.total("DHCP_OFFER") > offers, 5, "the first reply")
    assert time.monotonic() - began >= DELAY
    until(lambda: slow.total("DHCP_OFFER") == offers + 2, 5, "the second reply")
    assert time.monotonic() - second >= DELAY
    slow.settle()
    assert slow.total("DHCP_OFFER") == offers + 2 == slow.total("DHCP_DELAYED") + offers


def test_others_are_answered_while_one_waits(slow):
    slow.program.run(machine_of(slow, PI).discover())
    for _ in range(20):
        assert slow.program.run(Machine(slow).discover())[0] == "TX"
    assert slow.total("REPLAYED") == 0, "it still waits"
    slow.settle()


def test_what_is_not_answered_does_not_wait(slow):
    machine = machine_of(slow, PI)
    machine.address = packet.ip_bytes("10.77.1.9")
    refused(slow, machine.request(server=packet.ip_bytes("10.77.0.99")), "DHCP_OTHER_SERVER")
    refused(slow, machine.release(), "DHCP_NO_LEASE")
    refused(slow, machine.frame(dhcp.OFFER), "DHCP_OTHER_TYPE")


def test_without_the_daemon_nobody_waits(slow):
    frame = machine_of(slow, PI).discover()
    slow.server.freeze()
    try:
        until(lambda: slow.program.run(frame)[0] == "TX", 10, "an answer at once")
    finally:
        slow.server.thaw()
    slow.settle()
    until(lambda: slow.run(frame).reason == "DHCP_DELAYED", 10, "the daemon to be seen")


def test_a_pulse_that_is_ahead_of_the_programs_clock_by_a_tick_is_life(slow):
    """The program reads the clock of the last tick."""
    machine = machine_of(slow, PI)
    with opened(pinned_map(slow.folder / "pulse", 4, 8)) as pulse:
        pulse.put(struct.pack("=Q", time.monotonic_ns() + 200_000_000), bytes(4))
        assert slow.program.run(machine.discover())[0] == "DROP"
    slow.settle()


def test_a_daemon_that_ends_leaves_no_reply_behind():
    """run --persist, with a machine that would have waited ten seconds."""
    with Lab() as lab:
        server = Xdpxe(lab, served.write(lab)[1] + DELAYS).start("--persist")
        with inside(server) as box:
            machine = machine_of(box, bytes.fromhex("dca633"))
            box.program.run(machine.discover())
            until(lambda: box.total("DHCP_DELAYED") == 1, 5, "the miss")
            assert box.total("REPLAYED") == 0
            server.stop()
            assert box.total("REPLAYED") == 1 and box.total("DHCP_OFFER") == 1
            assert box.program.run(machine.discover())[0] == "TX", "nobody is there to wait for"


def test_when_too_many_wait_the_next_is_answered_at_once(slow):
    offers = slow.total("DHCP_OFFER")
    while slow.total("DHCP_DELAYED") < ROOM + 50:
        for _ in range(50):
            slow.program.run(machine_of(slow, bytes.fromhex("dca633")).discover())
        time.sleep(0.02)
    until(lambda: slow.total("DHCP_DELAY_FULL") >= 50, 5, "the daemon to say so")
    until(lambda: slow.total("DHCP_OFFER") - offers == slow.total("DHCP_DELAY_FULL"), 5, "answers")


def test_delays_change_with_a_reload(slow):
    slow.server.write(slow.server.path.read_text(encoding="utf-8").replace(DELAYS, ""))
    slow.server.command("reload")
    assert slow.run(machine_of(slow, PI).discover()).reason == "DHCP_OFFER"
    assert slow.run(Machine(slow, options=pxe(RPI)).discover()).reason == "DHCP_OFFER"
    text = slow.server.path.read_text(encoding="utf-8")
    slow.server.write(text + 'reply-delay: [{ mac: "52:54:10", delay: 100ms }]\n')
    slow.server.command("reload")
    assert waits(slow, Machine(slow).discover()) >= 0.1
    assert slow.run(machine_of(slow, PI).discover()).reason == "DHCP_OFFER"
