# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Fixtures: a laboratory for each test, xdpxe on it, boot files under it. The laboratory's output is
shown on failure.
"""

import os
import random

import pytest

from lib.images import put_boot_files
from lib.lab import Lab
from lib.server import BINARY, BOOT, Xdpxe, config


def pytest_report_header():
    """What is under test."""
    return f"xdpxe: {BINARY}{'' if os.path.exists(BINARY) else ' (MISSING: run make)'}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """On failure, add what the laboratory's processes said."""
    outcome = yield
    report = outcome.get_result()
    lab = getattr(item, "funcargs", {}).get("lab")
    if call.when == "call" and report.failed and lab:
        report.sections.append(("laboratory", lab.report()))


@pytest.fixture(name="lab")
def _lab(request):
    """
    A laboratory; @pytest.mark.parametrize("lab", [{...}], indirect=True) gives Lab's arguments.
    """
    with Lab(**getattr(request, "param", {})) as lab:
        yield lab


@pytest.fixture(name="files")
def _files(lab):
    """The boot files, name -> bytes, under the laboratory's root."""
    return put_boot_files(lab)


@pytest.fixture(name="server")
def _server(lab, files):  # pylint: disable=unused-argument
    """xdpxe, serving the boot files on every link."""
    return Xdpxe(lab, config(lab, BOOT)).start()


@pytest.fixture(name="noise")
def _noise():
    """bytes of any length that no two tests share a pattern of, and every run has alike."""
    return random.Random(77).randbytes
