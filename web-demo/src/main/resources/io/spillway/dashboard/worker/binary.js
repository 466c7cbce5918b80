// CBOR (RFC 8949) and MessagePack to plain values that JSON can show. Bounded depth; what JSON lacks
// becomes text. Loaded with the first payload that asks for it.

const DEPTH_MAX = 64;
const text = new TextDecoder('utf-8', { fatal: true });
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export function decodeCbor(bytes) {
  const reader = new CborReader(bytes);
  const value = reader.item(0);
  if (reader.at !== bytes.length) throw new Error('bytes are left over');
  return value;
}

const BREAK = Symbol('break');

class CborReader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = 0;
  }

  item(depth) {
    if (depth > DEPTH_MAX) throw new Error('nested too deeply');
    const initial = this.#number(1);
    const major = initial >> 5;
    const info = initial & 31;
    if (major === 7) return this.#simple(info);
    const indefinite = info === 31;
    const argument = indefinite ? Infinity : this.#argument(info);
    switch (major) {
      case 0:
        return argument;
      case 1:
        return typeof argument === 'string' ? `-1-${argument}` : -1 - argument;
      case 2:
        return `h'${hex(this.#string(argument, depth))}'`;
      case 3:
        return text.decode(this.#string(argument, depth));
      case 4:
        return this.#array(argument, depth);
      case 5:
        return this.#map(argument, depth);
      default:
        return this.item(depth + 1); // A tag: its value says enough.
    }
  }

  #argument(info) {
    if (info < 24) return info;
    if (info > 27) throw new Error(`additional information ${info}`);
    return this.#number(1 << (info - 24));
  }

  #number(size) {
    this.#take(size);
    const at = this.at - size;
    if (size === 1) return this.view.getUint8(at);
    if (size === 2) return this.view.getUint16(at);
    if (size === 4) return this.view.getUint32(at);
    const large = this.view.getBigUint64(at);
    return large <= Number.MAX_SAFE_INTEGER ? Number(large) : String(large);
  }

  #take(count) {
    if (!(count <= this.bytes.length - this.at)) throw new Error('it ends too early');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  #string(length, depth) {
    if (length !== Infinity) return this.#take(length);
    const parts = [];
    while (this.bytes[this.at] !== 0xff) {
      const info = this.#number(1) & 31;
      if (info === 31 || depth > DEPTH_MAX) throw new Error('a string of strings');
      parts.push(...this.#take(this.#argument(info)));
    }
    this.at++;
    return Uint8Array.from(parts);
  }

  #array(length, depth) {
    const values = [];
    while (values.length < length) {
      const value = this.item(depth + 1);
      if (value === BREAK) break;
      values.push(value);
    }
    return values;
  }

  #map(length, depth) {
    const values = Object.create(null);
    for (let count = 0; count < length; count++) {
      const key = this.item(depth + 1);
      if (key === BREAK) break;
      values[typeof key === 'object' ? JSON.stringify(key) : String(key)] = this.item(depth + 1);
    }
    return values;
  }

  #simple(info) {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null;
    if (info === 25) return half(this.#number(2));
    if (info === 26 || info === 27) {
      const size = info === 26 ? 4 : 8;
      this.#take(size);
      return size === 4 ? this.view.getFloat32(this.at - 4) : this.view.getFloat64(this.at - 8);
    }
    if (info === 31) return BREAK;
    return `simple(${info === 24 ? this.#number(1) : info})`;
  }
}

function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (fraction + 1024) * 2 ** (exponent - 25);
}

export function decodeMessagePack(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;

  const take = (count) => {
    if (count > bytes.length - at) throw new Error('it ends too early');
    at += count;
    return at - count;
  };
  const number = (method, size) => view[method](take(size));
  const large = (method) => {
    const value = number(method, 8);
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  };
  const slice = (length) => {
    const from = take(length);
    return bytes.subarray(from, from + length);
  };
  const length = (size) => number(['getUint8', 'getUint16', 'getUint32'][size], 1 << size);
  const array = (count, depth) => {
    const values = [];
    while (values.length < count) values.push(item(depth + 1));
    return values;
  };
  const map = (count, depth) => {
    const values = Object.create(null);
    for (let i = 0; i < count; i++) {
      const key = item(depth + 1);
      values[typeof key === 'object' ? JSON.stringify(key) : String(key)] = item(depth + 1);
    }
    return values;
  };
  const extension = (count) => {
    const type = number('getInt8', 1);
    return `ext(${type}, ${hex(slice(count))})`;
  };

  function item(depth) {
    if (depth > DEPTH_MAX) throw new Error('nested too deeply');
    const first = number('getUint8', 1);
    if (first < 0x80) return first;
    if (first < 0x90) return map(first & 15, depth);
    if (first < 0xa0) return array(first & 15, depth);
    if (first < 0xc0) return text.decode(slice(first & 31));
    if (first >= 0xe0) return first - 256;
    switch (first) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: case 0xc5: case 0xc6: return `h'${hex(slice(length(first - 0xc4)))}'`;
      case 0xc7: case 0xc8: case 0xc9: return extension(length(first - 0xc7));
      case 0xca: return number('getFloat32', 4);
      case 0xcb: return number('getFloat64', 8);
      case 0xcc: return number('getUint8', 1);
      case 0xcd: return number('getUint16', 2);
      case 0xce: return number('getUint32', 4);
      case 0xcf: return large('getBigUint64');
      case 0xd0: return number('getInt8', 1);
      case 0xd1: return number('getInt16', 2);
      case 0xd2: return number('getInt32', 4);
      case 0xd3: return large('getBigInt64');
      case 0xd4: case 0xd5: case 0xd6: case 0xd7: case 0xd8: return extension(1 << (first - 0xd4));
      case 0xd9: case 0xda: case 0xdb: return text.decode(slice(length(first - 0xd9)));
      case 0xdc: case 0xdd: return array(length(first - 0xdb), depth);
      case 0xde: case 0xdf: return map(length(first - 0xdd), depth);
      default: throw new Error(`byte ${first}`);
    }
  }

  const value = item(0);
  if (at !== bytes.length) throw new Error('bytes are left over');
  return value;
}
