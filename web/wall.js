// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The wall: as many cells as there are machines, as large as they fit. Only what changed is painted, and no more of it in one
// frame than a frame has time for.

const CELL_LEAST = 4, CELL_MOST = 34;

class Wall {
  constructor(table) {
    this.table = table;
    this.box = $('wall');
    this.cells = $('cells');
    this.marks = $('marks');
    this.only = null;      // a stage that is looked at alone
    this.found = new Set(); // places with a ring around them
    this.cursor = -1;
    this.selected = null;  // MAC
    this.capacity = 0;
    new ResizeObserver(() => this.layOut()).observe(this.box);
  }

  replace(table) {
    this.table = table;
    this.cursor = -1;
    this.layOut();
  }

  // The largest cells with which so many machines, and some more, fit the box; below CELL_LEAST it is scrolled.
  layOut() {
    const width = this.box.clientWidth - 2, height = this.box.clientHeight - 2;
    const count = Math.max(64, Math.ceil(this.table.machines.length * 1.05));
    if (width < CELL_LEAST || height < CELL_LEAST) return;
    let size = Math.min(CELL_MOST, Math.floor(Math.sqrt(width * height / count)) + 1);
    while (size > CELL_LEAST && Math.floor(width / size) * Math.floor(height / size) < count) size--;
    size = Math.max(size, CELL_LEAST);
    this.size = size;
    this.columns = Math.floor(width / size);
    const rows = Math.max(Math.floor(height / size), Math.ceil(count / this.columns));
    this.capacity = this.columns * rows;
    this.left = Math.floor((width - this.columns * size) / 2) + 1;
    this.context = sharp(this.cells, width, rows * size + 2);
    this.ring = sharp(this.marks, width, rows * size + 2);
    this.sprites = new Sprites(size);
    for (let place = 0; place < this.table.machines.length; place++) this.table.touch(place);
    this.mark();
  }

  at(place) {
    return [this.left + place % this.columns * this.size, 1 + Math.floor(place / this.columns) * this.size];
  }

  place(x, y) {
    const column = Math.floor((x - this.left) / this.size), row = Math.floor((y - 1) / this.size);
    const place = row * this.columns + column;
    return column >= 0 && column < this.columns && row >= 0 && place < this.table.machines.length ? place : -1;
  }

  paintOne(place) {
    const stage = this.table.stages[place], [x, y] = this.at(place);
    const level = stage === LOADING ? Math.round(progress(this.table.machines[place]) * LEVELS) : 0;
    this.context.clearRect(x, y, this.size, this.size);
    this.sprites.put(this.context, stage, level, this.only !== null && this.only !== stage, x, y);
  }

  // In each frame. What does not fit it is painted in the next.
  paint() {
    const { changed, isChanged, machines } = this.table;
    if (!changed.length) return;
    if (machines.length > this.capacity) this.layOut();
    if (!this.context) return;
    const end = performance.now() + FRAME_MS;
    let done = 0;
    while (done < changed.length && (done % 64 || performance.now() < end)) {
      const place = changed[done++];
      isChanged[place] = false;
      this.paintOne(place);
    }
    changed.splice(0, done);
  }

  show(only) {
    this.only = only;
    for (let place = 0; place < this.table.machines.length; place++) this.table.touch(place);
  }

  // Rings: what was found, what is selected, where the keyboard is.
  mark() {
    if (!this.ring) return;
    const ring = (place, tint, wide) => {
      const [x, y] = this.at(place);
      this.ring.strokeStyle = tint;
      this.ring.lineWidth = wide;
      this.ring.strokeRect(x - 0.5, y - 0.5, this.size + 1, this.size + 1);
    };
    this.ring.clearRect(0, 0, this.marks.width, this.marks.height);
    for (const place of this.found) ring(place, colour('ink'), 2);
    const selected = this.selected && this.table.places.get(this.selected);
    if (selected !== null && selected !== undefined) ring(selected, colour('ink'), 3);
    if (this.cursor >= 0) ring(this.cursor, colour('discovering'), 3);
  }

  move(step) {
    const last = this.table.machines.length - 1;
    if (last < 0) return;
    this.cursor = Math.max(0, Math.min(last, this.cursor < 0 ? 0 : this.cursor + step));
    const [, y] = this.at(this.cursor);
    if (y < this.box.scrollTop) this.box.scrollTop = y - this.size;
    if (y + this.size > this.box.scrollTop + this.box.clientHeight)
      this.box.scrollTop = y + 2 * this.size - this.box.clientHeight;
    this.mark();
  }
}
