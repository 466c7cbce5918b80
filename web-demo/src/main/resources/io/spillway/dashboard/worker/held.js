// Messages that came while the view was paused: acknowledged already, not yet in the tree.

const MESSAGES_MAX = 50_000;
const BYTES_MAX = 32 * 1024 * 1024;

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
    if (this.#packets.length > MESSAGES_MAX * 1.1 || this.#bytes > BYTES_MAX) this.#trim();
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
    let gone = Math.max(0, this.#packets.length - MESSAGES_MAX);
    for (let i = 0; i < gone; i++) this.#bytes -= this.#packets[i].packet.payload.length;
    while (this.#bytes > BYTES_MAX * 0.9) this.#bytes -= this.#packets[gone++].packet.payload.length;
    this.#packets = this.#packets.slice(gone);
    this.dropped += gone;
  }
}
