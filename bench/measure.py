# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
One measurement of one server: a laboratory of its own, the server started anew, the load, and what
was counted. Each returns records, plain dicts for JSON. A server that does not start, or ends,
makes a record with `error` and without figures.
"""

import contextlib
import functools
import json
import random
import socket
import subprocess
import time

import host
import reflector
from ends import CLIENT_CPU, PinClients, ServerEnd, thread_ends
from exchanges import Exchanges
from lib import storm as storm_lib
from lib.lab import Lab
from lib.server import BINARY
from peers import BOOT, BOOT_SERVERS, DHCP_SERVERS, TFTP_SERVERS

BIOS_BYTES, UEFI_BYTES = 74 << 10, 850 << 10
IN_FLIGHT, READ_BYTES = 128, 128_000_000  # blocks, half of a veth's ring; bytes of all machines
XDPXE_LONGER = 8  # times the bytes, since what others take seconds for is over too soon
MACHINES, AT_ONCE, SETTLES = 60_000, 32, 1
BOOT_MACHINES, BOOT_STORM = 1000, "1,000 machines, full boot"
BARE = "bare reflector"
# Machines that read a file without asking for an address, and blocks of that.
READ_STORMS = {"16 machines, long file": (16, 20_000), "1,000 machines, 850 KB": (1000, 593)}
READ_BLOCK = 1468
READING = ("--stage", "tftp", "--server", "10.77.0.1", "--addresses", "10.77.16.1")
TAKEN = ("booted", "failed", "seconds", "boots_per_s", "boot_time", "exchanges",
         "exchanges_per_s", "blocks", "bytes",
         "blocks_per_s", "gbit_per_s", "sent", "received", "again", "network", "schedule", "xdp",
         "examples")
FAILURES = (AssertionError, OSError, subprocess.SubprocessError, ValueError, KeyError)


class Failed(AssertionError):
    """A server or the storm did not do what it is there for; in one line."""


def files(lab):
    """The boot files, alike in every run."""
    noise = random.Random(77)
    lab.put(BOOT["bios"], noise.randbytes(BIOS_BYTES))
    lab.put(BOOT["efi-x64"], noise.randbytes(UEFI_BYTES))
    lab.put(BOOT["ipxe"], b"#!ipxe\n")


def read_file(lab, window, longer):
    """The file that IN_FLIGHT / window machines read; returns their number and its path."""
    machines = IN_FLIGHT // window
    data = random.Random(window).randbytes(READ_BYTES * longer // machines)
    return machines, lab.put(f"read{window}", data)


def run_storm(lab, *options, seconds=60):
    """
    `xdpxe storm` to its end; returns what is kept of its summary. It stays on one CPU: the kernel
    runs both ends of a veth pair where the sender is, and when that changes, in midst of a storm,
    one end may overrun the ring of the other.
    """
    done = lab.client.run("taskset", "-c", CLIENT_CPU, BINARY, "storm", "-i", "cli0", "--json",
                          "--timeout", seconds, *options, check=False, timeout=seconds + 60)
    if not done.stdout.startswith("{"):
        raise Failed(f"storm: {done.stderr.strip()[-200:]}")
    summary = json.loads(done.stdout)
    kept = {name: summary[name] for name in TAKEN}
    kept["faults"] = {name: count for name, count in summary["faults"].items() if count}
    return kept


def ended(processes):
    """Raise an error if one of a server's processes is no longer there."""
    for process in processes:
        if not process.running():
            program = next(word for word in process.argv[3:] if word != "env" and "=" not in word)
            said = process.stderr[-1] if process.stderr else "and said nothing"
            raise Failed(f"{program.rpartition('/')[2]} ended: {said[-200:]}")


def recorded(measurement):
    """Make an exception of a measurement a record that tells it."""
    @functools.wraps(measurement)
    def wrapped(peer, **about):
        try:
            return measurement(peer, **about)
        except FAILURES as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            words = " ".join(dict.fromkeys(lines[:2] + lines[-1:]))[:300]
            return [{"peer": peer, **about, "error": words}]
    return wrapped


def boot_options(lab):
    """Options of machines that boot the laboratory's files, half of them BIOS and half UEFI."""
    return ["--mix", "bios=1:efi-x64=1", *(word for arch in ("bios", "efi-x64") for word in (
        "-e", f"{arch}:{BOOT[arch]}={lab.root / BOOT[arch]}"))]


@recorded
def storm(peer, clients, bound, loss=0, seed=1):
    """So many machines at once, half BIOS and half UEFI, through all stages."""
    with Lab() as lab:
        files(lab)
        processes = BOOT_SERVERS[peer](lab)
        storm_lib.make_room(lab)
        figures = run_storm(lab, "-n", clients, "--loss", loss, "--seed", seed, *boot_options(lab),
                            seconds=bound)
        ended(processes)
    return [{"peer": peer, "clients": clients, "loss": loss, **figures}]


