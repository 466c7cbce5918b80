package io.spillway.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Many retained messages, replayed to one that subscribes to all of them. */
record Retained(String name, String description, int messages) implements Scenario {
  private static final Duration MAX = Duration.ofSeconds(60);

  @Override
  public Result run(Target target, Duration time) throws Exception {
    try (Load load = new Load(2)) {
      Meter meter = load.meter();
      Flow stored = new Flow("retained", 1, Integer.MAX_VALUE);
      BenchClient sender =
          load.open(
                  List.of(
                      new BenchClient.Plan(
                          target, false, "r-p", true, "retained/stored", 0, stored, meter)))
              .get(0);
      for (int i = 0; i < messages; i++) {
        PublishTemplate template = new PublishTemplate("kept/" + i, 0, true, 64, false);
        sender.channel().write(template.packet(sender.channel().alloc(), 0, System.nanoTime()));
        if (i % 100 == 99) {
          sender.channel().flush();
          awaitWritable(sender);
        }
      }
      // What comes back behind them says that all are stored.
      PublishTemplate end = new PublishTemplate("retained/stored", 0, false, 64, false);
      sender.channel().writeAndFlush(end.packet(sender.channel().alloc(), 0, System.nanoTime()));
      await(meter, 1);
      Costs costs = Costs.from(target);
      load.open(
          List.of(new BenchClient.Plan(target, false, "r-s", true, "kept/#", 0, null, meter)));
      await(meter, 1 + messages);
      Result result = new Result();
      result.put("seconds", costs.seconds());
      long got = meter.deliveredCount() - 1;
      costs.per(got, "delivery", result);
      result.put("lost", messages - got);
      return result;
    }
  }

  private static void awaitWritable(BenchClient sender) throws InterruptedException {
    long deadline = System.nanoTime() + MAX.toNanos();
    while (!sender.channel().isWritable() && System.nanoTime() < deadline) {
      TimeUnit.MICROSECONDS.sleep(200);
    }
  }

  private static void await(Meter meter, long count) throws InterruptedException {
    long deadline = System.nanoTime() + MAX.toNanos();
    while (meter.deliveredCount() < count && System.nanoTime() < deadline) {
      TimeUnit.MICROSECONDS.sleep(200);
    }
  }
}
