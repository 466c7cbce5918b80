package io.spillway.broker.connection;

import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.subscribe311;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.listen.LinkDialer;
import io.spillway.process.Settings;
import io.spillway.process.log.Logging;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** The lines that people and their scripts look for. */
class LogTest {
  @AfterEach
  void levelsAsBefore() {
    Logging.levels(Level.WARN, Map.of());
  }

  @Test
  void theLinesAreMosquittos() {
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.client();
        RawClient quiet = broker.client()) {
      Object[] user = {"ann", u16(2), utf8("pw")};
      client.connect5(connect5("c1", 0xC2, 60, properties(), user));
      client.send("e0 00").expectClosed();
      quiet.connect311("c2").close();

      broker.awaitLog(
          l ->
              l.matches(
                  "New connection from 127\\.0\\.0\\.1:\\d+ on port "
                      + broker.broker().tcpPort()
                      + "\\."));
      broker.awaitLog(
          l ->
              l.matches(
                  "New client connected from 127\\.0\\.0\\.1:\\d+ as c1 \\(p5, c1, k60, u'ann'\\)\\."));
      broker.awaitLog(l -> l.matches("New client connected from 127.* as c2 \\(p2, c1, k60\\)\\."));
      broker.awaitLog(l -> l.equals("Client c1 disconnected."));
      broker.awaitLog(l -> l.equals("Client c2 closed its connection."));
    }
  }

  @Test
  void aBrowsersLineHasItsOwnAddress() {
    try (TestBroker broker = TestBroker.start("broker.auth.allow-anonymous = yes");
        RawClient client = broker.link().client("2001:db8::7", 4711).connect311("far")) {
      client.expectNothing();

      broker.awaitLog(l -> l.equals("New connection from 2001:db8::7:4711 on port 8080."));
      broker.awaitLog(
          l -> l.equals("New client connected from 2001:db8::7:4711 as far (p2, c1, k60)."));
    }
  }

  @Test
  void withoutConnectionMessagesThereAreNone() {
    try (TestBroker broker = TestBroker.start("log.connection-messages = false");
        RawClient client = broker.client().connect311("hush")) {
      client.send("e0 00").expectClosed();

      assertTrue(broker.log().stream().noneMatch(l -> l.contains("hush")));
      assertTrue(broker.log().stream().noneMatch(l -> l.startsWith("New connection")));
    }
  }

  @Test
  void connectionMessagesCanBeTurnedOffAndOnWhileItRuns() throws Exception {
    try (TestBroker broker = TestBroker.start()) {
      broker.broker().reload(Settings.of("log.connection-messages = false"));
      broker.client().connect311("hush").close();
      broker.broker().reload(Settings.of("log.connection-messages = true"));
      broker.client().connect311("heard").close();

      broker.awaitLog(l -> l.contains("heard"));
      assertTrue(broker.log().stream().noneMatch(l -> l.contains(" as hush ")));
    }
  }

  @Test
  void whatTheAclDeniesIsToldAtDebugLevelInMosquittosWords(@TempDir Path directory)
      throws Exception {
    Logging.levels(Level.WARN, Map.of("io.spillway.broker.session", Level.DEBUG));
    try (TestBroker broker = TestBroker.start(withAcl(directory));
        RawClient client = broker.client().connect311("c1")) {
      client.publish("open/x", "1").publish("shut/x", "hello");
      // QoS 1, retain, then the same again with DUP.
      client.send(packet(0x33, "shut/y", u16(7), 1, 2)).expect("40 02 00 07");
      client.send(packet(0x3B, "shut/y", u16(7), 1, 2)).expect("40 02 00 07");
      client.send(subscribe311(2, "shut/#", 1)).expect("90 03 00 02 80");
      client.subscribe("open/#", 0);

      assertEquals(
          List.of(
              "Denied PUBLISH from c1 (d0, q0, r0, m0, 'shut/x', ... (5 bytes))",
              "Denied PUBLISH from c1 (d0, q1, r1, m7, 'shut/y', ... (2 bytes))",
              "Denied PUBLISH from c1 (d1, q1, r1, m7, 'shut/y', ... (2 bytes))",
              "Denied SUBSCRIBE from c1 (q1, 'shut/#')"),
          denials(broker));
    }
  }

  @Test
  void aboveDebugLevelNothingIsSaidOfWhatTheAclDenies(@TempDir Path directory) throws Exception {
    try (TestBroker broker = TestBroker.start(withAcl(directory));
        RawClient client = broker.client().connect311("c1")) {
      client.publish("shut/x", "hello").expectNothing();

      assertEquals(List.of(), denials(broker));
    }
  }

  @Test
  void whoTriesOnAndOnDoesNotFillTheLog(@TempDir Path directory) throws Exception {
    Logging.levels(Level.WARN, Map.of("io.spillway.broker.session", Level.DEBUG));
    try (TestBroker broker = TestBroker.start(withAcl(directory));
        RawClient client = broker.client().connect311("c1")) {
      long begin = System.nanoTime();
      for (int i = 0; i < 1000; i++) {
        client.publish("shut/x", "hello");
      }
      client.expectNothing();

      long periods = 2 + (System.nanoTime() - begin) / 10_000_000_000L;
      int lines = denials(broker).size();
      assertTrue(lines >= 50 && lines <= 50 * periods, lines + " lines");
    }
  }

  private static String withAcl(Path directory) throws IOException {
    Path acl = Files.writeString(directory.resolve("acl"), "topic readwrite open/#\n");
    return "broker.auth { allow-anonymous = yes, acl-file = \"" + acl + "\" }";
  }

  /** Without the line that counts the rest, which may be that of a broker before this one. */
  private static List<String> denials(TestBroker broker) {
    return broker.log().stream()
        .filter(line -> line.matches("Denied (PUBLISH|SUBSCRIBE) from .*"))
        .toList();
  }

  @Test
  void aGatewaysComingAndGoingIsLogged() {
    try (TestBroker broker = TestBroker.start()) {
      try (LinkDialer link = new LinkDialer(broker.broker().linkPort(), null).awaitReady();
          RawClient client = link.client("127.0.0.1", 1).connect311("lost")) {
        client.expectNothing();
        broker.awaitLog("Gateway test-gateway is linked from 127.0.0.1:");

        link.cut();

        broker.awaitLog("Client lost from 127.0.0.1:1 disconnected: the link to its gateway is");
        broker.awaitLog("Gateway test-gateway at 127.0.0.1:");
      }
    }
  }
}
