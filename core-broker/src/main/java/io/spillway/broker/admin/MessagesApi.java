package io.spillway.broker.admin;

import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.RetainedCursor;
import io.spillway.broker.routing.Router;
import io.spillway.broker.store.Store;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.TopicFilter;
import io.spillway.mqtt.TopicName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Retained messages to look at and to clear, and publishing. Works on a home and waits for it. */
final class MessagesApi {
  /** So many are cleared in one turn of the event loop. */
  private static final int CLEARED_PER_TURN = 100;

  private final Router router;
  private final Store store;
  private final int packetMax;

  MessagesApi(Router router, Store store, int packetMax) {
    this.router = router;
    this.store = store;
    this.packetMax = packetMax;
  }

  Map<String, Object> retained(ApiRequest request) {
    request.allow("filter", "after", "limit");
    TopicFilter filter = filter(request.query("filter", "#"));
    Smallest<Message> smallest = new Smallest<>(request.query("after", ""), request.limit());
    RetainedCursor cursor = router.retained().cursor(filter, Long.MAX_VALUE);
    long now = System.currentTimeMillis();
    for (Message next = cursor.next(now); next != null; next = cursor.next(now)) {
      smallest.offer(next.topicName(), next);
    }
    List<Object> messages = new ArrayList<>();
    smallest.page().forEach(message -> messages.add(described(message)));
    return AdminApi.page("retained", messages, smallest.next());
  }

  /** One, with its payload. */
  Map<String, Object> retained(String topicName) {
    Message message = router.retained().get(topicName);
    if (message == null || message.expired(System.currentTimeMillis())) {
      throw new ApiProblem(404, "the topic has no retained message");
    }
    Map<String, Object> described = described(message);
    byte[] payload = new byte[message.payloadLength()];
    message.payload().get(payload);
    try {
      described.put(
          "payload",
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString());
    } catch (CharacterCodingException e) {
      described.put("payloadBase64", Base64.getEncoder().encodeToString(payload));
    }
    return described;
  }

  /** What clients published only: {@code $SYS} would come again by itself. */
  Map<String, Object> clear(ApiRequest request) {
    request.allow("filter");
    String text = request.query("filter", "");
    if (text.isEmpty()) {
      throw new ApiProblem(400, "filter: missing (expected: a topic filter; # for all of them)");
    }
    if (text.startsWith("$SYS")) {
      throw new ApiProblem(400, "filter: " + text + " (expected: none of the broker's own topics)");
    }
    Home home = router.homes().all().get(0);
    RetainedCursor cursor = router.retained().cursor(filter(text), Long.MAX_VALUE);
    CompletableFuture<Integer> cleared = new CompletableFuture<>();
    home.execute(() -> clearSome(home, cursor, 0, cleared));
    return Map.of("cleared", AdminApi.await(cleared));
  }

  private void clearSome(
      Home home, RetainedCursor cursor, int before, CompletableFuture<Integer> cleared) {
    for (int i = 0; i < CLEARED_PER_TURN; i++) {
      Message next = cursor.next(home.nowMillis());
      if (next == null) {
        int all = before + i;
        store.commit(home, () -> cleared.complete(all));
        return;
      }
      // As a client would: subscribers see that it is gone. [MQTT-3.3.1-6]
      router.route(home, Message.of(next.topicName(), new byte[0], 0, true), null);
    }
    store.flush();
    home.execute(() -> clearSome(home, cursor, before + CLEARED_PER_TURN, cleared));
  }

  Map<String, Object> publish(ApiRequest request) throws IOException {
    request.allow();
    // Base64 takes a third more than what it stands for, and escapes take six bytes for one.
    Map<String, Object> body = request.body((int) Math.min(64L << 20, packetMax * 2L + 65_536));
    for (String name : body.keySet()) {
      if (!Set.of("topic", "payload", "payloadBase64", "qos", "retain").contains(name)) {
        throw new ApiProblem(
            400, name + " (expected: topic, payload or payloadBase64, qos, retain)");
      }
    }
    Message message = Message.of(topic(body), payload(body), qos(body), retain(body));
    int length = message.encodedLength(ProtocolVersion.MQTT_5, message.qos(), null, 0);
    if (length > packetMax) {
      throw new ApiProblem(413, "packet: " + length + " bytes (expected: <= " + packetMax + ")");
    }
    Home home = router.homes().all().get(0);
    CompletableFuture<Boolean> published = new CompletableFuture<>();
    home.execute(
        () -> {
          int result = router.route(home, message, null);
          boolean matched = (result & Router.MATCHED) != 0;
          store.commit(home, () -> published.complete(matched));
        });
    return Map.of("matched", AdminApi.await(published));
  }

  private static String topic(Map<String, Object> body) {
    if (!(body.get("topic") instanceof String topic)) {
      throw new ApiProblem(400, "topic: " + body.get("topic") + " (expected: a text)");
    }
    if (topic.startsWith("$SYS/")) {
      throw new ApiProblem(400, "topic: " + topic + " (expected: none of the broker's own)");
    }
    try {
      return TopicName.check(topic);
    } catch (ProtocolException e) {
      throw new ApiProblem(400, e.getMessage());
    }
  }

  private static byte[] payload(Map<String, Object> body) {
    Object text = body.getOrDefault("payload", "");
    Object base64 = body.get("payloadBase64");
    try {
      return base64 == null
          ? text.toString().getBytes(StandardCharsets.UTF_8)
          : Base64.getDecoder().decode(base64.toString());
    } catch (IllegalArgumentException e) {
      throw new ApiProblem(400, "payloadBase64: " + e.getMessage());
    }
  }

  private static int qos(Map<String, Object> body) {
    Object qos = body.getOrDefault("qos", 0);
    if (!(qos instanceof Integer number) || number < 0 || number > 2) {
      throw new ApiProblem(400, "qos: " + qos + " (expected: 0, 1 or 2)");
    }
    return number;
  }

  private static boolean retain(Map<String, Object> body) {
    if (!(body.getOrDefault("retain", false) instanceof Boolean retain)) {
      throw new ApiProblem(400, "retain: " + body.get("retain") + " (expected: true or false)");
    }
    return retain;
  }

  private static TopicFilter filter(String text) {
    try {
      return TopicFilter.parse(text);
    } catch (ProtocolException e) {
      throw new ApiProblem(400, e.getMessage());
    }
  }

  private static Map<String, Object> described(Message message) {
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("topic", message.topicName());
    described.put("qos", message.qos());
    described.put("bytes", message.payloadLength());
    if (message.expiresAt() != Message.NEVER) {
      described.put("expiresAt", Instant.ofEpochMilli(message.expiresAt()));
    }
    return described;
  }
}
