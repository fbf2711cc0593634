# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The HTTP interface of a daemon that boots machines: every answer is what doc/api.md says."""

import http.client
import os
import re
import socket
import stat

import pytest
from prometheus_client.parser import text_string_to_metric_families

from lib import storm
from lib.api import DOCUMENT, SCHEMA, Api, check
from lib.server import BOOT, Xdpxe, config
from lib.wait import until

PORT = 8067
WEB = f"web: 127.0.0.1:{PORT}\n"
MACHINES = 40


def serve(lab, more=WEB):
    """A daemon with boot files, and its interface."""
    storm.make_room(lab)
    server = Xdpxe(lab, config(lab, BOOT) + more).start()
    return server, Api(lab.server)


def stages(api):
    """Machines by stage."""
    return api.json("/api/v1/machines?limit=0", "machines")["stages"]


def booted(lab, api):
    """Boot MACHINES machines, and wait until they are seen to have booted."""
    storm.boot(lab, "-n", str(MACHINES))
    until(lambda: stages(api)["handed-over"] == MACHINES, 20, "all machines to be handed over")


def test_machines_and_their_stories_are_told(lab, files):  # pylint: disable=unused-argument
    _, api = serve(lab)
    booted(lab, api)
    answer = api.json("/api/v1/machines?limit=7&offset=2", "machines")
    assert (answer["total"], answer["matching"], len(answer["machines"])) == (MACHINES, MACHINES, 7)
    machine = answer["machines"][0]
    assert api.json(f"/api/v1/machines?q={machine['addr']}", "machines")["machines"][0]["mac"] == machine["mac"]
    assert api.json("/api/v1/machines?network=10.99.0.0/16", "machines")["matching"] == 0
    story = api.json(f"/api/v1/machines/{machine['mac'].upper().replace(':', '-')}", "story")
    assert {key: story[key] for key in machine} == machine
    steps = [step["step"] for step in story["history"][0]["steps"]]
    assert steps[0] == "offer" and steps[-1] == "handed-over" and "file-done" in steps
    events = api.json(f"/api/v1/events?after=0&mac={machine['mac']}", "events")
    assert [step["step"] for step in events["events"]] == steps
    assert events["next"] >= events["events"][-1]["number"] and events["missed"] == 0
    rest = api.json(f"/api/v1/events?after={events['next']}", "events")
    assert rest["events"] == [] and rest["next"] == events["next"]


def test_both_sockets_tell_the_same_and_the_unix_socket_is_of_root_alone(lab, files):  # pylint: disable=unused-argument
    _, api = serve(lab)
    assert stat.S_IMODE(os.stat(api.path).st_mode) == 0o600
    booted(lab, api)
    tcp = Api(lab.server, tcp=PORT)
    for path, kind in (("/api/v1/machines?limit=20000", "machines"), ("/api/v1/events?after=0&limit=2000", "events")):
        assert tcp.json(path, kind) == api.json(path, kind)
    assert api.json("/api/v1/status", "status")["web"]["listening"]
    listening = lab.server.run("ss", "-Htln").stdout
    assert f"127.0.0.1:{PORT}" in listening and f"0.0.0.0:{PORT}" not in listening
    curled = lab.server.run("curl", "-sS", "--unix-socket", api.path, "http://xdpxe/api/v1/machines?limit=1").stdout
    assert '"total": 40' in curled


def families(api):
    """Metrics by name, as Prometheus reads them."""
    status, headers, body = api.get("/metrics")
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = body.decode().splitlines()
    helped = [line.split()[2] for line in lines if line.startswith("# HELP ")]
    assert sorted(set(helped)) == sorted(helped), "a family stands twice"
    return {family.name: family for family in text_string_to_metric_families(body.decode())}


def value(families_, name, **labels):
    """One sample."""
    found = [sample.value for family in families_.values() for sample in family.samples
             if sample.name == name and labels.items() <= sample.labels.items()]
    assert len(found) == 1, (name, labels, found)
    return found[0]


def documented():
    """Names and types of the table in the document."""
    rows = re.findall(r"^\| `(xdpxe_\w+)` \| (\w+) \|", DOCUMENT.read_text(encoding="utf-8"), re.M)
    return {name.removesuffix("_total") if kind == "counter" else name: kind for name, kind in rows}


