// The broker about itself: tiles from $SYS, each with a line of the last five minutes, the
// gateways' own branches, and everything else as a table.

import { byId, make, makeSvg, setText } from './dom.js';
import { bytes, count, duration, figure, rate } from './words.js';

const MINUTES = 5;
const BROKER = '$SYS/broker/';
const GATEWAY = '$SYS/broker/gateway/';

const perMinute = (value) => [rate(value / 60), 'per second'];
const whole = (value) => [count(value), ''];
const size = (value) => bytes(value).split(' ');

/** Title, where it is in $SYS (the first that exists), how it reads, and whether more of it is bad. */
const TILES = [
  ['Clients connected', ['clients/connected', 'clients/active'], whole],
  ['Messages in', ['load/messages/received/1min'], perMinute],
  ['Messages out', ['load/messages/sent/1min'], perMinute],
  ['Published in', ['load/publish/received/1min'], perMinute],
  ['Bytes in', ['load/bytes/received/1min'], (value) => withUnit(bytes(value / 60), '/s')],
  ['Bytes out', ['load/bytes/sent/1min'], (value) => withUnit(bytes(value / 60), '/s')],
  ['Dropped', ['publish/messages/dropped'], whole, true],
  ['Retained', ['retained messages/count'], whole],
  ['Subscriptions', ['subscriptions/count'], whole],
  ['Stored', ['store/messages/bytes'], size],
  ['Memory', ['heap/current', 'heap/current size'], size],
  ['Uptime', ['uptime'], (value) => [duration(value), '']],
];

const withUnit = (words, unit) => {
  const [value, prefix] = words.split(' ');
  return [value, prefix + unit];
};

export class Broker {
  #tiles = new Map(); // By title.

  update({ topics, here, now }) {
    const byPath = new Map(topics.map((topic) => [topic.path, topic]));
    for (const [title, names, words, isLoss] of TILES) {
      const topic = names.map((name) => byPath.get(BROKER + name)).find((found) => found?.value !== null && found !== undefined);
      if (topic) this.#tile(byId('tiles'), title, topic.value, words(topic.value), topic.points, now, isLoss);
    }
    const perSecond = here.at(-1)?.[1] ?? 0;
    this.#tile(byId('tiles'), 'Received by this page', perSecond, [rate(perSecond), 'per second'], here, now);
    this.#gateways(topics.filter(({ path }) => path.startsWith(GATEWAY)), now);
    const version = byPath.get(`${BROKER}version`)?.text;
    setText(byId('broker-name'), version ?? 'Broker');
    setText(byId('broker-facts'), topics.length > 0
      ? `From $SYS, as the broker publishes it; each line shows the last ${MINUTES} minutes.`
      : 'This broker publishes no $SYS topics, or they may not be subscribed to. What this page itself sees is below.');
    this.#table(topics);
  }

  /** A gateway's own branch: a tile for each of its figures. */
  #gateways(topics, now) {
    byId('gateways').hidden = topics.length === 0;
    for (const { path, value, points } of topics) {
      const [name, ...rest] = path.slice(GATEWAY.length).split('/');
      if (value === null || rest.length === 0) continue;
      const words = rest[0] === 'bytes' ? size(value) : [figure(value), ''];
      this.#tile(byId('gateway-tiles'), `${name}: ${rest.filter((word) => word !== 'publish').join(' ')}`, value, words, points, now, rest.at(-1) === 'dropped');
    }
  }

  #tile(parent, title, value, [words, unit = ''], points, now, isLoss = false) {
    let tile = this.#tiles.get(title);
    if (!tile) {
      const area = makeSvg('path', { class: 'area' });
      const trace = makeSvg('path', { class: 'trace' });
      const element = make('section', { className: 'tile', ariaLabel: title }, make('h4', { textContent: title }), make('p'), makeSvg('svg', { viewBox: '0 0 100 40', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, area, trace));
      tile = { element, area, trace };
      this.#tiles.set(title, tile);
      parent.append(element);
    }
    const figureElement = tile.element.querySelector('p');
    if (figureElement.textContent !== words + unit) figureElement.replaceChildren(words, ...(unit ? [make('small', { textContent: unit })] : []));
    tile.element.classList.toggle('loss', isLoss && value > 0);
    const line = trace(points, now);
    tile.trace.setAttribute('d', line);
    tile.area.setAttribute('d', line && `${line} L100 40 L${/^M([\d.-]+)/.exec(line)[1]} 40 Z`);
  }

  #table(topics) {
    const { tBodies: [body] } = byId('system');
    topics.forEach(({ path, text }, i) => {
      const { cells } = body.rows[i] ?? body.appendChild(make('tr', {}, make('td'), make('td')));
      setText(cells[0], path.replace(BROKER, ''));
      setText(cells[1], text);
    });
  }
}

/** A line through [time, value] in a box of 100 by 40; the value holds until the next one comes. */
function trace(points, now) {
  if (points.length === 0) return '';
  const values = points.map(([, value]) => value);
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const from = Math.min(now - 10_000, Math.max(points[0][0], now - MINUTES * 60_000));
  const x = (at) => ((Math.max(at, from) - from) / (now - from)) * 100;
  const y = (value) => (span === 0 ? 26 : 35 - ((value - low) / span) * 28);
  const marks = points.map(([at, value]) => `${x(at).toFixed(2)} ${y(value).toFixed(2)}`);
  return `M${marks.join(' L')} L100 ${y(values.at(-1)).toFixed(2)}`;
}
