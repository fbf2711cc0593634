# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A configuration that is right by the letter and breaks firmware is refused, or told of."""

from lib.clients import udhcpc
from lib.server import Xdpxe, config

ELSEWHERE = {"ipxe": "http://192.0.2.1/boot.ipxe"}


def test_what_breaks_firmware_is_refused_by_check_run_and_reload(lab):
    wrong = config(lab, ELSEWHERE).replace("    router: 10.77.0.1\n", "")
    server = Xdpxe(lab, wrong)
    checked = server.command("check", "-c", server.path, check=False)
    assert checked.returncode == 1
    line, = checked.stderr.splitlines()
    assert line.startswith(f"{server.path}:4: networks[0].router: ") and "iPXE and EDK2" in line
    started = server.launch()
    assert started.join(10) == 1
    assert line in "\n".join(started.stderr)
    server.write(config(lab, ELSEWHERE))
    server.start()
    server.write(wrong)
    failed = server.command("reload", check=False)
    assert failed.returncode == 1 and line in failed.stdout + failed.stderr
    assert udhcpc(lab)["router"] == "10.77.0.1"


def test_what_may_break_firmware_is_told_and_served(lab):
    lab.put("undionly.kpxe", b"x" * 1000)
    server = Xdpxe(lab, config(lab, {"efi-x64": "undionly.kpxe"}))
    checked = server.command("check", "-c", server.path)
    assert checked.stdout.endswith("valid\n")
    kinds = [line.partition(": ")[0] for line in checked.stderr.splitlines()]
    assert kinds == ["warning", "warning"], checked.stderr
    assert "UEFI cannot run it" in checked.stderr and "nothing to boot" in checked.stderr
    server.start()
    assert "UEFI cannot run it" in "\n".join(server.process.stderr)
    assert udhcpc(lab)["ip"]
