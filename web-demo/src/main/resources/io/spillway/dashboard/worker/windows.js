// What the page looks at just now: a stretch of the tree, one topic with its history and plot, a
// stretch of the log, the broker's figures. Composes the updates from it, each part only when it changed.

import { format, parse, preview, whenDecodersCome } from './formats.js';
import { childrenOf, rateOf } from './model.js';
import { changeOf, numericFields, Series } from './values.js';

const SYSTEM = '$SYS';
/** How far back the lines of the Broker view go. */
const SYSTEM_SECONDS = 300;
const SYSTEM_TOPICS_MAX = 1_000;

export class Windows {
  #model;
  #rows;
  #log;
  #rates;
  #view = 'topics';
  #tree = { first: 0, count: 60 };
  #selected = null; // A path; its topic may not exist yet, or no more.
  #moved = false; // Whether the Worker moved the selection itself: the page must bring it into sight.
  #details = { format: 'Auto', changed: true };
  #lastFormatted = null;
  #history = { count: 50, changesOnly: false };
  #plot = { field: null, seconds: 300, shown: false, series: null };
  #logWindow = { first: 0, count: 60, follow: true };
  #system = true; // Whether something below $SYS changed since it was last sent.

  /** Whether something waits to be sent. */
  pending = true;

  constructor({ model, rows, log, rates }) {
    this.#model = model;
    this.#rows = rows;
    this.#log = log;
    this.#rates = rates;
  }

  get selected() {
    return this.#selected;
  }

  clear() {
    this.#plot.series = null;
    this.#lastFormatted = null;
    this.#details.changed = true;
    this.#system = true;
  }

