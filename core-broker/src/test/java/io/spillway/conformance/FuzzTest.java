package io.spillway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.spillway.testing.Door;
import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random and mutated packets on sockets and on a link's streams, while a healthy client goes on.
 * The seed is fixed, so a failure can be played again.
 */
class FuzzTest {
  private static final int ATTACKS = 400;
  private static final long SEED = 20;

  @ParameterizedTest
  @EnumSource
  void nobodyElseNoticesNoise(Door door) throws Exception {
    Random random = new Random(SEED + door.ordinal());
    long slowest = 0;
    try (TestBroker broker = TestBroker.start("broker.limits.connect-timeout = 1s");
        RawClient healthy = broker.client().connect5("healthy").subscribe("healthy/#", 0)) {
      List<RawClient> attackers = new ArrayList<>();
      long memory = direct();

      for (int i = 0; i < ATTACKS; i++) {
        RawClient attacker = broker.client(door);
        attackers.add(attacker);
        attacker.trySend(attack(random));
        if (i % 10 == 0) {
          long start = System.nanoTime();
          healthy.publish("healthy/" + i, "ping").expectPublish("healthy/" + i, "ping");
          slowest = Math.max(slowest, System.nanoTime() - start);
        }
        if (attackers.size() == 20) {
          attackers.forEach(RawClient::close);
          attackers.clear();
        }
      }
      attackers.forEach(RawClient::close);

      healthy.expectNothing();
      assertTrue(slowest < TimeUnit.SECONDS.toNanos(5), slowest + " ns");
      // What the attackers held is given back: pools keep their chunks, so no more than a few.
      assertTrue(direct() - memory < 64L << 20, (direct() - memory) + " bytes");
      assertEquals(
          List.of(),
          broker.log().stream().filter(line -> line.contains("Exception")).toList(),
          "what went wrong on our side");
    }
  }

  private static long direct() {
    return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
  }

  /** A session that a client might have, with some of its bytes changed, added or left out. */
  private static byte[] attack(Random random) {
    boolean mqtt5 = random.nextBoolean();
    String id = "fuzz" + random.nextInt(5);
    byte[] good =
        mqtt5
            ? Packets.fields(
                Packets.connect5(id, 0x02, 60, Packets.properties(0x21, Packets.u16(9))),
                Packets.subscribe5(1, "$share/g/fuzz/+", 2),
                Packets.packet(
                    0x34,
                    "fuzz/a",
                    Packets.u16(3),
                    Packets.properties(0x23, Packets.u16(1), 0x26, "a", "b", 0x02, Packets.u32(1)),
                    Packets.utf8("payload")),
                Packets.packet(0x62, Packets.u16(3)),
                Packets.packet(0xA2, Packets.u16(4), Packets.properties(), "fuzz/#"))
            : Packets.fields(
                Packets.connect311(id, 0x00, 60),
                Packets.subscribe311(1, "fuzz/#", 2),
                Packets.packet(0x35, "fuzz/b", Packets.u16(9), Packets.utf8("retained")),
                Packets.packet(0x62, Packets.u16(9)),
                Packets.pingreq());
    switch (random.nextInt(4)) {
      case 0 -> {
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        return noise;
      }
      case 1 -> {
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        int connect = 2 + good[1];
        return Packets.fields(Arrays.copyOf(good, connect), noise);
      }
      default -> {
        for (int i = random.nextInt(4); i >= 0; i--) {
          good[random.nextInt(good.length)] = (byte) random.nextInt();
        }
        return Arrays.copyOf(good, 1 + random.nextInt(good.length));
      }
    }
  }
}
