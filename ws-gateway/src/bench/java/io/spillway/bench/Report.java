package io.spillway.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Medians over the rounds, as a table or as one JSON line per scenario and target. */
final class Report {
  private final PrintStream out;
  private final boolean json;

  Report(PrintStream out, boolean json) {
    this.out = out;
    this.json = json;
  }

  void scenario(Scenario scenario, Map<String, List<Result>> byTarget) {
    if (json) {
      byTarget.forEach((target, rounds) -> jsonLine(scenario, target, rounds));
    } else {
      table(scenario, byTarget);
    }
  }

  void failed(Scenario scenario, String target, Exception failure) {
    String why = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    if (json) {
      out.printf(
          "{\"scenario\":\"%s\",\"target\":\"%s\",\"failed\":\"%s\"}%n",
          scenario.name(), target, why.replaceAll("[\"\\\\]", "'"));
    } else {
      out.printf("  %s failed: %s%n", target, failure);
    }
    out.flush();
  }

  private void table(Scenario scenario, Map<String, List<Result>> byTarget) {
    out.printf("%n%s: %s%n", scenario.name(), scenario.description());
    Set<String> names = new LinkedHashSet<>();
    byTarget.values().forEach(rounds -> rounds.forEach(r -> names.addAll(r.figures().keySet())));
    out.printf("  %-28s", "");
    byTarget.keySet().forEach(target -> out.printf("%36s", target));
    out.println();
    for (String name : names) {
      out.printf("  %-28s", name);
      for (List<Result> rounds : byTarget.values()) {
        out.printf("%36s", cell(name, rounds));
      }
      out.println();
    }
    out.flush();
  }

  private static String cell(String name, List<Result> rounds) {
    List<Double> values = values(name, rounds);
    if (values.isEmpty()) {
      return "";
    }
    String median = number(median(values));
    if (values.size() == 1) {
      return median;
    }
    return median
        + " ("
        + number(values.get(0))
        + " to "
        + number(values.get(values.size() - 1))
        + ")";
  }

  private void jsonLine(Scenario scenario, String target, List<Result> rounds) {
    Map<String, String> fields = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    rounds.forEach(round -> names.addAll(round.figures().keySet()));
    for (String name : names) {
      List<Double> values = values(name, rounds);
      if (!values.isEmpty()) {
        fields.put(
            name,
            String.format(
                Locale.ROOT,
                "{\"median\":%.4f,\"min\":%.4f,\"max\":%.4f}",
                median(values),
                values.get(0),
                values.get(values.size() - 1)));
      }
    }
    StringBuilder line = new StringBuilder();
    line.append("{\"scenario\":\"").append(scenario.name());
    line.append("\",\"target\":\"").append(target);
    line.append("\",\"rounds\":").append(rounds.size());
    fields.forEach((name, value) -> line.append(",\"").append(name).append("\":").append(value));
    out.println(line.append('}'));
    out.flush();
  }

  /** In ascending order, without those that couldn't be read. */
  private static List<Double> values(String name, List<Result> rounds) {
    List<Double> values = new ArrayList<>();
    for (Result round : rounds) {
      Double value = round.figures().get(name);
      if (value != null && !value.isNaN()) {
        values.add(value);
      }
    }
    values.sort(null);
    return values;
  }

  private static double median(List<Double> values) {
    int middle = values.size() / 2;
    return values.size() % 2 == 1
        ? values.get(middle)
        : (values.get(middle - 1) + values.get(middle)) / 2;
  }

  private static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e6 || Math.abs(value) >= 1000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
  }
}
