package io.spillway.bench;

import java.util.ArrayList;
import java.util.List;

/** What a target's processes and the generator itself have used from one moment to another. */
final class Costs {
  private final Target target;
  private final List<Double> before = new ArrayList<>();
  private final double generatorBefore;
  private final long begin;

  private Costs(Target target) {
    this.target = target;
    target.processes().forEach(process -> before.add(process.cpuMicros()));
    generatorBefore = generatorMicros();
    begin = System.nanoTime();
  }

  static Costs from(Target target) {
    return new Costs(target);
  }

  double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }

  /** Adds the CPU time per unit of work to a result: each process, all of them, the generator. */
  void per(long units, String unit, Result result) {
    double sum = 0;
    for (int i = 0; i < before.size(); i++) {
      ServerProcess process = target.processes().get(i);
      double each = (process.cpuMicros() - before.get(i)) / Math.max(1, units);
      sum += each;
      if (before.size() > 1) {
        result.put("cpu µs/" + unit + " " + process.name(), each);
      }
    }
    result.put("cpu µs/" + unit, sum);
    result.put("client µs/" + unit, (generatorMicros() - generatorBefore) / Math.max(1, units));
  }

  private static double generatorMicros() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(duration -> duration.toNanos() / 1e3)
        .orElse(Double.NaN);
  }
}
