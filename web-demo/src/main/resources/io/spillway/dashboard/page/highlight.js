// JSON with colours. The text stays exactly what it was; only spans come around its tokens.

import { make } from './dom.js';

/** Colouring more than this would cost more elements than it helps. */
const COLOURED_MAX = 12_000;
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

export function showJson(element, text) {
  if (text.length > COLOURED_MAX) {
    element.textContent = text;
    return;
  }
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, string, colon] = match;
    parts.push(text.slice(at, match.index));
    if (string) parts.push(make('span', { className: colon ? 'j-key' : 'j-string', textContent: string }), colon ?? '');
    else parts.push(make('span', { className: /[a-z]/.test(token[0]) ? 'j-word' : 'j-number', textContent: token }));
    at = match.index + token.length;
  }
  element.replaceChildren(...parts, text.slice(at));
}
