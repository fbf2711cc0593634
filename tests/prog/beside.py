# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A server in mode proxy: the configuration of served.py without addresses."""

import contextlib
import re

import served
from conftest import inside
from expected import Boot
from lib.lab import Lab
from lib.server import Xdpxe

IPXE = Boot("ipxe-proxy", served.IPXE)


def without_addresses(text):
    """The same configuration for mode proxy."""
    text = text.replace("mode: server", "mode: proxy").replace("authoritative: yes\n", "")
    text = re.sub(r"\n    pool: .*", "", text)
    return re.sub(r", ip: [0-9.]+", "", text)


@contextlib.contextmanager
def proxy():
    """(the box, name -> bytes of the files)"""
    with Lab() as lab:
        files, text = served.write(lab)
        with inside(Xdpxe(lab, without_addresses(text)).start()) as box:
            yield box, files
