// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The stream of the daemon: opened again when it ends, and when nothing has come for a while.

const SILENT_MS = 5000, AGAIN_MS = 1000, AGAIN_MOST_MS = 8000;

class Stream {
  // on.table(table): all machines, anew; on.machines(list); on.totals(totals); on.state('live' or 'lost')
  constructor(on) {
    this.on = on;
    this.wait = AGAIN_MS;
    this.timer = 0;
    setInterval(() => this.look(), 1000);
    this.open();
  }

  open() {
    this.fresh = new Arrivals(); // until all are there, the old table stays on the wall,
    this.late = null;            // and what comes while the new one is made waits
    this.heard = performance.now();
    this.source = new EventSource('/api/v1/stream?what=machines,totals');
    this.source.onerror = () => this.lose();
    this.source.addEventListener('machines', (event) => this.machines(JSON.parse(event.data)));
    this.source.addEventListener('totals', (event) => this.totals(JSON.parse(event.data)));
  }

  machines({ machines, more }) {
    this.hear();
    if (this.late) this.late.push(...machines);
    else if (!this.fresh) this.on.machines(machines);
    else {
      for (const machine of machines) this.fresh.put(machine);
      if (!more) this.begin(this.source);
    }
  }

  async begin(source) {
    this.late = [];
    const table = await this.fresh.table();
    if (source !== this.source) return; // lost meanwhile
    const late = this.late;
    this.fresh = this.late = null;
    this.on.table(table);
    this.on.machines(late);
  }

  totals(totals) {
    this.hear();
    this.on.totals(totals);
  }

  hear() {
    this.heard = performance.now();
    this.wait = AGAIN_MS;
    this.on.state('live');
  }

  look() {
    if (this.source && performance.now() - this.heard > SILENT_MS) this.lose();
  }

  lose() {
    if (!this.source) return;
    this.source.close();
    this.source = null;
    this.on.state('lost');
    this.timer = setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(2 * this.wait, AGAIN_MOST_MS);
  }

  // The daemon has forgotten machines that we still show.
  renew() {
    if (!this.source || this.fresh) return;
    this.source.close();
    this.open();
  }
}
