// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Elements are made here alone, and whatever comes from the network goes in as text: a name cannot become markup.

const $ = (id) => document.getElementById(id);

// el('b', { class: 'mono', onclick: f }, 'text', child, ...)
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null) element.setAttribute(name, value);
  }
  for (const child of children)
    if (child !== null && child !== undefined) element.append(child instanceof Node ? child : String(child));
  return element;
}

// Text that may not have changed: no layout for nothing.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Colours of the style sheet, each read once.
const palette = new Map();
function colour(name) {
  if (!palette.has(name))
    palette.set(name, getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim());
  return palette.get(name);
}

// A canvas of so many CSS pixels, sharp on this screen. Returns its context, scaled.
function sharp(canvas, width, height) {
  const scale = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.width = width + 'px';
  canvas.style.height = height + 'px';
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}
