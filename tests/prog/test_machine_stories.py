# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the daemon makes of what the program tells: who is stuck and why, kept across its ends."""

import pytest

import served
from lasting import home
from lib import packet, stories
from client import Machine, pxe
from expected import address_in
from reader import Reader

POOL = "10.77.1.1-10.77.1.50"
EFI = pxe(7)
PLACES = 65536  # of events, for all CPUs


@pytest.fixture(name="one")
def _one():
    with home(POOL, begun=False) as one:
        one.server.write(one.text + served.UNLIMITED)
        yield one.start()


def boot(one, mac=None, reboots=1):
    """A UEFI machine gets its address, more than once if told so; returns it."""
    machine = Machine(one.box, mac, EFI)
    for _ in range(reboots):
        machine.address = address_in(one.box.answer(machine.discover()).frame)
        assert one.box.run(machine.request()).reason == "DHCP_ACK"
    return machine


def reader_of(one, machine):
    """Its TFTP client."""
    return Reader(one.box, packet.ip_text(machine.address), packet.mac_text(machine.mac))


def begins(one, machine, name):
    """It asks for a file, and is answered with the first block."""
    reader = reader_of(one, machine)
    answer = one.box.answer(reader.rrq(name)).frame
    reader.tid = packet.parse(answer).sport
    return reader


def loads(one, machine, name):
    """It loads a file of one block."""
    reader = begins(one, machine, name)
    assert one.box.run(reader.ack(1)).reason == "TFTP_COMPLETE"


def story(one, machine, enough):
    """The latest boot of a machine, once `enough` says so of it."""
    mac = packet.mac_text(machine.mac)
    return stories.wait_for(one.database, f"the story of {mac}",
                            lambda boots: boots and enough(boots[0]), mac)[0]


def stuck(one, machine, words):
    """Wait until it is stuck, in these words; returns its boot."""
    return story(one, machine, lambda boot: boot.result == "stuck" and words in boot.reason)


def test_each_machine_that_does_not_go_on_has_its_reason(one):
    missing, stalled, waits = boot(one), boot(one), boot(one)
    assert one.box.run(reader_of(one, missing).rrq("IPXE.efi")).reason == "TFTP_NOT_FOUND"
    half = begins(one, stalled, served.EFI_FILE)
    assert one.box.run(half.ack(1)).reason == "TFTP_DATA"
    silent, denied = Machine(one.box, options=EFI), Machine(one.box, served.DENIED, EFI)
    one.box.answer(silent.discover())
    assert one.box.run(denied.discover()).reason == "DHCP_DENIED"
    other = boot(one)
    one.box.answer(other.discover())
    assert one.box.run(other.request(server=b"\x0a\x4d\0\x09")).reason == "DHCP_OTHER_SERVER"
    for _ in range(3):
        loop = boot(one, served.CUSTOM)
        loads(one, loop, "custom.efi")
    stuck(one, denied, "denied")
    stuck(one, other, "another DHCP server")
    told = stuck(one, loop, "loaded custom.efi 3 times within a minute")
    assert told.names() == ["offer", "leased", "file-begun", "file-done", "stuck"]
    told = stuck(one, missing, "asked for IPXE.efi, which does not exist; nearest: ipxe.efi")
    assert told.names() == ["offer", "leased", "file-missing", "stuck"]
    stuck(one, silent, "sent no REQUEST")
    told = stuck(one, stalled, "stopped at block")
    assert told.names() == ["offer", "leased", "file-begun", "file-stalled", "stuck"]
    stuck(one, waits, f"was told {served.EFI_FILE} and does not ask for it")
    assert one.told("stuck: ") == 7, "each is in the log, once"
    loads(one, waits, "custom.efi")
    story(one, waits, lambda boot: "unstuck" in boot.names() and not boot.reason)


def test_a_boot_goes_on_when_the_daemon_is_started_anew(one):
    machine = boot(one)
    story(one, machine, lambda boot: boot.result == "leased")
    one.again()
    machine.box = one.box
    loads(one, machine, "custom.efi")
    machine.options = pxe(7, o77=b"iPXE")
    address_in(one.box.answer(machine.discover()).frame)
    assert one.box.run(machine.request()).reason == "DHCP_ACK"
    told = story(one, machine, lambda boot: boot.result == "handed-over")
    assert told.names() == ["offer", "leased", "file-begun", "file-done", "ipxe", "offer",
                            "leased", "handed-over"]
    assert len(stories.boots(one.database, told.mac)) == 1


def test_what_happens_while_the_daemon_is_dead_is_told_by_the_next(one):
    machine = boot(one)
    reader = begins(one, machine, "custom.efi")
    one.crash()
    assert one.box.run(reader.ack(1)).reason == "TFTP_COMPLETE"
    one.start()
    told = story(one, machine, lambda boot: "file-done" in boot.names())
    assert told.names()[-1] == "file-done"


def test_a_full_ring_is_counted_and_costs_nobody_anything(one):
    machine = Machine(one.box, served.DENIED, EFI)
    one.crash()
    program = one.box.program
    assert program.run_prepared(program.prepare(machine.discover(), PLACES + 1000))[0] == "DROP"
    assert one.box.total("EVENT_LOST") >= 1000
    assert one.box.total("DHCP_DENIED") == PLACES + 1000
    one.start()
    told = stuck(one, machine, "denied")
    lost = one.box.total("EVENT_LOST")
    newcomer = boot(one)
    story(one, newcomer, lambda boot: boot.result == "leased")
    assert one.box.total("EVENT_LOST") == lost and told.names() == ["not-answered", "stuck"]


def test_eight_boots_of_a_machine_are_kept(one):
    machine = boot(one, reboots=12)
    mac = packet.mac_text(machine.mac)
    told = stories.wait_for(one.database, "eight boots", lambda boots: len(boots) == 8, mac)
    assert all(one.ended for one in told[1:]) and told[0].names() == ["offer", "leased"]


def test_without_telemetry_nothing_is_told(one):
    one.stop()
    one.server.write(one.text + served.UNLIMITED + "telemetry: no\n")
    one.start()
    machine = boot(one)
    one.until_saved(machine)
    assert not stories.boots(one.database) and not one.told("telemetry: up to")


def test_a_reload_that_turns_it_off_says_what_to_do(one):
    one.server.write(one.text + served.UNLIMITED + "telemetry: no\n")
    one.server.command("reload")
    assert one.told("telemetry: changed; start `xdpxe run` anew") == 1
