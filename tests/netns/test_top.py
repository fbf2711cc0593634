# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
xdpxe top: who is stuck is seen first, and whatever the daemon or a machine says, the terminal stays
whole.
"""

import subprocess
import time

import pytest

from lib import dhcp, storm
from lib.dhcp_client import DhcpClient
from lib.fake_api import STAGES, FakeApi, machine, now, step
from lib.namespace import sh
from lib.server import BINARY
from lib.terminal import DOWN, END, ENTER, ESCAPE, PAGE_DOWN, UP, Terminal
from lib.wait import until

STUCK = "52:54:00:00:03:e7"
REASON = "asked for undionly.0, which does not exist; there is undionly.kpxe"
HOSTILE = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202etxt.exe\r\n\x7f"


@pytest.fixture(name="api")
def _api(tmp_path):
    """300 machines at five stages, and one that is stuck; 430,112 blocks a second."""
    with FakeApi(tmp_path / "api") as api:
        api.machines = [machine(number, STAGES[number % 5]) for number in range(1, 301)]
        api.machines.append(machine(999, "stuck", reason=REASON, file="undionly.0", block=0))
        api.rates = {"offers": 1204, "blocks": 430112, "bytes": 641728000}
        api.history[STUCK] = [
            {"begun": now() - 9000, "ended": None, "result": "stuck", "reason": REASON,
             "steps": [step(1, "offer", time=now() - 9000), step(2, "leased", time=now() - 8988),
                       step(3, "file-missing", time=now() - 8000, detail="undionly.0")]},
            {"begun": now() - 90000, "ended": now() - 80000, "result": "handed-over",
             "reason": None, "steps": [step(1, "handed-over", time=now() - 80000)]}]
        yield api


def top(api, *options, **terminal):
    """It, on a terminal."""
    return Terminal([BINARY, "top", "--socket", api.path, "--interval", "200ms", *options],
                    **terminal)


def listed(lines):
    """The machines of the list, from the top."""
    return [line.split()[0] for line in lines if line.startswith("52:54:")]


def test_it_shows_rates_stages_and_the_stuck_first(api):
    with top(api) as terminal:
        lines = terminal.see("430,112/s", "612.0 MiB/s", STUCK)
        assert "eth1, eth2" in lines[0] and "up 2h 00m" in lines[0] and "301 machines" in lines[0]
        assert lines[4].split("  ")[0].strip() == "1 discovering" and "6 stuck" in lines[4]
        assert lines[5].split() == ["60", "60", "60", "60", "60", "1"]
        assert "▁" in lines[1] or "█" in lines[1], "a curve"
        assert REASON in lines[6], "of the machine that is chosen, in full"
        assert listed(lines)[0] == STUCK and "stuck" in lines[8]
        loading = next(line for line in lines[8:] if " loading " in line)
        assert "████░░░░░░  42% ipxe.efi" in loading
        terminal.press("q")
        assert terminal.code() == 0


def test_keys_choose_filter_and_search(api):
    with top(api) as terminal:
        terminal.see(STUCK)
        terminal.press("3")
        lines = terminal.see("stage: loading", "60 of them")
        assert all(" loading " in line for line in lines if line.startswith("52:"))
        terminal.press("f")
        terminal.see("stage: iPXE")
        terminal.press("a/00:2c")
        assert listed(terminal.see("search: 00:2c_", "1 of them")) == ["52:54:00:00:00:2c"]
        terminal.press(ENTER)
        terminal.see("search: 00:2c ")
        terminal.press("an")
        terminal.see("network: 10.77.0.0/16", "301 of them")
        terminal.press("n")
        terminal.see("network: 10.20.0.0/16", "no machine matches")
        terminal.press("n")
        terminal.see(STUCK)
        terminal.press("h")
        terminal.see("choose a machine", "any key: back")


def test_the_whole_list_can_be_walked_and_only_what_is_shown_is_asked_for(api):
    with top(api) as terminal:
        terminal.see(STUCK)
        terminal.press(PAGE_DOWN)
        terminal.see_not(STUCK)
        terminal.press(END)
        order = [one["mac"] for one in api.list({"limit": 1000})["machines"]]
        terminal.see(order[-1])
        terminal.press(UP * 3)
        until(lambda: listed(terminal.lines()) == order[-15:], 5, "the end of the list")
    asked = [path for path in api.asked if "/machines?" in path]
    assert asked and all("limit=15&" in path for path in asked)
    assert sum("/stream" in path for path in api.asked) == 1, "one stream, of totals"
    assert "what=totals" in next(path for path in api.asked if "/stream" in path)


def test_a_chosen_machine_stays_chosen_when_the_order_changes(api):
    with top(api) as terminal:
        before = listed(terminal.see(STUCK))
        terminal.press(DOWN)
        api.machines.append(machine(1000, "stuck", reason="no REQUEST after OFFER"))
        terminal.see("52:54:00:00:03:e8")
        terminal.press(ENTER)
        terminal.see(f" {before[1]}  address")


def test_enter_shows_the_story(api):
    with top(api) as terminal:
        terminal.see(STUCK)
        terminal.press(ENTER)
        lines = terminal.see(f"{STUCK}  address", "stuck for 16m", "the latest: stuck")
        text = "\n".join(lines)
        assert REASON in text and "+0.012s  leased" in text and "file-missing  undionly.0" in text
        assert text.index("the latest") < text.index("handed-over after 10.0s"), "the latest first"
        terminal.press(ESCAPE)
        terminal.see("DETAIL")


def test_the_terminal_may_change_its_size(api):
    with top(api) as terminal:
        terminal.see("DETAIL", STUCK)
        terminal.resize(10, 40)
        terminal.see_not("ADDRESS")
        lines = terminal.see("stuck 1 over 60", STUCK)
        assert len(listed(lines)) == 6 and " stuck " in lines[3] and REASON[:30] in lines[9]
        terminal.resize(40, 170)
        lines = terminal.see("NETWORK", "REASON")
        assert len(listed(lines)) == 31 and REASON[:20] in lines[8]
        assert any(" 42% 38.1 MiB/s" in line for line in lines[9:])
        terminal.resize(3, 20)
        terminal.see("too small")
        terminal.resize(24, 80)
        terminal.see("DETAIL", STUCK)


def test_without_utf8_and_without_colours(api):
    with top(api, LC_ALL="C", NO_COLOR="1") as terminal:
        lines = terminal.see("####......  42%", STUCK)
        assert "hhhh" in lines[3] and "dddd" in lines[3], "stages by letters"
        assert all(ord(char) < 128 for line in lines for char in line)
        terminal.press("q")
        assert terminal.code() == 0
    assert b"\x1b[31" not in terminal.raw and b"\x1b[34" not in terminal.raw


def test_a_daemon_that_goes_and_comes_back(api):
    with top(api) as terminal:
        terminal.see(STUCK)
        api.stop()
        terminal.see("the daemon does not answer", "waiting for it")
        assert STUCK in terminal.text(), "the last that was known"
        api.machines = [machine(5)]
        api.start()
        terminal.see("52:54:00:00:00:05", "1 machines")
        terminal.see_not("does not answer")


def test_a_daemon_that_stands_still(api):
    with top(api) as terminal:
        terminal.see(STUCK)
        api.mute = True
        terminal.see("the daemon does not answer", seconds=30)
        api.mute = False
        terminal.see_not("does not answer", seconds=30)


def spoil(api):
    """Whatever must not be trusted."""
    api.machines = [
        machine(1, "stuck", file=HOSTILE, reason=HOSTILE, arch_name=HOSTILE, network=HOSTILE),
        machine(2, HOSTILE, since=-1, block=1e308, blocks=-5, bytes_per_s=10 ** 18),
        machine(3, "loading", since=2 ** 62, block=2 ** 62, blocks=1, file="ü" * 300, addr=None),
        machine(4, "loading", file=["x"], mac={"a": 1}, reason=7, blocks="many")]
    listing = api.list({})
    listing["machines"] += [1, None, "x", [], {}]
    api.override["machines"] = listing
    api.status = {"interfaces": [HOSTILE, 7, None, "eth1" * 100], "started": "yesterday",
                  "networks": [HOSTILE, {"subnet": HOSTILE}, {"subnet": 1}]}
    api.rates = {"blocks": -1, "bytes": 1e300, "offers": "x" * 1000}
    for path in ("52:54:00:00:00:01", "52:54:00:00:00:02"):
        api.history[path] = [HOSTILE, {"steps": {"a": 1}}, {"begun": HOSTILE, "steps": [
            5, {"step": HOSTILE, "detail": HOSTILE, "time": -3}, {"detail": "x" * 9999}]}]


def test_what_machines_and_daemon_say_does_not_drive_the_terminal(api):
    spoil(api)
    with top(api, cols=170) as terminal:
        terminal.see("52:54:00:00:00:01", "?]0;owned")
        terminal.press("nn")
        terminal.see("network: ?]0;owned")
        terminal.press(ENTER)
        terminal.see("address", "?]0;owned")
        terminal.press("qq")
        assert terminal.code() == 0
    for evil in (b"\x1b]0;owned", b"\xc2\x9b", "\u202e".encode(), b"\x7f"):
        assert evil not in terminal.raw


@pytest.mark.parametrize("answer", (b"", b"{", b"[" * 5000, b"null", b"[]", b"7", b'{"machines":'),
                         ids=lambda answer: answer[:9].decode() or "nothing")
def test_answers_that_are_none_are_told(api, answer):
    api.override["machines"] = answer
    with top(api) as terminal:
        terminal.see("430,112/s")
        if answer[:1] in b"{[" and answer != b"[]" or not answer:
            terminal.see("its answer is no JSON")
        terminal.press("q")
        assert terminal.code() == 0


def plain(api, *options, **run):
    """It, where there is no terminal."""
    return subprocess.run([BINARY, "top", "--socket", api.path, *options], capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=30, check=False, **run)


def test_lines_where_there_is_no_terminal(api):
    done = plain(api, "-n", "2", "--interval", "200ms")
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.split("\n\n")[:2]
    assert "blocks 430,112/s" in first
    assert ["stuck", "1"] in [line.split() for line in first.splitlines()]
    assert len(listed(first.splitlines())) == 10 and listed(first.splitlines())[0] == STUCK
    assert REASON in second
    spoil(api)
    done = plain(api, "-n", "1")
    assert done.returncode == 0 and "?]0;owned" in done.stdout and "\x1b" not in done.stdout


def test_a_reader_that_has_enough(api):
    done = subprocess.run(f"{BINARY} top --socket {api.path} | head -n 1", shell=True, timeout=20,
                          capture_output=True, text=True, check=False)
    assert "eth1, eth2" in done.stdout and not done.stderr


def test_a_terminal_of_no_known_type(api):
    with top(api, TERM="") as terminal:
        terminal.see("TERM", "plain lines")
        assert terminal.code() == 1


def test_a_daemon_that_is_not_there(tmp_path):
    done = sh(BINARY, "top", "--socket", tmp_path / "none", check=False)
    assert done.returncode == 1 and not done.stdout
    assert "does not answer (No such file or directory)" in done.stderr
    assert "`xdpxe status`, `leases` and `transfers`" in done.stderr


@pytest.mark.parametrize("options, told", (
    (("--interval", "1"), "--interval: 1; legal are"), (("--interval", "1ms"), "legal are"),
    (("--count", "0"), "legal is a number"), (("a", "b"), "one interface at a time"),
    (("--socket", "/" + "x" * 200), "107 bytes")))
def test_wrong_options(options, told):
    done = sh(BINARY, "top", *options, check=False)
    assert done.returncode in (1, 2) and told in done.stderr, done.stderr


# With the real daemon


def test_a_storm_of_machines_one_of_which_is_stuck(lab, server):
    """It was offered an address and does not take it; 300 others boot; the daemon is started anew."""
    storm.make_room(lab)
    words = lab.server.command(BINARY, "top", "--interval", "200ms")
    with DhcpClient(lab.client, "cli0", "02:00:00:00:00:99") as client, Terminal(words) as terminal:
        client.say(dhcp.DISCOVER)
        lines = terminal.see("02:00:00:00:00:99", "1 machines")
        assert "discovering" in lines[8] and lines[5].split() == ["1", "0", "0", "0", "0", "0"]
        storm.boot(lab, "-n", "300", "--mix", "bios=2:efi-x64:efi-arm64")
        terminal.see("301 machines")
        until(lambda: terminal.lines()[5].split() == ["0", "0", "0", "0", "300", "1"], 40,
              "the stages to be counted")
        lines = terminal.see("sent no REQUEST")
        assert lines[8].startswith("02:00:00:00:00:99") and " stuck " in lines[8]
        assert "handed over" in lines[9], "the others behind it"
        terminal.resize(30, 100)
        terminal.press(ENTER)
        terminal.see("  offer  ", "  stuck  ", "the latest: stuck", "another server won")
        terminal.press("q")
        server.stop()
        terminal.see("the daemon does not answer")
        server.start()
        terminal.see_not("does not answer")
        terminal.press("q")
        assert terminal.code() == 0


def test_twenty_thousand_machines_are_asked_for_a_page_at_a_time(api):
    api.machines = [machine(number) for number in range(20000)]
    began = time.monotonic()
    with top(api) as terminal:
        terminal.see("20,000 machines")
        terminal.press(END)
        terminal.see("52:54:00:00:00:00")
        assert time.monotonic() - began < 20
