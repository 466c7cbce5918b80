// Where the page is, in its address: `#view=topics&topic=weather%2Froof`, so that a place can be
// shared and the browser's back button works.

export class Route {
  #current = { view: 'topics', topic: null };
  #changed;

  /** `changed(place, before)` hears of moves that came from the address bar. */
  constructor(changed) {
    this.#changed = changed;
    window.addEventListener('hashchange', () => this.#read());
  }

  get current() {
    return this.#current;
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
    const hash = `#view=${next.view}${next.topic === null ? '' : `&topic=${encodeURIComponent(next.topic.slice(0, 2_000))}`}`;
    if (hash === location.hash) return;
    if (newView) history.pushState(null, '', hash);
    else history.replaceState(null, '', hash);
  }

  #read() {
    const before = this.#current;
    this.#current = parse();
    this.#changed(this.#current, before);
  }
}

function parse() {
  const words = new URLSearchParams(location.hash.slice(1));
  return { view: words.get('view') ?? 'topics', topic: words.get('topic') };
}
