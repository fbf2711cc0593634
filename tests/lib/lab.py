# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The namespace laboratory: a server and a client namespace joined by veth pairs, and nothing of it
touches the host.

Link i is srv<i> 10.<77+i>.0.1/16 in the server's namespace and cli<i> 10.<77+i>.0.2/16 in the
client's. The client's end runs a native XDP program, without which a veth delivers no XDP_TX
frames. XDPXE_LAB_KEEP=1 waits before all is removed and prints how to get a shell inside.
"""

import os
import pathlib
import shutil
import signal
import sys
import tempfile

from lib.namespace import BPFFS, SCRATCH, Namespace, sh, sweep

TOP = pathlib.Path(__file__).resolve().parents[2]
PASS_SOURCE = pathlib.Path(__file__).with_name("xdp_pass.bpf.c")
PASS_OBJECT = TOP / "build" / "tests" / "xdp_pass.o"


def pass_object():
    """Compile the client's XDP program, once."""
    if not PASS_OBJECT.exists() or PASS_OBJECT.stat().st_mtime < PASS_SOURCE.stat().st_mtime:
        PASS_OBJECT.parent.mkdir(parents=True, exist_ok=True)
        fresh = PASS_OBJECT.with_suffix(f".{os.getpid()}")
        sh("clang", "-O2", "-g", "-target", "bpf", f"-I/usr/include/{os.uname().machine}-linux-gnu",
           "-c", PASS_SOURCE, "-o", fresh)
        fresh.rename(PASS_OBJECT)
    return PASS_OBJECT


def attach(namespace, interface, program):
    """
    Attach a program to an interface, in the driver, in place of what is there. By bpftool: `ip link
    set ... object` would leave folders on the bpffs of this host.
    """
    pin = BPFFS / f"{SCRATCH}{os.getpid()}-pass"
    sh("bpftool", "prog", "load", program, pin)
    try:
        namespace.run("bpftool", "net", "attach", "xdpdrv", "pinned", pin, "dev", interface,
                      "overwrite")
    finally:
        pin.unlink()


def attach_pass(namespace, interface):
    """Attach the program that passes everything."""
    attach(namespace, interface, pass_object())


def mount_bpffs():
    """Pins need a bpffs that outlives each process; fresh machines have none."""
    if sh("stat", "-fc", "%T", BPFFS).stdout.strip() != "bpf_fs":
        sh("mount", "-t", "bpf", "bpf", BPFFS)


def _on_sigterm(_number, _frame):
    """SIGTERM unwinds like an exception, so that the laboratory is removed."""
    sys.exit(128 + signal.SIGTERM)


