// Wires the Worker. The page sends commands ({command, sequence, ...}) and gets updates, ten a second at
// most, and never a new one before it has drawn the last.

import { Client } from './client.js';
import { exported, format } from './formats.js';
import { Held, Rates } from './inbox.js';
import { Log } from './history.js';
import { Model } from './model.js';
import { Publisher } from './publisher.js';
import { Rows } from './rows.js';
import { Windows } from './windows.js';

const PERIOD = 100;
/** A page that hasn't drawn for this long is sent the next update all the same. */
const PATIENCE = 2_000;

const model = new Model();
const rows = new Rows(model);
const log = new Log();
const held = new Held();
const client = new Client({ state: onState, message: onMessage, subscribed: onSubscribed });
const rates = new Rates(model, client.inbox, held);
const windows = new Windows({ model, rows, log, rates });
const publisher = new Publisher(client, model);
let demo = null; // Loaded when it is first switched on.

let sequence = 0;
let paused = false;
let visible = true;
let drawn = true;
let updatedAt = 0;
let timer = 0;
let patience = 0;
let address = '';
let login = {}; // Whose password the Worker holds.

const post = (event, facts = {}) => self.postMessage({ event, ...facts });

// --- What comes from the broker ---

function onState(state) {
  post('state', { state });
  soon(0);
}

function onSubscribed(filter, reasonCode, words) {
  post('subscribed', { filter, reasonCode, words });
}

function onMessage(packet) {
  const now = Date.now();
  if (paused) held.add(packet, now);
  else take(packet, now);
  soon(PERIOD);
}

function take(packet, now) {
  const record = model.apply(packet, now);
  if (!record) return;
  log.add(record);
  windows.arrived(record);
}

// --- What comes from the page ---

const commands = {
  open({ settings }) {
    // Another broker's topics have no place in this tree; the same broker's stay through a reconnect.
    if (settings.address !== address) {
      model.clear();
      log.clear();
      held.clear();
      windows.clear();
    }
    address = settings.address;
    // The page forgets the password at once; an empty one for the same user means the same again.
    const again = settings.password === '' && settings.address === login.address && settings.userName === login.userName;
    login = again ? login : settings;
    client.open({ ...settings, password: login.password });
  },
  close() {
    client.close();
  },
  wake() {
    client.wake();
  },
  visible(command) {
    visible = command.on;
    if (visible) drawn = true;
  },
  drawn() {
    drawn = true;
    clearTimeout(patience);
  },
  pause({ on }) {
    paused = on;
    if (!on) for (const { packet, now } of held.release()) take(packet, now);
  },
  filter({ words }) {
    rows.filter = words;
  },
  expandSiblings({ path }) {
    const node = model.find(path);
    if (node) rows.expandSiblings(node);
  },
  logFilter({ words }) {
    log.filter = words;
  },
  limits({ perTopic }) {
    model.history.perTopic = perTopic;
  },
  publish({ message, ticket }) {
    publisher.publish(message, (outcome) => post('published', { ticket, ...outcome }));
  },
  deleteRetained({ path, below, ticket }) {
    publisher.deleteRetained(path, below, (outcome) => post('published', { ticket, ...outcome }));
  },
  async demo({ on }) {
    const { DemoFeed, DEMO_TOPIC } = await import('./demo.js');
    demo ??= new DemoFeed(client, (words) => post('demo', { on: false, words }));
    if (on) demo.start();
    else demo.stop();
    post('demo', { on, topic: DEMO_TOPIC });
  },
  copy({ wanted }) {
    const record = model.find(windows.selected ?? '')?.newest;
    if (record) post('copied', { text: format(record, wanted).whole });
  },
  export({ what, form }) {
    const records = what === 'log' ? log.slice(0, Infinity) : (model.find(windows.selected ?? '')?.records ?? []);
    post('exported', { form, what, path: windows.selected, text: exported(records, form) });
  },
};

self.onmessage = ({ data }) => {
  sequence = data.sequence;
  if (commands[data.command]) commands[data.command](data);
  else windows[data.command](data); // What the page looks at.
  if (data.command !== 'drawn') soon(0);
  else if (windows.pending) soon(PERIOD);
};

// --- Updates ---

function soon(period) {
  windows.pending = true;
  const due = Math.max(0, updatedAt + period - Date.now());
  if (timer && period > 0) return;
  clearTimeout(timer);
  timer = setTimeout(update, due);
}

function update() {
  timer = 0;
  const now = Date.now();
  if (!visible) return;
  clearTimeout(patience);
  if (!drawn && now - updatedAt < PATIENCE) {
    patience = setTimeout(update, PATIENCE); // Unless `drawn` comes before.
    return;
  }
  drawn = false;
  updatedAt = now;
  windows.pending = false;
  const { update: facts, transfer } = windows.compose(now);
  self.postMessage({ event: 'update', sequence, paused, ...facts }, transfer);
}

// Rates fade and figures age also when nothing comes.
setInterval(() => {
  rates.sample();
  windows.aged();
  soon(PERIOD);
}, 1_000);

post('ready');
