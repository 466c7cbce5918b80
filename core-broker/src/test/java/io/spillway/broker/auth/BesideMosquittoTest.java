package io.spillway.broker.auth;

import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.subscribe5;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Ports;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import io.spillway.testing.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same files of users and rights, the same clients, the same packets, to Debian's Mosquitto and
 * to this broker: who comes in, whose message goes through, and who gets it.
 */
class BesideMosquittoTest {
  @TempDir static Path directory;
  private static Path passwords;
  private static Path acl;

  /** A user whom nothing is refused, to send what others may receive and to see what they sent. */
  private static final String ROOT = "root";

  private record Who(String user, String clientId) {}

  private static final List<Who> CLIENTS =
      List.of(
          new Who(null, "nobody"),
          new Who(null, "meter"),
          new Who("ann", "kitchen"),
          new Who("ann", "ann"),
          new Who("bob", "meter"),
          new Who("bob", "a+b"),
          new Who("we+", "plain"),
          new Who("we#", "plain"),
          new Who("%c", "meter"),
          new Who("stranger", "plain"));

  private static final List<String> TOPICS =
      List.of(
          "open",
          "open/x",
          "open/x/y",
          "anon/in",
          "a",
          "a/b",
          "a/secret",
          "a/secret/x",
          "a/both",
          "b/1/in",
          "b/1/2/in",
          "b//in",
          "own/ann/x",
          "own/bob/x",
          "own/ann/private",
          "own/bob/private",
          "own/%c/x",
          "up/meter",
          "up/kitchen",
          "up/ann/kitchen",
          "part/x-ann-y",
          "part/x-bob-y",
          "with space/x",
          "/lead",
          "elsewhere");

  private static final String ACL =
      """
      # Above the first user: anonymous clients.
      topic read open/#
      topic write anon/in
      topic deny open/x/y

      user ann
      topic a/#
      topic deny a/secret/#
      topic write a/both
      topic  readwrite  with space/#

      user bob
      topic write b/+/in
      topic read b/#
      topic /lead

      user we+
      topic elsewhere

      user root
      topic #

      pattern read own/%u/#
      pattern deny own/%u/private
      pattern write up/%c
      pattern readwrite up/%u/%c
      pattern read part/x-%u-y
      """;

  @BeforeAll
  static void write() throws Exception {
    Tools.assumeInstalled("mosquitto");
    Tools.assumeInstalled("mosquitto_passwd");
    passwords = directory.resolve("passwd");
    acl = Files.writeString(directory.resolve("acl"), ACL);
    Files.writeString(passwords, "");
    for (String user : List.of("ann", "we+", "%c", "stranger", ROOT)) {
      Tools.run("mosquitto_passwd", "-b", passwords.toString(), user, "secret of " + user);
    }
    Tools.run(
        "mosquitto_passwd", "-H", "sha512", "-b", passwords.toString(), "bob", "secret of bob");
    Tools.run("mosquitto_passwd", "-b", passwords.toString(), "we#", "secret of we#");
  }

  @Test
  void bothGiveEveryClientTheSame() throws Exception {
    Map<String, String> theirs;
    try (Mosquitto mosquitto = Mosquitto.start(passwords, acl)) {
      theirs = outcomes(mosquitto.port);
    }
    Map<String, String> ours;
    try (TestBroker broker =
        TestBroker.start(
            "broker.io-threads = 1", // So that a message is out before a later ping is answered.
            "broker.auth { allow-anonymous = yes",
            "password-file = \"" + passwords + "\", acl-file = \"" + acl + "\" }")) {
      ours = outcomes(broker.broker().tcpPort());
    }

    List<String> differences = new ArrayList<>();
    theirs.forEach(
        (question, answer) -> {
          if (!answer.equals(ours.get(question))) {
            differences.add(question + ": " + ours.get(question) + " (Mosquitto: " + answer + ")");
          }
        });
    assertTrue(theirs.size() > 300, theirs.toString());
    assertEquals(List.of(), differences);
    System.out.println(theirs.size() + " questions answered as Mosquitto answers them");
  }

