package io.spillway.gateway.http;

import io.spillway.gateway.websocket.Handshake;
import io.spillway.gateway.websocket.WebSocketConnection;
import io.spillway.gateway.websocket.WebSockets;
import io.spillway.token.TokenException;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.HttpUpgradeListener;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.AttachmentKey;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.xnio.StreamConnection;

/**
 * The WebSocket's path: checks an upgrade request in the order in which a person would want to hear
 * of mistakes, and hands the upgraded connection to the {@link BrowserAcceptor}.
 *
 * <p>One per listener, on I/O threads. What is called after the upgrade is this object itself and
 * holds nothing of the exchange, which would otherwise live as long as the connection.
 */
final class UpgradeHandler implements HttpHandler {

  /** What MQTT's clients offer: [MQTT-6.0.0-3], and 3.1's name for it. */
  private static final List<String> SUBPROTOCOLS = List.of("mqtt", "mqttv3.1");

  private static final HttpString ORIGIN = Headers.ORIGIN;

  /** Seconds after which a client may try again; uplinks reconnect within about as many. */
  private static final long RETRY_AFTER = 2;

  private static final AttachmentKey<UpgradeFacts> FACTS = AttachmentKey.create(UpgradeFacts.class);

  private static final AttachmentKey<Place> PLACE = AttachmentKey.create(Place.class);

  private final BrowserAcceptor acceptor;
  private final WebSockets webSockets;
  private final Origins origins;
  private final FactsReader facts;
  private final Refusals refusals;
  private final Entrance entrance;
  private final HttpUpgradeListener upgradeListener = this::upgraded;

  UpgradeHandler(
      BrowserAcceptor acceptor,
      WebSockets webSockets,
      Origins origins,
      FactsReader facts,
      Refusals refusals,
      Entrance entrance) {
    this.acceptor = acceptor;
    this.webSockets = webSockets;
    this.origins = origins;
    this.facts = facts;
    this.refusals = refusals;
    this.entrance = entrance;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getRequestHeaders();
    if (!exchange.getRequestMethod().equals(Methods.GET)) {
      exchange.getResponseHeaders().put(Headers.ALLOW, "GET");
      refuse(exchange, Refusal.METHOD, "a WebSocket is opened with GET");
    } else if (!exchange.isRequestComplete()) {
      refuse(exchange, Refusal.BODY, "an upgrade request has no body");
    } else if (!hasToken(headers, Headers.UPGRADE, "websocket")) {
      explain(exchange);
    } else if (!exchange.getProtocol().equals(Protocols.HTTP_1_1)) {
      refuse(exchange, Refusal.HTTP_VERSION, "a WebSocket needs HTTP/1.1");
    } else if (!hasToken(headers, Headers.CONNECTION, "upgrade")) {
      refuse(exchange, Refusal.CONNECTION_HEADER, "the Connection header lacks \"Upgrade\"");
    } else if (!"13".equals(only(headers, Headers.SEC_WEB_SOCKET_VERSION))) {
      upgradeRequired(exchange, Refusal.WEBSOCKET_VERSION, "Sec-WebSocket-Version must be 13");
    } else if (!hasValidKey(headers)) {
      refuse(exchange, Refusal.WEBSOCKET_KEY, "Sec-WebSocket-Key must be 16 bytes in base64");
    } else {
      checkWhoAsks(exchange);
    }
  }

  /**
   * A plain request: from somebody curious, or from a page whose WebSocket failed and whose browser
   * won't tell it why. So it gets the reason that an upgrade would have got.
   */
  private void explain(HttpServerExchange exchange) {
    if (!refusedForNow(exchange)) {
      upgradeRequired(
          exchange,
          Refusal.NO_UPGRADE,
          "this is MQTT over WebSocket: connect with a WebSocket client");
    }
  }

  private boolean refusedForNow(HttpServerExchange exchange) {
    if (acceptor.isDraining()) {
      unavailable(exchange, Refusal.SHUTTING_DOWN, "this gateway is going down");
    } else if (!acceptor.isUp()) {
      unavailable(exchange, Refusal.NO_BROKER, "no broker can be reached at the moment");
    } else {
      return false;
    }
    return true;
  }

