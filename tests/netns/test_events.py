# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
xdpxe events and xdpxe machine: every step a line, what was lost is told, and nothing drives a
terminal.
"""

import contextlib
import json
import signal
import subprocess
import time

import pytest

from lib import storm
from lib.fake_api import FakeApi, machine, now, step
from lib.namespace import sh
from lib.process import Process
from lib.server import BINARY, BOOT, Xdpxe, config
from lib.terminal import Terminal
from lib.wait import until

MAC = "52:54:00:12:34:56"
OTHER = "52:54:00:00:00:07"
SPELLINGS = (MAC, "52-54-00-12-34-56", "5254.0012.3456", "525400123456", "52:54:00:12:34:56".upper())
HOSTILE = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202etxt.exe\r\n"
NAMES = ("offer", "leased", "file-begun", "file-done")


@pytest.fixture(name="api")
def _api(tmp_path):
    """Four steps of a machine in the last two minutes, and one of another an hour ago."""
    with FakeApi(tmp_path / "api") as api:
        api.steps = [step(1, "stuck", mac=OTHER, time=now() - 3600000)]
        api.steps += [step(2 + i, name, time=now() - 120000 + 12 * i)
                      for i, name in enumerate(NAMES)]
        api.machines = [machine(7), {**machine(9), "mac": MAC, "addr": "10.77.1.5"}]
        yield api


def add(api, name, **more):
    """It happens now."""
    api.steps.append(step(len(api.steps) + 1, name, **more))


def run(command, api, *words):
    """A command to its end."""
    return sh(BINARY, command, "--socket", api.path, *words, check=False)


@contextlib.contextmanager
def following(api, *words):
    """xdpxe events, which goes on until the end."""
    api.asked.clear()
    process = Process([BINARY, "events", "--socket", api.path, *words])
    try:
        until(lambda: any("/stream" in path for path in api.asked), 10, "it to follow")
        yield process
    finally:
        process.stop()


def said(process, *wanted, seconds=15):
    """Wait until each of these is in a line, in this order; returns all lines."""
    def look():
        lines = iter(list(process.stdout))
        return all(any(one in line for line in lines) for one in wanted)
    until(look, seconds, f"{wanted} from\n{process.report()}")
    return list(process.stdout)


def steps_of(lines):
    """The names of steps, of lines for people."""
    return [line.split()[4] for line in lines if not line.startswith("...")]


def test_what_is_kept_one_aligned_line_a_step(api):
    done = run("events", api, "--no-follow")
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split("  ")[1:][0] for line in lines] == [OTHER, MAC, MAC, MAC, MAC]
    assert {line.index("efi-x64") for line in lines} == {33}
    assert {line.index("10.77.0.0/16") for line in lines} == {47}
    assert steps_of(lines) == ["stuck", *NAMES] and lines[1].endswith("10.77.1.5")


@pytest.mark.parametrize("since, count", (("10m", 4), ("2h", 5), ("1s", 0), ("2001-02-03", 5)))
def test_since(api, since, count):
    done = run("events", api, "--no-follow", "--since", since)
    assert len(done.stdout.splitlines()) == count


def test_since_a_time_of_the_day(api):
    when = time.localtime(time.time() - 600)
    for text in ("%H:%M", "%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"):
        done = run("events", api, "-n", "-s", time.strftime(text, when))
        assert len(done.stdout.splitlines()) == 4, text
    utc = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 600))
    assert len(run("events", api, "-n", "-s", utc).stdout.splitlines()) == 4


@pytest.mark.parametrize("text", ("soon", "25:00", "2026-13-01", "2999-01-01", "10x", "", "-5m"))
def test_since_that_is_none(api, text):
    done = run("events", api, f"--since={text}")
    assert done.returncode == 2 and f"--since: {text}; legal are" in done.stderr


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_machine_in_every_spelling(api, spelling):
    assert steps_of(run("events", api, "-n", "--mac", spelling).stdout.splitlines()) == list(NAMES)
    assert MAC in run("machine", api, spelling).stdout


def test_a_mac_that_is_none(api):
    for text in ("52:54:00:12:34", "52:54:00:12:34:5g", "5254.001.23456", "x"):
        done = run("events", api, "--mac", text)
        assert done.returncode == 2 and f"--mac: {text}; legal are" in done.stderr


def test_it_follows_from_now_on_and_flushes_each_line(api):
    with following(api) as events:
        add(api, "offer")
        assert steps_of(said(events, "offer")) == ["offer"]
        add(api, "leased", mac=OTHER)
        said(events, "leased")
    with following(api, "--mac", OTHER, "--since", "2h") as events:
        assert steps_of(said(events, "stuck", "leased")) == ["stuck", "leased"]
        add(api, "offer")
        add(api, "unstuck", mac=OTHER)
        assert steps_of(said(events, "unstuck")) == ["stuck", "leased", "unstuck"]


def test_what_is_not_shown_is_counted(api):
    with following(api) as events:
        add(api, "offer", dropped=1204)
        api.steps.append({"event": "missed", "steps": 56, "mac": None, "number": 0, "time": 0})
        assert said(events, "... 1,204 steps not shown", "offer", "... 56 steps missed")
    with following(api, "--json", "--since", "0s") as events:
        add(api, "leased", dropped=7)
        api.steps.append({"event": "missed", "steps": 8, "mac": None, "number": 0, "time": 0})
        lines = [json.loads(line) for line in said(events, '"missed"')]
        assert lines[-2]["dropped"] == 7 and lines[-1] == {"missed": 8}


def test_json_is_the_step_as_the_api_has_it(api):
    lines = run("events", api, "-n", "--json").stdout.splitlines()
    assert [json.loads(line) for line in lines] == api.steps


def test_many_pages(api):
    api.steps = [step(number) for number in range(1, 3456)]
    lines = run("events", api, "-n", "--json").stdout.splitlines()
    assert [json.loads(line)["number"] for line in lines] == list(range(1, 3456))


@pytest.mark.parametrize("words", ((), ("--json",)))
def test_a_daemon_that_is_started_anew(api, words):
    with following(api, *words) as events:
        add(api, "offer")
        said(events, "offer")
        api.stop()
        notes = events.stderr if words else events.stdout
        until(lambda: any("does not answer any more" in line for line in notes), 10, "a note")
        api.steps = []
        add(api, "leased")  # while nobody listens; numbers begin at 1 again
        api.start()
        until(lambda: any("answers again" in line for line in notes), 10, "a note")
        said(events, "leased")
        add(api, "file-begun")
        lines = said(events, "file-begun")
    assert sum("leased" in line for line in lines) == 1


def test_a_stream_that_breaks_repeats_and_loses_nothing(api):
    with following(api) as events:
        add(api, "offer")
        said(events, "offer")
        api.stop()
        add(api, "leased")
        api.start()
        add(api, "file-begun")
        lines = said(events, "file-begun")
    assert steps_of(lines) == ["offer", "leased", "file-begun"]


def test_a_closed_pipe_ends_it_at_once(api):
    done = subprocess.run(f"{BINARY} events --socket {api.path} --since 2h | head -n 1", shell=True,
                          timeout=20, capture_output=True, text=True, check=False)
    assert OTHER in done.stdout and not done.stderr, "although nothing more happens"


def test_colour_is_for_terminals(api):
    words = [BINARY, "events", "--socket", api.path, "-n"]
    assert "\x1b" not in sh(*words).stdout
    with Terminal(words, cols=140) as terminal:
        assert terminal.code() == 0
        assert b"\x1b[1;31mstuck" in terminal.raw
    with Terminal(words, cols=140, NO_COLOR="1") as terminal:
        assert terminal.code() == 0
        assert b"stuck" in terminal.raw and b"\x1b" not in terminal.raw


def test_the_story_of_a_machine(api):
    api.history[MAC] = [
        {"begun": now() - 5000, "ended": None, "result": "stuck", "reason": "stopped at block 7",
         "steps": [step(1, "offer", time=now() - 5000), step(2, "leased", time=now() - 4988),
                   step(3, "stuck", time=now() - 1988, detail="stopped at block 7")]},
        {"begun": now() - 90000, "ended": now() - 15000, "result": "handed-over", "reason": None,
         "steps": [step(4, "handed-over", time=now() - 15000)]}]
    done = run("machine", api, MAC)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert lines[0] == f"{MAC}  address 10.77.1.5  efi-x64  network 10.77.0.0/16"
    assert lines[1].startswith("  loading for 14s") and "block 300 of 700" in lines[2]
    steps = [line.split()[1:] for line in lines if line.startswith("  ") and "." in line[:12]]
    assert [words[:2] for words in steps[:3]] == [["offer", "10.77.1.5"], ["+0.012s", "leased"],
                                                  ["+3.000s", "stuck"]]
    assert done.stdout.index("the latest: stuck") < done.stdout.index("handed-over after 1m 15s")
    assert json.loads(run("machine", api, "--json", MAC).stdout)["history"] == api.history[MAC]


def test_a_machine_by_its_address_or_name(api):
    assert MAC in run("machine", api, "10.77.1.5").stdout
    api.machines[0]["addr"] = "127.0.0.1"
    assert OTHER in run("machine", api, "localhost").stdout
    for name, told in (("10.77.1.6", "not heard of"), (MAC[:-1] + "7", "not heard of"),
                       ("no.such.host.invalid", "no host of that name"), ("a b", "no MAC")):
        done = run("machine", api, name)
        assert done.returncode == 1 and not done.stdout and told in done.stderr


def test_hostile_words(api):
    """Whatever stands in a name or in the JSON: one line each, and no byte that drives a terminal."""
    api.steps = [step(1, HOSTILE, detail=HOSTILE, mac=HOSTILE, arch_name=HOSTILE, network=HOSTILE),
                 step(2, detail=7, step=None, time="x", dropped=-1), step(3, detail="x" * 100000),
                 step(4, time=2 ** 62, dropped=2 ** 62), step(5, time=1e300)]
    api.override["events"] = {"events": [*api.steps, 7, None, [], "x"], "missed": "x", "next": 5}
    api.history[MAC] = [7, {"begun": HOSTILE, "result": HOSTILE, "reason": HOSTILE,
                            "steps": [None, {"step": HOSTILE, "detail": HOSTILE}]}]
    api.machines = [{**machine(1), "mac": MAC, "file": HOSTILE, "reason": HOSTILE}]
    done = run("events", api, "-n")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 6
    outputs = [done, run("events", api, "-n", "--json"), run("machine", api, MAC),
               run("machine", api, "--json", MAC)]
    for each in outputs:
        assert each.returncode == 0 and "owned" in each.stdout
        assert not set(each.stdout) & set("\x1b\x07\u009b\u202e\r"), each.stdout


def test_hostile_messages(api):
    with following(api) as events:
        for raw in ("{", "[]", "7", '"x"', "null", '{"number":', "x" * (3 << 20),
                    '{"number":"x","step":["y"]}'):
            api.steps.append({"event": "step", "raw": raw, "mac": MAC, "time": now(), "number": 0})
        api.steps.append({"event": "missed", "raw": "[1]", "mac": MAC})
        api.steps.append({"event": "e" * 5000, "raw": "{}", "mac": MAC})
        add(api, "unstuck")
        said(events, "unstuck")


def test_a_daemon_that_is_not_there(tmp_path):
    for words in (("events",), ("machine", MAC)):
        done = sh(BINARY, words[0], "--socket", tmp_path / "none", *words[1:], check=False)
        assert done.returncode == 1 and not done.stdout
        assert len(done.stderr.splitlines()) == 1
        assert "`xdpxe status`, `leases` and `transfers`" in done.stderr


def test_the_end_by_a_signal(api):
    with following(api) as events:
        events.signal(signal.SIGINT)
        assert events.join(10) == -signal.SIGINT and not events.stderr


def test_a_refusal_is_told(api):
    api.override["machines/" + MAC] = b"not json"
    done = run("machine", api, MAC)
    assert done.returncode == 1 and "its answer is no JSON" in done.stderr


# With the real daemon


def by_machine(lines):
    """mac -> names of its steps, of lines of JSON."""
    machines = {}
    for line in list(lines):
        one = json.loads(line)
        machines.setdefault(one["mac"], []).append(one["step"])
    return machines


def test_a_storm_is_followed_step_by_step(lab, server):
    storm.make_room(lab)
    events = lab.start(lab.server, BINARY, "events", "--json", "--since", "1h")
    storm.boot(lab, "-n", "100", "--rate", "100", "--mix", "efi-x64")

    def all_seen():
        seen = by_machine(events.stdout)
        return len(seen) == 100 and all(steps[-1] == "handed-over" for steps in seen.values())
    until(all_seen, 20, f"all steps of 100 machines in\n{events.report()}")
    for steps in by_machine(events.stdout).values():
        assert [name for name in steps if name != "file-size"] == [
            "offer", "leased", "file-begun", "file-done", "ipxe", "offer", "leased", "handed-over"]
    numbers = [json.loads(line)["number"] for line in events.stdout]
    assert numbers == sorted(set(numbers)), "each once, in order"
    mac = json.loads(events.stdout[0])["mac"]
    story = server.command("machine", mac).stdout
    assert f"boot {BOOT['efi-x64']}" in story and "the latest: handed-over" in story
    again = server.command("machine", json.loads(events.stdout[0])["addr"]).stdout
    assert again.split("\n\n")[1:] == story.split("\n\n")[1:], "by its address"
    kept = server.command("events", "--no-follow", "--mac", mac).stdout.splitlines()
    assert steps_of(kept) == by_machine(events.stdout)[mac]


def test_it_goes_on_with_the_next_daemon_and_says_what_works_without_one(lab, server):
    storm.make_room(lab)
    events = lab.start(lab.server, BINARY, "events", "--since", "1h")
    storm.boot(lab, "-n", "1", "--stage", "dhcp")
    said(events, "leased")
    server.crash()
    said(events, "does not answer any more")
    for words in (("events",), ("machine", MAC), ("top",)):
        done = server.command(*words, check=False)
        assert done.returncode == 1 and "srv0: the daemon does not answer" in done.stderr
        assert "`xdpxe status`, `leases` and `transfers` read the maps" in done.stderr
    server.start()
    said(events, "answers again")
    storm.boot(lab, "-n", "1", "--stage", "dhcp", "--seed", "5")
    said(events, "answers again", "leased")


@pytest.mark.parametrize("lab", [{"links": 2}], indirect=True)
def test_of_several_daemons_one_is_named(lab, files):
    assert files
    for link in range(2):
        text = config(lab, BOOT, links=[link]).replace("leases.db", f"leases{link}.db")
        server = Xdpxe(lab, text, name=f"xdpxe{link}.yaml").start()
    done = server.command("events", "-n", check=False)
    assert done.returncode == 1 and "say which, by its interface: srv0, srv1" in done.stderr
    for name in ("srv0", "srv1"):
        assert server.command("events", "-n", name).returncode == 0
        assert f"  {name}  up" in server.command("top", "-n", "1", name).stdout
    assert "no xdpxe is attached there" in server.command("top", "lo", check=False).stderr
    done = server.command("machine", MAC, check=False)
    assert done.returncode == 1 and done.stderr.count("not heard of") == 1, "both were asked"
