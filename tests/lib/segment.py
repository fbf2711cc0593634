# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A segment behind a router: the client's namespace forwards, and runs dnsmasq as DHCP relay; a machine
is in a namespace of its own.
"""

from lib.namespace import Namespace
from lib.wait import until

ROUTER, MACHINE = "seg-r", "seg-m"


class Segment:
    """
    The network 10.NET.0.0/16 behind 10.NET.0.1. As a laboratory of its own it can be given to the
    functions of lib.clients: its client is the machine.
    """

    def __init__(self, lab, net, server="10.77.0.1"):
        self.lab, self.dir, self.net, self.server = lab, lab.dir, net, server
        self.client = Namespace(f"{net}-machine")
        lab.at_end.append(self.client.remove)
        run = lab.client.run
        run("ip", "link", "add", f"{ROUTER}{net}", "type", "veth", "peer", "name", f"{MACHINE}{net}",
            "netns", self.client.name)
        run("ip", "addr", "add", f"10.{net}.0.1/16", "dev", f"{ROUTER}{net}")
        run("ip", "link", "set", f"{ROUTER}{net}", "up")
        run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.interface = f"{MACHINE}{net}"
        self.client.run("ip", "link", "set", self.interface, "up")
        lab.server.run("ip", "route", "add", f"10.{net}.0.0/16", "via", "10.77.0.2")

    def relay(self):
        """Start the relay, and wait until it listens."""
        dnsmasq = self.lab.start(
            self.lab.client, "dnsmasq", "--conf-file=/dev/null", "--keep-in-foreground",
            "--port=0", "--log-facility=-", "--user=root", "--pid-file=",
            f"--dhcp-relay=10.{self.net}.0.1,{self.server}")
        until(lambda: "67" in self.lab.client.run("ss", "-Huln").stdout, 5, "the relay")
        return dnsmasq

    def use(self, told):
        """Make the machine use what udhcpc was told."""
        self.client.run("ip", "addr", "add", f"{told['ip']}/16", "dev", self.interface)
        self.client.run("ip", "route", "add", "default", "via", told["router"])
