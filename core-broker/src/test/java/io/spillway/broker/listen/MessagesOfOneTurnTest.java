package io.spillway.broker.listen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Door;
import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many messages that come with one read, each of which is read into the place of the one before.
 */
final class MessagesOfOneTurnTest {
  /** So few that nobody is slow and loses one. */
  private static final int MESSAGES = 300;

  private final List<RawClient> clients = new ArrayList<>();
  private TestBroker broker;

  @AfterEach
  void stop() {
    clients.forEach(RawClient::close);
    broker.close();
  }

  @ParameterizedTest
  @EnumSource
  void eachReachesItsOwnSubscribersAsItWas(Door door) {
    broker = TestBroker.start();
    List<List<RawClient>> subscribers = List.of(new ArrayList<>(), new ArrayList<>());
    for (int topic = 0; topic < 2; topic++) {
      for (int i = 0; i <= topic; i++) { // One by itself, and two that a link may serve together.
        subscribers.get(topic).add(subscriber("s" + topic + i, door, "n/" + topic));
      }
    }
    List<RawClient> all = new ArrayList<>();
    for (int i = 0; i < 2; i++) { // On different loops.
      all.add(subscriber("all" + i, Door.TCP, "n/+"));
    }

    publish(door, MESSAGES, 1);

    for (int i = 0; i < MESSAGES; i++) {
      for (RawClient each : subscribers.get(i % 2)) {
        each.expect(packet(i, 1));
      }
      for (RawClient each : all) {
        each.expect(packet(i, 1));
      }
    }
  }

  /** So many are alike that one packet serves them. */
  @Test
  void eachReachesAGroupAsItWas() {
    broker = TestBroker.start();
    List<RawClient> group = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      group.add(subscriber("member-" + i, Door.LINK, "n/+"));
    }

    publish(Door.LINK, MESSAGES, 1);

    for (RawClient member : group) {
      for (int i = 0; i < MESSAGES; i++) {
        member.expect(packet(i, 1));
      }
    }
  }

  /** On one loop, so that nobody has kept them before the link does. */
  @Test
  void whatWaitsForALinkThatIsntReadStaysAsItWas() {
    broker = TestBroker.start("broker.io-threads = 1");
    RawClient even = subscriber("even", Door.LINK, "n/0");
    RawClient odd = subscriber("odd", Door.LINK, "n/1");
    broker.link().pauseReading();

    int messages = 20_000; // 20 MB: beyond what sockets and the link take.
    publish(Door.TCP, messages, 20).expectNothing();
    broker.link().resumeReading();

    expectUpTo(messages - 2, even);
    expectUpTo(messages - 1, odd);
  }

  /** Some are lost, as they waited for too long; never the newest. */
  private static void expectUpTo(int last, RawClient client) {
    int before = -1;
    while (before < last) {
      byte[] packet = client.read();
      int number = number(packet);
      assertTrue(number > before, number + " behind " + before);
      assertArrayEquals(packet(number, 20), packet);
      before = number;
    }
  }

  private RawClient subscriber(String clientId, Door door, String filter) {
    return client(door).connect311(clientId).subscribe(filter, 0);
  }

  private RawClient client(Door door) {
    RawClient client = broker.client(door);
    clients.add(client);
    return client;
  }

  private RawClient publish(Door door, int messages, int times) {
    ByteArrayOutputStream packets = new ByteArrayOutputStream();
    for (int i = 0; i < messages; i++) {
      packets.writeBytes(packet(i, times));
    }
    return client(door).connect311("publisher").send(packets.toByteArray());
  }

  /** Of many lengths, and unlike the ones around it. */
  private static byte[] packet(int number, int times) {
    String payload = ("" + number % 10).repeat(number % 97 * times) + " " + number;
    return Packets.publish311("n/" + number % 2, payload);
  }

  private static int number(byte[] packet) {
    String text = new String(packet, StandardCharsets.UTF_8);
    return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
  }
}
