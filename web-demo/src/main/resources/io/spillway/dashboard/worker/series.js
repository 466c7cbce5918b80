// Numbers over time, out of a topic's messages: of the value itself or of a field of its JSON.

import { parse } from './formats.js';

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
