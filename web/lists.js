// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The legend with its counts, the stuck, and what a search has found.

const LIST_MOST = 60, SEARCH_MOST = 500, SEARCH_WAIT_MS = 200;

class Legend {
  constructor(onOnly) {
    this.only = null;
    this.buttons = STAGES.map((stage, index) => {
      const count = el('b', {}, '0'), icon = el('canvas', { 'aria-hidden': 'true' });
      const button = el('button', { type: 'button', 'aria-pressed': 'false', onclick: () => this.press(index, onOnly) },
        icon, el('div', {}, count, el('span', {}, stage.words)));
      $('legend').append(button);
      return { button, count, icon };
    });
    this.paint();
  }

  paint() {
    this.buttons.forEach(({ icon }, stage) => paintCell(sharp(icon, 20, 20), stage, LEVELS * 0.75, 0, 0, 20));
  }

  press(index, onOnly) {
    this.only = this.only === index ? null : index;
    this.buttons.forEach(({ button }, i) => {
      button.setAttribute('aria-pressed', String(this.only === i));
      button.classList.toggle('off', this.only !== null && this.only !== i);
    });
    onOnly(this.only);
  }

  put(stages) {
    this.buttons.forEach(({ button, count }, i) => {
      const number = stages[STAGES[i].name] || 0;
      say(count, number.toLocaleString());
      if (i === STUCK) button.classList.toggle('alarm', number > 0);
    });
  }
}

// A machine in a list. The row may be another's later: so it is told by its MAC.
function row(machine, onOpen) {
  const stage = STAGES[STAGE_OF.get(machine.stage) ?? 0];
  const what = machine.reason || [stage.words, machine.file].filter(Boolean).join(': ');
  return el('li', {}, el('button', { type: 'button', onclick: () => onOpen(machine.mac) },
    el('span', { class: 'top' }, el('span', { class: 'mono' }, machine.mac),
      el('span', { class: 'faint' }, machine.since ? span(Date.now() - machine.since) : '')),
    el('span', { class: 'why' }, what)));
}

class Stuck {
  constructor(onOpen) {
    this.onOpen = onOpen;
    this.shown = '';
  }

  put(table) {
    const { count, first } = table.stuck(LIST_MOST);
    const shown = count + first.map((machine) => machine.mac + machine.reason + span(Date.now() - machine.since)).join();
    if (shown === this.shown) return;
    this.shown = shown;
    const list = $('stuck').querySelector('ol'), focus = list.contains(document.activeElement);
    if (focus) return; // somebody is choosing from it
    $('stuck').querySelector('h2').replaceChildren('Stuck ', el('i', {}, count ? `${count.toLocaleString()}, the longest first` : ''));
    list.replaceChildren(...first.map((machine) => row(machine, this.onOpen)));
    if (!count) list.append(el('li', { class: 'nothing' }, 'Nobody.'));
  }
}

class Search {
  constructor(onFound, onOpen) {
    this.onFound = onFound;
    this.onOpen = onOpen;
    this.timer = 0;
    this.asked = 0;
    $('query').addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), SEARCH_WAIT_MS);
    });
    $('search').addEventListener('submit', (event) => {
      event.preventDefault();
      clearTimeout(this.timer);
      this.ask(true);
    });
  }

  async ask(open) {
    const text = $('query').value.trim(), asked = ++this.asked;
    $('found').hidden = !text;
    if (!text) return this.onFound([]);
    try {
      const reply = await fetch(`/api/v1/machines?limit=${SEARCH_MOST}&q=${encodeURIComponent(text)}`);
      const answer = await reply.json();
      if (asked !== this.asked) return;
      if (!reply.ok) throw new Error(answer.error);
      this.show(text, answer.matching, answer.machines);
      if (open && answer.machines.length) this.onOpen(answer.machines[0].mac);
    } catch (error) {
      if (asked === this.asked) this.show(text, 0, [], error.message);
    }
  }

  show(text, matching, machines, trouble) {
    const found = $('found');
    found.querySelector('h2').replaceChildren('Found ', el('i', {}, `${matching.toLocaleString()} with \u201c${text}\u201d`));
    found.querySelector('ol').replaceChildren(...machines.slice(0, LIST_MOST).map((machine) => row(machine, this.onOpen)));
    if (!machines.length)
      found.querySelector('ol').append(el('li', { class: 'nothing' }, trouble || 'No machine has that in its MAC, address or file.'));
    this.onFound(machines.map((machine) => machine.mac));
  }
}
