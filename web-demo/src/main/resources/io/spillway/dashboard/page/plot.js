// A line over time of the topic's value or of a field of its JSON, drawn by uPlot.

import { byId, make, setText } from './dom.js';
import { figure, time } from './words.js';

const HEIGHT = 165;
let library;

/** uPlot as a script of our own server; it puts itself on the window. */
function load() {
  library ??= new Promise((resolve, reject) => {
    const script = make('script', { src: new URL('../uplot/uPlot.iife.min.js', import.meta.url).href });
    script.onload = () => resolve(window.uPlot);
    script.onerror = () => reject(new Error('uPlot could not be loaded'));
    document.head.append(script);
  });
  return library;
}

export class Plot {
  #engine;
  #chart = null;
  #fields = null;
  #latest = null;
  #visible = true;
  #wanted = { field: null, seconds: 300, shown: true };
  #theme = '';

  constructor(engine) {
    this.#engine = engine;
    byId('plot-field').addEventListener('change', () => this.#ask({ field: byId('plot-field').value }));
    byId('plot-range').addEventListener('change', () => this.#ask({ seconds: Number(byId('plot-range').value) }));
    new ResizeObserver(() => this.#resize()).observe(byId('plot'));
    // A plot that nobody sees is not computed.
    new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1).isIntersecting;
      this.#ask({ shown: this.#visible });
    }, { rootMargin: '200px' }).observe(byId('plot-card'));
  }

  clear() {
    this.#wanted.field = null;
    this.#fields = null;
    this.#latest = null;
    this.#drop();
    byId('plot').setAttribute('aria-label', 'Plot of nothing yet');
  }

  update(plot) {
    byId('plot-card').hidden = plot.fields.length === 0;
    if (plot.fields.length === 0) return;
    this.#offer(plot.fields, plot.field);
    if (!plot.times) {
      if (!this.#latest) this.#ask({ shown: true });
      return;
    }
    this.#latest = plot;
    byId('plot').setAttribute('aria-label', describe(plot));
    this.#draw();
  }

  #ask(change) {
    Object.assign(this.#wanted, change);
    this.#engine.send('plot', this.#wanted);
  }

  #offer(fields, chosen) {
    const select = byId('plot-field');
    if (fields.join('\n') !== this.#fields?.join('\n')) {
      this.#fields = fields;
      select.replaceChildren(...fields.map((field) => make('option', { value: field, textContent: nameOf(field) })));
      select.hidden = fields.length < 2;
    }
    if (document.activeElement !== select) select.value = chosen;
  }

  #drop() {
    this.#chart?.destroy();
    this.#chart = null;
  }

  async #draw() {
    let uPlot;
    try {
      uPlot = await load();
    } catch (error) {
      setText(byId('plot'), error.message);
      return;
    }
    if (!this.#latest) return;
    const { times, values, now, seconds } = this.#latest;
    const theme = document.documentElement.dataset.theme + matchMedia('(prefers-color-scheme: dark)').matches;
    if (this.#chart && theme !== this.#theme) this.#drop();
    this.#theme = theme;
    if (!this.#chart) {
      byId('plot').replaceChildren();
      this.#chart = new uPlot(options(byId('plot').clientWidth), [[], []], byId('plot'));
    }
    this.#chart.setData([times, values], false);
    const first = times[0] ?? now - 1;
    const from = Number.isFinite(seconds) ? Math.max(now - seconds, Math.min(first, now - 10)) : Math.min(first, now - 10);
    this.#chart.setScale('x', { min: from, max: now });
  }

  #resize() {
    const width = byId('plot').clientWidth;
    if (this.#chart && width > 0) this.#chart.setSize({ width, height: HEIGHT });
  }
}

/** A colour of the style sheet as a canvas takes it: resolved for light or dark. */
function colourOf(name) {
  const probe = byId('plot-card');
  probe.style.setProperty('outline-color', `var(${name})`);
  return getComputedStyle(probe).outlineColor;
}

function options(width) {
  const accent = colourOf('--accent');
  const axis = { stroke: colourOf('--ink-3'), grid: { stroke: colourOf('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { size: 7, fill: accent }, drag: { x: false, y: false } },
    padding: [8, 8, 0, 0],
    scales: { y: { range: (chart, low, high) => roomy(low, high) } },
    axes: [
      { ...axis, space: 80, size: 28, values: (chart, marks) => marks.map((at) => time(at * 1_000).slice(0, 8)) },
      { ...axis, size: 56, values: (chart, marks) => marks.map(figure) },
    ],
    series: [
      {},
      {
        stroke: accent,
        width: 1.75,
        fill: accent.replace(')', ' / 12%)').replaceAll(',', ''),
        points: { show: (chart) => chart.data[0].length < 60, size: 4, fill: accent },
      },
    ],
    plugins: [readout()],
  };
}

/** Room above and below the line; a value that never changes gets a line in the middle. */
function roomy(low, high) {
  if (low === null || high === null) return [0, 1];
  const span = high - low || Math.abs(high) * 0.2 || 1;
  return [low - span * 0.12, high + span * 0.12];
}

/** Value and time under the pointer. */
function readout() {
  const label = make('div', { className: 'readout', hidden: true });
  return {
    hooks: {
      init: (chart) => chart.over.append(label),
      setCursor: (chart) => {
        const { idx, left } = chart.cursor;
        label.hidden = idx === null || idx === undefined || left < 0;
        if (label.hidden) return;
        setText(label, `${figure(chart.data[1][idx])}  ${time(chart.data[0][idx] * 1_000)}`);
        const at = chart.valToPos(chart.data[0][idx], 'x');
        label.style.left = `${Math.min(at, chart.over.clientWidth - label.offsetWidth)}px`;
      },
    },
  };
}

const nameOf = (field) => (field === '' ? 'value' : field);

/** What the picture says, in words. */
function describe({ field, values }) {
  if (values.length === 0) return `Plot of ${nameOf(field)}, 0 points`;
  return `Plot of ${nameOf(field)}, ${values.length} points, minimum ${figure(Math.min(...values))}, maximum ${figure(Math.max(...values))}, last ${figure(values.at(-1))}`;
}
