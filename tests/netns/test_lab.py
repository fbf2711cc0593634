# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The laboratory and its machines are right, and see what is wrong: told by dnsmasq, right and wrong.
"""

import json
import os
import pathlib
import signal
import sys

import pytest

from lib import dialect
from lib.crowd import Crowd
from lib.dnsmasq import start_dnsmasq
from lib.machine import Machine
from lib.lab import Lab
from lib.process import Process
from lib.server import BOOT

KINDS = ((dialect.BIOS, "bios"), (dialect.UEFI_X64, "efi-x64"), (dialect.UEFI_ARM64, "efi-arm64"))


def boot(lab, files, second_stage=BOOT["ipxe"], seconds=30):
    """Boot a machine of each kind; returns results."""
    machines = [Machine(f"52:54:00:00:00:0{at}", kind, (BOOT[name], files[BOOT[name]]),
                        second_stage)
                for at, (kind, name) in enumerate(KINDS)]
    with Crowd(lab.client) as crowd:
        return crowd.boot(machines, seconds)


def test_machines_of_each_kind_boot_from_a_known_good_server(lab, files):
    start_dnsmasq(lab, BOOT)
    for result in boot(lab, files):
        assert result.done, result


def test_machines_notice_a_file_that_is_for_another_architecture(lab, files):
    start_dnsmasq(lab, {**BOOT, "efi-x64": BOOT["efi-arm64"]})
    bios, x64, arm64 = boot(lab, files)
    assert bios.done and arm64.done
    assert any("file is" in error for error in x64.errors), x64
    assert any("bytes, expected" in error for error in x64.errors), x64


def test_machines_notice_one_wrong_byte_in_a_file(lab, files):
    name = BOOT["efi-x64"]
    spoiled = bytearray(files[name])
    spoiled[4321] ^= 1
    lab.put(name, spoiled)
    start_dnsmasq(lab, BOOT)
    bios, x64, _ = boot(lab, files)
    assert bios.done
    assert x64.errors == [f"{name}: differs first at byte 4321"]


def test_machines_notice_a_wrong_second_stage(lab, files):
    start_dnsmasq(lab, BOOT)
    for result in boot(lab, files, "http://10.77.0.1/other.ipxe"):
        assert any("second stage is" in error for error in result.errors), result


def test_machines_notice_checksums_that_were_left_half_made(lab, files):
    start_dnsmasq(lab, BOOT)
    lab.offload(True, lab.server, "srv0")
    for result in boot(lab, files, seconds=2):
        assert any("UDP checksum is wrong" in error for error in result.errors), result


def test_machines_give_up_when_nobody_answers(lab, files):
    with Crowd(lab.client) as crowd:
        result, = crowd.boot([Machine("52:54:00:00:00:01", dialect.BIOS)], 2)
    assert files and result.errors == ["not done after 2 s"]


RUN = """
import json, sys, time
from lib.lab import Lab
with Lab() as lab:
    process = lab.start(lab.client, "sleep", "600")
    print(json.dumps([f"/run/netns/{name}" for name in lab.names] + [str(lab.dir),
    f"/proc/{process.pid}/exe"]))
    sys.stdout.flush()
    time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_laboratory_that_is_ended_by_a_signal_leaves_nothing(number):
    """
    SIGKILL it cannot heed: its processes die with it, and the next laboratory removes the rest.
    """
    run = Process([sys.executable, "-B", "-c", RUN],
                  env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    paths = [pathlib.Path(text) for text in json.loads(run.wait_line("[", 20))]
    assert all(path.exists() for path in paths)
    run.signal(number)
    assert run.join(20) != 0
    if number == signal.SIGKILL:
        with Lab():
            pass
    assert [path for path in paths if path.exists()] == []
