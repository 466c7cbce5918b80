package io.spillway.broker.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.mqtt.Message;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import io.spillway.mqtt.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Plays the same random script twice, with clients on links that multicast and with clients on
 * sockets: every client gets the same packets in the same order. The script has all that could
 * tell: overlapping filters, No Local, subscription identifiers, both versions, QoS 0 to 2,
 * retained messages before live ones, Retain As Published, connections that are full for a while,
 * new subscriptions, unsubscriptions and take-overs while messages are on their way, rules about
 * who may receive what, which change, and small maximum packet sizes.
 */
class MulticastDifferenceTest {
  private static final int HOMES = 2;
  private static final int CLIENTS = 300;
  private static final int STEPS = 800;
  private static final String[] FILTERS = {"a/#", "a/1", "b/+", "b/2", "c", "#"};
  private static final String[] RULES = {"read c", "deny a/2", "deny b/2"};
  private static final TestRules.Edition FIRST_RULES = new TestRules.Edition(RULES[0]);
  private static final String[] TOPICS = {"a/1", "a/2", "b/1", "b/2", "c"};

  @RepeatedTest(12)
  void everybodyReceivesTheSame(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();

    Script alone = new Script(seed, false).play();
    Script together = new Script(seed, true).play();

    int multicasts = Arrays.stream(together.links).mapToInt(link -> link.packets).sum();
    assertTrue(multicasts > 50, multicasts + " multicasts");
    for (String client : alone.received.keySet()) {
      assertEquals(alone.qos0(client), together.qos0(client), client + " at QoS 0");
      assertEquals(alone.others(client), together.others(client), client);
    }
  }

  private static final class Script {
    /** By client identifier: all that its connections were sent, one after the other. */
    final Map<String, List<TestConnection>> received = new LinkedHashMap<>();

    private final Random random;
    private final World world;
    private final TestLink[] links = new TestLink[2 * HOMES];
    private final List<World.TestClient> clients = new ArrayList<>();

    /** Of every fourth client. */
    private final List<TestRules> rules = new ArrayList<>();

    private int published;
    private boolean together;

    Script(long seed, boolean together) {
      this.random = new Random(seed);
      this.together = together;
      world = new World(HOMES);
      for (int i = 0; i < links.length; i++) {
        links[i] = new TestLink();
      }
      for (int i = 0; i < CLIENTS; i++) {
        boolean mqtt5 = random.nextInt(4) > 0;
        boolean small = random.nextInt(20) == 0;
        String id = "client-" + i;
        World.TestClient client = world.client(id, random.nextInt(HOMES));
        client.with(
            request ->
                request
                    .version(mqtt5 ? ProtocolVersion.MQTT_5 : ProtocolVersion.MQTT_3_1_1)
                    .maximumPacketSize(small ? 10 : Integer.MAX_VALUE));
        if (i % 4 == 0) {
          TestRules own = new TestRules(FIRST_RULES, "read #");
          rules.add(own);
          client.with(request -> request.permissions(own));
        }
        clients.add(client);
        received.put(id, new ArrayList<>());
        connect(i);
      }
    }

    Script play() {
      for (int i = 0; i < CLIENTS; i++) {
        subscribe(i, mostly());
      }
      for (int step = 0; step < STEPS; step++) {
        step(random.nextInt(100));
      }
      clients.forEach(this::open);
      world.run();
      return this;
    }

    private void step(int dice) {
      int who = random.nextInt(CLIENTS);
      if (dice < 60) {
        publish(who);
      } else if (dice < 62) {
        subscribe(who, FILTERS[random.nextInt(FILTERS.length)]);
      } else if (dice < 66) {
        subscribe(who, FILTERS[0]);
      } else if (dice < 69) {
        TopicFilter filter = TopicFilter.parse(mostly());
        clients.get(who).actNow(session -> session.unsubscribe(2, List.of(filter)));
      } else if (dice < 73) {
        connect(who);
        subscribe(who, mostly());
      } else if (dice < 80) {
        clients.get(who).connection.writable = false;
        clients.get(who).connection.writableForQos0(false);
      } else if (dice < 85) {
        open(clients.get(who));
      } else if (dice < 86) {
        readRulesAgain();
      } else if (dice < 95) {
        world.loops.turn();
      } else {
        world.run();
      }
    }

