package io.spillway.broker.connection;

import static io.spillway.testing.Packets.connect311;
import static io.spillway.testing.Packets.connect5;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.publish5;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.utf8;

import io.spillway.testing.RawClient;
import io.spillway.testing.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever meets a limit can be found in the log, with the key to change. */
class LimitsLogTest {
  private static final String LOOPBACK = "broker.limits.per-address.loopback = true";

  @TempDir Path directory;

  @Test
  void connectionsOfOneAddress() {
    try (TestBroker broker =
            TestBroker.start(LOOPBACK, "broker.limits.per-address.max-connections = 1");
        RawClient first = broker.client().connect311("first");
        RawClient second = broker.client()) {
      second.trySend(connect311("second")).expectClosed();

      broker.awaitLog(
          "refused: over 1 connections from this address"
              + " (broker.limits.per-address.max-connections).");
      first.expectNothing();
    }
  }

  @Test
  void connectionsOfOneAddressWithinASecond() {
    try (TestBroker broker =
        TestBroker.start(LOOPBACK, "broker.limits.per-address.connect-rate = 1")) {
      // The first ten are let in at once; however slowly they come, so many are too many.
      for (int i = 0;
          i < 1000 && broker.client().trySend(connect311("c" + i)).read().length > 0; ) {
        i++;
      }

      broker.awaitLog("(broker.limits.per-address.connect-rate).");
    }
  }

  @Test
  void connectionsInAll() {
    try (TestBroker broker = TestBroker.start("broker.limits.max-connections = 1");
        RawClient first = broker.client().connect311("first");
        RawClient second = broker.client()) {
      second.trySend(connect311("second")).expectClosed();

      broker.awaitLog("refused: over 1 connections (broker.limits.max-connections).");
      first.expectNothing();
    }
  }

  @Test
  void logInsThatFailed() throws Exception {
    // The hash of no password.
    Path file = Files.writeString(directory.resolve("p"), "ann:$6$AAAA$" + "A".repeat(86) + "==\n");
    try (TestBroker broker =
            TestBroker.start(
                LOOPBACK,
                "broker.auth.password-file = \"" + file + "\"",
                "broker.limits.per-address { failed-logins = 1, failed-login-delay = 1ms }");
        RawClient first = broker.client();
        RawClient second = broker.client()) {
      Object[] user = {"ann", u16(5), utf8("wrong")};
      first.send(connect5("1", 0xC2, 60, properties(), user)).expectRefused5(0x86);
      second.send(connect5("2", 0xC2, 60, properties(), user)).expectRefused5(0x9F);

      broker.awaitLog(
          "1 log-ins from this address have failed (broker.limits.per-address.failed-logins)");
    }
  }

  @Test
  void topicsThatAreTooDeepOrTooLong() {
    try (TestBroker broker =
            TestBroker.start("broker.limits { max-topic-levels = 3, max-topic-length = 9 }");
        RawClient deep = broker.client().connect5("deep");
        RawClient wide = broker.client().connect5("wide")) {
      deep.send(publish5("a/b/c/d", "x")).expectDisconnect5(0x90);
      wide.send(publish5("t".repeat(10), "x")).expectDisconnect5(0x90);

      broker.awaitLog("topic of 4 levels (expected: at most 3, broker.limits.max-topic-levels)");
      broker.awaitLog("(expected: at most 9, broker.limits.max-topic-length)");
    }
  }
}
