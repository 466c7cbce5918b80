// The log: every message in the order of arrival, newest last, following until somebody scrolls up.

import { byId, make, setText } from './dom.js';
import { bytes, plural, time } from './words.js';

const OVERSCAN = 20;

export class Messages {
  #engine;
  #element = byId('log');
  #space = byId('log-rows');
  #slots = [];
  #window = { first: 0, rows: [] };
  #total = 0;
  #rowHeight = 24;

  /** `chosen(path)`: a topic was clicked. */
  constructor(engine, chosen) {
    this.#engine = engine;
    byId('log-filter').addEventListener('input', () => engine.send('logFilter', { words: byId('log-filter').value }));
    byId('log-follow').addEventListener('change', () => this.#ask());
    byId('log-json').addEventListener('click', () => engine.send('export', { what: 'log', form: 'json' }));
    byId('log-csv').addEventListener('click', () => engine.send('export', { what: 'log', form: 'csv' }));
    this.#element.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#element.addEventListener('wheel', (event) => event.deltaY < 0 && this.#stopFollowing(), { passive: true });
    this.#element.addEventListener('keydown', (event) => ['ArrowUp', 'PageUp', 'Home'].includes(event.key) && this.#stopFollowing());
    this.#element.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (button) chosen(button.textContent);
    });
    new ResizeObserver(() => this.#resized()).observe(this.#element);
  }

  update(log) {
    this.#window = log;
    this.#total = log.total;
    setText(byId('log-count'), plural(log.total, 'message'));
    this.#space.style.height = `${this.#total * this.#rowHeight}px`;
    if (byId('log-follow').checked) this.#element.scrollTop = this.#element.scrollHeight;
    this.#draw();
  }

  #stopFollowing() {
    if (!byId('log-follow').checked) return;
    byId('log-follow').checked = false;
    this.#ask();
  }

  #resized() {
    this.#rowHeight = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--log-row')) || 24;
    this.#ask();
  }

  #scrolled() {
    const { first, rows } = this.#window;
    const top = Math.floor(this.#element.scrollTop / this.#rowHeight);
    const bottom = top + Math.ceil(this.#element.clientHeight / this.#rowHeight);
    if (!byId('log-follow').checked && (top < first || bottom > first + rows.length)) this.#ask();
    this.#draw();
  }

  #ask() {
    const visible = Math.ceil(this.#element.clientHeight / this.#rowHeight);
    const top = Math.floor(this.#element.scrollTop / this.#rowHeight);
    this.#engine.send('log', { first: Math.max(0, top - OVERSCAN), count: visible + 2 * OVERSCAN, follow: byId('log-follow').checked });
  }

  #draw() {
    const { first, rows } = this.#window;
    while (this.#slots.length < rows.length) this.#slots.push(this.#slot());
    this.#slots.forEach((slot, i) => {
      slot.element.hidden = i >= rows.length;
      if (slot.element.hidden) return;
      const top = (first + i) * this.#rowHeight;
      if (slot.top !== top) slot.element.style.transform = `translateY(${top}px)`;
      slot.top = top;
      if (slot.number === rows[i].number) return;
      slot.number = rows[i].number;
      const { time: at, path, value, qos, retain, length } = rows[i];
      [time(at), path, value === '' ? '(empty)' : value, `${qos}${retain ? ' retained' : ''}`, bytes(length)].forEach((words, cell) => setText(slot.cells[cell], words));
    });
  }

  #slot() {
    const cells = [make('span'), make('button', { type: 'button', title: 'Show this topic' }), make('span'), make('span'), make('span')];
    const wrapped = cells.map((cell) => (cell.tagName === 'BUTTON' ? make('span', {}, cell) : cell));
    const element = make('div', { className: 'log-row' }, ...wrapped);
    element.setAttribute('role', 'row');
    for (const cell of wrapped) cell.setAttribute('role', 'cell');
    this.#space.append(element);
    return { element, cells, number: -1, top: -1 };
  }
}
