package io.spillway.broker.connection;

import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.listen.LinkDialer;
import io.spillway.process.Settings;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import org.junit.jupiter.api.Test;

/** The lines that people and their scripts look for. */
class LogTest {

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
