# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The very DHCP frames that real clients sent, each answered to the byte."""

import pytest

import served
from client import refused
from compare import assert_frame
from expected import Boot, dhcp_reply, tftp_boot
from frames import captured, options_of, payload_of, patched, BOOTP
from lib import dhcp, packet

IPXE = Boot("ipxe", served.IPXE)
NOTHING = None


def boot_of(files, what):
    """A Boot from a row of the table: a file's name, a Boot or nothing."""
    return tftp_boot(files, what) if isinstance(what, str) else what


# client of the captures, its hardware address (the key of its reservation), what it is to boot
CLIENTS = {
    "a BIOS boot ROM gets undionly.kpxe": ("bios-rom", "52:54:00:77:00:01", served.BIOS_FILE),
    "undionly.kpxe is iPXE and gets the URL": ("undionly", "52:54:00:77:00:01", IPXE),
    "an option ROM that is iPXE gets the URL at once": ("ipxe-rom", "52:54:00:77:00:01", IPXE),
    "OVMF gets the x64 file": ("ovmf", "52:54:00:77:00:02", served.EFI_FILE),
    "OVMF by HTTP gets a URL and HTTPClient":
        ("ovmf-http", "52:54:00:77:00:02", Boot("http", "http://10.77.0.1/efi-x64-http.efi")),
    "AAVMF gets the arm64 file": ("aavmf", "52:54:00:77:00:03", "efi-arm64/first.img"),
    "U-Boot, no PXEClient, gets its file without 60 and 43":
        ("u-boot", "52:54:00:77:00:04", "uboot-arm64/first.img"),
    "udhcpc boots nothing": ("udhcpc", "de:72:1c:c2:37:67", NOTHING),
    "udhcpc that poses as PXE gets the BIOS file":
        ("udhcpc-pxe", "de:72:1c:c2:37:67", served.BIOS_FILE),
    "dhclient says PXEClient but no architecture, and boots nothing":
        ("dhclient", "de:72:1c:c2:37:67", NOTHING),
    "perfdhcp behind its relay address boots nothing":
        ("perfdhcp", "00:0c:01:02:03:04", NOTHING),
}


@pytest.mark.parametrize("sentence", CLIENTS)
def test_offer_and_ack(box, files, sentence):
    """DISCOVER gives an OFFER, REQUEST an ACK with the same boot fields."""
    client, mac, what = CLIENTS[sentence]
    sent, address = captured(client), packet.ip_bytes(served.CAPTURED[mac])
    for message, kind, reason in (("discover", dhcp.OFFER, "DHCP_OFFER"),
                                  ("request", dhcp.ACK, "DHCP_ACK")):
        outcome = box.run(sent[message])
        assert (outcome.reason, outcome.action) == (reason, "TX")
        assert_frame(outcome.frame, dhcp_reply(sent[message], box.mac, kind, address,
                                               boot_of(files, what)), sentence)


@pytest.mark.parametrize("sentence", CLIENTS)
def test_note_of_ipxe(box, sentence):
    """iPXE, and nobody else, is counted as such."""
    client, _, what = CLIENTS[sentence]
    assert ("DHCP_IS_IPXE" in box.run(captured(client)["discover"]).notes) == (what == IPXE)


def test_order_of_the_options_of_a_pxe_offer(box):
    """The order is part of the promise, and 82 would come last."""
    reply = box.run(captured("bios-rom")["discover"]).frame
    assert [code for code, _ in options_of(payload_of(reply))] == [
        53, 54, 51, 58, 59, 1, 28, 3, 6, 15, 66, 67, 13, 60, 43, 61, 97]


def test_a_captured_discover_with_a_flipped_bit_is_passed(box):
    """The checksum of the real frame covers the message: works, is damaged, works."""
    frame = captured("bios-rom")["discover"]
    at = packet.PAYLOAD + BOOTP["xid"]
    assert box.run(frame).action == "TX"
    refused(box, patched(frame, at, bytes((frame[at] ^ 1,))), "UDP_CHECKSUM")
    assert box.run(frame).action == "TX"
