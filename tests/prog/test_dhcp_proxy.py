# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Mode proxy, PXE 2.1 section 2.2: another server gives the addresses, this one says what to boot."""

import pytest

import served
from beside import IPXE, proxy
from client import RELAY_MAC, Machine, option_of, pxe, refused
from compare import assert_frame
from expected import BOOT_SERVER, PROXY, ZERO, Boot, dhcp_reply, tftp_boot
from frames import captured, options_of, payload_of
from lib import dhcp, packet

HTTP = Boot("http", "http://10.77.0.1/efi-x64-http.efi")
RELAY, OWN = packet.ip_bytes("10.77.9.9"), packet.ip_bytes("10.77.0.99")
EVERYBODY = (b"\xff" * 6, b"\xff" * 4, 68)


@pytest.fixture(name="proxy", scope="module")
def _proxy():
    """(the box of a proxy, its files)"""
    with proxy() as made:
        yield made


@pytest.fixture(name="beside")
def _beside(proxy):
    """The box of a proxy; what is done to it makes no lease."""
    yield proxy[0]
    assert proxy[0].tally() == ([], [], []), "a proxy has given an address"


def offered(box, frame, boot):
    """A DISCOVER that is answered with a proxy's OFFER, to the byte; returns it."""
    outcome = box.run(frame)
    assert (outcome.reason, outcome.action) == ("DHCP_PROXY_OFFER", "TX")
    due = dhcp_reply(frame, box.mac, dhcp.OFFER, boot=boot, what=PROXY)
    assert_frame(outcome.frame, due)
    return outcome.frame


FIRMWARE = {
    "a BIOS boot ROM gets undionly.kpxe": ("bios-rom", served.BIOS_FILE),
    "undionly.kpxe is iPXE and gets the URL": ("undionly", IPXE),
    "an option ROM that is iPXE gets the URL at once": ("ipxe-rom", IPXE),
    "OVMF gets the x64 file": ("ovmf", served.EFI_FILE),
    "OVMF by HTTP gets a URL and HTTPClient": ("ovmf-http", HTTP),
    "AAVMF gets the arm64 file": ("aavmf", "efi-arm64/first.img"),
    "udhcpc that poses as PXE gets the BIOS file": ("udhcpc-pxe", served.BIOS_FILE),
}


@pytest.mark.parametrize("sentence", FIRMWARE)
def test_a_discover_of_firmware_is_answered_without_an_address(proxy, beside, sentence):
    client, what = FIRMWARE[sentence]
    boot = tftp_boot(proxy[1], what) if isinstance(what, str) else what
    reply = offered(beside, captured(client)["discover"], boot)
    read = packet.parse(reply)
    assert (read.dst_mac, read.dst, read.dport) == EVERYBODY, "it has no address to send to"


@pytest.mark.parametrize("client", ["bios-rom", "undionly", "ovmf", "ovmf-http", "aavmf"])
def test_a_request_is_the_other_servers(beside, client):
    refused(beside, captured(client)["request"], "DHCP_PROXY_PASSED")


@pytest.mark.parametrize("client", ["u-boot", "udhcpc", "perfdhcp"])
def test_who_is_no_pxe_client_is_the_other_servers(beside, client):
    for message in ("discover", "request"):
        refused(beside, captured(client)[message], "DHCP_PROXY_PASSED")


def test_the_offer_is_what_ipxe_takes_for_a_proxys(beside):
    """60, siaddr and a file: then it asks nobody on port 4011."""
    reply = offered(beside, captured("ipxe-rom")["discover"], IPXE)
    told = dhcp.parse(payload_of(reply))
    assert (told.yiaddr, told.siaddr, told.boot_file()) == (ZERO, served.SERVER, served.IPXE)
    assert option_of(reply, 60) == b"PXEClient" and option_of(reply, 175) is None


def test_the_order_and_number_of_its_options(beside):
    reply = beside.run(captured("bios-rom")["discover"]).frame
    assert [code for code, _ in options_of(payload_of(reply))] == [
        53, 54, 66, 67, 13, 60, 43, 61, 97]


def test_a_relay_is_asked_to_broadcast_it(proxy, beside):
    """The relay cannot send to a client that has no address."""
    machine = Machine(beside, options=[*pxe(7), (82, b"\1\4eth1")])
    machine.giaddr = RELAY
    reply = offered(beside, machine.discover(), tftp_boot(proxy[1], served.EFI_FILE))
    read = packet.parse(reply)
    assert (read.dst_mac, read.dst, read.dport) == (RELAY_MAC, RELAY, 67)
    assert read.payload[10:12] == b"\x80\0"


@pytest.mark.parametrize("what", ["release", "reboot", "renew", "inform"])
def test_what_else_a_firmware_sends_is_the_other_servers(beside, what):
    machine = Machine(beside, options=pxe(7))
    machine.address = OWN
    refused(beside, getattr(machine, what)(), "DHCP_PROXY_PASSED")


def test_firmware_without_a_boot_file_is_left_to_other_proxies(beside):
    """An OFFER that says nothing could shadow one that does."""
    machine = Machine(beside, options=pxe(32))
    assert refused(beside, machine.discover(),
                   "DHCP_NOTHING_TO_BOOT").notes == {"DHCP_NO_BOOT_FILE": 1}
    refused(beside, captured("dhclient")["discover"], "DHCP_NOTHING_TO_BOOT")


def test_a_machine_under_hosts_boots_its_own_file(proxy, beside):
    machine = Machine(beside, served.CUSTOM, pxe(7))
    offered(beside, machine.discover(), tftp_boot(proxy[1], "custom.efi"))
    machine = Machine(beside, served.SCRIPTED, pxe(7, o77=b"iPXE"))
    offered(beside, machine.discover(), Boot("ipxe-proxy", "http://10.77.0.1/n22.ipxe"))


def test_on_port_4011_it_answers_as_a_boot_server(proxy, beside):
    machine = Machine(beside, options=pxe(7))
    machine.address = OWN
    frame = machine.asks_boot_server()
    outcome = beside.run(frame)
    assert outcome.reason == "DHCP_BOOT_SERVER"
    assert_frame(outcome.frame, dhcp_reply(
        frame, beside.mac, dhcp.ACK, boot=tftp_boot(proxy[1], served.EFI_FILE), what=BOOT_SERVER))
