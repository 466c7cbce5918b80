// Packets that arrived and wait their turn. The socket's events only put packets here; they are
// worked off in short slices, so that a click on the page never waits behind a flood.

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
