# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What is shipped beside the program: dashboard, alert rules, completion, the laboratory by hand."""

import json
import os
import subprocess

import pytest
import yaml

from lib.lab import TOP
from lib.namespace import sh
from lib.process import Process

DASHBOARD = TOP / "packaging/grafana-dashboard.json"
ALERTS = TOP / "packaging/prometheus-alerts.yaml"
CHECK = TOP / "packaging/check-metrics.sh"
HAS_WEB = (TOP / "user/telemetry/web_metrics.c").exists()


def check(text):
    """check-metrics.sh about a text that /metrics might serve."""
    return subprocess.run([CHECK], input=text, capture_output=True, text=True, check=False)


def test_the_dashboard_says_of_each_panel_what_it_shows():
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) > 10
    for panel in panels:
        assert panel["description"] and all(one["expr"] for one in panel["targets"]), panel["title"]


def test_each_alert_says_what_to_do():
    group, = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    assert len({rule["alert"] for rule in group["rules"]}) == len(group["rules"]) > 10
    for rule in group["rules"]:
        assert rule["expr"] and rule["labels"]["severity"] in ("warning", "critical"), rule
        assert rule["annotations"]["summary"] and rule["annotations"]["description"], rule


def test_the_check_of_metrics_finds_what_is_not_served():
    assert "nothing of xdpxe" in check("").stderr
    done = check('xdpxe_machines{stage="stuck"} 1\nxdpxe_packets_total{reason="DHCP_ACK"} 1\n')
    said = done.stderr.splitlines()
    assert done.returncode == 1
    assert "xdpxe_build_info: no such metric is served" in said
    assert "dhcp_offer: no such reason is counted" in said
    assert not any(line.startswith(("xdpxe_machines:", "dhcp_ack:")) for line in said)


@pytest.mark.skipif(not HAS_WEB, reason="this tree serves no /metrics")
def test_every_metric_that_dashboard_and_alerts_name_is_served(lab, server):
    socket = f"/run/xdpxe/{lab.server.inode}-srv0.http"
    assert server.attached()
    served = sh("curl", "-sf", "--unix-socket", socket, "http://xdpxe/metrics").stdout
    done = check(served)
    assert done.returncode == 0, done.stderr


def completed(lab, *words):
    """What bash offers for the last word, which is empty, behind these."""
    script = (f"PATH={TOP}/build:$PATH; _init_completion() {{ cur=${{COMP_WORDS[COMP_CWORD]}};"
              " prev=${COMP_WORDS[COMP_CWORD-1]}; words=(\"${COMP_WORDS[@]}\"); cword=$COMP_CWORD; };"
              " _available_interfaces() { :; }; _filedir() { COMPREPLY=(a-file); };"
              f" . {TOP}/packaging/xdpxe.bash-completion; COMP_WORDS=(xdpxe {' '.join(words)} '');"
              f" COMP_CWORD={len(words) + 1}; _xdpxe; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    return lab.server.run("bash", "-c", script).stdout.split()


def test_bash_completes_commands_options_states_and_machines(lab, server, files):
    assert files
    assert {"run", "doctor", "storm"} <= set(completed(lab))
    assert "--json" in completed(lab, "leases")
    assert "declined" in completed(lab, "leases", "--state")
    lab.client.run("busybox", "udhcpc", "-i", "cli0", "-f", "-n", "-q", "-s", "/bin/true")
    lease, = server.json("leases")
    assert completed(lab, "leases", "--mac") == [lease["mac"]]
    assert lease["mac"] in completed(lab, "machine")


def test_a_laboratory_by_hand(tmp_path):
    """As README.md says it, with simulated machines in the place of a virtual one."""
    env = dict(os.environ, XDPXE_LAB=f"xdpxe-{os.getpid()}-hand")

    def lab(*words, check_=True):
        done = subprocess.run([TOP / "tests/lab.sh", *words], env=env, capture_output=True,
                              text=True, timeout=60, check=False, cwd=tmp_path)
        assert not check_ or done.returncode == 0, done.stdout + done.stderr
        return done.stdout
    (tmp_path / "tftp").mkdir()
    (tmp_path / "tftp/first").write_bytes(bytes(5000))
    (tmp_path / "tftp/boot.ipxe").write_text("#!ipxe\n", encoding="ascii")
    (tmp_path / "lab.yaml").write_text(
        "interfaces: [eth1]\nnetworks:\n  - { subnet: 10.77.0.0/16, pool: 10.77.1.0-10.77.1.99 }\n"
        "leases: { database: none }\ntftp: { root: tftp }\nboot: { bios: first, ipxe: boot.ipxe }\n",
        encoding="ascii")
    lab("down")
    try:
        lab("up")
        assert "BAD" not in lab("server", "xdpxe", "doctor", "eth1")
        server = Process([TOP / "tests/lab.sh", "server", "xdpxe", "run", "-c", "lab.yaml"],
                         cwd=tmp_path, env=env)
        server.wait_line("ready:", 20)
        said = lab("storm", "-n", "3", "--mix", "bios", "-e", "bios:first=tftp/first")
        assert "3 of 3 machines booted" in said
        assert server.stop() == 0
    finally:
        lab("down", check_=False)
