# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Which machine is told to boot what: architectures, iPXE, reservations."""

import pytest

import served
from client import Machine, fresh_mac, option_of, pxe, refused
from expected import Boot, tftp_boot
from lib import packet
from tables import arches

IPXE = Boot("ipxe", served.IPXE)
SCRIPT, SCRIPT_ALL = (Boot("ipxe", f"http://10.77.0.1/n{number}.ipxe") for number in (22, 24))
WITH_FILE = [arch for arch in arches() if arch.name != served.NO_FILE]
WITHOUT = next(arch.code for arch in arches() if arch.name == served.NO_FILE)

# How iPXE tells that it is iPXE, beside the options of a ROM.
IPXE_SIGNS = {
    "option 77 is the bare word": {"o77": b"iPXE"},
    "option 77 has RFC 3004's length byte": {"o77": b"\x04iPXE"},
    "option 175 alone (FlexBoot)": {"o175": bytes.fromhex("b1050180861000")},
    "option 175 without content": {"o175": b""},
    "options 77 and 175": {"o77": b"iPXE", "o175": bytes((235, 3, 1, 21, 1))},
}
NO_IPXE = {
    "a user class of another kind": b"Debian",
    "a user class that is too short": b"iPX",
    "a user class that ends where the word goes on": b"\x03iPX",
    "a user class that has the word later": b"no iPXE",
    "an empty user class": b"",
}


def boot_by_arch(files, arch):
    """What the configuration says for an architecture."""
    name = served.boot()[arch.name]
    return Boot("http", name) if arch.http else tftp_boot(files, name)


@pytest.mark.parametrize("arch", WITH_FILE, ids=lambda arch: f"{arch.code} {arch.name}")
def test_every_architecture_that_has_a_file_boots_it(box, files, arch):
    vendor = b"HTTPClient:Arch:%05d:UNDI:003000" if arch.http else b"PXEClient:Arch:%05d"
    Machine(box, options=pxe(arch.code, vendor)).boots(boot_by_arch(files, arch))


def test_the_registry_has_the_codes_and_http_kinds_of_iana():
    assert [arch.code for arch in arches()] == list(range(42))
    assert {arch.code for arch in arches() if arch.http} == {
        *range(15, 21), 23, 24, 26, 28, 30, 38, 40}


def test_codes_7_and_9_are_the_same_machine(box, files):
    for code in (7, 9):
        Machine(box, options=pxe(code)).boots(tftp_boot(files, served.EFI_FILE))


@pytest.mark.parametrize("code", [WITHOUT, 42, 63, 64, 255, 0x0700, 0xFFFF])
def test_an_architecture_without_a_file_gets_a_lease_and_no_boot_file(box, code):
    machine = Machine(box, options=pxe(code))
    machine.boots(None)
    assert box.run(machine.discover()).notes["DHCP_NO_BOOT_FILE"] == 1


@pytest.mark.parametrize("codes, served_as", [
    ([7, 16], "efi-x64"), ([16, 7], "efi-x64-http"), ([0xFFFF, 11], "efi-arm64"),
    ([WITHOUT, 64, 42, 0], "bios"), ([9, 0], "efi-x64")])
def test_of_several_codes_the_first_that_has_a_file_counts(box, files, codes, served_as):
    arch = next(arch for arch in arches() if arch.name == served_as)
    Machine(box, options=pxe(codes, b"PXEClient")).boots(boot_by_arch(files, arch))


def test_an_odd_byte_behind_the_codes_is_ignored(box, files):
    Machine(box, options=pxe(7, o93=bytes((0, 7, 0)))).boots(tftp_boot(files, served.EFI_FILE))


def test_a_machine_without_option_93_boots_nothing(box):
    Machine(box, options=pxe(0, o93=None)).boots(None)
    Machine(box, options=pxe(0, o93=b"")).boots(None)
    Machine(box, options=pxe(0, o93=b"\7")).boots(None)


def test_a_missing_option_97_is_accepted(box, files):
    Machine(box, options=pxe(0, o97=None)).boots(tftp_boot(files, served.BIOS_FILE))


