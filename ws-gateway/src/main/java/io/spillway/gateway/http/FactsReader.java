package io.spillway.gateway.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Reads what an upgrade request tells about the client. One per listener; any thread. */
final class FactsReader {

  /** Headers that the core is told of. Credentials aren't, and end with the request. */
  private static final List<HttpString> CHOSEN = List.of(Headers.USER_AGENT);

  private final String listener;
  private final CertificateIdentity certificateName;
  private final ClientAddress clientAddress;

  FactsReader(String listener, CertificateIdentity certificateName, ClientAddress clientAddress) {
    this.listener = listener;
    this.certificateName = certificateName;
    this.clientAddress = clientAddress;
  }

  UpgradeFacts read(HttpServerExchange exchange, String subprotocol) {
    ServerConnection connection = exchange.getConnection();
    HeaderMap headers = exchange.getRequestHeaders();
    InetSocketAddress peer = connection.getPeerAddress(InetSocketAddress.class);
    return new UpgradeFacts(
        clientAddress.of(peer, headers),
        peer,
        peer instanceof ProxiedAddress || ClientAddress.isForwarded(headers),
        listener,
        connection.getLocalAddress(InetSocketAddress.class),
        tls(connection.getSslSession()),
        exchange.getRequestPath(),
        headers.getFirst(Headers.HOST),
        headers.getFirst(Headers.ORIGIN),
        subprotocol,
        chosen(headers),
        certificateName.identity(exchange.getConnection().getSslSession()));
  }

  private static Map<String, String> chosen(HeaderMap headers) {
    Map<String, String> chosen = new HashMap<>();
    for (HttpString name : CHOSEN) {
      if (headers.contains(name)) {
        chosen.put(name.toString().toLowerCase(Locale.ROOT), headers.getFirst(name));
      }
    }
    return Map.copyOf(chosen);
  }

  private static UpgradeFacts.TlsFacts tls(SSLSession session) {
    if (session == null) {
      return null;
    }
    String subject = null;
    byte[] encoded = null;
    try {
      Certificate certificate = session.getPeerCertificates()[0];
      if (certificate instanceof X509Certificate x509) {
        subject = x509.getSubjectX500Principal().getName();
        encoded = x509.getEncoded();
      }
    } catch (SSLPeerUnverifiedException e) {
      // The client showed no certificate.
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was decoded can't be encoded", e);
    }
    return new UpgradeFacts.TlsFacts(
        session.getProtocol(), session.getCipherSuite(), subject, encoded);
  }
}
