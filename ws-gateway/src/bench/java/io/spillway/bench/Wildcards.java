package io.spillway.bench;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Very many wildcard filters, of which each message matches one. */
record Wildcards(String name, String description, int filters) implements Scenario {
  private static final int HOLDERS = 100;
  private static final int TOPICS = 1000;
  private static final int BURST = 200;

  @Override
  public Result run(Target target, Duration time) throws Exception {
    try (Load load = new Load(2)) {
      Meter meter = load.meter();
      List<BenchClient.Plan> plans = new ArrayList<>();
      for (int i = 0; i < HOLDERS; i++) {
        plans.add(new BenchClient.Plan(target, false, "w-" + i, true, "wild/none", 0, null, meter));
      }
      List<BenchClient> holders = load.open(plans);
      int each = filters / HOLDERS;
      for (int i = 0; i < HOLDERS; i++) {
        BenchClient holder = holders.get(i);
        for (int j = 0; j < each; j++) {
          ByteBuf out = holder.channel().alloc().buffer();
          Wire.subscribe(out, "wild/" + (i * each + j) + "/+/value", 0, false);
          holder.channel().write(out);
        }
        holder.channel().flush();
      }
      BenchClient sender =
          load.open(List.of(new BenchClient.Plan(target, false, "wp", true, null, 0, null, meter)))
              .get(0);
      List<PublishTemplate> templates = new ArrayList<>();
      for (int i = 0; i < TOPICS; i++) {
        long topic = (long) i * filters / TOPICS;
        templates.add(new PublishTemplate("wild/" + topic + "/a/value", 0, false, 64, false));
      }
      awaitFilters(sender, templates.get(TOPICS - 1), meter);
      long delivered = meter.deliveredCount();
      Costs costs = Costs.from(target);
      long sent = 0;
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        for (int i = 0; i < BURST; i++) {
          PublishTemplate template = templates.get((int) (sent++ % TOPICS));
          sender.channel().write(template.packet(sender.channel().alloc(), 0, System.nanoTime()));
        }
        sender.channel().flush();
        if (!await(meter, delivered + sent - BURST, end)) {
          break;
        }
      }
      await(meter, delivered + sent, System.nanoTime() + TimeUnit.SECONDS.toNanos(5));
      double seconds = costs.seconds();
      long got = meter.deliveredCount() - delivered;
      Result result = new Result();
      result.put("deliveries/s", got / seconds);
      costs.per(got, "delivery", result);
      result.put("lost", sent - got);
      for (ServerProcess process : target.processes()) {
        result.put("MiB " + process.name(), process.residentKib() / 1024);
      }
      return result;
    }
  }

  /** The last filter of the last holder is granted when its message comes. */
  private static void awaitFilters(BenchClient sender, PublishTemplate last, Meter meter)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (meter.deliveredCount() == 0 && System.nanoTime() < deadline) {
      sender.channel().writeAndFlush(last.packet(sender.channel().alloc(), 0, System.nanoTime()));
      TimeUnit.MILLISECONDS.sleep(200);
    }
    TimeUnit.SECONDS.sleep(2);
  }

  private static boolean await(Meter meter, long count, long deadline) throws InterruptedException {
    while (meter.deliveredCount() < count) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MICROSECONDS.sleep(100);
    }
    return true;
  }
}
