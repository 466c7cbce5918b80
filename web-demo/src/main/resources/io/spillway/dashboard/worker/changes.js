// What changed from one message of a topic to the next, in a few words.

import { parse, preview } from './formats.js';

const WORDS_MAX = 300;
const VALUE_MAX = 60;
/** Objects with more fields than this are compared up to here. */
const FIELDS_MAX = 500;

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
  if (into.size >= FIELDS_MAX) return into;
  if (!isObject(value) || (path && Object.keys(value).length === 0)) {
    into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
    return into;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (path.length < 200) flatten(inner, Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key, into);
  }
  return into;
}
