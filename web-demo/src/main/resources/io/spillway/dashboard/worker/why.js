// Why something failed, in words that help the person in front of the page.

/** Reason codes of MQTT 5, table 2-6. */
const WORDS = {
  0x10: 'No matching subscribers',
  0x80: 'Unspecified error',
  0x81: 'Malformed packet',
  0x82: 'Protocol error',
  0x83: 'Implementation specific error',
  0x84: 'Unsupported protocol version: this page speaks MQTT 5',
  0x85: 'Client identifier not valid',
  0x86: 'Bad user name or password',
  0x87: 'Not authorised',
  0x88: 'Server unavailable',
  0x89: 'Server busy',
  0x8a: 'Banned',
  0x8b: 'Server shutting down',
  0x8c: 'Bad authentication method',
  0x8d: 'Keep alive timeout',
  0x8e: 'Session taken over by another client with the same identifier',
  0x8f: 'Topic filter invalid',
  0x90: 'Topic name invalid',
  0x93: 'Receive maximum exceeded',
  0x95: 'Packet too large',
  0x96: 'Message rate too high',
  0x97: 'Quota exceeded',
  0x98: 'Administrative action',
  0x99: 'Payload format invalid',
  0x9a: 'Retain not supported',
  0x9b: 'QoS not supported',
  0x9c: 'Use another server',
  0x9d: 'Server moved',
  0x9e: 'Shared subscriptions not supported',
  0x9f: 'Connection rate exceeded',
  0xa0: 'Maximum connect time',
  0xa2: 'Wildcard subscriptions not supported',
};

// What a broker of MQTT 3.1.1 puts into its CONNACK when it doesn't know version 5.
const OLD_WORDS = { 1: WORDS[0x84], 4: WORDS[0x86], 5: WORDS[0x87] };

export function inWords(reasonCode, reasonString) {
  const words = WORDS[reasonCode] ?? OLD_WORDS[reasonCode] ?? `reason code ${reasonCode}`;
  return reasonString ? `${words}: ${reasonString}` : words;
}

/** Bad user name or password, not authorised; 4 and 5 are their names in 3.1.1. */
export function needsLogIn(reasonCode) {
  return [0x86, 0x87, 4, 5].includes(reasonCode);
}

/** Whether the same CONNECT may be accepted later, without anybody changing anything. */
export function mayPass(reasonCode) {
  return [0x80, 0x83, 0x88, 0x89, 0x8b, 0x8d, 0x93, 0x96, 0x97, 0x98, 0x9f, 0xa0].includes(reasonCode);
}

/**
 * Browsers hide why a WebSocket failed. The same address asked by HTTP often tells: a gateway
 * answers a plain request with a status and one line that says what is wrong.
 */
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
        `Cannot reach ${address}. Things to check: its path, its certificate, whether it allows the Origin ${here.origin}, ` +
        `and whether this gateway lets its page connect elsewhere (Content-Security-Policy).`,
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
        ? `Cannot reach ${address}: the gateway doesn't answer. Things to check: is it running, is its certificate valid?`
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
