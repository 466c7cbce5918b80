package io.spillway.broker.auth;

import static io.spillway.testing.Packets.connect311;
import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.subscribe5;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.process.Settings;
import io.spillway.testing.Door;
import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is let in, and what they may do, seen from a socket and from a link. */
class LoginTest {
  @TempDir Path directory;
  private String passwordFile;

  @BeforeEach
  void writePasswords() throws Exception {
    Path file = Files.writeString(directory.resolve("passwd"), "ann:" + hash("s3cret") + "\n");
    passwordFile = "broker.auth.password-file = \"" + file + "\"";
  }

  @ParameterizedTest
  @EnumSource
  void aRightPasswordIsNeededWhereThereIsAPasswordFile(Door door) {
    try (TestBroker broker = TestBroker.start(passwordFile);
        RawClient right = broker.client(door);
        RawClient wrong = broker.client(door);
        RawClient wrong5 = broker.client(door);
        RawClient nobody = broker.client(door)) {
      right.send(with("right", "ann", "s3cret")).expect("20 02 00 00").expectNothing();
      wrong.send(with("wrong", "ann", "secret")).expect("20 02 00 04").expectClosed();
      Object[] user = {"eve", u16(6), utf8("s3cret")};
      wrong5.send(connect5("wrong5", 0xC2, 60, properties(), user)).expectRefused5(0x86);
      nobody.send(connect311("nobody")).expect("20 02 00 05").expectClosed();

      broker.awaitLog(l -> l.equals("Client wrong disconnected, not authorised."));
      broker.awaitLog("is refused: user ann is unknown or the password is wrong.");
      broker.awaitLog("is refused: no user name (broker.auth.allow-anonymous: auto).");
    }
  }

  @Test
  void anonymousClientsAndUsersMayShareAListener() {
    try (TestBroker broker = TestBroker.start(passwordFile, "broker.auth.allow-anonymous = yes");
        RawClient nobody = broker.client();
        RawClient wrong = broker.client()) {
      nobody.connect311("nobody").expectNothing();
      wrong.send(with("wrong", "ann", "secret")).expect("20 02 00 04").expectClosed();
    }
  }

  @Test
  void anyNameIsTakenWhereThereIsNothingToCheckItAgainst() {
    try (TestBroker broker = TestBroker.start();
        RawClient client = broker.client()) {
      client.send(with("c", "whoever", "whatever")).expect("20 02 00 00");

      broker.awaitLog("(p2, c1, k60, u'whoever').");
    }
  }

  @Test
  void nobodyComesInWithoutPasswordsWhereAnonymousIsNo() {
    try (TestBroker broker = TestBroker.start("broker.auth.allow-anonymous = no");
        RawClient nobody = broker.client();
        RawClient somebody = broker.client()) {
      nobody.send(connect311("nobody")).expect("20 02 00 05").expectClosed();
      somebody.send(with("c", "ann", "s3cret")).expect("20 02 00 04").expectClosed();

      broker.awaitLog("Listener tcp refuses everybody: broker.auth.allow-anonymous is no");
    }
  }

  @Test
  void aBrowserFromElsewhereNeedsMoreThanAuto() {
    try (TestBroker broker = TestBroker.start();
        RawClient near = broker.link().client("127.0.0.1", 1);
        RawClient far = broker.link().client("192.0.2.1", 1)) {
      near.connect311("near");
      far.send(connect311("far")).expect("20 02 00 05").expectClosed();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theAccessControlFileDecidesAndIsReadAgain(Door door) throws Exception {
    Path acl = Files.writeString(directory.resolve("acl"), "topic read in/#\ntopic write out\n");
    String settings = "broker.auth.acl-file = \"" + acl + "\"";
    try (TestBroker broker = TestBroker.start(settings);
        RawClient client = broker.client(door).connect5("c").subscribe("in/#", 0);
        RawClient inside = broker.client().connect5("d")) {
      client.send(subscribe5(1, "private/#", 0));
      client.expect("90 04 00 01 00 87"); // [MQTT-3.8.4-5]
      byte[] forbidden = packet(0x32, "in/x", u16(7), properties(), utf8("no"));
      inside.send(forbidden).expect("40 03 00 07 87");
      client.expectNothing();

      Files.writeString(acl, "topic readwrite in/#\n");
      broker.broker().reload(Settings.of(settings));

      inside.publish("in/x", "yes");
      client.expectPublish("in/x", "yes");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoIsTakenOutOfThePasswordFileHasToGoAndOthersStay(Door door) throws Exception {
    String bob = "bob:" + hash("bob's") + "\n";
    Path file =
        Files.writeString(
            directory.resolve("p"),
            "ann:" + hash("s3cret") + "\n" + bob + "eve:" + hash("old") + "\n");
    String settings =
        "broker.auth.allow-anonymous = yes\nbroker.auth.password-file = \"" + file + "\"";
    try (TestBroker broker = TestBroker.start(settings);
        RawClient removed = broker.client(door);
        RawClient changed = broker.client(door);
        RawClient staying = broker.client(door);
        RawClient nobody = broker.client(door).connect311("nobody")) {
      removed.connect5(connect5("removed", 0xC2, 60, properties(), "ann", "s3cret"));
      changed.send(with("changed", "eve", "old")).expect("20 02 00 00");
      staying.send(with("staying", "bob", "bob's")).expect("20 02 00 00");

      Files.writeString(file, bob + "eve:" + hash("new") + "\n");
      broker.broker().reload(Settings.of(settings));

      removed.expectDisconnect5(0x87);
      changed.expectClosed();
      staying.expectNothing();
      nobody.expectNothing();
      broker.awaitLog(
          "disconnected: not authorized: the user is no longer in the file, or has another"
              + " password there (broker.auth.password-file, .scram-file).");
    }
  }

  @Test
  void aChangedPasswordFileIsNoticedWithoutASignal() throws Exception {
    Path file = Files.writeString(directory.resolve("p"), "ann:" + hash("s3cret") + "\n");
    try (TestBroker broker =
            TestBroker.start(
                "broker.auth { watch-interval = 50ms, password-file = \"" + file + "\" }");
        RawClient client = broker.client()) {
      client.send(with("c", "ann", "s3cret")).expect("20 02 00 00");

      Files.writeString(file, "# nobody\n");

      client.expectClosed();
    }
  }

  @Test
  void aUserOfTheScramFileGoesWithItsLine() throws Exception {
    String line =
        "ann:SCRAM-SHA-256$4096:%s$%s:%s\n"
            .formatted(base64("salt"), base64("k".repeat(32)), base64("s".repeat(32)));
    Path file = Files.writeString(directory.resolve("scram"), line);
    EnhancedAuthentication methods = new EnhancedAuthentication(file);
    Identity ann = Identity.of("ann", line.strip().substring("ann:".length()));

    assertTrue(methods.stillSays(ann));
    Files.writeString(file, line.replace("4096", "8192"));
    methods.reload();
    assertFalse(methods.stillSays(ann));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(utf8(text));
  }

  private static byte[] with(String clientId, String user, String password) {
    return connect311(clientId, 0xC2, 60, user, u16(password.length()), utf8(password));
  }

  private static String hash(String password) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-512");
    digest.update(utf8(password));
    Base64.Encoder base64 = Base64.getEncoder();
    byte[] salt = utf8("twelve bytes");
    return "$6$" + base64.encodeToString(salt) + "$" + base64.encodeToString(digest.digest(salt));
  }
}