@pytest.mark.parametrize("signs", IPXE_SIGNS.values(), ids=IPXE_SIGNS.keys())
def test_ipxe_is_known_by(box, signs):
    machine = Machine(box, options=pxe(7, **signs))
    machine.boots(IPXE)
    assert box.run(machine.discover()).notes["DHCP_IS_IPXE"] == 1


def test_ipxe_of_an_unknown_architecture_is_ipxe(box):
    """Its s390x build sends 0xffff."""
    Machine(box, options=pxe(0xFFFF, o77=b"iPXE")).boots(IPXE)


@pytest.mark.parametrize("value", NO_IPXE.values(), ids=NO_IPXE.keys())
def test_it_is_no_ipxe_with(box, files, value):
    Machine(box, options=pxe(7, o77=value)).boots(tftp_boot(files, served.EFI_FILE))


def test_one_machine_keeps_its_address_through_rom_ipxe_and_system(box, files):
    """Each stage has another client identifier, and boots something else."""
    mac, stages = fresh_mac(), []
    stages.append(Machine(box, mac, pxe(0, o61=b"\1" + mac)).boots(
        tftp_boot(files, served.BIOS_FILE)))
    stages.append(Machine(box, mac, pxe(0, o77=b"iPXE", o61=b"\0" + bytes(16))).boots(IPXE))
    stages.append(Machine(box, mac, [(61, b"\xff" + bytes(18))]).boots(None))
    assert len(set(stages)) == 1
    assert served.POOL_FIRST <= stages[0] <= served.POOL_LAST
    assert stages[0][3] not in (0, 255)


RESERVED = {
    "its address, and the network's file": (served.FIXED, "10.77.0.20", served.BIOS_FILE, IPXE),
    "its own file": (served.CUSTOM, None, "custom.efi", IPXE),
    "its own script, and the network's file": (served.SCRIPTED, None, served.BIOS_FILE, SCRIPT),
    "all of its own": (served.ALL, "10.77.0.24", "custom.efi", SCRIPT_ALL),
    "a URL too long for the BOOTP field, in option 67 alone":
        (served.LONG, None, served.BIOS_FILE, Boot("ipxe", served.LONG_URL)),
    "an address from the middle of the pool":
        (served.IN_POOL, "10.77.1.50", served.BIOS_FILE, IPXE),
    "a URL of its own": (served.BY_HTTP, None, Boot("http", "http://10.77.0.1/custom.efi"), IPXE),
}


@pytest.mark.parametrize("mac, address, first, second", RESERVED.values(), ids=RESERVED.keys())
def test_a_reserved_machine_has(box, files, mac, address, first, second):
    first = tftp_boot(files, first) if isinstance(first, str) else first
    got = {Machine(box, mac, pxe(0)).boots(first),
           Machine(box, mac, pxe(0, o77=b"iPXE")).boots(second)}
    assert got == {packet.ip_bytes(address)} if address else len(got) == 1


def test_a_reserved_file_goes_before_any_architecture(box, files):
    for code in (7, 11, 0xFFFF):
        Machine(box, served.CUSTOM, pxe(code)).boots(tftp_boot(files, "custom.efi"))


def test_a_reserved_file_is_not_told_to_an_installed_system(box):
    Machine(box, served.CUSTOM, [(61, b"\xff1234")]).boots(None)


def test_no_pool_address_is_one_that_is_reserved(box):
    _, owned, free = box.tally()
    reserved = {packet.ip_bytes(address) for address in served.CAPTURED.values()}
    reserved |= {packet.ip_bytes("10.77.1.50"), served.SERVER}
    assert not reserved & set(free) and not set(owned) & set(free)
    assert not [address for address in free if address[3] in (0, 255)]
    assert len(free) == len(set(free))


def test_a_denied_machine_is_dropped_at_every_message(box):
    machine = Machine(box, served.DENIED, pxe(0))
    machine.address = packet.ip_bytes("10.77.1.9")
    for frame in (machine.discover(), machine.request(), machine.renew(), machine.reboot()):
        refused(box, frame, "DHCP_DENIED", "DROP")
    neighbour = Machine(box, options=pxe(0))
    assert option_of(box.run(neighbour.discover()).frame, 67) is not None
