// CBOR (RFC 8949) to plain values that JSON can show. Bounded depth; what JSON lacks becomes text.

const DEPTH_MAX = 64;
const text = new TextDecoder('utf-8', { fatal: true });

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
        return `h'${Array.from(this.#string(argument, depth), (byte) => byte.toString(16).padStart(2, '0')).join('')}'`;
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
