package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The walk that Mosquitto's users know: a desktop explorer over ws://, with a library of its own.
 */
class ArticleWalkTest {

  @Test
  void anExplorerSeesSysPublishesAndAnotherSeesIt() throws Exception {
    try (TestSystem system = TestSystem.start("broker.sys-interval = 1s")) {
      Mqtt3BlockingClient explorer = explorer(system, "mqtt-explorer-079b58b5");
      Mqtt3BlockingClient another = explorer(system, "mqtt-explorer-another");
      try (Mqtt3BlockingClient.Mqtt3Publishes seen =
              explorer.publishes(MqttGlobalPublishFilter.ALL);
          Mqtt3BlockingClient.Mqtt3Publishes seenByAnother =
              another.publishes(MqttGlobalPublishFilter.ALL)) {
        explorer.connectWith().cleanSession(true).keepAlive(60).send();
        system.awaitLog("as mqtt-explorer-079b58b5 (p2, c1, k60).");
        another.connect();
        another.subscribeWith().topicFilter("TestTopic").send();

        explorer.subscribeWith().topicFilter("#").send();
        explorer.subscribeWith().topicFilter("$SYS/#").send();
        Mqtt3Publish sys = seen.receive(10, TimeUnit.SECONDS).orElseThrow();
        assertTrue(sys.getTopic().toString().startsWith("$SYS/broker/"), sys.toString());

        explorer
            .publishWith()
            .topic("TestTopic")
            .qos(MqttQos.AT_MOST_ONCE)
            .payload("A message".getBytes(StandardCharsets.UTF_8))
            .send();
        awaitTestTopic(seenByAnother);
        awaitTestTopic(seen);

        explorer.disconnect();
        system.awaitLog("Client mqtt-explorer-079b58b5 disconnected.");
        another.disconnect();
      }
    }
  }

  @Test
  void listenersOnEveryAddressSaySoInMosquittosLines() {
    String everywhere =
        """
        broker.listeners.tcp.host = "*"
        broker.auth.allow-anonymous = yes
        gateway.listeners.http.host = "*"
        """;
    try (TestSystem system = TestSystem.start(everywhere)) {
      int tcp = system.tcpPort();
      system.awaitLog("Opening ipv4 listen socket on port %d.".formatted(tcp));
      system.awaitLog("Opening ipv6 listen socket on port %d.".formatted(tcp));
      system.awaitLog("Opening websockets listen socket on port %d.".formatted(system.httpPort()));
      int coreAdmin = system.process().broker().adminPort();
      int gatewayAdmin = system.process().gateway().adminPort();
      system.awaitLog("Opening admin listen socket on port %d.".formatted(coreAdmin));
      system.awaitLog("Opening admin listen socket on port %d.".formatted(gatewayAdmin));
    }
  }

  private static Mqtt3BlockingClient explorer(TestSystem system, String clientId) {
    return MqttClient.builder()
        .useMqttVersion3()
        .identifier(clientId)
        .serverHost("localhost")
        .serverPort(system.httpPort())
        .webSocketConfig()
        .serverPath("mqtt")
        .applyWebSocketConfig()
        .buildBlocking();
  }

  private static void awaitTestTopic(Mqtt3BlockingClient.Mqtt3Publishes publishes)
      throws InterruptedException {
    Mqtt3Publish publish;
    do {
      publish = publishes.receive(10, TimeUnit.SECONDS).orElseThrow();
    } while (!publish.getTopic().toString().equals("TestTopic"));
    assertTrue(new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8).equals("A message"));
  }
}
