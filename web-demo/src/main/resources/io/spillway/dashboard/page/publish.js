// What this page publishes: the form, and the empty messages that delete what is retained.

import { byId, setText } from './dom.js';
import { plural } from './words.js';

export class Publish {
  #engine;
  #count = 0;

  constructor(engine) {
    this.#engine = engine;
    byId('publish').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#publish();
    });
    byId('publish-payload').addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) byId('publish').requestSubmit();
    });
    byId('publish-more').addEventListener('click', () => {
      const properties = byId('publish-properties');
      properties.hidden = !properties.hidden;
      byId('publish-more').setAttribute('aria-expanded', String(!properties.hidden));
    });
  }

  /** The chosen topic is what people mostly want to publish to, unless they typed something themselves. */
  suggest(path) {
    const field = byId('publish-topic');
    if (path === null || path.startsWith('$') || (field.value !== '' && field.value !== field.dataset.suggested)) return;
    field.value = field.dataset.suggested = path.length > 2_000 ? '' : path;
  }

  /** The outcome of something published elsewhere on the page. */
  say(words, failed = false) {
    const result = byId('publish-result');
    setText(result, words);
    result.classList.toggle('failed', failed);
  }

  async #publish() {
    let message;
    try {
      message = read();
    } catch (problem) {
      this.say(problem.message, true);
      return;
    }
    const number = ++this.#count;
    this.say('');
    const outcome = await this.#engine.ask('publish', { message });
    if (number === this.#count) this.say(outcome.words, outcome.failed);
  }
}

function read() {
  const topicName = byId('publish-topic').value;
  if (topicName === '') throw new Error('A topic is needed.');
  if (/[#+\u0000]/.test(topicName)) throw new Error('A topic to publish to has no wildcards: # and + are for subscriptions.');
  if (new TextEncoder().encode(topicName).length > 0xffff) throw new Error('A topic has at most 65,535 bytes.');
  return {
    topicName,
    payload: PAYLOADS[byId('publish-form').value](byId('publish-payload').value),
    qos: byId('publish-qos').selectedIndex,
    retain: byId('publish-retain').checked,
    properties: properties(),
  };
}

const PAYLOADS = {
  Text: (words) => new TextEncoder().encode(words),

  Hex(words) {
    const digits = words.replace(/\s+/g, '');
    if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new Error('Hex is pairs of digits 0 to 9 and a to f.');
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  },

  Base64(words) {
    try {
      return Uint8Array.from(atob(words.trim()), (sign) => sign.charCodeAt(0));
    } catch {
      throw new Error('This is not Base64.');
    }
  },
};

function properties() {
  const expiry = byId('publish-expiry').value;
  const correlation = byId('publish-correlation').value;
  const user = byId('publish-user').value.trim();
  return {
    contentType: byId('publish-content-type').value,
    responseTopic: byId('publish-response').value,
    correlationData: correlation === '' ? undefined : new TextEncoder().encode(correlation),
    messageExpiryInterval: expiry === '' ? undefined : Number(expiry),
    userProperties: user === '' ? [] : user.split(',').map(pair),
  };
}

/** `k=v`; a value may have a `=` of its own. */
function pair(words) {
  const at = words.indexOf('=');
  if (at < 0) throw new Error(`User properties are written k=v, k=v; this is not: ${words.trim()}`);
  return [words.slice(0, at).trim(), words.slice(at + 1).trim()];
}

/** Deleting what is retained: asked first, with the number of messages that would go. */
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
