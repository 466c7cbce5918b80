package io.spillway.testing;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates for localhost, made by the JDK's keytool. */
public final class Certificates {
  private static final char[] PASSWORD = "changeit".toCharArray();

  /** Null until it is asked for. */
  private static Certificates localhost;

  private final KeyStore keys;
  private final Path certificate;
  private final Path privateKey;

  private Certificates(KeyStore keys, Path certificate, Path privateKey) {
    this.keys = keys;
    this.certificate = certificate;
    this.privateKey = privateKey;
  }

  /** One for localhost, made when it is first asked for and kept as long as the JVM. */
  public static synchronized Certificates localhost() {
    if (localhost == null) {
      try {
        Path directory = Files.createTempDirectory("certificates");
        localhost = make(directory, "localhost");
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return localhost;
  }

  /** A new one with this common name; its files lie in the directory. */
  public static Certificates make(Path directory, String name) throws Exception {
    return make(directory, name, "-keyalg", "EC");
  }

  /** The same with options of keytool's; the key is of an elliptic curve unless they say else. */
  public static Certificates make(Path directory, String name, String... options) throws Exception {
    Path store = directory.resolve(name + ".p12");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.add("-genkeypair");
    if (!List.of(options).contains("-keyalg")) {
      command.addAll(List.of("-keyalg", "EC"));
    }
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-alias",
            "key",
            "-dname",
            "CN=" + name,
            "-ext",
            "san=dns:localhost,ip:127.0.0.1",
            "-keystore",
            store.toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(PASSWORD)));
    Tools.run(command.toArray(new String[0]));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    Path certificate = directory.resolve(name + ".crt");
    Path privateKey = directory.resolve(name + ".key");
    Files.writeString(certificate, pem("CERTIFICATE", keys.getCertificate("key").getEncoded()));
    Files.writeString(privateKey, pem("PRIVATE KEY", keys.getKey("key", PASSWORD).getEncoded()));
    return new Certificates(keys, certificate, privateKey);
  }

  private static String pem(String what, byte[] encoded) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
  }

  public Path certificate() {
    return certificate;
  }

  public Path privateKey() {
    return privateKey;
  }

  /** For a client that trusts this certificate and shows {@code own}; null: shows none. */
  public SSLContext client(Certificates own) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("key"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManagerFactory shown =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    shown.init(own == null ? null : own.keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shown.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
