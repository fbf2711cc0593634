# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Port 4011, PXE 2.1 section 2.2.3: a client that has its address asks a boot server what to boot."""

import pytest

import served
from client import Machine, fresh_mac, option_of, pxe, refused
from compare import assert_frame
from expected import BOOT_SERVER, ZERO, Boot, dhcp_reply, tftp_boot
from frames import captured, to_server
from lib import dhcp, packet

OWN = packet.ip_bytes("10.77.0.99")
HTTP = b"HTTPClient:Arch:00016:UNDI:003000"


def asking(box, options=None, mac=None):
    """A machine with an address that it has from whichever server."""
    machine = Machine(box, mac, pxe(7) if options is None else options)
    machine.address = OWN
    return machine


def told(machine, frame, boot, item=None):
    """A request that is answered, to the byte; returns the ACK."""
    outcome = machine.box.run(frame)
    assert (outcome.reason, outcome.action) == ("DHCP_BOOT_SERVER", "TX")
    due = dhcp_reply(frame, machine.box.mac, dhcp.ACK, boot=boot, what=BOOT_SERVER, item=item)
    assert_frame(outcome.frame, due)
    return outcome.frame


def test_the_very_request_of_ovmf_is_answered(box, files):
    """It asks from port 4011, and names neither a server nor a boot item."""
    frame = to_server(captured("ovmf-4011")["request"], box.mac)
    reply = told(Machine(box), frame, tftp_boot(files, served.EFI_FILE))
    read = packet.parse(reply)
    assert (read.dst, read.dport) == (packet.ip_bytes("10.77.200.18"), 4011)


@pytest.mark.parametrize("kind", [dhcp.REQUEST, dhcp.INFORM], ids=["REQUEST", "INFORM"])
@pytest.mark.parametrize("sport", [68, 4011, 1500])
@pytest.mark.parametrize("flags", [0, 0x8000], ids=["", "with the broadcast flag"])
def test_the_answer_goes_to_the_clients_address_and_port(box, files, kind, sport, flags):
    """Never to 255.255.255.255:68, where a client that asked from 4011 does not listen."""
    machine = asking(box)
    machine.flags = flags
    reply = told(machine, machine.asks_boot_server(kind, sport=sport),
                 tftp_boot(files, served.EFI_FILE))
    read = packet.parse(reply)
    assert (read.dst_mac, read.dst, read.dport) == (machine.mac, OWN, sport)
    assert (read.src, read.sport) == (served.SERVER, 4011)


def test_a_client_that_leaves_ciaddr_empty_is_answered_where_it_sends_from(box, files):
    machine = asking(box)
    told(machine, machine.asks_boot_server(ciaddr=ZERO), tftp_boot(files, served.EFI_FILE))


def test_it_answers_by_the_way_the_request_came(box, files):
    """A client of a bridge that changes hardware addresses, or behind a router."""
    machine = asking(box)
    frame = machine.asks_boot_server()
    frame = frame[:6] + fresh_mac() + frame[12:]
    assert told(machine, frame, tftp_boot(files, served.EFI_FILE))[:6] == frame[6:12]


@pytest.mark.parametrize("item", ["00000000", "00010000", "80070001"])
def test_the_boot_item_that_was_chosen_is_told_again(box, files, item):
    machine, item = asking(box), bytes.fromhex(item)
    for vendor in (b"\x47\4" + item + b"\xff", b"\x47\4" + item,
                   b"\0\x08\3abc\x47\4" + item + b"\xff"):
        frame = machine.asks_boot_server(more=[(43, vendor)])
        reply = told(machine, frame, tftp_boot(files, served.EFI_FILE), item)
        assert option_of(reply, 43) == b"\x47\4" + item + b"\xff"


@pytest.mark.parametrize("vendor", [
    b"", b"\xff", b"\0", b"\x47", b"\x47\4", b"\x47\4\0\0\0", b"\x47\5\0\0\0\0\0", b"\x47\0",
    b"\xff\x47\4\0\0\0\0", b"\x08\xff\x47\4\0\0\0\0", b"Raspberry Pi Boot   ", b"\0" * 255],
    ids=lambda vendor: vendor[:8].hex())
