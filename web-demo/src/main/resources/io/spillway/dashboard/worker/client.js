// An MQTT 5 client over WebSocket, in the Worker. It owns the socket, the session's packet
// identifiers, keep alive and reconnecting; what a message means is the listener's business.

import * as packets from './packets.js';
import { Inbox } from './inbox.js';
import { inWords, mayPass, needsLogIn, whyUnreachable } from './why.js';

/** In seconds, as the standard has it; the broker may want another. */
const KEEP_ALIVE = 60;
const CONNECT_TIMEOUT = 10_000;
const PING_TIMEOUT = 10_000;
/** A broker that is slow with its SUBACKs is connected all the same. */
const SUBSCRIBE_TIMEOUT = 2_000;
/** After `offline` or `online` nobody should wait for long to learn whether the connection lives. */
const QUICK_PING_TIMEOUT = 3_000;
const RETRY_AFTER = [1_000, 2_000, 4_000, 8_000];
/** A connection that held for this long has earned the first retry delay again. */
const STEADY_AFTER = 10_000;
/** What may wait for acknowledgements at once, however much the broker would take. */
const WINDOW = 200;
const RETAIN_AS_PUBLISHED = 0x08;

export class Client {
  #listener;
  #settings = null;
  #socket = null;
  #reader = null;
  #inbox;
  #attempt = 0;
  #retryTimer = 0;
  #connectTimer = 0;
  #connectedAt = 0;
  #subscribing = false; // From CONNACK to the last SUBACK.
  #lastSent = 0;
  #pingDeadline = Infinity;
  #keepAlive = KEEP_ALIVE;
  #limits = {};
  #nextPacketId = 1;
  #unacknowledged = new Map(); // Packet identifier to {message, done, released}.
  #pending = []; // QoS 1 and 2 beyond the window.
  #received = new Set(); // Packet identifiers of QoS 2 messages that the broker hasn't released.
  #subscriptions = new Map(); // Packet identifier of a SUBSCRIBE to its filter.

  /** `listener`: state(state), message(message), subscribed(filter, reasonCode, words). */
  constructor(listener) {
    this.#listener = listener;
    this.#inbox = new Inbox((firstByte, body) => this.#take(firstByte, body));
    this.clientId = `spillway-${crypto.getRandomValues(new Uint32Array(1))[0].toString(16).padStart(8, '0')}`;
    setInterval(() => this.#keepAliveTick(), 1_000);
  }

  get inbox() {
    return this.#inbox;
  }

  get connected() {
    return this.#connectedAt > 0;
  }

  /** Settings: address, userName, password, filters, qos. */
  open(settings) {
    this.#leave();
    this.#settings = settings;
    this.#attempt = 0;
    this.#dial();
  }

  /** Asked for by the user: says goodbye, and doesn't come back by itself. */
  close() {
    this.#leave();
    this.#state('disconnected');
  }

  #leave() {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = 0;
    if (this.connected) this.#send(packets.disconnect());
    this.#drop();
    this.#settings = null;
  }