def test_metrics_are_those_of_the_document_and_count_what_was_done(lab, files):  # pylint: disable=unused-argument
    server, api = serve(lab)
    booted(lab, api)

    def all_counted():
        seen = families(api)
        return seen if value(seen, "xdpxe_leases", network="10.77.0.0/16", state="bound") == MACHINES else None

    seen = until(all_counted, 20, "the leases to be counted")
    until(lambda: "xdpxe_lease_database_saved_timestamp_seconds" in families(api), 20, "leases to be saved")
    seen = families(api)
    assert {name: family.type for name, family in seen.items()} == documented()
    assert all(family.documentation for family in seen.values())
    counters = server.json("status")["counters"]
    packets = {sample.labels["reason"].lower() for sample in seen["xdpxe_packets"].samples}
    assert packets == set(counters)
    assert value(seen, "xdpxe_packets_total", reason="DHCP_OFFER", action="reply") == counters["dhcp_offer"]
    assert value(seen, "xdpxe_tftp_blocks_total") == counters["tftp_blocks"]
    for name in ("boot", "tftp_transfer"):
        assert value(seen, f"xdpxe_{name}_seconds_count") == MACHINES
        assert value(seen, f"xdpxe_{name}_seconds_bucket", le="+Inf") == MACHINES
    assert value(seen, "xdpxe_dhcp_exchange_seconds_count") == 2 * MACHINES
    assert value(seen, "xdpxe_machines", stage="handed-over") == MACHINES
    assert value(seen, "xdpxe_pool_free_addresses", network="10.77.0.0/16") == \
        value(seen, "xdpxe_pool_addresses", network="10.77.0.0/16") - MACHINES
    assert value(seen, "xdpxe_map_entries", map="leases") == MACHINES
    assert value(seen, "xdpxe_tftp_file_bytes_total") > MACHINES * 1000
    histogram = [sample.value for sample in seen["xdpxe_boot_seconds"].samples if sample.name.endswith("_bucket")]
    assert histogram == sorted(histogram)


def test_a_miss_is_timed(lab, files):  # pylint: disable=unused-argument
    _, api = serve(lab)
    storm.boot(lab, "-n", "2", "--blksize", "777")
    assert until(lambda: value(families(api), "xdpxe_miss_seconds_count"), 20, "a miss to be timed") >= 1


def test_status_tells_of_the_daemon(lab, files):
    server, api = serve(lab)
    status = api.json("/api/v1/status", "status")
    assert status["interfaces"] == ["srv0"] and status["pid"] == server.process.pid
    assert status["config"] == str(server.path) and status["generation"] == 0
    network, = status["networks"]
    assert (network["subnet"], network["server"], network["interface"]) == ("10.77.0.0/16", "10.77.0.1", "srv0")
    assert network["pool"] == network["free"] > 60000
    assert status["files"]["count"] == len(files) and status["lease_database"]["state"] == "good"
    assert {fill["map"] for fill in status["fill"]} >= {"leases", "owners", "sessions", "tids", "files", "hosts", "sources"}
    assert all(fill["entries"] <= fill["max"] for fill in status["fill"])
    assert set(status["counters"]) == set(server.json("status")["counters"])


def test_every_field_of_the_schema_stands_in_the_document():
    text, fields = DOCUMENT.read_text(encoding="utf-8"), set()

    def collect(schema):
        if isinstance(schema, dict):
            fields.update(schema.get("properties", {}))
            for part in schema.values():
                collect(part)

    collect(SCHEMA)
    assert len(fields) > 60
    assert [name for name in sorted(fields) if f"`{name}`" not in text and f'"{name}"' not in text] == []


def test_the_stream_tells_what_happens_as_it_happens(lab, files):  # pylint: disable=unused-argument
    _, api = serve(lab)
    stream = api.stream()
    totals = stream.until(lambda event, data: event == "totals")
    check(totals, "stream-totals")
    assert stream.until(lambda event, data: event == "machines")["machines"] == []
    storm.boot(lab, "-n", "5")
    seen = {}

    def all_done(event, data):
        if event == "machines":
            check(data, "stream-machines")
            seen.update({machine["mac"]: machine["stage"] for machine in data["machines"]})
        elif event == "step":
            check(data, "step")
        return list(seen.values()) == ["handed-over"] * 5

    stream.until(all_done)
    stream.until(lambda event, data: event == "totals" and data["stages"]["handed-over"] == 5)
    stream.close()
    again = api.stream("/api/v1/stream?what=steps&after=0")
    assert again.until(lambda event, data: event == "step")["number"] == 1
    again.close()
    late = api.stream("/api/v1/stream?what=machines")
    assert len(late.until(lambda event, data: event == "machines")["machines"]) == 5
    late.close()
    until(lambda: api.json("/api/v1/status", "status")["web"]["streams"] == 0, 20, "the streams to be closed")


