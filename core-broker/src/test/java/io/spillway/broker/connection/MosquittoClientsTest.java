package io.spillway.broker.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.TestBroker;
import io.spillway.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Debian's mosquitto_pub and mosquitto_sub, which know nothing of us. */
@Tag("tools")
class MosquittoClientsTest {
  private static TestBroker broker;

  @BeforeAll
  static void start() {
    Tools.assumeInstalled("stdbuf");
    Tools.assumeInstalled("mosquitto_pub");
    Tools.assumeInstalled("mosquitto_sub");
    broker = TestBroker.start("broker.sys-interval = 1s");
  }

  @AfterAll
  static void stop() {
    if (broker != null) {
      broker.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"31,0", "31,1", "31,2", "311,0", "311,1", "311,2", "5,0", "5,1", "5,2"})
  void aMessageGoesFromOneToTheOther(String version, String qos) {
    String topic = "v" + version + "/q" + qos;
    String id = "sub-" + version + "-" + qos;
    Process sub =
        start("mosquitto_sub", version, "-i", id, "-q", qos, "-t", topic, "-C", "2", "-v", "-d");
    Tools.awaitLine(sub, "Subscribed");

    run("mosquitto_pub", version, "-q", qos, "-t", topic, "-m", "first message");
    Tools.awaitLine(sub, topic + " first message"); // Two publishers have no order between them.
    run("mosquitto_pub", version, "-q", qos, "-t", topic, "-n");

    List<String> messages = Tools.end(sub).lines().filter(l -> l.startsWith(topic)).toList();
    assertEquals(List.of(topic + " (null)"), messages);
    broker.awaitLog("Client " + id + " disconnected.");
  }

  @ParameterizedTest
  @CsvSource({"311", "5"})
  void aRetainedMessageWaitsForItsSubscriber(String version) {
    String topic = "retained/" + version;
    run("mosquitto_pub", version, "-r", "-q", "1", "-t", topic, "-m", "waiting");

    String first = run("mosquitto_sub", version, "-t", topic, "-C", "1", "-F", "%r %p");

    assertEquals("1 waiting\n", first);
    run("mosquitto_pub", version, "-r", "-q", "1", "-t", topic, "-n");
  }

  @ParameterizedTest
  @CsvSource({"311", "5"})
  void aSessionKeepsWhatCameMeanwhile(String version) {
    String[] session = {"-i", "kept-" + version, "-c", "-q", "1", "-t", "kept/" + version};
    String[] keep = version.equals("5") ? new String[] {"-x", "100"} : new String[0];
    run("mosquitto_sub", version, join(join(session, keep), "-E"));
    run("mosquitto_pub", version, "-q", "1", "-t", "kept/" + version, "-m", "one");
    run("mosquitto_pub", version, "-q", "1", "-t", "kept/" + version, "-m", "two");

    String received = run("mosquitto_sub", version, join(join(session, keep), "-C", "2"));

    assertEquals("one\ntwo\n", received);
  }

  @ParameterizedTest
  @CsvSource({"311,1048576", "5,1048576", "5,10485760"})
  void aLargeFileArrives(String version, int size, @TempDir Path directory) throws Exception {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) 'x');
    Path file = Files.write(directory.resolve("large"), bytes);
    String topic = "large/" + version;
    run("mosquitto_pub", version, "-r", "-q", "1", "-t", topic, "-f", file.toString());

    String received = run("mosquitto_sub", version, "-t", topic, "-C", "1", "-N");

    assertEquals(size, received.length());
    run("mosquitto_pub", version, "-r", "-q", "1", "-t", topic, "-n");
  }

  @Test
  void theSystemTopicsAreThere() {
    String uptime = run("mosquitto_sub", "311", "-t", "$SYS/broker/uptime", "-C", "1", "-W", "10");
    String version =
        run("mosquitto_sub", "311", "-t", "$SYS/broker/version", "-C", "1", "-W", "10");

    assertTrue(uptime.matches("\\d+ seconds\n"), uptime);
    assertTrue(version.startsWith("spillway version "), version);
  }

  private static String run(String program, String version, String... options) {
    return Tools.end(start(program, version, options));
  }

  private static Process start(String program, String version, String... options) {
    String[] common = {
      "stdbuf",
      "-oL",
      program,
      "-h",
      "127.0.0.1",
      "-p",
      "" + broker.broker().tcpPort(),
      "-V",
      version(version)
    };
    return Tools.start(join(common, options));
  }

  private static String version(String version) {
    return switch (version) {
      case "31" -> "mqttv31";
      case "311" -> "mqttv311";
      default -> "mqttv5";
    };
  }

  private static String[] join(String[] first, String... second) {
    String[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
