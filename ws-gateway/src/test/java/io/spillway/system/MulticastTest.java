package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Exposition;
import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One copy crosses the link for many browsers, and none of them can tell. */
class MulticastTest {
  private static final int BROWSERS = 40;
  private static final int MESSAGES = 200;

  private TestSystem system;
  private final List<RawClient> browsers = new ArrayList<>();

  @BeforeEach
  void start() {
    system = start("");
  }

  private static TestSystem start(String settings) {
    return TestSystem.start("gateway.frame.max-delay = 0", settings);
  }

  @AfterEach
  void stop() {
    browsers.forEach(RawClient::close);
    system.close();
  }

  @Test
  void qualityOfServiceZeroCrossesTheLinkOnceForAllBrowsers() {
    connect(0);
    assertOneCopyPerLink();
  }

  /** Which make no group, as each of them may be due what others aren't when it is away. */
  @Test
  void sessionsThatOutliveTheirConnectionsShareTheCopyToo() {
    for (int i = 0; i < BROWSERS; i++) {
      RawClient browser = system.browser().send(Packets.connect311("staying-" + i, 0x00, 60));
      browsers.add(browser.expect("20 02 00 00").subscribe("all", 0));
    }

    assertOneCopyPerLink();
  }

  @Test
  void rulesThatAreTheSameForAllCostNoMore(@TempDir Path directory) throws IOException {
    Path acl =
        Files.writeString(
            directory.resolve("acl"),
            "topic readwrite all\ntopic read $SYS/#\npattern readwrite own/%c/#\n");
    system.close();
    system = start("broker.auth { allow-anonymous = yes, acl-file = \"" + acl + "\" }");
    connect(0);

    assertOneCopyPerLink();
  }

  private void assertOneCopyPerLink() {
    byte[] publish = Packets.publish311("all", "x".repeat(1000));
    try (RawClient device = system.device().connect311("device")) {
      double before = linkBytes();
      for (int i = 0; i < MESSAGES; i++) {
        device.send(publish);
      }
      for (RawClient browser : browsers) {
        for (int i = 0; i < MESSAGES; i++) {
          assertArrayEquals(publish, browser.read());
        }
      }
      double perMessage = (linkBytes() - before) / MESSAGES;

      // There are two links, as the gateway has two threads.
      assertTrue(perMessage < 3 * 1020, perMessage + " bytes per message");
    }
  }

  @Test
  void qualityOfServiceOneCostsAFewBytesPerBrowser() {
    connect(1);
    try (RawClient device = system.device().connect311("device")) {
      double before = linkBytes();
      for (int i = 1; i <= MESSAGES; i++) {
        device.send(Packets.packet(0x32, "all", Packets.u16(i), Packets.utf8("y".repeat(1000))));
        device.read();
        for (RawClient browser : browsers) {
          byte[] publish = browser.read();
          assertEquals(0x32, publish[0]);
          browser.send(Packets.packet(0x40, Arrays.copyOfRange(publish, 8, 10)));
        }
      }
      double perMessage = (linkBytes() - before) / MESSAGES;

      assertTrue(perMessage < 3 * 1020 + 40 * BROWSERS, perMessage + " bytes per message");
    }
  }

  /**
   * The same random script with clients at sockets of the core, where there is no link, and with
   * browsers: each client gets the same packets in the same order.
   */
  @Test
  void browsersReceiveWhatClientsWithSocketsReceive() {
    for (int seed = 1; seed <= 3; seed++) {
      List<String> direct = play(seed, false);
      List<String> atTheEdge = play(seed, true);

      assertEquals(direct, atTheEdge, "seed " + seed);
    }
  }

  /** Every client's packets, in hexadecimal digits. */
  private static List<String> play(int seed, boolean edge) {
    Random random = new Random(seed);
    try (TestSystem system = TestSystem.start("broker.io-threads = 1")) {
      List<RawClient> clients = new ArrayList<>();
      List<StringBuilder> received = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        RawClient client = edge ? system.browser() : system.device();
        boolean mqtt5 = i % 4 == 0;
        String id = "script-" + i;
        clients.add(mqtt5 ? client.connect5(id) : client.connect311(id));
        received.add(new StringBuilder());
        subscribe(client, mqtt5, i % 12 == 5 ? "+" : "s/#", i % 8 == 3 ? 1 : 0, 0);
        await(client, received.get(i));
      }
      for (int step = 0; step < 150; step++) {
        int who = random.nextInt(clients.size());
        RawClient client = clients.get(who);
        boolean mqtt5 = who % 4 == 0;
        int dice = random.nextInt(20);
        if (dice == 0) {
          subscribe(client, mqtt5, random.nextBoolean() ? "s/#" : "s/1", 0, mqtt5 ? 0x04 : 0);
        } else if (dice == 1) {
          client.send(
              mqtt5
                  ? Packets.packet(0xA2, Packets.u16(3), Packets.properties(), "s/#")
                  : Packets.packet(0xA2, Packets.u16(3), "s/#"));
        } else {
          for (int i = 0; i < 5; i++) {
            client.send(publish(mqtt5, dice == 2, "s/" + random.nextInt(3), step + "." + i));
          }
        }
        // What it asked for has been done when its ping is answered.
        await(client, received.get(who));
      }
      for (int i = 0; i < clients.size(); i++) {
        // So that the core answers the ping, behind what others have sent; the edge could as well.
        clients.get(i).send(publish(i % 4 == 0, false, "nobody/is/there", ""));
        await(clients.get(i), received.get(i));
        clients.get(i).close();
      }
      return received.stream().map(StringBuilder::toString).toList();
    }
  }

  private static byte[] publish(boolean mqtt5, boolean retain, String topic, String payload) {
    int first = retain ? 0x31 : 0x30;
    return mqtt5
        ? Packets.packet(first, topic, Packets.properties(), Packets.utf8(payload))
        : Packets.packet(first, topic, Packets.utf8(payload));
  }

  private static void subscribe(
      RawClient client, boolean mqtt5, String filter, int qos, int moreOptions) {
    client.send(
        mqtt5
            ? Packets.subscribe5(2, filter, qos | moreOptions)
            : Packets.subscribe311(2, filter, qos));
  }

  private static void await(RawClient client, StringBuilder received) {
    client.send(Packets.pingreq());
    for (byte[] packet = client.read(); packet[0] != (byte) 0xD0; packet = client.read()) {
      received.append(HexFormat.of().formatHex(packet)).append('\n');
    }
  }

  private void connect(int qos) {
    for (int i = 0; i < BROWSERS; i++) {
      browsers.add(system.browser().connect311("browser-" + i).subscribe("all", qos));
    }
  }

  /** What has come over the gateway's links, as its metrics tell at this moment. */
  private double linkBytes() {
    String core = "{core=\"127.0.0.1:" + system.process().broker().linkPort() + "\"}";
    String page = TestSystem.get(system.process().gateway().adminPort(), "/metrics");
    return Exposition.of(page).value("spillway_gateway_link_received_bytes_total" + core);
  }
}
