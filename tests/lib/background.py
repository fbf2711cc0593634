# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A thread that works beside a test, with sockets of its own."""

import threading


class Background:
    """Context manager: work() runs in a thread until self.over is set at the end."""

    def __init__(self, *sockets):
        self.sockets, self.over = sockets, threading.Event()
        self.thread = threading.Thread(target=self.work, daemon=True)

    def work(self):
        """The thread."""
        raise NotImplementedError

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        for one in self.sockets:
            one.close()
