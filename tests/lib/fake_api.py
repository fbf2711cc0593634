# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A daemon's HTTP interface (doc/api.md) on a Unix socket, with machines and steps as a test wants them."""

import http.server
import json
import os
import socketserver
import threading
import time
import urllib.parse

STAGES = ("discovering", "leased", "loading", "ipxe", "handed-over", "stuck")
ORDER = {"stuck": 0, "handed-over": 2}
HEARTBEAT_S = 1.0


def now():
    """Unix time in milliseconds."""
    return int(time.time() * 1000)


def machine(number, stage="loading", **more):
    """A machine, as the API shows it."""
    return {"mac": f"52:54:00:00:{number >> 8:02x}:{number & 255:02x}",
            "addr": f"10.77.{1 + (number >> 8)}.{number & 255}", "network": "10.77.0.0/16",
            "arch": 7, "arch_name": "efi-x64", "ipxe": False, "stage": stage,
            "since": now() - 1000 * (5 + number), "heard": now(), "begun": now() - 60000,
            "file": "ipxe.efi", "block": 300, "blocks": 700, "blksize": 1468,
            "bytes_per_s": 40000000, "tries": 0, "boots": 1, "reason": None, **more}


def step(number, name="offer", **more):
    """A step of a machine."""
    return {"number": number, "time": now(), "mac": "52:54:00:12:34:56", "arch_name": "efi-x64",
            "network": "10.77.0.0/16", "addr": "10.77.1.5", "step": name, "detail": "10.77.1.5",
            "dropped": 0, **more}


class _Handler(http.server.BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):  # pylint: disable=arguments-differ
        """Nothing: the server keeps a list of what was asked."""

    def address_string(self):
        """A Unix socket's peer has none."""
        return "unix"

    def reply(self, value, code=200):
        """An answer in one piece; bytes go as they are."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):  # pylint: disable=invalid-name
        """As doc/api.md has it."""
        api = self.server.api
        path, _, query = self.path.partition("?")
        asked = {key: values[0] for key, values in urllib.parse.parse_qs(query).items()}
        api.asked.append(self.path)
        name = path.removeprefix("/api/v1/")
        if name in api.override:
            self.reply(api.override[name])
        elif name == "status":
            self.reply(api.status)
        elif name == "machines":
            self.reply(api.list(asked))
        elif name.startswith("machines/"):
            self.story(api, urllib.parse.unquote(name.removeprefix("machines/")))
        elif name == "events":
            self.reply(api.events(asked))
        elif name == "stream":
            self.stream(api, asked)
        else:
            self.reply({"error": "there is nothing of that name"}, 404)

    def story(self, api, mac):
        """One machine."""
        found = next((one for one in api.machines if one["mac"] == mac), None)
        if found:
            self.reply({**found, "history": api.history.get(mac, [])})
        else:
            self.reply({"error": "no machine has that MAC"}, 404)

    def message(self, event, data):
        """A message of a stream."""
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(f"event: {event}\ndata: {text}\n\n".encode())
        self.wfile.flush()

    def stream(self, api, asked):
        """Messages until the server ends."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        what = asked.get("what", "steps,machines,totals").split(",")
        after = int(asked.get("after", len(api.steps)))
        due, over = 0, api.over
        while not over.is_set():
            if "totals" in what and time.monotonic() >= due and not api.mute:
                due = time.monotonic() + HEARTBEAT_S
                self.message("totals", api.totals())
            while "steps" in what and after < len(api.steps):
                one = api.steps[after]
                after += 1
                if asked.get("mac") in (None, one.get("mac")):
                    self.message(one.pop("event", "step"), one.pop("raw", one))
            time.sleep(0.01)


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """HTTP on a Unix socket."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """A client that goes away is none."""


class FakeApi:
    """
    Context manager. steps: those of the stream; one with "event" is a message of that name, one with
    "raw" goes out as that text. override: name below /api/v1/ -> what is answered.
    """

    def __init__(self, path):
        self.path = str(path)
        self.machines, self.steps, self.history = [], [], {}
        self.override, self.asked, self.rates = {}, [], {}
        self.mute = False
        self.status = {"interfaces": ["eth1", "eth2"], "started": now() - 7200000,
                       "networks": [{"subnet": "10.77.0.0/16"}, {"subnet": "10.20.0.0/16"}]}

    def totals(self):
        """What the stream says each second."""
        rates = {"offers": 0, "acks": 0, "blocks": 0, "bytes": 0, "misses": 0, **self.rates}
        return {"stages": self.stages(), "rates": rates, "dropped": 0}

    def stages(self):
        """Machines by stage."""
        return {stage: sum(one["stage"] == stage for one in self.machines) for stage in STAGES}

    def list(self, asked):
        """GET machines."""
        found = [one for one in self.machines
                 if asked.get("stage", one["stage"]) == one["stage"]
                 and asked.get("network", one["network"]) == one["network"]
                 and any(asked.get("q", "") in str(one[key]) for key in ("mac", "addr", "file"))]
        found.sort(key=lambda one: (ORDER.get(one["stage"], 1), one["since"]))
        first, limit = int(asked.get("offset", 0)), int(asked.get("limit", 100))
        return {"total": len(self.machines), "matching": len(found), "stages": self.stages(),
                "machines": found[first:first + limit]}

    def events(self, asked):
        """GET events."""
        after, since = int(asked.get("after", 0)), int(asked.get("since", 0))
        found = [one for one in self.steps if one["number"] > after and one["time"] >= since
                 and asked.get("mac") in (None, one["mac"])][:int(asked.get("limit", 100))]
        return {"events": found, "missed": 0,
                "next": found[-1]["number"] if found else len(self.steps)}

    def start(self):
        """Begin to answer."""
        self.over = threading.Event()
        self.server = _Server(self.path, _Handler)
        self.server.api = self
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self):
        """End, with all streams, and leave no socket."""
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        os.unlink(self.path)

    __enter__ = start

    def __exit__(self, *_):
        if os.path.exists(self.path):
            self.stop()
