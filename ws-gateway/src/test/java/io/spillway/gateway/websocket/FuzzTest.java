package io.spillway.gateway.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.gateway.http.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random and mutated frames. Whatever comes, the offender is answered or closed in an orderly way,
 * and a healthy client alongside notices nothing. Leaks fail the build.
 */
class FuzzTest {

  private static final int ROUNDS = 600;

  @Test
  void randomAndMutatedFramesEndOnlyTheirOwnConnection() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (TestServer server = new TestServer((connection, facts) -> new Echo(connection));
        RawClient healthy = RawClient.open(server.port())) {
      for (int round = 0; round < ROUNDS; round++) {
        String story = "seed " + seed + ", round " + round;
        try (RawClient offender = RawClient.open(server.port())) {
          offend(offender, random, story);
        }
        byte[] payload = FramingTest.pattern(random.nextInt(2000));
        healthy.sendBinary(payload);
        assertArrayEquals(payload, healthy.expectBinary(), story);
      }
      healthy.close();
      server.awaitNoConnections();
    }
  }

  private static void offend(RawClient client, Random random, String story) throws IOException {
    byte[] bytes = random.nextInt(4) == 0 ? noise(random) : mutated(random);
    try {
      client.send(bytes);
      client.shutdownOutput();
      while (true) {
        RawClient.Frame frame = client.readFrame();
        if (frame.opcode() == Opcode.CLOSE) {
          // A client's own close frame is echoed, whatever its code; ours have these.
          assertTrue(
              frame.payload().length == 0 || CloseCode.isValidOnTheWire(frame.closeCode()), story);
          client.expectEnd();
          return;
        }
        assertTrue(frame.opcode() == Opcode.BINARY || frame.opcode() == Opcode.PONG, story);
      }
    } catch (EOFException | SocketException e) {
      // Ended without a close frame, because the bytes ended within a frame.
    }
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(300)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A legal conversation in which some bits are wrong, some bytes missing or doubled. */
  private static byte[] mutated(Random random) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      int[] firsts = {0x82, 0x02, 0x80, 0x00, 0x89, 0x8A, 0x88};
      int first = firsts[random.nextInt(random.nextInt(4) == 0 ? firsts.length : 3)];
      int longest = random.nextInt(8) == 0 ? 70_000 : 140;
      byte[] payload = new byte[random.nextInt(longest)];
      random.nextBytes(payload);
      frames.writeBytes(RawClient.frame(first, payload, random.nextInt()));
    }
    byte[] bytes = frames.toByteArray();
    for (int i = random.nextInt(4); i > 0; i--) {
      bytes[random.nextInt(Math.min(bytes.length, 64))] ^= (byte) (1 << random.nextInt(8));
    }
    if (random.nextInt(3) > 0) {
      return bytes;
    }
    int cut = random.nextInt(bytes.length);
    byte[] rest = Arrays.copyOfRange(bytes, cut, bytes.length);
    return random.nextBoolean() ? rest : Arrays.copyOf(bytes, cut);
  }

  @Test
  void byteByByteIsAsGoodAsAtOnce() throws Exception {
    try (TestServer server = new TestServer((connection, facts) -> new Echo(connection));
        RawClient client = RawClient.open(server.port())) {
      byte[] frame = RawClient.frame(0x82, FramingTest.pattern(150));

      for (byte octet : frame) {
        client.send(new byte[] {octet});
      }

      assertEquals(150, client.expectBinary().length);
      client.close();
      server.awaitNoConnections();
    }
  }
}