def test_what_is_wrong_with_a_request_is_told(lab, files):  # pylint: disable=unused-argument
    _, api = serve(lab)
    for path, words in (("/api/v1/machines?stage=late", "stage: \"late\"; legal: discovering"),
                        ("/api/v1/machines?limit=20001", "limit: \"20001\"; legal: 0 to 20000"),
                        ("/api/v1/machines?limit=-1", "limit: \"-1\""),
                        ("/api/v1/machines?limit=1&limit=2", "given twice"),
                        ("/api/v1/machines?network=10.77", "a subnet"),
                        ("/api/v1/machines?q=" + 64 * "x", "up to 63 bytes"),
                        ("/api/v1/machines?q=a%00b", "q: "),
                        ("/api/v1/machines?color=red", "unknown parameter \"color\"; legal: limit network offset q stage"),
                        ("/api/v1/machines/52:54:00", None), ("/api/v1/machines/zz:54:00:12:34:56", "a hardware address"),
                        ("/api/v1/machines/52:54:00:12:34:56?x=1", "legal: none"),
                        ("/api/v1/status?x=1", "legal: none"),
                        ("/api/v1/events?after=1e3", "after: \"1e3\""), ("/api/v1/events?mac=%3Cscript%3E", "mac: "),
                        ("/api/v1/stream?what=all", "what: \"all\"")):
        status, told = api.refused(path)
        assert status == (404 if words is None else 400) and (words or "not been heard of") in told, (path, told)
    assert api.refused("/api/v1/machines/52:54:00:12:34:56")[0] == 404
    assert api.refused("/api/v2/machines")[0] == 404 and api.refused("/../etc/passwd")[0] == 404
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        status, told = api.refused("/api/v1/machines", method)
        assert status == 405 and "GET" in told
    assert api.get("/api/v1/machines", "HEAD")[2] == b""


def test_a_page_of_another_name_reads_nothing_by_loopback(lab, files):  # pylint: disable=unused-argument
    serve(lab)
    tcp = Api(lab.server, tcp=PORT)
    status, told = tcp.refused("/api/v1/machines", Host="rebound.example:8067")
    assert status == 400 and "Host" in told
    for host in ("127.0.0.1:8067", "localhost:8067", "[::1]:8067", "localhost"):
        assert tcp.get("/api/v1/machines?limit=0", Host=host)[0] == 200
    assert "Access-Control-Allow-Origin" not in tcp.get("/api/v1/machines?limit=0", Origin="http://x.example")[1]


HOSTILE = (b"", b"\0" * 4000, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\xff\xfe" * 2000, b"GET /" + b"a" * 200000,
           b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 200000, b"GET / HTTP/1.1\r\nHost: a\r\n" * 2000,
           b"GET /api/v1/machines?" + b"q=a&" * 20000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
           b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
           b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
           b"GET /%00%ff%2e%2e/ HTTP/1.1\r\nHost: a\r\n\r\n" * 50)


def answers(api):
    """Has it room for a connection?"""
    try:
        return api.get("/api/v1/machines?limit=0")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def test_hostile_requests_change_nothing(lab, files):  # pylint: disable=unused-argument
    server, api = serve(lab)
    tcp = Api(lab.server, tcp=PORT)
    for each in (api, tcp):
        for request in HOSTILE:
            connected = each.socket()
            connected.settimeout(2)
            try:
                connected.sendall(request)
                connected.shutdown(socket.SHUT_WR)
                while connected.recv(65536):
                    pass
            except OSError:
                pass
            connected.close()
    assert server.process.running() and api.json("/api/v1/machines", "machines")["total"] == 0
    idle = [tcp.socket() for _ in range(100)]  # more than there is room for: the other socket does not notice
    assert api.json("/api/v1/machines", "machines")["total"] == 0
    storm.boot(lab, "-n", "5")
    for connected in idle:
        connected.close()
    until(lambda: answers(tcp), 20, "room again")


def test_streams_have_a_bound(lab, files):  # pylint: disable=unused-argument
    _, api = serve(lab)
    streams = [api.stream() for _ in range(16)]
    status, told = api.refused("/api/v1/stream")
    assert status == 503 and "16" in told
    assert api.json("/api/v1/status", "status")["web"]["streams"] == 16
    for stream in streams:
        stream.close()
    until(lambda: api.get("/api/v1/stream", "HEAD")[0] == 200, 20, "room for another stream")


