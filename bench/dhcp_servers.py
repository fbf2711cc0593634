# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The DHCP servers that are compared, each on the first link of a laboratory and with the same pool:
63,488 addresses of a /16 for an hour. Those that are programs get an XDP program that passes all,
without which a veth hands them no frame that XDP sent.
"""

import json

from lib.lab import attach_pass
from lib.server import Xdpxe
from lib.wait import until

POOL = ("10.77.1.0", "10.77.248.255")

XDPXE = """\
interfaces: [srv0]
networks:
  - subnet: 10.77.0.0/16
    address: 10.77.0.1
    pool: {}-{}
    lease-time: 1h
    conflict-check: no
    router: 10.77.0.1
    dns: [10.77.0.1]
    domain: boot.example
"""


def xdpxe(lab):
    """This one."""
    return Xdpxe(lab, XDPXE.format(*POOL)).start().process


def kea(lab, persist):
    """Kea's DHCPv4 server, leases in memory, and if `persist` in a file too."""
    attach_pass(lab.server, "srv0")
    path = lab.dir / "kea.json"
    path.write_text(json.dumps({"Dhcp4": {
        "interfaces-config": {"interfaces": ["srv0"]},
        "lease-database": {"type": "memfile", "persist": persist, "lfc-interval": 0,
                           "name": str(lab.dir / "kea.leases")},
        "valid-lifetime": 3600,
        "subnet4": [{"subnet": "10.77.0.0/16", "pools": [{"pool": " - ".join(POOL)}]}],
        "option-data": [{"name": "routers", "data": "10.77.0.1"},
                        {"name": "domain-name-servers", "data": "10.77.0.1"},
                        {"name": "domain-name", "data": "boot.example"}],
        "loggers": [{"name": "kea-dhcp4", "severity": "ERROR",
                     "output_options": [{"output": "stderr"}]}]}}), encoding="ascii")
    process = lab.start(lab.server, "env", f"KEA_PIDFILE_DIR={lab.dir}",
                        f"KEA_LOCKFILE_DIR={lab.dir}", "kea-dhcp4", "-c", path)
    _listens(lab)
    return process


def dnsmasq(lab, persist):
    """dnsmasq, leases in memory, and if `persist` in a file too."""
    attach_pass(lab.server, "srv0")
    leases = f"--dhcp-leasefile={lab.dir}/dnsmasq.leases" if persist else "--leasefile-ro"
    process = lab.start(lab.server, "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0",
                        "--user=root", "--interface=srv0", "--bind-interfaces", "--no-ping",
                        "--quiet-dhcp", "--dhcp-lease-max=100000", leases,
                        f"--dhcp-range={POOL[0]},{POOL[1]},255.255.0.0,1h",
                        "--dhcp-option=3,10.77.0.1", "--dhcp-option=6,10.77.0.1",
                        "--dhcp-option=15,boot.example")
    _listens(lab)
    return process


def _listens(lab):
    """Wait until somebody has port 67."""
    until(lambda: ":67 " in lab.server.run("ss", "-uln").stdout, 10, "the server to listen")


SERVERS = {
    "xdpxe": xdpxe,
    "kea, lease file": lambda lab: kea(lab, True),
    "kea, memory only": lambda lab: kea(lab, False),
    "dnsmasq, lease file": lambda lab: dnsmasq(lab, True),
    "dnsmasq, memory only": lambda lab: dnsmasq(lab, False),
}
