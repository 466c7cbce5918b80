// What a topic's messages say together: what changed from one to the next, and numbers over time.

import { parse, preview } from './formats.js';

const WORDS_MAX = 300;
const VALUE_MAX = 60;
/** Objects with more fields than this are compared up to here. */
const COMPARED_MAX = 500;

/** "added k: v; removed k: v; changed k: a to b", or '' when nothing changed or nothing came before. */
export function changeOf(record, before) {
  if (!before) return '';
  record.change ??= describe(before, record);
  return record.change;
}

function describe(before, now) {
  if (same(before, now)) return '';
  const a = parse(before);
  const b = parse(now);
  if (isObject(a) && isObject(b)) {
    const words = compare(flatten(a), flatten(b));
    return words.length > WORDS_MAX ? `${words.slice(0, WORDS_MAX)}…` : words;
  }
  return `changed ${short(preview(before)) || '(empty)'} to ${short(preview(now)) || '(empty)'}`;
}

function same(a, b) {
  if (a.length !== b.length || a.payload.length !== b.payload.length) return false;
  return a.payload.every((byte, i) => byte === b.payload[i]);
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

/** Nested fields by their path, as `wind.speed` and `list[2]`. */
function flatten(value, path = '', into = new Map()) {
  if (into.size >= COMPARED_MAX) return into;
  if (!isObject(value) || (path && Object.keys(value).length === 0)) {
    into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
    return into;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (path.length < 200) flatten(inner, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key, into);
  }
  return into;
}

const FIELDS_MAX = 40;
const DEPTH_MAX = 4;
/** More points than a plot has pixels help nobody. */
const POINTS_MAX = 4_000;

/** Names of what can be plotted in a value: '' is the value itself. */
export function numericFields(value) {
  if (typeof value === 'number') return [''];
  const fields = [];
  collect(value, '', 1, fields);
  return fields;
}

function collect(value, path, depth, fields) {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return;
  for (const [key, inner] of Object.entries(value)) {
    if (fields.length >= FIELDS_MAX) return;
    const name = Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    if (typeof inner === 'number') fields.push(name);
    else collect(inner, name, depth + 1, fields);
  }
}

function fieldOf(value, field) {
  if (field === '') return typeof value === 'number' ? value : NaN;
  if (typeof value !== 'object' || value === null) return NaN;
  if (typeof value[field] === 'number' && Object.hasOwn(value, field)) return value[field]; // A key with a dot in it.
  let inner = value;
  for (const key of field.split(/\.|\[|\]\.?/).filter(Boolean)) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return NaN;
    inner = inner[key];
  }
  return typeof inner === 'number' ? inner : NaN;
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
