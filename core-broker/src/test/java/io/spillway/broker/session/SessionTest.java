package io.spillway.broker.session;

import static io.spillway.broker.session.World.filter;
import static io.spillway.broker.session.World.message;
import static io.spillway.broker.session.World.retained;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.routing.Statistics.Counter;
import io.spillway.broker.routing.Statistics.Drop;
import io.spillway.broker.session.World.TestClient;
import io.spillway.broker.store.MemoryStore;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import io.spillway.mqtt.TopicFilter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries, acknowledgements and subscriptions, with one home and with two. */
final class SessionTest {
  private final World world = new World(2);
  private final TestClient publisher = world.client("publisher", 0).connected();

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aMessageReachesItsSubscriberOnAnyHome(int home) {
    TestClient subscriber = world.client("subscriber", home).connected().subscribed("a/+", 0);

    publisher.publish("a/b", "hello");

    assertEquals(List.of("PUBLISH a/b hello q0"), subscriber.log());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void messagesOfOnePublisherArriveInOrder(int home) {
    TestClient subscriber = world.client("subscriber", home).connected().subscribed("t", 0);

    for (int i = 0; i < 5; i++) {
      int number = i;
      publisher.actNow(session -> Passing.publish(session, message("t", "" + number, 0), 0, false));
    }
    world.run();

    assertEquals(
        List.of(
            "PUBLISH t 0 q0",
            "PUBLISH t 1 q0",
            "PUBLISH t 2 q0",
            "PUBLISH t 3 q0",
            "PUBLISH t 4 q0"),
        subscriber.log());
  }

  @Test
  void qos1IsAcknowledgedAndPacketIdentifiersCountFromOne() {
    TestClient subscriber = world.client("subscriber", 1).connected().subscribed("t", 1);

    publisher.publish(message("t", "a", 1), 7).publish(message("t", "b", 1), 8);

    assertEquals(List.of("PUBACK #7", "PUBACK #8"), publisher.log());
    assertEquals(List.of("PUBLISH t a q1 #1", "PUBLISH t b q1 #2"), subscriber.log());
    assertEquals(2, world.count(Counter.INFLIGHT));
    subscriber.act(session -> session.puback(1, ReasonCode.SUCCESS));
    assertEquals(1, world.count(Counter.INFLIGHT));
  }

  @Test
  void nobodySubscribedIsSaidInMqtt5() {
    publisher.publish(message("t", "a", 1), 7);

    assertEquals(List.of("PUBACK #7 NO_MATCHING_SUBSCRIBERS"), publisher.log());
  }

  @Test
  void qos2GoesThroughItsFourPackets() {
    TestClient subscriber = world.client("subscriber", 1).connected().subscribed("t", 2);

    publisher.publish(message("t", "a", 2), 7);
    assertEquals(List.of("PUBREC #7"), publisher.log());
    publisher.act(session -> session.pubrel(7, ReasonCode.SUCCESS));
    assertEquals(List.of("PUBCOMP #7"), publisher.log());

    assertEquals(List.of("PUBLISH t a q2 #1"), subscriber.log());
    subscriber.act(session -> session.pubrec(1, ReasonCode.SUCCESS));
    assertEquals(List.of("PUBREL #1"), subscriber.log());
    subscriber.act(session -> session.pubcomp(1, ReasonCode.SUCCESS));
    assertEquals(0, world.count(Counter.INFLIGHT));
  }

  @Test
  void aRepeatedQos2MessageIsDeliveredOnce() {
    TestClient subscriber = world.client("subscriber", 1).connected().subscribed("t", 0);

    publisher.publish(message("t", "a", 2), 7).publish(message("t", "a", 2), 7);

    assertEquals(List.of("PUBREC #7", "PUBREC #7"), publisher.log());
    assertEquals(List.of("PUBLISH t a q0"), subscriber.log());
  }

  @Test
  void unknownPacketIdentifiersAreAnsweredInMqtt5() {
    publisher.act(session -> session.pubrel(9, ReasonCode.SUCCESS));
    publisher.act(session -> session.pubrec(9, ReasonCode.SUCCESS));
    publisher.act(session -> session.puback(9, ReasonCode.SUCCESS));
    publisher.act(session -> session.pubcomp(9, ReasonCode.SUCCESS));

    assertEquals(
        List.of("PUBCOMP #9 PACKET_IDENTIFIER_NOT_FOUND", "PUBREL #9 PACKET_IDENTIFIER_NOT_FOUND"),
        publisher.log());
  }

  @Test
  void theInflightWindowIsTheReceiveMaximum() {
    TestClient subscriber =
        world.client("s", 1).with(r -> r.receiveMaximum(2)).connected().subscribed("t", 1);

    for (int i = 1; i <= 4; i++) {
      publisher.publish(message("t", "" + i, 1), i);
    }
    assertEquals(List.of("PUBLISH t 1 q1 #1", "PUBLISH t 2 q1 #2"), subscriber.log());

    subscriber.act(session -> session.puback(1, ReasonCode.SUCCESS));
    assertEquals(List.of("PUBLISH t 3 q1 #3"), subscriber.log());
  }

  @Test
  void anUnwritableConnectionKeepsItsMessagesWaiting() {
    TestClient subscriber = world.client("s", 1).connected().subscribed("t", 1);
    subscriber.connection.writable = false;
    subscriber.connection.writableForQos0 = false;

    publisher.publish(message("t", "one", 1), 1).publish("t", "zero");
    assertEquals(List.of(), subscriber.log());

    subscriber.connection.writable = true;
    subscriber.connection.writableForQos0 = true;
    subscriber.act(Session::writable);
    assertEquals(List.of("PUBLISH t zero q0", "PUBLISH t one q1 #1"), subscriber.log());
  }

  @Test
  void qos0ForASlowConnectionIsBoundedAndTheOldestGo() {
    World small = new World(1, 1, new MemoryStore(), limits(1000, 600), 1000);
    TestClient sender = small.client("p", 0).connected();
    TestClient slow = small.client("s", 0).connected().subscribed("t", 0);
    slow.connection.writableForQos0 = false;

    for (int i = 0; i < 100; i++) {
      sender.publish("t", "" + i);
    }
    slow.connection.writableForQos0 = true;
    slow.act(Session::writable);

    List<String> log = slow.log();
    assertTrue(log.size() < 20, log::toString);
    assertEquals("PUBLISH t 99 q0", log.get(log.size() - 1));
    assertEquals(100 - log.size(), small.count(Counter.PUBLISH_MESSAGES_DROPPED));
  }

  @Test
  void aFullQueueDropsTheNewestAndSaysSo() {
    World small = new World(1, 1, new MemoryStore(), limits(3, 1 << 20), 1000);
    TestClient sender = small.client("p", 0).connected();
    TestClient absent = small.client("s", 0).with(r -> r.persistent(100)).connected();
    absent.subscribed("t", 1).lose();

    for (int i = 1; i <= 5; i++) {
      sender.publish(message("t", "" + i, 1), i);
    }
    absent.connect();

    assertEquals(
        List.of("CONNACK present", "PUBLISH t 1 q1 #1", "PUBLISH t 2 q1 #2", "PUBLISH t 3 q1 #3"),
        absent.log());
    assertEquals(2, small.count(Counter.PUBLISH_MESSAGES_DROPPED));
    assertEquals(0, small.count(Counter.QUEUED_MESSAGES));
    assertEquals(0, small.count(Counter.QUEUED_BYTES));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void overlappingSubscriptionsAreServedOnceAtTheHighestQos(int home) {
    TestClient subscriber = world.client("s", home).connected();
    subscriber.subscribe(filter("a/#", 0), 3);
    subscriber.subscribe(filter("a/+", 2), 4);
    subscriber.subscribe(filter("a/b", 1), 0).log();

    publisher.publish(message("a/b", "x", 2), 1);

    assertEquals(1, subscriber.connection.log.size());
    String line = subscriber.log().get(0);
    assertTrue(line.startsWith("PUBLISH a/b x q2 #1 ["), line);
    assertTrue(line.contains("3") && line.contains("4"), line);
  }

  @Test
  void noLocalKeepsAClientsOwnMessagesFromIt() {
    TestClient client = world.client("c", 1).connected();
    client.subscribe(new SubscriptionRequest(TopicFilter.parse("t"), 0, true, false, 0), 0).log();

    client.publish("t", "own");
    publisher.publish("t", "other");

    assertEquals(List.of("PUBLISH t other q0"), client.log());
  }

  @Test
  void theRetainFlagIsKeptForThoseWhoAsked() {
    TestClient plain = world.client("c", 1).connected().subscribed("t", 0);
    TestClient asPublished = world.client("d", 1).connected();
    asPublished
        .subscribe(new SubscriptionRequest(TopicFilter.parse("t"), 0, false, true, 0), 0)
        .log();

    publisher.publish(retained("t", "x", 0), 0);

    assertEquals(List.of("PUBLISH t x q0"), plain.log());
    assertEquals(List.of("PUBLISH t x q0 retain"), asPublished.log());
  }

  @Test
  void retainedMessagesComeBeforeLiveOnes() {
    publisher.publish(retained("t/1", "kept", 1), 1);
    publisher.publish(retained("t/2", "gone", 1), 2).publish(retained("t/2", "", 1), 3);
    TestClient subscriber = world.client("s", 1).connected();

    subscriber.subscribe("t/#", 1);
    publisher.publish(message("t/1", "live", 1), 4);

    assertEquals(
        List.of(
            "SUBACK #1 [GRANTED_QOS_1]", "PUBLISH t/1 kept q1 retain #1", "PUBLISH t/1 live q1 #2"),
        subscriber.log());
  }

  @Test
  void retainHandlingDecidesWhatASubscriptionGets() {
    publisher.publish(retained("t", "kept", 0), 0);
    TestClient subscriber = world.client("s", 1).connected();
    TopicFilter topicFilter = TopicFilter.parse("t");

    subscriber.subscribe(new SubscriptionRequest(topicFilter, 0, false, false, 2), 0);
    assertEquals(1, subscriber.log().size(), "2: never");
    subscriber.subscribe(new SubscriptionRequest(topicFilter, 0, false, false, 1), 0);
    assertEquals(1, subscriber.log().size(), "1: only if new");
    subscriber.subscribe(new SubscriptionRequest(topicFilter, 0, false, false, 0), 0);
    assertEquals(2, subscriber.log().size(), "0: always");
  }

  @Test
  void manyRetainedMessagesWaitForTheConnection() {
    for (int i = 0; i < 2000; i++) {
      int number = i;
      publisher.actNow(s -> s.publish(retained("r/" + number, "x", 0), 0, false));
    }
    TestClient subscriber = world.client("s", 1).connected();
    subscriber.connection.writable = false;

    subscriber.subscribe("#", 0);
    publisher.publish("r/7", "live");
    assertEquals(1, subscriber.log().size(), "only the SUBACK");

    subscriber.connection.writable = true;
    subscriber.act(Session::writable);
    List<String> log = subscriber.log();
    assertEquals(2001, log.size());
    assertEquals("PUBLISH r/7 live q0", log.get(2000));
  }

  @Test
  void theMessageExpiryIntervalPasses() {
    TestClient absent = world.client("s", 1).with(r -> r.persistent(1000)).connected();
    absent.subscribed("t", 1).lose();
    Message shortLived = message("t", "short", 1).withExpiresAt(world.loops.nowMillis() + 10_000);
    publisher.publish(shortLived, 1).publish(message("t", "long", 1), 2);

    world.pass(Duration.ofSeconds(11));
    absent.connect();

    assertEquals(List.of("CONNACK present", "PUBLISH t long q1 #1"), absent.log());
  }

  @Test
  void aPacketLargerThanTheClientTakesIsDropped() {
    TestClient small =
        world.client("s", 1).with(r -> r.maximumPacketSize(40)).connected().subscribed("t", 1);

    publisher.publish(message("t", "x".repeat(50), 1), 1).publish(message("t", "y", 1), 2);
    publisher.publish("t", "x".repeat(50));

    assertEquals(List.of("PUBLISH t y q1 #1"), small.log());
  }

  @Test
  void theServersReceiveMaximumIsEnforced() {
    TestClient eager = world.client("e", 0).connected();

    for (int i = 1; i <= 101; i++) {
      int packetId = i;
      if (eager.connection.session != null) {
        eager.act(session -> Passing.publish(session, message("t", "x", 2), packetId, false));
      }
    }

    List<String> log = eager.log();
    assertEquals("DISCONNECT RECEIVE_MAXIMUM_EXCEEDED", log.get(log.size() - 1));
  }

  @Test
  void topicsThatStartWithADollarSignGoNowhere() {
    TestClient subscriber = world.client("s", 1).connected();
    subscriber.subscribed("$foreign/#", 0).subscribed("$SYS/#", 0);

    publisher.publish(message("$foreign/x", "a", 1), 1);
    publisher.publish(message("$SYS/broker/x", "a", 1), 2);

    assertEquals(List.of("PUBACK #1", "PUBACK #2 NOT_AUTHORIZED"), publisher.log());
    assertEquals(List.of(), subscriber.log());
  }

  @Test
  void theBrokersOwnValuesReachTheirSubscribers() {
    TestClient subscriber = world.client("s", 1).connected().subscribed("$SYS/#", 0);

    world.on(0, () -> world.router.publish(retained("$SYS/broker/uptime", "5", 0)));
    world.run();

    assertEquals(List.of("PUBLISH $SYS/broker/uptime 5 q0"), subscriber.log());
    assertEquals(1, world.router.retained().count());
  }

  @Test
  void permissionsAreAsked() {
    Permissions own =
        new Permissions() {
          @Override
          public boolean mayPublish(String topicName, int qos, boolean retain) {
            return topicName.startsWith("own/");
          }

          @Override
          public boolean maySubscribe(TopicFilter topicFilter) {
            return topicFilter.text().startsWith("own/");
          }

          @Override
          public boolean mayReceive(String topicName) {
            return !topicName.endsWith("secret");
          }
        };
    TestClient client = world.client("c", 1).with(r -> r.permissions(own)).connected();

    client.subscribe("other/#", 0).subscribe("own/#", 0);
    client.publish(message("other/x", "a", 1), 1);
    publisher.publish("own/secret", "a").publish("own/open", "b");

    assertEquals(
        List.of(
            "SUBACK #1 [NOT_AUTHORIZED]",
            "SUBACK #1 [SUCCESS]",
            "PUBACK #1 NOT_AUTHORIZED",
            "PUBLISH own/open b q0"),
        client.log());
    for (Drop cause : Drop.values()) {
      assertEquals(0, world.dropped(cause), "what a client isn't due wasn't dropped");
    }
  }

  @Test
  void unsubscribingAnswersForEachFilter() {
    TestClient client = world.client("c", 1).connected().subscribed("t", 0);

    client.unsubscribe("t").unsubscribe("t");
    publisher.publish("t", "x");

    assertEquals(
        List.of("UNSUBACK #2 [SUCCESS]", "UNSUBACK #2 [NO_SUBSCRIPTION_EXISTED]"), client.log());
    assertEquals(0, world.count(Counter.SUBSCRIPTIONS));
    assertEquals(0, world.router.subscriptions().filters());
  }

  @Test
  void aFullHomePausesPublishersUntilThereIsRoom() {
    World narrow = new World(2, 1, new MemoryStore(), SessionLimits.DEFAULT, 3);
    TestClient sender = narrow.client("p", 0).connected();
    TestClient subscriber = narrow.client("s", 1).connected().subscribed("t", 0);

    for (int i = 0; i < 5; i++) {
      sender.actNow(session -> Passing.publish(session, message("t", "x", 0), 0, false));
    }
    assertTrue(sender.connection.paused);
    narrow.run();

    assertFalse(sender.connection.paused);
    assertEquals(5, subscriber.log().size(), "nothing is lost at the limit");
  }

  @Test
  void mqtt3ClientsGetNoReasonCodes() {
    TestClient old =
        world.client("old", 0).with(r -> r.version(ProtocolVersion.MQTT_3_1_1)).connected();

    old.publish(message("t", "x", 1), 1);
    old.act(session -> session.pubrel(9, ReasonCode.SUCCESS));

    assertEquals(List.of("PUBACK #1", "PUBCOMP #9"), old.log());
  }

  static SessionLimits limits(int maxQueuedMessages, long maxQueuedQos0Bytes) {
    return new SessionLimits(
        20,
        100,
        maxQueuedMessages,
        1 << 20,
        maxQueuedQos0Bytes,
        SessionLimits.QueueFull.DROP_NEWEST,
        1000,
        1000);
  }
}
