// The connection: which broker, its state in words, what was subscribed to, and what went wrong.

import { remember, remembered } from './browser.js';
import { byId, setText } from './dom.js';
import { filtersOf, LogIn, ownSettings } from './login.js';
import { time } from './words.js';

const CURRENT = 'spillway.connection';
/** A note about CONNACK only when it takes long enough to be wondered about. */
const WONDER_AFTER = 300;

export class Connection {
  #engine;
  #banner;
  #state = { name: 'disconnected' };
  #settings = { ...ownSettings(), ...remembered(CURRENT) };
  #form;
  #timer = 0;
  #since = 0;
  #seenAt = null; // When the connection was lost, while it is.
  #changed;
  subscriptions = new Map(); // Filter to {reasonCode, words}; null until SUBACK.

  /** `changed(state)` hears of each new state. */
  constructor(engine, banner, changed) {
    this.#engine = engine;
    this.#banner = banner;
    this.#changed = changed;
    engine.on('state', ({ state }) => this.#onState(state));
    engine.on('subscribed', (answer) => this.#onSubscribed(answer));
    this.#form = new LogIn(engine, this);
    for (const id of ['connection-open', 'settings-connection']) byId(id).addEventListener('click', () => this.openForm());
  }

  get settings() {
    return this.#settings;
  }

  get state() {
    return this.#state;
  }

  /** Whether a connection stands or is being tried for. */
  get isActive() {
    return ['connecting', 'connected', 'reconnecting'].includes(this.#state.name);
  }

  connect() {
    const filters = filtersOf(this.#settings.filters);
    this.subscriptions = new Map(filters.map((filter) => [filter, null]));
    this.#engine.send('open', { settings: { ...this.#settings, filters } });
    this.#settings.password = ''; // From here on only the Worker knows it.
    setText(byId('address'), this.#settings.address);
  }

  /** What the form says. The gateway's own address isn't remembered: it may be another one tomorrow. */
  connectTo(settings) {
    this.#banner.clear('subscription');
    this.#settings = settings;
    const address = settings.address === ownSettings().address ? undefined : settings.address;
    remember(CURRENT, { ...settings, password: undefined, address }); // JSON leaves out what is undefined.
    this.connect();
  }

  /** `field`: the id of the one to begin with. */
  openForm(field) {
    this.#form.open(field);
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
    byId('state').ariaLive = 'polite';
    setText(byId('state'), this.#words());
    if (state.name === 'reconnecting' || state.name === 'connecting') this.#timer = setInterval(() => this.#tick(), 250);
    this.#explain(state, before);
    this.#form.onState(state);
    this.#changed(state);
  }

  /** Seconds count down for the eye; nobody wants to have each of them read out. */
  #tick() {
    byId('state').ariaLive = 'off';
    setText(byId('state'), this.#words());
  }

  #words() {
    const { name, retryAt, words } = this.#state;
    return {
      connecting: Date.now() - this.#since > WONDER_AFTER ? 'Connecting, waiting for CONNACK' : 'Connecting',
      connected: 'Connected',
      reconnecting: `Reconnecting in ${Math.max(0, Math.ceil((retryAt - Date.now()) / 1_000))} s`,
      disconnected: 'Disconnected',
      'not-authorised': 'Not authorised',
      refused: `Refused by broker (${words})`,
    }[name];
  }

  #explain({ name, words }, before) {
    if (name === 'not-authorised') {
      this.#banner.show('connection', `Not authorised: ${words}. Nothing is tried again until you connect with other credentials.`, { severity: 'bad' });
      this.openForm(this.#settings.userName ? 'password' : 'username');
    } else if (name === 'refused') {
      this.#banner.show('connection', `Refused by broker: ${words}.`, { severity: 'bad', actions: { 'Connection…': () => this.openForm() } });
    } else if (name === 'reconnecting') {
      this.#banner.show('connection', words, { actions: { 'Try now': () => this.#engine.send('wake') } });
    } else if (name !== 'connecting' || before === 'not-authorised') {
      this.#banner.clear('connection');
    }
  }

  #onSubscribed({ filter, reasonCode, words }) {
    this.subscriptions.set(filter, { reasonCode, words });
    this.#changed(this.#state);
    if (reasonCode < 0x80) return;
    const refused = [...this.subscriptions].filter(([, answer]) => answer?.reasonCode >= 0x80).map(([name]) => name);
    this.#banner.show('subscription', `Subscription refused: ${refused.join(', ')} (${words}). The broker may allow a narrower filter.`, {
      actions: { 'Enter another filter': () => this.openForm('filters') },
    });
  }

  /** What the Settings view tells. */
  describe() {
    const { address, userName, qos } = this.#settings;
    return { State: this.#words(), Address: address, Username: userName || 'none', 'Client identifier': this.#state.clientId ?? '', Protocol: `MQTT 5 over WebSocket, subscribing at QoS ${qos}` };
  }
}
