package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One browser doesn't take what it subscribed to; everybody else goes on as if it did. */
class SlowBrowserTest {
  private static final int MESSAGES = 8_000;
  private static final String PADDING = "x".repeat(990);

  @Test
  void aBrowserThatReadsAgainFindsRecentValuesAndOthersMissNothing() {
    try (TestSystem system = TestSystem.start();
        RawClient slow = new RawClient(new RawWebSocketWire(system.httpPort()));
        RawClient healthy = system.browser().connect311("healthy");
        RawClient device = system.device().connect311("flood")) {
      slow.connect311("slow").subscribe("flood", 0);
      healthy.subscribe("flood", 0);

      flood(device, healthy, i -> "flood");
      List<Integer> received = numbersUntil(slow, MESSAGES - 1);

      assertTrue(received.size() < MESSAGES, received.size() + " received");
      List<Integer> sorted = new ArrayList<>(received);
      sorted.sort(null);
      assertEquals(sorted, received);
      slow.expectNothing();
    }
  }

  @Test
  void withPolicyDropNewestABrowserFindsAnUnbrokenRunAndThenWhatComesNow() {
    try (TestSystem system = TestSystem.start("gateway.slow-client.policy = drop-newest");
        RawClient slow = new RawClient(new RawWebSocketWire(system.httpPort()));
        RawClient healthy = system.browser().connect311("healthy");
        RawClient device = system.device().connect311("flood")) {
      slow.connect311("slow").subscribe("flood", 0);
      healthy.subscribe("flood", 0);

      flood(device, healthy, i -> "flood");
      slow.send(Packets.pingreq());
      List<Integer> received = new ArrayList<>();
      for (byte[] packet = slow.read(); packet[0] != (byte) 0xD0; packet = slow.read()) {
        received.add(number(packet));
      }
      device.publish("flood", "now ");

      assertTrue(received.size() < MESSAGES, received.size() + " received");
      for (int i = 0; i < received.size(); i++) {
        assertEquals(i, received.get(i));
      }
      slow.expectPublish("flood", "now ").expectNothing();
    }
  }

  @Test
  void withPolicyLatestABrowserFindsTheCurrentValueOfEveryTopic() {
    try (TestSystem system = TestSystem.start("gateway.slow-client.policy = latest");
        RawClient slow = new RawClient(new RawWebSocketWire(system.httpPort()));
        RawClient healthy = system.browser().connect311("healthy");
        RawClient device = system.device().connect311("flood")) {
      slow.connect311("slow").subscribe("flood/#", 0);
      healthy.subscribe("flood/#", 0);

      flood(device, healthy, i -> "flood/" + i % 10);
      List<Integer> received = numbersUntil(slow, MESSAGES - 1);

      List<Integer> last = received.subList(received.size() - 10, received.size());
      for (int i = 0; i < 10; i++) {
        assertEquals(MESSAGES - 10 + i, last.get(i));
      }
      slow.expectNothing();
    }
  }

  @Test
  void qualityOfServiceOneWaitsAndNothingOfItIsLost() {
    try (TestSystem system = TestSystem.start();
        RawClient slow = new RawClient(new RawWebSocketWire(system.httpPort()));
        RawClient device = system.device().connect311("flood")) {
      slow.connect311("slow").subscribe("flood", 1);

      for (int i = 0; i < 500; i++) {
        byte[] payload = (i + " " + PADDING.repeat(20)).getBytes(StandardCharsets.UTF_8);
        device.send(Packets.packet(0x32, "flood", Packets.u16(1 + i), payload));
        device.read();
      }

      for (int i = 0; i < 500; i++) {
        byte[] publish = slow.read();
        int idAt = publish.length - (i + " ").length() - PADDING.length() * 20 - 2;
        slow.send(Packets.packet(0x40, Arrays.copyOfRange(publish, idAt, idAt + 2)));
        String payload = new String(publish, idAt + 2, 8, StandardCharsets.UTF_8);
        assertTrue(payload.startsWith(i + " "), i + ": " + payload);
      }
      slow.expectNothing();
    }
  }

  @Test
  void aFloodFromABrowserSlowsThatBrowserOnly() {
    try (TestSystem system = TestSystem.start();
        RawClient flooding = system.browser().connect311("flooding");
        RawClient other = system.browser().connect311("other");
        RawClient device = system.device().connect311("listener")) {
      device.subscribe("flood", 0);
      byte[] publish = Packets.publish311("flood", PADDING);

      for (int i = 0; i < 5_000; i++) {
        flooding.send(publish);
        if (i % 500 == 0) {
          other.expectNothing();
        }
      }
      for (int i = 0; i < 5_000; i++) {
        assertArrayEquals(publish, device.read());
      }
      flooding.expectNothing();
    }
  }

