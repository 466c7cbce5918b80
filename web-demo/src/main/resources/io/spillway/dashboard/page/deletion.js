// Deleting what is retained: asked first, with the number of messages that would go.

import { byId, setText } from './dom.js';
import { plural } from './words.js';

export class Deletion {
  #engine;
  #said;
  #target = null;

  /** `said(words, failed)` hears the outcome. */
  constructor(engine, said) {
    this.#engine = engine;
    this.#said = said;
    byId('deletion-cancel').addEventListener('click', () => byId('deletion').close());
    byId('deletion-delete').addEventListener('click', () => this.#delete());
  }

  ask(path, count, below) {
    this.#target = { path, below };
    const where = below ? `on ${shortened(path)} and the topics below it` : `on ${shortened(path)}`;
    setText(byId('deletion-text'), `${plural(count, 'retained message')} ${where} will be deleted from the broker, for everybody. This can't be undone.`);
    byId('deletion').showModal();
    byId('deletion-cancel').focus();
  }

  async #delete() {
    byId('deletion').close();
    const { words, failed } = await this.#engine.ask('deleteRetained', this.#target);
    this.#said(words, failed);
  }
}

const shortened = (path) => (path.length > 200 ? `${path.slice(0, 200)}…` : path);