  private static Map<String, String> outcomes(int port) {
    Map<String, String> outcomes = new TreeMap<>();
    for (Who who : CLIENTS) {
      outcomes.put(who + " with its password", connects(port, who, "secret of " + who.user));
      if (who.user != null) {
        outcomes.put(who + " with another", connects(port, who, "guess"));
        outcomes.put(who + " with none", connects(port, who, null));
      }
    }
    for (Who who : CLIENTS) {
      rights(port, who, outcomes);
    }
    return outcomes;
  }

  private static String connects(int port, Who who, String password) {
    try (RawClient client = RawClient.tcp(port)) {
      byte[] connack = client.send(connect(who, password)).read();
      return connack[3] == 0 ? "in" : "refused";
    }
  }

  private static void rights(int port, Who who, Map<String, String> outcomes) {
    try (RawClient root = RawClient.tcp(port);
        RawClient client = RawClient.tcp(port)) {
      root.connect5(connect(new Who(ROOT, "root-of-" + who.clientId), "secret of " + ROOT));
      root.subscribe("#", 0);
      client.connect5(connect(who, "secret of " + who.user));
      for (int i = 0; i < TOPICS.size(); i++) {
        String topic = TOPICS.get(i);
        client.send(packet(0x32, topic, u16(i + 1), properties(), utf8("up")));
        client.read(); // What is acknowledged with which code is each one's own.
        client.send("c000").expect("d000");
        outcomes.put(who + " publishes to " + topic, seen(root, topic) ? "through" : "lost");
      }
      for (int i = 0; i < TOPICS.size(); i++) {
        client.send(subscribe5(i + 1, TOPICS.get(i), 0)).read();
      }
      for (String topic : TOPICS) {
        root.publish(topic, "down");
        root.send("c000");
        while (root.read()[0] != (byte) 0xD0) {
          continue; // Its own message, then the answer.
        }
        outcomes.put(who + " receives " + topic, seen(client, topic) ? "received" : "nothing");
      }
    }
  }

  /** Whether a message of the topic comes before the answer to a ping. */
  private static boolean seen(RawClient client, String topic) {
    client.send("c000");
    boolean seen = false;
    for (byte[] packet = client.read(); packet[0] != (byte) 0xD0; packet = client.read()) {
      seen |= (packet[0] & 0xF0) == 0x30 && topicName(packet).equals(topic);
    }
    return seen;
  }

  private static String topicName(byte[] publish) {
    int at = 1;
    while (publish[at++] < 0) {
      continue; // The remaining length.
    }
    int length = (publish[at] & 0xFF) << 8 | publish[at + 1] & 0xFF;
    return new String(publish, at + 2, length, StandardCharsets.UTF_8);
  }

  private static byte[] connect(Who who, String password) {
    int flags =
        0x02 | (who.user == null ? 0 : 0x80) | (password == null || who.user == null ? 0 : 0x40);
    List<Object> more = new ArrayList<>();
    if (who.user != null) {
      more.add(who.user);
      if (password != null) {
        more.add(password);
      }
    }
    return connect5(who.clientId, flags, 60, properties(), more.toArray());
  }

  /** Debian's, on a port of its own. */
  private record Mosquitto(Process process, int port) implements AutoCloseable {
    static Mosquitto start(Path passwords, Path acl) throws Exception {
      int port = Ports.free();
      Path config =
          Files.writeString(
              directory.resolve("mosquitto.conf"),
              """
              listener %d 127.0.0.1
              allow_anonymous true
              password_file %s
              acl_file %s
              user %s
              """
                  .formatted(port, passwords, acl, System.getProperty("user.name")));
      Process process = Tools.start("mosquitto", "-c", config.toString());
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!isOpen(port)) {
        assertTrue(System.nanoTime() < deadline, "Mosquitto listens");
        Thread.onSpinWait();
      }
      return new Mosquitto(process, port);
    }

    private static boolean isOpen(int port) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected();
      } catch (IOException e) {
        return false;
      }
    }

    @Override
    public void close() throws Exception {
      process.destroy();
      process.waitFor();
    }
  }
}
