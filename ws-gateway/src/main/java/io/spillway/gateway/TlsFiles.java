package io.spillway.gateway;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.spillway.process.Settings;
import io.spillway.tls.PemFiles;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** Makes TLS contexts of PEM files, and mistakes of files that don't fit. Stateless. */
final class TlsFiles {
  private TlsFiles() {}

  /**
   * What a listener with TLS reads, and reads again when it changes.
   *
   * @param clientCa null: browsers show no certificate
   */
  record Server(Path certificate, Path privateKey, Path clientCa) {

    /**
     * Reads the files.
     *
     * @throws SSLException says which file and what is wrong with it
     */
    SSLContext context() throws SSLException {
      PemFiles.check(certificate, privateKey, clientCa);
      try {
        SslContextBuilder builder =
            SslContextBuilder.forServer(certificate.toFile(), privateKey.toFile());
        return build(builder.trustManager(clientCa == null ? null : clientCa.toFile()));
      } catch (IllegalArgumentException e) {
        throw new SSLException(reason(e), e);
      }
    }

    List<Path> files() {
      return Stream.of(certificate, privateKey, clientCa).filter(Objects::nonNull).toList();
    }
  }

  /** Of {@code certificate}, {@code private-key} and {@code client-ca}; null after a mistake. */
  static Server server(Settings settings) {
    Optional<Path> certificate = needed(settings, "certificate");
    Optional<Path> privateKey = needed(settings, "private-key");
    Optional<Path> clientCa = settings.file("client-ca");
    if (certificate.isEmpty() || privateKey.isEmpty()) {
      return null;
    }
    return new Server(certificate.get(), privateKey.get(), clientCa.orElse(null));
  }

  /** Null after a mistake. */
  static SSLContext context(Server files, Settings settings) {
    try {
      return files == null ? null : files.context();
    } catch (SSLException e) {
      settings.mistake("certificate", "PEM files that fit together (" + reason(e) + ")");
      return null;
    }
  }

  /** Of {@code ca}, {@code certificate} and {@code private-key}; null after a mistake. */
  static SSLContext client(Settings settings) {
    File ca = settings.file("ca").map(Path::toFile).orElse(null);
    File certificate = settings.file("certificate").map(Path::toFile).orElse(null);
    File privateKey = settings.file("private-key").map(Path::toFile).orElse(null);
    if ((certificate == null) != (privateKey == null)) {
      settings.mistake("private-key", "both a certificate and a private-key, or neither");
      return null;
    }
    try {
      SslContextBuilder builder = SslContextBuilder.forClient().trustManager(ca);
      return build(certificate == null ? builder : builder.keyManager(certificate, privateKey));
    } catch (SSLException | IllegalArgumentException e) {
      settings.mistake("ca", "PEM files that fit together (" + reason(e) + ")");
      return null;
    }
  }

  private static Optional<Path> needed(Settings settings, String key) {
    if (!settings.has(key)) {
      settings.mistake(key, "a PEM file, as TLS is enabled");
    }
    return settings.file(key);
  }

  private static SSLContext build(SslContextBuilder builder) throws SSLException {
    SslContext context =
        builder.sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2").build();
    return ((JdkSslContext) context).context();
  }

  private static String reason(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }
}
