# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Real firmware in QEMU, over a tap in the client's bridge. The machine is emulated: no KVM is needed.
"""

import pathlib
import shutil
import time

from lib.wait import TimedOut
from lib.watch import Watcher

OVMF = pathlib.Path("/usr/share/OVMF")
AAVMF = pathlib.Path("/usr/share/AAVMF")
LKRN = pathlib.Path("/boot/ipxe.lkrn")
IPXE = pathlib.Path("/usr/lib/ipxe")
REACHED = "SECOND-STAGE"

# Shown on the serial line by the script that the second stage is.
SECOND_STAGE = f"""#!ipxe
echo no wait for a proxy, says ipxe: ${{175.176:uint8}}
echo {REACHED} ${{net0/mac}} ${{net0/ip}} ${{platform}} ${{buildarch}} iPXE ${{version}}
sleep 600
"""
# A ROM that does not call itself iPXE, as far as the server can tell: fetches undionly.kpxe by name
# and starts it.
BIOS_SCRIPT = """#!ipxe
dhcp net0
chain tftp://${next-server}/undionly.kpxe
"""
# The same where the boot server is not the one that gave the address.
BIOS_SCRIPT_PROXY = BIOS_SCRIPT.replace("{next", "{proxydhcp/next")


def missing(*paths):
    """Which of these files this machine lacks: the reason to skip, or an empty text."""
    there = [shutil.which(path) or pathlib.Path(path).exists() for path in paths]
    return ", ".join(str(path) for path, found in zip(paths, there) if not found)


class Machine:
    """A virtual machine; subclasses say what it is made of."""

    name, boots, needs = "", "", ()

    def __init__(self, lab, tap, mac):
        self.lab, self.tap, self.mac = lab, tap, mac
        self.serial = lab.dir / f"{tap}.serial"
        lab.add_tap(tap)
        self.watch = Watcher(lab.client, tap, mac)
        lab.at_end.append(self.watch.close)
        self.started, self.seconds = time.monotonic(), 0.0
        self.process = lab.start(
            lab.client, *self.command(), "-display", "none", "-monitor", "none",
            "-serial", f"file:{self.serial}", "-no-reboot",
            "-netdev", f"tap,id=n0,ifname={tap},script=no,downscript=no")

    def command(self):
        """QEMU's command line without what all machines share."""
        raise NotImplementedError

    def _file(self, name, text):
        """A file of this machine's own."""
        path = self.lab.dir / f"{self.tap}.{name}"
        path.write_text(text, encoding="ascii")
        return path

    def _copy(self, source):
        """A writable copy of the firmware's variables."""
        return shutil.copy(source, self.lab.dir / f"{self.tap}.vars")

    def console(self):
        """What it wrote to its serial line."""
        if not self.serial.exists():
            return ""
        return self.serial.read_text(encoding="ascii", errors="replace")

    def reached(self):
        """Words of the line that the second stage's script prints, or None."""
        self.watch.look()
        line = next((line for line in self.console().splitlines()
                     if REACHED + " " in line and self.mac in line), None)
        if line and not self.seconds:
            self.seconds = time.monotonic() - self.started
        return line.split(REACHED)[1].split() if line else None

    def off(self):
        """Pull the plug."""
        self.process.kill()


def boot_all(machines, seconds):
    """Wait until every machine reached the second stage; returns the words each printed."""
    deadline = time.monotonic() + seconds
    while not all([machine.reached() for machine in machines]):
        for machine in machines:
            if time.monotonic() > deadline or not machine.process.running():
                raise TimedOut(f"{machine.name} did not reach the second stage in {seconds} s\n"
                               f"files {machine.watch.files}\n{machine.console()[-3000:]}")
        time.sleep(0.1)
    return [machine.reached() for machine in machines]


class Bios(Machine):
    """
    SeaBIOS. iPXE started as a kernel stands for the ROM, since the ROMs in Debian's QEMU already
    say they are iPXE.
    """

    name, boots, script = "BIOS (SeaBIOS)", "undionly.kpxe", BIOS_SCRIPT
    needs = ("qemu-system-x86_64", LKRN, IPXE / "undionly.kpxe")

    def command(self):
        return ["qemu-system-x86_64", "-accel", "tcg", "-M", "pc,graphics=off", "-m", "256",
                "-vga", "none",
                "-kernel", LKRN, "-initrd", self._file("ipxe", self.script),
                "-device", f"e1000,netdev=n0,mac={self.mac},bootindex=1"]


class BiosBesideAnother(Bios):
    """The same beside another server that gives the addresses."""

    script = BIOS_SCRIPT_PROXY


class BiosRom(Machine):
    """SeaBIOS and the option ROM of the network card, which is iPXE and says so."""

    name, boots = "BIOS (SeaBIOS and iPXE ROM)", "boot.ipxe"
    needs = ("qemu-system-x86_64", pathlib.Path("/usr/lib/ipxe/qemu/pxe-e1000.rom"))

    def command(self):
        return ["qemu-system-x86_64", "-accel", "tcg", "-M", "pc,graphics=off", "-m", "256",
                "-vga", "none", "-device", f"e1000,netdev=n0,mac={self.mac},bootindex=1"]


class UefiX64(Machine):
    """OVMF with its own network stack."""

    name, boots = "UEFI x64 (OVMF)", "ipxe.efi"
    needs = ("qemu-system-x86_64", OVMF / "OVMF_CODE_4M.fd", OVMF / "OVMF_VARS_4M.fd",
             IPXE / "ipxe.efi")

    def command(self):
        variables = self._copy(OVMF / "OVMF_VARS_4M.fd")
        return ["qemu-system-x86_64", "-accel", "tcg", "-M", "q35", "-m", "512", "-vga", "none",
                "-drive", f"if=pflash,format=raw,readonly=on,file={OVMF}/OVMF_CODE_4M.fd",
                "-drive", f"if=pflash,format=raw,file={variables}", "-device", "virtio-rng-pci",
                "-device", f"virtio-net-pci,netdev=n0,mac={self.mac},romfile=,bootindex=1"]


class UefiHttp(UefiX64):
    """OVMF that boots by HTTP alone."""

    name = "UEFI x64 by HTTP (OVMF)"

    def command(self):
        command = super().command()
        command[command.index("-m") + 1] = "768"
        for version in (4, 6):
            command += ["-fw_cfg", f"name=opt/org.tianocore/IPv{version}PXESupport,string=n"]
        return command


class UefiArm64(Machine):
    """AAVMF. It fetches the file; without an arm64 iPXE there is no second stage to reach."""

    name, boots = "UEFI arm64 (AAVMF)", "ipxe-arm64.efi"
    needs = ("qemu-system-aarch64", AAVMF / "AAVMF_CODE.fd", AAVMF / "AAVMF_VARS.fd")

    def command(self):
        variables = self._copy(AAVMF / "AAVMF_VARS.fd")
        return ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57", "-m", "512",
                "-drive", f"if=pflash,format=raw,readonly=on,file={AAVMF}/AAVMF_CODE.fd",
                "-drive", f"if=pflash,format=raw,file={variables}", "-device", "virtio-rng-pci",
                "-device", f"virtio-net-pci,netdev=n0,mac={self.mac},romfile=,bootindex=1"]