  @Test
  void pongsThatFillTheSocketLeaveTheAnswersToMqttsPingsInOrder() throws Exception {
    try (TestSystem system = TestSystem.start();
        Socket socket = RawWebSocketWire.connected(system.httpPort());
        RawClient browser = new RawClient(new RawWebSocketWire(socket))) {
      browser.connect311("pinging").expectNothing(); // From now on the edge answers by itself.

      // What comes with one read is answered in one turn: a PINGRESP that waits for its end, then
      // a pong which is likely to be what the socket has no room for.
      ByteArrayOutputStream pair = new ByteArrayOutputStream();
      pair.writeBytes(Packets.hex("82 82 00 00 00 00 c0 00 89 fd 00 00 00 00"));
      pair.writeBytes(new byte[125]);
      ByteArrayOutputStream pairs = new ByteArrayOutputStream();
      for (int i = 0; i < 100; i++) {
        pairs.writeBytes(pair.toByteArray());
      }
      int rounds = 1_000; // 13 MB of pongs: beyond what the socket takes.
      Thread writer = new Thread(() -> write(socket, pairs.toByteArray(), rounds), "writer");
      writer.setDaemon(true);
      writer.start();
      writer.join(10_000); // It may have to wait until the pongs are read.

      for (int i = 0; i < 100 * rounds; i++) {
        browser.expect(Packets.pingresp());
      }
      browser.expectNothing();
    }
  }

  private static void write(Socket socket, byte[] bytes, int times) {
    try {
      for (int i = 0; i < times; i++) {
        socket.getOutputStream().write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatTheEdgeDropsIsCountedInSys() {
    try (TestSystem system = TestSystem.start("gateway.id = edge", "broker.sys-interval = 1s");
        RawClient slow = new RawClient(new RawWebSocketWire(system.httpPort()));
        RawClient healthy = system.browser().connect311("healthy");
        RawClient device = system.device().connect311("flood");
        RawClient watcher = system.device().connect311("watcher")) {
      slow.connect311("slow").subscribe("flood", 0);
      healthy.subscribe("flood", 0);

      flood(device, healthy, i -> "flood");
      List<Integer> received = numbersUntil(slow, MESSAGES - 1);

      int dropped = MESSAGES - received.size();
      awaitValue(watcher, "$SYS/broker/gateway/edge/publish/messages/dropped", dropped);
      awaitValue(watcher, "$SYS/broker/publish/messages/dropped", dropped);
    }
  }

  /** Reads what is published to a topic until it is this number. */
  private static void awaitValue(RawClient client, String topic, int expected) {
    client.subscribe(topic, 0);
    String last = "";
    for (int i = 0; i < 8 && !last.equals(String.valueOf(expected)); i++) {
      byte[] publish = client.read();
      int from = 4 + topic.length();
      last = new String(publish, from, publish.length - from, StandardCharsets.UTF_8);
    }
    assertEquals(String.valueOf(expected), last, topic);
  }

  private interface Topics {
    String of(int number);
  }

  /** Numbered messages from the device, all of which the healthy browser gets. */
  private static void flood(RawClient device, RawClient healthy, Topics topics) {
    for (int from = 0; from < MESSAGES; from += 100) {
      byte[][] packets = new byte[100][];
      for (int i = 0; i < 100; i++) {
        packets[i] = Packets.publish311(topics.of(from + i), (from + i) + " " + PADDING);
      }
      device.send(Packets.fields((Object[]) packets));
      for (byte[] packet : packets) {
        assertArrayEquals(packet, healthy.read());
      }
    }
  }

  /** The numbers of all messages up to this one. */
  private static List<Integer> numbersUntil(RawClient client, int last) {
    List<Integer> numbers = new ArrayList<>();
    do {
      numbers.add(number(client.read()));
    } while (numbers.get(numbers.size() - 1) != last);
    return numbers;
  }

  /** What a PUBLISH packet of the flood begins its payload with. */
  private static int number(byte[] publish) {
    int from = 5 + ((publish[3] & 0xFF) << 8 | publish[4] & 0xFF);
    String payload = new String(publish, from, publish.length - from, StandardCharsets.UTF_8);
    return Integer.parseInt(payload.substring(0, payload.indexOf(' ')));
  }
}
