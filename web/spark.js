// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Rates of the last two minutes: a number and a line each.

const SPARK_SECONDS = 120, SPARK_WIDTH = 92, SPARK_HEIGHT = 30;
const RATES = [
  ['offers', 'OFFER / s', (n) => short(n)],
  ['acks', 'ACK / s', (n) => short(n)],
  ['blocks', 'blocks / s', (n) => short(n)],
  ['bytes', 'files, B / s', (n) => short(n)],
];

class Sparks {
  constructor() {
    this.rows = RATES.map(([name, words, format]) => {
      const canvas = el('canvas', { 'aria-hidden': 'true' });
      const value = el('b', {}, '\u2013');
      $('rates').append(el('div', { class: 'rate' }, value, canvas, el('span', {}, words)));
      return { name, format, value, context: sharp(canvas, SPARK_WIDTH, SPARK_HEIGHT), past: [] };
    });
  }

  put(rates) {
    for (const row of this.rows) {
      row.past.push(rates[row.name] || 0);
      if (row.past.length > SPARK_SECONDS) row.past.shift();
      say(row.value, row.format(rates[row.name] || 0));
      this.paint(row);
    }
  }

  paint({ context, past }) {
    const most = Math.max(...past, 1), step = SPARK_WIDTH / (SPARK_SECONDS - 1);
    const x = (i) => SPARK_WIDTH - (past.length - 1 - i) * step;
    const y = (value) => SPARK_HEIGHT - 2 - value / most * (SPARK_HEIGHT - 5);
    context.clearRect(0, 0, SPARK_WIDTH, SPARK_HEIGHT);
    context.fillStyle = context.strokeStyle = colour('discovering');
    context.beginPath();
    context.moveTo(x(0), SPARK_HEIGHT);
    past.forEach((value, i) => context.lineTo(x(i), y(value)));
    context.lineTo(SPARK_WIDTH, SPARK_HEIGHT);
    context.globalAlpha = 0.2;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1.5;
    context.beginPath();
    past.forEach((value, i) => context.lineTo(x(i), y(value)));
    context.stroke();
  }
}
