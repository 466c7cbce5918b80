package io.spillway.broker.connection;

import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.u16;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Door;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Payloads larger than any buffer arrive as they were sent. */
class LargePayloadTest {
  private static TestBroker broker;

  @BeforeAll
  static void start() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  static Stream<Arguments> sizesAtDoors() {
    return Stream.of(Door.values())
        .flatMap(
            door ->
                Stream.of(4_096, 4_097, 65_537, 1 << 20, 10 << 20)
                    .flatMap(size -> Stream.of(0, 1).map(qos -> Arguments.of(door, size, qos))));
  }

  @ParameterizedTest
  @MethodSource("sizesAtDoors")
  void arriveIntactBetweenTcpAndTheDoor(Door door, int size, int qos) throws Exception {
    byte[] payload = new byte[size];
    new Random(size).nextBytes(payload);
    String id = door + "-" + size + "-" + qos;
    try (RawClient here = broker.client().connect311("h" + id).subscribe("here", qos);
        RawClient there = broker.client(door).connect311("t" + id).subscribe("there", qos)) {
      check(here, there, "there", payload, qos);
      check(there, here, "here", payload, qos);
    }
  }

  private static void check(RawClient from, RawClient to, String topic, byte[] payload, int qos)
      throws Exception {
    Thread sender = new Thread(() -> from.send(publish(topic, payload, qos)));
    sender.start();

    byte[] received = to.read();

    assertTrue(received.length > payload.length, "closed after " + received.length + " bytes");
    int start = received.length - payload.length;
    assertArrayEquals(payload, Arrays.copyOfRange(received, start, received.length));
    if (qos == 1) {
      int packetId = (received[start - 2] & 0xFF) << 8 | received[start - 1] & 0xFF;
      to.send(packet(0x40, u16(packetId)));
      from.expect("40 02 00 09");
    }
    sender.join();
    from.expectNothing();
    to.expectNothing();
  }

  private static byte[] publish(String topic, byte[] payload, int qos) {
    return qos == 0 ? packet(0x30, topic, payload) : packet(0x32, topic, u16(9), payload);
  }
}
