package io.spillway.command;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** An answer of the API for people: a list as a table, anything else as lines. Pure functions. */
final class Table {
  /** What stands first, as people look for it; the rest follows by name. */
  private static final List<String> FIRST =
      List.of("clientId", "topic", "filter", "connected", "user", "address", "version");

  /** What a table shows of a client by default, so that it fits a terminal. */
  private static final Set<String> NARROW =
      Set.of("clientId", "connected", "user", "address", "version", "queuedMessages");

  /** What a wide one shows beside that. */
  private static final Set<String> WIDE = Set.of("gateway", "subscriptions");

  private static final int NARROW_COLUMNS = 80;
  private static final int WIDE_COLUMNS = 120;

  /** No column of clients gets narrower than this for the others' sake. */
  private static final int CELL_MIN = 10;

  private Table() {}

  /**
   * @param wide whether a table of clients has 120 columns rather than 80. What doesn't fit ends
   *     with an ellipsis; other tables have the width that they need.
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
    boolean ofClients = names.contains("clientId");
    if (ofClients) {
      names.removeIf(name -> !NARROW.contains(name) && !(wide && WIDE.contains(name)));
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
    if (ofClients) {
      fit(widths, wide ? WIDE_COLUMNS : NARROW_COLUMNS);
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = cut(row.get(i), widths[i]);
        line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** Takes from the widest column until all of them with two spaces between fit. */
  private static void fit(int[] widths, int columns) {
    int excess = IntStream.of(widths).sum() + 2 * (widths.length - 1) - columns;
    for (; excess > 0; excess--) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      if (widths[widest] <= CELL_MIN) {
        return;
      }
      widths[widest]--;
    }
  }

  private static String cut(String cell, int width) {
    return cell.length() <= width ? cell : cell.substring(0, width - 1) + "\u2026";
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
