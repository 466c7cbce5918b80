package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The connection between gateway and core breaks, in every way that a connection may. */
class LinkFailureTest {
  private static final int BROWSERS = 20;
  private static final Duration SPREAD = Duration.ofMillis(600);

  private TestBroker core;
  private LinkRelay relay;
  private TestGateway gateway;
  private RawClient device;

  @BeforeEach
  void start() {
    core = TestBroker.start("broker.sys-interval = 1s");
    relay = new LinkRelay(core.broker().linkPort());
    gateway =
        TestGateway.before(
                relay.port(), "gateway.upstream.reconnect-spread = " + SPREAD.toMillis() + "ms")
            .awaitReady();
    device = RawClient.tcp(core.broker().tcpPort()).connect311("device");
    device.subscribe("will/#", 0);
  }

  @AfterEach
  void stop() {
    device.close();
    gateway.close();
    relay.close();
    core.close();
  }

  @Test
  void aResetLinkFiresTheWillsAndClosesItsBrowsersWithoutAStorm() {
    List<WebSocketWire> browsers = browsersWithWills();

    long began = System.nanoTime();
    relay.reset();

    assertEquals(names(), wills());
    for (WebSocketWire browser : browsers) {
      assertTrue(browser.end().startsWith("1012 "), browser.end());
    }
    long millis = (System.nanoTime() - began) / 1_000_000;
    assertTrue(millis < SPREAD.toMillis() + 5000, millis + " ms");
    List<Long> times = browsers.stream().map(WebSocketWire::endedAt).sorted().toList();
    long spread = (times.get(times.size() - 1) - times.get(0)) / 1_000_000;
    assertTrue(spread >= SPREAD.toMillis() / 3, "all within " + spread + " ms");
    TestSystem.await("nobody is left", () -> gateway.gateway().browsers() == 0);
    gateway.awaitReady();
    try (RawClient again = gateway.browser().connect311("browser-0")) {
      again.expectNothing();
    }
  }

  @Test
  void whileTheCoreCannotBeReachedUpgradesAreRefusedAndServedRightAfter() {
    relay.refuse();
    TestSystem.await("the links are gone", () -> !gateway.gateway().isReady());

    assertEquals(503, WebSocketWire.attempt(gateway.httpPort(), "/mqtt"));

    relay.mend();
    gateway.awaitReady();
    try (RawClient browser = gateway.browser().connect311("after")) {
      browser.expectNothing();
    }
  }

  /** {@code -Dlink.cuts=200} makes it long. */
  @Test
  void cutsUnderLoadLeakNothing() {
    cut(Integer.getInteger("link.cuts", 10));
  }

  /** Browsers with QoS 0 and 1 under load lose their link again and again. */
  private void cut(int times) {
    byte[] publish = Packets.publish311("load", "x".repeat(5000));
    for (int i = 0; i < times; i++) {
      gateway.awaitReady();
      List<RawClient> browsers = new ArrayList<>();
      for (int b = 0; b < BROWSERS; b++) {
        RawClient browser = gateway.browser().connect311("load-" + b);
        browsers.add(browser.subscribe("load", b % 2));
      }
      for (int m = 0; m < 50; m++) {
        device.send(publish);
        browsers.get(m % BROWSERS).trySend(publish);
      }
      relay.reset();
      TestSystem.await("nobody is left", () -> gateway.gateway().browsers() == 0);
      browsers.forEach(RawClient::close);
    }

    assertEquals(0, gateway.gateway().queuedBytes());
    awaitSys("clients/total", "2"); // The device, and who asks.
    awaitSys("subscriptions/count", "2");
    device.expectNothing();
    gateway.awaitReady();
    try (RawClient last = gateway.browser().connect311("last").subscribe("load", 0)) {
      device.send(publish);
      last.expect(publish).expectNothing();
    }
  }

  /** What the core tells about itself comes to this value. */
  private void awaitSys(String name, String expected) {
    String topic = "$SYS/broker/" + name;
    try (RawClient asking = core.client().connect311("asking").subscribe(topic, 0)) {
      TestSystem.await(
          name + ": " + expected,
          () -> {
            byte[] publish = asking.read();
            int from = 4 + topic.length();
            return expected.equals(new String(publish, from, publish.length - from));
          });
    }
  }

  /** Nobody says a word; the ends find out by the pings that aren't answered. */
  @Test
  @Tag("long")
  void aLinkThatSwallowsEverythingIsGivenUpByBothEnds() {
    List<WebSocketWire> browsers = browsersWithWills();
    long began = System.nanoTime();
    relay.swallow();

    TestSystem.await(
        "the gateway gives its links up",
        Duration.ofSeconds(25),
        () -> !gateway.gateway().isReady());
    relay.reset();
    relay.mend();

    for (WebSocketWire browser : browsers) {
      assertTrue(browser.end().startsWith("1012 "), browser.end());
    }
    assertEquals(names(), wills());
    long seconds = (System.nanoTime() - began) / 1_000_000_000;
    assertTrue(seconds >= 10 && seconds < 35, seconds + " s");
    gateway.awaitReady();
  }

  private List<WebSocketWire> browsersWithWills() {
    List<WebSocketWire> wires = new ArrayList<>();
    for (int i = 0; i < BROWSERS; i++) {
      WebSocketWire wire = gateway.webSocket();
      byte[] will = Packets.fields("will/browser-" + i, "gone");
      new RawClient(wire)
          .send(Packets.connect311("browser-" + i, 0x06, 60, will))
          .expect("20 02 00 00");
      wires.add(wire);
    }
    return wires;
  }

  private static TreeSet<String> names() {
    TreeSet<String> names = new TreeSet<>();
    for (int i = 0; i < BROWSERS; i++) {
      names.add("will/browser-" + i);
    }
    return names;
  }

  private TreeSet<String> wills() {
    TreeSet<String> topics = new TreeSet<>();
    for (int i = 0; i < BROWSERS; i++) {
      byte[] publish = device.read();
      int length = (publish[2] & 0xFF) << 8 | publish[3] & 0xFF;
      topics.add(new String(publish, 4, length, StandardCharsets.US_ASCII));
    }
    return topics;
  }
}
