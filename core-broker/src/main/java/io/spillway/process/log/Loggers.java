package io.spillway.process.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * All loggers of the process and their levels. Any thread asks for a logger; levels change under
 * this object's lock and are read without it.
 */
final class Loggers implements ILoggerFactory {
  static final Loggers INSTANCE = new Loggers();

  /** The libraries talk too much below this, so only {@code log.levels} lets them. */
  private static final Level LIBRARIES = Level.WARN;

  /**
   * Warns at each start on a machine that has only loopback; nothing but the identifiers of Netty's
   * channels is made of that address, and they are random then.
   */
  private static final String HARDWARE_ADDRESS = "io.netty.util.internal.MacAddressUtil";

  // Bounded by the number of classes that log.
  private final Map<String, LineLogger> loggers = new ConcurrentHashMap<>();
  // Until a role has read its configuration, and in tests, only what is wrong is told.
  private Level level = Level.WARN;
  private Map<String, Level> levels = Map.of();
  private boolean teed;

  @Override
  public Logger getLogger(String name) {
    LineLogger logger = loggers.get(name);
    return logger != null ? logger : create(name);
  }

  private synchronized Logger create(String name) {
    LineLogger logger = loggers.computeIfAbsent(name, LineLogger::new);
    set(logger);
    return logger;
  }

  synchronized void levels(Level overall, Map<String, Level> byName) {
    level = overall;
    levels = Map.copyOf(byName);
    loggers.values().forEach(this::set);
  }

  /** While somebody reads along, our own loggers make their lines from info upwards. */
  synchronized void teed(boolean on) {
    teed = on;
    loggers.values().forEach(this::set);
  }

  private void set(LineLogger logger) {
    Level printed = printed(logger.getName());
    boolean more = teed && isOurs(logger.getName()) && printed.toInt() > Level.INFO.toInt();
    logger.levels(printed, more ? Level.INFO : printed);
  }

  private Level printed(String name) {
    for (String prefix = name; ; prefix = prefix.substring(0, prefix.lastIndexOf('.'))) {
      Level named = levels.get(prefix);
      if (named != null) {
        return named;
      }
      if (prefix.lastIndexOf('.') < 0) {
        break;
      }
    }
    if (name.equals(HARDWARE_ADDRESS)) {
      return Level.ERROR;
    }
    boolean quiet = !isOurs(name) && level.toInt() < LIBRARIES.toInt();
    return quiet ? LIBRARIES : level;
  }

  private static boolean isOurs(String name) {
    return name.equals("io.spillway") || name.startsWith("io.spillway.");
  }
}
