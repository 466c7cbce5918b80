package io.spillway.tls;

import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLParameters;

/**
 * What is offered by everything of ours that speaks TLS: versions 1.3 and 1.2, and only cipher
 * suites with forward secrecy and authenticated encryption, as Mozilla's intermediate configuration
 * of 2023 without its finite-field ones. Said here rather than left to the platform's defaults,
 * which offer more and which an option of the JVM can widen.
 */
public final class ModernTls {
  public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  public static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private ModernTls() {}

  /**
   * For an engine that would otherwise have the platform's defaults, of which {@code all} are
   * supported.
   */
  public static SSLParameters narrow(SSLParameters parameters, String[] all) {
    List<String> supported = Arrays.asList(all);
    parameters.setProtocols(PROTOCOLS.toArray(new String[0]));
    parameters.setCipherSuites(CIPHERS.stream().filter(supported::contains).toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(true);
    return parameters;
  }
}
