// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Everything put together.

const RENEW_MS = 30000;

let table = new Table();
const wall = new Wall(table), sparks = new Sparks();
const story = new Story((mac) => {
  wall.selected = mac;
  wall.mark();
});
const open = (mac) => story.open(mac);
const legend = new Legend((only) => wall.show(only));
const stuck = new Stuck(open);
const search = new Search((macs) => {
  wall.found = new Set(macs.map((mac) => table.places.get(mac)).filter((place) => place !== undefined));
  wall.mark();
}, open);
let renewed = 0;

function showState(state) {
  const link = $('link');
  if (link.className === state) return;
  link.className = state;
  say(link, state === 'live' ? 'live' : 'no connection to the daemon; this is how it was. Trying again');
  document.body.classList.toggle('lost', state === 'lost');
  if (state === 'live') whoIsThere();
}

async function whoIsThere() {
  try {
    const status = await (await fetch('/api/v1/status')).json();
    const where = (status.interfaces || []).join(', ');
    say($('where'), where);
    document.title = where ? 'xdpxe: ' + where : 'xdpxe';
  } catch (error) {
    say($('where'), ''); // the stream tells when it is there again
  }
}

function showTotals({ stages, rates }) {
  const total = Object.values(stages).reduce((sum, count) => sum + count, 0);
  legend.put(stages);
  sparks.put(rates);
  stuck.put(table);
  if (total < table.machines.length && performance.now() - renewed > RENEW_MS) {
    renewed = performance.now();
    stream.renew();
  }
}

function takeTable(fresh) {
  table = fresh;
  wall.replace(table);
  search.ask();
  $('empty').hidden = table.machines.length > 0;
}

function takeMachines(machines) {
  for (const machine of machines) {
    table.put(machine);
    story.hint(machine.mac);
  }
  $('empty').hidden = table.machines.length > 0;
}

const stream = new Stream({ table: takeTable, machines: takeMachines, totals: showTotals, state: showState });

function describe(machine) {
  const stage = STAGES[STAGE_OF.get(machine.stage) ?? 0];
  const parts = [stage.words + (machine.since ? ' for ' + span(Date.now() - machine.since) : '')];
  if (machine.file) parts.push(machine.file + (machine.blocks ? `, ${Math.floor(100 * progress(machine))} %` : ''));
  if (machine.reason) parts.push(machine.reason);
  return parts.join('. ');
}

function showTip(place, x, y) {
  const tip = $('tip'), machine = table.machines[place];
  tip.hidden = !machine;
  if (!machine) return;
  tip.replaceChildren(el('b', { class: 'mono' }, machine.mac), machine.addr ? el('div', { class: 'faint' }, machine.addr) : '',
    el('div', {}, describe(machine)));
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - box.width - 8)) + 'px';
  tip.style.top = Math.max(4, y + 18 + box.height > innerHeight ? y - box.height - 12 : y + 18) + 'px';
}

const marks = $('marks');
marks.addEventListener('pointermove', (event) => showTip(wall.place(event.offsetX, event.offsetY), event.clientX, event.clientY));
marks.addEventListener('pointerleave', () => { $('tip').hidden = true; });
marks.addEventListener('click', (event) => {
  const place = wall.place(event.offsetX, event.offsetY);
  $('tip').hidden = true;
  if (place >= 0) open(table.machines[place].mac);
});
marks.addEventListener('keydown', (event) => {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -wall.columns, ArrowDown: wall.columns, Home: -1e9, End: 1e9 };
  if (event.key in steps) wall.move(steps[event.key]);
  else if ((event.key === 'Enter' || event.key === ' ') && wall.cursor >= 0) open(table.machines[wall.cursor].mac);
  else return;
  event.preventDefault();
  const machine = table.machines[wall.cursor];
  if (machine) say($('here'), `${machine.mac}, ${describe(machine)}`);
});
marks.addEventListener('blur', () => {
  wall.cursor = -1;
  wall.mark();
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') story.close();
  if (event.key === '/' && document.activeElement !== $('query')) {
    event.preventDefault();
    $('query').focus();
  }
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  palette.clear();
  legend.paint();
  wall.layOut();
});

(function frame() {
  wall.paint();
  requestAnimationFrame(frame);
}());
