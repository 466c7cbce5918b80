package io.spillway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Random and mutated packets in frames cut anywhere, and random frames, through gateway and core,
 * while healthy clients go on. The seed is fixed, so a failure can be played again.
 */
class WebSocketFuzzTest {
  /** {@code -Dfuzz.attacks=100000} is the long form. */
  private static final int ATTACKS = Integer.getInteger("fuzz.attacks", 600);

  private static final long SEED = 22;
  private static final int AT_ONCE = 20;

  private final Random random = new Random(SEED);
  private final Attacks attacks = new Attacks(SEED);

  @Test
  void nobodyElseNoticesNoise() throws Exception {
    try (GatewayServer server = GatewayServer.webSocket(Attacks.LIMITS);
        RawClient device = RawClient.tcp(server.tcpPort()).connect5("device");
        RawClient browser = new RawClient(server.framed()).connect5("browser")) {
      browser.subscribe("healthy/#", 0);
      attack(server, device, browser, AT_ONCE * 5); // Pools and classes are what they will be.
      awaitAlone(server);
      long memory = Attacks.memoryInUse();

      long slowest = attack(server, device, browser, ATTACKS);

      browser.expectNothing();
      awaitAlone(server);
      long grown = Attacks.memoryInUse() - memory;
      assertTrue(slowest < TimeUnit.SECONDS.toNanos(5), "slowest round trip: " + slowest + " ns");
      assertTrue(grown < Attacks.GROWTH_MAX, "grown by " + grown + " bytes");
      assertEquals(
          List.of(),
          server.log().stream().filter(line -> line.contains("Exception")).toList(),
          "what went wrong on our side");
    }
  }

  /** Returns the slowest of the healthy clients' round trips, in nanoseconds. */
  private long attack(GatewayServer server, RawClient device, RawClient browser, int count)
      throws IOException {
    ArrayDeque<Socket> attackers = new ArrayDeque<>();
    long slowest = 0;
    for (int i = 0; i < count; i++) {
      attackers.add(attacker(server));
      if (i % 10 == 0) {
        long start = System.nanoTime();
        device.publish("healthy/" + i, "ping");
        browser.expectPublish("healthy/" + i, "ping");
        slowest = Math.max(slowest, System.nanoTime() - start);
      }
      if (attackers.size() == AT_ONCE) {
        attackers.poll().close();
      }
    }
    for (Socket attacker : attackers) {
      attacker.close();
    }
    return slowest;
  }

  private Socket attacker(GatewayServer server) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.httpPort());
    new FramedWire(socket); // Upgrades.
    byte[] packets = attacks.next();
    byte[] frames = random.nextInt(3) == 0 ? wrongFrames(packets) : frames(packets);
    try {
      for (int from = 0; from < frames.length; ) { // Bytes arrive cut anywhere as well.
        int to = Math.min(frames.length, from + 1 + random.nextInt(frames.length));
        socket.getOutputStream().write(frames, from, to - from);
        from = to;
      }
    } catch (IOException e) {
      // It was closed before it had sent everything.
    }
    return socket;
  }

  /** Legal frames: several messages, in fragments, with control frames among them. */
  private byte[] frames(byte[] packets) {
    byte[] frames = {};
    boolean begun = false;
    for (int from = 0; from < packets.length; ) {
      int to = Math.min(packets.length, from + random.nextInt(40)); // An empty frame now and then.
      boolean last = to == packets.length || random.nextInt(3) == 0;
      int first = (last ? 0x80 : 0) | (begun ? 0 : 2);
      frames = Packets.fields(frames, frame(first, Arrays.copyOfRange(packets, from, to)));
      if (random.nextInt(10) == 0) {
        frames = Packets.fields(frames, frame(random.nextBoolean() ? 0x89 : 0x8A, new byte[5]));
      }
      begun = !last;
      from = to;
    }
    return frames;
  }

  /** Frames with wrong opcodes, lengths, bits and masks, or bytes that are none. */
  private byte[] wrongFrames(byte[] packets) {
    byte[] frames =
        Packets.fields(frame(random.nextInt(256), packets), frame(0x82, Packets.pingreq()));
    for (int i = random.nextInt(4); i >= 0; i--) {
      frames[random.nextInt(Math.min(frames.length, 20))] = (byte) random.nextInt();
    }
    return frames;
  }

  private byte[] frame(int first, byte[] payload) {
    byte[] mask = new byte[4];
    random.nextBytes(mask);
    byte[] masked = payload.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= mask[i % 4];
    }
    return payload.length < 126
        ? Packets.fields(first, 0x80 | payload.length, mask, masked)
        : Packets.fields(first, 0x80 | 126, Packets.u16(payload.length), mask, masked);
  }

  /** Every attacker is gone. */
  private static void awaitAlone(GatewayServer server) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (server.browsers() > 1) {
      assertTrue(System.nanoTime() < deadline, server.browsers() + " browsers are left");
      Thread.onSpinWait();
    }
  }
}
