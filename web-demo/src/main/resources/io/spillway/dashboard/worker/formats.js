// A payload is bytes; these are the ways to read it. Everything here treats them as hostile:
// bounded in size and depth, and the result is text that the page shows as text.

/** No more than this is shown; copying and exporting give everything that is kept. */
const SHOWN_MAX = 64 * 1024;
/** JSON larger than this is shown as it came. */
const PARSED_MAX = 1024 * 1024;
const PREVIEW_MAX = 120;

const STRICT = { fatal: true, ignoreBOM: true };
const strict = new TextDecoder('utf-8', STRICT);
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** A payload in one of the formats: {kind, text, note}. `kind` is what it was taken for. */
export function format(record, wanted) {
  const { payload } = record;
  const notes = [];
  if (record.isCut) notes.push(`Only the first ${bytesInWords(payload.length)} of ${bytesInWords(record.length)} are kept.`);
  const { kind, text, problem } = FORMATS[wanted](payload, record);
  if (problem) notes.push(problem);
  if (text.length > SHOWN_MAX) {
    notes.push(`Showing the first ${bytesInWords(SHOWN_MAX)} of ${bytesInWords(record.length)}.`);
  }
  return { kind, text: text.slice(0, SHOWN_MAX), whole: text, note: notes.join(' ') };
}

const FORMATS = {
  Auto(payload, record) {
    if (payload.length === 0) return { kind: 'Empty', text: '' };
    const declared = declaredKind(record);
    if (declared) {
      const read = FORMATS[declared](payload, record);
      if (!read.problem) return read;
    }
    const text = asText(payload, record.isCut);
    if (text === null) return FORMATS.Hex(payload);
    if (/^\s*[-+]?\d+(\.\d+)?([eE][-+]?\d+)?\s*$/.test(text)) return { kind: 'Number', text };
    const json = looksLikeJson(text) ? asJson(text) : undefined;
    return json === undefined ? { kind: 'Text', text } : { kind: 'JSON', text: json };
  },

  JSON(payload) {
    const text = lenient.decode(payload);
    const json = asJson(text);
    return json === undefined ? { kind: 'Text', text, problem: 'This is not JSON.' } : { kind: 'JSON', text: json };
  },

  Text(payload, record) {
    const text = asText(payload, record.isCut);
    if (text !== null) return { kind: 'Text', text };
    return { kind: 'Text', text: lenient.decode(payload), problem: 'Not valid UTF-8: � stands for what could not be read.' };
  },

  Hex(payload) {
    return { kind: 'Hex', text: hexDump(payload.subarray(0, SHOWN_MAX)) };
  },

  Base64(payload) {
    return { kind: 'Base64', text: base64(payload) };
  },

  CBOR(payload) {
    return structured('CBOR', 'decodeCbor', payload);
  },

  MessagePack(payload) {
    return structured('MessagePack', 'decodeMessagePack', payload);
  },
};

let decoders = null;
let loading = null;

/** The decoders of binary formats come when they are needed; `then` is called when they have come. */
export function whenDecodersCome(then) {
  loading?.then(then);
}

function structured(kind, decode, payload) {
  if (!decoders) {
    loading ??= import('./binary.js').then((module) => {
      decoders = module;
      loading = null;
    });
    return { kind: 'Hex', text: hexDump(payload.subarray(0, SHOWN_MAX)), problem: `Loading ${kind}…` };
  }
  try {
    return { kind, text: JSON.stringify(decoders[decode](payload), null, 2) };
  } catch (error) {
    return { kind: 'Hex', text: hexDump(payload.subarray(0, SHOWN_MAX)), problem: `This is not ${kind}: ${error.message}.` };
  }
}

function declaredKind(record) {
  const contentType = record.properties?.contentType?.toLowerCase() ?? '';
  if (contentType.includes('cbor')) return 'CBOR';
  if (contentType.includes('msgpack') || contentType.includes('messagepack')) return 'MessagePack';
  return null;
}

