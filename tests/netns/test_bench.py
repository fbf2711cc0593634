# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`make bench`: medians, what the page says of a server that failed, and a small run."""

import contextlib
import json
import pathlib
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "tests/prog"), str(TOP / "bench")]

import bench
import bench_growth
import host
import measure
import pingpong
import plan
import reflector
import result_summary
import result_tables
import results
from lib import storm as storm_lib
from lib.lab import Lab
from lib.namespace import sh


def storm_run(peer, booted, seconds, clients=100, **more):
    """A record as a storm makes it."""
    again = {"sent_dhcp": more.pop("retries", 0), "heard_blocks": 5, "heard_beyond_gap": 5}
    return {"peer": peer, "clients": clients, "loss": 0, "booted": booted, "blocks": 100,
            "boots_per_s": booted / seconds, "boot_time": {"p50": 1, "p99": 2, "max": 3},
            "again": again, **more}


RUNS = [storm_run("xdpxe", 100, 0.1), storm_run("xdpxe", 100, 0.2, retries=7),
        storm_run("xdpxe", 100, 0.4), storm_run("slow", 50, 10), storm_run("slow", 60, 10),
        {"peer": "slow", "clients": 100, "error": "it ended"},
        {"peer": "broken", "clients": 100, "error": "it ended before it listened"}]


def cells(page, start):
    """Cells of the first row of a table that begins so."""
    row = next(line for line in page.splitlines() if line.startswith(start))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_medians_are_those_of_rounds_that_have_figures():
    medians = results.Medians("storm", RUNS)
    assert medians.get("boots_per_s", "xdpxe", 100) == 500
    assert medians.get("boots_per_s", "slow", 100) == 5.5
    assert medians.get("boots_per_s", "broken", 100) is None
    assert medians.span("dhcp_again", "xdpxe", 100) == (0, 0, 7)


def test_a_server_that_failed_is_told_and_is_no_zero():
    page = result_tables.storms(RUNS)
    assert cells(page, "| 100 | xdpxe") == ["100", "xdpxe", "100 %", "500", "1", "1.0", "2.0",
                                            "3.0", "0 (0 to 7)"]
    assert cells(page, "| 100 | slow")[2:5] == ["55.0 % (once 50.0 %)", "6", "90.9"]
    assert cells(page, "| 100 | broken")[2:] == ["it ended before it listened"] + ["–"] * 6


def test_almost_all_is_not_all():
    assert result_tables.percent(1) == "100 %"
    assert result_tables.percent(19_999 / 20_000) == "99.9 %"


def test_data_that_was_lost_is_counted_as_sent():
    run = {**storm_run("xdpxe", 100, 1), "loss": 5}
    assert results.per_block(run) == pytest.approx(110 / 0.95 / 100)


def test_server_cpu_is_that_of_kernel_and_processes():
    figures = results.figures_of({"peer": "xdpxe", "blocks": 1000, "bytes": 2_000_000_000,
                                  "kernel_s": 1.5, "process_s": 0.5})
    assert figures["cpu_s_per_gb"] == 1 and figures["per_cpu_s"] == 500


def test_servers_take_turns_in_every_round():
    steps = plan.steps({**plan.FULL, "storm": {10: 2, 1000: 1}}, ["storm"], ["xdpxe", "dnsmasq"])
    assert [(step.peer, step.about["clients"], step.round) for step in steps] == [
        ("xdpxe", 10, 0), ("dnsmasq", 10, 0), ("xdpxe", 1000, 0), ("dnsmasq", 1000, 0),
        ("xdpxe", 10, 1), ("dnsmasq", 10, 1)]


def test_kernel_settings_are_put_back(tmp_path):
    low, high = tmp_path / "low", tmp_path / "high"
    low.write_text("10\n", encoding="ascii")
    high.write_text("5000\n", encoding="ascii")
    with pytest.raises(RuntimeError), host.raised({low: 100, high: 100}):
        assert low.read_text(encoding="ascii") == "100", "raised"
        assert high.read_text(encoding="ascii") == "5000\n", "never lowered"
        raise RuntimeError
    assert low.read_text(encoding="ascii") == "10\n"


def test_a_server_that_does_not_start_makes_a_record(monkeypatch):
    def fails(_lab):
        raise AssertionError("no such program\nmore of it")
    monkeypatch.setitem(measure.BOOT_SERVERS, "xdpxe", fails)
    record, = measure.storm("xdpxe", clients=10, bound=10)
    assert "no such program" in record["error"] and "booted" not in record


