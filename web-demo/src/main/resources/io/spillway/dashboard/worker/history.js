// How many messages are kept for how long. Each topic has a fair share of a common budget, so that
// one busy topic can't push out the history of a quiet one, and days of running cost no more than minutes.

import { preview } from './formats.js';

const RECORDS_MAX = 100_000;
const BYTES_MAX = 64 * 1024 * 1024;
/** A message larger than this stays whole only while it is its topic's newest. */
const OLD_PAYLOAD_MAX = 16 * 1024;
/** What is left of the newest ones when even they are too much together. */
const LAST_RESORT_PAYLOAD_MAX = 512;

export class History {
  #model;
  #records = 0;
  #bytes = 0;
  #perTopic = 1_000;

  constructor(model) {
    this.#model = model;
  }

  get bytes() {
    return this.#bytes;
  }

  /** The most that one topic may keep; lowering it takes effect with each topic's next message. */
  set perTopic(count) {
    this.#perTopic = Math.max(1, count);
  }

  get share() {
    return Math.max(1, Math.min(this.#perTopic, Math.floor(RECORDS_MAX / Math.max(1, this.#model.topics))));
  }

  add(node, record) {
    if (node.newest) this.#shorten(node.newest, OLD_PAYLOAD_MAX);
    node.newest = record;
    if (node.records) node.records.push(record);
    else node.records = [record];
    this.#records++;
    this.#bytes += record.payload.length;
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
    for (const record of gone) this.#bytes -= record.payload.length;
  }

  #shorten(record, length) {
    if (record.payload.length <= length) return;
    this.#bytes -= record.payload.length - length;
    record.payload = record.payload.slice(0, length);
  }

  #sweep() {
    for (let keep = this.share; ; keep = keep >> 1) {
      for (const node of this.#model.topicNodes()) {
        if (node.records.length > Math.max(1, keep)) this.#trim(node, Math.max(1, keep));
      }
      if (this.#bytes <= BYTES_MAX * 0.75) return;
      if (keep <= 1) break;
    }
    for (const node of this.#model.topicNodes()) this.#shorten(node.newest, LAST_RESORT_PAYLOAD_MAX);
  }
}

const LOGGED_MAX = 5_000;
/** The log shows one line; it must not keep a large payload alive. */
const LOGGED_PAYLOAD_MAX = 2_048;

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
    const kept = record.payload.length > LOGGED_PAYLOAD_MAX ? { ...record, payload: record.payload.slice(0, LOGGED_PAYLOAD_MAX) } : record;
    this.#records.push(kept);
    if (this.#filter && this.#passes(kept)) this.#passing.push(kept);
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
