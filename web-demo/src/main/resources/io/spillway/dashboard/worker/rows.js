// Which levels of the tree are visible, in which order: expansion and filter. The page asks for
// a window of these rows and never sees the rest.

import { childrenOf } from './model.js';

/** A branch with more children than this stays closed until somebody opens it. */
const OPENS_BY_ITSELF = 20;

export class Rows {
  #model;
  #list = [];
  #shape = -1;
  #changed = true;
  #filter = '';
  #filterNumber = 0;
  #cost = 0;
  #laidOutAt = 0;

  constructor(model) {
    this.#model = model;
  }

  get filter() {
    return this.#filter;
  }

  set filter(words) {
    this.#filter = words.trim().toLowerCase();
    this.#filterNumber++;
    this.#changed = true;
  }

  get length() {
    return this.#list.length;
  }

  /** True when a layout would differ from the last. */
  get stale() {
    return this.#changed || this.#shape !== this.#model.shape;
  }

  at(index) {
    return this.#list[index];
  }

  slice(first, count) {
    return this.#list.slice(first, first + count);
  }

  expand(node, expanded) {
    if (!node?.children) return;
    node.expanded = expanded;
    node.decidedIn = this.#filterNumber;
    this.#changed = true;
  }

  expandSiblings(node) {
    for (const sibling of childrenOf(node.parent)) this.expand(sibling, true);
  }

  /** Opens everything above a node. */
  reveal(node) {
    for (let above = node.parent; above?.parent; above = above.parent) this.expand(above, true);
  }

  isExpanded(node) {
    // A filter opens what leads to its hits, whatever was closed before it; then it can be closed again.
    if (this.#filter && node.matchesBelow && node.decidedIn !== this.#filterNumber) return true;
    return node.expanded ?? (node.children.size <= OPENS_BY_ITSELF && node.name[0] !== '$');
  }

  /** Index of the next row after `index` whose level begins with `prefix`, going round once; or -1. */
  startingWith(prefix, index) {
    const wanted = prefix.toLowerCase();
    for (let step = 0; step < this.#list.length; step++) {
      const at = (index + step) % this.#list.length;
      if (this.#list[at].name.toLowerCase().startsWith(wanted)) return at;
    }
    return -1;
  }

  /**
   * Lays the rows out when something changed. While topics pour in, a large tree is laid out less
   * often than it changes; what a person did is always followed at once.
   */
  layOut(now) {
    if (!this.stale) return;
    if (!this.#changed && now - this.#laidOutAt < this.#cost * 6) return;
    const began = performance.now();
    for (const node of this.#list) node.row = -1;
    this.#list = [];
    if (this.#filter) this.#match(this.#model.root, this.#filter.includes('/'));
    this.#walk(this.#model.root);
    this.#shape = this.#model.shape;
    this.#changed = false;
    this.#laidOutAt = now;
    this.#cost = performance.now() - began;
  }

  #walk(parent) {
    let position = 0;
    for (const node of childrenOf(parent)) {
      if (this.#filter && !node.matches && !node.matchesBelow) continue;
      node.position = ++position;
      node.row = this.#list.length;
      this.#list.push(node);
      if (node.children && this.isExpanded(node)) this.#walk(node);
    }
    parent.shown = position;
  }

  /** Marks what the filter hits; below a hit everything may be opened, so it counts as hit too. */
  #match(parent, wholePath, below = false) {
    let any = false;
    for (const node of parent.children?.values() ?? []) {
      const hit = (wholePath ? node.path : node.name).toLowerCase().includes(this.#filter);
      node.matches = hit || below;
      const deeper = node.children ? this.#match(node, wholePath, node.matches) : false;
      node.matchesBelow = deeper;
      any ||= hit || deeper;
    }
    return any;
  }
}
