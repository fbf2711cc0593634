# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""U-Boot in QEMU: a machine that is typed to over its serial line."""

import pathlib
import socket
import time

from lib.clients import SERVER
from lib.firmware import Machine
from lib.wait import TimedOut, until

UBOOT = pathlib.Path("/usr/lib/u-boot")
PROMPT = "=> "


class UBoot(Machine):
    """Started and stopped before it boots; commands are typed one at a time."""

    boots, address = "kernel", 0

    def __init__(self, lab, tap, mac):
        self.line = lab.dir / f"{tap}.line"
        self.text = ""
        super().__init__(lab, tap, mac)
        self.wire = until(self._connect, 10, "QEMU's serial line")
        lab.at_end.append(self.wire.close)

    def _connect(self):
        """The serial line, once QEMU has made it."""
        wire = socket.socket(socket.AF_UNIX)
        try:
            wire.connect(str(self.line))
        except OSError:
            wire.close()
            return None
        return wire

    def serial_line(self):
        """QEMU's options for it."""
        return ["-chardev", f"socket,id=line,path={self.line},server=on,wait=off",
                "-serial", "chardev:line"]

    def console(self):
        """What it wrote so far."""
        self.wire.setblocking(False)
        try:
            while data := self.wire.recv(65536):
                self.text += data.decode("ascii", "replace")
        except BlockingIOError:
            pass
        return self.text

    def wait_text(self, text, seconds, start=0, knock=None):
        """Wait until it writes a text behind a position; press a key now and then."""
        deadline = time.monotonic() + seconds
        while text not in self.console()[start:]:
            if time.monotonic() > deadline:
                raise TimedOut(f"{self.name} did not write {text!r}\n{self.text[-2000:]}")
            if knock:
                self.wire.sendall(knock)
            self.watch.look()
            time.sleep(0.05)
        return self.text[start:]

    def command(self):
        raise NotImplementedError

    def type(self, line, seconds=30):
        """A command; returns what it wrote until the next prompt."""
        start = len(self.console())
        self.wire.sendall(line.encode() + b"\n")
        self.wait_text(line, 5, start)
        return self.wait_text(f"\n{PROMPT}", seconds, start + len(line))

    def read_file(self, name, window):
        """DHCP, the file, and its checksum; returns what was written about that."""
        self.wait_text(PROMPT, 60, knock=b" ")
        for setting in ("autoload no", f"tftpwindowsize {window}"):
            self.type(f"setenv {setting}")
        self.type("dhcp")
        self.type(f"setenv serverip {SERVER}")
        said = self.type(f"tftpboot {self.address:x} {name}", 60)
        return said + self.type(f"crc32 {self.address:x} $filesize")


class UBootArm64(UBoot):
    """arm64 on QEMU's virt board."""

    name, address = "U-Boot arm64", 0x41000000
    needs = ("qemu-system-aarch64", UBOOT / "qemu_arm64" / "u-boot.bin")

    def command(self):
        return ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57", "-m", "256",
                "-bios", UBOOT / "qemu_arm64" / "u-boot.bin", *self.serial_line(),
                "-device", f"virtio-net-pci,netdev=n0,mac={self.mac},romfile="]


class UBootArm32(UBoot):
    """arm32 on QEMU's virt board."""

    name, address = "U-Boot arm32", 0x41000000
    needs = ("qemu-system-arm", UBOOT / "qemu_arm" / "u-boot.bin")

    def command(self):
        return ["qemu-system-arm", "-M", "virt", "-cpu", "cortex-a15", "-m", "256",
                "-bios", UBOOT / "qemu_arm" / "u-boot.bin", *self.serial_line(),
                "-device", f"virtio-net-pci,netdev=n0,mac={self.mac},romfile="]
