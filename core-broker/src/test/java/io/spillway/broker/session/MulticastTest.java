package io.spillway.broker.session;

import static io.spillway.broker.session.World.filter;
import static io.spillway.broker.session.World.message;
import static io.spillway.broker.session.World.retained;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.routing.Statistics.Counter;
import io.spillway.broker.session.World.TestClient;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import io.spillway.mqtt.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One packet for many, and nobody can tell the difference. */
final class MulticastTest {
  private final World world = new World(2);
  private final TestLink link = new TestLink();
  private final TestClient publisher = world.client("publisher", 0).connected();

  @Test
  void eightAlikeAreServedByOnePacket() {
    List<TestClient> browsers = browsers(10, "t");

    publisher.publish("t", "x");

    assertEquals(1, link.groups);
    assertEquals(1, link.packets);
    browsers.forEach(browser -> assertEquals(List.of("PUBLISH t x q0"), browser.log()));
    assertEquals(10, world.count(Counter.PUBLISH_MESSAGES_SENT));
    assertEquals(10, world.count(Counter.SUBSCRIPTIONS));
  }

  @Test
  void eachOfThemIsSeenToHaveGotWhatItWasServed() {
    List<TestClient> browsers = browsers(8, "t");
    TestClient slow = browsers.get(3);
    slow.subscribed("other", 0);
    publisher.publish("t", "1");
    slow.connection.writableForQos0(false);
    publisher.publish("other", "queued, so what follows for this one is queued too");
    publisher.publish("t", "22");
    slow.connection.writableForQos0(true);
    slow.act(Session::writable);
    browsers.get(7).unsubscribe("t");
    publisher.publish("t", "333");

    assertEquals(List.of(3L, 6L), groupCounts(browsers.get(0)));
    assertEquals(List.of(2L, 4L), groupCounts(slow), "what was queued its connection counts");
    assertEquals(List.of(2L, 3L), groupCounts(browsers.get(7)));
    assertEquals(List.of(0L, 0L), groupCounts(publisher));
  }

  /** Packets, and bytes as the link counts them here. */
  private List<Long> groupCounts(TestClient client) {
    List<Long> counts = new ArrayList<>();
    client.act(
        session ->
            session.view(
                view -> {
                  counts.add(view.connection().packetsSent());
                  counts.add(view.connection().bytesSent());
                }));
    return counts;
  }

  @Test
  void aGroupDissolvesWhenItDoesntPay() {
    List<TestClient> browsers = browsers(8, "t");

    browsers.subList(0, 5).forEach(TestClient::lose);
    publisher.publish("t", "x");

    assertEquals(0, link.groups);
    assertEquals(0, link.packets);
    assertEquals(List.of("PUBLISH t x q0"), browsers.get(7).log());
    browsers.subList(5, 8).forEach(TestClient::lose);
    assertEquals(0, world.router.subscriptions().filters());
  }

  /** The message was matched with the group, which is gone when the message gets to its home. */
  @Test
  void aMessageOnItsWayToAGroupReachesThoseWhoAreLeftOfIt() {
    List<TestClient> browsers = browsers(8, "t");
    publisher.actNow(session -> Passing.publish(session, message("t", "x", 0), 0, false));

    browsers.subList(0, 5).forEach(browser -> browser.actNow(Session::connectionLost));
    world.run();

    assertEquals(0, link.groups);
    for (TestClient left : browsers.subList(5, 8)) {
      assertEquals(List.of("PUBLISH t x q0"), left.log());
    }
  }

  @Test
  void whoIsServedOtherwiseStaysAlone() {
    browsers(8, "t");
    TestClient identified = browser("identified");
    identified.subscribe(filter("t", 0), 7).log();
    TestClient local = browser("local");
    local.subscribe(new SubscriptionRequest(TopicFilter.parse("t"), 0, true, false, 0), 0).log();
    TestClient overlapping = browser("overlapping").subscribed("t", 0).subscribed("#", 0);
    TestClient renewable = browser("renewable", r -> r.permissions(new TestRules(null)));
    renewable.subscribed("t", 0);

    publisher.publish("t", "x");
    local.publish("t", "own");

    assertEquals(2, link.packets);
    assertEquals(List.of("PUBLISH t x q0 [7]", "PUBLISH t own q0 [7]"), identified.log());
    assertEquals(List.of("PUBLISH t x q0"), local.log());
    assertEquals(List.of("PUBLISH t x q0", "PUBLISH t own q0"), overlapping.log());
    assertEquals(List.of("PUBLISH t x q0", "PUBLISH t own q0"), renewable.log());
  }

