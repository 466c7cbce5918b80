package io.spillway.broker.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.spillway.mqtt.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class TopicMapTest {
  private final TopicMap<String> map = new TopicMap<>();

  @RepeatedTest(20)
  void findsWhatABruteForceMatcherFinds(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    Map<String, String> model = new TreeMap<>();
    for (int step = 0; step < 500; step++) {
      String topicName = SubscriptionTreeTest.randomTopicName(random);
      if (random.nextInt(3) == 0) {
        assertEquals(model.remove(topicName), map.remove(topicName));
      } else {
        String value = topicName + "=" + step;
        assertEquals(model.put(topicName, value), map.put(topicName, value));
      }
      assertEquals(model.get(topicName), map.get(topicName));

      TopicFilter filter = TopicFilter.parse(SubscriptionTreeTest.randomFilter(random));
      TreeSet<String> expected = new TreeSet<>();
      model.forEach(
          (name, value) -> {
            if (filter.matches(name)) {
              expected.add(value);
            }
          });
      List<String> found = all(filter);
      assertEquals(expected, new TreeSet<>(found), filter.text());
      assertEquals(expected.size(), found.size(), filter.text());
    }
  }

  @Test
  void removingAnOldValueLeavesANewOne() {
    map.put("a/b", "old");
    map.put("a/b", "new");

    assertFalse(map.remove("a/b", "old"));

    assertEquals("new", map.get("a/b"));
  }

  @Test
  void aRemovedTopicLeavesNothingBehind() {
    map.put("a/b/c", "value");
    map.remove("a/b/c");

    assertNull(map.get("a/b/c"));
    assertEquals(List.of(), all(TopicFilter.parse("#")));
  }

  private List<String> all(TopicFilter filter) {
    List<String> found = new ArrayList<>();
    TopicCursor<String> cursor = map.cursor(filter);
    for (String value = cursor.next(); value != null; value = cursor.next()) {
      found.add(value);
    }
    return found;
  }
}
