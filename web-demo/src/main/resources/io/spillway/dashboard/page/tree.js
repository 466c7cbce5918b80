// The tree of topics: a window of recycled rows over a list that the Worker keeps. A move among
// rows that are here is made at once; any other is the Worker's, with all that follow until it answers.

import { byId, make, setAttribute, setText } from './dom.js';
import { plural, rate } from './words.js';

const OVERSCAN = 24;
const TYPE_AHEAD = 700;
const FRESH = 900;

export class Tree {
  #engine;
  #element = byId('tree');
  #space = byId('tree-rows');
  #rows = new Map(); // Index to what the Worker said about that row.
  #slots = []; // Recycled elements; index i of the list is shown by slot i modulo their number.
  #total = 0;
  #rowHeight = 24;
  #asked = { first: 0, count: 0 };
  #active = { index: -1, path: null };
  #certain = true; // False while the Worker hasn't said where the last keys led.
  #sent = 0; // Number of the last command that moved the active row.
  #scrollWhenKnown = false; // A topic that was asked for by name may come later.
  #prefix = '';
  #prefixAt = -Infinity;
  #chosen;
  #deletion;

  /** `chosen(path)`: another topic is selected; `deletion(path)`: the Delete key. */
  constructor(engine, { chosen, deletion }) {
    this.#engine = engine;
    this.#chosen = chosen;
    this.#deletion = deletion;
    this.#element.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#element.addEventListener('keydown', (event) => this.#key(event));
    this.#element.addEventListener('click', (event) => this.#click(event));
    new ResizeObserver(() => this.#resized()).observe(this.#element);
  }

  get selected() {
    return this.#active.path;
  }

  focus() {
    this.#element.focus();
  }

  /** Selects a topic wherever it is, opening what is above it. */
  reveal(path) {
    this.#active = { index: -1, path };
    this.#sent = this.#engine.send('reveal', { path });
    this.#scrollWhenKnown = true;
    this.#chosen(path);
  }

  /** Nothing is selected any more. */
  clear() {
    this.#active = { index: -1, path: null };
    this.#sent = this.#engine.send('select', { path: null });
    this.#chosen(null);
    this.#draw();
  }

  update(tree, sequence) {
    this.#rows = new Map(tree.rows.map((row, i) => [tree.first + i, row]));
    this.#total = tree.total;
    this.#space.style.height = `${this.#total * this.#rowHeight}px`;
    // Only an answer to the last move may correct it: an older update doesn't know of it yet.
    if (sequence >= this.#sent) this.#correct(tree);
    this.#draw();
  }

  #correct({ selected }) {
    const changed = selected.path !== this.#active.path;
    this.#active = { index: selected.row, path: selected.path };
    this.#certain = true;
    if ((selected.moved || this.#scrollWhenKnown) && selected.row >= 0) {
      this.#scrollWhenKnown = false;
      this.#show(selected.row);
    }
    if (changed) this.#chosen(selected.path);
  }

  // --- Moving about ---

  #move(index) {
    if (this.#total === 0) return;
    const to = Math.max(0, Math.min(index, this.#total - 1));
    const row = this.#certain ? this.#rows.get(to) : undefined;
    if (!row) {
      this.#leave('selectRow', { index: to });
      return;
    }
    this.#active = { index: to, path: row.path };
    this.#sent = this.#engine.send('select', { path: row.path });
    this.#show(to);
    this.#draw();
    this.#chosen(row.path);
  }

  #step(by) {
    if (this.#certain && this.#rows.has(this.#active.index + by)) this.#move(this.#active.index + by);
    else this.#leave('step', { by });
  }

  /** Leaves a move to the Worker; until it answers, so are those that follow. */
  #leave(command, facts) {
    this.#certain = false;
    this.#sent = this.#engine.send(command, facts);
  }

  #show(index) {
    const top = index * this.#rowHeight;
    const { scrollTop, clientHeight } = this.#element;
    if (top < scrollTop) this.#element.scrollTop = top;
    else if (top + this.#rowHeight > scrollTop + clientHeight) this.#element.scrollTop = top + this.#rowHeight - clientHeight;
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { path } = this.#active;
    const page = Math.max(1, Math.floor(this.#element.clientHeight / this.#rowHeight) - 1);
    const open = () => this.#leave('openRow', { key: event.key });
    const actions = {
      ArrowDown: () => this.#step(1),
      ArrowUp: () => this.#step(-1),
      PageDown: () => this.#step(page),
      PageUp: () => this.#step(-page),
      Home: () => this.#move(0),
      End: () => this.#leave('selectRow', { index: Number.MAX_SAFE_INTEGER }),
      ArrowRight: open,
      ArrowLeft: open,
      Enter: open,
      '*': () => path !== null && this.#leave('expandSiblings', { path }),
      Delete: () => path !== null && this.#deletion(path),
    };
    const action = actions[event.key];
    if (action) action();
    else if (event.key.length === 1 && !(this.#isTyping ? '/ ' : '/ p').includes(event.key)) this.#typeAhead(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  get #isTyping() {
    return performance.now() - this.#prefixAt < TYPE_AHEAD;
  }

  #typeAhead(letter) {
    const goesOn = this.#isTyping;
    this.#prefix = goesOn ? this.#prefix + letter : letter;
    this.#prefixAt = performance.now();
    this.#leave('find', { prefix: this.#prefix, index: Math.max(0, this.#active.index + (goesOn ? 0 : 1)) });
  }

  #click(event) {
    const element = event.target.closest('.row');
    const row = element && this.#rows.get(Number(element.dataset.index));
    if (!row) return;
    this.#certain = true; // What was clicked is what is meant.
    const opens = row.expanded !== null && (event.target.closest('.twisty') || row.path === this.#active.path);
    this.#move(Number(element.dataset.index));
    if (opens) this.#leave('openRow', { key: 'Enter' });
  }

  // --- Drawing ---

  #resized() {
    this.#rowHeight = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row')) || 24;
    this.#space.style.height = `${this.#total * this.#rowHeight}px`;
    this.#scrolled();
  }

  #scrolled() {
    const visible = Math.ceil(this.#element.clientHeight / this.#rowHeight);
    const top = Math.floor(this.#element.scrollTop / this.#rowHeight);
    const first = Math.max(0, top - OVERSCAN);
    const count = visible + 2 * OVERSCAN;
    const { first: had, count: hadCount } = this.#asked;
    if (count !== hadCount || Math.abs(first - had) > OVERSCAN / 2 || (first === 0 && had !== 0)) {
      this.#asked = { first, count };
      this.#engine.send('tree', this.#asked);
    }
    this.#draw();
  }

  #draw() {
    const { clientHeight, scrollTop } = this.#element;
    const first = Math.max(0, Math.floor(scrollTop / this.#rowHeight) - 2);
    const last = Math.min(this.#total - 1, Math.ceil((scrollTop + clientHeight) / this.#rowHeight) + 2);
    while (this.#slots.length < last - first + 1) this.#slots.push(this.#slot(this.#slots.length));
    const used = new Set();
    for (let index = first; index <= last; index++) {
      const slot = this.#slots[index % this.#slots.length];
      used.add(slot);
      this.#fill(slot, index, this.#rows.get(index));
    }
    for (const slot of this.#slots) if (!used.has(slot)) slot.element.hidden = true;
    const active = this.#slots.find((slot) => used.has(slot) && slot.index === this.#active.index && !slot.element.hidden);
    setAttribute(this.#element, 'aria-activedescendant', active ? active.element.id : null);
  }

  #slot(number) {
    const id = `row-${number}`;
    const level = make('span', { className: 'level', id: `${id}-level` });
    const value = make('span', { className: 'value', id: `${id}-value` });
    const keeps = make('span', { className: 'keeps', id: `${id}-keeps` });
    const counts = make('span', { className: 'counts', id: `${id}-counts` });
    const element = make('div', { className: 'row', id }, make('span', { className: 'twisty' }), level, value, keeps, counts);
    element.setAttribute('role', 'treeitem');
    element.setAttribute('aria-labelledby', level.id);
    element.setAttribute('aria-describedby', `${value.id} ${keeps.id} ${counts.id}`);
    this.#space.append(element);
    return { element, level, value, keeps, counts, index: -1, top: -1, depth: 0, path: null, messages: 0 };
  }

  #fill(slot, index, row) {
    const { element } = slot;
    element.hidden = !row;
    if (!row) return;
    const top = index * this.#rowHeight;
    if (slot.index !== index || slot.top !== top || slot.depth !== row.level) {
      // Styles set anew, though the same, would be garbage.
      Object.assign(slot, { index, top, depth: row.level });
      element.dataset.index = index;
      element.style.transform = `translateY(${top}px)`;
      element.style.setProperty('--depth', row.level - 1);
    }
    setText(slot.level, row.name === '' ? '(empty)' : row.name);
    setText(slot.value, row.empty ? 'empty' : row.value);
    slot.value.classList.toggle('empty', row.empty);
    slot.value.hidden = row.value === '' && !row.empty;
    setText(slot.keeps, row.retained ? 'retained' : ''); // A description reads hidden text too.
    setText(slot.counts, countsOf(row));
    setAttribute(element, 'aria-level', row.level);
    setAttribute(element, 'aria-posinset', row.position);
    setAttribute(element, 'aria-setsize', row.siblings);
    setAttribute(element, 'aria-selected', index === this.#active.index);
    setAttribute(element, 'aria-expanded', row.expanded);
    this.#flash(slot, row);
  }

  /** A row whose value just changed lights up for a moment. */
  #flash(slot, row) {
    const same = slot.path === row.path;
    if (same && row.messages !== slot.messages && !(slot.litUntil > performance.now())) {
      slot.element.classList.add('fresh');
      slot.litUntil = performance.now() + FRESH;
      setTimeout(() => slot.element.classList.remove('fresh'), FRESH);
    } else if (!same) slot.element.classList.remove('fresh');
    slot.path = row.path;
    slot.messages = row.messages;
  }
}

function countsOf(row) {
  const parts = [];
  if (row.rate >= 0.95) parts.push(`${rate(row.rate)}/s`);
  if (row.expanded !== null) parts.push(plural(row.topics, 'topic'));
  return parts.join(', ');
}
