# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`mode: tftp`: in front of the host's own TFTP server, which serves what the cache cannot."""

import signal

import pytest

from lib import firmware
from lib.clients import SERVER, atftp, fetch, tftp_hpa
from lib.dnsmasq import start_dnsmasq
from lib.led import Led
from lib.server import BOOT, Xdpxe, sockets
from lib.wait import until

TFTPD = "/usr/sbin/in.tftpd"
TEXT = """\
interfaces: [srv0]
mode: tftp
networks:
  - subnet: 10.77.0.0/16
    address: 10.77.0.1
tftp:
  root: {root}
  cache: 2MiB
"""


def start_tftpd(lab):
    """tftpd-hpa on the root, in the server's namespace."""
    lacking = firmware.missing(TFTPD)
    if lacking:
        pytest.skip(f"not installed: {lacking} (Debian: tftpd-hpa)")
    lab.offload(False, lab.server, "srv0")
    process = lab.start(lab.server, TFTPD, "-L", "-c", "-u", "root", "-a", f"{SERVER}:69", "-s",
                        lab.root)
    until(lambda: 69 in sockets(lab.server), 5, "in.tftpd to listen")
    return process


def start_host(lab, name):
    """One of the two servers that people have."""
    return start_tftpd(lab) if name == "tftpd-hpa" else start_dnsmasq(lab, BOOT)


HOSTS = pytest.mark.parametrize("host", ("tftpd-hpa", "dnsmasq"))


@pytest.fixture(name="front")
def _front(lab, noise):
    """A function that starts a host's server, and xdpxe in front of it, for small and big files."""
    def start(host):
        lab.put("small", noise(200_000))
        lab.put("big", noise(3 << 20))
        start_host(lab, host)
        return Xdpxe(lab, TEXT.format(root=lab.root)).start()
    return start


def content(lab, name):
    """Bytes of a file of the root."""
    return (lab.root / name).read_bytes()


@HOSTS
def test_cached_files_come_from_the_kernel_and_others_from_the_host(lab, front, host):
    server = front(host)
    states = {image["name"]: image["state"] for image in server.json("images")}
    assert states == {"small": "cached", "big": "passed"}
    assert fetch(lab, atftp, "small", 1024)[1] == content(lab, "small")
    sent = server.counter("tftp_data")
    assert sent >= 200_000 // 1024
    assert fetch(lab, atftp, "big", 1024)[1] == content(lab, "big")
    assert server.counter("tftp_pass_file") == 1
    assert server.counter("tftp_data") == sent
    assert server.counter("tftp_left_to_host") == 0


@HOSTS
def test_the_host_is_asked_for_what_does_not_exist(lab, front, host):
    server = front(host)
    done, _ = fetch(lab, tftp_hpa, "no-such-file", check=False)
    assert "file" in done.stdout.lower() and "error" in done.stdout.lower(), done
    assert server.counter("tftp_left_to_host") == 1
    assert server.counter("tftp_not_found") == 0


@HOSTS
def test_text_mode_is_the_hosts(lab, front, host):
    """Lines end in CR and LF on the wire."""
    lab.put("text", b"one\ntwo\n")
    server = front(host)
    into = lab.dir / "text"
    lab.client.run("tftp", "-m", "ascii", SERVER, "-c", "get", "text", into)
    assert into.read_bytes() == b"one\ntwo\n"
    assert server.counter("tftp_left_to_host") == 1
    assert server.counter("tftp_data_first") == 0


def test_a_file_is_written_through_the_hosts_server_and_then_served_from_the_kernel(
        lab, front, noise):
    server = front("tftpd-hpa")
    mine = lab.dir / "mine"
    mine.write_bytes(noise(50_000))
    lab.client.run("tftp", "-m", "binary", SERVER, "-c", "put", mine, "theirs")
    assert content(lab, "theirs") == mine.read_bytes()
    assert server.counter("tftp_left_to_host") == 1
    until(lambda: any(image["name"] == "theirs" for image in server.json("images")), 5,
          "the new file to be noticed")
    assert fetch(lab, atftp, "theirs", 1468)[1] == mine.read_bytes()
    assert server.counter("tftp_data") >= 50_000 // 1468


@HOSTS
def test_a_transfer_that_the_host_began_stays_with_it(lab, noise, host):
    lab.put("small", noise(20_000))
    start_host(lab, host)
    led = Led(lab).open("small", blksize=512)
    led.ack(0).take(1, 1)
    server = Xdpxe(lab, TEXT.format(root=lab.root)).start()
    assert led.rest(1) == content(lab, "small")[512:]
    assert Led(lab).open("small", blksize=512).rest() == content(lab, "small")
    assert server.counter("tftp_data") == 20_000 // 512 + 1


@HOSTS
@pytest.mark.parametrize("window", (1, 4))
def test_told_to_stop_it_ends_its_transfers_and_leaves_new_ones_to_the_host(
        lab, front, host, window):
    server = front(host)
    data = content(lab, "small")
    led = Led(lab).open("small", blksize=1024, windowsize=window)
    led.ack(0).take(1, window)
    server.process.signal(signal.SIGTERM)
    until(lambda: any("stopping" in line for line in server.process.stderr), 5, "it to be told")
    newer = Led(lab).ask("small", blksize=1024)
    assert newer.hear().options == {"blksize": "1024"}
    assert not 20_000 <= newer.peer[1] < 32_768, "the host has it"
    newer.ack(0).take(1, 1)
    assert led.rest(window) == data[window * 1024:]
    assert newer.rest(1) == data[1024:]
    assert server.process.join(10) == 0
    assert server.attached() is None and server.pins() == []
    assert fetch(lab, atftp, "small", 1024)[1] == data


def test_a_client_that_is_gone_does_not_keep_it_from_stopping(lab, front):
    server = front("dnsmasq")
    led = Led(lab).open("small", blksize=1024)
    led.ack(0).take(1, 1)
    server.process.signal(signal.SIGTERM)
    assert server.process.join(8) == 0
    assert fetch(lab, atftp, "small", 1024)[1] == content(lab, "small")


@HOSTS
def test_after_a_crash_and_detach_the_host_serves_everything(lab, front, host):
    server = front(host)
    assert fetch(lab, atftp, "small", 1024)[1] == content(lab, "small")
    server.crash()
    assert fetch(lab, atftp, "small", 1024)[1] == content(lab, "small")
    server.command("detach", "srv0")
    assert server.attached() is None
    assert fetch(lab, atftp, "small", 1024)[1] == content(lab, "small")
    assert fetch(lab, atftp, "big", 1024)[1] == content(lab, "big")