  /** The page became visible, or the network came or went: don't wait for timers to find out more. */
  wake() {
    if (this.connected) this.#ping(QUICK_PING_TIMEOUT);
    else if (this.#retryTimer) this.#dial();
  }

  /** `done(outcome)`: {reasonCode, words} once sent (QoS 0) or acknowledged; `failed` when it was not. */
  publish(message, done) {
    if (!this.connected) return done({ failed: true, words: 'not connected, nothing was sent' });
    const refusal = this.#refusal(message);
    if (refusal) return done({ failed: true, words: refusal });
    if (message.qos === 0) {
      this.#send(packets.publish(message));
      return done({ reasonCode: 0 });
    }
    this.#pending.push({ message, done });
    this.#sendPending();
  }

  #refusal(message) {
    if (message.qos > (this.#limits.maximumQos ?? 2)) return `the broker takes QoS ${this.#limits.maximumQos} at most`;
    if (message.retain && this.#limits.retainAvailable === 0) return 'the broker keeps no retained messages';
    const limit = this.#limits.maximumPacketSize ?? Infinity;
    if (packets.publish({ ...message, packetId: 1 }).length > limit) return `larger than the broker takes (${limit} bytes)`;
    return null;
  }

  #sendPending() {
    const window = Math.min(WINDOW, this.#limits.receiveMaximum ?? WINDOW);
    while (this.#pending.length > 0 && this.#unacknowledged.size < window) {
      const publication = this.#pending.shift();
      const packetId = this.#packetId();
      this.#unacknowledged.set(packetId, publication);
      this.#send(packets.publish({ ...publication.message, packetId }));
    }
  }

  #packetId() {
    do {
      this.#nextPacketId = (this.#nextPacketId % 0xffff) + 1;
    } while (this.#unacknowledged.has(this.#nextPacketId) || this.#subscriptions.has(this.#nextPacketId));
    return this.#nextPacketId;
  }

  #state(name, facts = {}) {
    this.#listener.state({ name, ...facts });
  }

  #dial() {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = 0;
    this.#drop();
    this.#state('connecting');
    let socket;
    try {
      socket = new WebSocket(this.#settings.address, 'mqtt');
    } catch (error) {
      this.#stop('refused', `${this.#settings.address} can't be opened: ${error.message}`);
      return;
    }
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#reader = new packets.PacketReader();
    this.#connectTimer = setTimeout(() => this.#lost('No answer within 10 seconds.'), CONNECT_TIMEOUT);
    socket.onopen = () => {
      this.#send(packets.connect({
        clientId: this.clientId,
        userName: this.#settings.userName,
        password: this.#settings.password,
        keepAlive: KEEP_ALIVE,
      }));
    };
    socket.onmessage = (event) => {
      try {
        this.#reader.push(new Uint8Array(event.data), (firstByte, body) => this.#inbox.add(firstByte, body));
      } catch (error) {
        this.#lost(`What came is not MQTT: ${error.message}.`);
      }
    };
    socket.onclose = (event) => this.#closed(event);
    // Chromium tells no close of a connection that a Content-Security-Policy or mixed content forbids.
    socket.onerror = () => setTimeout(() => {
      if (socket === this.#socket && socket.readyState === WebSocket.CLOSED) this.#closed({ code: 1006, reason: '' });
    });
  }

  async #closed(event) {
    const wasConnected = this.connected;
    const { address } = this.#settings;
    const socket = this.#socket;
    this.#inbox.finish();
    if (socket !== this.#socket) return; // What was still in the inbox settled it, by a CONNACK or DISCONNECT.
    const said = event.reason ? `${event.reason} (${event.code})` : '';
    if (wasConnected || event.code !== 1006) {
      this.#lost(said || `The connection was closed (${event.code}).`);
      return;
    }
    this.#drop();
    const why = await whyUnreachable(address);
    if (this.#socket || this.#settings?.address !== address) return;
    if (why.status === 401) this.#stop('not-authorised', why.words);
    else this.#retry(why.words);
  }

  #drop() {
    clearTimeout(this.#connectTimer);
    if (this.connected && Date.now() - this.#connectedAt > STEADY_AFTER) this.#attempt = 0;
    this.#connectedAt = 0;
    this.#pingDeadline = Infinity;
    if (this.#socket) {
      this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close(1000);
      this.#socket = null;
    }
    this.#inbox.clear();
    this.#received.clear();
    this.#subscriptions.clear();
    const open = [...this.#unacknowledged.values(), ...this.#pending];
    this.#unacknowledged.clear();
    this.#pending = [];
    for (const { done } of open) done({ failed: true, words: 'the connection was lost before the acknowledgement' });
  }

  #lost(words) {
    this.#drop();
    this.#retry(words);
  }

  #retry(words) {
    const delay = RETRY_AFTER[Math.min(this.#attempt, RETRY_AFTER.length - 1)];
    const jittered = delay * (1 + Math.random() * 0.25);
    this.#attempt++;
    this.#retryTimer = setTimeout(() => this.#dial(), jittered);
    this.#state('reconnecting', { retryAt: Date.now() + jittered, words });
  }

  /** A refusal that no repetition mends. */
  #stop(name, words) {
    this.#drop();
    this.#state(name, { words });
  }

  #send(bytes) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(bytes);
    this.#lastSent = Date.now();
  }

  #ping(timeout) {
    this.#send(packets.PINGREQ);
    this.#pingDeadline = Math.min(this.#pingDeadline, Date.now() + timeout);
  }

