package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.testing.Certificates;
import io.spillway.testing.TestBroker;
import io.spillway.testing.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every listener with TLS offers, asked by OpenSSL, which is told to take anything: a version
 * and a cipher suite at a time, each one chosen being left out of the next offer.
 */
class TlsOfferTest {
  private static final Pattern CHOSEN = Pattern.compile("Cipher is ([A-Z0-9_-]+)");

  private static final List<String> TLS_1_3 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  @TempDir static Path directory;

  @Test
  void onlyModernVersionsAndCipherSuitesAreOfferedWithEitherKindOfKey() throws Exception {
    Tools.assumeInstalled("openssl");
    Map<String, Certificates> kinds = new LinkedHashMap<>();
    kinds.put("ECDSA", Certificates.make(directory, "ec"));
    kinds.put("RSA", Certificates.make(directory, "rsa", "-keyalg", "RSA", "-keysize", "2048"));
    for (Map.Entry<String, Certificates> kind : kinds.entrySet()) {
      String key = kind.getKey();
      Certificates certificates = kind.getValue();
      String files =
          "certificate = \"%s\", private-key = \"%s\" }"
              .formatted(certificates.certificate(), certificates.privateKey());
      String listener = "enabled = true, host = 127.0.0.1, port = 0, ";
      try (TestSystem system =
              TestSystem.start(
                  "broker.listeners.tls { " + listener + files,
                  "gateway.listeners.https { " + listener + files);
          TestBroker core = TestBroker.start("broker.link.tls { enabled = true, " + files)) {
        Map<String, Integer> ports = new TreeMap<>();
        ports.put("broker.listeners.tls", system.process().broker().tlsPort());
        ports.put("broker.link.tls", core.broker().linkPort());
        ports.put(
            "gateway.listeners.https",
            system.process().gateway().addresses("gateway.listeners.https").get(0).getPort());
        for (Map.Entry<String, Integer> port : ports.entrySet()) {
          Map<String, List<String>> offer = offer(port.getValue());
          System.out.println(port.getKey() + " with a key for " + key + ": " + offer);
          assertEquals(expected(key), offer, port.getKey());
        }
      }
    }
  }

  private static Map<String, List<String>> expected(String key) {
    Map<String, List<String>> expected = new LinkedHashMap<>();
    expected.put("-tls1", List.of());
    expected.put("-tls1_1", List.of());
    expected.put(
        "-tls1_2",
        List.of(
            "ECDHE-" + key + "-AES128-GCM-SHA256",
            "ECDHE-" + key + "-AES256-GCM-SHA384",
            "ECDHE-" + key + "-CHACHA20-POLY1305"));
    expected.put("-tls1_3", TLS_1_3);
    return expected;
  }

  private static Map<String, List<String>> offer(int port) throws IOException {
    Map<String, List<String>> offer = new LinkedHashMap<>();
    for (String version : List.of("-tls1", "-tls1_1", "-tls1_2", "-tls1_3")) {
      List<String> chosen = new ArrayList<>();
      for (String next = chosen(port, version, chosen);
          next != null && !chosen.contains(next);
          next = chosen(port, version, chosen)) {
        chosen.add(next);
      }
      offer.put(version, chosen.stream().sorted().toList());
    }
    return offer;
  }

  /** Null: none that is left. */
  private static String chosen(int port, String version, List<String> without) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port, version));
    if (version.equals("-tls1_3")) {
      List<String> left = TLS_1_3.stream().filter(suite -> !without.contains(suite)).toList();
      if (left.isEmpty()) {
        return null;
      }
      command.addAll(List.of("-ciphersuites", String.join(":", left)));
    } else {
      StringBuilder suites = new StringBuilder("ALL:COMPLEMENTOFALL:@SECLEVEL=0");
      without.forEach(suite -> suites.append(":!").append(suite));
      command.addAll(List.of("-cipher", suites.toString()));
    }
    Process process = Tools.start(command.toArray(new String[0]));
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    Matcher cipher = CHOSEN.matcher(output);
    return cipher.find() && !cipher.group(1).equals("NONE") ? cipher.group(1) : null;
  }
}
