// One topic: its value in the format chosen, where it came from, its history, and what is retained.

import { copy } from './browser.js';
import { byId, make, setText } from './dom.js';
import { ago, bytes, count, fullTime, plural, rate, time } from './words.js';

const LARGE = 22;
const PAGE = 100;
/** Signs that hide or turn text: a topic that has them may look like another. */
const TRICKY = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export class Details {
  #engine;
  #plot = null; // A promise of it, from the first number that can be plotted.
  #latestPlot = null;
  #path = null;
  #shown = { number: -1, format: '' };
  #newest = null;
  #count = 50;
  #facts = null;

  constructor(engine, deletion) {
    this.#engine = engine;
    byId('format').addEventListener('change', () => this.#engine.send('format', { wanted: byId('format').value }));
    byId('copy-topic').addEventListener('click', (event) => copy(this.#path, event.currentTarget));
    byId('copy-value').addEventListener('click', () => this.#engine.send('copy'));
    engine.on('copied', ({ text }) => copy(text, byId('copy-value')));
    byId('changes-only').addEventListener('change', () => this.#askHistory(50));
    byId('history-more').addEventListener('click', () => this.#askHistory(this.#count + PAGE));
    byId('export-json').addEventListener('click', () => this.#engine.send('export', { what: 'topic', form: 'json' }));
    byId('export-csv').addEventListener('click', () => this.#engine.send('export', { what: 'topic', form: 'csv' }));
    byId('delete-one').addEventListener('click', () => deletion.ask(this.#path, 1, false));
    byId('delete-below').addEventListener('click', () => deletion.ask(this.#path, this.#facts.retainedBelow + (this.#facts.retained ? 1 : 0), true));
    setInterval(() => this.#age(), 1_000);
  }

  /** At once, before the Worker has said anything: the heading follows the keys. */
  select(path) {
    this.#path = path;
    byId('details').hidden = path === null;
    byId('nothing').hidden = path !== null;
    if (path === null) return;
    byId('details').scrollTop = 0;
    const levels = path.split('/');
    byId('topic').replaceChildren(...(levels.length > 100 ? [path] : levels.flatMap((level, i) => (i === 0 ? [level] : [make('i', { textContent: '/' }), level]))));
    const tricky = [...new Set(path.match(TRICKY) ?? [])].map((sign) => `U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
    byId('warning').hidden = tricky.length === 0;
    setText(byId('warning'), `This name has signs that can't be seen or that turn the text around: ${tricky.slice(0, 12).join(', ')}`);
    this.#shown = { number: -1, format: '' };
    this.#newest = null;
    this.#facts = null;
    this.#count = 50;
    for (const id of ['value', 'chips', 'facts']) byId(id).replaceChildren();
    byId('history').tBodies[0].replaceChildren();
    for (const id of ['note', 'properties', 'plot-card', 'history-card', 'value-card']) byId(id).hidden = true;
    byId('delete-one').disabled = byId('delete-below').disabled = true;
    this.#latestPlot = null;
    this.#plot?.then((plot) => plot.clear());
  }

  update(details) {
    if (!details || details.path !== this.#path) return;
    this.#facts = details;
    const { newest } = details;
    this.#newest = newest ?? null;
    setText(byId('facts'), factsOf(details));
    byId('value-card').hidden = byId('history-card').hidden = !newest;
    byId('delete-one').disabled = !details.retained || this.#path.startsWith('$');
    byId('delete-below').disabled = !(details.retainedBelow > 0) || this.#path.startsWith('$');
    if (!newest) return;
    this.#showValue(newest);
    this.#showHistory(details.history);
    this.#drawPlot(details.plot);
  }

  async #drawPlot(latest) {
    this.#latestPlot = latest;
    if (latest.fields.length > 0) this.#plot ??= import('./plot.js').then(({ Plot }) => new Plot(this.#engine));
    const plot = await this.#plot;
    if (this.#latestPlot === latest) plot?.update(latest); // Unless another topic was chosen meanwhile.
  }

  #showValue(newest) {
    this.#age();
    const format = byId('format').value;
    if (newest.number === this.#shown.number && format === this.#shown.format && newest.text.length === this.#shown.length) return;
    this.#shown = { number: newest.number, format, length: newest.text.length };
    const value = byId('value');
    if (newest.kind === 'JSON' || newest.kind === 'CBOR' || newest.kind === 'MessagePack') showJson(value, newest.text);
    else setText(value, newest.text);
    value.classList.toggle('large', newest.text.length > 0 && newest.text.length <= LARGE && !newest.text.includes('\n') && newest.kind !== 'Hex');
    value.classList.toggle('table', newest.kind === 'Hex');
    byId('note').hidden = newest.note === '';
    setText(byId('note'), newest.note);
    this.#showProperties(newest.properties);
  }

  #age() {
    const newest = this.#newest;
    if (!newest || byId('details').hidden) return;
    const words = [newest.retain && 'retained', `QoS ${newest.qos}`, newest.kind !== 'Empty' && newest.kind, bytes(newest.length), ago(newest.time)].filter(Boolean);
    const chips = byId('chips');
    if (chips.childElementCount > 0 && chips.dataset.words === words.join()) return;
    chips.dataset.words = words.join();
    chips.replaceChildren(...words.map((word, i) => make('span', { className: i >= words.length - 2 ? '' : word === 'retained' ? 'chip retained' : 'chip', textContent: word })));
    chips.lastChild.title = fullTime(newest.time);
  }

  #showProperties(properties) {
    const rows = [];
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (name === 'userProperties') for (const [key, text] of value) rows.push([key, text]);
      else rows.push([sentence(name), inWords(name, value)]);
    }
    byId('properties').hidden = rows.length === 0;
    byId('properties').replaceChildren(...rows.slice(0, 100).flatMap(([key, text]) => [make('dt', { textContent: key }), make('dd', { textContent: text })]));
  }

  #askHistory(count) {
    this.#count = count;
    this.#engine.send('history', { count, changesOnly: byId('changes-only').checked });
  }

  #showHistory({ rows, kept }) {
    const body = byId('history').tBodies[0];
    setText(byId('history-count'), plural(kept, 'message'));
    // A line stays with its message, so that what somebody selects or points at doesn't change under
    // the pointer; the lines of messages that went are used again.
    const lines = new Map([...body.rows].map((line) => [line.dataset.number, line]));
    const wanted = new Set(rows.map(({ number }) => String(number)));
    const free = [...body.rows].filter((line) => !wanted.has(line.dataset.number));
    rows.forEach((row, i) => {
      const line = lines.get(String(row.number)) ?? filled(free.pop() ?? historyRow(), row);
      if (body.rows[i] !== line) body.insertBefore(line, body.rows[i] ?? null);
    });
    while (body.rows.length > rows.length) body.deleteRow(-1);
    byId('history-more').hidden = rows.length < this.#count || rows.length >= kept;
  }
}

function historyRow() {
  return make('tr', {}, make('td'), make('td', {}, make('span')), make('td', {}, make('span')));
}

function filled(line, { number, time: at, value, change }) {
  line.dataset.number = number;
  setText(line.cells[0], time(at));
  line.cells[0].title = fullTime(at);
  setText(line.cells[1].firstChild, value === '' ? '(empty)' : value);
  setText(line.cells[2].firstChild, change);
  return line;
}

function factsOf({ known, topics, messages, rate: perSecond, hasChildren, retainedBelow }) {
  if (!known) return 'Nothing has come on this topic yet.';
  const parts = [plural(messages, 'message')];
  if (hasChildren) parts.push(`${plural(topics, 'topic')} here and below`);
  if (perSecond >= 0.05) parts.push(`${rate(perSecond)}/s`);
  if (retainedBelow > 0) parts.push(`${count(retainedBelow)} retained below`);
  return parts.join(' · ');
}

/** The standard's own words: messageExpiryInterval is Message expiry interval. */
const sentence = (name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^./, (letter) => letter.toUpperCase());

function inWords(name, value) {
  if (name === 'messageExpiryInterval') return `${count(value)} s`;
  if (name === 'payloadFormat') return value === 1 ? 'UTF-8 text' : 'bytes';
  if (!(value instanceof Uint8Array)) return String(value);
  const text = new TextDecoder().decode(value.subarray(0, 512));
  return /^[\x20-\x7e]*$/.test(text) ? text : Array.from(value.subarray(0, 64), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** Colouring more than this would cost more elements than it helps. */
const COLOURED_MAX = 12_000;
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

/** JSON with colours. The text stays exactly what it was; only spans come around its tokens. */
function showJson(element, text) {
  if (text.length > COLOURED_MAX) {
    element.textContent = text;
    return;
  }
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, string, colon] = match;
    parts.push(text.slice(at, match.index));
    if (string) parts.push(make('span', { className: colon ? 'j-key' : 'j-string', textContent: string }), colon ?? '');
    else parts.push(make('span', { className: /[a-z]/.test(token[0]) ? 'j-word' : 'j-number', textContent: token }));
    at = match.index + token.length;
  }
  element.replaceChildren(...parts, text.slice(at));
}
