// What a topic's messages say together: what changed from one to the next, and numbers over time.

import { parse, preview } from './formats.js';

const WORDS_MAX = 300;
const VALUE_MAX = 60;
/** Objects with more fields than this are compared up to here. */
const COMPARED_MAX = 500;
/** Nor is what lies below a path longer than this, or deeper: names may be empty. */
const PATH_MAX = 200;
const DEPTH_MAX = 100;
/** More fields than this make no list to choose from. */
const FIELDS_MAX = 40;
/** More points than a plot has pixels help nobody. */
const POINTS_MAX = 4_000;

/** "added k: v; removed k: v; changed k: a to b", or '' when nothing changed or nothing came before. */
export function changeOf(record, before) {
  if (!before) return '';
  record.change ??= describe(before, record);
  return record.change;
}

function describe(before, now) {
  if (now.hasPayloadOf(before)) return '';
  const a = parse(before);
  const b = parse(now);
  if (isObject(a) && isObject(b)) {
    const words = compare(flatten(a), flatten(b));
    return words.length > WORDS_MAX ? `${words.slice(0, WORDS_MAX)}…` : words;
  }
  return `changed ${short(preview(before)) || '(empty)'} to ${short(preview(now)) || '(empty)'}`;
}

const isObject = (value) => typeof value === 'object' && value !== null;
const short = (words) => (words.length > VALUE_MAX ? `${words.slice(0, VALUE_MAX)}…` : words);

function compare(before, now) {
  const added = [];
  const removed = [];
  const changed = [];
  for (const [key, value] of now) {
    if (!before.has(key)) added.push(`added ${key}: ${short(value)}`);
    else if (before.get(key) !== value) changed.push(`changed ${key}: ${short(before.get(key))} to ${short(value)}`);
  }
  for (const [key, value] of before) if (!now.has(key)) removed.push(`removed ${key}: ${short(value)}`);
  return [...added, ...removed, ...changed].join('; ');
}

/** What is in a value, by its path: `wind.speed`, `list[2]`; '' where the value itself is no object. */
function* leaves(value, path = '', depth = 0) {
  if (!isObject(value)) {
    yield [path, value];
    return;
  }
  if (path.length > PATH_MAX || depth > DEPTH_MAX) return;
  if (path && Object.keys(value).length === 0) yield [path, value];
  for (const [key, inner] of Object.entries(value)) yield* leaves(inner, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key, depth + 1);
}

/** The same as text, to compare. */
function flatten(value) {
  const fields = new Map();
  for (const [path, leaf] of leaves(value)) {
    if (fields.size >= COMPARED_MAX) break;
    fields.set(path, typeof leaf === 'string' ? leaf : JSON.stringify(leaf));
  }
  return fields;
}

/** Names of what can be plotted in a value: '' is the value itself. */
export function numericFields(value) {
  const fields = [];
  let looked = 0;
  for (const [path, leaf] of leaves(value)) {
    if (fields.length >= FIELDS_MAX || ++looked > COMPARED_MAX) break;
    if (typeof leaf === 'number') fields.push(path);
  }
  return fields;
}

function fieldOf(value, field) {
  let looked = 0;
  for (const [path, leaf] of leaves(value)) {
    if (path === field) return typeof leaf === 'number' ? leaf : NaN;
    if (++looked > COMPARED_MAX) break;
  }
  return NaN;
}

/** The plot of one field, growing with its topic. It may outlive the messages it came from. */
export class Series {
  times = [];
  values = [];

  constructor(node, field) {
    this.node = node;
    this.field = field;
    for (const record of node.records ?? []) this.add(record);
  }

  add(record) {
    const value = fieldOf(parse(record), this.field);
    if (!Number.isFinite(value)) return;
    this.times.push(record.time / 1_000);
    this.values.push(value);
    if (this.times.length > POINTS_MAX * 1.25) {
      this.times.splice(0, this.times.length - POINTS_MAX);
      this.values.splice(0, this.values.length - POINTS_MAX);
    }
  }

  /** Points of the last `seconds`; all of them for Infinity. */
  last(seconds, now) {
    const since = now / 1_000 - seconds;
    let from = 0;
    while (from < this.times.length && this.times[from] < since) from++;
    return { times: Float64Array.from(this.times.slice(from)), values: Float64Array.from(this.values.slice(from)) };
  }
}
