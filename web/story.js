// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One machine's story: what it is at, and its boots, step by step.

const STORY_WAIT_MS = 700;

class Story {
  constructor(onShow) {
    this.panel = $('story');
    this.onShow = onShow;
    this.mac = null;
    this.due = 0;
    this.before = null; // who had the focus
  }

  async open(mac) {
    if (!this.mac) this.before = document.activeElement;
    this.mac = mac;
    this.panel.hidden = false;
    $('side').hidden = true;
    this.onShow(mac);
    await this.load();
    this.panel.focus({ preventScroll: true });
  }

  close() {
    if (!this.mac) return;
    this.mac = null;
    this.panel.hidden = true;
    $('side').hidden = false;
    this.onShow(null);
    if (this.before && this.before.isConnected) this.before.focus();
  }

  // Something has happened to it: look again, but not for each block.
  hint(mac) {
    if (mac !== this.mac || this.due) return;
    this.due = setTimeout(() => {
      this.due = 0;
      this.load();
    }, STORY_WAIT_MS);
  }

  async load() {
    const mac = this.mac;
    if (!mac) return;
    try {
      const reply = await fetch('/api/v1/machines/' + encodeURIComponent(mac));
      const machine = await reply.json();
      if (mac !== this.mac) return;
      if (!reply.ok) throw new Error(machine.error);
      this.show(machine);
    } catch (error) {
      if (mac === this.mac) this.panel.replaceChildren(this.head(mac), el('p', { class: 'reason' }, error.message));
    }
  }

  head(mac) {
    return el('div', { class: 'head' }, el('h2', { class: 'mono' }, mac),
      el('button', { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => this.close() }, '\u2715'));
  }

  badge(machine) {
    const stage = STAGE_OF.get(machine.stage) ?? 0, icon = el('canvas', { 'aria-hidden': 'true' });
    paintCell(sharp(icon, 18, 18), stage, Math.round(progress(machine) * LEVELS), 0, 0, 18);
    return el('p', { class: 'badge' }, icon, STAGES[stage].words,
      el('span', { class: 'faint' }, machine.since ? 'for ' + span(Date.now() - machine.since) : ''));
  }

  facts(machine) {
    const list = el('dl');
    const fact = (name, ...value) => {
      if (value.some((part) => part !== null && part !== '')) list.append(el('dt', {}, name), el('dd', {}, ...value));
    };
    fact('address', machine.addr);
    fact('network', machine.network);
    fact('architecture', machine.arch_name || machine.arch, machine.ipxe ? ', iPXE' : '');
    if (machine.file) {
      const done = progress(machine), bar = el('i');
      bar.style.width = 100 * done + '%';
      fact('file', machine.file, machine.blocks ? el('div', { class: 'bar' }, bar) : null,
        machine.blocks ? el('span', { class: 'faint' }, `block ${machine.block} of ${machine.blocks}, ${Math.floor(100 * done)} %`) : null);
    }
    fact('speed', machine.bytes_per_s ? short(machine.bytes_per_s) + 'B/s' : null);
    fact('heard of', machine.heard ? span(Date.now() - machine.heard) + ' ago' : null);
    fact('asked again', machine.tries ? machine.tries + ' times' : null);
    fact('boots seen', machine.boots);
    return list;
  }

  boot(boot, first) {
    const result = STAGES[STAGE_OF.get(boot.result) ?? 0].words;
    const list = el('ol', { class: 'steps' }), begun = boot.begun || boot.steps[0]?.time;
    for (const step of boot.steps)
      list.append(el('li', {}, el('time', { datetime: new Date(step.time).toISOString(), title: clock(step.time) },
        '+' + ((step.time - begun) / 1000).toFixed(2) + ' s'),
      el('div', { class: BAD_STEPS.has(step.step) ? 'bad' : '' }, STEPS[step.step] || step.step,
        step.detail ? el('small', {}, step.detail) : null)));
    return [el('h3', {}, (first && !boot.ended ? 'This boot' : 'Boot') + (boot.begun ? ', ' + clock(boot.begun) : '') + ': ' + result),
      boot.reason ? el('p', { class: 'reason' }, boot.reason) : null, list].filter(Boolean);
  }

  show(machine) {
    const at = this.panel.scrollTop;
    this.panel.replaceChildren(this.head(machine.mac), this.badge(machine),
      ...(machine.reason ? [el('p', { class: 'reason' }, machine.reason)] : []), this.facts(machine),
      ...machine.history.flatMap((boot, i) => this.boot(i ? boot : { ...boot, reason: null }, i === 0)));
    this.panel.scrollTop = at;
  }
}
