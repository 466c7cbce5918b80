// The demo feed: a small weather station that publishes through the gateway, so that what the page
// shows has made the whole round trip.

const PERIOD = 500;
const PLACES = { garden: [14, 71, 9], roof: [16, 58, 21], harbour: [12, 82, 28] };
export const DEMO_TOPIC = 'demo/weather/roof/temperature';

export class DemoFeed {
  #client;
  #refused;
  #timer = 0;
  #beat = 0;

  /** `refused(words)` is called once when the broker won't let this client publish; the feed is off by then. */
  constructor(client, refused) {
    this.#client = client;
    this.#refused = refused;
  }

  get on() {
    return this.#timer !== 0;
  }

  start() {
    if (this.on) return;
    this.#timer = setInterval(() => this.#publish(), PERIOD);
    this.#publish();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  #publish() {
    if (!this.#client.connected) return; // It goes on when the connection is back.
    const t = this.#beat++ / 40;
    const places = {};
    for (const [place, [temperature, humidity, wind]] of Object.entries(PLACES)) {
      const phase = temperature;
      const noise = () => (Math.random() - 0.5) * 0.4;
      places[place] = {
        temperature: round(temperature + 4 * Math.sin(t + phase) + 0.8 * Math.sin(t * 5.3) + noise()),
        humidity: Math.round(humidity + 12 * Math.cos(t * 0.7 + phase) + noise() * 3),
        wind: round(Math.max(0, wind + 7 * Math.sin(t * 1.9 + phase) + noise() * 8)),
      };
      for (const [field, value] of Object.entries(places[place])) this.#send(`demo/weather/${place}/${field}`, String(value), 0);
    }
    const { roof, harbour } = places;
    const station = {
      station: 'spillway-demo',
      sky: ['clear', 'cloudy', 'rain', 'cloudy'][Math.floor(this.#beat / 24) % 4],
      temperature: roof.temperature,
      wind: { speed: harbour.wind, direction: Math.round(180 + 170 * Math.sin(t / 2)) },
      battery: round(100 - (this.#beat % 2_000) / 20),
    };
    this.#send('demo/weather/station', JSON.stringify(station), 1);
  }

  #send(topicName, words, qos) {
    const payload = new TextEncoder().encode(words);
    this.#client.publish({ topicName, payload, qos, retain: false }, (outcome) => {
      if (!outcome.failed || !this.on || !(outcome.reasonCode >= 0x80)) return;
      this.stop();
      this.#refused(outcome.words);
    });
  }
}

const round = (value) => Math.round(value * 10) / 10;
