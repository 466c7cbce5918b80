package io.spillway.mqtt;

import java.util.ArrayList;
import java.util.List;

/**
 * A parsed topic filter, possibly of a shared subscription. Immutable, any thread; equal when the
 * text is equal.
 */
public final class TopicFilter {
  private static final String SHARE_PREFIX = "$share/";
  private static final String SINGLE_LEVEL = "+";
  private static final String MULTI_LEVEL = "#";

  private final String text;
  private final String filter;
  private final List<String> levels;
  private final String shareName;
  private final boolean wildcard;

  private TopicFilter(
      String text, String filter, List<String> levels, String shareName, boolean wildcard) {
    this.text = text;
    this.filter = filter;
    this.levels = levels;
    this.shareName = shareName;
    this.wildcard = wildcard;
  }

  /**
   * Parses a filter as SUBSCRIBE carries it, {@code $share/NAME/FILTER} included.
   *
   * @throws ProtocolException MALFORMED_PACKET
   */
  public static TopicFilter parse(String text) {
    TopicName.checkText(text, "topic filter");
    if (!text.startsWith(SHARE_PREFIX)) {
      return parse(text, text, null);
    }
    int nameEnd = text.indexOf('/', SHARE_PREFIX.length());
    String shareName = text.substring(SHARE_PREFIX.length(), nameEnd < 0 ? text.length() : nameEnd);
    if (shareName.isEmpty() || shareName.contains("+") || shareName.contains("#")) {
      // [MQTT-4.8.2-1]
      throw malformed(text, "a share name of at least one character, no + and no #");
    }
    if (nameEnd < 0 || nameEnd + 1 == text.length()) { // [MQTT-4.8.2-2]
      throw malformed(text, "a topic filter behind the share name");
    }
    return parse(text, text.substring(nameEnd + 1), shareName);
  }

  private static TopicFilter parse(String text, String filter, String shareName) {
    List<String> levels = new ArrayList<>();
    boolean wildcard = false;
    int start = 0;
    while (start <= filter.length()) {
      int slash = filter.indexOf('/', start);
      int end = slash < 0 ? filter.length() : slash;
      String level = filter.substring(start, end);
      if (level.equals(MULTI_LEVEL)) {
        if (slash >= 0) { // [MQTT-4.7.1-1]
          throw malformed(text, "# at the last level only");
        }
        wildcard = true;
      } else if (level.equals(SINGLE_LEVEL)) {
        wildcard = true;
      } else if (level.contains("#") || level.contains("+")) { // [MQTT-4.7.1-1] [MQTT-4.7.1-2]
        throw malformed(text, "a wildcard to be the whole of its level");
      }
      levels.add(level);
      start = end + 1;
    }
    return new TopicFilter(text, filter, List.copyOf(levels), shareName, wildcard);
  }

  private static ProtocolException malformed(String text, String expectation) {
    return ProtocolException.malformed(
        "topic filter: " + text + " (expected: " + expectation + ")");
  }

  /** As the client wrote it, with the share's prefix. */
  public String text() {
    return text;
  }

  /** The filter alone, without {@code $share/NAME/}. */
  public String filter() {
    return filter;
  }

  /** The levels of {@link #filter()}; an empty level is an empty string. */
  public List<String> levels() {
    return levels;
  }

  /** The share's name, or null when the subscription isn't shared. */
  public String shareName() {
    return shareName;
  }

  public boolean isWildcard() {
    return wildcard;
  }

  /** Whether a message of this (valid) topic name is meant; {@code $} rules included. */
  public boolean matches(String topicName) {
    if (!wildcard) {
      return filter.equals(topicName); // [MQTT-4.7.3-4]
    }
    if (topicName.charAt(0) == '$' && isWildcard(levels.get(0))) { // [MQTT-4.7.2-1]
      return false;
    }
    int start = 0;
    for (String level : levels) {
      if (level.equals(MULTI_LEVEL)) {
        return true; // Also of its parent: start is then one behind the name's end.
      }
      if (start > topicName.length()) {
        return false;
      }
      int slash = topicName.indexOf('/', start);
      int end = slash < 0 ? topicName.length() : slash;
      if (!level.equals(SINGLE_LEVEL)
          && !(level.length() == end - start && topicName.startsWith(level, start))) {
        return false;
      }
      start = end + 1;
    }
    return start > topicName.length();
  }

  /** Whether one topic name could match both filters. Share names play no part. */
  public boolean overlaps(TopicFilter other) {
    if (hidesFrom(other) || other.hidesFrom(this)) {
      return false;
    }
    int common = Math.min(levels.size(), other.levels.size());
    for (int i = 0; i < common; i++) {
      String mine = levels.get(i);
      String theirs = other.levels.get(i);
      if (mine.equals(MULTI_LEVEL) || theirs.equals(MULTI_LEVEL)) {
        return true;
      }
      if (!mine.equals(theirs) && !mine.equals(SINGLE_LEVEL) && !theirs.equals(SINGLE_LEVEL)) {
        return false;
      }
    }
    if (common == 1 && levels.size() != other.levels.size() && hasEmptyFirst(other)) {
      return false; // "+" and "/#" share the empty name alone, which isn't one [MQTT-4.7.3-1].
    }
    return levels.size() == common && other.endsOrMultiLevelAt(common)
        || other.levels.size() == common && endsOrMultiLevelAt(common);
  }

  private boolean hasEmptyFirst(TopicFilter other) {
    return levels.get(0).isEmpty() || other.levels.get(0).isEmpty();
  }

  /** A first level of {@code $…} isn't seen by a wildcard there [MQTT-4.7.2-1]. */
  private boolean hidesFrom(TopicFilter other) {
    return levels.get(0).startsWith("$") && isWildcard(other.levels.get(0));
  }

  /** {@code a/#} matches {@code a} too. */
  private boolean endsOrMultiLevelAt(int level) {
    return levels.size() == level || levels.get(level).equals(MULTI_LEVEL);
  }

  private static boolean isWildcard(String level) {
    return level.equals(SINGLE_LEVEL) || level.equals(MULTI_LEVEL);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof TopicFilter other && text.equals(other.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
