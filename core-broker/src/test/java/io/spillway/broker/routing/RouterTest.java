package io.spillway.broker.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.store.MemoryStore;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.TopicFilter;
import io.spillway.testing.ManualLoops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routing with subscribers that only count. */
final class RouterTest {
  private final ManualLoops loops = new ManualLoops(2, 1);
  private final Homes homes = new Homes(loops.all(), 10);
  private final Router router =
      new Router(homes, new MemoryStore(), new RetainedLimits(3, 100_000));

  @Test
  void aHundredThousandSubscribersOfOneFilterTakeNoQuadraticTime() {
    assertTimeout(
        Duration.ofSeconds(10),
        () -> {
          List<Subscription> subscriptions = new ArrayList<>();
          for (int i = 0; i < 100_000; i++) {
            subscriptions.add(subscribe(new Counting(0, i % 2 == 0 ? 0 : i), "t"));
          }
          route(1, "t");
          loops.run();
          for (Subscription subscription : subscriptions) {
            assertEquals(1, ((Counting) subscription.subscriber()).delivered);
          }
          on(0, () -> subscriptions.forEach(router.subscriptions()::remove));
          assertEquals(0, router.subscriptions().filters());
        });
  }

  @Test
  void aHundredThousandSubscribersOfOneFilterCostOneHandOver() {
    for (int i = 0; i < 100_000; i++) {
      subscribe(new Counting(0, 0), "t");
    }

    route(1, "t");

    assertEquals(1, homes.all().get(0).handOverSize());
  }

  @Test
  void twoFullHomesDontStopEachOther() {
    Counting first = new Counting(0, 0);
    Counting second = new Counting(1, 0);
    subscribe(first, "t");
    subscribe(second, "t");
    List<String> resumed = new ArrayList<>();

    for (int i = 0; i < 20; i++) {
      int result = route(0, "t") & route(1, "t");
      assertEquals(i >= 9, (result & Router.CROWDED) != 0, "the limit is 10");
    }
    homes.whenRoom(homes.all().get(0), () -> resumed.add("first"));
    homes.whenRoom(homes.all().get(1), () -> resumed.add("second"));
    assertEquals(List.of(), resumed);
    loops.run();

    assertEquals(2, resumed.size());
    assertEquals(40, first.delivered);
    assertEquals(40, second.delivered);
  }

  /** Whichever filter's turn comes last: there the others have been met already. */
  @ParameterizedTest
  @ValueSource(strings = {"t", "t/#", "+"})
  void whoWasDueAMessageWhoseDeliveryFailedIsNotGivenTheNextOne(String failingFilter) {
    Counting overlapping =
        new Counting(0, 0) {
          private Subscription overlap;

          @Override
          public boolean mayOverlap() {
            return true;
          }

          @Override
          public Subscription overlap() {
            return overlap;
          }

          @Override
          public void overlap(Subscription subscription) {
            overlap = subscription;
          }
        };
    for (String filter : List.of("t", "t/#", "+")) {
      if (!filter.equals(failingFilter)) {
        subscribe(overlapping, filter);
      }
    }
    Counting failing =
        new Counting(0, 0) {
          @Override
          public void deliver(PassingMessage message, Subscription subscription, long sequence) {
            throw new IllegalStateException("no memory for it");
          }
        };
    subscribe(failing, failingFilter);

    assertThrows(IllegalStateException.class, () -> route(0, "t"));
    assertEquals(0, route(0, "other/topic"));
    Counting other = new Counting(0, 0);
    subscribe(other, "other/topic");
    route(0, "other/topic");

    assertEquals(0, overlapping.delivered);
    assertEquals(1, other.delivered);
    assertNull(overlapping.overlap());
  }

  @Test
  void retainedMessagesHaveALimit() {
    for (int i = 0; i < 5; i++) {
      retain("r/" + i, "x");
    }
    retain("r/0", "changed");

    assertEquals(3, router.retained().count());
    assertEquals(2, router.retained().refused());
    assertEquals(7, router.retained().get("r/0").payloadLength());

    retain("r/0", "");
    retain("r/4", "x");
    assertNull(router.retained().get("r/0"));
    assertEquals(3, router.retained().count());
  }

  @Test
  void retainedBytesAreCounted() {
    retain("r", "x".repeat(1000));
    assertTrue(router.retained().bytes() >= 1000);
    retain("r", "x".repeat(90_000));
    assertNotEquals(0, router.retained().bytes());
    retain("other", "x".repeat(90_000));
    assertEquals(1, router.retained().count());

    retain("r", "");

    assertEquals(0, router.retained().bytes());
  }

  @Test
  void expiredRetainedMessagesGo() {
    Message message = message("r", "x").withRetain(true);
    on(0, () -> router.publish(message.withExpiresAt(loops.nowMillis() + 1000)));
    loops.pass(Duration.ofSeconds(2));

    RetainedCursor cursor = router.retained().cursor(TopicFilter.parse("#"), router.lastSequence());

    assertNull(cursor.next(loops.nowMillis()));
    assertEquals(0, router.retained().count());
    assertEquals(0, router.retained().bytes());
  }

  private void retain(String topicName, String payload) {
    on(0, () -> router.publish(message(topicName, payload).withRetain(true)));
  }

  private int route(int home, String topicName) {
    int[] result = new int[1];
    on(home, () -> result[0] = router.route(homes.all().get(home), message(topicName, "x"), null));
    return result[0];
  }

  private Subscription subscribe(Counting subscriber, String topicFilter) {
    Subscription subscription =
        new Subscription(subscriber, TopicFilter.parse(topicFilter), 0, false, false, null);
    on(subscriber.home, () -> router.subscriptions().add(subscription));
    return subscription;
  }

  private void on(int home, Runnable task) {
    loops.on(loops.all().get(home), task);
  }

  private static Message message(String topicName, String payload) {
    return Message.of(topicName, payload.getBytes(), 0, false);
  }

  private class Counting implements Subscriber {
    final int home;
    final long storeId;
    int delivered;

    Counting(int home, long storeId) {
      this.home = home;
      this.storeId = storeId;
    }

    @Override
    public Home home() {
      return homes.all().get(home);
    }

    @Override
    public boolean isConnected() {
      return true;
    }

    @Override
    public long storeId() {
      return storeId;
    }

    @Override
    public boolean mayOverlap() {
      return false;
    }

    @Override
    public void deliver(PassingMessage message, Subscription subscription, long sequence) {
      delivered++;
    }

    @Override
    public Subscription overlap() {
      return null;
    }

    @Override
    public void overlap(Subscription subscription) {}
  }
}
