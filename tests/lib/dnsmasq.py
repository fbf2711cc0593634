# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
dnsmasq as the server: it proves that the laboratory and its clients are right, and shows what a
wrong server looks like.
"""

from lib.wait import until

TAGS = {
    "bios": ("option:client-arch,0",),
    "efi-x64": ("option:client-arch,7", "option:client-arch,9"),
    "efi-arm64": ("option:client-arch,11",),
}


def start_dnsmasq(lab, boot):
    """Serve the laboratory's first link; boot maps bios, efi-x64, efi-arm64 and ipxe to names."""
    argv = ["dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--user=root",
            "--interface=srv0", "--bind-interfaces", "--no-ping",
            "--dhcp-range=10.77.1.0,10.77.250.255,255.255.0.0,10m",
            "--log-dhcp", "--enable-tftp", f"--tftp-root={lab.root}", "--tftp-max=500",
            f"--dhcp-leasefile={lab.dir}/dnsmasq.leases", "--dhcp-match=set:ipxe,175",
            "--dhcp-ignore-clid", f"--dhcp-boot=tag:ipxe,{boot['ipxe']}"]
    for name, matches in TAGS.items():
        argv += [f"--dhcp-match=set:{name},{match}" for match in matches]
        argv.append(f"--dhcp-boot=tag:!ipxe,tag:{name},{boot[name]}")
    lab.offload(False, lab.server, "srv0")
    process = lab.start(lab.server, *argv)
    until(lambda: ":67 " in lab.server.run("ss", "-uln").stdout, 5, "dnsmasq to listen")
    return process
