# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The wall in a real browser: what a storm does is to be seen, and no name of a file becomes a program."""

import json
import re
import socket

import pytest

from lib import storm, tftp
from lib.api import Api
from lib.browser import Browser
from lib.lab import attach_pass
from lib.server import BOOT, Xdpxe, config
from lib.wait import until

PORT = 8067
URL = f"http://127.0.0.1:{PORT}/"
MACHINES = 30
EVIL = "<img src=x onerror=globalThis.pwned=1>"
LIVE = "document.getElementById('link').className === 'live'"


@pytest.fixture(name="served")
def _served(lab, files):  # pylint: disable=unused-argument
    """A daemon with the wall."""
    storm.make_room(lab)
    return Xdpxe(lab, config(lab, BOOT) + f"web: {PORT}\n").start()


@pytest.fixture(name="page")
def _page(lab, served):  # pylint: disable=unused-argument
    """The wall, open in a browser in the server's namespace; nothing may have gone wrong in it at the end."""
    with Browser(lab.server) as browser:
        browser.open(URL)
        browser.until(LIVE)
        yield browser
        assert browser.trouble == [] or any("ERR_" in line for line in browser.trouble), browser.trouble


def text(page, where):
    """The words in an element."""
    return page.ask(f"document.querySelector({json.dumps(where)}).innerText")


def ask_for(lab, name):
    """A machine that asks for files in vain, as firmware does."""
    attach_pass(lab.client, "cli0")
    with lab.client.entered():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(5)
    sock.bind(("10.77.0.2", 0))
    for _ in range(6):
        sock.sendto(tftp.request(name), ("10.77.0.1", 69))
        assert tftp.parse(sock.recv(600)).opcode == tftp.ERROR
    sock.close()


def test_a_storm_is_seen_found_and_told(lab, page):
    assert page.ask("document.getElementById('empty').offsetParent !== null")
    storm.boot(lab, "-n", str(MACHINES))
    page.until(f"table.machines.filter((machine) => machine.stage === 'handed-over').length === {MACHINES}")
    page.until(f"[...document.querySelectorAll('#legend b')].map((b) => b.innerText).at(-1) === '{MACHINES}'")
    page.until("!table.changed.length")
    painted = page.ask("(() => { const [x, y] = wall.at(0), scale = wall.cells.width / wall.cells.clientWidth;"
                       " return [...wall.context.getImageData((x + 4) * scale, (y + 4) * scale, 1, 1).data]; })()")
    assert painted[3] > 100 and painted[1] > painted[0], f"no cell of the colour of its stage: {painted}"
    assert page.ask("document.getElementById('empty').offsetParent === null")
    machine = page.ask("table.machines[7]")
    page.press("/", "/")
    page.type(machine["addr"])
    page.until("document.querySelectorAll('#found li button').length > 0")
    assert machine["mac"] in text(page, "#found")
    page.press("Enter", "\r")
    page.until("!document.getElementById('story').hidden && document.querySelectorAll('#story .steps li').length > 4")
    told = text(page, "#story")
    for words in (machine["mac"], machine["addr"], "was offered an address", "has loaded", "was told where to boot from"):
        assert words in told, told
    page.press("Escape")
    page.until("document.getElementById('story').hidden")
    page.ask("document.getElementById('marks').focus()")
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.press(key, "\r" if key == "Enter" else None)
    page.until("document.querySelector('#story h2')?.innerText === table.machines[1].mac")


def test_a_hostile_name_is_text(lab, page, served):  # pylint: disable=unused-argument
    ask_for(lab, EVIL)
    page.until("table.machines.length === 1 && table.machines[0].stage === 'stuck'")
    page.until("document.querySelectorAll('#stuck li button').length === 1")
    assert EVIL in text(page, "#stuck") and "does not exist" in text(page, "#stuck")
    page.ask("document.querySelector('#stuck li button').click()")
    page.until("document.querySelectorAll('#story .steps li').length > 0")
    assert EVIL in text(page, "#story") and "asked for a file that does not exist" in text(page, "#story")
    page.ask("(() => { const query = document.getElementById('query'); query.value = '<img';"
             " query.dispatchEvent(new Event('input')); })()")
    page.until("document.getElementById('found').querySelectorAll('li').length > 0")
    page.ask("(() => { const marks = document.getElementById('marks'), box = marks.getBoundingClientRect();"
             " marks.dispatchEvent(new PointerEvent('pointermove', { clientX: box.x + 9, clientY: box.y + 9 })); })()")
    page.until("!document.getElementById('tip').hidden")
    assert EVIL in text(page, "#tip")
    assert page.ask("document.images.length === 0 && globalThis.pwned === undefined")


def test_only_the_pages_own_script_runs(lab, page, served):  # pylint: disable=unused-argument
    _, headers, body = Api(lab.server, tcp=PORT).get("/")
    policy = headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'nonce-([0-9a-f]{32})'", policy).group(1)
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy
    assert body.count(nonce.encode()) == 2 and b"@NONCE@" not in body and b"@INSERT" not in body
    assert nonce not in Api(lab.server, tcp=PORT).get("/")[1]["Content-Security-Policy"]
    assert not re.search(rb"(src|href)=\"?(https?:)?//", body), "it loads something from elsewhere"
    page.ask("(() => { const script = document.createElement('script'); script.textContent = 'globalThis.pwned = 1';"
             " document.body.append(script); document.body.insertAdjacentHTML('beforeend',"
             " '<img src=x onerror=\"globalThis.pwned = 1\">'); })()")
    until(lambda: len([line for line in page.trouble if "Content Security Policy" in line]) > 1
          or page.ask("globalThis.pwned"), 20, "the policy to forbid it")
    assert page.ask("globalThis.pwned === undefined")
    page.trouble.clear()


def test_a_lost_daemon_is_said_and_found_again(lab, page, served):
    storm.boot(lab, "-n", "5")
    page.until("table.machines.length === 5")
    served.crash()
    page.until("document.getElementById('link').className === 'lost'")
    assert "no connection" in text(page, "#link") and page.ask("table.machines.length === 5")
    served.start()
    page.until(LIVE)
    page.until("wall.table === table && stream.fresh === null")
    page.trouble.clear()


def test_it_fits_a_phone_and_either_light(lab, page):
    storm.boot(lab, "-n", "5")
    page.until("table.machines.length === 5")
    paper = {}
    for light in ("dark", "light"):
        page.light(light)
        paper[light] = page.ask("getComputedStyle(document.body).backgroundColor")
    assert paper["dark"] != paper["light"]
    page.resize(390, 844, phone=True)
    page.until("innerWidth === 390 && document.getElementById('wall').clientHeight > 300")
    assert page.ask("document.documentElement.scrollWidth <= innerWidth"), "it is wider than a phone"
    page.until("!table.changed.length")
