// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The machines, as the stream tells them. Each keeps its place on the wall; new ones come behind.

const FRAME_MS = 7; // that one kind of work may take of a frame

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

// Machines as they come at the beginning, put in order as they come: those of one network stand together, by hardware address,
// which as a rule is by rack. Numbers are compared, since a frame has no time to sort so many texts.
class Arrivals {
  constructor() {
    this.networks = new Map(); // subnet -> Map of address -> machine
  }

  put(machine) {
    const network = machine.network || '';
    if (!this.networks.has(network)) this.networks.set(network, new Map());
    this.networks.get(network).set(parseInt(machine.mac.replaceAll(':', ''), 16), machine);
  }

  * inOrder() {
    for (const network of [...this.networks.keys()].sort()) {
      const machines = this.networks.get(network);
      for (const address of Float64Array.from(machines.keys()).sort()) yield machines.get(address);
    }
  }

  // All of them in a new table, a few at a time; by a timer, since a page that nobody looks at has no frames.
  async table() {
    const table = new Table();
    let end = performance.now() + FRAME_MS;
    for (const machine of this.inOrder()) {
      table.put(machine);
      if (table.machines.length % 64 || performance.now() < end) continue;
      await new Promise((goOn) => setTimeout(goOn));
      end = performance.now() + FRAME_MS;
    }
    return table;
  }
}

// Part of its file that a machine has loaded, 0 to 1.
function progress(machine) {
  return machine.blocks ? Math.min(1, machine.block / machine.blocks) : 0;
}
