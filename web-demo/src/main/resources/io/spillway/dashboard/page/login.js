// The connection form: where to, as whom, what to subscribe to; and the connections that were saved,
// none of them with its password.

import { remember, remembered } from './browser.js';
import { byId, make, setText } from './dom.js';

const SAVED = 'spillway.connections';

/** This gateway, by the WebSocket next to this page, also below the path of a reverse proxy. */
export function ownSettings() {
  const url = new URL('mqtt', document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = url.hash = '';
  return { address: url.href, userName: '', password: '', filters: '#, $SYS/#', qos: 2 };
}

export function filtersOf(words) {
  return [...new Set(words.split(',').map((filter) => filter.trim()).filter(Boolean))];
}

export class LogIn {
  #connection;
  #closesItself = false; // Once connected: when it opened by itself, or Connect was pressed.

  constructor(engine, connection) {
    this.#connection = connection;
    byId('connection-close').addEventListener('click', () => this.#close());
    byId('connection').addEventListener('keydown', (event) => event.key === 'Escape' && this.#close());
    byId('connection-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#connect();
    });
    byId('connection-form').addEventListener('input', () => this.#enable());
    byId('disconnect').addEventListener('click', () => engine.send('close'));
    byId('save').addEventListener('click', () => this.#save());
    byId('forget').addEventListener('click', () => this.#forget());
    byId('saved').addEventListener('change', () => this.#choose());
    this.#fill(connection.settings);
    this.#list();
  }

  /** `field`: the id of the one to begin with; its text is selected, to be typed over. */
  open(field = 'broker-address') {
    if (!byId('connection').open) byId('connection').show(); // Not modal: the state stays readable beside it.
    this.#enable();
    byId(field).focus();
    byId(field).select();
  }

  #close() {
    byId('connection').close();
    byId('connection-open').focus();
  }

  onState({ name, words }) {
    this.#complain(name === 'not-authorised' ? words : '');
    if (name === 'not-authorised') this.#closesItself = true;
    if (name === 'connected') {
      byId('password').value = '';
      if (this.#closesItself) byId('connection').close();
      this.#closesItself = false;
    }
    this.#enable();
  }

  #fill({ address, userName, filters, qos }) {
    byId('broker-address').value = address;
    byId('username').value = userName;
    byId('filters').value = filters;
    byId('subscription-qos').selectedIndex = qos;
    byId('password').value = '';
  }

  #read() {
    return {
      address: byId('broker-address').value.trim(),
      userName: byId('username').value,
      password: byId('password').value,
      filters: byId('filters').value,
      qos: byId('subscription-qos').selectedIndex,
    };
  }

  #connect() {
    const settings = this.#read();
    if (!/^wss?:\/\/./.test(settings.address) || !URL.canParse(settings.address)) return this.#complain('The address must look like ws://host:8080/mqtt or wss://host/mqtt.');
    if (filtersOf(settings.filters).length === 0) return this.#complain('At least one topic filter is needed; # is all topics.');
    this.#closesItself = true;
    return this.#connection.connectTo(settings);
  }

  #complain(words) {
    byId('connection-problem').hidden = words === '';
    setText(byId('connection-problem'), words);
  }

  /** Each button is enabled only while it would do something. */
  #enable() {
    const form = this.#read();
    const same = Object.keys(form).every((key) => form[key] === this.#connection.settings[key]);
    byId('disconnect').disabled = !this.#connection.isActive;
    byId('connect').disabled = this.#connection.isActive && same && this.#connection.state.name !== 'reconnecting';
  }

  // --- Saved connections ---

  #list(chosen = '') {
    const names = Object.keys(remembered(SAVED) ?? {});
    byId('saved').replaceChildren(make('option', { value: '', textContent: 'This gateway' }), ...names.map((name) => make('option', { value: name, textContent: name })));
    byId('saved').value = chosen;
    byId('forget').disabled = chosen === '';
  }

  #choose() {
    const name = byId('saved').value;
    this.#fill(remembered(SAVED)?.[name] ?? ownSettings());
    byId('forget').disabled = name === '';
    this.#enable();
  }

  #save() {
    const settings = { ...this.#read(), password: undefined }; // JSON leaves out what is undefined.
    const name = settings.userName ? `${settings.userName} at ${settings.address}` : settings.address;
    remember(SAVED, { ...remembered(SAVED), [name]: settings });
    this.#list(name);
  }

  #forget() {
    const saved = remembered(SAVED) ?? {};
    delete saved[byId('saved').value];
    remember(SAVED, saved);
    this.#list();
  }
}
