package io.spillway.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One to many at a fixed rate while some of the many have stopped reading: what the others get and
 * how late, what it costs in memory, and what the stopped ones find when they read again.
 *
 * @param stopped how many don't read while it is measured
 */
record SlowClients(String name, String description, int subscribers, int stopped, int rate)
    implements Scenario {
  private static final int PAYLOAD = 1024;

  @Override
  public Result run(Target target, Duration time) throws Exception {
    try (Load load = new Load(2);
        Load slow = new Load(1)) {
      Meter meter = load.meter();
      Flow flow = new Flow("slow/0", subscribers - stopped, Integer.MAX_VALUE);
      List<BenchClient> reading =
          load.open(plans(target, flow, meter, "r-", subscribers - stopped));
      List<BenchClient> sleeping = slow.open(plans(target, flow, slow.meter(), "s-", stopped));
      BenchClient sender =
          load.open(List.of(new BenchClient.Plan(target, true, "p", true, null, 0, null, meter)))
              .get(0);
      sleeping.forEach(client -> client.channel().config().setAutoRead(false));
      fill(sender);
      Publisher publisher = new Publisher(sender, flow, 0, PAYLOAD, 1_000_000_000L / rate);
      publisher.start(0);
      TimeUnit.MILLISECONDS.sleep(Math.min(2000, time.toMillis() / 2));
      Costs costs = Costs.from(target);
      meter.recording(true);
      long before = meter.deliveredCount();
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
      meter.recording(false);
      Result result = new Result();
      costs.per(meter.deliveredCount() - before, "delivery", result);
      for (ServerProcess process : target.processes()) {
        result.put("MiB " + process.name(), process.residentKib() / 1024);
      }
      publisher.stop();
      result.put("p50 ms", meter.latencies().percentileMillis(50));
      result.put("p99 ms", meter.latencies().percentileMillis(99));
      TimeUnit.SECONDS.sleep(2);
      long published = flow.publishedCount();
      long missing = 0;
      for (BenchClient client : reading) {
        missing += published - client.received();
      }
      result.put("published", published);
      result.put("lost by readers", missing);
      long asleep = sleeping.stream().mapToLong(BenchClient::received).sum();
      sleeping.forEach(client -> client.channel().config().setAutoRead(true));
      TimeUnit.SECONDS.sleep(3);
      long awake = sleeping.stream().mapToLong(BenchClient::received).sum();
      result.put("received after waking, each", (awake - asleep) / (double) Math.max(1, stopped));
      result.put("broken connections", lost(meter) + lost(slow.meter()));
      return result;
    }
  }

  /** More than the sockets of those who don't read hold, so that the rest waits in the server. */
  private static void fill(BenchClient sender) throws InterruptedException {
    PublishTemplate template = new PublishTemplate("slow/1", 0, false, 32 * 1024, true);
    for (int i = 0; i < 300; i++) {
      sender.channel().writeAndFlush(template.packet(sender.channel().alloc(), 0, 0));
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static double lost(Meter meter) {
    return meter.losses().values().stream().mapToLong(count -> count.sum()).sum();
  }

  private static List<BenchClient.Plan> plans(
      Target target, Flow flow, Meter meter, String prefix, int count) {
    List<BenchClient.Plan> plans = new ArrayList<>();
    Flow counted = prefix.equals("r-") ? flow : null;
    for (int i = 0; i < count; i++) {
      plans.add(
          new BenchClient.Plan(
              target,
              true,
              prefix + i,
              true,
              counted == null ? "slow/#" : flow.topicName,
              0,
              counted,
              meter));
    }
    return plans;
  }
}