  @Test
  void clientsWithTheSameRulesAreServedByOnePacketThatTheyMayReceive() {
    TestRules.Edition rules = new TestRules.Edition("read t/+", "deny t/secret");
    List<TestClient> browsers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      // A rule of its own for each that has nothing to do with the filter.
      TestRules own = new TestRules(rules, "read own/" + i);
      browsers.add(browser("ruled-" + i, r -> r.permissions(own)).subscribed("t/#", 0));
    }

    publisher.publish("t/open", "1").publish("t/secret", "2");

    assertEquals(1, link.packets);
    assertEquals(1, link.groups);
    browsers.forEach(each -> assertEquals(List.of("PUBLISH t/open 1 q0"), each.log()));
  }

  @Test
  void whenTheRulesAreReadAgainEachMemberReceivesWhatItMayFromThatMessageOn() {
    TestRules.Edition rules = new TestRules.Edition("read t");
    List<TestRules> each = new ArrayList<>();
    List<TestClient> browsers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      TestRules own = new TestRules(rules);
      each.add(own);
      browsers.add(browser("ruled-" + i, r -> r.permissions(own)).subscribed("t", 0));
    }
    publisher.publish("t", "before");
    browsers.forEach(browser -> assertEquals(List.of("PUBLISH t before q0"), browser.log()));

    TestRules.Edition changed = new TestRules.Edition("read t");
    each.forEach(own -> own.edition(changed));
    each.subList(0, 10).forEach(own -> own.lines("deny t"));
    publisher.publish("t", "after").publish("t", "later");

    for (TestClient browser : browsers.subList(0, 10)) {
      assertEquals(List.of(), browser.log());
    }
    for (TestClient browser : browsers.subList(10, 20)) {
      assertEquals(List.of("PUBLISH t after q0", "PUBLISH t later q0"), browser.log());
    }
    assertEquals(2, link.groups);
    assertEquals(2, link.packets);
  }

  @Test
  void aPacketLargerThanItsClientsTakeReachesNoneOfThem() {
    List<TestClient> browsers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      browsers.add(browser("small-" + i, r -> r.maximumPacketSize(100)).subscribed("t", 0));
    }

    publisher.publish("t", "x").publish("t", "x".repeat(100));

    assertEquals(1, link.packets);
    browsers.forEach(browser -> assertEquals(List.of("PUBLISH t x q0"), browser.log()));
  }

  @Test
  void manyFiltersThatDontOverlapAreServedByOnePacketEach() {
    List<TestClient> browsers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      TestClient browser = browser("page-" + i).subscribed("$SYS/#", 0);
      for (int topic = 0; topic < 50; topic++) {
        browser.subscribed("sensor/" + topic, 0);
      }
      browsers.add(browser.subscribed("alarm/+", 0));
    }

    publisher.publish("sensor/49", "x").publish("alarm/1", "y");

    assertEquals(2, link.packets);
    browsers.forEach(
        browser ->
            assertEquals(List.of("PUBLISH sensor/49 x q0", "PUBLISH alarm/1 y q0"), browser.log()));
  }

  @Test
  void aSlowMemberGetsItsMessagesBehindThoseThatWait() {
    List<TestClient> browsers = browsers(8, "t");
    TestClient slow = browsers.get(3);
    slow.subscribed("other", 0);
    slow.connection.writableForQos0(false);
    publisher.publish("other", "first");

    publisher.publish("t", "second");
    assertEquals(List.of(), slow.log());
    slow.connection.writableForQos0(true);
    slow.act(Session::writable);
    publisher.publish("t", "third");

    assertEquals(
        List.of("PUBLISH other first q0", "PUBLISH t second q0", "PUBLISH t third q0"), slow.log());
    assertEquals(2, link.packets);
  }

  /** The same script, once with a link and once without: every client receives the same. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void groupedOrOneByOneEveryClientReceivesTheSame(long seed) {
    TestLink grouped = new TestLink();

    Map<String, List<String>> together = play(seed, grouped);
    Map<String, List<String>> oneByOne = play(seed, null);

    assertTrue(grouped.packets > 20, () -> "multicast packets: " + grouped.packets);
    assertEquals(oneByOne, together);
  }

  private static Map<String, List<String>> play(long seed, TestLink testLink) {
    Random random = new Random(seed);
    World played = new World(2);
    Map<String, List<String>> received = new TreeMap<>();
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ProtocolVersion version = i % 7 == 0 ? ProtocolVersion.MQTT_3_1_1 : ProtocolVersion.MQTT_5;
      TestClient client = played.client("c" + i, i % 2).with(r -> r.version(version)).connected();
      clients.add(client);
      received.put("c" + i, new ArrayList<>());
    }
    List<TestLink> links = new ArrayList<>();
    links.add(testLink);
    links.add(testLink == null ? null : new TestLink());
    for (int step = 0; step < 1500; step++) {
      int number = random.nextInt(clients.size());
      TestClient client = clients.get(number);
      client.connection.link = links.get(number % 2);
      step(random, client, step);
      client.connection.link = links.get(number % 2);
    }
    for (int i = 0; i < clients.size(); i++) {
      clients.get(i).connection.writableForQos0(true);
      clients.get(i).connection.writable = true;
      clients.get(i).act(Session::writable);
      received.get("c" + i).addAll(clients.get(i).log());
    }
    return received;
  }

  private static void step(Random random, TestClient client, int step) {
    String topicName = "t/" + (random.nextInt(10) < 8 ? 0 : random.nextInt(3));
    int dice = random.nextInt(100);
    if (dice < 45) {
      client.publish("t/" + random.nextInt(2), "" + step);
    } else if (dice < 50) {
      client.publish(message(topicName, "" + step, 1), 1 + step);
    } else if (dice < 55) {
      client.publish(retained(topicName, "" + step, 0), 0);
    } else if (dice < 86) {
      subscribe(random, client, topicName);
    } else if (dice < 91) {
      client.unsubscribe(topicName);
    } else if (dice < 94) {
      client.connection.writableForQos0(random.nextBoolean());
      client.connection.writable = client.connection.writableForQos0;
      client.act(Session::writable);
    } else if (dice < 97) {
      reconnect(client);
    } else {
      client.act(session -> session.puback(1, ReasonCode.SUCCESS));
    }
  }

  private static void subscribe(Random random, TestClient client, String topicName) {
    int dice = random.nextInt(40);
    SubscriptionRequest request =
        new SubscriptionRequest(
            TopicFilter.parse(dice == 0 ? "t/#" : topicName),
            random.nextInt(8) == 0 ? 1 : 0,
            dice == 1,
            dice == 2,
            random.nextInt(3));
    client.subscribe(request, dice == 3 ? 5 : 0);
  }

  /** The log goes on in the new connection, so that all of it is compared. */
  private static void reconnect(TestClient client) {
    List<String> before = client.log();
    MulticastLink at = client.connection.link;
    client.lose().connect();
    client.connection.link = at;
    client.connection.log.addAll(0, before);
  }

  private List<TestClient> browsers(int count, String topicFilter) {
    List<TestClient> browsers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      browsers.add(browser("browser-" + i).subscribed(topicFilter, 0));
    }
    return browsers;
  }

  private TestClient browser(String clientId) {
    return browser(clientId, request -> {});
  }

  private TestClient browser(String clientId, Consumer<RequestBuilder> settings) {
    TestClient browser = world.client(clientId, 1).with(settings).connected();
    browser.connection.link = link;
    return browser;
  }
}
