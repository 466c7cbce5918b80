package io.spillway.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Clients that connect and then do nothing: what a connection costs to open and to keep.
 *
 * @param atOnce how many are on their way from connect to CONNACK at a time, at most
 * @param settle how long to wait before memory is read; zero: only the opening is measured
 */
record Connections(
    String name, String description, boolean webSocket, int count, int atOnce, Duration settle)
    implements Scenario {
  /** A server that answers isn't through with its start yet. */
  private static final Duration STARTED = Duration.ofSeconds(2);

  @Override
  public boolean wantsFreshTarget() {
    return !settle.isZero();
  }

  /** What messages have warmed up hardly serves to open a connection. */
  @Override
  public boolean wantsWholeWarmUp() {
    return true;
  }

  @Override
  public Result run(Target target, Duration time) throws Exception {
    return count > IdleClients.PER_PROCESS ? runElsewhere(target) : runHere(target);
  }

  private Result runHere(Target target) throws Exception {
    Result result = new Result();
    if (wantsFreshTarget()) {
      TimeUnit.MILLISECONDS.sleep(STARTED.toMillis());
    }
    double[] before = residentKib(target);
    try (Load load = new Load(1)) {
      List<BenchClient.Plan> plans = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        plans.add(
            new BenchClient.Plan(
                target, webSocket, load.fresh("c-" + i), true, null, 0, null, load.meter()));
      }
      Costs costs = Costs.from(target);
      load.open(plans, atOnce);
      result.put("connections/s", count / costs.seconds());
      costs.per(count, "connection", result);
      if (!settle.isZero()) {
        putMemory(target, before, result);
      }
      result.put(
          "broken connections",
          load.meter().losses().values().stream().mapToLong(l -> l.sum()).sum());
    }
    return result;
  }

  /** Only memory: the start of the clients' processes would be measured too. */
  private Result runElsewhere(Target target) throws Exception {
    Result result = new Result();
    TimeUnit.MILLISECONDS.sleep(STARTED.toMillis());
    double[] before = residentKib(target);
    try (IdleClients clients = IdleClients.open(target, webSocket, count)) {
      putMemory(target, before, result);
      result.put("broken connections", clients.areConnected() ? 0 : 1);
    }
    return result;
  }

  private static double[] residentKib(Target target) {
    return target.processes().stream().mapToDouble(ServerProcess::residentKib).toArray();
  }

  private void putMemory(Target target, double[] before, Result result)
      throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(settle.toMillis());
    double sum = 0;
    for (int i = 0; i < before.length; i++) {
      ServerProcess process = target.processes().get(i);
      double each = (process.residentKib() - before[i]) / count;
      sum += each;
      result.put("KiB/connection " + process.name(), each);
    }
    result.put("KiB/connection", sum);
  }
}
