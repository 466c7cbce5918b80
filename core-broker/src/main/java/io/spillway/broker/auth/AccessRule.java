package io.spillway.broker.auth;

import io.spillway.mqtt.TopicFilter;
import java.util.List;

/** One line of an access control file, for one client. Immutable. */
record AccessRule(TopicFilter filter, Kind kind) {

  enum Kind {
    DENY,
    READ,
    WRITE,
    READWRITE;

    boolean allows(Kind wanted) {
      return this == wanted || this == READWRITE;
    }
  }

  /** Whether every topic name that {@code other} can match is matched by this rule's filter too. */
  boolean covers(TopicFilter other) {
    List<String> mine = filter.levels();
    List<String> theirs = other.levels();
    if (theirs.get(0).startsWith("$") && isWildcard(mine.get(0))) {
      return false;
    }
    for (int i = 0; i < mine.size(); i++) {
      String level = mine.get(i);
      if (level.equals("#")) {
        return true;
      }
      if (i == theirs.size() || theirs.get(i).equals("#")) {
        return false;
      }
      if (!level.equals("+") && !level.equals(theirs.get(i))) {
        return false;
      }
    }
    return mine.size() == theirs.size();
  }

  private static boolean isWildcard(String level) {
    return level.equals("+") || level.equals("#");
  }
}
