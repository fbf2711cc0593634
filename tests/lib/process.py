# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A background process: its output is collected by threads, and it is ended by its pid alone."""

import ctypes
import os
import signal
import subprocess
import threading

from lib.wait import until

PR_SET_PDEATHSIG = 1
REPORTED = 40
LIBC = ctypes.CDLL(None, use_errno=True)


def die_with_parent():
    """Run in the child before exec: a test run that is killed leaves no process behind."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """A started program; .stdout and .stderr are lists of the lines so far."""

    def __init__(self, argv, **popen):
        self.argv = [str(word) for word in argv]
        self.stdout, self.stderr = [], []
        self.popen = subprocess.Popen(
            self.argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, errors="replace", start_new_session=True, preexec_fn=die_with_parent,
            **popen)
        self.readers = [self._collect(self.popen.stdout, self.stdout),
                        self._collect(self.popen.stderr, self.stderr)]

    @staticmethod
    def _collect(stream, lines):
        """Append each line of a stream to a list, in a thread."""
        def read():
            with stream:
                for line in stream:
                    lines.append(line.rstrip("\n"))
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    @property
    def pid(self):
        """Its process id (nsenter execs, so it is the program's own)."""
        return self.popen.pid

    def running(self):
        """Has it not ended yet?"""
        return self.popen.poll() is None

    def wait_line(self, start, seconds):
        """
        Wait for a line on stdout with this start; an early end is an error that shows the output.
        """
        def look():
            found = next((line for line in list(self.stdout) if line.startswith(start)), None)
            if found is None and not self.running():
                self.join(5)
                found = next((line for line in self.stdout if line.startswith(start)), None)
                if found is None:
                    raise AssertionError(f"ended with {self.popen.returncode} before a line"
                                         f" {start!r}\n{self.report()}")
            return found
        return until(look, seconds, f"a line {start!r} from\n{self.report()}")

    def join(self, seconds):
        """Wait for its end and all output; returns the exit code."""
        try:
            code = self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still runs after {seconds} s\n{self.report()}") from None
        for reader in self.readers:
            reader.join(1)
        return code

    def signal(self, number):
        """Send a signal to this process, if it still runs."""
        if self.running():
            os.kill(self.pid, number)

    def stop(self, seconds=10):
        """SIGTERM, and SIGKILL for one that does not heed it; returns the exit code."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        return self.join(5)

    def kill(self):
        """SIGKILL, as a crash."""
        self.signal(signal.SIGKILL)
        return self.join(5)

    def report(self):
        """Command and the last of its output, to be shown where a test fails."""
        return "\n".join(["$ " + " ".join(self.argv), *self.stdout[-REPORTED:],
                          *("2> " + line for line in self.stderr[-REPORTED:])])
