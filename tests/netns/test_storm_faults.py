# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
xdpxe storm: each way in which a server can fail a machine is told by its class. Most of DHCP is taken
by the program once the first replies were right: so a server that is right at first and wrong later
is found, too.
"""

import pytest

from lib import bad_server, packet, storm
from lib.server import BOOT

SMALL = {name: bytes(range(256)) * 8 for name in storm.FIRST_STAGES.values()}
MACHINES = 6
LATE = 12  # machines that are served right before the fault


@pytest.fixture(name="files")
def _files(lab):
    """A laboratory for the storm, and short boot files."""
    storm.make_room(lab)
    lab.offload(False, lab.server, "srv0")
    for name, data in SMALL.items():
        lab.put(name, data)
    return SMALL


def faults_of(lab, server, *options):
    """The classes of faults of a run, which must fail."""
    with server:
        code, summary = storm.run(lab, *options)
    assert code == 1 and not summary["ok"]
    return storm.faults(summary), summary


def found(lab, server, mix="bios:efi-x64"):
    """The same of a few machines; they go on waiting for 3 s at most."""
    return faults_of(lab, server, "-n", MACHINES, "--timeout", 3, "--mix", mix)[0]


class Answering(bad_server.Server):
    """Every request for a file is answered with another message than an OACK."""

    answer = b""

    def frame(self, frame, answer):
        if answer[:2] != b"\0\6":
            return frame
        port = int.from_bytes(frame[36:38], "big")
        return packet.udp(frame[:6], self.mac, (bad_server.ADDRESS, 5000), (frame[30:34], port),
                          self.answer)


def test_a_nak_is_found(lab, files):
    class Refusing(bad_server.Server):
        def options(self, options):
            if dict(options)[53] != b"\5":
                return options
            return [(53, b"\6"), (54, bad_server.ADDRESS)]
    assert found(lab, Refusing(lab, files)) == {"nak"}


def test_ignored_options_are_found_where_a_client_needs_them(lab, files):
    """UEFI takes no DATA without an OACK; a ROM reads on in blocks of 512 bytes."""
    class Old(Answering):
        answer = b"\0\3\0\1" + SMALL[BOOT["efi-x64"]][:512]
    assert found(lab, Old(lab, files), "efi-x64") == {"no_oack"}


def test_a_refused_file_is_found(lab, files):
    class Refusing(Answering):
        answer = b"\0\5\0\1File not found\0"
    assert found(lab, Refusing(lab, files)) == {"refused"}


@pytest.mark.parametrize("code, mix", ((54, "bios:efi-x64"), (1, "efi-x64")),
                         ids=("the server", "the netmask, to UEFI"))
def test_a_missing_option_is_found(lab, files, code, mix):
    class Lacking(bad_server.Server):
        def options(self, options):
            return [pair for pair in options if pair[0] != code]
    assert found(lab, Lacking(lab, files), mix) == {"missing_option"}


def test_an_offer_by_unicast_to_who_asked_for_broadcast_is_found(lab, files):
    class Unicasting(bad_server.Server):
        def frame(self, frame, answer):
            if answer[0] != 2:
                return frame
            payload = frame[42:]
            return packet.udp(payload[28:34], self.mac, (bad_server.ADDRESS, 67),
                              (payload[16:20], 68), payload)
    assert found(lab, Unicasting(lab, files), "efi-x64") == {"misaddressed", "unfinished"}


def test_a_boot_file_that_is_not_named_is_found(lab, files):
    class Nameless(bad_server.Server):
        def file(self, arch):
            return ""
    assert found(lab, Nameless(lab, files)) == {"no_boot_file"}


class Later(bad_server.Server):
    """Right to the first machines; what it says to the next one is spoiled once."""

    spoiled = kind = None

    def spoil(self, payload):
        """The DHCP message, made wrong."""
        return payload

    def wrap(self, frame, payload):
        """A frame for what was spoiled."""
        return packet.udp(frame[:6], self.mac, (bad_server.ADDRESS, 67), (frame[30:34], 68),
                          payload)

    def frame(self, frame, answer):
        payload = frame[42:]
        if answer[0] != 2 or payload[242] != self.kind or self.spoiled or \
                len(self.leases) <= LATE:
            return frame
        self.spoiled = True
        return self.wrap(frame, self.spoil(payload))


class Flipped(Later):
    kind = 2

    def spoil(self, payload):
        return payload[:248] + bytes((payload[248] ^ 8,)) + payload[249:]


class Unsummed(Later):
    kind = 2

    def wrap(self, frame, payload):
        return frame[:40] + bytes((frame[40] ^ 0x55,)) + frame[41:]


class Xid(Later):
    kind = 2

    def spoil(self, payload):
        return payload[:4] + b"\1\2\3\4" + payload[8:]


class Moved(Later):
    kind = 5

    def spoil(self, payload):
        return payload[:16] + bytes((10, 77, 9, 9)) + payload[20:]

    def wrap(self, frame, payload):
        return packet.udp(frame[:6], self.mac, (bad_server.ADDRESS, 67), (payload[16:20], 68),
                          payload)


class Double(Later):
    def address(self, mac):
        return bytes((10, 77, 1, 1 + min(list(self.leases).index(mac), LATE)))


class Malformed(Later):
    kind = 5

    def spoil(self, payload):
        return payload[:241] + b"\xf0" + payload[242:]


@pytest.mark.parametrize("server, fault", (
    (Flipped, "changed_offer"), (Unsummed, "checksum"), (Xid, "foreign_packet"),
    (Moved, "changed_offer"), (Double, "double_address"), (Malformed, "malformed_dhcp")))
def test_what_goes_wrong_after_many_right_replies_is_found(lab, files, server, fault):
    """Flipped: the OFFER names another server than the ACK."""
    classes, summary = faults_of(lab, server(lab, files), "-n", 3 * LATE, "--stage", "dhcp",
                                 "--mix", "bios", "--timeout", 10)
    assert fault in classes and classes <= {fault, "unfinished"}
    assert summary["booted"] >= LATE
