// MQTT 5 on the wire: bytes to packets and back. Pure functions and one reader; knows no socket.
//
// A packet is a plain object with `type`, one of the names below, and the fields of that packet
// in the words of the standard.

export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBACK = 9;
export const PINGRESP = 13;
export const DISCONNECT = 14;

const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { ignoreBOM: true });

// How a property's value is written. The list is closed (MQTT 5, 2.2.2.2).
const PROPERTIES = {
  0x01: ['payloadFormat', 'byte'],
  0x02: ['messageExpiryInterval', 'int'],
  0x03: ['contentType', 'string'],
  0x08: ['responseTopic', 'string'],
  0x09: ['correlationData', 'binary'],
  0x0b: ['subscriptionIdentifier', 'varint'],
  0x11: ['sessionExpiryInterval', 'int'],
  0x12: ['assignedClientIdentifier', 'string'],
  0x13: ['serverKeepAlive', 'short'],
  0x15: ['authenticationMethod', 'string'],
  0x16: ['authenticationData', 'binary'],
  0x1a: ['responseInformation', 'string'],
  0x1c: ['serverReference', 'string'],
  0x1f: ['reasonString', 'string'],
  0x21: ['receiveMaximum', 'short'],
  0x22: ['topicAliasMaximum', 'short'],
  0x23: ['topicAlias', 'short'],
  0x24: ['maximumQos', 'byte'],
  0x25: ['retainAvailable', 'byte'],
  0x26: ['userProperties', 'pair'],
  0x27: ['maximumPacketSize', 'int'],
  0x28: ['wildcardSubscriptionAvailable', 'byte'],
  0x29: ['subscriptionIdentifiersAvailable', 'byte'],
  0x2a: ['sharedSubscriptionAvailable', 'byte'],
};
const IDENTIFIERS = Object.fromEntries(Object.entries(PROPERTIES).map(([id, [name, form]]) => [name, [Number(id), form]]));

/** Cuts a stream of frames into packets: many packets in one frame, or one packet over many frames. */
export class PacketReader {
  #chunks = [];
  #held = 0;

  /** Calls `sink(firstByte, body)` for each whole packet; `body` is a view, not a copy. */
  push(chunk, sink) {
    let bytes = chunk;
    if (this.#held > 0) {
      this.#chunks.push(chunk);
      this.#held += chunk.length;
      // A large packet in pieces is put together once, when its last piece is here.
      if (this.#held < this.#needed()) return;
      bytes = this.#joined();
    }
    let at = 0;
    while (at < bytes.length) {
      const header = lengthAt(bytes, at);
      if (header === null || at + header.whole > bytes.length) break;
      sink(bytes[at], bytes.subarray(at + header.whole - header.body, at + header.whole));
      at += header.whole;
    }
    if (at < bytes.length) {
      this.#chunks = [bytes.subarray(at)];
      this.#held = bytes.length - at;
    }
  }

  /** 0 while the header itself is incomplete: then the few bytes are simply joined. */
  #needed() {
    return lengthAt(this.#chunks[0], 0)?.whole ?? 0;
  }

  #joined() {
    const joined = new Uint8Array(this.#held);
    let at = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [];
    this.#held = 0;
    return joined;
  }
}

/** The lengths of the packet that starts at `at`, or null when its header is not complete. */
function lengthAt(bytes, at) {
  let body = 0;
  for (let i = 1; i <= 4; i++) {
    if (at + i >= bytes.length) return null;
    const digit = bytes[at + i];
    body += (digit & 0x7f) * 2 ** (7 * (i - 1));
    if (digit < 0x80) return { whole: 1 + i + body, body };
  }
  throw new Error('a remaining length of more than four bytes');
}

/** Reads the body of a packet from the server. */
export function decode(firstByte, body) {
  const type = firstByte >> 4;
  const reader = new BodyReader(body);
  switch (type) {
    case PUBLISH:
      return decodePublish(firstByte, reader);
    case CONNACK:
      // A 3.1.1 broker answers with two bytes and knows no properties.
      reader.byte(); // Whether a session was there: this page never asks for one.
      return { type, reasonCode: reader.byte(), properties: reader.left() ? reader.properties() : {} };
    case PUBACK:
    case PUBREC:
    case PUBREL:
    case PUBCOMP:
      return { type, packetId: reader.short(), ...reader.outcome() };
    case SUBACK:
      return { type, packetId: reader.short(), properties: reader.properties(), reasonCodes: [...reader.rest()] };
    case DISCONNECT:
      return { type, ...reader.outcome() };
    case PINGRESP:
      return { type };
    default:
      throw new Error(`packet type ${type} from a server`);
  }
}

function decodePublish(firstByte, reader) {
  const qos = (firstByte >> 1) & 3;
  const topicName = reader.string();
  const packetId = qos > 0 ? reader.short() : 0;
  const properties = reader.propertiesOrNull();
  return { type: PUBLISH, topicName, packetId, qos, retain: (firstByte & 1) === 1, properties, payload: reader.rest() };
}

class BodyReader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  left() {
    return this.bytes.length - this.at;
  }

