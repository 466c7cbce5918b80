// Figures and times as people read them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 1 });

export const count = (value) => whole.format(value);
export const rate = (value) => (value < 9.95 ? tenths : whole).format(value < 0.05 ? 0 : value);
export const time = (at) => clock.format(at);
export const fullTime = (at) => new Date(at).toLocaleString();

export function plural(value, one, many = `${one}s`) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function bytes(value) {
  if (value < 1024) return `${Math.round(value)} B`;
  if (value < 1024 ** 2) return `${tenths.format(value / 1024)} KiB`;
  if (value < 1024 ** 3) return `${tenths.format(value / 1024 ** 2)} MiB`;
  return `${tenths.format(value / 1024 ** 3)} GiB`;
}

export function ago(at) {
  const seconds = Math.max(0, (Date.now() - at) / 1_000);
  return seconds < 1.5 ? 'just now' : `${duration(seconds)} ago`;
}

export function duration(seconds) {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  if (minutes > 0) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.round(seconds)} s`;
}

/** A number without the noise of binary fractions. */
export function figure(value) {
  return String(Number.parseFloat(value.toPrecision(7)));
}
