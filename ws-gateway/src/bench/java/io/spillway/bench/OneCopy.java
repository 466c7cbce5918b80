package io.spillway.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a published message costs the core and the link, at one and the same rate, however many
 * browsers receive it: 10, 100, 1,000 and 5,000 in one round, beginning with another number each
 * time so that none has the warmest machine code. What the processes use with the same browsers
 * while nothing is published is told beside it, and not counted per message.
 *
 * @param rate messages per second
 */
record OneCopy(String name, String description, int rate) implements Scenario {
  private static final List<Integer> BROWSERS = List.of(10, 100, 1000, 5000);
  private static final int PAYLOAD = 64;
  private static final long NANOS = 1_000_000_000L;

  /** At full speed, as machine code isn't made for what runs a few times a second. */
  private static final long WARM_UP_MILLIS = 1500;

  private static int turn;

  @Override
  public void warmUp(Target target, Duration time) throws Exception {
    try (Load load = new Load(2)) {
      warmUp(target, load, time.toMillis());
    }
  }

  @Override
  public Result run(Target target, Duration time) throws Exception {
    Result[] results = new Result[BROWSERS.size()];
    int first = turn++;
    for (int i = 0; i < results.length; i++) {
      int which = (first + i) % results.length;
      results[which] = measure(target, time, BROWSERS.get(which));
    }
    Result all = new Result();
    for (String figure : results[0].figures().keySet()) {
      for (int i = 0; i < results.length; i++) {
        String browsers = String.format("%,d", BROWSERS.get(i));
        all.put(figure + ", " + browsers + " browsers", results[i].figures().get(figure));
      }
    }
    return all;
  }

  private Result measure(Target target, Duration time, int browsers) throws Exception {
    try (Load load = new Load(2)) {
      Meter meter = load.meter();
      Flow flow = new Flow("one/copy", browsers, Integer.MAX_VALUE);
      List<BenchClient.Plan> plans = new ArrayList<>();
      for (int i = 0; i < browsers; i++) {
        plans.add(plan(target, load.fresh("s-" + i), flow.topicName, flow, meter));
      }
      load.open(plans);
      warmUp(target, load, WARM_UP_MILLIS);
      BenchClient sender =
          load.open(List.of(plan(target, load.fresh("p"), null, null, meter))).get(0);
      LinkBytes linkBytes = LinkBytes.of(target);
      double[] rest = spent(target, time);
      Publisher publisher = new Publisher(sender, flow, 0, PAYLOAD, NANOS / rate);
      long before = flow.publishedCount();
      meter.recording(true);
      publisher.start(0);
      double[] busy = spent(target, time);
      long published = flow.publishedCount() - before;
      publisher.stop();
      meter.recording(false);
      Result result = new Result();
      for (int i = 0; i < busy.length; i++) {
        String process = target.processes().get(i).name();
        double seconds = time.toMillis() / 1000.0;
        result.put("cpu ms/s " + process + " at rest", rest[i] / 1000 / seconds);
        result.put("cpu ms/s " + process, busy[i] / 1000 / seconds);
        result.put("cpu µs/publish " + process, (busy[i] - rest[i]) / published);
      }
      TimeUnit.SECONDS.sleep(1);
      result.put("p50 ms", meter.latencies().percentileMillis(50));
      result.put("lost", flow.missingCount());
      if (linkBytes != null) {
        result.put("link bytes/publish", linkBytes.per(flow.publishedCount()));
        linkBytes.close();
      }
      return result;
    }
  }

  private static void warmUp(Target target, Load load, long millis) throws Exception {
    Flow flow = new Flow("warm/up", 4, 64);
    List<BenchClient.Plan> plans = new ArrayList<>();
    for (int i = 0; i < flow.subscribers; i++) {
      plans.add(plan(target, load.fresh("w-" + i), flow.topicName, flow, load.meter()));
    }
    plans.add(plan(target, load.fresh("wp"), null, null, load.meter()));
    List<BenchClient> clients = load.open(plans);
    Publisher publisher = new Publisher(clients.get(flow.subscribers), flow, 0, PAYLOAD, 0);
    publisher.start(0);
    TimeUnit.MILLISECONDS.sleep(millis);
    publisher.stop();
  }

  private static BenchClient.Plan plan(
      Target target, String clientId, String topicFilter, Flow flow, Meter meter) {
    return new BenchClient.Plan(target, true, clientId, true, topicFilter, 0, flow, meter);
  }

  /** CPU time of each process from now on, in microseconds; threads that end meanwhile left out. */
  private static double[] spent(Target target, Duration time) throws Exception {
    List<Map<String, Long>> before = now(target);
    TimeUnit.MILLISECONDS.sleep(time.toMillis());
    List<Map<String, Long>> after = now(target);
    double[] spent = new double[after.size()];
    for (int i = 0; i < spent.length; i++) {
      Map<String, Long> start = before.get(i);
      long nanos = 0;
      for (Map.Entry<String, Long> thread : after.get(i).entrySet()) {
        nanos += thread.getValue() - start.getOrDefault(thread.getKey(), 0L);
      }
      spent[i] = nanos / 1000.0;
    }
    return spent;
  }

  private static List<Map<String, Long>> now(Target target) {
    return target.processes().stream().map(ServerProcess::threadNanos).toList();
  }
}
