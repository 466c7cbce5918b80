package io.spillway.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.spillway.testing.TestBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One scenario, played by clients that others have written: connect with a will and a session to
 * keep, find a retained message, exchange one of each QoS, go.
 */
class OtherClientsTest {
  private static final long PATIENCE_SECONDS = 20;

  private static TestBroker broker;

  /** What a client received, as {@code topic payload QoS}. */
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() {
    broker = TestBroker.start();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private void received(String topic, byte[] payload, int qos) {
    received.add(topic + " " + new String(payload, UTF_8) + " " + qos);
  }

  private void expectAll(String root) throws InterruptedException {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String next = received.poll(PATIENCE_SECONDS, SECONDS);
      assertNotNull(next, "after " + all);
      all.add(next);
    }
    assertEquals(
        List.of(root + "/kept kept 1", root + "/q zero 0", root + "/q one 1", root + "/q two 2"),
        all);
  }

  @Test
  void pahoForVersion3() throws Exception {
    String uri = "tcp://127.0.0.1:" + broker.broker().tcpPort();
    MqttConnectOptions options = new MqttConnectOptions();
    options.setCleanSession(false);
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setWill("paho3/will", "gone".getBytes(UTF_8), 1, false);
    MqttClient client = new MqttClient(uri, "paho3", new MemoryPersistence());
    try {
      client.connect(options);
      client.publish("paho3/kept", "kept".getBytes(UTF_8), 1, true);
      client.subscribe(
          "paho3/#",
          2,
          (topic, message) -> received(topic, message.getPayload(), message.getQos()));
      assertEquals("paho3/kept kept 1", received.poll(PATIENCE_SECONDS, SECONDS));
      received.add("paho3/kept kept 1");
      client.publish("paho3/q", "zero".getBytes(UTF_8), 0, false);
      client.publish("paho3/q", "one".getBytes(UTF_8), 1, false);
      client.publish("paho3/q", "two".getBytes(UTF_8), 2, false);

      expectAll("paho3");
      client.disconnect();
    } finally {
      client.close(true);
    }
  }

  @Test
  void pahoForVersion5() throws Exception {
    String uri = "tcp://127.0.0.1:" + broker.broker().tcpPort();
    var options = new org.eclipse.paho.mqttv5.client.MqttConnectionOptions();
    options.setSessionExpiryInterval(60L);
    options.setRequestProblemInfo(true);
    options.setWill(
        "paho5/will",
        new org.eclipse.paho.mqttv5.common.MqttMessage("gone".getBytes(UTF_8), 1, false, null));
    var client =
        new org.eclipse.paho.mqttv5.client.MqttClient(
            uri, "paho5", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
    client.setCallback(new Paho5Callback());
    client.connect(options);
    client.publish("paho5/kept", "kept".getBytes(UTF_8), 1, true);
    client.subscribe("paho5/#", 2);
    assertEquals("paho5/kept kept 1", received.poll(PATIENCE_SECONDS, SECONDS));
    received.add("paho5/kept kept 1");
    client.publish("paho5/q", "zero".getBytes(UTF_8), 0, false);
    client.publish("paho5/q", "one".getBytes(UTF_8), 1, false);
    client.publish("paho5/q", "two".getBytes(UTF_8), 2, false);

    expectAll("paho5");
    client.disconnect();
    client.close();
  }

  private final class Paho5Callback implements org.eclipse.paho.mqttv5.client.MqttCallback {
    @Override
    public void messageArrived(String topic, org.eclipse.paho.mqttv5.common.MqttMessage message) {
      received(topic, message.getPayload(), message.getQos());
    }

    @Override
    public void disconnected(
        org.eclipse.paho.mqttv5.client.MqttDisconnectResponse disconnectResponse) {}

    @Override
    public void mqttErrorOccurred(org.eclipse.paho.mqttv5.common.MqttException exception) {}

    @Override
    public void deliveryComplete(org.eclipse.paho.mqttv5.client.IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(
        int reasonCode, org.eclipse.paho.mqttv5.common.packet.MqttProperties properties) {}
  }

  @Test
  void hiveMqForVersion3() throws Exception {
    Mqtt3BlockingClient client =
        Mqtt3Client.builder()
            .identifier("hive3")
            .serverHost("127.0.0.1")
            .serverPort(broker.broker().tcpPort())
            .buildBlocking();
    client
        .toAsync()
        .publishes(
            MqttGlobalPublishFilter.ALL,
            m -> received(m.getTopic().toString(), m.getPayloadAsBytes(), m.getQos().getCode()));
    client
        .connectWith()
        .cleanSession(false)
        .willPublish()
        .topic("hive3/will")
        .payload("gone".getBytes(UTF_8))
        .applyWillPublish()
        .send();
    publish3(client, "hive3/kept", "kept", 1, true);
    client.subscribeWith().topicFilter("hive3/#").qos(MqttQos.EXACTLY_ONCE).send();
    publish3(client, "hive3/q", "zero", 0, false);
    publish3(client, "hive3/q", "one", 1, false);
    publish3(client, "hive3/q", "two", 2, false);

    expectAll("hive3");
    client.disconnect();
  }

  private static void publish3(
      Mqtt3BlockingClient client, String topic, String payload, int qos, boolean retain) {
    client
        .publishWith()
        .topic(topic)
        .payload(payload.getBytes(UTF_8))
        .qos(MqttQos.fromCode(qos))
        .retain(retain)
        .send();
  }

  @Test
  void hiveMqForVersion5() throws Exception {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder()
            .identifier("hive5")
            .serverHost("127.0.0.1")
            .serverPort(broker.broker().tcpPort())
            .buildBlocking();
    client
        .toAsync()
        .publishes(
            MqttGlobalPublishFilter.ALL,
            m -> received(m.getTopic().toString(), m.getPayloadAsBytes(), m.getQos().getCode()));
    client
        .connectWith()
        .sessionExpiryInterval(60)
        .willPublish()
        .topic("hive5/will")
        .payload("gone".getBytes(UTF_8))
        .applyWillPublish()
        .send();
    publish5(client, "hive5/kept", "kept", 1, true);
    client.subscribeWith().topicFilter("hive5/#").qos(MqttQos.EXACTLY_ONCE).send();
    publish5(client, "hive5/q", "zero", 0, false);
    publish5(client, "hive5/q", "one", 1, false);
    publish5(client, "hive5/q", "two", 2, false);

    expectAll("hive5");
    client.disconnect();
  }

  private static void publish5(
      Mqtt5BlockingClient client, String topic, String payload, int qos, boolean retain) {
    client
        .publishWith()
        .topic(topic)
        .payload(payload.getBytes(UTF_8))
        .qos(MqttQos.fromCode(qos))
        .retain(retain)
        .send();
  }
}
