// What the broker has said so far, as a tree of topic levels. Bounded in topics, messages and bytes.

import { History, Record } from './history.js';

/** Beyond this many topics new ones are counted and not kept. */
const TOPICS_MAX = 250_000;
/** Whatever lies deeper is one level: nobody opens thousands of them, and walks stay shallow. */
const LEVELS_MAX = 100;
/** Rates fade with this time constant, in seconds. */
const FADE = 3;

export class Model {
  root = newNode(null, '', '');
  history = new History(this);
  messages = 0;
  /** Messages on topics beyond the bound. */
  ignored = 0;
  /** Rises whenever rows may have to be laid out anew: a node came, or counts that decide about expansion changed. */
  shape = 0;
  #topics = new Map();

  get topics() {
    return this.#topics.size;
  }

  /** Nodes that have had a message themselves. */
  topicNodes() {
    return this.#topics.values();
  }

  /** Any level, also one without a message of its own. */
  find(path) {
    const topic = this.#topics.get(path);
    if (topic) return topic;
    let node = this.root;
    for (const name of path.split('/')) {
      node = node.children?.get(name);
      if (!node) return undefined;
    }
    return node;
  }

  /** Takes one message in; answers its record, or null beyond the bound. */
  apply(message, now) {
    const { topicName, payload, retain } = message;
    let node = this.#topics.get(topicName);
    if (!node) {
      if (this.#topics.size >= TOPICS_MAX) {
        this.ignored++;
        return null;
      }
      node = this.#grow(topicName);
      this.#topics.set(topicName, node);
      for (let above = node; above; above = above.parent) above.topics++;
    }
    this.messages++;
    const retained = retain ? payload.length > 0 : node.retained;
    if (retained !== node.retained) {
      node.retained = retained;
      for (let above = node; above; above = above.parent) above.retainedBelow += retained ? 1 : -1;
    }
    for (let above = node; above; above = above.parent) count(above, now);
    const record = new Record(node, message, now, this.messages);
    this.history.add(node, record);
    return record;
  }

  /** Drops everything: another broker, another tree. */
  clear() {
    this.root = newNode(null, '', '');
    this.#topics.clear();
    this.history.clear();
    this.messages = 0;
    this.ignored = 0;
    this.shape++;
  }

  #grow(topicName) {
    let node = this.root;
    let from = 0;
    for (;;) {
      const slash = node.depth < LEVELS_MAX - 1 ? topicName.indexOf('/', from) : -1;
      const to = slash < 0 ? topicName.length : slash;
      const name = topicName.slice(from, to);
      node.children ??= new Map();
      let child = node.children.get(name);
      if (!child) {
        child = newNode(node, name, slash < 0 ? topicName : topicName.slice(0, to));
        node.children.set(name, child);
        if (node.fresh === NONE) node.fresh = [child];
        else node.fresh.push(child);
        this.shape++;
      }
      node = child;
      if (slash < 0) return node;
      from = slash + 1;
    }
  }
}

/** Most nodes are leaves: they share one empty list. */
const NONE = Object.freeze([]);

function newNode(parent, name, path) {
  return {
    name,
    path,
    parent,
    depth: parent ? parent.depth + 1 : 0,
    children: null,
    sorted: NONE, // Children in order; `fresh` ones are not among them yet.
    fresh: NONE,
    topics: 0, // Topics at and below this level.
    messages: 0,
    rate: 0,
    rateAt: 0,
    newest: null,
    records: null, // Oldest first, the newest included.
    retained: false,
    retainedBelow: 0, // This one included.
    expanded: undefined, // Undefined until somebody decides,
    decidedIn: -1, // and during which filter.
    position: 0, // Among its visible siblings, from 1,
    shown: 0, // and how many visible children it has itself.
    row: -1, // Index among the visible rows, -1 when it is not visible.
    matches: true, // Of the filter: the level itself,
    matchesBelow: true, // or something under it.
  };
}

function count(node, now) {
  node.messages++;
  node.rate = rateOf(node, now) + 1 / FADE;
  node.rateAt = now;
}

/** Messages per second at and below a node, fading when nothing comes. */
export function rateOf(node, now) {
  return node.rate * Math.exp((node.rateAt - now) / (FADE * 1_000));
}

/** Children in the order in which people count: `2` before `10`, `$SYS` last. */
export function childrenOf(node) {
  if (node.fresh.length > 0) {
    node.fresh.sort(inOrder);
    node.sorted = node.sorted.length === 0 ? node.fresh : merge(node.sorted, node.fresh);
    node.fresh = NONE;
  }
  return node.sorted;
}

function merge(left, right) {
  const merged = new Array(left.length + right.length);
  for (let i = 0, l = 0, r = 0; i < merged.length; i++) {
    merged[i] = r === right.length || (l < left.length && inOrder(left[l], right[r]) <= 0) ? left[l++] : right[r++];
  }
  return merged;
}

function inOrder(a, b) {
  const x = a.name;
  const y = b.name;
  const system = (x[0] === '$') - (y[0] === '$');
  if (system !== 0 && a.depth === 1) return system;
  let i = 0;
  const end = Math.min(x.length, y.length);
  while (i < end && x.charCodeAt(i) === y.charCodeAt(i)) i++;
  while (i > 0 && isDigit(x.charCodeAt(i - 1))) i--; // Back to where the number began.
  if (isDigit(x.charCodeAt(i)) && isDigit(y.charCodeAt(i))) {
    const difference = Number.parseInt(x.slice(i), 10) - Number.parseInt(y.slice(i), 10);
    if (difference !== 0) return difference;
  }
  return x < y ? -1 : x > y ? 1 : 0;
}

const isDigit = (code) => code >= 48 && code <= 57;
