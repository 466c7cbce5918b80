package io.spillway.broker.topic;

/** A topic name taken apart. */
final class Levels {
  private Levels() {}

  /** The levels between the slashes; an empty level is an empty string. */
  static String[] of(String topicName) {
    int count = 1;
    for (int i = topicName.indexOf('/'); i >= 0; i = topicName.indexOf('/', i + 1)) {
      count++;
    }
    String[] levels = new String[count];
    int start = 0;
    for (int i = 0; i < count - 1; i++) {
      int end = topicName.indexOf('/', start);
      levels[i] = topicName.substring(start, end);
      start = end + 1;
    }
    levels[count - 1] = topicName.substring(start);
    return levels;
  }
}