    private void connect(int who) {
      World.TestClient client = clients.get(who);
      world.run();
      if (client.connection != null) {
        open(client);
      }
      TestConnection made = new TestConnection(world.home(client.home));
      TestLink link = links[2 * client.home + (who % 10 == 0 ? 1 : 0)];
      made.link = together ? link : null;
      client.connectWith(made);
      received.get("client-" + who).add(made);
    }

    private String mostly() {
      int dice = random.nextInt(20);
      return dice < 10 ? "a/#" : dice < 16 ? "a/1" : FILTERS[random.nextInt(FILTERS.length)];
    }

    /** By all at once, as from a file; what is published next makes everybody look. */
    private void readRulesAgain() {
      world.run();
      TestRules.Edition edition = new TestRules.Edition(RULES[random.nextInt(RULES.length)]);
      for (TestRules own : rules) {
        own.lines(random.nextInt(3) == 0 ? "read a/2" : "read #");
        own.edition(edition);
      }
      for (String topic : new String[] {"a/1", "b/2", "c"}) {
        byte[] payload = String.valueOf(published++).getBytes(StandardCharsets.UTF_8);
        clients
            .get(0)
            .actNow(session -> Passing.publish(session, message(topic, payload), 0, false));
      }
      world.run();
      // Groups have been sorted, or not: in turns that only one of the two scripts has.
      world.loops.orderBy(random.nextLong());
    }

    private static Message message(String topic, byte[] payload) {
      return Message.of(topic, payload, 0, false);
    }

    private void open(World.TestClient client) {
      TestConnection connection = client.connection;
      connection.writable = true;
      connection.writableForQos0(true);
      if (connection.session != null) {
        client.actNow(Session::writable);
      }
    }

    private void subscribe(int who, String topicFilter) {
      boolean odd = random.nextInt(8) == 0;
      SubscriptionRequest request =
          new SubscriptionRequest(
              TopicFilter.parse(topicFilter),
              random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0,
              odd && random.nextBoolean(),
              random.nextInt(5) == 0,
              random.nextInt(3));
      int identifier = odd && random.nextBoolean() ? 7 : 0;
      clients.get(who).actNow(session -> session.subscribe(1, List.of(request), identifier));
    }

    private void publish(int who) {
      String topic = TOPICS[random.nextInt(TOPICS.length)];
      int qos = random.nextInt(4) == 0 ? 1 : 0;
      byte[] payload = String.valueOf(published++).getBytes(StandardCharsets.UTF_8);
      Message message = Message.of(topic, payload, qos, random.nextInt(8) == 0);
      int packetId = qos == 0 ? 0 : 1 + published % 60_000;
      clients.get(who).actNow(session -> Passing.publish(session, message, packetId, false));
      acknowledge();
    }

    /** Clients answer what they got with QoS 1 or 2, so that their windows stay open. */
    private void acknowledge() {
      for (World.TestClient client : clients) {
        TestConnection connection = client.connection;
        for (int i = connection.answered; i < connection.log.size(); i++) {
          String line = connection.log.get(i);
          int id = line.startsWith("PUB") ? packetId(line) : 0;
          if (id != 0 && line.contains(" q1")) {
            client.actNow(session -> session.puback(id, ReasonCode.SUCCESS));
          } else if (id != 0 && line.contains(" q2")) {
            client.actNow(session -> session.pubrec(id, ReasonCode.SUCCESS));
          } else if (id != 0 && line.startsWith("PUBREL")) {
            client.actNow(session -> session.pubcomp(id, ReasonCode.SUCCESS));
          }
        }
        connection.answered = connection.log.size();
      }
    }

    private static int packetId(String line) {
      int at = line.indexOf('#');
      return at < 0 ? 0 : Integer.parseInt(line.substring(at + 1).split(" ")[0]);
    }

    List<String> qos0(String client) {
      return lines(client).stream().filter(Script::isQos0).toList();
    }

    List<String> others(String client) {
      return lines(client).stream().filter(line -> !isQos0(line)).toList();
    }

    private static boolean isQos0(String line) {
      return line.startsWith("PUBLISH") && line.contains(" q0");
    }

    private List<String> lines(String client) {
      List<String> lines = new ArrayList<>();
      received.get(client).forEach(connection -> lines.addAll(connection.log));
      return lines;
    }
  }
}
