package io.spillway.gateway.http;

import io.spillway.gateway.http.Admission.Rejection;
import io.spillway.gateway.http.HttpSettings.Listener;
import io.spillway.proxy.ProxyHeader;
import io.spillway.proxy.ProxyPeers;
import io.spillway.tls.ModernTls;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.xnio.Buffers;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.PushBackStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;
import org.xnio.ssl.SslConnection;

/**
 * Takes each connection before HTTP does: finds out whose it is (the PROXY header), whether there
 * is room for it, whether it speaks what is spoken at this port, and sees that a TLS handshake
 * comes to an end. One per address that is listened on; on the connections' I/O threads.
 */
final class FrontDoor implements ChannelListener<StreamConnection> {
  private static final int TLS_HANDSHAKE = 0x16;
  private static final int TLS_MAJOR_VERSION = 3;
  private static final int MQTT_CONNECT = 0x10;

  private final Listener listener;
  private final Duration patience;
  private final HttpConnections connections;
  private final Refusals refusals;

  /** Null: plain. */
  private final UndertowXnioSsl tls;

  private final ChannelListener<StreamConnection> http;

  FrontDoor(
      Listener listener,
      Duration patience,
      HttpConnections connections,
      Refusals refusals,
      UndertowXnioSsl tls,
      ChannelListener<StreamConnection> http) {
    this.listener = listener;
    this.patience = patience;
    this.connections = connections;
    this.refusals = refusals;
    this.tls = tls;
    this.http = http;
  }

  @Override
  public void handleEvent(StreamConnection socket) {
    InetSocketAddress peer = socket.getPeerAddress(InetSocketAddress.class);
    if (peer == null) {
      IoUtils.safeClose(socket); // It was reset before we looked at it.
    } else if (listener.proxies().contains(peer.getAddress())) {
      new ProxyHeaderListener(
              socket,
              patience,
              (source, rest) ->
                  admit(socket, new ProxiedAddress(source == null ? peer : source), rest),
              why ->
                  refuse(
                      socket,
                      peer,
                      Refusal.PROXY_HEADER,
                      why + " (" + listener.name() + ".proxy-protocol-from)"))
          .start();
    } else {
      admit(socket, peer, null);
    }
  }

  /** {@code rest} is what came behind the PROXY header; null: nothing. */
  private void admit(StreamConnection socket, InetSocketAddress client, ByteBuffer rest) {
    Rejection rejection = connections.begun(client.getAddress());
    if (rejection != null) {
      refuse(socket, client, rejection.cause(), rejection.reason());
      if (tls == null) {
        answer(socket, rejection.cause().status(), rejection.reason());
      } else {
        IoUtils.safeClose(socket); // A handshake only to say so would cost more than serving.
      }
      return;
    }
    StreamSourceConduit source = socket.getSourceChannel().getConduit();
    if (rest != null && rest.hasRemaining()) {
      PushBackStreamSourceConduit behind = new PushBackStreamSourceConduit(source);
      behind.pushBack(Buffers.pooledWrapper(rest));
      source = behind;
    }
    Predicate<ByteBuffer> stranger = first -> isStranger(socket, client, first);
    HttpPhase phase =
        new HttpPhase(
            socket,
            client,
            new FirstLook(source, stranger),
            () -> connections.ended(client.getAddress()));
    StreamConnection connection = tls == null ? phase : secure(phase, client);
    ConduitStreamSinkChannel sink = connection.getSinkChannel();
    sink.setConduit(new BadHead(sink.getConduit(), () -> badHead(socket, client)));
    http.handleEvent(connection);
  }

  private void badHead(StreamConnection socket, InetSocketAddress client) {
    refusals.connection(client, port(socket), Refusal.HEAD, BadHead.REASON);
  }

