package io.spillway.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Publishers and subscribers.
 *
 * @param flows topics; each has the same number of publishers and subscribers
 * @param rate messages per second of all publishers together; 0: as fast as the target goes
 * @param persistent the subscribers' sessions outlive their connections, so that a server that
 *     stores messages stores these
 */
record Traffic(
    String name,
    String description,
    boolean webSocket,
    int flows,
    int publishers,
    int subscribers,
    int qos,
    int payloadBytes,
    int rate,
    boolean persistent)
    implements Scenario {
  /** Deliveries under way, over all flows, where the rate isn't fixed. */
  private static final int UNDER_WAY = 32_000;

  private static final int WINDOW_MAX = 256;

  /** Below what brokers queue for a session. */
  private static final int PERSISTENT_WINDOW = 900;

  /** Larger messages go one after the other. */
  private static final int BYTES_UNDER_WAY = 1 << 20;

  private static final Duration SLOWEST = Duration.ofSeconds(40);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration DRAIN_MAX = Duration.ofSeconds(60);
  private static final int THREADS = 2;

  /** A rate that leaves a target time is too little to make a JVM compile what matters. */
  @Override
  public void warmUp(Target target, Duration time) throws Exception {
    if (rate > 0) {
      saturated().run(target, time.multipliedBy(3).dividedBy(4), false);
      run(target, time.dividedBy(4), false);
    } else {
      run(target, time, false);
    }
  }

  private Traffic saturated() {
    return new Traffic(
        name,
        description,
        webSocket,
        flows,
        publishers,
        subscribers,
        qos,
        payloadBytes,
        0,
        persistent);
  }

  /** Link bytes are told by the second, so they take longer than a short round does. */
  @Override
  public Result run(Target target, Duration time) throws Exception {
    return run(target, time, webSocket && flows == 1 && time.compareTo(SHORT) > 0);
  }

  private Result run(Target target, Duration time, boolean withLinkBytes) throws Exception {
    try (Load load = new Load(THREADS)) {
      Meter meter = load.meter();
      List<Flow> all = new ArrayList<>();
      List<BenchClient.Plan> receiving = new ArrayList<>();
      List<BenchClient.Plan> sending = new ArrayList<>();
      for (int f = 0; f < flows; f++) {
        Flow flow = new Flow("bench/" + f, subscribers, window());
        all.add(flow);
        for (int i = 0; i < subscribers; i++) {
          String name = "s-" + f + "-" + i;
          String id = persistent ? name : load.fresh(name);
          receiving.add(
              new BenchClient.Plan(
                  target, webSocket, id, !persistent, flow.topicName, qos, flow, meter));
        }
        for (int i = 0; i < publishers; i++) {
          String id = load.fresh("p-" + f + "-" + i);
          sending.add(new BenchClient.Plan(target, webSocket, id, true, null, 0, null, meter));
        }
      }
      load.open(receiving);
      LinkBytes linkBytes = withLinkBytes ? LinkBytes.of(target) : null;
      List<Publisher> started = new ArrayList<>();
      List<BenchClient> senders = load.open(sending);
      long interval = rate == 0 ? 0 : 1_000_000_000L * senders.size() / rate;
      for (int i = 0; i < senders.size(); i++) {
        Flow flow = all.get(i / publishers);
        started.add(new Publisher(senders.get(i), flow, qos, payloadBytes, interval));
      }
      for (int i = 0; i < started.size(); i++) {
        started.get(i).start(interval * i / started.size());
      }
      Result result = measure(target, time, meter, all, started);
      if (linkBytes != null) {
        result.put("link bytes/publish", linkBytes.per(published(all)));
        linkBytes.close();
      }
      return result;
    }
  }

  private Result measure(
      Target target, Duration time, Meter meter, List<Flow> all, List<Publisher> started)
      throws Exception {
    TimeUnit.MILLISECONDS.sleep(Math.min(1000, time.toMillis() / 3));
    long publishedBefore = published(all);
    long deliveredBefore = meter.deliveredCount();
    Costs costs = Costs.from(target);
    meter.recording(true);
    TimeUnit.MILLISECONDS.sleep(time.toMillis());
    awaitOne(meter, deliveredBefore);
    meter.recording(false);
    double seconds = costs.seconds();
    long delivered = meter.deliveredCount() - deliveredBefore;
    Result result = new Result();
    result.put("published/s", (published(all) - publishedBefore) / seconds);
    result.put("deliveries/s", delivered / seconds);
    costs.per(delivered, "delivery", result);
    if (flows == 1) {
      costs.per(delivered / subscribers, "publish", result);
    }
    started.forEach(Publisher::stop);
    Histogram latencies = meter.latencies();
    result.put("p50 ms", latencies.percentileMillis(50));
    result.put("p99 ms", latencies.percentileMillis(99));
    result.put("p99.9 ms", latencies.percentileMillis(99.9));
    result.put("lost", drain(meter, all));
    result.put(
        "broken connections", meter.losses().values().stream().mapToLong(l -> l.sum()).sum());
    for (ServerProcess process : target.processes()) {
      result.put("MiB " + process.name(), process.residentKib() / 1024);
    }
    return result;
  }

  /** There are brokers that need half a minute for a large message. */
  private static void awaitOne(Meter meter, long before) throws InterruptedException {
    long end = System.nanoTime() + SLOWEST.toNanos();
    while (meter.deliveredCount() == before && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** What hasn't come when nothing comes any more. */
  private long drain(Meter meter, List<Flow> all) throws InterruptedException {
    Duration quiet = payloadBytes < BYTES_UNDER_WAY ? QUIET : SLOWEST;
    long end = System.nanoTime() + DRAIN_MAX.toNanos();
    long last = meter.deliveredCount();
    long changed = System.nanoTime();
    while (missing(all) > 0 && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(10);
      long now = meter.deliveredCount();
      if (now != last) {
        last = now;
        changed = System.nanoTime();
      } else if (System.nanoTime() - changed > quiet.toNanos()) {
        break;
      }
    }
    return missing(all);
  }

  private int window() {
    if (rate > 0) {
      return Integer.MAX_VALUE;
    }
    if (persistent) {
      return PERSISTENT_WINDOW;
    }
    int byCount = UNDER_WAY / (flows * subscribers);
    int byBytes = BYTES_UNDER_WAY / payloadBytes;
    return Math.max(1, Math.min(WINDOW_MAX, Math.min(byCount, byBytes)));
  }

  private static long published(List<Flow> all) {
    return all.stream().mapToLong(Flow::publishedCount).sum();
  }

  private static long missing(List<Flow> all) {
    return all.stream().mapToLong(Flow::missingCount).sum();
  }
}
