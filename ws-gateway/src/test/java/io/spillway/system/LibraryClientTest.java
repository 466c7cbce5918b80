package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client library of others, MQTT 5 over ws:// to MQTT 5 over TCP and back. */
class LibraryClientTest {

  @ParameterizedTest
  @EnumSource(MqttQos.class)
  void everyQualityOfServiceWorksBothWays(MqttQos qos) throws Exception {
    try (TestSystem system = TestSystem.start()) {
      Mqtt5BlockingClient browser = client("browser", system.httpPort(), true);
      Mqtt5BlockingClient device = client("device", system.tcpPort(), false);
      try (Mqtt5BlockingClient.Mqtt5Publishes atBrowser =
              browser.publishes(MqttGlobalPublishFilter.ALL);
          Mqtt5BlockingClient.Mqtt5Publishes atDevice =
              device.publishes(MqttGlobalPublishFilter.ALL)) {
        browser.connect();
        device.connect();
        browser.subscribeWith().topicFilter("down/#").qos(qos).send();
        device.subscribeWith().topicFilter("up/#").qos(qos).send();
        for (int size : new int[] {0, 100, 70_000, 1 << 20}) {
          byte[] payload = new byte[size];
          new Random(size).nextBytes(payload);

          device.publishWith().topic("down/x").qos(qos).payload(payload).send();
          browser.publishWith().topic("up/x").qos(qos).payload(payload).send();

          check(atBrowser.receive(20, TimeUnit.SECONDS).orElseThrow(), qos, payload);
          check(atDevice.receive(20, TimeUnit.SECONDS).orElseThrow(), qos, payload);
        }
        browser.disconnect();
        device.disconnect();
      }
    }
  }

  private static void check(Mqtt5Publish publish, MqttQos qos, byte[] payload) {
    assertEquals(qos, publish.getQos());
    assertArrayEquals(payload, publish.getPayloadAsBytes());
  }

  private static Mqtt5BlockingClient client(String clientId, int port, boolean webSocket) {
    var builder =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(clientId)
            .serverHost("localhost")
            .serverPort(port);
    return webSocket
        ? builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig().buildBlocking()
        : builder.buildBlocking();
  }
}