def reflected_run(peer, number, seconds, **more):
    """A record of a round of the section that stands beside the bare reflector."""
    return {"peer": peer, "round": number, "storm": "boot", "clients": 10, "booted": 10, "seconds": seconds,
            "blocks_per_s": 1, **more}


def test_the_ratio_to_the_reflector_is_that_of_each_round():
    """A slow round of both is no reason to doubt either."""
    runs = [reflected_run("bare reflector", 0, 1), reflected_run("xdpxe", 0, 1.2),
            reflected_run("bare reflector", 1, 5), reflected_run("xdpxe", 1, 7.5),
            reflected_run("bare reflector", 2, 6), reflected_run("xdpxe", 2, 7.2)]
    assert results.Medians("reflector", runs).ratio("seconds", "xdpxe", "bare reflector",
                                                    "boot") == pytest.approx(1.2)
    assert cells(result_tables.reflections(runs), "| boot | xdpxe")[2:] == ["100 %", "7.2", "1",
                                                                            "1.20"]
    (_, measured, reached), = result_summary.rows({"reflector": {"runs": runs}})
    assert (measured, reached) == ("1.20 times", True)


def test_a_ratio_lacks_rounds_that_failed():
    runs = [reflected_run("bare reflector", 0, 1),
            {"peer": "xdpxe", "round": 0, "storm": "boot", "error": "ended"},
            reflected_run("bare reflector", 1, 2), reflected_run("xdpxe", 1, 3)]
    medians = results.Medians("reflector", runs)
    assert medians.ratio("seconds", "xdpxe", "bare reflector", "boot") == 1.5
    assert medians.ratio("seconds", "xdpxe", "nobody", "boot") is None


def test_the_bare_reflector_boots_the_storm_that_xdpxe_boots(monkeypatch):
    """Machines say and hear as much, and every byte is right."""
    monkeypatch.setattr(measure, "BOOT_MACHINES", 10)
    bare, ours = (measure.reflected(peer, storm_name=measure.BOOT_STORM)[0]
                  for peer in ("bare reflector", "xdpxe"))
    for run in (bare, ours):
        assert run.get("booted") == 10 and run["exchanges"] == 20 and not run["faults"], run
    for same in ("blocks", "bytes", "sent", "received", "schedule"):
        assert bare[same] == ours[same], (same, bare, ours)


@pytest.mark.parametrize("size, window", [(1468 * 12, 1), (1468 * 13, 8), (1468 * 20 + 7, 4)])
def test_the_reflector_serves_files_to_the_last_byte(size, window):
    """An empty last block, a short one, and a last window of any number of blocks."""
    with Lab() as lab:
        path = lab.put("file", bytes(place % 251 for place in range(size)))
        reflector.file(lab, path, 1468, window)
        storm_lib.make_room(lab)
        run = measure.run_storm(lab, "-n", 5, *measure.READING, "--client", "ipxe", "--blksize",
                                1468, "--windowsize", window, "-e", path)
    assert run["booted"] == 5 and not run["faults"], run
    assert run["bytes"] == 5 * size and not any(run["again"].values()), run


def test_a_small_run_from_end_to_end(tmp_path, monkeypatch):
    """10 machines against xdpxe alone: JSON, table and plot; then once more, added."""
    monkeypatch.setattr(host, "room", contextlib.nullcontext)  # settings are the host's
    words = ["--quick", "--only", "storm", "--peers", "xdpxe", "--clients", "10", "--into",
             str(tmp_path)]
    bench.main(words)
    bench.main([*words, "--add"])
    found = results.read(tmp_path, "storm")
    assert found["quick"] and found["machine"]["cpus"] and found["versions"]["xdpxe"]
    assert len(found["runs"]) == 2
    for run in found["runs"]:
        assert run["booted"] == run["clients"] == 10 and run["exchanges"] == 20, run
        assert run["bytes"] > 10 * measure.BIOS_BYTES and not run["faults"], run
    assert cells((tmp_path / "README.md").read_text(encoding="utf-8"), "| 10 | xdpxe")[2] == "100 %"
    assert "</svg>" in (tmp_path / "storm.svg").read_text(encoding="utf-8")


