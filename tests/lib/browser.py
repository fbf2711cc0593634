# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Chromium without a screen, led by its debugging protocol over a pair of pipes: so it needs no port, and the page is loaded
from inside a namespace.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

from lib.process import die_with_parent
from lib.wait import until

PROGRAM = "chromium"
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
           "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
           "--metrics-recording-only", "--mute-audio", "--remote-debugging-pipe")
ANSWER_SECONDS = 60
READ_FD, WRITE_FD, SPARE_FD = 3, 4, 50  # Chromium reads from 3 and writes to 4


class Browser:
    """Context manager: one page. .trouble lists what the page's console complained of."""

    def __init__(self, namespace, size=(1440, 900)):
        self.namespace, self.size = namespace, size
        self.trouble, self.number, self.rest, self.session = [], 0, b"", None

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="xdpxe-browser-")
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_error):
        self.close()

    def _start(self):
        """The program, with our pipes at the numbers it expects, and a page in it."""
        theirs_in, self.write_fd = os.pipe()
        self.read_fd, theirs_out = os.pipe()

        def prepare():
            die_with_parent()
            ends = [fcntl.fcntl(fd, fcntl.F_DUPFD, SPARE_FD) for fd in (theirs_in, theirs_out)]
            os.dup2(ends[0], READ_FD)
            os.dup2(ends[1], WRITE_FD)

        argv = self.namespace.command(PROGRAM, *OPTIONS, f"--user-data-dir={self.profile}",
                                      f"--window-size={self.size[0]},{self.size[1]}", "about:blank")
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, close_fds=False, preexec_fn=prepare)
        os.close(theirs_in)
        os.close(theirs_out)
        self.session = self.call("Target.attachToTarget", targetId=self._page(), flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.resize(*self.size)

    def _page(self):
        """The page that Chromium opens by itself."""
        return until(lambda: next((target["targetId"] for target in self.call("Target.getTargets")["targetInfos"]
                                   if target["type"] == "page"), None), 20, "a page in the browser")

    def call(self, method, **params):
        """A command of the protocol; returns its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_fd, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            answer = self._receive(deadline)
            if answer.get("id") == self.number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def _receive(self, deadline):
        """The next message; complaints are kept."""
        while b"\0" not in self.rest:
            left = deadline - time.monotonic()
            assert left > 0 and select.select([self.read_fd], [], [], left)[0], "the browser does not answer"
            data = os.read(self.read_fd, 1 << 16)
            assert data, "the browser has ended"
            self.rest += data
        line, _, self.rest = self.rest.partition(b"\0")
        message = json.loads(line)
        params = message.get("params", {})
        if message.get("method") == "Runtime.exceptionThrown":
            self.trouble.append(json.dumps(params["exceptionDetails"]))
        if message.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.trouble.append(params["entry"]["text"])
        return message

    def open(self, url):
        """Load a page."""
        self.trouble.clear()
        error = self.call("Page.navigate", url=url).get("errorText")
        assert not error, f"{url}: {error}"
        self.until(f"document.readyState === 'complete' && location.href.startsWith({json.dumps(url)})")

    def ask(self, expression):
        """The value of an expression in the page; of a promise, when it is kept."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, expression, seconds=30):
        """Wait until an expression is true in the page; returns its value."""
        return until(lambda: self.ask(expression), seconds, f"{expression} in the page")

    def press(self, key, text=None):
        """A key of the keyboard, pressed where the focus is."""
        more = {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def type(self, text):
        """Text, into what has the focus."""
        self.call("Input.insertText", text=text)

    def resize(self, width, height, phone=False):
        """Another screen."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1,
                  mobile=phone)

    def light(self, name):
        """What the person prefers: dark or light."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def picture(self, path):
        """A PNG of what is to be seen."""
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def close(self):
        """End it, with all the processes it started, and remove its profile."""
        process = getattr(self, "process", None)
        if process:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
            os.close(self.read_fd)
            os.close(self.write_fd)
        until(lambda: shutil.rmtree(self.profile, ignore_errors=True) or not os.path.exists(self.profile), 10,
              "the profile of the browser to be gone")
