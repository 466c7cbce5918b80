package io.spillway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Door;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random and mutated packets on sockets and on a link's streams, while a healthy client beside them
 * goes on. The seed is fixed, so a failure can be played again.
 */
class FuzzTest {
  /** {@code -Dfuzz.attacks=100000} is the long form. */
  private static final int ATTACKS = Integer.getInteger("fuzz.attacks", 400);

  private static final long SEED = 20;
  private static final int AT_ONCE = 20;

  @ParameterizedTest
  @EnumSource
  void nobodyElseNoticesNoise(Door door) {
    Attacks attacks = new Attacks(SEED + door.ordinal());
    try (TestBroker broker = TestBroker.start(Attacks.LIMITS);
        RawClient healthy = broker.client(door).connect5("healthy").subscribe("healthy/#", 0)) {
      attack(broker, door, attacks, healthy, AT_ONCE * 5); // Pools and classes are there then.
      long memory = Attacks.memoryInUse();

      long slowest = attack(broker, door, attacks, healthy, ATTACKS);

      healthy.expectNothing();
      long grown = Attacks.memoryInUse() - memory;
      assertTrue(slowest < TimeUnit.SECONDS.toNanos(5), "slowest round trip: " + slowest + " ns");
      assertTrue(grown < Attacks.GROWTH_MAX, "grown by " + grown + " bytes");
      assertEquals(
          List.of(),
          broker.log().stream().filter(line -> line.contains("Exception")).toList(),
          "what went wrong on our side");
    }
  }

  /** Returns the slowest of the healthy client's round trips, in nanoseconds. */
  private static long attack(
      TestBroker broker, Door door, Attacks attacks, RawClient healthy, int count) {
    ArrayDeque<RawClient> attackers = new ArrayDeque<>();
    long slowest = 0;
    for (int i = 0; i < count; i++) {
      attackers.add(broker.client(door).trySend(attacks.next()));
      if (i % 10 == 0) {
        long start = System.nanoTime();
        healthy.publish("healthy/" + i, "ping").expectPublish("healthy/" + i, "ping");
        slowest = Math.max(slowest, System.nanoTime() - start);
      }
      if (attackers.size() == AT_ONCE) {
        attackers.poll().close();
      }
    }
    attackers.forEach(RawClient::close);
    return slowest;
  }
}
