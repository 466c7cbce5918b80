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

  get #isOn() {
    return this.#timer !== 0;
  }

  start() {
    if (this.#isOn) return;
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
    const swing = (middle, span, speed) => middle + span * (Math.sin(t * speed + middle) + Math.random() / 4);
    const weather = {};
    for (const [place, [temperature, humidity, wind]] of Object.entries(PLACES)) {
      weather[place] = { temperature: round(swing(temperature, 4, 1)), humidity: Math.round(swing(humidity, 12, 0.7)), wind: round(Math.max(0, swing(wind, 8, 1.9))) };
      for (const [field, value] of Object.entries(weather[place])) this.#send(`demo/weather/${place}/${field}`, String(value), 0);
    }
    const station = {
      station: 'spillway-demo',
      sky: ['clear', 'cloudy', 'rain', 'cloudy'][Math.floor(this.#beat / 24) % 4],
      temperature: weather.roof.temperature,
      wind: { speed: weather.harbour.wind, direction: Math.round(swing(180, 140, 0.5)) },
    };
    this.#send('demo/weather/station', JSON.stringify(station), 1);
  }

  #send(topicName, words, qos) {
    const payload = new TextEncoder().encode(words);
    this.#client.publish({ topicName, payload, qos, retain: false }, (outcome) => {
      if (!outcome.failed || !this.#isOn || !(outcome.reasonCode >= 0x80)) return;
      this.stop();
      this.#refused(outcome.words);
    });
  }
}

const round = (value) => Math.round(value * 10) / 10;