class Lab:
    """Context manager; leaves nothing behind, also after exceptions and signals."""

    count = 0

    def __init__(self, links=1, queues=1):
        self.links, self.queues = links, queues
        self.processes, self.namespaces, self.at_end = [], [], []
        self.names, self.pids = [], []

    def __enter__(self):
        self.handler = signal.signal(signal.SIGTERM, _on_sigterm)
        try:
            sweep()
            mount_bpffs()
            self.dir = pathlib.Path(tempfile.mkdtemp(prefix=f"{SCRATCH}{os.getpid()}-"))
            self.root = self.dir / "tftp"
            self.root.mkdir()
            Lab.count += 1
            self.server = self._namespace(f"{Lab.count}-server")
            self.client = self._namespace(f"{Lab.count}-client")
            for index in range(self.links):
                self._link(index)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind, _value, _trace):
        if kind:
            print(self.report(), file=sys.stderr)
        self.close()

    def _namespace(self, name):
        """A namespace that is removed with the laboratory."""
        self.namespaces.append(Namespace(name))
        self.names.append(self.namespaces[-1].name)
        return self.namespaces[-1]

    def _link(self, index):
        """A veth pair between the two namespaces, up, addressed, its client end with native XDP."""
        server, client = f"srv{index}", f"cli{index}"
        queues = ["numrxqueues", self.queues, "numtxqueues", self.queues]
        self.server.run("ip", "link", "add", server, *queues, "type", "veth",
                        "peer", "name", client, *queues, "netns", self.client.name)
        self.server.run("ip", "addr", "add", f"10.{77 + index}.0.1/16", "dev", server)
        self.client.run("ip", "addr", "add", f"10.{77 + index}.0.2/16", "dev", client)
        attach_pass(self.client, client)
        self.server.run("ip", "link", "set", server, "up")
        self.client.run("ip", "link", "set", client, "up")

    def add_generic(self):
        """Move the server's address to gen0, a device whose driver takes no XDP program."""
        run = self.server.run
        run("ip", "link", "add", "link", "srv0", "name", "gen0", "type", "macvlan", "mode",
            "bridge")
        run("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=1")
        run("ip", "addr", "flush", "dev", "srv0")
        run("ip", "addr", "add", "10.77.0.1/16", "dev", "gen0")
        run("ip", "link", "set", "gen0", "up")

    def bridge(self):
        """
        Put cli0 into a bridge br0 in the client's namespace, beside ports that are added later.
        """
        run = self.client.run
        run("ip", "link", "add", "br0", "type", "bridge", "stp_state", "0", "mcast_snooping", "0")
        run("ip", "addr", "flush", "dev", "cli0")
        run("ip", "addr", "add", "10.77.0.2/16", "dev", "br0")
        run("ip", "link", "set", "cli0", "master", "br0")
        run("ip", "link", "set", "br0", "up")

    def add_tap(self, name):
        """A port of the bridge for a virtual machine."""
        self.client.run("ip", "tuntap", "add", "dev", name, "mode", "tap")
        self._enslave(name)

    def add_port(self, name):
        """A port of the bridge for simulated machines: a veth whose other end is NAME."""
        self.client.run("ip", "link", "add", name, "type", "veth", "peer", "name", f"{name}-br")
        self.client.run("ip", "link", "set", name, "up")
        self._enslave(f"{name}-br")

    def _enslave(self, name):
        """Make an interface of the client's namespace a port of the bridge."""
        self.client.run("ip", "link", "set", name, "master", "br0")
        self.client.run("ip", "link", "set", name, "up")

    def offload(self, on, where=None, interface="cli0"):
        """
        Transmit checksum offload: on, the kernel's own clients send half-made checksums over a
        veth.
        """
        (where or self.client).run("ethtool", "-K", interface, "tx", "on" if on else "off")

    def start(self, namespace, *argv, **popen):
        """Start a process that ends with the laboratory."""
        self.processes.append(namespace.start(*argv, **popen))
        self.pids.append(self.processes[-1].pid)
        return self.processes[-1]

    def put(self, name, data):
        """Write a file under the TFTP root, as one rename, and return its path."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.dir / "fresh"
        fresh.write_bytes(data)
        fresh.rename(path)
        return path

    def shells(self):
        """Commands that open a shell inside."""
        return [f"nsenter --net={space.path} -- bash" for space in self.namespaces]

    def report(self):
        """Output of every process, to be shown where a test fails."""
        return "\n".join(["--- laboratory", *(process.report() for process in self.processes),
                          "---"])

    def _keep(self):
        """Wait for Enter, and tell how to get inside meanwhile."""
        with open("/dev/tty", "r+", encoding="ascii", buffering=1) as tty:
            print("\nThe laboratory is kept; Enter removes it.", *self.shells(), sep="\n  ",
                  file=tty)
            tty.readline()

    def close(self):
        """Remove everything; each step also if one before it failed."""
        signals = {signal.SIGTERM, signal.SIGINT}
        if os.environ.get("XDPXE_LAB_KEEP") and self.namespaces:
            _attempt(self._keep)
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        steps = [*(process.stop for process in reversed(self.processes)), *reversed(self.at_end),
                 *(space.remove for space in self.namespaces)]
        try:
            failed = [error for step in steps if (error := _attempt(step))]
            if hasattr(self, "dir"):
                shutil.rmtree(self.dir, ignore_errors=True)
            signal.signal(signal.SIGTERM, self.handler)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
        self.processes, self.namespaces, self.at_end = [], [], []
        if failed:
            raise failed[0]


def _attempt(step):
    """Do a step; returns the exception it raised, or None."""
    try:
        step()
    except Exception as error:  # pylint: disable=broad-except
        return error
    return None
