package io.spillway.process;

/**
 * One mistake in a configuration.
 *
 * @param key the whole key, or the name of an option
 * @param value what it holds, as the user wrote it; null where there is nothing to show
 * @param expectation what would have been right
 * @param place file and line, or the option it came from; null where there is none
 */
public record Mistake(String key, String value, String expectation, String place) {
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
