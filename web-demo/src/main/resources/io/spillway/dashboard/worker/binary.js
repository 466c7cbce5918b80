// CBOR (RFC 8949) and MessagePack to plain values that JSON can show. Bounded depth; what JSON lacks
// becomes text. Loaded with the first payload that asks for it.

const DEPTH_MAX = 64;
const BREAK = Symbol('break');
const text = new TextDecoder('utf-8', { fatal: true });
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export function decodeCbor(bytes) {
  return whole(new Reader(bytes), cborItem);
}

export function decodeMessagePack(bytes) {
  return whole(new Reader(bytes), messagePackItem);
}

function whole(reader, item) {
  const value = item(reader, 0);
  if (reader.at !== reader.bytes.length) throw new Error('bytes are left over');
  return value;
}

/** What both formats are made of. */
class Reader {
  at = 0;

  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  take(count) {
    if (!(count <= this.bytes.length - this.at)) throw new Error('it ends too early');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  text(length) {
    return text.decode(this.take(length));
  }

  /** One byte for 0, two for 1, four for 2, eight for 3; `kind` is of DataView's names: Uint, Int, Float. */
  number(power, kind = 'Uint') {
    const size = 2 ** power;
    this.take(size);
    const value = this.view[`get${power === 3 && kind !== 'Float' ? 'Big' : ''}${kind}${size * 8}`](this.at - size);
    if (typeof value === 'number') return value;
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }

  array(count, item) {
    const values = [];
    while (values.length < count) {
      const value = item();
      if (value === BREAK) break;
      values.push(value);
    }
    return values;
  }

  map(count, item) {
    const values = Object.create(null);
    for (let i = 0; i < count; i++) {
      const key = item();
      if (key === BREAK) break;
      values[typeof key === 'object' ? JSON.stringify(key) : String(key)] = item();
    }
    return values;
  }
}

function cborItem(reader, depth) {
  if (depth > DEPTH_MAX) throw new Error('nested too deeply');
  const initial = reader.number(0);
  const major = initial >> 5;
  const info = initial & 31;
  if (major === 7) return cborSimple(reader, info);
  if (info > 27 && !(info === 31 && major >= 2 && major <= 5)) throw new Error(`additional information ${info}`);
  const argument = info === 31 ? Infinity : info < 24 ? info : reader.number(info - 24);
  const item = () => cborItem(reader, depth + 1);
  switch (major) {
    case 0:
      return argument;
    case 1:
      return typeof argument === 'string' ? `-1-${argument}` : -1 - argument;
    case 2: // A string without a length is a list of strings.
      return argument === Infinity ? reader.array(argument, item).join('').replaceAll("'h'", '') : `h'${hex(reader.take(argument))}'`;
    case 3:
      return argument === Infinity ? reader.array(argument, item).join('') : reader.text(argument);
    case 4:
      return reader.array(argument, item);
    case 5:
      return reader.map(argument, item);
    default:
      return item(); // A tag: its value says enough.
  }
}

function cborSimple(reader, info) {
  if (info === 20 || info === 21) return info === 21;
  if (info === 22 || info === 23) return null;
  if (info === 25) return half(reader.number(1));
  if (info === 26 || info === 27) return reader.number(info - 24, 'Float');
  if (info === 31) return BREAK;
  return `simple(${info === 24 ? reader.number(0) : info})`;
}

function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (fraction + 1024) * 2 ** (exponent - 25);
}

function messagePackItem(reader, depth) {
  if (depth > DEPTH_MAX) throw new Error('nested too deeply');
  const first = reader.number(0);
  const item = () => messagePackItem(reader, depth + 1);
  if (first < 0x80) return first;
  if (first < 0x90) return reader.map(first & 15, item);
  if (first < 0xa0) return reader.array(first & 15, item);
  if (first < 0xc0) return reader.text(first & 31);
  if (first >= 0xe0) return first - 256;
  // From here on the size of a number or length follows from the distance to the first of its kind.
  if (first === 0xc0) return null;
  if (first === 0xc1) throw new Error('byte 193');
  if (first < 0xc4) return first === 0xc3;
  if (first < 0xc7) return `h'${hex(reader.take(reader.number(first - 0xc4)))}'`;
  if (first < 0xca) return extension(reader, reader.number(first - 0xc7));
  if (first < 0xcc) return reader.number(first - 0xc8, 'Float');
  if (first < 0xd0) return reader.number(first - 0xcc);
  if (first < 0xd4) return reader.number(first - 0xd0, 'Int');
  if (first < 0xd9) return extension(reader, 2 ** (first - 0xd4));
  if (first < 0xdc) return reader.text(reader.number(first - 0xd9));
  if (first < 0xde) return reader.array(reader.number(first - 0xdb), item);
  return reader.map(reader.number(first - 0xdd), item);
}

function extension(reader, count) {
  const type = reader.number(0, 'Int');
  return `ext(${type}, ${hex(reader.take(count))})`;
}
