package io.spillway.conformance;

import io.netty.util.internal.PlatformDependent;
import io.spillway.testing.Packets;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;

/** What attackers send, the same for the same seed. Used by one thread. */
final class Attacks {
  /**
   * So that what attackers leave behind, as any client might, doesn't grow with their number; nor
   * does the log that tests keep.
   */
  static final String LIMITS =
      """
      broker.limits {
        session-expiry-maximum = 1s, max-retained-messages = 10, max-queued-messages = 10
      }
      log.connection-messages = false
      """;

  /** Pools take memory in chunks, so what is in use isn't the same to the byte. */
  static final long GROWTH_MAX = 32 << 20;

  private final Random random;

  Attacks(long seed) {
    random = new Random(seed);
  }

  /** A session that a client might have, with some of its bytes changed, added or left out. */
  byte[] next() {
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

  /** Heap after a collection, and direct memory of both kinds, in bytes. */
  static long memoryInUse() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long direct = Math.max(0, PlatformDependent.usedDirectMemory());
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      direct += pool.getName().equals("direct") ? pool.getMemoryUsed() : 0;
    }
    return runtime.totalMemory() - runtime.freeMemory() + direct;
  }
}