  private void checkWhoAsks(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getRequestHeaders();
    HeaderValues origin = headers.get(ORIGIN);
    String subprotocol = subprotocol(headers);
    if (origin != null && origin.size() > 1) {
      refuse(exchange, Refusal.SEVERAL_ORIGINS, "more than one Origin header");
    } else if (!isOriginAllowed(exchange, origin)) {
      refuse(
          exchange,
          Refusal.ORIGIN,
          "origin "
              + Answer.quote(origin.getFirst())
              + " may not connect; list it in gateway.origins");
    } else if (subprotocol == null) {
      refuse(exchange, Refusal.SUBPROTOCOL, wrongSubprotocol(headers));
    } else if (!refusedForNow(exchange)) {
      admit(exchange, subprotocol);
    }
  }

  private void admit(HttpServerExchange exchange, String subprotocol) {
    UpgradeFacts known = facts.read(exchange, subprotocol);
    InetAddress address = known.address().getAddress();
    Admission.Rejection rejection = entrance.begun(address);
    if (rejection != null) {
      retryLater(exchange, rejection.retrySeconds());
      refuse(exchange, rejection.cause(), rejection.reason());
      return;
    }
    // Whoever goes before it is a WebSocket has never been one.
    Place place = new Place(entrance, address);
    exchange.getConnection().addCloseListener(closed -> place.giveBack());
    exchange.putAttachment(PLACE, place);
    String token = entrance.admission().token(exchange);
    if (token == null) {
      letIn(exchange, known);
    } else {
      exchange.dispatch(
          task -> verify(exchange, task), computing -> verified(computing, known, token));
    }
  }

  /** From the I/O thread to one that computes. */
  private void verify(HttpServerExchange exchange, Runnable task) {
    if (!entrance.admission().compute(task)) {
      Connectors.executeRootHandler(
          busy -> {
            giveBack(busy);
            retryLater(busy, Admission.busy().retrySeconds());
            refuse(busy, Admission.busy().cause(), Admission.busy().reason());
          },
          exchange);
    }
  }

  /** And back. */
  private void verified(HttpServerExchange exchange, UpgradeFacts known, String token) {
    HttpHandler next;
    try {
      UpgradeFacts facts = known.as(entrance.admission().identity(token));
      next = back -> letIn(back, facts);
    } catch (TokenException e) {
      next =
          back -> {
            giveBack(back);
            entrance.admission().loginFailed(known.address().getAddress());
            unauthorized(back, Refusal.TOKEN, e.getMessage() + " (gateway.auth.jwt)");
          };
    }
    exchange.dispatch(exchange.getIoThread(), next);
  }

  /** Closes the connection behind the answer, as each attempt would leave a listener on it. */
  private static void giveBack(HttpServerExchange exchange) {
    exchange.getAttachment(PLACE).giveBack();
    exchange.setPersistent(false);
  }

  private void letIn(HttpServerExchange exchange, UpgradeFacts facts) {
    if (facts.identity() == null && entrance.admission().isTokenRequired()) {
      giveBack(exchange);
      unauthorized(exchange, Refusal.NO_TOKEN, "a token is needed (gateway.auth.required)");
    } else {
      upgrade(exchange, facts);
    }
  }

  private void unauthorized(HttpServerExchange exchange, Refusal cause, String reason) {
    exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
    refuse(exchange, cause, reason);
  }

  private boolean isOriginAllowed(HttpServerExchange exchange, HeaderValues origin) {
    String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
    boolean tls = exchange.getConnection().getSslSession() != null;
    return origins.allow(origin == null ? null : origin.getFirst(), host, tls);
  }

