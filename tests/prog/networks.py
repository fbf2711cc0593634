# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A server of many networks on one interface: two on the wire itself, some in VLANs, some behind
relays. The addresses in VLANs are on lo: nothing here needs the host to answer ARP for them.
"""

from typing import NamedTuple

import served
from lib import packet
from lib.server import Xdpxe

DOT1Q, DOT1AD = 0x8100, 0x88A8


class Net(NamedTuple):
    """A network as expected.py wants it, and the tags of its frames."""

    SUBNET: bytes
    MASK: bytes
    BROADCAST: bytes
    SERVER: bytes
    ROUTER: bytes
    LEASE_SECONDS: int
    DOMAIN: bytes
    POOL: tuple
    YAML: str
    TAGS: bytes = b""

    def has(self, address):
        """Is an address in it?"""
        return bytes(a & m for a, m in zip(address, self.MASK)) == self.SUBNET


def net(subnet, server, router=None, pool=(10, 250), more="", tags=b""):
    """A /24; server and router are addresses, the pool goes from and to a last byte."""
    head = subnet.rpartition(".")[0]
    first, last = (f"{head}.{one}" for one in pool)
    yaml = (f"  - subnet: {subnet}/24\n    address: {server}\n    pool: {first}-{last}\n"
            f"    conflict-check: no\n    lease-time: {served.LEASE_SECONDS}s\n    router: {router or server}\n"
            f"    dns: [{server}]\n    domain: {served.DOMAIN.decode()}\n{more}")
    return Net(packet.ip_bytes(subnet), b"\xff\xff\xff\0", packet.ip_bytes(f"{head}.255"),
               packet.ip_bytes(server), packet.ip_bytes(router or server), served.LEASE_SECONDS,
               served.DOMAIN, (packet.ip_bytes(first), packet.ip_bytes(last)), yaml, tags)


FIRST = net("10.77.0.0", "10.77.0.1", pool=(10, 12))
SECOND = net("10.88.0.0", "10.88.0.1")
TAGGED = net("10.20.0.0", "10.20.0.1", more="    vlan: 20\n", tags=packet.tag((DOT1Q, 20)))
DOUBLE = net("10.30.0.0", "10.30.0.1", more="    vlan: 20.30\n",
             tags=packet.tag((DOT1AD, 20), (DOT1Q, 30)))
RELAYED = net("10.99.0.0", "10.77.0.1", "10.99.0.1", more="    relayed: yes\n")
OTHER_RELAYED = net("10.98.0.0", "10.77.0.1", "10.98.0.1", more="    relayed: yes\n")
RELAYED_IN_VLAN = net("10.97.0.0", "10.20.0.1", "10.97.0.1",
                      more="    relayed: yes\n    vlan: 20\n")
NETWORKS = (RELAYED, FIRST, SECOND, TAGGED, DOUBLE, OTHER_RELAYED, RELAYED_IN_VLAN)


def write(lab, networks=NETWORKS, hosts=()):
    """Give the server's namespace its addresses; returns (files, text of the configuration)."""
    lab.server.run("ip", "addr", "add", "10.88.0.1/24", "dev", "srv0")
    for one in networks:
        if one.TAGS:
            lab.server.run("ip", "addr", "add", packet.ip_text(one.SERVER), "dev", "lo")
    files = served.files()
    for name, data in files.items():
        lab.put(name, data)
    text = "interfaces: [srv0]\nauthoritative: yes\nleases: { database: none }\nnetworks:\n" + "".join(one.YAML for one in networks)
    text += f"tftp:\n  root: {lab.root}\n  cache: 64MiB\nboot:\n"
    text += "".join(f"  {name}: {value}\n" for name, value in served.boot().items())
    if hosts:
        text += "hosts:\n" + "".join(f"  - {{ {host} }}\n" for host in hosts)
    return files, text


def start(lab, **how):
    """A server of these networks; returns (the daemon, files)."""
    files, text = write(lab, **how)
    return Xdpxe(lab, text).start(), files
