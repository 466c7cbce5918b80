// The tabs: which screen is shown. On a phone Publish is a screen of its own.

import { byId } from './dom.js';

const VIEWS = ['topics', 'messages', 'publish', 'broker', 'settings'];

export class Views {
  #chosen;

  constructor(chosen) {
    this.#chosen = chosen;
    for (const name of VIEWS) byId(`tab-${name}`).addEventListener('click', () => this.#chosen(name));
    document.querySelector('[role="tablist"]').addEventListener('keydown', (event) => this.#key(event));
  }

  get shown() {
    return document.body.dataset.view;
  }

  show(name) {
    const view = VIEWS.includes(name) ? name : 'topics';
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
