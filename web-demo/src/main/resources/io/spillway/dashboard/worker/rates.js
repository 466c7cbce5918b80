// The session's figures: what was received, how fast, what waits and what was lost.

const WINDOW = 2_000;
/** A Worker this far behind is falling behind for good. */
const SLOW = 2_000;

export class Rates {
  #model;
  #inbox;
  #held;
  #samples = [];

  constructor(model, inbox, held) {
    this.#model = model;
    this.#inbox = inbox;
    this.#held = held;
  }

  /** Called once a second. */
  sample() {
    const now = performance.now();
    this.#samples.push({ now, received: this.#received });
    while (this.#samples.length > 2 && now - this.#samples[1].now > WINDOW) this.#samples.shift();
  }

  get #received() {
    return this.#model.messages + this.#model.ignored + this.#held.length + this.#held.dropped;
  }

  get figures() {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    const span = first && last.now > first.now ? last.now - first.now : 0;
    return {
      received: this.#received,
      perSecond: span ? Math.max(0, ((last.received - first.received) * 1_000) / span) : 0,
      topics: this.#model.topics,
      waiting: this.#inbox.waiting + this.#held.length,
      dropped: this.#inbox.dropped + this.#held.dropped + this.#model.ignored,
      ignored: this.#model.ignored,
      slow: this.#inbox.behind > SLOW,
    };
  }
}
