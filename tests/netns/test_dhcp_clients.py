# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Leases taken by the DHCP clients of a distribution."""

import ipaddress

import pytest

from lib.clients import MACHINE_PXE, dhclient, udhcpc
from lib.server import BOOT

POOL = [ipaddress.ip_address(text) for text in ("10.77.1.0", "10.77.250.255")]


def in_pool(address):
    """Is it one that the configuration gives away?"""
    return POOL[0] <= ipaddress.ip_address(address) <= POOL[1]


def boot_file(told):
    """udhcpc's names for the BOOTP field and for option 67."""
    return told.get("bootfile") or told.get("boot_file")


def mac_of(lab):
    """The client's hardware address."""
    return lab.client.run("ip", "-br", "link", "show", "cli0").stdout.split()[2]


@pytest.mark.parametrize("half_made", [False, True],
                         ids=["checksums-complete", "checksums-half-made"])
def test_udhcpc_gets_all_that_the_network_says(lab, server, half_made):
    lab.offload(half_made)
    told = udhcpc(lab)
    assert in_pool(told["ip"])
    assert (told["subnet"], told["router"]) == ("255.255.0.0", "10.77.0.1")
    assert told["dns"] == "10.77.0.1"
    assert (told["domain"], told["lease"], told["serverid"]) == ("boot.example", "600", "10.77.0.1")
    assert not boot_file(told), "a client that is not booting is told no boot file"
    assert server.counter("dhcp_ack") == 1


def test_udhcpc_posing_as_a_pxe_rom_is_told_what_to_boot(lab, server):
    told = udhcpc(lab, *MACHINE_PXE, "-O", "bootfile", "-O", "tftp", "-B")
    assert boot_file(told) == BOOT["bios"]
    assert told["siaddr"] == "10.77.0.1"
    assert server.counter("dhcp_offer") >= 1


def test_udhcpc_gets_the_same_address_each_time(lab, server):
    addresses = {udhcpc(lab)["ip"], udhcpc(lab, "-x", "0x3d:ff00112233")["ip"],
                 udhcpc(lab, *MACHINE_PXE)["ip"]}
    assert len(addresses) == 1
    assert server.counter("dhcp_offer") == 3


def test_dhclient_gets_a_lease_and_keeps_it_over_a_reboot(lab, server):
    first = dhclient(lab)
    assert in_pool(first["new_ip_address"])
    assert first["new_subnet_mask"] == "255.255.0.0"
    assert (server.counter("dhcp_offer"), server.counter("dhcp_ack")) == (1, 1)
    again = dhclient(lab)
    assert again["reason"] == "REBOOT", "it asked to keep its address (INIT-REBOOT)"
    assert again["new_ip_address"] == first["new_ip_address"]
    assert (server.counter("dhcp_offer"), server.counter("dhcp_ack")) == (1, 2)


def test_a_machine_with_a_reservation_gets_its_address_and_files(lab, server):
    mac = mac_of(lab)
    server.write(server.path.read_text(encoding="utf-8") + "hosts:\n"
                 f'  - {{ mac: "{mac}", ip: 10.77.0.20, boot: ipxe.efi }}\n')
    server.command("reload")
    told = udhcpc(lab, *MACHINE_PXE, "-O", "bootfile")
    assert (told["ip"], boot_file(told)) == ("10.77.0.20", "ipxe.efi")


def test_a_denied_machine_is_not_answered(lab, server):
    mac = mac_of(lab)
    assert udhcpc(lab)["ip"]
    server.write(server.path.read_text(encoding="utf-8")
                 + f'hosts:\n  - {{ mac: "{mac}", deny: true }}\n')
    server.command("reload")
    done = lab.client.run("udhcpc", "-i", "cli0", "-f", "-n", "-q", "-t", "1", "-T", "1", "-s",
                          "/bin/true",
                          check=False)
    assert done.returncode != 0
    assert server.counter("dhcp_denied") == 1
