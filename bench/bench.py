# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The boot storm, beside other servers: xdpxe, dnsmasq, Kea with tftpd-hpa and with atftpd, each in a
laboratory of namespaces, all under the same load, one after another and interleaved. Writes JSON
of every run, tables and plots to bench/results; those of a quick run go to build/bench/quick.
"""

import argparse
import pathlib
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP / "tests"), str(TOP / "tests/prog"), str(TOP / "bench")]

import host
import peers
import plan
import result_plots
import result_tables
import results


def arguments(words=None):
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true",
                        help="up to 1,000 machines, one round; less than four minutes")
    parser.add_argument("--only", metavar="SECTION,...", default=",".join(results.SECTIONS),
                        help=f"sections to measure, of {', '.join(results.SECTIONS)}; "
                        "`report` measures nothing and writes tables and plots anew")
    parser.add_argument("--peers", metavar="NAME;...", default="", help="these servers alone")
    parser.add_argument("--clients", metavar="N,...", default="", help="storms of this size alone")
    parser.add_argument("--rounds", type=int, help="in place of those of the plan")
    parser.add_argument("--add", action="store_true",
                        help="add to the results that are there, in place of replacing them")
    parser.add_argument("--into", type=pathlib.Path, metavar="DIR", help="where the results go "
                        "(bench/results; of a quick run build/bench/quick)")
    options = parser.parse_args(words)
    options.into = options.into or TOP / ("build/bench/quick" if options.quick else "bench/results")
    return options


def words_of(record):
    """What a record says, in a few words."""
    if "error" in record or "skipped" in record:
        return record.get("error") or record["skipped"]
    figures = results.figures_of(record)
    words = []
    if "rate" in figures:
        words.append(f"{figures['rate']:,.0f} exchanges/s")
    elif "both_ns" in figures:
        words.append(f"{record['peer']}{', ends apart' if record['threads'] else ''}: "
                     f"{figures['both_ns']:,.0f} ns a packet")
    elif record.get("exchanges"):
        words.append(f"{figures['booted']:,} of {figures['clients']:,} in "
                     f"{figures['seconds']:.2f} s, {figures['dhcp_again']:,} DHCP retries")
    else:
        words.append(f"{figures['blocks_per_s']:,.0f} blocks/s")
    if figures.get("per_cpu_s"):
        words.append(f"{figures['per_cpu_s']:,.0f} per server CPU second")
    if record.get("faults"):
        words.append(f"faults {record['faults']}")
    return "; ".join(words)


def begin(options, sections):
    """Section -> its results, with no runs yet, or with those that are added to."""
    about = {"machine": host.facts(), "versions": peers.versions(), "quick": options.quick}
    found = {}
    for section in sections:
        old = results.read(options.into, section) if options.add else None
        found[section] = {"section": section, **about, "runs": old["runs"] if old else []}
    return found


def measure(options, sections):
    """Do it all, with a line for each step; what is done is on disk after each."""
    todo = plan.steps(plan.QUICK if options.quick else plan.FULL, sections,
                      [name for name in options.peers.split(";") if name],
                      [int(word) for word in options.clients.split(",") if word], options.rounds)
    left = sum(step.guess for step in todo)
    print(f"{len(todo)} measurements, about {left / 60:.0f} min", flush=True)
    with host.room():
        found = begin(options, sections)
        rounds = {section: 1 + max((run.get("round", 0) for run in found[section]["runs"]),
                                   default=-1) for section in sections}  # so many are there
        for number, step in enumerate(todo, 1):
            begun = time.monotonic()
            records = step()
            left -= step.guess
            for record in records:
                record["round"] = record.get("round", 0) + rounds[step.section]
                print(f"{number}/{len(todo)} {step.title()}: {words_of(record)}", flush=True)
            print(f"    {time.monotonic() - begun:.0f} s; about {max(left, 0) / 60:.0f} min left",
                  flush=True)
            found[step.section]["runs"] += records
            results.write(options.into, step.section, found[step.section])


def main(words=None):
    options = arguments(words)
    sections = [name for name in options.only.split(",") if name != "report"]
    unknown = [name for name in sections if name not in results.SECTIONS]
    if unknown:
        sys.exit(f"bench: --only: {', '.join(unknown)}; legal are "
                 f"{', '.join(results.SECTIONS)}, report")
    if sections:
        measure(options, sections)
    found = {name: read for name in results.SECTIONS if (read := results.read(options.into, name))}
    result_plots.write(options.into, found)
    more = (options.into / "growth.md").exists()
    (options.into / "README.md").write_text(result_tables.page(found, more), encoding="utf-8")
    print(f"results: {options.into / 'README.md'}")


if __name__ == "__main__":
    main()
