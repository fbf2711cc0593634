# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A server whose leases last: it is stopped, killed and booted anew, and time passes as the test says.
"""

import contextlib
import os
import shutil
import socket

import served
from box import Box
from client import Machine, fresh_xid
from expected import address_in
from lib import leasedb, packet
from lib.lab import Lab
from lib.server import Xdpxe
from lib.wait import until

SAVED_SECONDS = 10  # generous: it is written five times a second


class Home:
    """A server with its database, and the box it is driven by, which is a new one after each start."""

    def __init__(self, lab, text):
        self.lab, self.server, self.box = lab, Xdpxe(lab, text), None
        self.text, self.database = text, lab.dir / "leases.db"
        self.boot, self.passed, self.ahead = "first", 0, 0

    def start(self, *options):
        """Run the daemon, with the clock as it stands."""
        self.server.env = {**os.environ,
                           "XDPXE_TEST_CLOCK": f"{self.passed}/{self.ahead}/{self.boot}"}
        self.server.start(*options)
        self._open()
        return self

    def _open(self):
        self.close()
        self.box = Box(self.server)

    def close(self):
        """The box is no more."""
        if self.box:
            self.box.close()
        self.box = None

    def stop(self):
        """SIGTERM."""
        self.close()
        assert self.server.stop() == 0, self.server.process.report()

    def crash(self):
        """SIGKILL; what is pinned serves on."""
        self.server.crash()

    def lose_maps(self):
        """As at a reboot, or when somebody removes the pins by hand: nobody saves anything."""
        self.close()
        for path in self.server.pins():
            shutil.rmtree(path)
        until(lambda: self.server.attached() is None, 5, "the program to be gone")

    def reboot(self, name="second", passed=0, ahead=0):
        """A power failure: maps and clock begin anew, and only the calendar goes on."""
        self.crash()
        self.lose_maps()
        self.boot, self.passed, self.ahead = name, passed, ahead
        return self.start()

    def again(self):
        """Stop and start."""
        self.stop()
        return self.start()

    def clock(self, passed=None, ahead=None):
        """Set the clock: seconds that have passed, seconds that the calendar has leapt ahead."""
        self.passed = self.passed if passed is None else passed
        self.ahead = self.ahead if ahead is None else ahead
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as control:
            control.connect(f"/run/xdpxe/{self.lab.server.inode}-srv0.sock")
            control.send(f"clock {self.passed}/{self.ahead}".encode())
            assert control.recv(100) == b"ok"

    def boots(self, mac=None):
        """A machine gets a lease."""
        machine = Machine(self.box, mac)
        machine.address = address_in(self.box.answer(machine.discover()).frame)
        assert self.box.run(machine.request()).reason == "DHCP_ACK"
        return machine

    def leases(self):
        """hardware address -> row, as the command shows it; declined addresses under their own."""
        return {row["mac"] or row["address"]: row for row in self.server.json("leases")}

    def saved(self):
        """hardware address -> address, in the database."""
        return {mac: address for mac, (address, _) in leasedb.leases(self.database).items()}

    def until_saved(self, *machines, gone=()):
        """Wait until the database has these machines, and not those."""
        def done():
            saved = self.saved()
            return all(saved.get(packet.mac_text(one.mac)) == packet.ip_text(one.address)
                       for one in machines) and not any(packet.mac_text(one.mac) in saved
                                                        for one in gone)
        until(done, SAVED_SECONDS, "the leases in the database")

    def renews(self, machine):
        """Does a machine still have its address?"""
        machine.box = self.box
        machine.xid = fresh_xid()  # an exchange of its own: what comes again is told twice
        return self.box.run(machine.renew()).reason == "DHCP_ACK"

    def trouble(self):
        """(state, words) of the database in status."""
        shown = self.server.json("status")["instances"][0]["lease_database"]
        return shown["state"], shown["trouble"]

    def until_state(self, state):
        """Wait for a state of the database; returns its words."""
        until(lambda: self.trouble()[0] == state, 30, f"the database to be in state {state}")
        return self.trouble()[1]

    def told(self, words):
        """How often the daemon said this."""
        return sum(words in line for line in self.server.process.stderr)


@contextlib.contextmanager
def home(pool, begun=True):
    """A server of this pool, on a laboratory of its own, with this thread inside."""
    with Lab() as lab:
        text = served.write(lab)[1].replace("10.77.1.0-10.77.8.255", pool)
        with lab.server.entered():
            one = Home(lab, text)
            try:
                yield one.start() if begun else one
            finally:
                one.close()
