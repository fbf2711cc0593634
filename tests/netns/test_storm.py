# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""xdpxe storm: machines boot from any server, and whatever is wrong with one is told."""

import json
import subprocess

import pytest

from lib import bad_server, packet, storm
from lib.dnsmasq import start_dnsmasq
from lib.lab import attach_pass
from lib.namespace import sh
from lib.server import BINARY, BOOT, sockets
from lib.wait import until

MIX = ("--mix", "bios=2:efi-x64:efi-arm64")
SMALL = {name: bytes(range(256)) * 20 + name.encode() for name in storm.FIRST_STAGES.values()}


@pytest.fixture(name="room", autouse=True)
def _room(lab):
    storm.make_room(lab)


@pytest.fixture(name="small")
def _small(lab):
    """Short boot files for a server that is slow."""
    for name, data in SMALL.items():
        lab.put(name, data)
    return SMALL


# Servers that are right


def test_machines_of_all_kinds_boot_from_xdpxe(lab, server):
    summary = storm.boot(lab, "-n", "200", *MIX)
    assert summary["exchanges"] == 400 and summary["files"] == 200
    assert summary["xdp"] == "native"
    counters = server.json("status")["counters"]
    assert counters["dhcp_is_ipxe"] == 400, "an OFFER and an ACK for each"
    bios = storm.schedule("-n", "200", *MIX).count(" rom ")
    assert counters["tftp_size_probe"] == bios > 50, "UEFI is told the size by option 13"


@pytest.mark.parametrize("client", ("ipxe", "edk2", "grub", "uboot", "rom"))
def test_every_client_reads_files_of_xdpxe(lab, server, client):
    assert server
    summary = storm.boot(lab, "-n", "20", "--client", client)
    assert summary["blocks"] > 0 and summary["again"]["sent_ack"] == 0


@pytest.mark.parametrize("where", ("a veth without XDP", "a veth with XDP"))
def test_machines_boot_from_dnsmasq(lab, files, where):
    """Nothing is asked of the server's end: where it takes no frames from XDP, others are sent."""
    assert files
    if where == "a veth with XDP":
        attach_pass(lab.server, "srv0")
    start_dnsmasq(lab, BOOT)
    summary = storm.boot(lab, "-n", "10", *MIX)
    assert summary["xdp"] == ("native" if where == "a veth with XDP" else "generic")


def test_machines_read_from_tftpd_hpa(lab, small):
    """It forks for each transfer, and a repeated request makes it send from two ports."""
    assert small
    lab.offload(False, lab.server, "srv0")
    lab.start(lab.server, "in.tftpd", "-L", "-s", "-u", "root", "-a", "10.77.0.1:69", lab.root)
    until(lambda: 69 in sockets(lab.server), 5, "in.tftpd to listen")
    summary = storm.boot(lab, "-n", "20", *storm.reading(BOOT["bios"]), "--mix", "bios",
                         "--dup", "5")
    assert summary["files"] == 20 and summary["network"]["twice"] > 0


def test_stages_by_themselves(lab, server):
    assert server
    summary = storm.boot(lab, "-n", "500", "--stage", "dhcp")
    assert summary["exchanges"] == 500 and summary["files"] == 0
    summary = storm.boot(lab, "-n", "50", *storm.reading(BOOT["efi-x64"]), "--mix", "efi-x64")
    assert summary["exchanges"] == 0 and summary["files"] == 50