  private void upgrade(HttpServerExchange exchange, UpgradeFacts facts) {
    exchange.putAttachment(FACTS, facts);
    String key = exchange.getRequestHeaders().getFirst(Headers.SEC_WEB_SOCKET_KEY);
    exchange
        .getResponseHeaders()
        .put(Headers.SEC_WEB_SOCKET_ACCEPT, Handshake.accept(key))
        .put(Headers.SEC_WEB_SOCKET_PROTOCOL, facts.subprotocol());
    exchange.upgradeChannel("websocket", upgradeListener);
    exchange.endExchange();
  }

  private void upgraded(StreamConnection connection, HttpServerExchange exchange) {
    UpgradeFacts known = exchange.getAttachment(FACTS);
    exchange.getAttachment(PLACE).keep();
    HttpServerConnection http = (HttpServerConnection) exchange.getConnection();
    PooledByteBuffer alreadyRead = http.getExtraBytes();
    // The connection as it was before HTTP wrapped it, and what it had read too far.
    http.clearChannel();
    http.setExtraBytes(null);
    StreamConnection bare = endOfHttp(connection);
    ByteBuffer bytes = alreadyRead == null ? null : alreadyRead.getBuffer();
    WebSocketConnection webSocket = webSockets.open(bare, bytes);
    if (alreadyRead != null) {
      alreadyRead.close();
    }
    InetAddress address = known.address().getAddress();
    webSocket.start(new AdmittedListener(acceptor.accept(webSocket, known), entrance, address));
  }

  private static StreamConnection endOfHttp(StreamConnection connection) {
    BadHead.end(connection);
    try {
      return HttpPhase.end(connection);
    } catch (IOException e) {
      throw new UncheckedIOException("an option that needs no system call", e);
    }
  }

  private static String subprotocol(HeaderMap headers) {
    HeaderValues offers = headers.get(Headers.SEC_WEB_SOCKET_PROTOCOL);
    if (offers == null) {
      return null;
    }
    for (String line : offers) {
      for (String offer : line.split(",")) {
        if (SUBPROTOCOLS.contains(offer.trim())) {
          return offer.trim();
        }
      }
    }
    return null;
  }

  private static String wrongSubprotocol(HeaderMap headers) {
    HeaderValues offers = headers.get(Headers.SEC_WEB_SOCKET_PROTOCOL);
    if (offers == null) {
      return "Sec-WebSocket-Protocol is missing; offer \"mqtt\" (or \"mqttv3.1\")";
    }
    return "none of the subprotocols "
        + Answer.quote(String.join(", ", offers))
        + " is spoken here; offer \"mqtt\" (or \"mqttv3.1\")";
  }

  private static boolean hasValidKey(HeaderMap headers) {
    String key = only(headers, Headers.SEC_WEB_SOCKET_KEY);
    return key != null && Handshake.isValidKey(key);
  }

  /** The value of a header that is there exactly once, else null. */
  private static String only(HeaderMap headers, HttpString name) {
    HeaderValues values = headers.get(name);
    return values == null || values.size() != 1 ? null : values.getFirst().trim();
  }

  private static boolean hasToken(HeaderMap headers, HttpString name, String token) {
    HeaderValues values = headers.get(name);
    if (values != null) {
      for (String line : values) {
        for (String value : line.split(",")) {
          if (value.trim().equalsIgnoreCase(token)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void upgradeRequired(HttpServerExchange exchange, Refusal cause, String reason) {
    // RFC 6455 section 4.4: say which version is understood.
    exchange
        .getResponseHeaders()
        .put(Headers.UPGRADE, "websocket")
        .put(Headers.CONNECTION, "Upgrade")
        .put(Headers.SEC_WEB_SOCKET_VERSION, "13");
    refuse(exchange, cause, reason);
  }

  private void unavailable(HttpServerExchange exchange, Refusal cause, String reason) {
    retryLater(exchange, RETRY_AFTER);
    refuse(exchange, cause, reason);
  }

  private static void retryLater(HttpServerExchange exchange, long seconds) {
    exchange.getResponseHeaders().put(Headers.RETRY_AFTER, seconds);
  }

  private void refuse(HttpServerExchange exchange, Refusal cause, String reason) {
    refusals.refuse(exchange, cause, reason);
  }
}