def test_an_option_43_without_a_boot_item_is_as_good_as_none(box, files, vendor):
    """It is the vendor's own, and no fault of the message whatever stands in it."""
    machine = asking(box)
    told(machine, machine.asks_boot_server(more=[(43, vendor)]), tftp_boot(files, served.EFI_FILE))


def test_options_behind_option_43_are_read(box, files):
    """What is inside it is not: 53 there is no message type."""
    machine = asking(box, [(43, b"\x35\1\x09\x37\2ab"), *pxe(7)])
    told(machine, machine.asks_boot_server(), tftp_boot(files, served.EFI_FILE))


def test_ipxe_and_http_clients_are_told_theirs(box):
    machine = asking(box, pxe(0, o77=b"iPXE"))
    told(machine, machine.asks_boot_server(), Boot("ipxe", served.IPXE))
    told(machine, machine.asks_boot_server(more=[(43, b"\x47\4\0\0\0\0\xff")]),
         Boot("ipxe", served.IPXE))
    machine = asking(box, pxe(16, HTTP))
    told(machine, machine.asks_boot_server(), Boot("http", "http://10.77.0.1/efi-x64-http.efi"))


def test_it_makes_no_lease_and_changes_none(box, files):
    machine = Machine(box, options=pxe(7))
    machine.boots(tftp_boot(files, served.EFI_FILE))
    before = box.tally()
    told(machine, machine.asks_boot_server(), tftp_boot(files, served.EFI_FILE))
    stranger = asking(box)
    told(stranger, stranger.asks_boot_server(), tftp_boot(files, served.EFI_FILE))
    assert box.tally() == before


# sentence: (what is different about a request, the reason it is passed up)
NOT_OURS = {
    "to all": ({"to": b"\xff" * 4}, "DHCP_NO_BOOT_REQUEST"),
    "to all of the network": ({"to": served.BROADCAST}, "DHCP_NO_BOOT_REQUEST"),
    "to another address": ({"to": packet.ip_bytes("10.77.0.3")}, "OTHER_ADDRESS"),
    "from no address": ({"source": (ZERO, 68)}, "DHCP_NO_BOOT_REQUEST"),
    "from another network": ({"source": (packet.ip_bytes("10.99.0.5"), 68)},
                             "DHCP_NO_BOOT_REQUEST"),
    "from all of the network": ({"source": (served.BROADCAST, 68)}, "DHCP_NO_BOOT_REQUEST"),
    "from this server's own address": ({"source": (served.SERVER, 68)}, "DHCP_NO_BOOT_REQUEST"),
    "a DISCOVER": ({"kind": dhcp.DISCOVER}, "DHCP_NO_BOOT_REQUEST"),
    "a RELEASE": ({"kind": dhcp.RELEASE}, "DHCP_NO_BOOT_REQUEST"),
}


@pytest.mark.parametrize("how, reason", NOT_OURS.values(), ids=NOT_OURS.keys())
def test_a_message_to_port_4011_is_passed_up_that_is(box, how, reason):
    refused(box, asking(box).asks_boot_server(**how), reason)


def test_who_is_no_pxe_client_is_passed_up(box):
    refused(box, asking(box, []).asks_boot_server(), "DHCP_NO_BOOT_REQUEST")


def test_a_client_that_has_nothing_to_boot_is_passed_up(box):
    refused(box, asking(box, pxe(32)).asks_boot_server(), "DHCP_NOTHING_TO_BOOT")


def test_a_denied_machine_is_not_answered(box):
    refused(box, asking(box, mac=served.DENIED).asks_boot_server(), "DHCP_DENIED", "DROP")


@pytest.mark.parametrize("payload", [b"", b"x", b"\2" * 300, b"\1\1\6\0" * 75],
                         ids=["nothing", "a byte", "a reply", "noise"])
def test_what_is_no_dhcp_at_all_is_the_hosts(box, payload):
    frame = packet.udp(box.mac, fresh_mac(), (OWN, 4011), (served.SERVER, 4011), payload)
    assert box.run(frame).action == "PASS"
