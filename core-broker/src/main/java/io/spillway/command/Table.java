package io.spillway.command;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An answer of the API for people: a list as a table, anything else as lines. Pure functions. */
final class Table {
  /** What stands first, as people look for it; the rest follows by name. */
  private static final List<String> FIRST =
      List.of("clientId", "topic", "filter", "connected", "user", "address", "version");

  /** What a table shows of a client by default, so that it fits a terminal. */
  private static final Set<String> NARROW =
      Set.of("clientId", "connected", "user", "address", "version", "queuedMessages");

  private Table() {}

  /**
   * @param wide whether a table has all columns
   * @param empty what to say instead of a table without rows
   */
  static String of(String json, boolean wide, String empty) {
    Map<String, Object> answer = ConfigFactory.parseString(json).root().unwrapped();
    for (Object value : answer.values()) {
      if (value instanceof List<?> list) {
        return list.isEmpty() ? empty + "\n" : table(list, wide) + next(answer.get("next"));
      }
    }
    StringBuilder lines = new StringBuilder();
    for (String name : sorted(answer.keySet())) {
      lines.append(name).append(": ").append(shown(answer.get(name))).append('\n');
    }
    return lines.toString();
  }

  private static String next(Object next) {
    return next == null ? "" : "There are more: --after '" + shown(next) + "'\n";
  }

  private static String table(List<?> list, boolean wide) {
    Set<String> names = new LinkedHashSet<>();
    for (Object entry : list) {
      names.addAll(((Map<?, ?>) entry).keySet().stream().map(Object::toString).toList());
    }
    if (!wide && names.contains("clientId")) {
      names.retainAll(NARROW);
    }
    List<String> columns = sorted(names);
    List<List<String>> rows = new ArrayList<>();
    rows.add(columns);
    for (Object entry : list) {
      rows.add(columns.stream().map(name -> shown(((Map<?, ?>) entry).get(name))).toList());
    }
    int[] widths = new int[columns.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static List<String> sorted(Set<String> names) {
    Comparator<String> order =
        Comparator.comparingInt(name -> FIRST.contains(name) ? FIRST.indexOf(name) : FIRST.size());
    return names.stream().sorted(order.thenComparing(Comparator.naturalOrder())).toList();
  }

  /** A client may have chosen a name that a terminal would act upon. */
  private static String shown(Object value) {
    return value == null ? "-" : value.toString().replaceAll("\\p{Cc}", "?");
  }
}
