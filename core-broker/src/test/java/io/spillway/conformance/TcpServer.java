package io.spillway.conformance;

import io.spillway.testing.Certificates;
import io.spillway.testing.TestBroker;
import io.spillway.testing.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import javax.net.ssl.SSLContext;

/** A broker, entered by TCP or by TLS. */
final class TcpServer implements Server {
  private final TestBroker broker;

  /** Null: plain TCP. */
  private final SSLContext tls;

  private TcpServer(TestBroker broker, SSLContext tls) {
    this.broker = broker;
    this.tls = tls;
  }

  static Server tcp(String settings) {
    return new TcpServer(TestBroker.start(settings), null);
  }

  static Server tls(String settings) {
    try {
      Certificates certificates = Certificates.localhost();
      String listener =
          """
          broker.listeners.tls {
            enabled = true, host = 127.0.0.1, port = 0, certificate = "%s", private-key = "%s"
          }
          """
              .formatted(certificates.certificate(), certificates.privateKey());
      return new TcpServer(TestBroker.start(listener, settings), certificates.client(null));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Wire connect() {
    try {
      return tls == null
          ? Wire.tcp(broker.broker().tcpPort())
          : Wire.of(
              tls.getSocketFactory()
                  .createSocket(InetAddress.getLoopbackAddress(), broker.broker().tlsPort()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> log() {
    return broker.log();
  }

  @Override
  public void close() {
    broker.close();
  }
}
