// MessagePack to plain values that JSON can show. Bounded depth; what JSON lacks becomes text.

const DEPTH_MAX = 64;
const text = new TextDecoder('utf-8', { fatal: true });
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

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
