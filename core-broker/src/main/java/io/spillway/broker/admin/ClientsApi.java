package io.spillway.broker.admin;

import io.spillway.broker.routing.Subscription;
import io.spillway.broker.session.ConnectRequest;
import io.spillway.broker.session.ConnectionView;
import io.spillway.broker.session.Session;
import io.spillway.broker.session.SessionView;
import io.spillway.broker.session.Sessions;
import io.spillway.mqtt.ReasonCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Clients and their sessions, to look at and to end. Asks homes and waits for their answers. */
final class ClientsApi {
  private final Sessions sessions;

  ClientsApi(Sessions sessions) {
    this.sessions = sessions;
  }

  Map<String, Object> list(ApiRequest request) {
    request.allow("after", "limit", "connected", "prefix");
    String connected = request.query("connected", "");
    if (!List.of("", "true", "false").contains(connected)) {
      throw new ApiProblem(400, "connected: " + connected + " (expected: true or false)");
    }
    String prefix = request.query("prefix", "");
    Smallest<Session> smallest = new Smallest<>(request.query("after", ""), request.limit());
    for (Session session : sessions.all()) {
      boolean wanted = connected.isEmpty() || session.isConnected() == connected.equals("true");
      if (wanted && session.clientId().startsWith(prefix)) {
        smallest.offer(session.clientId(), session);
      }
    }
    List<CompletableFuture<SessionView>> asked = new ArrayList<>();
    for (Session session : smallest.page()) {
      CompletableFuture<SessionView> view = new CompletableFuture<>();
      session.view(view::complete);
      asked.add(view);
    }
    List<Object> clients = new ArrayList<>();
    for (CompletableFuture<SessionView> view : asked) {
      clients.add(described(AdminApi.await(view)));
    }
    return AdminApi.page("clients", clients, smallest.next());
  }

  Map<String, Object> get(String clientId) {
    CompletableFuture<SessionView> view = new CompletableFuture<>();
    known(clientId).view(view::complete);
    return described(AdminApi.await(view));
  }

  Map<String, Object> subscriptions(String clientId, ApiRequest request) {
    request.allow("after", "limit");
    int limit = request.limit();
    CompletableFuture<List<Subscription>> asked = new CompletableFuture<>();
    known(clientId).subscriptions(request.query("after", ""), limit + 1, asked::complete);
    List<Subscription> found = AdminApi.await(asked);
    List<Object> subscriptions = new ArrayList<>();
    for (Subscription each : found.subList(0, Math.min(limit, found.size()))) {
      Map<String, Object> described = new LinkedHashMap<>();
      described.put("filter", each.topicFilter().text());
      described.put("qos", each.qos());
      described.put("noLocal", each.noLocal());
      described.put("retainAsPublished", each.retainAsPublished());
      subscriptions.add(described);
    }
    String next = found.size() > limit ? found.get(limit - 1).topicFilter().text() : null;
    return AdminApi.page("subscriptions", subscriptions, next);
  }

  Map<String, Object> disconnect(String clientId) {
    if (!known(clientId).isConnected()) {
      throw new ApiProblem(409, "the client isn't connected");
    }
    sessions.disconnect(clientId, ReasonCode.ADMINISTRATIVE_ACTION, "disconnected by an operator");
    return Map.of("disconnected", clientId);
  }

  Map<String, Object> drop(String clientId) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    String text = "its session was removed by an operator";
    known(clientId);
    if (!sessions.drop(
        clientId, ReasonCode.ADMINISTRATIVE_ACTION, text, () -> done.complete(true))) {
      throw new ApiProblem(404, "there is no such client");
    }
    AdminApi.await(done);
    return Map.of("removed", clientId);
  }

  private Session known(String clientId) {
    Session session = sessions.get(clientId);
    if (session == null) {
      throw new ApiProblem(404, "there is no such client");
    }
    return session;
  }

  private static Map<String, Object> described(SessionView view) {
    ConnectRequest request = view.request();
    Map<String, Object> client = new LinkedHashMap<>();
    client.put("clientId", request.clientId());
    client.put("connected", view.connection() != null);
    client.put("user", request.userName());
    client.put("address", request.address());
    client.put(
        "version",
        switch (request.version()) {
          case MQTT_3_1 -> "3.1";
          case MQTT_3_1_1 -> "3.1.1";
          case MQTT_5 -> "5.0";
        });
    client.put("keepAlive", request.keepAlive());
    client.put("cleanStart", request.cleanStart());
    long expiry = request.sessionExpirySeconds();
    client.put("sessionExpiry", expiry == ConnectRequest.NEVER ? "never" : (Object) expiry);
    client.put("subscriptions", view.subscriptions());
    client.put("inflight", view.inflight());
    client.put("queuedMessages", view.queuedMessages());
    client.put("queuedBytes", view.queuedBytes());
    client.put("loop", "core-io-" + view.home());
    if (view.connection() == null) {
      client.put("disconnectedAt", Instant.ofEpochMilli(view.disconnectedAt()));
    } else {
      describe(client, view.connection());
    }
    return client;
  }

  private static void describe(Map<String, Object> client, ConnectionView connection) {
    client.put("listener", connection.listener());
    client.put("gateway", connection.gateway());
    client.put("connectedAt", Instant.ofEpochMilli(connection.connectedAt()));
    client.put("packetsReceived", connection.packetsReceived());
    client.put("bytesReceived", connection.bytesReceived());
    client.put("packetsSent", connection.packetsSent());
    client.put("bytesSent", connection.bytesSent());
    double seconds =
        Math.max(0.001, (System.currentTimeMillis() - connection.connectedAt()) / 1000.0);
    client.put("packetsReceivedPerSecond", rate(connection.packetsReceived() / seconds));
    client.put("packetsSentPerSecond", rate(connection.packetsSent() / seconds));
  }

  private static double rate(double perSecond) {
    return Math.round(perSecond * 100) / 100.0;
  }
}
