// Wires the page together: one engine, one module for each part of the screen.

import { Banner } from './banner.js';
import { copy, save } from './browser.js';
import { Connection } from './connection.js';
import { Details } from './details.js';
import { byId, inTextField, setAttribute, setText } from './dom.js';
import { Engine } from './engine.js';
import { Route, Views } from './places.js';
import { Deletion, Publish } from './publish.js';
import { Settings } from './settings.js';
import { Tree } from './tree.js';
import { count, rate } from './words.js';

const engine = new Engine();
const banner = new Banner();
const connection = new Connection(engine, banner, () => settings.update());
const settings = new Settings(engine, connection);
const publish = new Publish(engine);
const deletion = new Deletion(engine, (words, failed) => publish.say(words, failed));
const details = new Details(engine, deletion);
const route = new Route((place) => go(place));
const views = new Views((view) => route.go({ view: showView(view) }));
const tree = new Tree(engine, { chosen: onChosen, deletion: onDeleteKey });

// Two screens come with their first visit: most visitors stay with the tree.
const late = { messages: null, broker: null };
const load = {
  async messages() {
    const { Messages } = await import('./messages.js');
    return new Messages(engine, (path) => go({ view: 'topics', topic: path }));
  },
  async broker() {
    const { Broker } = await import('./broker.js');
    return new Broker();
  },
};

// --- Places ---

function showView(name) {
  const view = views.show(name);
  engine.send('view', { name: view === 'publish' ? 'topics' : view });
  if (late[view] === null) fetchView(view);
  return view;
}

async function fetchView(view) {
  late[view] = { update() {} };
  try {
    late[view] = await load[view]();
    engine.send('view', { name: views.shown }); // What was sent meanwhile had nobody to draw it.
  } catch {
    late[view] = null; // The gateway is away: the next visit tries again.
  }
}

function go({ view, topic }) {
  route.go({ view: showView(view) });
  if (topic !== null && topic !== tree.selected) tree.reveal(topic);
}

function onChosen(path) {
  if (path === null) delete document.body.dataset.topic;
  else document.body.dataset.topic = '';
  details.select(path);
  publish.suggest(path);
  route.go({ topic: path });
}

function onDeleteKey() {
  if (!byId('delete-below').disabled) byId('delete-below').click();
  else if (!byId('delete-one').disabled) byId('delete-one').click();
}

// --- Updates: drawn once per frame, and acknowledged, so that the Worker never gets ahead of the page ---

let waiting = null;
engine.on('update', (update) => {
  const frame = waiting === null;
  // Parts come only when they changed: what wasn't drawn yet must not be lost to the next update.
  waiting = { ...waiting, ...update };
  if (frame) requestAnimationFrame(draw);
});

function draw() {
  const update = waiting;
  waiting = null;
  if (update.tree) {
    tree.update(update.tree, update.sequence);
    setAttribute(byId('tree'), 'aria-busy', update.tree.filter !== byId('filter').value.trim().toLowerCase());
  }
  if (update.details) details.update(update.details);
  if (update.log) late.messages?.update(update.log);
  if (update.broker) late.broker?.update(update.broker);
  drawFigures(update);
  drawEmpty(update);
  engine.send('drawn');
}

function drawFigures({ figures }) {
  for (const name of ['received', 'topics', 'waiting', 'dropped']) setText(byId(`figure-${name}`), count(figures[name]));
  for (const place of ['figure', 'flow']) setText(byId(`${place}-rate`), rate(figures.perSecond));
  setText(byId('flow-topics'), count(figures.topics));
  byId('figure-dropped').classList.toggle('loss', figures.dropped > 0);
  const narrow = { actions: { 'Narrow the subscription': () => connection.openForm('filters') } };
  if (figures.slow) banner.show('slow', 'This page can’t keep up: it is more than 2 seconds behind. A narrower subscription would help.', narrow);
  else banner.clear('slow');
  if (figures.ignored > 0) banner.show('topics', 'There are more topics than this page holds (250,000): further ones are counted as dropped.', narrow);
}

function drawEmpty({ figures, tree: rows }) {
  // $SYS alone is no message of anybody's.
  const empty = connection.state.name === 'connected' && rows !== undefined && rows.filter === '' && rows.rows.every(({ path }) => path.split('/')[0] === '$SYS') && rows.first === 0;
  if (rows) byId('empty').hidden = !empty;
  if (rows) byId('no-hits').hidden = !(rows.filter !== '' && rows.total === 0 && figures.topics > 0);
}

// --- Controls of the header and the empty state ---

function filter() {
  engine.send('filter', { words: byId('filter').value });
  setAttribute(byId('tree'), 'aria-busy', true); // Until rows come that have passed it.
}

byId('filter').addEventListener('input', filter);
byId('filter').addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown' || event.key === 'Enter') {
    event.preventDefault();
    tree.focus();
  }
});

function clearFilter() {
  byId('filter').value = '';
  filter();
}

byId('pause').addEventListener('click', () => {
  const on = byId('pause').getAttribute('aria-pressed') !== 'true';
  byId('pause').setAttribute('aria-pressed', String(on));
  engine.send('pause', { on });
});

function demo(on) {
  banner.clear('demo');
  engine.send('demo', { on });
}
byId('demo').addEventListener('click', () => demo(byId('demo').getAttribute('aria-checked') !== 'true'));
byId('empty-demo').addEventListener('click', () => demo(true));
engine.on('demo', ({ on, words, topic }) => {
  byId('demo').setAttribute('aria-checked', String(on));
  if (on) {
    if (views.shown !== 'broker' && views.shown !== 'messages') route.go({ view: showView('topics') });
    tree.reveal(topic);
  } else if (words) banner.show('demo', `The demo feed needs the right to publish on demo/#: ${words}.`);
});

byId('back').addEventListener('click', () => tree.clear());

setText(byId('hint'), `mosquitto_pub -h ${location.hostname.replace(/^\[|\]$/g, '')} -t TestTopic -m "Hello"`);
byId('hint-copy').addEventListener('click', (event) => copy(byId('hint').textContent, event.currentTarget));

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && event.target === byId('filter')) {
    clearFilter();
    event.preventDefault();
    return;
  }
  if (inTextField(event.target) || event.ctrlKey || event.altKey || event.metaKey || byId('deletion').open) return;
  if (event.key === '/') {
    event.preventDefault();
    route.go({ view: showView('topics') });
    byId('filter').focus();
    byId('filter').select();
  } else if (event.key === 'p') byId('pause').click();
  else if (event.key === 'Escape' && byId('filter').value !== '') clearFilter();
});

document.addEventListener('visibilitychange', () => {
  engine.send('visible', { on: !document.hidden });
  if (!document.hidden) engine.send('wake');
});
for (const event of ['online', 'offline']) window.addEventListener(event, () => engine.send('wake'));
engine.on('exported', ({ form, what, text }) => save(text, `${what === 'log' ? 'messages' : 'history'}.${form}`, form === 'csv' ? 'text/csv' : 'application/json'));
engine.on('broken', ({ words }) => banner.show('broken', `This page can’t work: its Worker failed (${words}).`, { severity: 'bad' }));

go(route.start());
connection.connect();
