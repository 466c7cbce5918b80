package io.spillway.broker.session;

import io.spillway.mqtt.TopicFilter;
import java.util.ArrayList;
import java.util.List;

/** Rights by lines such as {@code read a/#} and {@code deny a/b}; denials go first. */
final class TestRules implements Permissions {
  /** Lines that are the same for everybody, until another edition comes. */
  static final class Edition {
    private final List<String> lines;

    Edition(String... lines) {
      this.lines = List.of(lines);
    }
  }

  private volatile Edition edition;
  private volatile List<String> own;

  /**
   * @param edition null: the client's own rights, and all of them
   */
  TestRules(Edition edition, String... own) {
    this.edition = edition;
    this.own = List.of(own);
  }

  void edition(Edition next) {
    edition = next;
  }

  void lines(String... lines) {
    own = List.of(lines);
  }

  @Override
  public boolean mayPublish(String topicName, int qos, boolean retain) {
    return true;
  }

  @Override
  public boolean maySubscribe(TopicFilter topicFilter) {
    return true;
  }

  @Override
  public boolean mayReceive(String topicName) {
    return edition == null
        || lines("read").stream().anyMatch(filter -> filter.matches(topicName))
            && lines("deny").stream().noneMatch(filter -> filter.matches(topicName));
  }

  @Override
  public Object edition() {
    return edition;
  }

  @Override
  public List<String> receiving(TopicFilter topicFilter) {
    List<String> relevant = new ArrayList<>();
    for (String word : List.of("deny", "read")) {
      for (TopicFilter filter : lines(word)) {
        if (filter.overlaps(topicFilter)) {
          relevant.add(word + " " + filter.text());
        }
      }
    }
    return relevant;
  }

  private List<TopicFilter> lines(String word) {
    List<String> all = new ArrayList<>(edition.lines);
    all.addAll(own);
    return all.stream()
        .filter(line -> line.startsWith(word))
        .map(line -> TopicFilter.parse(line.substring(word.length() + 1)))
        .toList();
  }
}
