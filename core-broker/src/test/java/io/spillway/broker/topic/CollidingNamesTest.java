package io.spillway.broker.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.spillway.mqtt.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names that somebody has chosen so that all of them have one hash code. */
class CollidingNamesTest {
  private static final int NAMES = 1 << 17;

  @Test
  void theyCostLittleMoreThanOthers() {
    List<String> names = names();
    assertEquals(1, names.stream().map(String::hashCode).distinct().count());

    // A second or less; where each is compared with all others, it is many minutes.
    assertTimeout(
        Duration.ofSeconds(60),
        () -> {
          SubscriptionTree<List<String>> tree = new SubscriptionTree<>(ArrayList::new);
          TopicMap<String> retained = new TopicMap<>();
          for (String name : names) {
            tree.acquire(TopicFilter.parse("a/" + name + "/b"));
            retained.put("a/" + name + "/b", name);
          }
          for (String name : names) {
            List<List<String>> matches = new ArrayList<>();
            tree.match("a/" + name + "/b", matches);
            assertEquals(1, matches.size());
            assertEquals(name, retained.get("a/" + name + "/b"));
          }
        });
  }

  /**
   * {@code Aa} and {@code BB} have the same hash code, and so has whatever is put together of them.
   */
  private static List<String> names() {
    List<String> names = new ArrayList<>(NAMES);
    for (int i = 0; i < NAMES; i++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 1; bit < NAMES; bit <<= 1) {
        name.append((i & bit) == 0 ? "Aa" : "BB");
      }
      names.add(name.toString());
    }
    return names;
  }
}
