package io.spillway.broker.admin;

import static io.spillway.testing.Packets.fields;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.u16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.listen.LinkDialer;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The {@code $SYS} tree as a client sees it. */
class SysTopicsTest {

  /** What Mosquitto 2.0.11 publishes, below {@code $SYS/broker/}; loads without their minutes. */
  private static final String[] NAMES = {
    "version",
    "uptime",
    "clients/total",
    "clients/maximum",
    "clients/inactive",
    "clients/disconnected",
    "clients/active",
    "clients/connected",
    "clients/expired",
    "messages/stored",
    "messages/received",
    "messages/sent",
    "store/messages/count",
    "store/messages/bytes",
    "subscriptions/count",
    "shared_subscriptions/count",
    "retained messages/count",
    "heap/current",
    "heap/maximum",
    "publish/messages/dropped",
    "publish/messages/received",
    "publish/messages/sent",
    "publish/bytes/received",
    "publish/bytes/sent",
    "bytes/received",
    "bytes/sent"
  };

  private static final String[] LOADS = {
    "messages/received",
    "messages/sent",
    "publish/dropped",
    "publish/received",
    "publish/sent",
    "bytes/received",
    "bytes/sent",
    "sockets",
    "connections"
  };

  @Test
  void holdsEveryNameOfMosquittosRetained() {
    try (TestBroker broker = TestBroker.start("broker.sys-interval = 1h")) {
      Map<String, String> values = retained(broker);

      for (String name : NAMES) {
        assertTrue(values.containsKey("$SYS/broker/" + name), name);
      }
      for (String load : LOADS) {
        for (String minutes : new String[] {"1min", "5min", "15min"}) {
          String name = "$SYS/broker/load/" + load + "/" + minutes;
          assertTrue(values.getOrDefault(name, "").matches("\\d+\\.\\d\\d"), name);
        }
      }
      assertTrue(values.get("$SYS/broker/version").startsWith("spillway version "));
      assertEquals("0 seconds", values.get("$SYS/broker/uptime"));
    }
  }

  @Test
  void valuesFollowAndOnlyThoseThatChangedAreSent() {
    try (TestBroker broker = TestBroker.start("broker.sys-interval = 1s");
        RawClient watcher = broker.client().connect311("watcher")) {
      Object[] filters = {"$SYS/broker/clients/connected", 0, "$SYS/broker/version", 0};
      watcher.send(packet(0x82, u16(1), fields(filters))).expect("90 04 00 01 00 00");
      try (RawClient second = broker.client().connect311("second")) {
        String connected = "";
        while (!connected.equals("2")) {
          byte[] packet = watcher.read();
          assertTrue((packet[0] & 0xF0) == 0x30, "a PUBLISH");
          String topic = topic(packet);
          if (topic.endsWith("/version")) {
            assertEquals(1, packet[0] & 1, "the version is only sent because it is retained");
          } else {
            connected = payload(packet);
          }
        }
        second.expectNothing();
      }
    }
  }

  @Test
  void aGatewayHasABranchOfItsOwnWhileItIsLinked() {
    try (TestBroker broker = TestBroker.start("broker.sys-interval = 1s");
        RawClient watcher = broker.client().connect311("watcher");
        LinkDialer link = new LinkDialer(broker.broker().linkPort(), null).awaitReady();
        RawClient browser = link.client("127.0.0.1", 1).connect311("browser")) {
      String topic = "$SYS/broker/gateway/test-gateway/clients/connected";
      watcher.send(packet(0x82, u16(1), topic, 0)).expect("90 03 00 01 00");
      browser.expectNothing();

      awaitValue(watcher, "1");
      link.cut();
      awaitValue(watcher, "");
    }
  }

  private static void awaitValue(RawClient watcher, String value) {
    String seen;
    do {
      seen = payload(watcher.read());
    } while (!seen.equals(value));
  }

  /** Everything that comes before a ping is answered. */
  private static Map<String, String> retained(TestBroker broker) {
    Map<String, String> values = new TreeMap<>();
    try (RawClient client = broker.client().connect311("reader")) {
      client.send("82 0b 00 01 00 06 24 53 59 53 2f 23 00").expect("90 03 00 01 00");
      client.send("c0 00");
      for (byte[] packet = client.read(); packet[0] != (byte) 0xD0; packet = client.read()) {
        assertEquals(0x31, packet[0], "retained");
        values.put(topic(packet), payload(packet));
      }
    }
    return values;
  }

  private static String topic(byte[] packet) {
    int start = packet[1] < 0 ? 3 : 2;
    int length = (packet[start] & 0xFF) << 8 | packet[start + 1] & 0xFF;
    return new String(packet, start + 2, length, UTF_8);
  }

  private static String payload(byte[] packet) {
    int start = packet[1] < 0 ? 3 : 2;
    int length = (packet[start] & 0xFF) << 8 | packet[start + 1] & 0xFF;
    return new String(Arrays.copyOfRange(packet, start + 2 + length, packet.length), UTF_8);
  }
}
