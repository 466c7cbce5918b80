package io.spillway.broker.listen;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.spillway.tls.CertificateName;
import io.spillway.tls.ModernTls;
import io.spillway.tls.PemFiles;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/**
 * The PEM files of a TLS listener.
 *
 * @param clientCa null: clients show no certificate
 * @param certificateName what of a client's certificate is its user name
 */
public record TlsSettings(
    Path certificate, Path privateKey, Path clientCa, CertificateName certificateName) {

  /**
   * Reads the files.
   *
   * @throws SSLException says which file and what is wrong with it
   */
  public SslContext context() throws SSLException {
    PemFiles.check(certificate, privateKey, clientCa);
    SslContextBuilder builder;
    try {
      builder = SslContextBuilder.forServer(certificate.toFile(), privateKey.toFile());
    } catch (IllegalArgumentException e) {
      throw new SSLException(
          certificate + " or " + privateKey + " can't be used: " + rootOf(e).getMessage(), e);
    }
    try {
      if (clientCa != null) {
        builder.trustManager(clientCa.toFile()).clientAuth(ClientAuth.REQUIRE);
      }
    } catch (IllegalArgumentException e) {
      throw new SSLException(clientCa + " can't be used: " + rootOf(e).getMessage(), e);
    }
    return builder
        .sslProvider(SslProvider.JDK)
        .protocols(ModernTls.PROTOCOLS)
        .ciphers(ModernTls.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
        .build();
  }

  private static Throwable rootOf(Throwable e) {
    return e.getCause() == null ? e : rootOf(e.getCause());
  }
}
