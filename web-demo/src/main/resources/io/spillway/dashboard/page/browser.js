// What the browser lends: its clipboard, its downloads, its memory.

import { make, setText } from './dom.js';

const SAID_FOR = 1_400;

export async function copy(text, button) {
  const done = await copyText(text);
  if (!button) return;
  const words = button.dataset.words ?? button.textContent;
  if (button.classList.contains('icon')) {
    button.classList.add('done');
    setTimeout(() => button.classList.remove('done'), SAID_FOR);
    return;
  }
  button.dataset.words = words;
  setText(button, done ? 'Copied' : 'Not allowed');
  setTimeout(() => setText(button, words), SAID_FOR);
}

/** The clipboard exists on https and localhost only; a gateway on a plain LAN address is neither. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text) {
  const before = document.activeElement;
  const area = make('textarea', { value: text, className: 'offscreen', ariaHidden: 'true' });
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  before?.focus();
  return done;
}

export function save(text, name, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** What is remembered between visits: small, and never a password. */
export function remembered(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? undefined;
  } catch {
    return undefined; // Storage is switched off, or something else wrote there.
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is switched off: it lasts as long as the page.
  }
}
