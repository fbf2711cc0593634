# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the programs cost the kernel: instructions to run, and instructions the verifier reads."""

import json
import os

import pytest

from lib.namespace import sh
from prog_run import instructions, obj_get

# program -> most instructions as the kernel runs them, most that the verifier reads to load it
BUDGET = {"ingress": (18_500, 300_000), "egress": (2_000, 8_000)}


@pytest.mark.parametrize("name", BUDGET)
def test_a_program_stays_within_its_budget(box, record_property, capsys, name):
    path = box.folder / "port-srv0" / name
    prog = obj_get(path)
    xlated, verified = instructions(prog)
    os.close(prog)
    shown = json.loads(sh("bpftool", "-j", "prog", "show", "pinned", path).stdout)
    assert shown["bytes_xlated"] == 8 * xlated
    record_property(name, f"{xlated} instructions, {verified} verified")
    with capsys.disabled():
        print(f"\n{name}: {xlated} instructions of {BUDGET[name][0]},"
              f" {verified} verified of {BUDGET[name][1]}", end=" ")
    assert 0 < xlated <= BUDGET[name][0] and 0 < verified <= BUDGET[name][1]