  #keepAliveTick() {
    if (!this.connected) return;
    if (Date.now() > this.#pingDeadline) {
      this.#lost('The broker stopped answering.');
    } else if (this.#pingDeadline === Infinity && this.#keepAlive > 0 && Date.now() - this.#lastSent >= this.#keepAlive * 500) {
      this.#ping(PING_TIMEOUT);
    }
  }

  #take(firstByte, body) {
    let packet;
    try {
      packet = packets.decode(firstByte, body);
    } catch (error) {
      this.#lost(`What came is not MQTT 5: ${error.message}.`);
      return;
    }
    switch (packet.type) {
      case packets.PUBLISH:
        return this.#onPublish(packet);
      case packets.CONNACK:
        return this.#onConnack(packet);
      case packets.PUBACK:
      case packets.PUBCOMP:
        return this.#settle(packet);
      case packets.PUBREC:
        return this.#onPubrec(packet);
      case packets.PUBREL:
        this.#received.delete(packet.packetId);
        return this.#send(packets.acknowledgement(packets.PUBCOMP, packet.packetId));
      case packets.SUBACK:
        return this.#onSuback(packet);
      case packets.PINGRESP:
        this.#pingDeadline = Infinity;
        return undefined;
      case packets.DISCONNECT:
        return this.#onDisconnect(packet);
      default:
        return undefined;
    }
  }

  #onPublish(packet) {
    if (packet.qos === 1) this.#send(packets.acknowledgement(packets.PUBACK, packet.packetId));
    if (packet.qos === 2) {
      this.#send(packets.acknowledgement(packets.PUBREC, packet.packetId));
      if (this.#received.has(packet.packetId)) return;
      this.#received.add(packet.packetId);
    }
    this.#listener.message(packet);
  }

  #onConnack({ reasonCode, properties }) {
    clearTimeout(this.#connectTimer);
    if (reasonCode !== 0) {
      const words = inWords(reasonCode, properties.reasonString);
      if (needsLogIn(reasonCode)) this.#stop('not-authorised', words);
      else if (mayPass(reasonCode)) this.#lost(`Refused by broker: ${words}.`);
      else this.#stop('refused', words);
      return;
    }
    this.#connectedAt = Date.now();
    this.#subscribing = true;
    this.#limits = properties;
    this.#keepAlive = properties.serverKeepAlive ?? KEEP_ALIVE;
    this.clientId = properties.assignedClientIdentifier ?? this.clientId;
    const qos = Math.min(this.#settings.qos, properties.maximumQos ?? 2);
    for (const filter of this.#settings.filters) {
      const packetId = this.#packetId();
      this.#subscriptions.set(packetId, filter);
      this.#send(packets.subscribe(packetId, filter, qos | RETAIN_AS_PUBLISHED));
    }
    this.#connectTimer = setTimeout(() => this.#live(), SUBSCRIBE_TIMEOUT);
  }

  /** Said once the subscriptions stand: whoever reads "Connected" expects to see what is published now. */
  #live() {
    clearTimeout(this.#connectTimer);
    this.#subscribing = false;
    this.#state('connected', { clientId: this.clientId });
  }

  #onPubrec(packet) {
    if (packet.reasonCode >= 0x80) this.#settle(packet);
    else this.#send(packets.acknowledgement(packets.PUBREL, packet.packetId));
    const publication = this.#unacknowledged.get(packet.packetId);
    if (publication) publication.received = packet.reasonCode;
  }

  #settle(packet) {
    const publication = this.#unacknowledged.get(packet.packetId);
    if (!publication) return;
    this.#unacknowledged.delete(packet.packetId);
    const reasonCode = packet.reasonCode || publication.received || 0;
    publication.done({
      reasonCode,
      failed: reasonCode >= 0x80,
      words: reasonCode ? inWords(reasonCode, packet.properties.reasonString) : '',
    });
    this.#sendPending();
  }

  #onSuback({ packetId, reasonCodes, properties }) {
    const filter = this.#subscriptions.get(packetId);
    if (filter === undefined) return;
    this.#subscriptions.delete(packetId);
    if (this.#subscribing && this.#subscriptions.size === 0) this.#live();
    const reasonCode = reasonCodes[0] ?? 0x80;
    this.#listener.subscribed(filter, reasonCode, reasonCode >= 0x80 ? inWords(reasonCode, properties.reasonString) : '');
  }

  #onDisconnect({ reasonCode, properties }) {
    const words = inWords(reasonCode, properties.reasonString);
    if (needsLogIn(reasonCode)) this.#stop('not-authorised', words);
    else if (reasonCode === 0 || mayPass(reasonCode)) this.#lost(`${words}.`);
    else this.#stop('refused', words);
  }
}