@pytest.mark.parametrize("blksize, window", ((8, 1), (1001, 3), (1468, 8)))
def test_blocks_of_every_size_are_compared(lab, server, noise, blksize, window):
    """Files whose last block is short, and empty, and one that has no other."""
    paths = [lab.put(f"f{size}", noise(size)) for size in (blksize * 20 + 1, blksize * 20, 0)]
    server.command("reload")
    for path in paths:
        summary = storm.boot(lab, "-n", "5", *storm.reading(path.name), "--expect", path,
                             "--client", "edk2", "--blksize", blksize, "--windowsize", window)
        blocks = path.stat().st_size // blksize + 1
        assert summary["blocks"] == 5 * blocks
        assert summary["sent"] == 5 * (5 + -(-blocks // window)), \
            "ARP, two requests, an ERROR, the ACK of the OACK, and one for each window"


def test_a_bad_network_loses_no_machine(lab, server):
    assert server
    summary = storm.boot(lab, "-n", "100", "--client", "ipxe", "--loss", "1", "--dup", "1",
                         "--reorder", "1", "--seed", "7")
    network, again = summary["network"], summary["again"]
    packets = summary["sent"] + summary["received"]
    for what in ("lost", "twice", "out_of_order"):
        assert 0.005 < network[what] / packets < 0.02, f"{what}: {network}"
    assert again["sent_ack"] > 0 and again["heard_blocks"] > 0


def test_machines_are_switched_on_at_a_rate(lab, server):
    assert server
    summary = storm.boot(lab, "-n", "100", "--rate", "100", "--stage", "dhcp")
    assert 0.9 < summary["seconds"] < 5


# Servers that are wrong


def found(lab, server, seconds=60):
    """
    The classes of faults that a few machines find, which must fail the run. It ends when all have
    booted or failed; where they go on waiting, after so many seconds.
    """
    with server:
        code, summary = storm.run(lab, "-n", "6", "--timeout", seconds, *MIX)
    assert code == 1 and not summary["ok"], "it must fail"
    assert summary["examples"], "with an example"
    return storm.faults(summary)


def test_the_bad_server_is_right_unless_made_wrong(lab, small):
    with bad_server.Server(lab, small):
        storm.boot(lab, "-n", "6", *MIX)


def test_arp_is_answered_for_each_machine(lab, small):
    class Asking(bad_server.Server):
        found = set()

        def frame(self, frame, answer):
            if answer == b"\0\3\0\2":
                self.socket.send(packet.arp(1, self.mac, bad_server.ADDRESS, frame[30:34]))
            return frame

        def arp(self, message):
            if message.operation == 2 and message.target == bad_server.ADDRESS:
                self.found.add((message.address, message.mac))
    with Asking(lab, small) as asking:
        storm.boot(lab, "-n", "6", *MIX)
    assert asking.found == {(asking.address(mac), mac) for mac in asking.leases}


@pytest.mark.parametrize("checksum", ("a right checksum", "no checksum"))
@pytest.mark.parametrize("place", (0, 63, 64, -9, -1))
def test_one_wrong_byte_is_found(lab, small, place, checksum):
    """Wherever in a block it is, by every machine; without a checksum bytes alone can tell."""
    class Wrong(bad_server.Server):
        def block(self, number, data):
            changed = bytearray(data)
            if number == 3:
                changed[place] ^= 1
            return bytes(changed)

        def frame(self, frame, answer):
            return frame if checksum == "a right checksum" else frame[:40] + b"\0\0" + frame[42:]
    with Wrong(lab, small):
        code, summary = storm.run(lab, "-n", "6", "--blksize", 64 + 7 * 8 + 3, *MIX)
    assert (code, storm.faults(summary)) == (1, {"wrong_bytes"})
    assert summary["faults"]["wrong_bytes"] == summary["failed"] == 6


def test_a_file_that_ends_early_is_found(lab, small):
    class Short(bad_server.Server):
        def block(self, number, data):
            return data[:100] if number == 2 else data
    assert found(lab, Short(lab, small)) == {"wrong_length"}


def test_a_double_address_is_found(lab, small):
    class Double(bad_server.Server):
        def address(self, mac):
            return bytes((10, 77, 1, 1 + list(self.leases).index(mac) // 2))
    assert "double_address" in found(lab, Double(lab, small))


def test_another_address_for_ipxe_is_found(lab, small):
    class Moving(bad_server.Server):
        def options(self, options):
            self.moved = getattr(self, "moved", 0) + (dict(options)[53] == b"\5")
            return options

        def address(self, mac):
            return bytes((10, 77, 2 + getattr(self, "moved", 0), 1))
    with Moving(lab, small):
        code, summary = storm.run(lab, "-n", "1", "--mix", "bios")
    assert (code, storm.faults(summary)) == (1, {"changed_address"})


def test_the_file_of_another_architecture_is_found(lab, small):
    class Swapped(bad_server.Server):
        def file(self, arch):
            return BOOT["efi-x64"]
    assert found(lab, Swapped(lab, small)) == {"wrong_file"}


def test_a_pe_binary_tells_its_architecture(lab, small):
    """Without being told which file is for whom."""
    binary = bytearray(2000)
    binary[:2], binary[0x3c:0x40], binary[0x80:0x86] = b"MZ", b"\x80\0\0\0", b"PE\0\0\x64\xaa"
    lab.put("any.efi", bytes(binary))

    class Same(bad_server.Server):
        def file(self, arch):
            return "any.efi"
    with Same(lab, {**small, "any.efi": bytes(binary)}):
        code, summary = storm.run(lab, "-n", "6", "-e", f"{lab.root}/any.efi", "--mix", "efi-x64")
        assert (code, storm.faults(summary)) == (1, {"wrong_file"})
        storm.boot(lab, "-n", "6", "-e", f"{lab.root}/any.efi", "--mix", "efi-arm64")


@pytest.mark.parametrize("what", ("DATA", "DHCP"))
def test_a_corrupt_checksum_is_found(lab, small, what):
    """The client drops such a packet and boots by its repetition: the run fails all the same."""
    class Corrupt(bad_server.Server):
        count = 0

        def frame(self, frame, answer):
            mine = answer[:4] == b"\0\3\0\2" if what == "DATA" else answer[0] == 2
            self.count += mine
            if not mine or self.count != 1:
                return frame
            return frame[:40] + bytes((frame[40] ^ 0x55,)) + frame[41:]
    lab.offload(False, lab.server, "srv0")
    assert found(lab, Corrupt(lab, small)) == {"checksum"}


def test_malformed_options_are_found(lab, small):
    class Overlong(bad_server.Server):
        def options(self, options):
            return [*options, (51, b"\0\1")]

    class Ungranted(bad_server.Server):
        def granted(self, options):
            return [*options, ("multicast", "1")]
    assert "malformed_dhcp" in found(lab, Overlong(lab, small), seconds=3)
    assert found(lab, Ungranted(lab, small)) == {"malformed_tftp"}


def test_a_wrong_size_is_found(lab, small):
    class Wrong(bad_server.Server):
        def granted(self, options):
            return [(key, "77" if key == "tsize" else value) for key, value in options]
    assert found(lab, Wrong(lab, small)) == {"wrong_size"}


def test_foreign_packets_are_found(lab, small):
    class Foreign(bad_server.Server):
        def frame(self, frame, answer):
            if answer == b"\0\3\0\2":
                self.socket.send(packet.udp(frame[:6], self.mac, (bad_server.ADDRESS, 5001),
                                            (frame[30:34], int.from_bytes(frame[36:38], "big")),
                                            answer + b"evil"))
            return frame
    assert found(lab, Foreign(lab, small)) == {"foreign_packet"}


def test_a_boot_loop_is_found(lab, small):
    class Loop(bad_server.Server):
        def second_stage(self):
            return self.file(0)

        def file(self, arch):
            return BOOT["bios"]
    with Loop(lab, small):
        code, summary = storm.run(lab, "-n", "3", "--mix", "bios")
    assert (code, storm.faults(summary)) == (1, {"boot_loop"})


def test_a_silent_server_fails_the_run(lab, small):
    assert small
    code, summary = storm.run(lab, "-n", "5", "--timeout", "3")
    assert code == 1 and storm.faults(summary) == {"unfinished"}
    assert summary["again"]["sent_dhcp"] > 0


# Schedules, bounds, refusals


def test_the_same_seed_gives_the_same_schedule():
    options = ("-n", "200", "--rate", "50", *MIX)
    one = storm.schedule(*options, "--seed", "3")
    assert one == storm.schedule(*options, "--seed", "3")
    other = storm.schedule(*options, "--seed", "4")
    machines = set(one.splitlines()[1:-1])
    assert len(machines) == 200 and machines.isdisjoint(other.splitlines())


def test_the_run_keeps_to_its_schedule(lab, server):
    assert server
    options = ("-n", "20", "--rate", "200", "--seed", "9", *MIX)
    told = storm.schedule(*options).splitlines()[-1].split()[1]
    assert storm.boot(lab, *options)["schedule"] == told


def test_it_stops_at_its_bound_of_packets(lab, server, noise):
    code, summary = storm.run(lab, "-n", "1000", "--rate", "2000", "--packets", "300")
    assert code == 1 and summary["faults"]["unfinished"] > 0
    path = lab.put("long", noise(32 << 20))
    server.command("reload")
    code, summary = storm.run(lab, *storm.reading("long"), "--expect", path, "--blksize", "8",
                              "--packets", "1000")
    assert code == 1 and summary["faults"]["unfinished"] == 1, "ACKs of the program count, too"


def test_the_default_route_is_left_alone(lab, server):
    assert server
    lab.client.run("ip", "route", "add", "default", "via", "10.77.0.1")
    refused = lab.client.run(*storm.command(lab), check=False)
    assert refused.returncode == 1 and "default route" in refused.stderr
    assert "xdp" not in json.loads(lab.client.run("ip", "-j", "link", "show", "cli0").stdout)[0]
    storm.boot(lab, "-n", "2", "--yes-this-interface")


def test_another_program_is_left_alone(lab, server):
    assert server
    attach_pass(lab.client, "cli0")
    refused = lab.client.run(*storm.command(lab), check=False)
    assert refused.returncode == 1 and "already has an XDP program" in refused.stderr


@pytest.mark.parametrize("words, said", (
    (("-n", "0"), "1 to 50000"), (("-n", "50001"), "1 to 50000"), (("--mix", "pdp11"), "bios"),
    (("--loss", "51"), "percentage"), (("--client", "windows"), "ipxe, edk2"),
    (("--stage", "tftp", "--file", "x"), "--server"), (("surplus",), "options alone")))
def test_a_wrong_command_line_is_told(words, said):
    done = sh(BINARY, "storm", "-i", "lo", "-e", "/dev/null", *words, check=False)
    assert done.returncode == 2 and said in done.stderr


def test_a_terminal_shows_the_progress(lab, server):
    """On a terminal lines stay in place; elsewhere there is one now and then."""
    assert server
    words = storm.command(lab, "-n", "30", "--rate", "30")
    shown = subprocess.run(lab.client.command("script", "-qec", " ".join(map(str, words)),
                                              "/dev/null"),
                           stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                           check=True).stdout
    assert "of 30 booted" in shown and "\033[5A" in shown and "blocks/s" in shown
    plain = lab.client.run(*words).stdout
    assert "\033" not in plain and "boot time" in plain
    assert "xdp" not in json.loads(lab.client.run("ip", "-j", "link", "show", "cli0").stdout)[0]
