# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tables of the results, in Markdown."""

import result_words
from peers import TUNED
from result_summary import rows as summary_rows
from results import Medians

NONE = "–"


def number(value, digits=0):
    """A figure for a reader, or a dash."""
    return NONE if value is None else f"{value:,.{digits}f}"


def seconds(value):
    """A time for a reader."""
    return NONE if value is None else f"{value:.3f}" if value < 1 else f"{value:.1f}"


def percent(value):
    """A share; 99.96 % is not 100 %."""
    if value is None:
        return NONE
    return "100 %" if value == 1 else f"{min(value * 100, 99.9):.1f} %"


def times(value, other):
    """How many times the one is the other."""
    return NONE if not value or not other else f"{value / other:.3g}"


def table(head, rows):
    """A table; the first row of `head` are its titles."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def failed(medians, peer, about, columns):
    """Cells of a measurement that has no figures, or None if it has."""
    if any("error" not in run and "skipped" not in run for run in medians.runs(peer, *about)):
        return None
    words = medians.trouble(peer, *about)
    return [words.replace("|", "/") if words else "not run"] + [NONE] * (columns - 1)


def between(span):
    """A count over the rounds: its median, and the span if there is one."""
    if span is None:
        return NONE
    least, median, most = span
    return number(median) if least == most else f"{median:,.0f} ({least:,} to {most:,})"


def shares(span):
    """A share over the rounds: its median, and the worst if that is another."""
    if span is None:
        return NONE
    least, median, _ = span
    return percent(median) + ("" if least == median else f" (once {percent(least)})")


def storm_rows(medians):
    """A row for each size and server."""
    rows = []
    for clients in medians.values(0):
        ours = medians.get("boots_per_s", "xdpxe", clients)
        for peer in medians.peers():
            def get(figure, peer=peer, clients=clients):
                return medians.get(figure, peer, clients)
            rows.append([f"{clients:,}", peer] + (failed(medians, peer, [clients], 7) or [
                shares(medians.span("success", peer, clients)), number(get("boots_per_s")),
                times(ours, get("boots_per_s")), seconds(get("p50")), seconds(get("p99")),
                seconds(get("max")), between(medians.span("dhcp_again", peer, clients))]))
    return table(["machines", "server", "booted", "boots/s", "xdpxe is, times", "p50", "p99", "max",
                  "DHCP retries"], rows)


def storms(runs):
    """Boots a second and success, by number of machines."""
    return (result_words.STORM +
            storm_rows(Medians("storm", runs)))


def untuned(runs):
    """The same with small socket buffers."""
    return (result_words.UNTUNED +
            storm_rows(Medians("untuned", runs)))


def losses(runs):
    """The same with loss."""
    medians, rows = Medians("loss", runs), []
    for clients in medians.values(0):
        for loss in medians.values(1):
            for peer in medians.peers():
                about = [clients, loss]
                if not medians.runs(peer, *about):
                    continue
                rows.append([f"{clients:,}", f"{loss} %", peer] + (
                    failed(medians, peer, about, 5) or [
                        shares(medians.span("success", peer, *about)),
                        number(medians.get("boots_per_s", peer, *about)),
                        seconds(medians.get("p99", peer, *about)),
                        number(medians.get("dhcp_again", peer, *about)),
                        number(medians.get("sent_per_block", peer, *about), 3)]))
    return (result_words.LOSS +
            table(["machines", "loss", "server", "booted", "boots/s", "p99", "DHCP retries",
                   "DATA a block"], rows))


def transfers(runs):
    """Files alone, and what they cost."""
    medians, rows = Medians("tftp", runs), []
    lacking = list(dict.fromkeys(run["peer"] for run in runs if "skipped" in run))
    for blksize in medians.values(1):
        for window in medians.values(2):
            for peer in medians.peers():
                apart, plain = (True, blksize, window), (False, blksize, window)
                if all("skipped" in run for run in medians.runs(peer, *apart)):
                    continue
                rows.append([str(blksize), str(window), peer] + (
                    failed(medians, peer, apart, 5) or [
                        number(medians.get("blocks_per_s", peer, *plain)),
                        number(medians.get("blocks_per_s", peer, *apart)),
                        number(medians.get("cpu_s_per_gb", peer, *apart), 2),
                        number(medians.get("per_cpu_s", peer, *apart)),
                        times(medians.get("per_cpu_s", "xdpxe", *apart),
                              medians.get("per_cpu_s", peer, *apart))]))
    return (result_words.TFTP +
            table(["block size", "window", "server", "blocks/s", "blocks/s, ends apart",
                   "CPU s per GB", "blocks per CPU s", "xdpxe is, times"], rows) +
            (f"\nWindows are not granted by {' and '.join(lacking)}.\n" if lacking else ""))


def exchanges(runs):
    """Addresses alone."""
    medians, rows = Medians("dhcp", runs), []
    for peer in medians.peers():
        rows.append([peer] + (failed(medians, peer, [False], 5) or [
            number(medians.get("rate", peer, False)),
            times(medians.get("rate", "xdpxe", False), medians.get("rate", peer, False)),
            number(medians.get("rate", peer, True)), number(medians.get("per_cpu_s", peer, True)),
            times(medians.get("per_cpu_s", "xdpxe", True), medians.get("per_cpu_s", peer, True))]))
    return (result_words.DHCP +
            table(["server", "exchanges/s", "xdpxe is, times", "exchanges/s, ends apart",
                   "per CPU s", "xdpxe is, times"], rows))


def reflections(runs):
    """Beside the bare reflector."""
    medians, rows = Medians("reflector", runs), []
    for storm in medians.values(0):
        for peer in medians.peers():
            ratio = medians.ratio("seconds", peer, "bare reflector", storm)
            rows.append([storm, peer] + (failed(medians, peer, [storm], 4) or [
                shares(medians.span("success", peer, storm)),
                seconds(medians.get("seconds", peer, storm)),
                number(medians.get("blocks_per_s", peer, storm)), number(ratio, 2)]))
    return (result_words.REFLECTOR +
            table(["storm", "server", "booted", "seconds", "blocks/s", "time to reflector's"], rows))


def pingpongs(runs):
    """Packet by packet beside bare programs."""
    medians, rows = Medians("pingpong", [run for run in runs if "error" not in run]), []
    errors = [run["error"] for run in runs if "error" in run]
    for peer in medians.peers():
        cells = []
        for threads, figure in ((False, "both_ns"), (True, "server_ns"), (True, "both_ns")):
            ours = medians.ratio(figure, "xdpxe", peer, threads)
            cells += [number(medians.get(figure, peer, threads)), number(ours, 2)]
        rows.append([peer, *cells])
    return (result_words.PINGPONG +
            table(["server", "one softirq: both ends, ns", "xdpxe to it",
                   "ends apart: server, ns", "xdpxe to it", "both ends, ns", "xdpxe to it"],
                  rows) + "".join(f"\nNot measured: {words}\n" for words in errors))


MAKERS = {"storm": storms, "untuned": untuned, "loss": losses, "tftp": transfers, "dhcp": exchanges,
          "reflector": reflections, "pingpong": pingpongs}


def machine_words(results):
    """The machine, the programs, and what was tuned."""
    machine, versions = results["machine"], results["versions"]
    kind = "virtual machine" if machine["virtual"] else "machine"
    return (f"A {kind} of {machine['cpus']} CPUs ({machine['cpu']}), "
            f"{machine['memory_gib']} GiB, kernel {machine['kernel']};\n"
            f"{machine['open_files']:,} open files; {machine['date']}. " +
            ", ".join(f"{name} {version}" for name, version in versions.items()) +
            ".\n\nTuned:\n\n" +
            "\n".join(f"- {name}: {words}" for name, words in TUNED.items()))


def page(found, growth=False):
    """The whole page, of section -> results; with a link to the tables of bench-growth, or not."""
    if not found:
        return result_words.HEAD.format(quick="", machine="Nothing was measured yet.")
    one = next(iter(found.values()))
    quick = "This was a quick run: one round, few sizes. " if any(
        results["quick"] for results in found.values()) else ""
    plots = {"storm": "![boots a second, success and time by number of machines](storm.svg)\n\n",
             "tftp": "![blocks per server CPU second](tftp.svg)\n\n"}
    parts = [result_words.HEAD.format(quick=quick, machine=machine_words(one)),
             "## In short\n\n" + table(["wanted", "measured", "reached"], [
                 [wanted, measured, "yes" if reached else "**no**"]
                 for wanted, measured, reached in summary_rows(found)])]
    parts += [MAKERS[section](results["runs"]) + ("\n" + plots[section].rstrip() + "\n"
                                                  if section in plots else "")
              for section, results in found.items()]
    if growth:
        parts.append(result_words.GROWTH)
    return "\n".join(parts)