  private SslConnection secure(HttpPhase phase, InetSocketAddress client) {
    SslConnection secure = tls.wrapExistingConnection(phase, OptionMap.EMPTY, false);
    SSLEngine engine = UndertowXnioSsl.getSslEngine(secure);
    SSLParameters parameters =
        ModernTls.narrow(engine.getSSLParameters(), engine.getSupportedCipherSuites());
    parameters.setNeedClientAuth(listener.clientCertificates());
    engine.setSSLParameters(parameters);
    XnioExecutor.Key deadline =
        phase
            .getIoThread()
            .executeAfter(
                () -> {
                  refuse(
                      phase,
                      client,
                      Refusal.TLS_HANDSHAKE,
                      "no TLS handshake within "
                          + patience.toMillis()
                          + " ms"
                          + " (gateway.http.request-timeout)");
                  IoUtils.safeClose(phase);
                },
                patience.toMillis(),
                TimeUnit.MILLISECONDS);
    secure.getHandshakeSetter().set(done -> deadline.remove());
    secure.getCloseSetter().set(closed -> deadline.remove());
    return secure;
  }

  /** Who speaks something else is told in the log, and where that can be done, itself. */
  private boolean isStranger(StreamConnection socket, InetSocketAddress client, ByteBuffer first) {
    String reason = strange(first);
    if (reason == null) {
      return false;
    }
    refuse(socket, client, cause(reason), reason);
    if (reason.equals(plainRequest())) {
      answer(socket, StatusCodes.BAD_REQUEST, reason);
    } else {
      socket.getIoThread().execute(() -> IoUtils.safeClose(socket));
    }
    return true;
  }

  private Refusal cause(String reason) {
    if (reason.startsWith(ProxyPeers.UNLISTED)) {
      return Refusal.PROXY_HEADER;
    }
    return reason.equals(plainMqtt()) ? Refusal.HEAD : Refusal.TLS_HANDSHAKE;
  }

  /** Null: what is spoken here, as far as can be seen. */
  private String strange(ByteBuffer first) {
    if (first.remaining() > 1 && ProxyHeader.isBegunBy(first)) {
      return ProxyPeers.UNLISTED + listener.name() + ".proxy-protocol-from";
    }
    if (isTls(first)) {
      return tls == null ? "a TLS handshake at a port without TLS (" + listener.name() + ")" : null;
    }
    if (tls == null) {
      // Of anything else HTTP's parser says what is wrong with it.
      return first.get(first.position()) == MQTT_CONNECT ? plainMqtt() : null;
    }
    return isHttp(first)
        ? plainRequest()
        : "no TLS handshake at a port with TLS (" + listener.name() + ")";
  }

  private String plainRequest() {
    return "a request without TLS at a port with TLS: use https:// or wss:// ("
        + listener.name()
        + ")";
  }

  private String plainMqtt() {
    return "MQTT over TCP at a port for WebSocket ("
        + listener.name()
        + "); the core's is 1883 by default";
  }

  private static boolean isTls(ByteBuffer first) {
    return first.get(first.position()) == TLS_HANDSHAKE
        && (first.remaining() == 1 || first.get(first.position() + 1) == TLS_MAJOR_VERSION);
  }

  /** A method, as far as can be seen: capital letters. */
  private static boolean isHttp(ByteBuffer first) {
    byte letter = first.get(first.position());
    return letter >= 'A' && letter <= 'Z';
  }

  private void refuse(
      StreamConnection socket, InetSocketAddress client, Refusal cause, String reason) {
    refusals.connection(client, port(socket), cause, reason);
  }

  private static int port(StreamConnection socket) {
    InetSocketAddress local = socket.getLocalAddress(InetSocketAddress.class);
    return local == null ? 0 : local.getPort();
  }

  /** Without HTTP's machinery, as far as the socket takes it at once; then closes. */
  private static void answer(StreamConnection socket, int status, String reason) {
    String answer =
        "HTTP/1.1 "
            + status
            + " "
            + StatusCodes.getReason(status)
            + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
            + (reason.length() + 1)
            + "\r\nConnection: close\r\n"
            + (status == StatusCodes.BAD_REQUEST ? "" : "Retry-After: 10\r\n")
            + "\r\n"
            + reason
            + "\n";
    try {
      // What has come is read away, since closing over it would take the answer back.
      socket.getSourceChannel().getConduit().read(ByteBuffer.allocate(ProxyHeader.LENGTH_MAX));
      socket
          .getSinkChannel()
          .getConduit()
          .write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      // Nobody is there to be told.
    }
    socket.getIoThread().execute(() -> IoUtils.safeClose(socket));
  }
}