@recorded
def untuned(peer, clients, bound):
    """A storm, with the kernel's default for socket buffers."""
    with host.default_buffers():
        return storm(peer, clients=clients, bound=bound)


def grants(lab, name, window):
    """Does the server grant a window?"""
    with lab.client.entered():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sock:
        sock.settimeout(5)
        sock.sendto(b"\0\1%s\0octet\0blksize\x001468\0windowsize\0%d\0" % (name.encode(), window),
                    ("10.77.0.1", 69))
        answer, peer = sock.recvfrom(2000)
        sock.sendto(b"\0\5\0\0enough\0", peer)
    return answer.startswith(b"\0\6") and b"windowsize\0%d\0" % window in answer


@contextlib.contextmanager
def apart(lab, processes, threads):
    """Keep both ends on CPUs of their own, if `threads`; gives the server's end, or None."""
    if threads:
        thread_ends(lab)
    storm_lib.make_room(lab)
    if not threads:
        yield None
        return
    with PinClients():
        yield ServerEnd(lab)
    ended(processes)


def timed(end, run):
    """Run, and add the CPU time that the server's end took."""
    before = end.seconds() if end else None
    figures = run()
    if end:
        time.sleep(0.1)
        figures["kernel_s"], figures["process_s"] = (
            now - then for now, then in zip(end.seconds(), before))
    return figures


@recorded
def tftp(peer, threads, cells):
    """
    Machines read a file, for each (blksize, windowsize) in turn: the more the less the window is,
    so that as many blocks are in flight.
    """
    records = []
    with Lab() as lab:
        files(lab)
        longer = XDPXE_LONGER if peer == "xdpxe" else 1
        reads = {window: read_file(lab, window, longer) for _, window in cells}
        processes = TFTP_SERVERS[peer](lab)
        windows = {window: window == 1 or grants(lab, path.name, window)
                   for window, (_, path) in reads.items()}
        with apart(lab, processes, threads) as end:
            for blksize, window in cells:
                about = {"peer": peer, "threads": threads, "blksize": blksize, "window": window}
                if not windows[window]:
                    records.append({**about, "skipped": "windows are not granted"})
                    continue
                machines, path = reads[window]
                options = ("-n", machines, *READING, "--client", "uboot", "--blksize", blksize,
                           "--windowsize", window, "-e", path)
                figures = timed(end, lambda words=options: run_storm(lab, *words))
                records.append({**about, "clients": machines, **figures})
    return records


@recorded
def dhcp(peer, threads, seconds):
    """4-way exchanges of machines one after another, 32 at a time."""
    with Lab() as lab:
        processes = DHCP_SERVERS[peer](lab)
        load = Exchanges(lab, MACHINES)
        if threads:
            thread_ends(lab)
        with PinClients() if threads else contextlib.nullcontext():
            end = ServerEnd(lab) if threads else None

            def run():
                outcome = load.run(AT_ONCE, seconds)
                time.sleep(SETTLES)  # xdpxe's database follows
                return outcome.__dict__ | {"rate": outcome.rate}
            figures = timed(end, run)
        ended(processes)
    return [{"peer": peer, "threads": threads, "seconds": seconds, **figures}]


def start_boot(lab, peer):
    """The bare reflector or a boot server; returns its processes."""
    if peer == BARE:
        return [reflector.boot(lab, BOOT).process]
    return BOOT_SERVERS[peer](lab)


def start_read(lab, peer, path):
    """The same for one file."""
    if peer == BARE:
        return [reflector.file(lab, path, READ_BLOCK).process]
    return BOOT_SERVERS[peer](lab)


@recorded
def reflected(peer, storm_name):
    """
    The same storm for the bare reflector and for xdpxe: a full boot, or a file in lock-step, which
    one machine reads before, since that block size of that file is nothing that xdpxe has prepared.
    """
    with Lab() as lab:
        files(lab)
        if storm_name == BOOT_STORM:
            machines = BOOT_MACHINES
            processes, options = start_boot(lab, peer), boot_options(lab)
        else:
            machines, blocks = READ_STORMS[storm_name]
            path = lab.put("long", random.Random(blocks).randbytes(READ_BLOCK * blocks))
            processes = start_read(lab, peer, path)
            options = [*READING, "--client", "ipxe", "--blksize", READ_BLOCK, "-e", path]
        storm_lib.make_room(lab)
        if storm_name != BOOT_STORM:
            run_storm(lab, "-n", 1, *options)
        figures = run_storm(lab, "-n", machines, *options)
        ended(processes)
    return [{"peer": peer, "storm": storm_name, "clients": machines, **figures}]
