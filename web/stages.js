// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a machine may be at, and what may happen to it: in words.

const STAGES = [
  { name: 'stuck', words: 'stuck', letter: '!' },
  { name: 'discovering', words: 'discovering', letter: 'D' },
  { name: 'leased', words: 'has an address', letter: 'A' },
  { name: 'loading', words: 'loading', letter: 'L' },
  { name: 'ipxe', words: 'in iPXE', letter: 'X' },
  { name: 'handed-over', words: 'handed over', letter: '\u2713' },
];
const STAGE_OF = new Map(STAGES.map((stage, index) => [stage.name, index]));
const STUCK = STAGE_OF.get('stuck'), LOADING = STAGE_OF.get('loading');

const STEPS = {
  'offer': 'was offered an address',
  'leased': 'has its address',
  'refused': 'was refused its address (NAK)',
  'not-answered': 'was not answered',
  'released': 'gave its address back',
  'declined': 'found its address in use (DECLINE)',
  'ipxe': 'asks as iPXE',
  'handed-over': 'was told where to boot from',
  'file-begun': 'began to load',
  'file-size': 'asked for the size of',
  'file-done': 'has loaded',
  'file-missing': 'asked for a file that does not exist',
  'file-refused': 'asked for a file and was refused',
  'file-aborted': 'broke off loading',
  'file-stalled': 'stalled',
  'stuck': 'is stuck',
  'unstuck': 'goes on',
};
const BAD_STEPS = new Set(['refused', 'not-answered', 'declined', 'file-missing', 'file-refused', 'file-aborted',
  'file-stalled', 'stuck']);

// 1234567 -> "1.2 M"
function short(number) {
  for (const [size, unit] of [[1e9, ' G'], [1e6, ' M'], [1e4, ' k']])
    if (number >= size) {
      const value = number / (size === 1e4 ? 1e3 : size);
      return value.toFixed(value < 100 ? 1 : 0) + unit;
    }
  return String(Math.round(number));
}

// Milliseconds as a technician says them.
function span(ms) {
  const s = Math.max(0, ms) / 1000;
  if (s < 10) return s.toFixed(1) + ' s';
  if (s < 120) return Math.floor(s) + ' s';
  if (s < 7200) return Math.floor(s / 60) + ' min';
  if (s < 172800) return Math.floor(s / 3600) + ' h';
  return Math.floor(s / 86400) + ' d';
}

function clock(ms) {
  const at = new Date(ms);
  return at.toDateString() === new Date().toDateString() ? at.toLocaleTimeString() : at.toLocaleString();
}