def test_a_port_in_use_is_told_and_serving_goes_on(lab, files):  # pylint: disable=unused-argument
    with lab.server.entered():
        other = socket.create_server(("127.0.0.1", PORT))
    server, api = serve(lab)
    web = api.json("/api/v1/status", "status")["web"]
    assert web["address"] == f"127.0.0.1:{PORT}" and not web["listening"] and "another program" in web["trouble"]
    assert any(f"web: 127.0.0.1:{PORT}: another program listens there" in line for line in server.process.stderr)
    storm.boot(lab, "-n", "5")
    other.close()
    until(lambda: api.json("/api/v1/status", "status")["web"]["listening"], 30, "the port to be taken once it is free")
    assert Api(lab.server, tcp=PORT).json("/api/v1/machines?limit=0", "machines")["total"] == 5


def test_reload_moves_to_another_address_and_ends_the_streams_of_the_old_one(lab, files):  # pylint: disable=unused-argument
    server, api = serve(lab)
    old = Api(lab.server, tcp=PORT).stream()
    local = api.stream()
    server.write(config(lab, BOOT) + f"web: {PORT + 1}\n")
    server.command("reload")
    moved = Api(lab.server, tcp=PORT + 1)
    until(lambda: api.json("/api/v1/status", "status")["web"]["address"] == f"127.0.0.1:{PORT + 1}", 20, "it to move")
    assert moved.json("/api/v1/machines?limit=0", "machines")["total"] == 0
    for _ in old.messages():
        pass  # until it has ended
    local.until(lambda event, data: event == "totals")
    server.write(config(lab, BOOT))
    server.command("reload")
    until(lambda: api.json("/api/v1/status", "status")["web"]["address"] is None, 20, "it to listen no more")
    assert f":{PORT + 1}" not in lab.server.run("ss", "-Htln").stdout
    server.stop()
    assert not os.path.exists(api.path)


def test_a_wrong_address_is_refused_and_one_for_all_is_warned_of(lab):
    server = Xdpxe(lab, config(lab) + "web: everywhere:80\n")
    checked = server.command("check", "-c", server.path, check=False)
    assert checked.returncode == 1 and 'web: "everywhere:80"; legal: ADDRESS:PORT' in checked.stderr
    server.write(config(lab) + "web: 0.0.0.0:8067\n")
    checked = server.command("check", "-c", server.path)
    assert 'web: "0.0.0.0:8067" is not an address of this machine alone: anyone' in checked.stderr
    server.start()
    with lab.client.entered():
        sock = socket.create_connection(("10.77.0.1", PORT), timeout=20)
    sock.sendall(b"GET /api/v1/machines?limit=0 HTTP/1.0\r\n\r\n")
    assert sock.recv(4096).startswith(b"HTTP/1.")
    sock.close()


def test_a_daemon_that_was_killed_leaves_a_socket_that_the_next_one_replaces(lab, files):  # pylint: disable=unused-argument
    server, api = serve(lab)
    booted(lab, api)
    server.crash()
    assert os.path.exists(api.path)
    server.start()
    assert api.json("/api/v1/status", "status")["pid"] == server.process.pid
    assert Api(lab.server, tcp=PORT).json("/api/v1/machines?limit=0", "machines")["total"] >= 0


def test_a_daemon_that_follows_no_machine_still_tells_of_itself(lab, files):  # pylint: disable=unused-argument
    _, api = serve(lab, WEB + "telemetry: no\n")
    storm.boot(lab, "-n", "5")
    assert api.json("/api/v1/machines", "machines")["total"] == 0
    assert value(families(api), "xdpxe_packets_total", reason="DHCP_ACK") >= 5
    stream = api.stream()
    stream.until(lambda event, data: event == "totals")
    stream.close()


@pytest.mark.parametrize("lab", [{"links": 2}], indirect=True)
def test_two_daemons_tell_of_their_own_machines(lab, files):  # pylint: disable=unused-argument
    storm.make_room(lab)
    first = Xdpxe(lab, config(lab, BOOT, links=[0]) + WEB, name="first.yaml").start()
    second = Xdpxe(lab, config(lab, BOOT, links=[1]).replace("leases.db", "second.db") + f"web: {PORT + 1}\n",
                   name="second.yaml").start()
    api, other = Api(lab.server, "srv0"), Api(lab.server, "srv1")
    storm.boot(lab, "-n", "5")
    until(lambda: stages(api)["handed-over"] == 5, 20, "the machines of the first")
    assert sum(stages(other).values()) == 0
    assert api.json("/api/v1/status", "status")["interfaces"] == ["srv0"]
    assert other.json("/api/v1/status", "status")["interfaces"] == ["srv1"]
    first.stop()
    assert not os.path.exists(api.path)
    assert Api(lab.server, tcp=PORT + 1).json("/api/v1/status", "status")["pid"] == second.process.pid
