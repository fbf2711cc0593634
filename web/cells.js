// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// How a machine looks: a cell with the colour and shape of its stage, and where there is room for it, the letter.

const LETTER_FROM = 13; // pixels of a cell
const CROSS_FROM = 8;   // below, a cross would only make it dark
const LEVELS = 8;       // of a file that is being loaded

function paintShape(context, stage, level, x, y, size) {
  const tint = colour(STAGES[stage].name), gap = size > 20 ? 1.5 : size > 5 ? 1 : 0.5;
  const round = size > 12 ? size / 9 : 0;
  const left = x + gap, top = y + gap, side = size - 2 * gap;
  context.fillStyle = context.strokeStyle = tint;
  context.lineWidth = Math.max(1, size / 12);
  switch (STAGES[stage].name) {
  case 'discovering': { // hollow
    const half = context.lineWidth / 2;
    context.beginPath();
    context.roundRect(left + half, top + half, side - 2 * half, side - 2 * half, round);
    context.stroke();
    break;
  }
  case 'leased': { // a dot
    context.beginPath();
    context.arc(x + size / 2, y + size / 2, side / 2, 0, 2 * Math.PI);
    context.fill();
    break;
  }
  case 'loading': { // fills from below
    const filled = side * level / LEVELS;
    context.save();
    context.beginPath();
    context.roundRect(left, top, side, side, round);
    context.clip();
    context.globalAlpha = 0.35;
    context.fillRect(left, top, side, side);
    context.globalAlpha = 1;
    context.fillRect(left, top + side - filled, side, filled);
    context.restore();
    break;
  }
  case 'ipxe': { // a rhomb
    context.beginPath();
    context.moveTo(x + size / 2, top);
    context.lineTo(left + side, y + size / 2);
    context.lineTo(x + size / 2, top + side);
    context.lineTo(left, y + size / 2);
    context.fill();
    break;
  }
  case 'handed-over': // done: low, calm
    context.globalAlpha = 0.72;
    context.beginPath();
    context.roundRect(left, top, side, side, round);
    context.fill();
    context.globalAlpha = 1;
    break;
  case 'stuck': // larger than all others, and crossed out
    context.beginPath();
    context.roundRect(x, y, size - gap / 2, size - gap / 2, round);
    context.fill();
    if (size >= LETTER_FROM || size < CROSS_FROM) break;
    context.strokeStyle = colour('on');
    context.beginPath();
    context.moveTo(left, top);
    context.lineTo(left + side, top + side);
    context.moveTo(left + side, top);
    context.lineTo(left, top + side);
    context.stroke();
    break;
  }
}

function paintLetter(context, stage, level, x, y, size) {
  const name = STAGES[stage].name;
  if (size < LETTER_FROM) return;
  context.fillStyle = name === 'discovering' ? colour(name) : name === 'handed-over' ? colour('calm')
    : name === 'loading' && level < LEVELS / 2 ? colour('ink') : colour('on');
  context.font = `700 ${Math.round(size * 0.62)}px system-ui, "DejaVu Sans", sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(STAGES[stage].letter, x + size / 2, y + size / 2 + size * 0.05);
}

function paintCell(context, stage, level, x, y, size) {
  paintShape(context, stage, level, x, y, size);
  paintLetter(context, stage, level, x, y, size);
}

// Every look there is, painted once for a size: a cell on the wall is then a copy.
class Sprites {
  constructor(size) {
    this.scale = Math.min(window.devicePixelRatio || 1, 2);
    this.size = size;
    this.canvas = document.createElement('canvas');
    const context = sharp(this.canvas, size * (LEVELS + 1), size * STAGES.length * 2);
    for (const faint of [0, 1])
      for (let stage = 0; stage < STAGES.length; stage++)
        for (let level = 0; level <= LEVELS; level++) {
          const x = level * size, y = (faint * STAGES.length + stage) * size;
          paintCell(context, stage, level, x, y, size);
          if (!faint) continue;
          context.globalCompositeOperation = 'destination-out';
          context.fillStyle = 'rgb(0 0 0 / .84)';
          context.fillRect(x, y, size, size);
          context.globalCompositeOperation = 'source-over';
        }
  }

  put(context, stage, level, faint, x, y) {
    const side = this.size * this.scale;
    context.drawImage(this.canvas, level * side, (stage + (faint ? STAGES.length : 0)) * side, side, side,
      x, y, this.size, this.size);
  }
}
