# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A machine of the segment with a DHCP server of its own, which knows nothing of network boot: dnsmasq
or Kea on a port of the laboratory's bridge.
"""

import json
import os

from lib.namespace import Namespace
from lib.wait import until

PORT, ADDRESS = "nb0", "10.77.0.3"
FIRST, LAST = "10.77.200.1", "10.77.200.250"
KEA_ADDRESSES = f"{FIRST} - {LAST}"


class Neighbour:
    """
    Its namespace and link; a subclass starts the server. here: it runs on the very host and
    interface that xdpxe serves.
    """

    name, needs = "", ()

    def __init__(self, lab, here=False):
        self.lab = lab
        self.space, self.port = (lab.server, "srv0") if here else (self._move_in(), PORT)
        lab.offload(False, self.space, self.port)
        self.process = lab.start(self.space, *self.command(), **self.how())
        until(self.listens, 20, f"{self.name} to listen")

    def _move_in(self):
        """A namespace of its own on the bridge; returns it."""
        space, lab = Namespace(f"{self.lab.count}-neighbour"), self.lab
        lab.namespaces.append(space)
        lab.names.append(space.name)
        lab.client.run("ip", "link", "add", f"{PORT}-br", "type", "veth", "peer", "name", PORT,
                       "netns", space.name)
        lab.client.run("ip", "link", "set", f"{PORT}-br", "master", "br0")
        lab.client.run("ip", "link", "set", f"{PORT}-br", "up")
        space.run("ip", "addr", "add", f"{ADDRESS}/16", "dev", PORT)
        space.run("ip", "link", "set", PORT, "up")
        return space

    def command(self):
        """The server's command line."""
        raise NotImplementedError

    def how(self):
        """How it is started."""
        return {}

    def listens(self):
        """Does it hear requests?"""
        return ":67 " in self.space.run("ss", "-uln").stdout

    def gave(self, address):
        """Is this one of its addresses?"""
        return address.startswith("10.77.200.")


class Dnsmasq(Neighbour):
    """dnsmasq, addresses only."""

    name, needs = "dnsmasq", ("dnsmasq",)

    def command(self):
        return ["dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--user=root",
                f"--interface={self.port}", "--bind-interfaces", "--no-ping", "--log-dhcp",
                f"--dhcp-range={FIRST},{LAST},255.255.0.0,10m", "--dhcp-option=3,10.77.0.1",
                f"--dhcp-leasefile={self.lab.dir}/neighbour.leases"]


class PointingDnsmasq(Dnsmasq):
    """dnsmasq that tells PXE clients who the boot server is, but not what to boot."""

    def command(self):
        return [*super().command(), "--dhcp-vendorclass=set:pxe,PXEClient",
                "--dhcp-option=tag:pxe,60,PXEClient", "--dhcp-boot=tag:pxe,,,10.77.0.1"]


class Kea(Neighbour):
    """Kea, addresses only."""

    name, needs = "Kea", ("kea-dhcp4",)

    def command(self):
        path = self.lab.dir / "neighbour.json"
        subnet = {"subnet": "10.77.0.0/16", "id": 1, "pools": [{"pool": KEA_ADDRESSES}],
                  "option-data": [{"name": "routers", "data": "10.77.0.1"}]}
        path.write_text(json.dumps({"Dhcp4": {
            "interfaces-config": {"interfaces": [self.port]}, "valid-lifetime": 600,
            "lease-database": {"type": "memfile", "persist": False}, "subnet4": [subnet],
            "loggers": [{"name": "kea-dhcp4", "severity": "INFO",
                         "output_options": [{"output": "stdout"}]}]}}), encoding="ascii")
        return ["kea-dhcp4", "-c", path]

    def how(self):
        folder = str(self.lab.dir)
        return {"env": {**os.environ, "KEA_PIDFILE_DIR": folder, "KEA_LOCKFILE_DIR": folder,
                        "KEA_LOGGER_DESTINATION": "stdout"}}

    def listens(self):
        """It hears by a packet socket, and says when that is so."""
        return any("DHCP4_STARTED" in line for line in list(self.process.stdout))


SERVERS = {"dnsmasq": Dnsmasq, "kea": Kea}
