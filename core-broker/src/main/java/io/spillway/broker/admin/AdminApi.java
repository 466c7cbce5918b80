package io.spillway.broker.admin;

import com.sun.net.httpserver.HttpExchange;
import io.spillway.broker.routing.Router;
import io.spillway.broker.session.Sessions;
import io.spillway.broker.store.Store;
import io.spillway.broker.store.StoreFailure;
import io.spillway.process.Version;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API for operators at {@code /api/v1}: JSON, in pages. Runs on the admin listener's threads,
 * which wait for homes; never on a home.
 */
public final class AdminApi {
  public static final String PATH = "/api/v1";

  private static final Logger log = LoggerFactory.getLogger(AdminApi.class);

  private static final int PATIENCE_SECONDS = 5;

  private final ApiAccess access;
  private final ClientsApi clients;
  private final MessagesApi messages;
  private final Store store;

  /** Packets of more than {@code packetMax} bytes can't be published. */
  public AdminApi(ApiAccess access, Sessions sessions, Router router, Store store, int packetMax) {
    this.access = access;
    this.store = store;
    this.clients = new ClientsApi(sessions);
    this.messages = new MessagesApi(router, store, packetMax);
  }

  public void handle(HttpExchange exchange) throws IOException {
    int status = 200;
    Map<String, Object> answer;
    try {
      access.check(exchange);
      answer = answer(ApiRequest.of(exchange, PATH));
    } catch (ApiProblem e) {
      status = e.status();
      answer = Map.of("error", e.getMessage());
    } catch (RuntimeException e) {
      log.error("A request to {} failed.", exchange.getRequestURI().getPath(), e);
      status = 500;
      answer = Map.of("error", "internal error");
    }
    AdminServer.answer(exchange, status, "application/json", Json.text(answer));
  }

  private Map<String, Object> answer(ApiRequest request) throws IOException {
    List<String> path = request.path();
    String shape = request.method() + " " + shape(path);
    return switch (shape) {
      case "GET " -> Map.of("version", Version.text());
      case "GET clients" -> clients.list(request);
      case "GET clients/*" -> clients.get(path.get(1));
      case "DELETE clients/*" -> clients.drop(path.get(1));
      case "GET clients/*/subscriptions" -> clients.subscriptions(path.get(1), request);
      case "POST clients/*/disconnect" -> clients.disconnect(path.get(1));
      case "GET retained" -> messages.retained(request);
      case "GET retained/*" -> messages.retained(path.get(1));
      case "DELETE retained" -> messages.clear(request);
      case "POST publish" -> messages.publish(request);
      case "POST backup" -> backUp();
      default -> throw new ApiProblem(404, "no such request: " + request.method());
    };
  }

  private Map<String, Object> backUp() {
    try {
      return Map.of("backup", store.backUp().toAbsolutePath().toString());
    } catch (StoreFailure e) {
      throw new ApiProblem(409, "no backup: " + e.getMessage());
    }
  }

  /** The path with a star where a name of the user's stands. */
  private static String shape(List<String> path) {
    StringBuilder shape = new StringBuilder();
    for (int i = 0; i < path.size(); i++) {
      shape.append(i == 0 ? "" : "/").append(i == 1 ? "*" : path.get(i));
    }
    return shape.toString();
  }

  static Map<String, Object> page(String name, List<Object> entries, String next) {
    Map<String, Object> page = new LinkedHashMap<>();
    page.put(name, entries);
    page.put("next", next);
    return page;
  }

  static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new ApiProblem(503, "the broker's event loop or its store takes too long");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiProblem(503, "the broker is stopping");
    }
  }
}
