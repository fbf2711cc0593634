# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Real clients in VLANs, behind a relay and a router, on two interfaces."""

import socket

import pytest

from lib import dhcp, packet
from lib.clients import atftp, atftp_windows, curl, fetch, tftp_hpa, udhcpc
from lib.segment import Segment
from lib.server import BOOT, NETWORK, Xdpxe, config
from lib.trunk import Access

DOT1Q, DOT1AD = 0x8100, 0x88A8
TAGS = {"100": packet.tag((DOT1Q, 100)), "100.200": packet.tag((DOT1AD, 100), (DOT1Q, 200))}


def mac_of(namespace, interface):
    """The hardware address of an interface."""
    return namespace.run("ip", "-br", "link", "show", interface).stdout.split()[2]


def off_the_wire(lab, link=0):
    """The server's address is the host's, but not the interface's own: as it is in a VLAN."""
    lab.server.run("ip", "addr", "del", f"10.{77 + link}.0.1/16", "dev", f"srv{link}")
    lab.server.run("ip", "addr", "add", f"10.{77 + link}.0.1", "dev", "lo")
    lab.client.run("ip", "addr", "flush", "dev", f"cli{link}")


def with_vlan(text, vlan, net=77):
    """A configuration with one of its networks in a VLAN."""
    return text.replace(f"address: 10.{net}.0.1\n", f"address: 10.{net}.0.1\n    vlan: {vlan}\n")


@pytest.mark.parametrize("vlan", TAGS)
def test_a_machine_in_a_vlan_gets_its_address_and_files(lab, files, noise, vlan):
    off_the_wire(lab)
    lab.put("large", noise(400_000))
    server = Xdpxe(lab, with_vlan(config(lab, BOOT), vlan)).start()
    with Access(lab, "access", TAGS[vlan]) as access:
        told = udhcpc(access, "-B", interface="access")
        assert (told["ip"][:6], told["serverid"]) == ("10.77.", "10.77.0.1")
        access.address(f"{told['ip']}/16")
        for client, blksize in ((tftp_hpa, 512), (atftp, 1400), (curl, 1428), (atftp_windows, 1468)):
            assert fetch(access, client, "large", blksize)[1] == (lab.root / "large").read_bytes()
        assert fetch(access, curl, BOOT["bios"], 512)[1] == files[BOOT["bios"]]
        network, = server.json("status")["instances"][0]["networks"]
        assert (network["interface"], network["vlan"]) == ("srv0", vlan)
        assert server.counter("cloned") > 0, "windows go out in clones"
    assert "txvlan off" in server.process.report(), "what hides tags on a veth is told"


def test_another_vlan_is_the_hosts(lab, files):  # pylint: disable=unused-argument
    off_the_wire(lab)
    server = Xdpxe(lab, with_vlan(config(lab, BOOT), "100")).start()
    with Access(lab, "access", packet.tag((DOT1Q, 101))):
        done = lab.client.run("udhcpc", "-i", "access", "-f", "-n", "-q", "-t", "2", "-T", "1", "-s",
                              "/bin/true", check=False)
    assert done.returncode != 0
    assert server.counter("vlan_tagged") >= 2 and server.counter("dhcp_offer") == 0


@pytest.mark.parametrize("lab", [{"links": 2}], indirect=True)
def test_two_interfaces_may_have_the_same_vlan_with_different_networks(lab, files):
    """And a third network, which only relays on the second interface reach."""
    assert files
    for link in (0, 1):
        off_the_wire(lab, link)
    text = config(lab, BOOT)
    for net in (77, 78):
        text = with_vlan(text, f"100\n    interface: srv{net - 77}", net)
    server = Xdpxe(lab, text).start()
    for link in (0, 1):
        with Access(lab, f"access{link}", TAGS["100"], f"cli{link}") as access:
            told = udhcpc(access, interface=access.name)
        assert told["serverid"] == f"10.{77 + link}.0.1"
    rows = server.json("status")["instances"][0]["networks"]
    assert [(row["interface"], row["vlan"]) for row in rows] == [("srv0", "100"), ("srv1", "100")]


def relayed(net, server="10.77.0.1"):
    """A network behind a relay."""
    return NETWORK.format(net=net).replace(f"address: 10.{net}.0.1",
                                           f"address: {server}\n    relayed: yes")


def test_a_machine_behind_a_relay_gets_its_address_and_files_through_the_router(lab, files, noise):
    lab.put("large", noise(400_000))
    text = config(lab, BOOT).replace("leases:\n", relayed(99) + "leases:\n")
    server = Xdpxe(lab, text).start()
    segment = Segment(lab, 99)
    segment.relay()
    told = udhcpc(segment, "-B", interface=segment.interface)
    assert (told["ip"][:6], told["serverid"], told["router"]) == ("10.99.", "10.77.0.1", "10.99.0.1")
    segment.use(told)
    for client, blksize in ((tftp_hpa, 512), (atftp, 1400), (curl, 1428), (atftp_windows, 1468)):
        assert fetch(segment, client, "large", blksize)[1] == (lab.root / "large").read_bytes()
    assert fetch(segment, curl, BOOT["bios"], 512)[1] == files[BOOT["bios"]]
    lease, = server.json("leases")
    assert (lease["address"], lease["network"]) == (told["ip"], "10.99.0.0/16")
    assert {row["network"] for row in server.json("transfers")} == {"10.99.0.0/16"}
    assert udhcpc(lab)["ip"].startswith("10.77."), "and machines on the wire as before"


def test_a_segment_that_nobody_configured_is_the_hosts(lab, server):
    segment = Segment(lab, 98)
    segment.relay()
    done = segment.client.run("udhcpc", "-i", segment.interface, "-f", "-n", "-q", "-t", "2", "-T",
                              "1", "-s", "/bin/true", check=False)
    assert done.returncode != 0
    assert server.counter("dhcp_other_network") >= 2
    segment.use({"ip": "10.98.0.9", "router": "10.98.0.1"})
    segment.client.run("timeout", "2", "busybox", "tftp", "-g", "-r", "x", "-l", "/dev/null",
                       "10.77.0.1", check=False)
    assert server.counter("foreign_source") >= 1


def renewed(segment, told):
    """Renew by unicast from a socket; returns the answer, and whom it came from."""
    mac = packet.mac_bytes(mac_of(segment.client, segment.interface))
    ask = dhcp.message(mac, b"over", [(53, bytes((dhcp.REQUEST,)))],
                       ciaddr=packet.ip_bytes(told["ip"]), pad_to=dhcp.SHORTEST)
    with segment.client.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((told["ip"], 68))
        sock.settimeout(5)
        sock.sendto(ask, (told["serverid"], 67))
        payload, source = sock.recvfrom(2048)
    return dhcp.parse(payload), source


def test_a_machine_behind_a_router_renews_with_the_server_itself(lab, files):
    """By unicast, which no relay sees. (udhcpc is too slow for an answer that is there at once.)"""
    assert files
    server = Xdpxe(lab, config(lab, BOOT).replace("leases:\n", relayed(99) + "leases:\n")).start()
    segment = Segment(lab, 99)
    relay = segment.relay()
    told = udhcpc(segment, interface=segment.interface)
    segment.use(told)
    relay.stop()
    before = server.counter("dhcp_ack")
    answer, source = renewed(segment, told)
    assert (answer.kind, packet.ip_text(answer.yiaddr), answer.faults) == (dhcp.ACK, told["ip"], [])
    assert source == ("10.77.0.1", 67) and server.counter("dhcp_ack") == before + 1
