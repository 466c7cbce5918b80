// What the user publishes, and the outcome in words.

/** Deleting more than this in one go would be an accident. */
const DELETIONS_MAX = 100_000;

export class Publisher {
  #client;
  #model;

  constructor(client, model) {
    this.#client = client;
    this.#model = model;
  }

  publish(message, done) {
    const { topicName, qos } = message;
    this.#client.publish(message, ({ failed, words }) => {
      if (failed) return done({ failed, words: `Not published to ${topicName}: ${words}` });
      const acknowledged = qos > 0 ? ` (QoS ${qos}, acknowledged${words ? `: ${words.toLowerCase()}` : ''})` : '';
      return done({ words: `Published to ${topicName}${acknowledged}` });
    });
  }

  deleteRetained(path, below, done) {
    const node = this.#model.find(path);
    const topics = below ? retainedTopics(node) : [path];
    let open = topics.length;
    const failures = [];
    if (open === 0) return done({ words: `Nothing retained below ${path}` });
    for (const topicName of topics) {
      this.#client.publish({ topicName, payload: new Uint8Array(), qos: 1, retain: true }, ({ failed, words }) => {
        if (failed) failures.push(words);
        if (--open > 0) return;
        const deleted = topics.length - failures.length;
        const said = `Deleted ${deleted} retained ${deleted === 1 ? 'message' : 'messages'} ${below ? 'below' : 'on'} ${path}`;
        done({ failed: failures.length > 0, words: failures.length ? `${said}; ${failures.length} refused: ${failures[0]}` : said });
      });
    }
    return undefined;
  }
}

function retainedTopics(node, into = []) {
  if (!node || node.retainedBelow === 0 || into.length >= DELETIONS_MAX) return into;
  if (node.retained) into.push(node.path);
  for (const child of node.children?.values() ?? []) retainedTopics(child, into);
  return into;
}
