package io.spillway.gateway.bridge;

import io.spillway.gateway.http.UpgradeFacts;
import io.spillway.link.OpenFacts;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;

/** What the core is told of what the upgrade request told. Stateless. */
final class StreamFacts {
  private StreamFacts() {}

  static OpenFacts of(UpgradeFacts facts) {
    String userAgent = facts.headers().get("user-agent");
    return new OpenFacts(
        facts.address(),
        facts.forwarded(),
        facts.listener(),
        facts.local(),
        facts.tls() == null ? null : tls(facts.tls()),
        facts.path(),
        facts.host() == null ? "" : facts.host(),
        facts.origin() == null ? "" : facts.origin(),
        facts.subprotocol(),
        userAgent == null ? List.of() : List.of(new OpenFacts.Header("user-agent", userAgent)),
        identity(facts.identity()));
  }

  private static OpenFacts.Identity identity(UpgradeFacts.Identity identity) {
    return identity == null
        ? null
        : new OpenFacts.Identity(
            identity.user(), identity.method(), identity.expiresAt(), identity.rights());
  }

  private static OpenFacts.Tls tls(UpgradeFacts.TlsFacts tls) {
    byte[] certificate = tls.clientCertificate();
    return new OpenFacts.Tls(
        tls.protocol(), tls.cipher(), "", certificate == null ? null : certificate(certificate));
  }

  private static OpenFacts.Certificate certificate(byte[] encoded) {
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(encoded));
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(encoded);
      return new OpenFacts.Certificate(
          certificate.getSubjectX500Principal().getName(),
          certificate.getIssuerX500Principal().getName(),
          certificate.getSerialNumber().toString(16),
          HexFormat.of().formatHex(digest));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A certificate that TLS accepted can't be read", e);
    }
  }
}
