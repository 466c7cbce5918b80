// Browsers hide why a WebSocket failed. The same address asked by HTTP often tells: a gateway
// answers a plain request with a status and one line that says what is wrong.

export async function whyUnreachable(address) {
  const url = new URL(address);
  const here = self.location;
  const own = url.host === here.host;
  if (here.protocol === 'https:' && url.protocol === 'ws:') {
    return { words: `Cannot reach ${address}: a page loaded by https may not open ws:// (mixed content). Use wss://.` };
  }
  if (!own) {
    return {
      words:
        `Cannot reach ${address}. Things to check: does the address and its path exist, is its certificate valid, ` +
        `does it allow pages of ${here.origin} (Origin), and does this gateway let the page connect elsewhere (its Content-Security-Policy)?`,
    };
  }
  let response;
  try {
    const asked = new URL(address.replace(/^ws/, 'http'));
    asked.search = '';
    response = await fetch(asked, { cache: 'no-store', signal: AbortSignal.timeout(3_000) });
  } catch {
    return {
      words: self.navigator.onLine
        ? `Cannot reach ${address}: the gateway doesn't answer. Is it running, and is its certificate valid?`
        : `Cannot reach ${address}: this computer is offline.`,
    };
  }
  const { status } = response;
  const said = await firstLine(response);
  // 426 and 400 are what a plain request gets where the WebSocket lives: the path is right.
  if (status === 426 || status === 400 || response.ok) {
    return {
      status,
      words: `The gateway answers, but refused the WebSocket at ${url.pathname}. Things to check: the path, and whether ${here.origin} is an allowed Origin.`,
    };
  }
  if (status === 404) return { status, words: `Cannot reach ${address}: nothing is at the path ${url.pathname}. ${said}`.trim() };
  return { status, words: said ? `The gateway refused (${status}): ${said}` : `The gateway refused with status ${status}.` };
}

async function firstLine(response) {
  if (!/^text\/plain/.test(response.headers.get('content-type') ?? '')) return '';
  return (await response.text()).trim().split('\n')[0].slice(0, 300);
}
