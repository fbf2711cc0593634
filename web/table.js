// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The machines, as the stream tells them. Each keeps its place on the wall; new ones come behind.

class Table {
  constructor() {
    this.places = new Map(); // MAC -> place
    this.machines = [];      // by place, as the API has them
    this.stages = [];        // by place, index in STAGES
    this.changed = [];       // places to be painted
    this.isChanged = [];
  }

  touch(place) {
    if (this.isChanged[place]) return;
    this.isChanged[place] = true;
    this.changed.push(place);
  }

  put(machine) {
    let place = this.places.get(machine.mac);
    if (place === undefined) {
      place = this.machines.length;
      this.places.set(machine.mac, place);
    }
    this.machines[place] = machine;
    this.stages[place] = STAGE_OF.get(machine.stage) ?? 0;
    this.touch(place);
    return place;
  }

  // Machines of one network stand together, by hardware address: as a rule, by rack.
  sort() {
    const key = (machine) => (machine.network || '~') + machine.mac;
    const keyed = this.machines.map((machine) => [key(machine), machine]);
    keyed.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    const fresh = new Table();
    for (const [, machine] of keyed) fresh.put(machine);
    Object.assign(this, fresh);
  }

  get(mac) {
    const place = this.places.get(mac);
    return place === undefined ? null : this.machines[place];
  }

  // The first so many that are stuck, longest first, and how many there are.
  stuck(most) {
    const all = [];
    for (let place = 0; place < this.machines.length; place++)
      if (this.stages[place] === STUCK) all.push(this.machines[place]);
    all.sort((a, b) => a.since - b.since);
    return { count: all.length, first: all.slice(0, most) };
  }
}

// Part of its file that a machine has loaded, 0 to 1.
function progress(machine) {
  return machine.blocks ? Math.min(1, machine.block / machine.blocks) : 0;
}
