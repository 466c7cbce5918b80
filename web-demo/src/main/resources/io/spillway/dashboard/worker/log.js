// The last messages of all topics in the order in which they came, and those that pass a filter.

import { preview } from './formats.js';

const RECORDS_MAX = 5_000;
/** The log shows one line; it must not keep a large payload alive. */
const PAYLOAD_MAX = 2_048;

export class Log {
  #records = [];
  #passing = this.#records;
  #filter = '';
  changed = true;

  get length() {
    return this.#passing.length;
  }

  add(record) {
    const kept = record.payload.length > PAYLOAD_MAX ? { ...record, payload: record.payload.slice(0, PAYLOAD_MAX) } : record;
    this.#records.push(kept);
    if (this.#filter && this.#passes(kept)) this.#passing.push(kept);
    if (this.#records.length > RECORDS_MAX * 1.1) this.#trim();
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
    this.#records = this.#records.slice(-RECORDS_MAX);
    const oldest = this.#records[0].number;
    this.#passing = this.#filter ? this.#passing.filter((record) => record.number >= oldest) : this.#records;
  }
}
