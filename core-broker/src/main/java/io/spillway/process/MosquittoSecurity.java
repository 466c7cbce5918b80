package io.spillway.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * With {@code per_listener_settings true} each listener of a {@code mosquitto.conf} has users and
 * rights of its own. Here they hold for all listeners, so that can only be taken over where every
 * listener says the same. Used once.
 */
final class MosquittoSecurity {
  private static final Set<String> OPTIONS = Set.of("allow_anonymous", "password_file", "acl_file");

  private final MosquittoListener main;
  private final Map<MosquittoListener, List<String>> settings = new HashMap<>();

  /** The last line of that option; null: there is none. */
  private MosquittoLine perListener;

  /** {@code main} takes what stands before the first listener. */
  MosquittoSecurity(MosquittoListener main) {
    this.main = main;
    settings.put(main, new ArrayList<>());
  }

  void take(MosquittoLine line, MosquittoListener listener) {
    settings.computeIfAbsent(listener, any -> new ArrayList<>());
    if (line.option().equals("per_listener_settings")) {
      perListener = line;
    } else if (OPTIONS.contains(line.option())) {
      settings.get(listener).add(line.text());
    }
  }

  void check(List<MosquittoListener> listeners, MosquittoTranslation to) {
    if (perListener == null || !perListener.value().equals("true")) {
      return;
    }
    Set<List<String>> different = new HashSet<>();
    listeners.forEach(each -> different.add(settings.get(each).stream().sorted().toList()));
    // What stands before the first listener is for the one that port opens, and for no other.
    if (!settings.get(main).isEmpty()) {
      different.add(settings.get(main).stream().sorted().toList());
    }
    if (different.size() > 1) {
      to.mistake(
          perListener,
          "false, or the same allow_anonymous, password_file and acl_file for every listener, as"
              + " they hold for all of them here");
    }
  }
}
