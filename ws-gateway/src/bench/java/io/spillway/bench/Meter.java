package io.spillway.bench;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What one run counts. Event loops write, the main thread reads when a run has settled. */
final class Meter {
  private final LongAdder delivered = new LongAdder();
  private final Map<String, LongAdder> losses = new ConcurrentHashMap<>();
  // One per event loop, as a histogram has one writer.
  private final Map<Thread, Histogram> latencies = new ConcurrentHashMap<>();
  private volatile boolean recording;
  private volatile boolean ending;

  void delivered(int count) {
    delivered.add(count);
  }

  long deliveredCount() {
    return delivered.sum();
  }

  void latency(long nanos) {
    if (recording) {
      latencies.computeIfAbsent(Thread.currentThread(), thread -> new Histogram()).record(nanos);
    }
  }

  void recording(boolean on) {
    recording = on;
  }

  Histogram latencies() {
    Histogram sum = new Histogram();
    latencies.values().forEach(sum::add);
    return sum;
  }

  void lost(String why) {
    if (!ending) {
      losses.computeIfAbsent(why, text -> new LongAdder()).increment();
    }
  }

  Map<String, LongAdder> losses() {
    return losses;
  }

  /** From now on connections may close. */
  void end() {
    ending = true;
  }

  boolean isEnding() {
    return ending;
  }
}
