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

  /** In a table, what would make it too wide. {@code client} shows everything. */
  private static final Set<String> ONLY_ALONE =
      Set.of(
          "bytesReceived",
          "bytesSent",
          "cleanStart",
          "disconnectedAt",
          "loop",
          "packetsReceived",
          "packetsSent",
          "queuedBytes",
          "sessionExpiry");

  private Table() {}

  static String of(String json) {
    Map<String, Object> answer = ConfigFactory.parseString(json).root().unwrapped();
    for (Object value : answer.values()) {
      if (value instanceof List<?> list) {
        return table(list) + next(answer.get("next"));
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

  private static String table(List<?> list) {
    Set<String> names = new LinkedHashSet<>();
    for (Object entry : list) {
      names.addAll(((Map<?, ?>) entry).keySet().stream().map(Object::toString).toList());
    }
    names.removeAll(ONLY_ALONE);
    List<String> columns = sorted(names);
    List<List<String>> rows = new ArrayList<>();
    rows.add(columns);
    for (Object entry : list) {
      rows.add(columns.stream().map(name -> shown(((Map<?, ?>) entry).get(name))).toList());
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : list.isEmpty() ? List.<List<String>>of() : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
        line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
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
    return value == null ? "-" : value.toString().replaceAll("\\p{Cntrl}", "?");
  }
}
