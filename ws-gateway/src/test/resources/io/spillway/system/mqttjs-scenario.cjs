// The scenario that other clients play too, with MQTT.js: node mqttjs-scenario.cjs URL VERSION
const assert = require('assert');
const mqtt = require('mqtt');

const [url, version] = [process.argv[2], Number(process.argv[3])];
const root = `mqttjs${version}${new URL(url).protocol}`;
const common = {
  protocolVersion: version,
  protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
  reconnectPeriod: 0,
};

/** A connected client, whose messages wait in a queue from its first moment. */
async function connect(options) {
  const client = mqtt.connect(url, { ...common, ...options });
  const queue = [];
  const waiting = [];
  client.on('message', (topic, payload, packet) => {
    queue.push(packet);
    waiting.splice(0).forEach((wake) => wake());
  });
  client.next = async () => {
    while (queue.length === 0) {
      await new Promise((wake) => waiting.push(wake));
    }
    return queue.shift();
  };
  client.expect = async (topic, payload, qos) => {
    const packet = await client.next();
    assert.deepEqual([packet.topic, packet.payload.toString(), packet.qos], [topic, payload, qos]);
    return packet;
  };
  await new Promise((resolve, reject) => {
    client.once('connect', (connack) => resolve((client.connack = connack)));
    client.once('error', reject);
  });
  return client;
}

async function play() {
  const session = {
    clientId: root,
    clean: false,
    will: { topic: `${root}/will`, payload: 'gone', qos: 1 },
    properties: version === 5 ? { sessionExpiryInterval: 60 } : undefined,
  };
  const other = await connect({ clientId: `${root}-other` });
  await other.subscribeAsync(`${root}/will`, { qos: 1 });
  const first = await connect(session);
  assert.equal(first.connack.sessionPresent, false);

  await first.publishAsync(`${root}/kept`, 'kept', { qos: 1, retain: true });
  await first.subscribeAsync(`${root}/kept`, { qos: 2 });
  assert.equal((await first.expect(`${root}/kept`, 'kept', 1)).retain, true);
  await first.subscribeAsync(`${root}/q/é`, { qos: 2 });
  for (const qos of [0, 1, 2]) {
    await first.publishAsync(`${root}/q/é`, `at ${qos}`, { qos });
    await first.expect(`${root}/q/é`, `at ${qos}`, qos);
  }
  if (version === 5) {
    const properties = {
      contentType: 'text/plain',
      responseTopic: `${root}/answer`,
      correlationData: Buffer.from('7'),
      userProperties: { colour: ['red', 'green'] },
    };
    await other.publishAsync(`${root}/q/é`, 'described', { qos: 1, properties });
    const described = await first.expect(`${root}/q/é`, 'described', 1);
    assert.equal(described.properties.responseTopic, `${root}/answer`);
    assert.equal(described.properties.correlationData.toString(), '7');
    assert.deepEqual({ ...described.properties.userProperties }, { colour: ['red', 'green'] });
  }

  first.stream.destroy(); // As if the network had failed.
  await other.expect(`${root}/will`, 'gone', 1);
  await other.publishAsync(`${root}/q/é`, 'meanwhile', { qos: 2 });
  const second = await connect(session);
  assert.equal(second.connack.sessionPresent, version > 3); // 3.1 has no word for it.
  await second.expect(`${root}/q/é`, 'meanwhile', 2);

  await other.publishAsync(`${root}/kept`, '', { retain: true });
  await second.endAsync();
  await other.endAsync();
}

play().then(
  () => process.exit(0),
  (failure) => {
    console.log(failure);
    process.exit(1);
  },
);
