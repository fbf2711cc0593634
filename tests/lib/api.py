# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The daemon's HTTP interface, asked over its Unix socket or over TCP from inside a namespace, and held against its schema."""

import contextlib
import http.client
import json
import socket
import time

import jsonschema

from lib.lab import TOP

DOCUMENT = TOP / "doc" / "api.md"
SCHEMA = json.loads((TOP / "doc" / "api.schema.json").read_text(encoding="utf-8"))


def _strict(schema):
    """The same schema, with no field allowed that it does not name."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: _strict(part) for key, part in schema.items()}
    if "properties" in out and "required" in out:
        out["additionalProperties"] = False
    return out


def check(answer, kind):
    """Is an answer what the schema says? Returns it."""
    definitions = {name: _strict(part) for name, part in SCHEMA["definitions"].items()}
    jsonschema.validate(answer, {"definitions": definitions, "$ref": f"#/definitions/{kind}"})
    return answer


class Stream:
    """Server-sent events, read as they come."""

    def __init__(self, connection):
        self.connection = connection
        self.response = connection.getresponse()
        assert self.response.status == 200, self.response.read()
        assert self.response.headers["Content-Type"] == "text/event-stream"

    def messages(self):
        """Each message, as its name and its data."""
        event = None
        for line in self.response:
            word, _, rest = line.decode().rstrip("\n").partition(": ")
            if word == "event":
                event = rest
            elif word == "data":
                yield event, json.loads(rest)

    def until(self, wanted, seconds=20):
        """Read until one message is wanted, which is asked of each; returns it."""
        deadline = time.monotonic() + seconds
        for event, data in self.messages():
            if wanted(event, data):
                return data
            assert time.monotonic() < deadline, "the message did not come"
        raise AssertionError("the stream has ended")

    def close(self):
        """Hang up."""
        self.connection.close()


class Api:
    """Of the daemon whose first interface is named; tcp: its port on loopback, in place of the Unix socket."""

    def __init__(self, namespace, interface="srv0", tcp=None):
        self.namespace, self.tcp = namespace, tcp
        self.path = f"/run/xdpxe/{namespace.inode}-{interface}.http"

    def socket(self):
        """A connection without anything on it."""
        if self.tcp is None:
            connected = socket.socket(socket.AF_UNIX)
            connected.settimeout(20)
            connected.connect(self.path)
            return connected
        with self.namespace.entered():
            return socket.create_connection(("127.0.0.1", self.tcp), timeout=20)

    def ask(self, path, method="GET", **headers):
        """A request that is sent; the connection waits for the answer."""
        connection = http.client.HTTPConnection("127.0.0.1")
        connection.sock = self.socket()
        connection.request(method, path, headers=headers)
        return connection

    def get(self, path, method="GET", **headers):
        """Status, headers and bytes of an answer."""
        with contextlib.closing(self.ask(path, method, **headers)) as connection:
            response = connection.getresponse()
            return response.status, response.headers, response.read()

    def json(self, path, kind):
        """A good answer, which is held against the schema."""
        status, headers, body = self.get(path)
        assert status == 200 and headers["Content-Type"] == "application/json", body
        return check(json.loads(body), kind)

    def refused(self, path, method="GET", **headers):
        """Status and words of an answer that is an error."""
        status, _, body = self.get(path, method, **headers)
        return status, check(json.loads(body), "error")["error"] if body else ""

    def stream(self, path="/api/v1/stream"):
        """A stream, open."""
        return Stream(self.ask(path))
