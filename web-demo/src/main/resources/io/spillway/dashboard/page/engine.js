// The page's end of the Worker. Commands are numbered; an update says which command it has seen.

export class Engine {
  #worker = new Worker(new URL('../worker/worker.js', import.meta.url), { type: 'module' });
  #sequence = 0;
  #listeners = new Map();
  #tickets = new Map();

  constructor() {
    this.#worker.onmessage = ({ data }) => this.#dispatch(data);
    this.#worker.onerror = (error) => this.#dispatch({ event: 'broken', words: error.message ?? 'it could not be loaded' });
  }

  on(event, listener) {
    this.#listeners.set(event, listener);
  }

  /** Answers the command's number. */
  send(command, facts = {}) {
    this.#worker.postMessage({ command, sequence: ++this.#sequence, ...facts });
    return this.#sequence;
  }

  /** A command with an outcome of its own. */
  ask(command, facts) {
    return new Promise((resolve) => {
      const ticket = this.send(command, { ...facts, ticket: this.#sequence + 1 });
      this.#tickets.set(ticket, resolve);
    });
  }

  #dispatch(data) {
    const resolve = this.#tickets.get(data.ticket);
    this.#tickets.delete(data.ticket);
    resolve?.(data);
    this.#listeners.get(data.event)?.(data);
  }
}
