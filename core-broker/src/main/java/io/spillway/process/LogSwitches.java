package io.spillway.process;

import io.spillway.process.log.Logging;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.event.Level;

/** The root {@code log}, but for connection-messages, which the roles read. Immutable. */
record LogSwitches(
    Logging.Timestamp timestamp, Logging.Format format, Level level, Map<String, Level> levels) {

  static LogSwitches read(Settings settings) {
    Map<String, Level> levels = new TreeMap<>();
    settings
        .textsByName("levels")
        .forEach(
            (name, text) -> {
              Level level = level(text);
              if (level == null) {
                settings.mistake("levels", "error | warn | info | debug | trace for " + name);
              } else {
                levels.put(name, level);
              }
            });
    return new LogSwitches(
        settings.choice("timestamp", Logging.Timestamp.class),
        settings.choice("format", Logging.Format.class),
        settings.choice("level", Level.class),
        levels);
  }

  void apply() {
    Logging.format(timestamp, format);
    Logging.levels(level, levels);
  }

  private static Level level(String text) {
    try {
      return Level.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
