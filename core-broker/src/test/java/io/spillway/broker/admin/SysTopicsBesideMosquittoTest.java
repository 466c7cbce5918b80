package io.spillway.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Ports;
import io.spillway.testing.TestBroker;
import io.spillway.testing.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code $SYS} name by name beside the machine's own Mosquitto, as its own client sees both. */
class SysTopicsBesideMosquittoTest {
  /**
   * What a broker without gateways tells that a Mosquitto without clients doesn't. Its manual has
   * the first two.
   */
  private static final Set<String> OUR_OWN =
      Set.of(
          "$SYS/broker/clients/maximum",
          "$SYS/broker/messages/inflight",
          "$SYS/broker/store/durability");

  private static final long PATIENCE_NANOS = 10_000_000_000L;

  @BeforeAll
  static void mosquittoIsThere() {
    Tools.assumeInstalled("mosquitto");
    Tools.assumeInstalled("mosquitto_sub");
  }

  @Test
  void everyNameOfMosquittosIsHereWithAValueOfTheSameForm(@TempDir Path directory)
      throws Exception {
    Map<String, String> theirs = ofMosquitto(directory);
    Map<String, String> ours;
    // One loop, so that the values are there before a client is; the next come long after them.
    try (TestBroker broker =
        TestBroker.start("broker.io-threads = 1", "broker.sys-interval = 5s")) {
      ours = retained(broker.broker().tcpPort());
    }

    List<String> differences = new ArrayList<>();
    theirs.forEach(
        (name, value) -> {
          String own = ours.get(name);
          if (own == null || !form(own).equals(form(value))) {
            differences.add(name + ": " + own + " (Mosquitto: " + value + ")");
          }
        });
    Set<String> names = new TreeSet<>(theirs.keySet());
    names.addAll(ours.keySet());
    StringBuilder table = new StringBuilder("$SYS beside Mosquitto (theirs, ours):\n");
    names.forEach(
        name ->
            table.append(
                String.format("  %-48s %-28s %s%n", name, theirs.get(name), ours.get(name))));
    System.out.print(table);
    assertTrue(theirs.size() >= 50, theirs.toString());
    assertEquals(List.of(), differences);
    names.removeAll(theirs.keySet());
    assertEquals(OUR_OWN, names, "what Mosquitto doesn't have");
  }

  /** A value with its digits and its maker's name taken out. */
  private static String form(String value) {
    return value
        .replaceFirst("^(mosquitto|spillway) version .*", "version")
        .replaceAll("\\d+", "0");
  }

  private static Map<String, String> ofMosquitto(Path directory) throws Exception {
    int port = Ports.free();
    Path config =
        Files.writeString(
            directory.resolve("mosquitto.conf"),
            "listener " + port + " 127.0.0.1\nallow_anonymous true\nsys_interval 1\n");
    Process mosquitto = Tools.start("mosquitto", "-c", config.toString());
    try {
      awaitListening(port);
      return retained(port);
    } finally {
      mosquitto.destroy();
      mosquitto.waitFor();
    }
  }

  private static void awaitListening(int port) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertTrue(socket.isConnected());
        return;
      } catch (IOException e) {
        assertTrue(System.nanoTime() < deadline, "Mosquitto doesn't listen");
        Thread.onSpinWait();
      }
    }
  }

  /** It ends with the first value that isn't retained, which is the next interval's. */
  private static Map<String, String> retained(int port) {
    String printed =
        Tools.run(
            "mosquitto_sub",
            "-h",
            "127.0.0.1",
            "-p",
            Integer.toString(port),
            "-t",
            "$SYS/#",
            "--retained-only",
            "-F",
            "%t\t%p");
    Map<String, String> values = new TreeMap<>();
    for (String line : printed.split("\n")) {
      values.put(line.substring(0, line.indexOf('\t')), line.substring(line.indexOf('\t') + 1));
    }
    return values;
  }
}
