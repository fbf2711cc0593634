# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What must not end the daemon, and what must keep it from starting."""

import signal

import pytest

from lib.clients import udhcpc
from lib.lab import attach_pass
from lib.server import BINARY, BOOT, Xdpxe, config
from lib.wait import until


def make_again(lab, mac):
    """Delete the link and make another one of the same names, addresses and client."""
    lab.server.run("ip", "link", "del", "srv0")
    lab.server.run("ip", "link", "add", "srv0", "type", "veth", "peer", "name", "cli0", "address",
                   mac, "netns", lab.client.name)
    lab.server.run("ip", "addr", "add", "10.77.0.1/16", "dev", "srv0")
    attach_pass(lab.client, "cli0")
    lab.server.run("ip", "link", "set", "srv0", "up")
    lab.client.run("ip", "link", "set", "cli0", "up")


def test_an_interface_that_was_deleted_and_made_again_is_served_again(lab, server):
    """By the same process, and with the leases that were there."""
    mac = lab.client.run("ip", "-br", "link", "show", "cli0").stdout.split()[2]
    address, pid = udhcpc(lab)["ip"], server.process.pid
    leases = [(one["mac"], one["address"]) for one in server.json("leases")]
    for _ in range(2):
        make_again(lab, mac)
        until(server.attached, 6, "the interface to be served")
        assert udhcpc(lab)["ip"] == address
    daemon = server.json("status")["instances"][0]["daemon"]
    assert server.process.running() and daemon["pid"] == pid
    assert [(one["mac"], one["address"]) for one in server.json("leases")] == leases


def test_a_daemon_whose_messages_nobody_reads_any_more_lives_on(lab, files):
    text = config(lab, BOOT)
    server = Xdpxe(lab, text)
    server.process = lab.start(lab.server, "bash", "-c", 'exec "$@" 2> >(true)', "xdpxe", BINARY,
                               "run", "-c", server.path)
    server.process.wait_line("ready:", 20)
    for domain in ("one.example", "two.example"):
        server.write(text.replace("boot.example", domain))
        server.process.signal(signal.SIGHUP)  # it tells what has come of it
        until(lambda wanted=domain: udhcpc(lab)["domain"] == wanted, 5, "the new configuration")
    assert files and server.process.running() and "ok" in server.command("reload").stdout
    assert server.stop() == 0


# In mounts and processes of its own, where /sys/fs/bpf is another one: arguments are what stands
# at our place there, then the daemon's.
PRIVATE = """
mount -t bpf bpf /sys/fs/bpf && cd /sys/fs/bpf && eval "$1" && shift || exit 9
"$@" & daemon=$!
for _ in $(seq 200); do
    [ -d /proc/$daemon ] && [ ! -e xdpxe/*-srv0/port-srv0/link ] && sleep 0.05
done
kill $daemon 2>/dev/null; wait $daemon; code=$?
ls -A xdpxe/ 2>/dev/null | sed 's/^/left: /'
exit $code
"""
FOREIGN = {
    "a symbolic link": "mkdir elsewhere && ln -s /sys/fs/bpf/elsewhere xdpxe",
    "another user's folder": "mkdir -m 700 xdpxe && chown 1000 xdpxe",
    "a folder that all can write": "mkdir xdpxe && chmod 777 xdpxe",
    "a folder that a group can write": "mkdir xdpxe && chmod 770 xdpxe",
}


def run_in_private(lab, prepare):
    """Run the daemon where `prepare` has been done to an empty bpffs."""
    server = Xdpxe(lab, config(lab, BOOT))
    done = lab.server.run("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child",
                          "bash", "-c", PRIVATE, "-", prepare, BINARY, "run", "-c", server.path,
                          check=False)
    assert server.attached() is None and server.pins() == []
    return done


@pytest.mark.parametrize("prepare", FOREIGN.values(), ids=FOREIGN)
def test_what_others_have_put_in_the_place_of_our_pins_is_refused(lab, files, prepare):
    """Whoever can write there could hand the daemon maps and programs of their own."""
    done = run_in_private(lab, prepare)
    assert files and done.returncode == 1, done
    assert "/sys/fs/bpf/xdpxe" in done.stderr and "only root can write" in done.stderr
    assert len(set(done.stderr.splitlines())) == 1 and not done.stdout, done


@pytest.mark.parametrize("prepare", ["true", "mkdir -m 700 xdpxe"], ids=["nothing", "root's own"])
def test_an_empty_place_or_roots_own_is_accepted(lab, files, prepare):
    done = run_in_private(lab, prepare)
    assert files and done.returncode == 0 and done.stdout.startswith("ready: srv0"), done
