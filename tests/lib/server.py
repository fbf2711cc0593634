# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""xdpxe under test: configuration, start, commands, crash, and proof that nothing is left."""

import json
import os
import shutil
import signal

from lib.lab import TOP
from lib.namespace import pins_of, sh
from lib.wait import until

BINARY = os.environ.get("XDPXE", str(TOP / "build" / "xdpxe"))
READY_SECONDS = 20
RESERVE = 2048  # addresses that are probed ahead of need
BOOT = {"bios": "undionly.kpxe", "efi-x64": "ipxe.efi", "efi-arm64": "ipxe-arm64.efi",
        "ipxe": "tftp://10.77.0.1/boot.ipxe"}

NETWORK = """\
  - subnet: 10.{net}.0.0/16
    address: 10.{net}.0.1
    pool: 10.{net}.1.0-10.{net}.250.255
    lease-time: 10m
    router: 10.{net}.0.1
    dns: [10.{net}.0.1]
    domain: boot.example
"""


def config(lab, boot=None, hosts=(), links=None):
    """A configuration for every link of a laboratory; boot None leaves the section out."""
    links = range(lab.links) if links is None else links
    text = f"interfaces: [{', '.join(f'srv{index}' for index in links)}]\nmode: server\nnetworks:\n"
    text += "".join(NETWORK.format(net=77 + index) for index in links)
    text += f"leases:\n  database: {lab.dir}/leases.db\n"
    text += f"tftp:\n  root: {lab.root}\n  cache: 64MiB\n"
    if boot:
        text += "boot:\n" + "".join(f"  {name}: {value}\n" for name, value in boot.items())
    if hosts:
        text += "hosts:\n" + "".join(f"  - {{ {host} }}\n" for host in hosts)
    return text


class Xdpxe:
    """The daemon on a laboratory's server namespace, and its commands."""

    def __init__(self, lab, text, binary=BINARY, name="xdpxe.yaml"):
        self.lab, self.binary = lab, binary
        self.path = lab.dir / name
        self.process = self.env = None
        self.write(text)
        lab.at_end.append(self.remove)

    def write(self, text):
        """Write the configuration; no test keeps leases where this host would."""
        if "leases:" not in text:
            text = f"{text.rstrip()}\nleases:\n  database: {self.lab.dir}/leases.db\n"
        self.path.write_text(text, encoding="utf-8")

    def start(self, *options):
        """Run the daemon and wait until it serves; returns itself."""
        self.launch(*options).wait_line("ready:", READY_SECONDS)
        return self

    def launch(self, *options):
        """Run the daemon, and leave it to the caller what becomes of it."""
        self.process = self.lab.start(self.lab.server, self.binary, "run", "-c", self.path,
                                      *options, env=self.env)
        return self.process

    def command(self, *words, check=True):
        """A subcommand, in the server's namespace."""
        return self.lab.server.run(self.binary, *words, check=check)

    def json(self, name):
        """What a subcommand says with --json."""
        return json.loads(self.command(name, "--json").stdout)

    def counter(self, name):
        """One counter of status."""
        return self.json("status")["counters"][name]

    def stop(self):
        """SIGTERM; returns the exit code."""
        return self.process.stop()

    def crash(self):
        """SIGKILL."""
        self.process.kill()

    def freeze(self):
        """SIGSTOP, and be sure that it stands."""
        self.process.signal(signal.SIGSTOP)
        until(lambda: self._state() == "T", 5, "the daemon to stand still")

    def thaw(self):
        """SIGCONT."""
        self.process.signal(signal.SIGCONT)

    def _state(self):
        """The daemon's state letter in /proc."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(")")[2].split()[0]

    def pins(self):
        """What is pinned for this server's namespace."""
        return [str(path) for path in pins_of(self.lab.server.inode)]

    def attached(self, interface="srv0"):
        """The id of the XDP program on an interface, or None."""
        link = json.loads(self.lab.server.run("ip", "-j", "-d", "link", "show",
                                              interface).stdout)[0]
        return link.get("xdp", {}).get("prog", {}).get("id")

    def objects(self, interface="srv0"):
        """Ids of the attached program and of all its maps: ("prog", n), ("map", n), ..."""
        number = self.attached(interface)
        if number is None:
            return []
        shown = json.loads(sh("bpftool", "-j", "prog", "show", "id", number).stdout)
        return [("prog", number), *(("map", one) for one in shown.get("map_ids", []))]

    def remove(self):
        """At the laboratory's end: detach what --persist and crashes left."""
        if os.path.exists(self.binary):
            self.command("detach", "--all", check=False)
        for path in self.pins():
            shutil.rmtree(path, ignore_errors=True)


def alive(objects):
    """Which of these programs and maps the kernel still has."""
    return [one for one in objects
            if sh("bpftool", "-j", one[0], "show", "id", one[1], check=False).returncode == 0]


def sockets(namespace):
    """UDP ports that have a socket in a namespace."""
    lines = namespace.run("ss", "-Huln").stdout.splitlines()
    return {int(line.split()[3].rpartition(":")[2]) for line in lines}