def pong_run(number, peer, both, threads=False, server=None):
    """A record as a ping-pong makes it."""
    apart = {} if server is None else {"server_ns": server}
    return {"round": number, "peer": peer, "threads": threads, "blocks": 1, "blocks_per_s": 1,
            "both_ns": both, **apart}


# The second round was disturbed: medians alone would make it 300 to 100.
PONGS = [pong_run(0, "bare: grow, copy", 100), pong_run(0, "xdpxe", 120),
         pong_run(1, "bare: grow, copy", 300), pong_run(1, "xdpxe", 390),
         pong_run(2, "bare: grow, copy", 90), pong_run(2, "xdpxe", 300),
         pong_run(0, "bare: grow, copy", 250, True, 50), pong_run(0, "xdpxe", 240, True, 60)]


def test_ratios_are_those_within_a_round():
    assert results.Medians("pingpong", PONGS).ratio("both_ns", "xdpxe", "bare: grow, copy",
                                                    False) == pytest.approx(1.3)
    page = result_tables.pingpongs(PONGS)
    assert cells(page, "| bare: grow, copy")[1:] == ["100", "1.30", "50", "1.20", "250", "0.96"]
    told = list(result_summary.rows({"pingpong": {"runs": PONGS}}))
    assert [(row[1], row[2]) for row in told] == [("1.30 times", True), ("1.20 times", True)]


def test_a_ping_pong_that_failed_says_why():
    page = result_tables.pingpongs([{"peer": "xdpxe", "rounds": 1, "error": "waited in vain"}])
    assert "Not measured: waited in vain" in page


def test_packets_go_to_and_fro_between_all_servers_and_their_clients(monkeypatch):
    """Small transfers from each; a server that loses a block, or does not grow it, would stop."""
    sh("make", "-C", TOP, "build/pong.bpf.o", "build/acks.bpf.o", timeout=120)
    monkeypatch.setattr(pingpong, "BLOCKS", 300)
    monkeypatch.setattr(pingpong, "CLIENTS", 16)
    runs = pingpong.pingpong("xdpxe", rounds=1)
    assert not any("error" in run for run in runs), runs
    assert [(run["peer"], run["threads"]) for run in runs] == [
        (name, threads) for threads in (False, True) for name in pingpong.SERVERS]
    for run in runs:
        assert 16 * 301 <= run["blocks"] < 16 * 301 * 1.01 and run["both_ns"] > 0, run


GROWTH = [("bare", "harness", 1, 60), ("bare", "grow", 1, 40), ("bare", "grow and copy", 1, 80),
          ("bare", "ACK -> DATA", 100, 160), ("sessions", "ACK -> DATA", 100, 165),
          ("files", "RRQ -> OACK", 5000, 1200)]


def growth_program(path, rows, code):
    """A program that prints rows, as build/bench_growth does, and ends."""
    lines = [json.dumps({"series": series, "packet": packet, "count": count, "ns": ns})
             for series, packet, count, ns in rows]
    lines += [json.dumps({"series": "cores", "packet": "ACK -> DATA", "count": count,
                          "per_second": count * 1000, "times": count * 0.9})
              for count in (1, 2)]
    path.write_text("#!/bin/sh\ncat <<'END'\n" + "\n".join(lines) + f"\nEND\nexit {code}\n",
                    encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_growth_is_written_whole(tmp_path):
    program = growth_program(tmp_path / "program", GROWTH, 0)
    bench_growth.main(["--program", program, "--into", str(tmp_path)])
    page = (tmp_path / "growth.md").read_text(encoding="utf-8")
    assert cells(page, "| xdpxe: ACK -> DATA")[1:] == ["160", "2.00"]
    assert cells(page, "| ACK -> DATA | 1,000")[1:] == ["1,000", "2,000", "1.80"]
    assert len(json.loads((tmp_path / "growth.json").read_text(encoding="utf-8"))["rows"]) == 8
    assert "</svg>" in (tmp_path / "growth.svg").read_text(encoding="utf-8")


def test_growth_writes_nothing_when_frames_were_not_answered(tmp_path):
    program = growth_program(tmp_path / "program", GROWTH, 1)
    with pytest.raises(SystemExit, match="nothing is written"):
        bench_growth.main(["--program", program, "--into", str(tmp_path)])
    assert not list(tmp_path.glob("growth.*"))
