// The Settings view: what the connection is, what was subscribed to, limits and looks.

import { byId, make } from './dom.js';
import { remember, remembered } from './browser.js';

const PER_TOPIC = 'spillway.perTopic';
const THEME = 'spillway.theme';
const THEMES = ['auto', 'light', 'dark'];

export class Settings {
  #connection;

  constructor(engine, connection) {
    this.#connection = connection;
    const limit = byId('limit-history');
    limit.value = remembered(PER_TOPIC) ?? 1_000;
    engine.send('limits', { perTopic: Number(limit.value) });
    limit.addEventListener('change', () => {
      if (!limit.reportValidity() || limit.value === '') return;
      remember(PER_TOPIC, Number(limit.value));
      engine.send('limits', { perTopic: Number(limit.value) });
    });
    byId('themes').addEventListener('change', (event) => this.#theme(event.target.value));
    byId('theme').addEventListener('click', () => {
      const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
      this.#theme(next);
    });
    this.#theme(document.documentElement.dataset.theme);
  }

  update() {
    const facts = Object.entries(this.#connection.describe()).filter(([, words]) => words !== '');
    byId('connection-facts').replaceChildren(...facts.flatMap(([name, words]) => [make('dt', { textContent: name }), make('dd', { textContent: words })]));
    byId('subscription-list').replaceChildren(
      ...[...this.#connection.subscriptions].map(([filter, answer]) => make('li', {}, make('code', { textContent: filter }), outcome(answer))),
    );
  }

  #theme(name) {
    document.documentElement.dataset.theme = name;
    byId('theme').title = `Theme: ${name}`;
    for (const choice of byId('themes').querySelectorAll('input')) choice.checked = choice.value === name;
    try {
      localStorage.setItem(THEME, name);
    } catch {
      // Storage is switched off: it lasts as long as the page.
    }
  }
}

function outcome(answer) {
  if (!answer) return make('span', { textContent: 'not answered yet' });
  if (answer.reasonCode >= 0x80) return make('span', { className: 'bad', textContent: `refused: ${answer.words}` });
  return make('span', { textContent: `granted, QoS ${answer.reasonCode}` });
}
