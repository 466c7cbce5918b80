package io.spillway.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Clients that connect and then do nothing: what a connection costs to open and to keep.
 *
 * @param settle how long to wait before memory is read; zero: only the opening is measured
 */
record Connections(String name, String description, boolean webSocket, int count, Duration settle)
    implements Scenario {

  @Override
  public boolean wantsFreshTarget() {
    return !settle.isZero();
  }

  @Override
  public Result run(Target target, Duration time) throws Exception {
    Result result = new Result();
    double[] before = target.processes().stream().mapToDouble(ServerProcess::residentKib).toArray();
    try (Load load = new Load(1)) {
      List<BenchClient.Plan> plans = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        plans.add(
            new BenchClient.Plan(
                target, webSocket, load.fresh("c-" + i), true, null, 0, null, load.meter()));
      }
      Costs costs = Costs.from(target);
      load.open(plans);
      double seconds = costs.seconds();
      result.put("connections/s", count / seconds);
      costs.per(count, "connection", result);
      if (!settle.isZero()) {
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
      result.put(
          "broken connections",
          load.meter().losses().values().stream().mapToLong(l -> l.sum()).sum());
    }
    return result;
  }
}
