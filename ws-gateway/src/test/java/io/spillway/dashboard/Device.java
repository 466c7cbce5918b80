package io.spillway.dashboard;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A device at the other end: an independent MQTT 5 client on TCP. Used by one thread. */
final class Device implements AutoCloseable {
  private final Mqtt5BlockingClient client;
  private Mqtt5BlockingClient.Mqtt5Publishes received;

  private Device(Mqtt5BlockingClient client) {
    this.client = client;
  }

  static Device connect(int port) {
    Mqtt5BlockingClient client =
        Mqtt5Client.builder().serverHost("127.0.0.1").serverPort(port).buildBlocking();
    client.connect();
    return new Device(client);
  }

  void publish(String topicName, String payload) {
    publish(topicName, payload.getBytes(StandardCharsets.UTF_8), 1, false);
  }

  void retain(String topicName, String payload) {
    publish(topicName, payload.getBytes(StandardCharsets.UTF_8), 1, true);
  }

  void publish(String topicName, byte[] payload, int qos, boolean retain) {
    client
        .publishWith()
        .topic(topicName)
        .payload(payload)
        .qos(MqttQos.fromCode(qos))
        .retain(retain)
        .send();
  }

  void subscribe(String topicFilter) {
    received = client.publishes(MqttGlobalPublishFilter.ALL);
    client.subscribeWith().topicFilter(topicFilter).qos(MqttQos.EXACTLY_ONCE).send();
  }

  Mqtt5Publish receive(Duration deadline) throws InterruptedException {
    Optional<Mqtt5Publish> message = received.receive(deadline.toMillis(), TimeUnit.MILLISECONDS);
    return message.orElseThrow(() -> new AssertionError("nothing came within " + deadline));
  }

  @Override
  public void close() {
    if (received != null) {
      received.close();
    }
    client.disconnect();
  }
}
