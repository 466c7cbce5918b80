package io.spillway.process.log;

import io.spillway.process.log.Logging.Format;
import io.spillway.process.log.Logging.Timestamp;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.slf4j.event.Level;

/**
 * Makes a line's bytes. Whatever a client sent, it can't end the line, move the cursor or turn the
 * reading direction: such characters are escaped. Immutable, any thread.
 */
final class LineFormat {
  /** Longer messages are cut, as a client identifier alone may have 64 KiB. */
  static final int MESSAGE_MAX = 4096;

  private static final String OURS = "io.spillway.";
  private static final int FRAMES_MAX = 40;
  private static final int CAUSES_MAX = 8;
  private static final int KEPT_CHARS_MAX = 4 * MESSAGE_MAX;

  private static final ThreadLocal<StringBuilder> BUILDER =
      ThreadLocal.withInitial(() -> new StringBuilder(256));

  private final Timestamp timestamp;
  private final Format format;

  LineFormat(Timestamp timestamp, Format format) {
    this.timestamp = timestamp;
    this.format = format;
  }

  byte[] line(long millis, Level level, String logger, String message, Throwable failure) {
    StringBuilder line = BUILDER.get();
    line.setLength(0);
    if (format == Format.JSON) {
      json(line, millis, level, logger, message, failure);
    } else {
      text(line, millis, level, logger, message, failure);
    }
    byte[] bytes = line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    if (line.capacity() > KEPT_CHARS_MAX) {
      BUILDER.remove();
    }
    return bytes;
  }

  /** The message as a line of text shows it. */
  static String safe(String message) {
    StringBuilder out = new StringBuilder();
    appendSafe(out, String.valueOf(message), false);
    return out.toString();
  }

  private void text(
      StringBuilder line,
      long millis,
      Level level,
      String logger,
      String message,
      Throwable failure) {
    appendTime(line, millis);
    if (timestamp != Timestamp.NONE) {
      line.append(": ");
    }
    switch (level) {
      case ERROR -> line.append("Error: ");
      case WARN -> line.append("Warning: ");
      case DEBUG, TRACE -> {
        // Our own at debug level are sentences, some of them Mosquitto's word for word.
        if (level == Level.TRACE || !isOurs(logger)) {
          line.append('[').append(shortName(logger)).append("] ");
        }
      }
      default -> {}
    }
    appendSafe(line, String.valueOf(message), false);
    if (failure != null) {
      line.append('\n');
      appendFailure(line, failure, "\n", false);
      line.setLength(line.length() - 1);
    }
  }

  private void json(
      StringBuilder line,
      long millis,
      Level level,
      String logger,
      String message,
      Throwable failure) {
    line.append('{');
    if (timestamp == Timestamp.EPOCH) {
      line.append("\"time\":").append(millis / 1000).append('.');
      int fraction = (int) (millis % 1000);
      line.append((char) ('0' + fraction / 100))
          .append((char) ('0' + fraction / 10 % 10))
          .append((char) ('0' + fraction % 10))
          .append(',');
    } else if (timestamp == Timestamp.ISO) {
      line.append("\"time\":\"");
      appendTime(line, millis);
      line.append("\",");
    }
    line.append("\"level\":\"").append(level.name().toLowerCase(Locale.ROOT));
    line.append("\",\"logger\":\"").append(logger).append("\",\"thread\":\"");
    appendSafe(line, Thread.currentThread().getName(), true);
    line.append("\",\"message\":\"");
    appendSafe(line, String.valueOf(message), true);
    if (failure != null) {
      line.append("\",\"exception\":\"");
      appendFailure(line, failure, "\\n", true);
    }
    line.append("\"}");
  }

  private void appendTime(StringBuilder line, long millis) {
    switch (timestamp) {
      case EPOCH -> line.append(millis / 1000);
      case ISO ->
          DateTimeFormatter.ISO_OFFSET_DATE_TIME.formatTo(
              Instant.ofEpochMilli(millis)
                  .truncatedTo(ChronoUnit.MILLIS)
                  .atZone(ZoneId.systemDefault()),
              line);
      case NONE -> {}
    }
  }

  private static String shortName(String logger) {
    return isOurs(logger) ? logger.substring(OURS.length()) : logger;
  }

  private static boolean isOurs(String logger) {
    return logger.startsWith(OURS);
  }

  private static void appendFailure(
      StringBuilder line, Throwable failure, String newline, boolean json) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++, cause = cause.getCause()) {
      line.append(depth == 0 ? "    " : "    caused by ");
      appendSafe(line, String.valueOf(cause), json);
      line.append(newline);
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < frames.length && i < FRAMES_MAX; i++) {
        line.append("        at ").append(frames[i]).append(newline);
      }
    }
  }

  private static void appendSafe(StringBuilder line, String text, boolean json) {
    int length = Math.min(text.length(), MESSAGE_MAX);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f) {
        if (json && (c == '"' || c == '\\')) {
          line.append('\\');
        }
        line.append(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        line.append(c).append(text.charAt(++i));
      } else if (isHarmless(c)) {
        line.append(c);
      } else {
        appendEscaped(line, c);
      }
    }
    if (text.length() > length) {
      line.append("... (").append(text.length() - length).append(" more characters)");
    }
  }

  private static boolean isHarmless(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static void appendEscaped(StringBuilder line, char c) {
    line.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      line.append(Character.forDigit(c >> shift & 0xf, 16));
    }
  }
}
