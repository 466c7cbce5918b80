package io.spillway.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** The figures of one round, by name with its unit, in the order they are shown. */
final class Result {
  private final Map<String, Double> figures = new LinkedHashMap<>();

  void put(String name, double value) {
    figures.put(name, value);
  }

  Map<String, Double> figures() {
    return figures;
  }
}