  byte() {
    if (this.at >= this.bytes.length) throw new Error('a packet that ends too early');
    return this.bytes[this.at++];
  }

  short() {
    return this.byte() * 0x100 + this.byte();
  }

  int() {
    return this.short() * 0x10000 + this.short();
  }

  varint() {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const digit = this.byte();
      value += (digit & 0x7f) * 2 ** (7 * i);
      if (digit < 0x80) return value;
    }
    throw new Error('a variable byte integer of more than four bytes');
  }

  binary() {
    const length = this.short();
    if (length > this.left()) throw new Error('a packet that ends too early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  string() {
    return text.decode(this.binary());
  }

  pair() {
    return [this.string(), this.string()];
  }

  rest() {
    return this.bytes.subarray(this.at);
  }

  /** What ends most packets; success without properties may be left out. */
  outcome() {
    return { reasonCode: this.left() ? this.byte() : 0, properties: this.left() ? this.properties() : {} };
  }

  propertiesOrNull() {
    if (this.bytes[this.at] === 0) {
      this.at++;
      return null;
    }
    return this.properties();
  }

  properties() {
    const length = this.varint();
    const end = this.at + length;
    if (end > this.bytes.length) throw new Error('properties longer than their packet');
    const properties = {};
    while (this.at < end) {
      const identifier = this.varint();
      const known = PROPERTIES[identifier];
      if (!known) throw new Error(`property ${identifier}`);
      const [name, form] = known;
      const value = this[form]();
      // A view would keep the whole frame alive as long as the message.
      const kept = form === 'binary' ? value.slice() : value;
      if (form === 'pair') (properties[name] ??= []).push(kept);
      else properties[name] = kept;
    }
    return properties;
  }
}

class PacketWriter {
  constructor() {
    this.bytes = new Uint8Array(256);
    this.length = 0;
  }

  #room(count) {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  byte(value) {
    this.#room(1);
    this.bytes[this.length++] = value;
    return this;
  }

  short(value) {
    return this.byte(value >> 8).byte(value & 0xff);
  }

  int(value) {
    return this.short(value >>> 16).short(value & 0xffff);
  }

  varint(value) {
    let left = value;
    do {
      const digit = left % 128;
      left = Math.floor(left / 128);
      this.byte(left > 0 ? digit | 0x80 : digit);
    } while (left > 0);
    return this;
  }

  raw(bytes) {
    this.#room(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  binary(bytes) {
    if (bytes.length > 0xffff) throw new RangeError(`${bytes.length} bytes (expected: at most 65535)`);
    return this.short(bytes.length).raw(bytes);
  }

  string(value) {
    return this.binary(utf8.encode(value));
  }

  pair([name, value]) {
    return this.string(name).string(value);
  }

  properties(properties) {
    const inner = new PacketWriter();
    for (const [name, value] of Object.entries(properties ?? {})) {
      if (value === undefined || value === null || value === '') continue;
      const [identifier, form] = IDENTIFIERS[name];
      for (const one of form === 'pair' ? value : [value]) inner.varint(identifier)[form](one);
    }
    return this.varint(inner.length).raw(inner.view());
  }

  view() {
    return this.bytes.subarray(0, this.length);
  }

  /** The packet with its fixed header in front. */
  packet(firstByte) {
    return new PacketWriter().byte(firstByte).varint(this.length).raw(this.view()).view();
  }
}

export function connect({ clientId, userName, password, keepAlive }) {
  const withUser = userName !== undefined && userName !== '';
  const withPassword = password !== undefined && password !== '';
  const flags = 0x02 | (withUser ? 0x80 : 0) | (withPassword ? 0x40 : 0);
  const writer = new PacketWriter().string('MQTT').byte(5).byte(flags).short(keepAlive).properties().string(clientId);
  if (withUser) writer.string(userName);
  if (withPassword) writer.string(password);
  return writer.packet(0x10);
}

export function publish({ topicName, payload, qos, retain, packetId, properties }) {
  const writer = new PacketWriter().string(topicName);
  if (qos > 0) writer.short(packetId);
  writer.properties(properties).raw(payload);
  return writer.packet(0x30 | (qos << 1) | (retain ? 1 : 0));
}

/** `options` is the Subscription Options byte: QoS, No Local, Retain As Published, Retain Handling. */
export function subscribe(packetId, topicFilter, options) {
  return new PacketWriter().short(packetId).properties().string(topicFilter).byte(options).packet(0x82);
}

export function acknowledgement(type, packetId) {
  return new PacketWriter().short(packetId).packet((type << 4) | (type === PUBREL ? 2 : 0));
}

export const PINGREQ = new Uint8Array([0xc0, 0]);

export function disconnect() {
  return new Uint8Array([0xe0, 0]);
}
