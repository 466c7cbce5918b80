package io.spillway.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one client, one address or all of them may take, with limits small enough to be met. {@link
 * FlowChapter} has those that packets negotiate.
 */
public abstract class LimitsChapter extends OwnServerChapter {
  private static final Version V = Version.V5;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String LOOPBACK = "broker.limits.per-address.loopback = true\n";

  @TempDir Path directory;

  protected LimitsChapter(Function<String, Server> starts) {
    super(starts);
  }

  private Client client(String clientId) {
    return client(V, clientId);
  }

  private Client tryConnect(Version version, String clientId) {
    return open(version).trySend(connect(version, clientId).bytes());
  }

  /** The end of a connection is noticed a moment after its client's. */
  private void connectsSoon(String clientId) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isConnectedBy(tryConnect(V, clientId))) {
      assertTrue(System.nanoTime() < deadline, "no room in time for " + clientId);
    }
  }

  private static boolean isConnectedBy(Client client) {
    return client.isAnswered() && client.expect(Packet.CONNACK).reasonCode() == 0;
  }

  @Test
  @Limit({"per-address.max-connections", "per-address.loopback"})
  void anAddressHasOnlySoManyConnections() {
    start(LOOPBACK + "broker.limits.per-address.max-connections = 2");
    Client first = client("first");
    Client second = client("second");

    tryConnect(V, "third").expectClosed();

    second.expectNothing();
    first.disconnect();
    connectsSoon("fourth");
  }

  @Test
  @Limit("per-address.connect-rate")
  void anAddressMayConnectOnlySoOften() {
    start(LOOPBACK + "broker.limits.per-address.connect-rate = 1");
    for (int i = 0; i < 10; i++) {
      client("c" + i).close();
    }

    boolean refused = false;
    for (int i = 0; i < 100 && !refused; i++) { // However slow a machine, not a second each.
      try (Client more = tryConnect(V, "more")) {
        refused = !isConnectedBy(more);
      }
    }

    assertTrue(refused, "a hundred connections and more at once");
  }

  @Test
  @Limit("connect-timeout")
  void silenceBeforeConnectIsLimited() {
    start("broker.limits.connect-timeout = 2s");

    open(V).trySend(Packets.hex("10")).expectClosed();
  }

  @Test
  @Limit("max-connections")
  void allClientsTogetherHaveOnlySoManyConnections() {
    start("broker.limits.max-connections = 1");
    Client first = client("first");

    tryConnect(V, "second").expectClosed();

    first.expectNothing();
  }

  @Test
  @Limit({"per-address.failed-logins", "per-address.failed-login-delay"})
  void whoeverGuessesPasswordsHasToWait() throws IOException {
    // The hash of no password.
    Path file = Files.writeString(directory.resolve("p"), "ann:$6$AAAA$" + "A".repeat(86) + "==\n");
    start(
        LOOPBACK
            + "broker.auth.password-file = \""
            + file
            + "\"\nbroker.limits.per-address { failed-logins = 2, failed-login-delay = 100ms }");
    long start = System.nanoTime();

    wrong(V, "1").expectRefusal(0x86);
    wrong(V, "2").expectRefusal(0x86);

    assertTrue(System.nanoTime() - start > 290_000_000, "100 ms and 200 ms");
    wrong(V, "3").expectRefusal(0x9F);
    wrong(Version.V3_1_1, "4").expectRefusal(3);
  }

  private Client wrong(Version version, String clientId) {
    return open(version).send(connect(version, clientId).userName("ann").password("wrong").bytes());
  }

  @Test
  @Limit("max-waiting-logins")
  void onlySoManyLogInsWait() throws IOException {
    // Each takes as long as some hundred thousand rounds of PBKDF2 do.
    String hash = "$7$300000$AAAA$" + "A".repeat(86) + "==";
    Path file = Files.writeString(directory.resolve("p"), "ann:" + hash + "\n");
    start(
        "broker.auth.password-file = \""
            + file
            + "\"\nbroker.limits { max-waiting-logins = 1, connect-timeout = 60s }");
    int verifying = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    Set<Integer> told = new TreeSet<>();
    long deadline = System.nanoTime() + 2 * PATIENCE.toNanos();

    while (!told.containsAll(Set.of(3, 0x89))) {
      assertTrue(System.nanoTime() < deadline, () -> "return codes " + told);
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < verifying + 1 + 6; i++) {
        clients.add(open(i % 2 == 0 ? V : Version.V3_1_1));
      }
      for (Client client : clients) {
        client.send(connect(client.version, "c").userName("ann").password("wrong").bytes());
      }
      for (Client client : clients) {
        told.add(client.expect(Packet.CONNACK).reasonCode());
        client.expectClosed();
      }
    }

    Set<Integer> expected = Set.of(3, 0x89, 4, 0x86);
    assertTrue(expected.containsAll(told), () -> "return codes " + told);
  }

  @Test
  @Limit("memory-guard")
  void whileMemoryIsShortThoseThereAreGoOn() {
    System.gc(); // What others have left behind is none of what is taken here.
    start("broker.limits { memory-guard = 50, connect-timeout = 60s }");
    Client fine = client("fine").subscribe("t", 0);
    Client early = open(V);
    Client early3 = open(Version.V3_1_1);

    try (TakenMemory memory = TakenMemory.percent(55)) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      // The broker looks ten times a second.
      while (subscribes(fine)) {
        assertTrue(System.nanoTime() < deadline, "no refusal in time");
      }

      early.send(connect(V, "early").bytes()).expectRefusal(0x89);
      early3.send(connect(Version.V3_1_1, "early3").bytes()).expectRefusal(3);
      tryConnect(V, "late").expectClosed();
      fine.publish("t", "x", 0).expectMessage("t", "x");
      fine.publish("kept", "x", 1, true);
    }

    connectsSoon("again");
    client("reader").subscribe("kept", 0).expectNothing();
    fine.expectNothing();
  }

  /** Whether one more filter is granted; it is told 0x97 otherwise. */
  private static boolean subscribes(Client client) {
    client.send(V.subscribe(1, "more", 0));
    List<Integer> codes = client.expect(Packet.SUBACK).reasonCodes;
    return !codes.equals(List.of(0x97));
  }

  @Test
  @Limit({"publish-rate", "publish-bytes-rate"})
  void aClientThatPublishesTooFastIsSlowedDown() {
    start("broker.limits { publish-rate = 100, publish-bytes-rate = 100KiB }");
    Client reader = client("reader").subscribe("t", 0);

    assertTrue(millisFor(reader, "many", 160, 10) >= 500, "100 per second and a burst");
    assertTrue(millisFor(reader, "large", 17, 10_240) >= 500, "100 KiB per second and a burst");
  }

  /** How long so many messages of this length take, from a client of their own. */
  private long millisFor(Client reader, String clientId, int count, int length) {
    Client writer = client(clientId);
    String payload = "x".repeat(length);
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      writer.publish("t", payload, 0);
    }
    for (int i = 0; i < count; i++) {
      reader.expectMessage("t", payload);
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    writer.expectNothing();
    return millis;
  }

  @Test
  @Limit({"max-topic-levels", "max-topic-length"})
  void topicsHaveOnlySoManyLevelsAndCharacters() {
    start("broker.limits.max-topic-length = 300");
    Client fine = client("fine").subscribe("/".repeat(200), 0);
    fine.publish("/".repeat(200), "x", 0).expectMessage("/".repeat(200), "x");

    String deep = "/".repeat(201);
    client("writer").send(V.publish(0, deep, 0, "x")).expectEnd(0x90);
    client("reader").send(V.subscribe(1, deep, 0)).expectEnd(0x8F);
    open(V).send(connect(V, "will").will(deep, "x", 0, false).bytes()).expectRefusal(0x90);
    client("long").send(V.publish(0, "t".repeat(301), 0, "x")).expectEnd(0x90);
    fine.expectNothing();
  }

  @Test
  @Limit("max-subscriptions")
  void aClientHasOnlySoManySubscriptions() {
    start("broker.limits.max-subscriptions = 2");

    Client client = client("client").send(V.subscribe(1, "a", 0, "b", 0, "c", 0, "a", 0));

    assertEquals(List.of(0, 0, 0x97, 0), client.expect(Packet.SUBACK).reasonCodes);
  }

  @BothVersions
  @Limit("max-sessions")
  void thereAreOnlySoManySessions(Version version) {
    start("broker.limits.max-sessions = 2");
    client(connect(version, "gone").resuming(), version).disconnect();
    Client second = client(version, "second");

    tryConnect(version, "third").expectRefusal(version.is5() ? 0x97 : 3);

    client(connect(version, "gone").resuming(), version).expectNothing();
    second.disconnect();
    connectsSoon("third");
  }

  /** Publishes m1, m2, … and waits until the session has seen to all of them. */
  private static void publishAll(Client publisher, Client client, int count, String padding) {
    client.subscribe("end", 0);
    for (int i = 1; i <= count; i++) {
      publisher.publish("t", "m" + i + padding, 1);
    }
    publisher.publish("end", "", 0);
    assertEquals("end", client.await(packet -> "end".equals(packet.topic)).topic);
  }

  @BothVersions
  @Limit({"max-inflight", "max-queued-messages"})
  void soManyMessagesAreOnTheirWayAndSoManyWait(Version version) {
    start("broker.limits { max-inflight = 2, max-queued-messages = 3 }");
    Client client = client(version, "client").subscribe("t", 1);

    publishAll(client(version, "publisher"), client, 7, "");

    Packet one = client.expect(Packet.PUBLISH);
    Packet two = client.expect(Packet.PUBLISH);
    client.expectNothing();
    client.acknowledge(one);
    client.acknowledge(two);
    for (int i = 3; i <= 5; i++) { // The newest two found no room.
      client.expectMessage("t", "m" + i);
    }
    client.expectNothing();
  }

  @Test
  @Limit("max-queued-bytes")
  void soManyBytesWait() {
    start("broker.limits { max-inflight = 1, max-queued-bytes = 10KiB }");
    Client client = client("client").subscribe("t", 1);
    String padding = "x".repeat(4_000);

    publishAll(client("publisher"), client, 5, padding);

    for (int i = 1; i <= 3; i++) {
      client.expectMessage("t", "m" + i + padding);
    }
    client.expectNothing();
  }

  @Test
  @Limit("queue-full")
  void aFullQueueMayDropTheOldest() {
    start("broker.limits { max-inflight = 1, max-queued-messages = 1, queue-full = drop-oldest }");
    Client client = client("client").subscribe("t", 1);

    publishAll(client("publisher"), client, 3, "");

    client.expectMessage("t", "m1");
    client.expectMessage("t", "m3");
    client.expectNothing();
  }

  @Test
  @Limit("queue-full")
  void aFullQueueMayEndTheConnection() {
    start("broker.limits { max-inflight = 1, max-queued-messages = 1, queue-full = disconnect }");
    Client client = client(connect(V, "client").expiry(60), V).subscribe("t", 1);
    Client publisher = client("publisher");

    for (int i = 1; i <= 3; i++) {
      publisher.publish("t", "m" + i, 1);
    }

    assertEquals("m1", client.expect(Packet.PUBLISH).payload);
    client.expectEnd(0x97);
    Client again = client(connect(V, "client").notClean().expiry(60), V);
    again.expectMessage("t", "m1");
    again.expectMessage("t", "m2");
    again.expectNothing();
  }

  @Test
  @Limit({"max-retained-messages", "max-retained-bytes"})
  void onlySoMuchIsRetained() {
    start(
        "broker.limits { max-retained-messages = 2, max-retained-bytes = 3000 }\n"
            + "broker.sys-interval = 0");
    Client there = client("there").subscribe("r/#", 0);
    Client publisher = client("publisher");
    String large = "x".repeat(2_000);
    publisher.publish("r/a", large, 1, true).publish("r/b", "small", 1, true);
    publisher.publish("r/c", "one too many", 1, true).publish("r/b", large, 1, true);
    for (String payload : List.of(large, "small", "one too many", large)) {
      assertEquals(payload, there.expect(Packet.PUBLISH).payload); // Delivered all the same.
    }
    publisher.publish("r/a", large + "!", 1, true); // In place of one that is as large.

    Client late = client("late").subscribe("r/#", 0);

    late.expectMessage("r/a", large + "!");
    late.expectNothing(); // An outdated r/b would be worse than none.
  }
}
