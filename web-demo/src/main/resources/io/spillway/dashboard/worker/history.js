// How messages are kept, and for how long: each topic has a fair share of a common budget, so that a busy
// topic can't push out the history of a quiet one.

import { preview } from './formats.js';

/** Payloads up to this size are kept as a string, a sign for each byte: an array costs 150 bytes more. */
const COMPACT_MAX = 512;

/** One message as it is kept: what the tree, the history, the log and the plots are made of. */
export class Record {
  #kept; // A string or a Uint8Array; the first bytes of a payload that was cut.
  preview = undefined; // Filled in when it is first looked at,
  change = undefined; // as is what changed since the message before.

  /** `payload` may be a view: the frame it came in is let go. */
  constructor(node, { payload, qos, retain, properties }, time, number) {
    this.#kept = payload.length <= COMPACT_MAX ? String.fromCharCode.apply(null, payload) : payload.slice();
    this.node = node;
    this.time = time;
    this.length = payload.length;
    this.qos = qos;
    this.retain = retain;
    this.properties = properties;
    this.number = number;
  }

  /** The bytes that are kept: all of them, or the first. */
  get payload() {
    if (typeof this.#kept !== 'string') return this.#kept;
    const bytes = new Uint8Array(this.#kept.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.#kept.charCodeAt(i);
    return bytes;
  }

  get keptLength() {
    return this.#kept.length;
  }

  get isCut() {
    return this.keptLength < this.length;
  }

  /** Keeps only the first bytes; answers how many went. */
  cut(length) {
    const gone = Math.max(0, this.keptLength - length);
    if (gone > 0) this.#kept = this.#kept.slice(0, length);
    return gone;
  }

  hasPayloadOf(other) {
    if (this.length !== other.length || this.keptLength !== other.keptLength) return false;
    return typeof this.#kept === 'string' ? this.#kept === other.#kept : this.#kept.every((byte, i) => byte === other.#kept[i]);
  }
}

const RECORDS_MAX = 100_000;
const BYTES_MAX = 64 * 1024 * 1024;
/** A message larger than this stays whole only while it is its topic's newest. */
const OLD_PAYLOAD_MAX = 16 * 1024;
/** What is left of the newest ones when even they are too much together, and of those that only the log has. */
const LAST_RESORT_PAYLOAD_MAX = 512;

export class History {
  #model;
  #records = 0;
  #bytes = 0;
  #perTopic = 1_000;

  constructor(model) {
    this.#model = model;
  }

  /** The most that one topic may keep; lowering it takes effect with each topic's next message. */
  set perTopic(count) {
    this.#perTopic = Math.max(1, count);
  }

  get share() {
    return Math.max(1, Math.min(this.#perTopic, Math.floor(RECORDS_MAX / Math.max(1, this.#model.topics))));
  }

  add(node, record) {
    if (node.newest) this.#bytes -= node.newest.cut(OLD_PAYLOAD_MAX);
    node.newest = record;
    if (node.records) node.records.push(record);
    else node.records = [record];
    this.#records++;
    this.#bytes += record.keptLength;
    const { share } = this;
    // A quarter more before trimming: moving a long list by one for each message would cost more than it frees.
    if (node.records.length > share + (share >> 2)) this.#trim(node, share);
    if (this.#records > RECORDS_MAX * 1.25 || this.#bytes > BYTES_MAX) this.#sweep();
  }

  clear() {
    this.#records = 0;
    this.#bytes = 0;
  }

  #trim(node, keep) {
    const gone = node.records.splice(0, node.records.length - keep);
    this.#records -= gone.length;
    for (const record of gone) {
      this.#bytes -= record.keptLength;
      record.cut(LAST_RESORT_PAYLOAD_MAX); // The log may hold it a little longer.
    }
  }

  #sweep() {
    for (let keep = this.share; ; keep = keep >> 1) {
      for (const node of this.#model.topicNodes()) {
        if (node.records.length > Math.max(1, keep)) this.#trim(node, Math.max(1, keep));
      }
      if (this.#bytes <= BYTES_MAX * 0.75) return;
      if (keep <= 1) break;
    }
    for (const node of this.#model.topicNodes()) this.#bytes -= node.newest.cut(LAST_RESORT_PAYLOAD_MAX);
  }
}

const LOGGED_MAX = 5_000;

/** The last messages of all topics in the order in which they came, and those that pass a filter. */
export class Log {
  #records = [];
  #passing = this.#records;
  #filter = '';
  changed = true;

  get length() {
    return this.#passing.length;
  }

  add(record) {
    this.#records.push(record);
    if (this.#filter && this.#passes(record)) this.#passing.push(record);
    if (this.#records.length > LOGGED_MAX * 1.1) this.#trim();
    this.changed = true;
  }

  set filter(words) {
    this.#filter = words.trim().toLowerCase();
    this.#passing = this.#filter ? this.#records.filter((record) => this.#passes(record)) : this.#records;
    this.changed = true;
  }

  clear() {
    this.#records = [];
    this.filter = this.#filter;
  }

  slice(first, count) {
    return this.#passing.slice(first, first + count);
  }

  #passes(record) {
    return record.node.path.toLowerCase().includes(this.#filter) || preview(record).toLowerCase().includes(this.#filter);
  }

  #trim() {
    this.#records = this.#records.slice(-LOGGED_MAX);
    const oldest = this.#records[0].number;
    this.#passing = this.#filter ? this.#passing.filter((record) => record.number >= oldest) : this.#records;
  }
}
