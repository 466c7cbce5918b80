// What has arrived and waits, packets for their turn and messages for the end of a pause, and the
// figures of it. Packets are worked off in short slices, so that a click never waits behind a flood.

/** First in, first out. Taking one costs the same however many wait. */
class Queue {
  #items = [];
  #head = 0;
  bytes = 0;

  get length() {
    return this.#items.length - this.#head;
  }

  get first() {
    return this.#items[this.#head];
  }

  /** An item has a `size` in bytes. */
  push(item) {
    this.#items.push(item);
    this.bytes += item.size;
  }

  shift() {
    const item = this.first;
    this.#items[this.#head++] = undefined;
    this.bytes -= item.size;
    if (this.#head > 8_192 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear() {
    this.#items = [];
    this.#head = 0;
    this.bytes = 0;
  }

  /** Whether it holds more than so much and has one to spare. */
  exceeds(items, bytes) {
    return (this.length > items || this.bytes > bytes) && this.length > 1;
  }
}

/** Longest slice of work before the Worker looks at its other events, in ms. */
const SLICE = 20;
/** Beyond either bound the oldest QoS 0 messages go, and are counted. */
const PACKETS_MAX = 200_000;
const BYTES_MAX = 64 * 1024 * 1024;

const isQos0Message = (firstByte) => (firstByte & 0xf6) === 0x30;

export class Inbox {
  #queue = new Queue();
  #take;
  #turn = new MessageChannel();
  #scheduled = false;

  /** Messages lost here because this page could not keep up. */
  dropped = 0;

  constructor(take) {
    this.#take = take;
    this.#turn.port1.onmessage = () => {
      this.#scheduled = false;
      this.#work(performance.now() + SLICE);
      this.#schedule();
    };
  }

  get waiting() {
    return this.#queue.length;
  }

  /** Milliseconds since the packet that is next was received. */
  get behind() {
    return this.waiting > 0 ? performance.now() - this.#queue.first.at : 0;
  }

  add(firstByte, body) {
    this.#queue.push({ firstByte, body, size: body.length, at: performance.now() });
    while (this.#queue.exceeds(PACKETS_MAX, BYTES_MAX)) {
      // Acknowledgements and QoS 1 and 2 are never lost here.
      if (isQos0Message(this.#queue.first.firstByte)) {
        this.#queue.shift();
        this.dropped++;
      } else this.#next();
    }
    this.#schedule();
  }

  /** The connection is gone: nothing more will come, so take what is here at once. */
  finish() {
    this.#work(Infinity);
  }

  clear() {
    this.#queue.clear();
  }

  #schedule() {
    if (this.#scheduled || this.waiting === 0) return;
    this.#scheduled = true;
    this.#turn.port2.postMessage(null);
  }

  #work(until) {
    for (let count = 1; this.waiting > 0; count++) {
      this.#next();
      if (count % 32 === 0 && performance.now() > until) return;
    }
  }

  #next() {
    const { firstByte, body } = this.#queue.shift();
    this.#take(firstByte, body);
  }
}

const HELD_MAX = 50_000;
const HELD_BYTES_MAX = 32 * 1024 * 1024;

/** Messages that came while the view was paused: acknowledged already, not yet in the tree. */
export class Held {
  #queue = new Queue();
  dropped = 0;

  get length() {
    return this.#queue.length;
  }

  add(packet, now) {
    // A copy, as for the tree: a view would keep its whole frame alive.
    this.#queue.push({ packet: { ...packet, payload: packet.payload.slice() }, size: packet.payload.length, now });
    while (this.#queue.exceeds(HELD_MAX, HELD_BYTES_MAX)) {
      this.#queue.shift();
      this.dropped++;
    }
  }

  /** Everything held, oldest first. */
  *release() {
    while (this.length > 0) yield this.#queue.shift();
  }

  clear() {
    this.#queue.clear();
  }
}

/** Seconds that "per second" is the mean of. */
const WINDOW = 2;
const LAST_SECONDS = 300;
/** A Worker this far behind is falling behind for good. */
const SLOW = 2_000;

/** The session's figures: what was received, how fast, what waits and what was lost. */
export class Rates {
  #model;
  #inbox;
  #held;
  #totals = []; // Received so far, at each of the last seconds.
  #perSecond = []; // [time, messages per second] of the last minutes.

  constructor(model, inbox, held) {
    this.#model = model;
    this.#inbox = inbox;
    this.#held = held;
  }

  /** Called once a second. */
  sample() {
    this.#totals.push({ at: performance.now(), received: this.#received });
    if (this.#totals.length > WINDOW + 1) this.#totals.shift();
    this.#perSecond.push([Date.now(), this.figures.perSecond]);
    if (this.#perSecond.length > LAST_SECONDS) this.#perSecond.shift();
  }

  get lastMinutes() {
    return this.#perSecond;
  }

  get #received() {
    return this.#model.messages + this.#model.ignored + this.#held.length + this.#held.dropped;
  }

  get figures() {
    const [first, last] = [this.#totals[0], this.#totals.at(-1)];
    return {
      received: this.#received,
      perSecond: Math.max(0, ((last?.received - first?.received) * 1_000) / (last?.at - first?.at)) || 0,
      topics: this.#model.topics,
      waiting: this.#inbox.waiting + this.#held.length,
      dropped: this.#inbox.dropped + this.#held.dropped + this.#model.ignored,
      ignored: this.#model.ignored,
      slow: this.#inbox.behind > SLOW,
    };
  }
}
