# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
What replies say that a configuration asks for by number or by reservation, byte by byte; and who is
left alone.
"""

import struct

import pytest

import served
from client import Machine, pxe, refused
from conftest import inside
from expected import Boot, address_in, boot_options
from frames import options_of, payload_of
from lib import dhcp, packet
from lib.lab import Lab
from lib.server import Xdpxe

NAMED, SCRIPTED, DENIED, FIXED = (f"52:54:00:01:00:{number:02x}" for number in range(4))
OPTIONS_AT = 236
SCRIPT = "http://10.77.0.1/n1.ipxe"

NETWORK = """\
    lease-time: 1h
    renew-time: 10m
    rebind-time: 30m
    ntp: [10.77.0.9]
    mtu: 1400
    options:
      - { code: 252, text: wpad }
      - { code: 204, hex: "01:02:ff" }
      - { code: 205, ip: [10.77.0.7, 10.77.0.8] }
      - { code: 206, u32: 16909060 }
"""
TOLD = [(51, struct.pack("!I", 3600)), (58, struct.pack("!I", 600)), (59, struct.pack("!I", 1800)),
        (1, served.MASK), (28, served.BROADCAST), (3, served.SERVER), (6, served.SERVER),
        (15, served.DOMAIN), (42, packet.ip_bytes("10.77.0.9")), (26, struct.pack("!H", 1400)),
        (252, b"wpad"), (204, b"\1\2\xff"),
        (205, packet.ip_bytes("10.77.0.7") + packet.ip_bytes("10.77.0.8")), (206, b"\1\2\3\4")]
BOOT_OPTIONS = """\
boot-options:
  bios:
    - { code: 43, hex: "060108" }
    - { code: 210, text: /bios/ }
  efi-x64: [{ code: 210, text: /efi/ }]
  ipxe: [{ code: 210, bool: true }]
"""
HOSTS = f"""\
hosts:
  - {{ mac: "{NAMED}", hostname: n1.boot.example, options: [{{ code: 253, u8: 7 }}] }}
  - {{ mac: "{SCRIPTED}", ipxe: "{SCRIPT}", hostname: n2 }}
"""


def configured(lab):
    """The configuration of this file: all of it, and hosts in a file as well."""
    text = served.write(lab)[1].split("hosts:")[0]
    text = text.replace("    lease-time: 10m\n", NETWORK) + BOOT_OPTIONS + HOSTS
    (lab.dir / "more.csv").write_text(
        f"mac,ip,hostname,deny\r\n{DENIED},,,yes\r\n{FIXED},10.77.0.30,n3,\r\n", encoding="utf-8")
    return text + "hosts-file: more.csv\n"


@pytest.fixture(name="loaded", scope="module")
def _loaded(lab):
    return Xdpxe(lab, configured(lab)).start(), served.files()


def said(box, machine, kind=dhcp.OFFER):
    """The options of a reply, from the cookie to the last byte."""
    frame = machine.discover() if kind == dhcp.OFFER else machine.request()
    outcome = box.answer(frame)
    machine.address = address_in(outcome.frame)
    return payload_of(outcome.frame)[OPTIONS_AT:]


def due(kind, *parts):
    """What they should be: 53 and 54, and what else is due."""
    options = [(53, bytes((kind,))), (54, served.SERVER), *(one for part in parts for one in part)]
    return (dhcp.MAGIC + dhcp.encode(options)).ljust(dhcp.SHORTEST - OPTIONS_AT, b"\0")


def boots(files, arch):
    """Options of a boot as the server makes them, without 60 and 43."""
    name = served.boot()[arch]
    return boot_options(Boot("tftp", name, len(files[name])), False)


def test_an_installed_system_is_told_what_the_network_says(box):
    machine = Machine(box)
    for kind in (dhcp.OFFER, dhcp.ACK):
        assert said(box, machine, kind) == due(kind, TOLD)


def test_a_boot_rom_is_told_the_options_of_its_class_too(box, files):
    """Its own 43 goes in place of the server's, and 60 stays."""
    machine = Machine(box, options=pxe(0))
    own = [(43, b"\6\1\x08"), (210, b"/bios/"), (60, b"PXEClient")]
    for kind in (dhcp.OFFER, dhcp.ACK):
        assert said(box, machine, kind) == due(kind, TOLD, boots(files, "bios"), own,
                                               [(97, bytes(17))])


@pytest.mark.parametrize("code", [7, 9])
def test_codes_of_one_class_are_told_the_same(box, files, code):
    own = [(210, b"/efi/"), (60, b"PXEClient"), (43, b"\6\1\x08\xff")]
    assert said(box, Machine(box, options=pxe(code))) == due(
        dhcp.OFFER, TOLD, boots(files, "efi-x64"), own, [(97, bytes(17))])


def test_a_class_without_options_is_told_none(box, files):
    name = served.boot()["efi-arm64"]
    boot = boot_options(Boot("tftp", name, len(files[name])), True)
    assert said(box, Machine(box, options=pxe(11))) == due(dhcp.OFFER, TOLD, boot,
                                                           [(97, bytes(17))])


def test_a_reserved_machine_is_told_its_name_and_options(box, files):
    machine = Machine(box, NAMED, pxe(7))
    name = [(12, b"n1.boot.example"), (253, b"\7")]
    own = [(210, b"/efi/"), (60, b"PXEClient"), (43, b"\6\1\x08\xff")]
    for kind in (dhcp.OFFER, dhcp.ACK):
        assert said(box, machine, kind) == due(kind, TOLD, name, boots(files, "efi-x64"), own,
                                               [(97, bytes(17))])


def test_ipxe_is_told_its_options_with_a_url_of_its_own_too(box):
    machine = Machine(box, SCRIPTED, pxe(7, o77=b"iPXE"))
    boot = boot_options(Boot("ipxe", SCRIPT), True) + [(210, b"\1")]
    assert said(box, machine) == due(dhcp.OFFER, TOLD, [(12, b"n2")], boot, [(97, bytes(17))])


def test_a_file_of_hosts_is_heeded(box):
    refused(box, Machine(box, DENIED).discover(), "DHCP_DENIED", "DROP")
    machine = Machine(box, FIXED)
    assert (12, b"n3") in options_of(payload_of(box.answer(machine.discover()).frame))
    said(box, machine)
    assert machine.address == packet.ip_bytes("10.77.0.30")


@pytest.fixture(name="strict", scope="module")
def _strict():
    """A server that serves known machines only."""
    with Lab() as lab:
        with inside(Xdpxe(lab, configured(lab) + "unknown-clients: ignore\n").start()) as box:
            yield box


def test_unknown_machines_are_left_alone_at_every_message(strict):
    machine = Machine(strict, options=pxe(0))
    machine.address = packet.ip_bytes("10.77.1.9")
    for frame in (machine.discover(), machine.request(), machine.renew(), machine.reboot(),
                  machine.release()):
        refused(strict, frame, "DHCP_UNKNOWN")
    assert machine.mac not in b"".join(strict.tally()[0])


def test_known_machines_are_served_with_or_without_an_address_of_their_own(strict):
    for mac in (NAMED, FIXED):
        machine = Machine(strict, mac)
        said(strict, machine)
        assert said(strict, machine, dhcp.ACK) is not None
    refused(strict, Machine(strict, DENIED).discover(), "DHCP_DENIED", "DROP")
