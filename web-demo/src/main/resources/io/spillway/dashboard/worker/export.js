// Messages as a file: JSON for programs, CSV for spreadsheets.

import { base64, format } from './formats.js';

export function exported(records, form) {
  return form === 'csv' ? csv(records) : JSON.stringify(records.map(asObject), null, 2);
}

function asObject(record) {
  const { kind, whole } = format(record, 'Text');
  const readable = format(record, 'Text').note === '';
  return {
    topic: record.node.path,
    time: new Date(record.time).toISOString(),
    qos: record.qos,
    retain: record.retain,
    ...(readable || kind === 'Empty' ? { value: whole } : { base64: base64(record.payload) }),
    ...(record.payload.length < record.length ? { length: record.length, cut: true } : {}),
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
