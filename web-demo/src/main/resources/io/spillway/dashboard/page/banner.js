// One line over the views for what needs attention. Several problems may stand at once; the alert
// tells them all, and is empty when all is well.

import { byId, make, setText } from './dom.js';

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
    if (this.#problems.get(key)?.words === words) return;
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
    const buttons = problems.flatMap(({ actions }) => Object.entries(actions)).map(([name, onclick]) => make('button', { type: 'button', textContent: name, onclick }));
    byId('banner-actions').replaceChildren(...buttons);
  }
}