function looksLikeJson(text) {
  return text.length <= PARSED_MAX && /^\s*[[{"]/.test(text);
}

/** Indented, or undefined. Numbers stay as they were written: only the white space changes. */
function asJson(text) {
  if (text.length > PARSED_MAX) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return indent(text);
}

/** JSON.stringify(JSON.parse(text)) would round large numbers and drop repeated keys; a debugger must not. */
function indent(text) {
  const parts = [];
  let length = 0;
  let depth = 0;
  const put = (part) => {
    parts.push(part);
    length += part.length;
  };
  const line = () => put(`\n${'  '.repeat(Math.min(depth, 100))}`);
  let opened = false; // Whether the token before opened an object or array.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const opens = token === '{' || token === '[';
    const closes = token === '}' || token === ']';
    if (closes) depth--;
    if (opened ? !closes : closes) line();
    put(token === ':' ? ': ' : token);
    if (opens) depth++;
    if (token === ',') line();
    opened = opens;
    if (length > SHOWN_MAX * 4) return text; // Nested so deeply that indenting it would multiply it.
  }
  return parts.join('');
}

/** Text when the bytes are UTF-8 without control characters that text doesn't have; otherwise null. */
function asText(payload, mayBeCut) {
  try {
    // What is left of a character that was cut would come up in the next text: each has its own decoder.
    const text = (mayBeCut ? new TextDecoder('utf-8', STRICT) : strict).decode(payload, { stream: mayBeCut });
    return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text.slice(0, 4096)) ? null : text;
  } catch {
    return null;
  }
}

function hexDump(bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const signs = Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${signs}`);
  }
  return lines.join('\n');
}

function base64(bytes) {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(binary);
}

/** One short line for the tree, the log and the history. */
export function preview(record) {
  record.preview ??= makePreview(record);
  return record.preview;
}

function makePreview({ payload, length }) {
  if (length === 0) return '';
  const start = payload.subarray(0, PREVIEW_MAX * 4);
  const text = asText(start, start.length < length);
  if (text === null) {
    const digits = Array.from(payload.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return `${digits}${length > 12 ? ' …' : ''} (${bytesInWords(length)})`;
  }
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > PREVIEW_MAX || payload.length > PREVIEW_MAX * 4 ? `${line.slice(0, PREVIEW_MAX)}…` : line;
}

/** The value as something to compare and to plot: a number, another JSON value, text, or null for binary. */
export function parse(record) {
  if (record.isCut || record.length > PARSED_MAX) return null;
  const text = asText(record.payload, false);
  if (text === null) return null;
  if (/^\s*[-+[{"\dtfn]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // Not JSON after all.
    }
  }
  // `1234 seconds` and `23.4 °C` are numbers to everybody but a parser.
  const withUnit = /^\s*([-+]?\d+(?:\.\d+)?)\s*[a-zA-Z°%µ/²³]{0,10}\s*$/.exec(text);
  return withUnit ? Number(withUnit[1]) : text;
}

function bytesInWords(count) {
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(count < 10_240 ? 1 : 0)} KiB`;
  return `${(count / 1024 / 1024).toFixed(1)} MiB`;
}

/** Messages as a file: JSON for programs, CSV for spreadsheets. */
export function exported(records, form) {
  return form === 'csv' ? csv(records) : JSON.stringify(records.map(asObject), null, 2);
}

function asObject(record) {
  const text = asText(record.payload, record.isCut);
  return {
    topic: record.node.path,
    time: new Date(record.time).toISOString(),
    qos: record.qos,
    retain: record.retain,
    ...(text === null ? { base64: base64(record.payload) } : { value: text }),
    ...(record.isCut ? { length: record.length, cut: true } : {}),
    ...(record.properties ? { properties: printable(record.properties) } : {}),
  };
}

function printable(properties) {
  const { correlationData, ...rest } = properties;
  return correlationData ? { ...rest, correlationData: base64(correlationData) } : rest;
}

function csv(records) {
  const lines = records.map(asObject).map((o) => [o.time, o.topic, o.qos, o.retain, o.value ?? o.base64].map(cell).join(','));
  return ['time,topic,qos,retain,value', ...lines].join('\r\n');
}

/** Quoted, and never a formula: a spreadsheet would run what a stranger published. */
function cell(value) {
  const words = String(value);
  const harmless = /^[=+\-@\t\r]/.test(words) && !/^[-+]?[\d.]+$/.test(words) ? `'${words}` : words;
  return /[",\r\n']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
