package io.spillway.process;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * All listeners of a {@code mosquitto.conf}. The first of each of four kinds becomes ours of that
 * kind; further ones get names by their ports. Those that differ in nothing but the address are one
 * listener here. Stateless.
 */
final class MosquittoListeners {

  /** Some that are one listener here. */
  private record Alike(MosquittoListener first, Set<String> hosts) {}

  private MosquittoListeners() {}

  static void translate(List<MosquittoListener> listeners, MosquittoTranslation to) {
    if (listeners.isEmpty()) {
      return;
    }
    List<Alike> opened = new ArrayList<>();
    for (MosquittoListener listener : listeners) {
      if (listener.isUnixSocket()) {
        listener.tellLeftOut("Unix sockets aren't supported", to);
      } else {
        alike(opened, listener).hosts().add(listener.host());
        listener.own(to);
      }
    }
    Set<String> names = new HashSet<>();
    for (Alike alike : opened) {
      alike.first().open(name(alike.first(), names), List.copyOf(alike.hosts()), to);
    }
    origins(
        opened.stream().map(Alike::first).filter(each -> each.root().equals("gateway")).toList(),
        to);
    disableOthers(names, listeners.get(0).line(), to);
  }

  private static Alike alike(List<Alike> opened, MosquittoListener listener) {
    for (Alike each : opened) {
      if (each.first().isLike(listener)) {
        return each;
      }
    }
    Alike alone = new Alike(listener, new LinkedHashSet<>());
    opened.add(alone);
    return alone;
  }

  private static String name(MosquittoListener listener, Set<String> names) {
    String further = listener.root() + ".listeners.more.port-" + listener.port();
    String name = listener.kind();
    for (int i = 1; !names.add(name); i++) {
      name = i == 1 ? further : further + "-" + i;
    }
    return name;
  }

  /**
   * As Mosquitto, a listener without origins lets any page connect. Here they hold for all, so that
   * those of others are of no use then, which has to be said.
   */
  private static void origins(List<MosquittoListener> webSockets, MosquittoTranslation to) {
    MosquittoLine open = null;
    for (MosquittoListener listener : webSockets) {
      if (listener.origins().isEmpty()) {
        open = listener.line();
        to.put("gateway.origins", List.of("*"), open);
      }
    }
    List<String> origins = new ArrayList<>();
    for (MosquittoListener listener : webSockets) {
      for (MosquittoLine line : listener.origins()) {
        if (open != null) {
          to.nothing(line, "the listener at " + open.place() + " takes any page, so that all do");
        } else {
          origins.add(line.value());
          to.put("gateway.origins", List.copyOf(origins), line);
        }
      }
    }
  }

  /** Ours that are open by default and that the file doesn't open. */
  private static void disableOthers(
      Set<String> names, MosquittoLine first, MosquittoTranslation to) {
    if (!names.contains("broker.listeners.tcp")) {
      to.put("broker.listeners.tcp.enabled", false, first);
    }
    boolean webSockets = names.stream().anyMatch(name -> name.startsWith("gateway."));
    if (webSockets && !names.contains("gateway.listeners.http")) {
      to.put("gateway.listeners.http.enabled", false, first);
    }
  }
}
