package io.spillway.tls;

import io.spillway.process.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Looks at a server's PEM files before a library does, which would say less about what is wrong.
 */
public final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  private static final Duration SOON = Duration.ofDays(14);

  private PemFiles() {}

  /**
   * Whether a listener that speaks TLS only with a certificate names anything that belongs to TLS:
   * one that asks clients for certificates must not be open for want of its own.
   */
  public static boolean areMeantBy(Settings listener) {
    return Stream.of("certificate", "private-key", "client-ca", "certificate-identity")
        .anyMatch(listener::has);
  }

  /**
   * Whether certificate and key can be used, and fit together.
   *
   * @param authorities who vouches for clients; null: nobody has to
   * @throws SSLException says which file and what is wrong with it
   */
  public static void check(Path certificate, Path privateKey, Path authorities)
      throws SSLException {
    List<X509Certificate> chain = certificates(certificate);
    for (int i = 1; i < chain.size(); i++) {
      if (!chain
          .get(i - 1)
          .getIssuerX500Principal()
          .equals(chain.get(i).getSubjectX500Principal())) {
        throw new SSLException(
            certificate
                + ": certificate "
                + (i + 1)
                + " isn't the issuer of the one before (expected: the server's own first, then its"
                + " issuers in order)");
      }
    }
    checkFit(certificate, chain.get(0).getPublicKey(), privateKey);
    if (authorities != null) {
      certificates(authorities);
    }
  }

  /** What will soon be wrong with a certificate, or is: its dates. Null: nothing. */
  public static String warning(Path certificate) {
    try {
      X509Certificate first = certificates(certificate).get(0);
      Instant now = Instant.now();
      Instant end = first.getNotAfter().toInstant();
      if (end.isBefore(now)) {
        return certificate + ": the certificate has expired on " + end + ", clients will refuse it";
      }
      if (first.getNotBefore().toInstant().isAfter(now)) {
        return certificate
            + ": the certificate isn't valid before "
            + first.getNotBefore().toInstant()
            + ", clients will refuse it";
      }
      return end.isBefore(now.plus(SOON))
          ? certificate + ": the certificate expires on " + end
          : null;
    } catch (SSLException e) {
      return e.getMessage();
    }
  }

  private static List<X509Certificate> certificates(Path file) throws SSLException {
    String text = text(file);
    if (!text.contains("-----BEGIN CERTIFICATE-----")) {
      throw new SSLException(
          file
              + (text.contains("PRIVATE KEY-----")
                  ? " holds a private key (expected: a certificate)"
                  : " holds no certificate (expected: PEM, -----BEGIN CERTIFICATE-----)"));
    }
    try {
      List<X509Certificate> certificates = new ArrayList<>();
      for (var certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)))) {
        certificates.add((X509Certificate) certificate);
      }
      return certificates;
    } catch (CertificateException e) {
      throw new SSLException(file + " holds a certificate that is damaged: " + e.getMessage());
    }
  }

  private static void checkFit(Path certificate, PublicKey publicKey, Path file)
      throws SSLException {
    String text = text(file);
    Matcher key = KEY.matcher(text);
    if (!key.find()) {
      throw new SSLException(file + " " + noKey(text, file));
    }
    String kind = publicKey.getAlgorithm();
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(key.group(1));
      PrivateKey privateKey =
          KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      if (fits(publicKey, privateKey)) {
        return;
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new SSLException(
          file + " holds a key that is damaged or not " + kind + ", as " + certificate + " is");
    }
    throw new SSLException(file + " is not the private key of the certificate in " + certificate);
  }

  private static String noKey(String text, Path file) {
    if (text.contains("ENCRYPTED")) {
      return "is encrypted (expected: not; openssl pkey -in " + file + " -out plain.key)";
    }
    if (text.contains("PRIVATE KEY-----")) {
      return "is in an old form (expected: PKCS#8; openssl pkey -in " + file + " -out new.key)";
    }
    return "holds no private key (expected: PEM, -----BEGIN PRIVATE KEY-----)";
  }

  private static boolean fits(PublicKey publicKey, PrivateKey privateKey)
      throws GeneralSecurityException {
    String algorithm =
        switch (publicKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> publicKey.getAlgorithm();
        };
    byte[] sample = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(privateKey);
    signature.update(sample);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(sample);
    return signature.verify(signed);
  }

  private static String text(Path file) throws SSLException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new SSLException(file + " can't be read: " + e.getMessage(), e);
    }
  }
}
