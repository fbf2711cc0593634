# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The boot servers that `make bench` compares: what each consists of, how it is started, and what was
done to make it as good as it can be. All serve the laboratory's TFTP root, and give addresses from
the same pool.
"""

import re

import dhcp_servers
from lib.lab import TOP, attach_pass
from lib.namespace import sh
from lib.server import BINARY

ATFTPD = TOP / "build/bench/atftpd/usr/sbin/atftpd"
BOOT = {"bios": "undionly.kpxe", "efi-x64": "ipxe.efi", "ipxe": "boot.ipxe"}


def hpa(lab):
    """tftpd-hpa: a process for each transfer."""
    attach_pass(lab.server, "srv0")
    process = lab.start(lab.server, "in.tftpd", "--foreground", "--secure", "--user", "root",
                        "--address", "10.77.0.1:69", lab.root)
    dhcp_servers.listens(lab, process, 69)
    return process


def atftpd(lab):
    """atftpd: a thread for each transfer."""
    attach_pass(lab.server, "srv0")
    process = lab.start(lab.server, ATFTPD, "--daemon", "--no-fork",
                        "--user", "root.root", "--maxthread", "480", "--no-multicast",
                        "--verbose=0", "--logfile", "/dev/null", "--pidfile",
                        lab.dir / "atftpd.pid", "--bind-address", "10.77.0.1", lab.root)
    dhcp_servers.listens(lab, process, 69)
    return process


def dnsmasq(lab):
    """dnsmasq, which writes its lease file anew for each lease and waits for the disk."""
    return [dhcp_servers.dnsmasq(lab, True, BOOT)]


def dnsmasq_memory(lab):
    """dnsmasq without a lease file."""
    return [dhcp_servers.dnsmasq(lab, False, BOOT)]


# Name -> function that starts it on a laboratory, and returns its processes.
BOOT_SERVERS = {
    "xdpxe": lambda lab: [dhcp_servers.xdpxe(lab, BOOT)],
    "dnsmasq": dnsmasq,
    "dnsmasq, no lease file": dnsmasq_memory,
    "Kea + tftpd-hpa": lambda lab: [dhcp_servers.kea(lab, True, BOOT), hpa(lab)],
    "Kea + atftpd": lambda lab: [dhcp_servers.kea(lab, True, BOOT), atftpd(lab)],
}
TFTP_SERVERS = {
    "xdpxe": lambda lab: [dhcp_servers.xdpxe(lab, BOOT)],
    "dnsmasq": dnsmasq_memory,
    "tftpd-hpa": lambda lab: [hpa(lab)],
    "atftpd": lambda lab: [atftpd(lab)],
}
DHCP_SERVERS = {
    "xdpxe": lambda lab: [dhcp_servers.xdpxe(lab)],
    "xdpxe, no database": lambda lab: [dhcp_servers.xdpxe(lab, database=False)],
    "xdpxe, no database, no telemetry": lambda lab: [
        dhcp_servers.xdpxe(lab, database=False, more="telemetry: no\n")],
    "Kea": lambda lab: [dhcp_servers.kea(lab, True)],
    "Kea, no lease file": lambda lab: [dhcp_servers.kea(lab, False)],
    "dnsmasq": lambda lab: [dhcp_servers.dnsmasq(lab, True)],
    "dnsmasq, no lease file": lambda lab: [dhcp_servers.dnsmasq(lab, False)],
}
TUNED = {
    "all": "room in the host's neighbour table for 131,072 machines, and 4 MiB for each socket "
           "(`net.core.rmem_default`; with 208 KiB and with 32 MiB fewer machines of the others "
           "boot), while this runs; as many open files as this user may have; nobody asks whether "
           "an address is in use",
    "xdpxe": "nothing but `conflict-check: no`; leases in its database on the same disk; it follows "
             "each machine, which no other does: \"no telemetry\" is with `telemetry: no`",
    "dnsmasq": "`--dhcp-lease-max` 100,000, `--tftp-max` 60,000, no logging; where it says \"no "
               "lease file\", `--leasefile-ro`",
    "Kea": "memfile with lease file, no clean-up of that file meanwhile, no logging below errors",
    "tftpd-hpa": "`--foreground`, which is what its unit and `--listen` do: it forks for each "
                 "transfer without limit",
    "atftpd": "`--maxthread` 480 in place of 100, no logging, no multicast; with 500 it aborts at "
              "times, as its files pass FD_SETSIZE",
}


def versions():
    """Name -> version of each program."""
    def package(name):
        return sh("dpkg-query", "-W", "-f", "${Version}", name, check=False).stdout or "not there"
    shown = sh(ATFTPD, "--version", check=False) if ATFTPD.exists() else None
    found = re.search(r"\d[\d.]+\d", shown.stdout + shown.stderr) if shown else None
    commit = sh("git", "-C", TOP, "describe", "--always", "--dirty", check=False).stdout.strip()
    ours = sh(BINARY, "--version", check=False).stdout.split()[-1]
    return {"xdpxe": f"{ours} ({commit})" if commit else ours,
            "dnsmasq": package("dnsmasq-base"), "Kea": package("kea-dhcp4-server"),
            "tftpd-hpa": package("tftpd-hpa"), "atftpd": found.group() if found else "not there"}
