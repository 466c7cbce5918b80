package io.spillway.broker.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.mqtt.TopicFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class SubscriptionTreeTest {
  /** A filter's value: which filter it is can be told from its node. */
  private static final class Value {
    final AtomicInteger users = new AtomicInteger();
  }

  private final SubscriptionTree<Value> tree = new SubscriptionTree<>(Value::new);

  @RepeatedTest(20)
  void matchesWhatABruteForceMatcherMatches(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    Map<String, TopicNode<Value>> held = new HashMap<>();

    for (int step = 0; step < 600; step++) {
      String filter = randomFilter(random);
      if (held.containsKey(filter) && random.nextBoolean()) {
        tree.release(held.remove(filter));
      } else if (!held.containsKey(filter)) {
        held.put(filter, tree.acquire(TopicFilter.parse(filter)));
      }

      String topicName = randomTopicName(random);
      List<Value> matches = new ArrayList<>();
      tree.match(topicName, matches);

      Set<Value> expected = new HashSet<>();
      held.forEach(
          (text, node) -> {
            if (TopicFilter.parse(text).matches(topicName)) {
              expected.add(node.value());
            }
          });
      assertEquals(expected.size(), matches.size(), topicName);
      assertEquals(expected, new HashSet<>(matches), topicName);
    }
  }

  @Test
  void filtersWithWildcardsFirstDontMatchDollarTopics() {
    tree.acquire(TopicFilter.parse("#"));
    tree.acquire(TopicFilter.parse("+/broker"));
    TopicNode<Value> sys = tree.acquire(TopicFilter.parse("$SYS/#"));

    List<Value> matches = new ArrayList<>();
    tree.match("$SYS/broker", matches);

    assertEquals(List.of(sys.value()), matches);
  }

  @Test
  void aFilterGoesWithItsLastHolder() {
    TopicNode<Value> first = tree.acquire(TopicFilter.parse("a/b/c"));
    TopicNode<Value> second = tree.acquire(TopicFilter.parse("a/b/c"));

    tree.release(first);
    assertEquals(1, tree.filters());
    tree.release(second);

    assertEquals(0, tree.filters());
    assertNull(second.value());
    assertTrue(second.parent.isLeaf());
    assertTrue(second.parent.parent.parent.isLeaf(), "the root has no children left");
  }

  @Test
  void aReleasedFilterLeavesItsLongerNeighbour() {
    TopicNode<Value> shorter = tree.acquire(TopicFilter.parse("a/b"));
    TopicNode<Value> longer = tree.acquire(TopicFilter.parse("a/b/c"));

    tree.release(shorter);

    List<Value> matches = new ArrayList<>();
    tree.match("a/b/c", matches);
    assertEquals(List.of(longer.value()), matches);
  }

  @Test
  void aHundredThousandFiltersAtOneLevelTakeNoQuadraticTime() {
    Assertions.assertTimeout(
        Duration.ofSeconds(10),
        () -> {
          List<TopicNode<Value>> nodes = new ArrayList<>();
          for (int i = 0; i < 100_000; i++) {
            nodes.add(tree.acquire(TopicFilter.parse("device/" + i)));
          }
          List<Value> matches = new ArrayList<>();
          tree.match("device/77777", matches);
          assertEquals(1, matches.size());
          nodes.forEach(tree::release);
          assertEquals(0, tree.filters());
        });
  }

  @Test
  void aTopicNameOfManyLevelsNeedsNoDeepStack() {
    String deep = "+/".repeat(20_000) + "#";
    tree.acquire(TopicFilter.parse(deep));

    List<Value> matches = new ArrayList<>();
    tree.match("x/".repeat(20_000) + "y", matches);

    assertEquals(1, matches.size());
  }

  @Test
  void whatIsHeldIsFoundWhileOthersComeAndGo() throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    TopicNode<Value> fixed = tree.acquire(TopicFilter.parse("a/+/c"));
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int seed = t;
      threads.add(
          new Thread(
              () -> {
                Random random = new Random(seed);
                while (!stop.get()) {
                  comeAndGo(random, failure);
                }
              }));
    }
    threads.forEach(Thread::start);

    List<Value> matches = new ArrayList<>();
    for (int i = 0; i < 100_000 && failure.get() == null; i++) {
      matches.clear();
      tree.match("a/b/c", matches);
      assertTrue(matches.contains(fixed.value()));
    }
    stop.set(true);
    for (Thread thread : threads) {
      thread.join(10_000);
    }

    assertNull(failure.get());
    assertEquals(1, tree.filters(), "everything but the fixed filter was pruned");
  }

  private void comeAndGo(Random random, AtomicReference<Throwable> failure) {
    try {
      String filter = randomFilter(random);
      TopicNode<Value> node = tree.acquire(TopicFilter.parse(filter));
      node.value().users.incrementAndGet();
      String topicName = filter.replace('+', 'a').replace("#", "b");
      List<Value> found = new ArrayList<>();
      tree.match(topicName, found);
      assertTrue(found.contains(node.value()), filter);
      tree.release(node);
    } catch (Throwable e) {
      failure.set(e);
    }
  }

  static String randomTopicName(Random random) {
    StringBuilder topicName = new StringBuilder(random.nextInt(10) == 0 ? "$a" : level(random));
    for (int i = random.nextInt(4); i > 0; i--) {
      topicName.append('/').append(level(random));
    }
    return topicName.isEmpty() ? "/" : topicName.toString();
  }

  static String randomFilter(Random random) {
    List<String> levels = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      levels.add(random.nextInt(4) == 0 ? "+" : level(random));
    }
    if (random.nextInt(10) == 0) {
      levels.set(0, "$a");
    }
    if (random.nextInt(4) == 0) {
      levels.add("#");
    }
    String filter = String.join("/", levels);
    return filter.isEmpty() ? "/" : filter;
  }

  private static String level(Random random) {
    return random.nextInt(12) == 0 ? "" : String.valueOf((char) ('a' + random.nextInt(12)));
  }
}
