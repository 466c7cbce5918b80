package io.spillway.broker.admin;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A counter's growth per minute, averaged over the last 1, 5 and 15 minutes with falling weight, as
 * Mosquitto's {@code load} topics are. Owned by one thread.
 */
final class LoadAverage {
  private static final int[] MINUTES = {1, 5, 15};

  private final String name;
  private final LongSupplier counter;
  private final double[] averages = new double[MINUTES.length];
  private long last;

  LoadAverage(String name, LongSupplier counter) {
    this.name = name;
    this.counter = counter;
  }

  /** Takes the counter's value after so many minutes; returns the averages by topic. */
  Map<String, String> update(double minutes) {
    long value = counter.getAsLong();
    double rate = minutes > 0 ? (value - last) / minutes : 0;
    last = value;
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; i < MINUTES.length; i++) {
      double weight = Math.exp(-minutes / MINUTES[i]);
      averages[i] = rate + weight * (averages[i] - rate);
      texts.put(name + "/" + MINUTES[i] + "min", String.format(Locale.ROOT, "%.2f", averages[i]));
    }
    return texts;
  }
}
