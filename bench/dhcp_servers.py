# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The DHCP servers that are compared, each on the first link of a laboratory and with the same pool:
63,488 addresses of a /16 for an hour. With `boot` (name of an architecture -> file) they also name
boot files, and dnsmasq and xdpxe serve those under the laboratory's TFTP root. Those that are
programs get an XDP program that passes all, without which a veth hands them no frame that XDP sent.
"""

import json

from lib.dnsmasq import TAGS
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
KEA_CLASSES = {
    "ipxe": "substring(option[77].hex,0,4) == 'iPXE'",
    "bios": "not member('ipxe') and option[93].hex == 0x0000",
    "efi-x64": "not member('ipxe') and (option[93].hex == 0x0007 or option[93].hex == 0x0009)",
}


def xdpxe(lab, boot=None, database=True, more=""):
    """This one, its limits as they are when nothing is said; `more`: of the configuration."""
    text = XDPXE.format(*POOL) + ("" if database else "leases:\n  database: none\n") + more
    if boot:
        text += f"tftp:\n  root: {lab.root}\n  cache: 256MiB\nboot:\n"
        text += "".join(f"  {name}: {file}\n" for name, file in boot.items())
    return Xdpxe(lab, text).start().process


def kea_config(lab, persist, boot):
    """Configuration of Kea's DHCPv4 server."""
    names = {"routers": "10.77.0.1", "domain-name-servers": "10.77.0.1",
             "domain-name": "boot.example"}
    classes = [{"name": name, "test": KEA_CLASSES[name], "next-server": "10.77.0.1",
                "boot-file-name": boot[name]} for name in KEA_CLASSES if boot]
    told = {"client-classes": classes} if boot else {}
    return {"Dhcp4": {
        "interfaces-config": {"interfaces": ["srv0"]},
        "lease-database": {"type": "memfile", "persist": persist, "lfc-interval": 0,
                           "name": str(lab.dir / "kea.leases")},
        "valid-lifetime": 3600, "match-client-id": not boot,
        "subnet4": [{"subnet": "10.77.0.0/16", "pools": [{"pool": " - ".join(POOL)}]}],
        "option-data": [{"name": name, "data": data} for name, data in names.items()], **told,
        "loggers": [{"name": "kea-dhcp4", "severity": "ERROR",
                     "output_options": [{"output": "stderr"}]}]}}


def kea(lab, persist, boot=None):
    """Kea's DHCPv4 server, leases in memory, and if `persist` in a file too."""
    attach_pass(lab.server, "srv0")
    path = lab.dir / "kea.json"
    path.write_text(json.dumps(kea_config(lab, persist, boot)), encoding="ascii")
    process = lab.start(lab.server, "env", f"KEA_PIDFILE_DIR={lab.dir}",
                        f"KEA_LOCKFILE_DIR={lab.dir}", "kea-dhcp4", "-c", path)
    listens(lab, process, 67)
    return process


def dnsmasq_boot(lab, boot):
    """dnsmasq's options for boot files, told and served."""
    options = ["--dhcp-match=set:ipxe,175", "--dhcp-ignore-clid",
               f"--dhcp-boot=tag:ipxe,{boot['ipxe']}", "--enable-tftp", f"--tftp-root={lab.root}",
               "--tftp-max=60000"]
    for name, matches in TAGS.items():
        if name in boot:
            options += [f"--dhcp-match=set:{name},{match}" for match in matches]
            options.append(f"--dhcp-boot=tag:!ipxe,tag:{name},{boot[name]}")
    return options


def dnsmasq(lab, persist, boot=None):
    """dnsmasq, leases in memory, and if `persist` in a file too."""
    attach_pass(lab.server, "srv0")
    leases = f"--dhcp-leasefile={lab.dir}/dnsmasq.leases" if persist else "--leasefile-ro"
    process = lab.start(lab.server, "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0",
                        "--user=root", "--interface=srv0", "--bind-interfaces", "--no-ping",
                        "--quiet-dhcp", "--quiet-tftp", "--dhcp-lease-max=100000", leases,
                        f"--dhcp-range={POOL[0]},{POOL[1]},255.255.0.0,1h",
                        "--dhcp-option=3,10.77.0.1", "--dhcp-option=6,10.77.0.1",
                        "--dhcp-option=15,boot.example", *(dnsmasq_boot(lab, boot) if boot else ()))
    listens(lab, process, 67)
    return process


def listens(lab, process, port):
    """Wait until somebody has a UDP port of the server's; an early end is an error."""
    def look():
        assert process.running(), f"it ended before it listened\n{process.report()}"
        return f":{port} " in lab.server.run("ss", "-uln").stdout
    until(look, 10, f"the server to listen on port {port}")


SERVERS = {
    "xdpxe": xdpxe,
    "kea, lease file": lambda lab: kea(lab, True),
    "kea, memory only": lambda lab: kea(lab, False),
    "dnsmasq, lease file": lambda lab: dnsmasq(lab, True),
    "dnsmasq, memory only": lambda lab: dnsmasq(lab, False),
}
