// The few words the page needs to speak to the document. Text from outside only ever becomes
// `textContent`: a topic named <img onerror=…> is a topic with an odd name, and nothing else.

export const byId = (id) => document.getElementById(id);

/** An element with properties and children: make('td', {className: 'loss'}, 'text', element). */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Touches the document only when something differs: most of a page stays as it is from update to update. */
export function setText(element, words) {
  const only = element.firstChild;
  // A new text node would be garbage, here and in the accessibility tree.
  if (only instanceof Text && only.nextSibling === null && words !== '') {
    if (only.data !== words) only.data = words;
  } else if (element.textContent !== words) element.textContent = words;
}

export function setAttribute(element, name, value) {
  if (value === null) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** True while the user types somewhere, so that letters are no shortcuts. */
export function inTextField(element) {
  return element instanceof HTMLElement && element.matches('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]');
}
