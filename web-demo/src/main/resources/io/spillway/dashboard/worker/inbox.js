// What has arrived and waits, packets for their turn and messages for the end of a pause, and the
// figures of it. The socket's events only put packets here; they are worked off in short slices, so
// that a click on the page never waits behind a flood.

/** Longest slice of work before the Worker looks at its other events. */
const SLICE = 20;
/** Beyond either bound the oldest QoS 0 messages go, and are counted. */
const PACKETS_MAX = 200_000;
const BYTES_MAX = 64 * 1024 * 1024;

const isQos0Message = (firstByte) => (firstByte & 0xf6) === 0x30;

export class Inbox {
  #queue = [];
  #head = 0;
  #bytes = 0;
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
    return this.#queue.length - this.#head;
  }

  /** Milliseconds since the packet that is next was received. */
  get behind() {
    return this.waiting > 0 ? performance.now() - this.#queue[this.#head].at : 0;
  }

  add(firstByte, body) {
    this.#queue.push({ firstByte, body, at: performance.now() });
    this.#bytes += body.length;
    while ((this.waiting > PACKETS_MAX || this.#bytes > BYTES_MAX) && this.waiting > 1) this.#dropOldest();
    this.#schedule();
  }

  /** The connection is gone: nothing more will come, so take what is here at once. */
  finish() {
    this.#work(Infinity);
  }

  clear() {
    this.#queue = [];
    this.#head = 0;
    this.#bytes = 0;
  }

  #schedule() {
    if (this.#scheduled || this.waiting === 0) return;
    this.#scheduled = true;
    this.#turn.port2.postMessage(null);
  }

  #dropOldest() {
    const { firstByte, body } = this.#next();
    if (isQos0Message(firstByte)) this.dropped++;
    else this.#take(firstByte, body); // Acknowledgements and QoS 1 and 2 are never lost here.
  }

  #work(until) {
    for (let count = 1; this.waiting > 0; count++) {
      const { firstByte, body } = this.#next();
      this.#take(firstByte, body);
      if (count % 32 === 0 && performance.now() > until) return;
    }
  }

  #next() {
    const packet = this.#queue[this.#head];
    this.#queue[this.#head++] = undefined;
    this.#bytes -= packet.body.length;
    if (this.#head === this.#queue.length) this.clear();
    else if (this.#head > 8_192 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return packet;
  }
}

const HELD_MAX = 50_000;
const HELD_BYTES_MAX = 32 * 1024 * 1024;

/** Messages that came while the view was paused: acknowledged already, not yet in the tree. */
export class Held {
  #packets = [];
  #bytes = 0;
  dropped = 0;

  get length() {
    return this.#packets.length;
  }

  add(packet, now) {
    // A copy, as for the tree: a view would keep its whole frame alive.
    this.#packets.push({ packet: { ...packet, payload: packet.payload.slice() }, now });
    this.#bytes += packet.payload.length;
    if (this.#packets.length > HELD_MAX * 1.1 || this.#bytes > HELD_BYTES_MAX) this.#trim();
  }

  /** Everything held, oldest first; nothing is held afterwards. */
  release() {
    const packets = this.#packets;
    this.clear();
    return packets;
  }

  clear() {
    this.#packets = [];
    this.#bytes = 0;
  }

  #trim() {
    let gone = Math.max(0, this.#packets.length - HELD_MAX);
    for (let i = 0; i < gone; i++) this.#bytes -= this.#packets[i].packet.payload.length;
    while (this.#bytes > HELD_BYTES_MAX * 0.9) this.#bytes -= this.#packets[gone++].packet.payload.length;
    this.#packets = this.#packets.slice(gone);
    this.dropped += gone;
  }
}

const WINDOW = 2_000;
const LAST_SECONDS = 300;
/** A Worker this far behind is falling behind for good. */
const SLOW = 2_000;

/** The session's figures: what was received, how fast, what waits and what was lost. */
export class Rates {
  #model;
  #inbox;
  #held;
  #samples = [];
  #perSecond = []; // [time, messages per second] of the last minutes.

  constructor(model, inbox, held) {
    this.#model = model;
    this.#inbox = inbox;
    this.#held = held;
  }

  /** Called once a second. */
  sample() {
    const now = performance.now();
    this.#samples.push({ now, received: this.#received });
    this.#perSecond.push([Date.now(), this.figures.perSecond]);
    if (this.#perSecond.length > LAST_SECONDS) this.#perSecond.shift();
    while (this.#samples.length > 2 && now - this.#samples[1].now > WINDOW) this.#samples.shift();
  }

  get lastMinutes() {
    return this.#perSecond;
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
