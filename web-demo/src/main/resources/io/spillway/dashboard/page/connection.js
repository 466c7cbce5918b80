// The connection: its state in words, the form, saved connections, and what went wrong.

import { remember, remembered } from './browser.js';
import { byId, make, setText } from './dom.js';
import { time } from './words.js';

const SAVED = 'spillway.connections';
const CURRENT = 'spillway.connection';
const DEFAULT_FILTERS = '#, $SYS/#';
/** A note about CONNACK only when it takes long enough to be wondered about. */
const WONDER_AFTER = 300;

/** The gateway's own WebSocket: next to this page, also below the path of a reverse proxy. */
function ownAddress() {
  const url = new URL('mqtt', document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = url.hash = '';
  return url.href;
}

export class Connection {
  #engine;
  #banner;
  #state = { name: 'disconnected' };
  #settings;
  #open = false; // Whether the user was asked to log in, so that success closes the form again.
  #timer = 0;
  #since = 0;
  #seenAt = null; // When the connection was lost, while it is.
  #changed;
  subscriptions = new Map(); // Filter to {reasonCode, words}; empty until SUBACK.

  /** `changed(state)` hears of each new state. */
  constructor(engine, banner, changed) {
    this.#engine = engine;
    this.#banner = banner;
    this.#changed = changed;
    this.#settings = { address: ownAddress(), userName: '', password: '', filters: DEFAULT_FILTERS, qos: 2, ...remembered(CURRENT) };
    engine.on('state', ({ state }) => this.#onState(state));
    engine.on('subscribed', (answer) => this.#onSubscribed(answer));
    byId('connection-open').addEventListener('click', () => this.openForm());
    byId('settings-connection').addEventListener('click', () => this.openForm());
    byId('connection-close').addEventListener('click', () => this.#closeForm());
    byId('connection').addEventListener('keydown', (event) => event.key === 'Escape' && this.#closeForm());
    byId('connection-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#connectFromForm();
    });
    byId('connection-form').addEventListener('input', () => this.#enable());
    byId('disconnect').addEventListener('click', () => this.#engine.send('close'));
    byId('save').addEventListener('click', () => this.#save());
    byId('forget').addEventListener('click', () => this.#forget());
    byId('saved').addEventListener('change', () => this.#choose());
    this.#fillForm(this.#settings);
    this.#listSaved();
  }

  get settings() {
    return this.#settings;
  }

  get state() {
    return this.#state;
  }

  connect() {
    this.subscriptions = new Map(filtersOf(this.#settings.filters).map((filter) => [filter, null]));
    this.#engine.send('open', { settings: { ...this.#settings, filters: filtersOf(this.#settings.filters) } });
    this.#settings.password = ''; // From here on only the Worker knows it.
    setText(byId('address'), this.#settings.address);
  }

  openForm() {
    const dialog = byId('connection');
    if (!dialog.open) dialog.show(); // Not modal: the state stays readable beside it.
    this.#enable();
    const first = this.#state.name === 'not-authorised' ? byId('username').value ? 'password' : 'username' : 'broker-address';
    byId(first).focus();
  }

  #closeForm() {
    byId('connection').close();
    byId('connection-open').focus();
  }

  // --- State ---

  #onState(state) {
    const before = this.#state.name;
    this.#state = state;
    this.#since = Date.now();
    document.body.dataset.state = state.name;
    clearInterval(this.#timer);
    if (state.name === 'connected') this.#seenAt = null;
    else if (before === 'connected') this.#seenAt = this.#since;
    byId('last-seen').hidden = !this.#seenAt;
    setText(byId('last-seen'), this.#seenAt ? `As last seen at ${time(this.#seenAt).slice(0, 8)}` : '');
    if (state.name === 'reconnecting' || state.name === 'connecting') this.#timer = setInterval(() => this.#say(), 250);
    this.#say();
    this.#explain(state, before);
    this.#enable();
    this.#changed(state);
  }

  #say() {
    setText(byId('state'), this.#words());
  }

  #words() {
    const { name, retryAt, words } = this.#state;
    switch (name) {
      case 'connected':
        return 'Connected';
      case 'connecting':
        return Date.now() - this.#since > WONDER_AFTER ? 'Connecting, waiting for CONNACK' : 'Connecting';
      case 'reconnecting':
        return `Reconnecting in ${Math.max(0, Math.ceil((retryAt - Date.now()) / 1_000))} s`;
      case 'not-authorised':
        return 'Not authorised';
      case 'refused':
        return `Refused by broker (${words})`;
      default:
        return 'Disconnected';
    }
  }

  #explain({ name, words }, before) {
    const problem = byId('connection-problem');
    problem.hidden = true;
    if (name === 'connected') {
      this.#banner.clear('connection');
      byId('password').value = '';
      if (this.#open || byId('connection').open) {
        this.#open = false;
        byId('connection').close();
      }
    } else if (name === 'not-authorised') {
      this.#banner.show('connection', `Not authorised: ${words}. Nothing is tried again until you connect with other credentials.`, { severity: 'bad' });
      problem.hidden = false;
      setText(problem, words);
      this.#open = true;
      this.openForm();
    } else if (name === 'refused') {
      this.#banner.show('connection', `Refused by broker: ${words}.`, { severity: 'bad', actions: { 'Connection…': () => this.openForm() } });
    } else if (name === 'reconnecting') {
      this.#banner.show('connection', words, { actions: { 'Try now': () => this.#engine.send('wake') } });
    } else if (name === 'disconnected' || before === 'not-authorised') {
      this.#banner.clear('connection');
    }
  }

  #onSubscribed({ filter, reasonCode, words }) {
    this.subscriptions.set(filter, { reasonCode, words });
    this.#changed(this.#state);
    if (reasonCode < 0x80) return;
    const refused = [...this.subscriptions].filter(([, answer]) => answer?.reasonCode >= 0x80).map(([name]) => name);
    this.#banner.show('subscription', `Subscription refused: ${refused.join(', ')} (${words}). The broker may allow a narrower filter.`, {
      actions: {
        'Enter another filter': () => {
          this.openForm();
          byId('filters').select();
          byId('filters').focus();
        },
      },
    });
  }

  /** Offered when this page can't keep up. */
  narrow() {
    this.openForm();
    byId('filters').select();
    byId('filters').focus();
  }

  // --- The form ---

  #fillForm({ address, userName, filters, qos }) {
    byId('broker-address').value = address;
    byId('username').value = userName;
    byId('filters').value = filters;
    byId('subscription-qos').selectedIndex = qos;
  }

  #readForm() {
    return {
      address: byId('broker-address').value.trim(),
      userName: byId('username').value,
      password: byId('password').value,
      filters: byId('filters').value,
      qos: byId('subscription-qos').selectedIndex,
    };
  }

  #connectFromForm() {
    const settings = this.#readForm();
    if (!/^wss?:\/\/./.test(settings.address) || !URL.canParse(settings.address)) return this.#complain('The address must look like ws://host:8080/mqtt or wss://host/mqtt.');
    if (filtersOf(settings.filters).length === 0) return this.#complain('At least one topic filter is needed; # is all topics.');
    this.#banner.clear('subscription');
    this.#settings = settings;
    this.#open = true;
    remember(CURRENT, { ...withoutPassword(settings), ...(settings.address === ownAddress() ? { address: undefined } : {}) });
    this.connect();
    return undefined;
  }

  #complain(words) {
    const problem = byId('connection-problem');
    problem.hidden = false;
    setText(problem, words);
  }

  /** Each button is enabled only while it would do something. */
  #enable() {
    const active = ['connecting', 'connected', 'reconnecting'].includes(this.#state.name);
    const form = this.#readForm();
    const same = Object.keys(form).every((key) => form[key] === this.#settings[key]);
    byId('disconnect').disabled = !active;
    byId('connect').disabled = active && same && this.#state.name !== 'reconnecting';
  }

  // --- Saved connections ---

  #listSaved(chosen = '') {
    const saved = Object.keys(remembered(SAVED) ?? {});
    byId('saved').replaceChildren(make('option', { value: '', textContent: 'This gateway' }), ...saved.map((name) => make('option', { value: name, textContent: name })));
    byId('saved').value = chosen;
    byId('forget').disabled = chosen === '';
  }

  #choose() {
    const name = byId('saved').value;
    const saved = (remembered(SAVED) ?? {})[name];
    this.#fillForm(saved ?? { address: ownAddress(), userName: '', filters: DEFAULT_FILTERS, qos: 2 });
    byId('password').value = '';
    byId('forget').disabled = name === '';
    this.#enable();
  }

  #save() {
    const settings = withoutPassword(this.#readForm());
    const name = settings.userName ? `${settings.userName} at ${settings.address}` : settings.address;
    remember(SAVED, { ...remembered(SAVED), [name]: settings });
    this.#listSaved(name);
  }

  #forget() {
    const saved = remembered(SAVED) ?? {};
    delete saved[byId('saved').value];
    remember(SAVED, saved);
    this.#listSaved();
  }

  /** What the Settings view tells. */
  describe() {
    const { address, userName, qos } = this.#settings;
    return { State: this.#words(), Address: address, Username: userName || 'none', 'Client identifier': this.#state.clientId ?? '', Protocol: `MQTT 5 over WebSocket, subscribing at QoS ${qos}` };
  }
}

function filtersOf(words) {
  return [...new Set(words.split(',').map((filter) => filter.trim()).filter(Boolean))];
}

function withoutPassword(settings) {
  return { ...settings, password: undefined }; // JSON leaves out what is undefined.
}

/**
 * One line over the views for what needs attention. Several problems may stand at once; the alert
 * tells them all, and is empty when all is well.
 */
export class Banner {
  #problems = new Map();

  constructor() {
    byId('banner-close').addEventListener('click', () => {
      this.#problems.clear();
      this.#draw();
    });
  }

  /** `key` is what it is about: a newer problem of the same kind takes its place. */
  show(key, words, { severity = 'warn', actions = {} } = {}) {
    const known = this.#problems.get(key);
    if (known?.words === words) return;
    this.#problems.set(key, { words, severity, actions });
    this.#draw();
  }

  clear(key) {
    if (this.#problems.delete(key)) this.#draw();
  }

  #draw() {
    const problems = [...this.#problems.values()];
    byId('banner').dataset.severity = problems.some(({ severity }) => severity === 'bad') ? 'bad' : 'warn';
    byId('banner').classList.toggle('well', problems.length === 0); // Not hidden: a live region must be there before it speaks.
    byId('banner-close').hidden = problems.length === 0;
    setText(byId('alert'), problems.map(({ words }) => words).join(' '));
    const buttons = problems.flatMap(({ actions }) => Object.entries(actions));
    byId('banner-actions').replaceChildren(
      ...buttons.map(([name, act]) => {
        const button = make('button', { type: 'button', textContent: name });
        button.addEventListener('click', act);
        return button;
      }),
    );
  }
}
