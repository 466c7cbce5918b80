package io.spillway.process;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One mistake in a configuration.
 *
 * @param key the whole key, or the name of an option
 * @param value what it holds, as the user wrote it; null where there is nothing to show
 * @param expectation what would have been right
 * @param place file and line, or the option it came from; null where there is none
 */
public record Mistake(String key, String value, String expectation, String place) {
  private static final Pattern LINE = Pattern.compile(":(\\d{1,9})$");

  /** The place without the line; empty where there is none. */
  String file() {
    return place == null ? "" : LINE.matcher(place).replaceFirst("");
  }

  /** 0 where there is none. */
  int line() {
    Matcher line = LINE.matcher(place == null ? "" : place);
    return line.find() ? Integer.parseInt(line.group(1)) : 0;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(key);
    if (value != null) {
      text.append(": ").append(value);
    }
    text.append(" (expected: ").append(expectation).append(')');
    if (place != null) {
      text.append(" at ").append(place);
    }
    return text.toString();
  }
}
