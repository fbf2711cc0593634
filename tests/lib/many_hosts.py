# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Reservations by the ten thousand, in each of the ways that a configuration takes them."""

from typing import NamedTuple

KINDS = ("inline", "csv", "yaml")


class Host(NamedTuple):
    """A reservation."""

    mac: str
    ip: str
    hostname: str
    ipxe: str


def many(count, site="a"):
    """That many machines, each with all that it can have; another site gives other URLs."""
    return [Host(f"02:00:00:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}",
                 f"10.77.{number // 250 + 1}.{number % 250 + 1}", f"n{number:05d}",
                 f"http://10.77.0.1/{site}/n{number:05d}.ipxe") for number in range(count)]


def _yaml(hosts, indent):
    """A YAML list."""
    return "".join(f'{indent}- {{ mac: "{host.mac}", ip: {host.ip}, hostname: {host.hostname}, '
                   f'ipxe: "{host.ipxe}" }}\n' for host in hosts)


def write(lab, kind, hosts):
    """Write the hosts beside the configuration; returns what it must say."""
    if kind == "inline":
        return "hosts:\n" + _yaml(hosts, "  ")
    path = lab.dir / f"machines.{kind}"
    text = _yaml(hosts, "") if kind == "yaml" else "mac,ip,hostname,ipxe\n" + "".join(
        ",".join(host) + "\n" for host in hosts)
    path.write_text(text, encoding="utf-8")
    return f"hosts-file: {path.name}\n"
