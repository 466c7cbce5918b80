package io.spillway.gateway.bridge;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Ends of WebSocket connections by close code. Any thread. */
final class CloseCounts {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  void add(int code) {
    counts.computeIfAbsent(name(code), any -> new LongAdder()).increment();
  }

  /** Clients may send any of 2,000 codes of their own, which are counted as one. */
  private static String name(int code) {
    return code >= 3000 ? code / 1000 + "xxx" : Integer.toString(code);
  }

  Map<String, Long> sums() {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((code, count) -> sums.put(code, count.sum()));
    return sums;
  }
}
