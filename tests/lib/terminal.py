# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A program on a terminal of its own: a pseudo-terminal, and what a user would see on it (python3-pyte)."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios

import pyte

from lib.process import die_with_parent
from lib.wait import until

UP, DOWN, PAGE_DOWN, END = "\x1b[A", "\x1b[B", "\x1b[6~", "\x1b[4~"
ENTER, ESCAPE = "\r", "\x1b"


class Terminal:
    """Context manager: starts argv on a terminal of rows x cols."""

    def __init__(self, argv, rows=24, cols=80, **env):
        self.screen = pyte.Screen(cols, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.master, slave = pty.openpty()
        self._size(rows, cols)
        self.popen = subprocess.Popen(
            [str(word) for word in argv], stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True, preexec_fn=die_with_parent,
            env={"PATH": os.environ["PATH"], "TERM": "linux", "LC_ALL": "C.UTF-8", **env})
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.popen.poll() is None:
            os.kill(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        os.close(self.master)

    def _size(self, rows, cols):
        """Tell the kernel; it tells the program."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def resize(self, rows, cols):
        """The user drags the window's corner."""
        self.screen.resize(rows, cols)
        self._size(rows, cols)
        os.kill(self.popen.pid, signal.SIGWINCH)

    def press(self, keys):
        """Type."""
        os.write(self.master, keys.encode())

    def read(self):
        """Take what has come."""
        while select.select([self.master], [], [], 0)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:  # nobody has the terminal open any more
                return
            if not data:
                return
            self.raw += data
            self.stream.feed(data)

    def lines(self):
        """What is to be seen now."""
        self.read()
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        """The same in one piece."""
        return "\n".join(self.lines())

    def see(self, *wanted, seconds=15):
        """Wait until all of these are to be seen; returns the lines."""
        def look():
            text = self.text()
            return all(one in text for one in wanted)
        try:
            until(look, seconds, f"{wanted}")
        except AssertionError as error:
            raise AssertionError(f"{error}; there is\n{self.text()}") from None
        return self.lines()

    def see_not(self, wanted, seconds=15):
        """Wait until that is not to be seen any more."""
        try:
            until(lambda: wanted not in self.text(), seconds, f"{wanted} to go")
        except AssertionError as error:
            raise AssertionError(f"{error}; there is\n{self.text()}") from None

    def code(self, seconds=10):
        """Wait for the program's end; its exit code."""
        def ended():
            self.read()
            return self.popen.poll() is not None
        until(ended, seconds, f"the end of\n{self.text()}")
        self.read()
        return self.popen.returncode
