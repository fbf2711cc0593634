# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A switch between a trunk and an access port: what a machine on the port sends gets tags on the trunk,
and what comes over the trunk with just these tags reaches the machine without them. Works on kernels
that know no VLANs, too.
"""

import select

from lib import packet
from lib.background import Background
from lib.crowd import packet_socket, recv_tagged


class Access(Background):
    """
    Context manager: interface NAME in the client's namespace is the machine's end of a port in these
    tags of the trunk. As a laboratory of its own it can be given to the functions of lib.clients.
    """

    def __init__(self, lab, name, tags, trunk="cli0"):
        self.client, self.dir, self.name, self.tags = lab.client, lab.dir, name, tags
        self.client.run("ip", "link", "add", name, "type", "veth", "peer", "name", f"{name}-sw")
        for one in (name, f"{name}-sw"):
            self.client.run("ip", "link", "set", one, "up")
            self.client.run("ethtool", "-K", one, "tx", "off", "txvlan", "off")
        self.trunk = packet_socket(self.client, trunk)
        self.port = packet_socket(self.client, f"{name}-sw")
        super().__init__(self.trunk, self.port)

    def address(self, address):
        """
        Give the machine an address. The host does not answer ARP in a VLAN that it has no interface
        for: who is not served there finds nobody.
        """
        self.client.run("ip", "addr", "add", address, "dev", self.name)

    def work(self):
        """The thread."""
        while not self.over.is_set():
            ready = select.select([self.trunk, self.port], [], [], 0.1)[0]
            if self.port in ready:
                self.trunk.send(packet.tagged(self.port.recv(4096), self.tags))
            if self.trunk in ready:
                tags, frame = packet.split_tags(recv_tagged(self.trunk))
                if tags == self.tags:
                    self.port.send(frame)
