// Where the page is: the tabs, and the address, `#view=topics&topic=weather%2Froof`, so that a place
// can be shared and the browser's back button works.

import { byId } from './dom.js';

const VIEWS = ['topics', 'messages', 'publish', 'broker', 'settings'];

/** Which screen is shown. On a phone Publish is a screen of its own. */
export class Views {
  #chosen;

  constructor(chosen) {
    this.#chosen = chosen;
    for (const name of VIEWS) byId(`tab-${name}`).addEventListener('click', () => this.#chosen(name));
    document.querySelector('[role="tablist"]').addEventListener('keydown', (event) => this.#key(event));
    // A window made wider has no Publish tab any more.
    matchMedia('(max-width: 700px)').addEventListener('change', () => this.#chosen(this.shown));
  }

  get shown() {
    return document.body.dataset.view;
  }

  show(name) {
    const known = VIEWS.includes(name) && (name !== 'publish' || byId('tab-publish').offsetParent !== null);
    const view = known ? name : 'topics'; // Where there is room, Publish stands beside the tree.
    document.body.dataset.view = view;
    for (const other of VIEWS) {
      const tab = byId(`tab-${other}`);
      tab.setAttribute('aria-selected', String(other === view));
      tab.tabIndex = other === view ? 0 : -1;
      // Publish lives beside the tree, and on a phone in its place.
      if (other !== 'publish') byId(`view-${other}`).hidden = other !== (view === 'publish' ? 'topics' : view);
    }
    return view;
  }

  #key(event) {
    const tabs = VIEWS.map((name) => byId(`tab-${name}`)).filter((tab) => tab.offsetParent !== null);
    const at = tabs.indexOf(document.activeElement);
    const to = {
      ArrowDown: at + 1,
      ArrowRight: at + 1,
      ArrowUp: at - 1 + tabs.length,
      ArrowLeft: at - 1 + tabs.length,
      Home: 0,
      End: tabs.length - 1,
    }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    tabs[to % tabs.length].click();
    tabs[to % tabs.length].focus();
  }
}

/** The place in the address bar. */
export class Route {
  #current = { view: 'topics', topic: null };
  #changed;

  /** `changed(place)` hears of moves that came from the address bar. */
  constructor(changed) {
    this.#changed = changed;
    window.addEventListener('hashchange', () => this.#read());
  }

  start() {
    this.#current = parse();
    return this.#current;
  }

  /** Goes to a view or topic; moving about in the tree doesn't fill the browser's history. */
  go(place) {
    const next = { ...this.#current, ...place };
    const newView = next.view !== this.#current.view;
    this.#current = next;
    const topic = next.topic?.length <= 2_000 ? `&topic=${encodeURIComponent(next.topic)}` : '';
    const hash = `#view=${next.view}${topic}`;
    if (hash === location.hash) return;
    if (newView) history.pushState(null, '', hash);
    else history.replaceState(null, '', hash);
  }

  #read() {
    this.#current = parse();
    this.#changed(this.#current);
  }
}

function parse() {
  const words = new URLSearchParams(location.hash.slice(1));
  return { view: words.get('view') ?? 'topics', topic: words.get('topic') };
}