  arrived(record) {
    const { path } = record.node;
    if (path === this.#selected) {
      this.#details.changed = true;
      if (this.#plot.series?.node === record.node) this.#plot.series.add(record);
    }
    if (path.startsWith(SYSTEM)) this.#system = true;
  }

  /** A second went by: rates and the moving window of the plot changed. */
  aged() {
    this.#details.changed = true;
    this.#system = true;
  }

  view({ name }) {
    this.#view = name;
    this.#system = true;
    this.#log.changed = true;
    this.#details.changed = true;
  }

  tree({ first, count }) {
    this.#tree = { first, count };
  }

  select({ path }) {
    if (path === this.#selected) return;
    this.#selected = path;
    this.#history.count = 50;
    this.#plot.series = null;
    this.#plot.field = null;
    this.#details.changed = true;
  }

  selectRow({ index }) {
    this.#rows.layOut(Date.now());
    const node = this.#rows.at(Math.max(0, Math.min(index, this.#rows.length - 1)));
    if (node) this.select(node);
    this.#moved = true;
  }

  reveal({ path }) {
    const node = this.#model.find(path);
    if (node) this.#rows.reveal(node);
    this.select({ path });
    this.#moved = true;
  }

  find({ prefix, index }) {
    const at = this.#rows.startingWith(prefix, index);
    if (at >= 0) this.selectRow({ index: at });
  }

  /** Moves from the selected row, wherever it is by now. */
  step({ by }) {
    this.#rows.layOut(Date.now());
    this.selectRow({ index: (this.#selectedNode?.row ?? -1) + by });
  }

  /** The keys that open, close, and go in and out: they act on what is selected by now. */
  openRow({ key }) {
    const node = this.#selectedNode;
    if (!node) return;
    const expanded = node.children !== null && this.#rows.isExpanded(node);
    if (key === 'Enter') this.#rows.expand(node, !expanded);
    else if (key === 'ArrowRight' && !expanded) this.#rows.expand(node, true);
    else if (key === 'ArrowRight') this.step({ by: 1 });
    else if (expanded) this.#rows.expand(node, false);
    else if (node.parent.parent) this.selectRow({ index: node.parent.row });
    this.#moved = true;
  }

  get #selectedNode() {
    return this.#selected === null ? undefined : this.#model.find(this.#selected);
  }

  format({ wanted }) {
    this.#details = { format: wanted, changed: true };
  }

  history({ count, changesOnly }) {
    this.#history = { count, changesOnly };
    this.#details.changed = true;
  }

  plot({ field, seconds, shown }) {
    if (field !== this.#plot.field) this.#plot.series = null;
    Object.assign(this.#plot, { field, seconds, shown });
    this.#details.changed = true;
  }

  log({ first, count, follow }) {
    this.#logWindow = { first, count, follow };
    this.#log.changed = true;
  }

  compose(now) {
    const transfer = [];
    const update = { figures: this.#rates.figures };
    if (this.#view === 'topics') {
      update.tree = this.#composeTree(now);
      if (this.#details.changed) update.details = this.#composeDetails(now, transfer);
    } else if (this.#view === 'messages') {
      if (this.#log.changed) update.log = this.#composeLog();
    } else if (this.#view === 'broker' && this.#system) {
      update.broker = this.#composeBroker(now);
    }
    return { update, transfer };
  }

  #composeTree(now) {
    this.#rows.layOut(now);
    const { first, count } = this.#tree;
    const from = Math.max(0, Math.min(first, this.#rows.length - 1));
    const tree = {
      total: this.#rows.length,
      first: from,
      rows: this.#rows.slice(from, count).map((node) => this.#row(node, now)),
      selected: { path: this.#selected, row: this.#selectedNode?.row ?? -1, moved: this.#moved },
      filter: this.#rows.filter,
    };
    this.#moved = false;
    return tree;
  }

  #row(node, now) {
    return {
      path: node.path,
      name: node.name,
      level: node.depth,
      position: node.position,
      siblings: node.parent.shown,
      expanded: node.children ? this.#rows.isExpanded(node) : null,
      value: node.newest ? preview(node.newest) : '',
      empty: node.newest?.length === 0,
      retained: node.retained,
      topics: node.topics,
      rate: rateOf(node, now),
      messages: node.messages,
    };
  }

  #composeDetails(now, transfer) {
    this.#details.changed = false;
    if (this.#selected === null) return null;
    const node = this.#model.find(this.#selected);
    const details = { path: this.#selected, known: node !== undefined };
    if (!node) return details;
    Object.assign(details, {
      topics: node.topics,
      messages: node.messages,
      rate: rateOf(node, now),
      retained: node.retained,
      retainedBelow: node.retainedBelow - (node.retained ? 1 : 0),
      hasChildren: node.children !== null,
    });
    if (!node.newest) return details;
    const { newest } = node;
    const { kind, text, note } = this.#formatted(newest);
    details.newest = {
      number: newest.number,
      time: newest.time,
      qos: newest.qos,
      retain: newest.retain,
      length: newest.length,
      properties: newest.properties,
      kind,
      text,
      note,
    };
    details.history = this.#composeHistory(node);
    details.plot = this.#composePlot(node, now, transfer);
    return details;
  }

  /** Once per message and format, however often the details are sent. */
  #formatted(record) {
    const known = this.#lastFormatted;
    if (known?.record === record && known.format === this.#details.format) return known.result;
    const result = format(record, this.#details.format);
    whenDecodersCome(() => {
      this.#lastFormatted = null;
      this.#details.changed = true;
      this.pending = true;
    });
    this.#lastFormatted = { record, format: this.#details.format, result };
    return result;
  }

  #composeHistory(node) {
    const { records } = node;
    const { count, changesOnly } = this.#history;
    const rows = [];
    for (let i = records.length - 1; i >= 0 && rows.length < count; i--) {
      const record = records[i];
      const change = changeOf(record, records[i - 1]);
      if (changesOnly && change === '' && i > 0) continue;
      rows.push({ number: record.number, time: record.time, value: preview(record), change });
    }
    return { rows, kept: records.length };
  }

  #composePlot(node, now, transfer) {
    const fields = numericFields(parse(node.newest));
    const plot = this.#plot;
    const field = plot.field !== null && (fields.includes(plot.field) || plot.series?.times.length) ? plot.field : (fields[0] ?? null);
    if (field === null) return { fields };
    if (plot.series?.node !== node || plot.series.field !== field) plot.series = new Series(node, field);
    if (!plot.shown) return { fields, field };
    const { times, values } = plot.series.last(plot.seconds, now);
    transfer.push(times.buffer, values.buffer);
    return { fields, field, times, values, now: now / 1_000, seconds: plot.seconds };
  }

  #composeLog() {
    this.#log.changed = false;
    const { first, count, follow } = this.#logWindow;
    const from = follow ? Math.max(0, this.#log.length - count) : Math.max(0, Math.min(first, this.#log.length - 1));
    return {
      total: this.#log.length,
      first: from,
      rows: this.#log.slice(from, count).map((record) => ({
        number: record.number,
        time: record.time,
        path: record.node.path,
        value: preview(record),
        qos: record.qos,
        retain: record.retain,
        length: record.length,
      })),
    };
  }

  #composeBroker(now) {
    this.#system = false;
    const topics = [];
    const since = now - SYSTEM_SECONDS * 1_000;
    const walk = (node) => {
      if (topics.length >= SYSTEM_TOPICS_MAX) return;
      if (node.newest) topics.push(systemTopic(node, since));
      for (const child of childrenOf(node)) walk(child);
    };
    const system = this.#model.root.children?.get(SYSTEM);
    if (system) walk(system);
    return { topics, now, here: this.#rates.lastMinutes };
  }
}

function systemTopic(node, since) {
  const value = parse(node.newest);
  const points = [];
  if (typeof value === 'number') {
    for (let i = node.records.length - 1; i >= 0 && points.length < 400; i--) {
      const y = parse(node.records[i]);
      if (typeof y === 'number') points.unshift([node.records[i].time, y]);
      if (node.records[i].time < since) break; // One before the edge, so that the line reaches it.
    }
  }
  return { path: node.path, text: preview(node.newest), value: typeof value === 'number' ? value : null, points };
}
