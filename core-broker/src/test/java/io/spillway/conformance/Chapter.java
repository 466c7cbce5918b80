package io.spillway.conformance;

import static io.spillway.testing.Packets.u32;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A chapter's tests on one transport. They run side by side on one server, so each uses client
 * identifiers and topics of its own.
 */
@Execution(ExecutionMode.CONCURRENT)
public abstract class Chapter {
  /** Locked by tests that subscribe to everybody's topics and by those that want no subscriber. */
  static final String EVERY_TOPIC = "every topic";

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Supplier<Server> servers;
  private final int number = NUMBER.incrementAndGet();
  private final List<Client> clients = new ArrayList<>();

  protected Chapter(Supplier<Server> servers) {
    this.servers = servers;
  }

  Server server() {
    return servers.get();
  }

  /**
   * A topic name, or a client identifier, that no other test uses. The number leads, as names may
   * end with one: c1 of test 2 isn't c of test 12.
   */
  final String own(String name) {
    return number + name;
  }

  /** A client that has sent nothing yet. */
  final Client open(Version version) {
    Client client = new Client(server().connect(), version);
    clients.add(client);
    return client;
  }

  /** A connected client with a clean session. */
  final Client client(Version version, String clientId) {
    return open(version).connect(new Connect(version, own(clientId)));
  }

  final Client client(Connect connect, Version version) {
    return open(version).connect(connect);
  }

  final Connect connect(Version version, String clientId) {
    return new Connect(version, own(clientId));
  }

  /** A connected client that sends this is told the reason (MQTT 5) and closed. */
  final void ends(Version version, String what, int reasonCode, byte[]... packets) {
    for (byte[] packet : packets) {
      try (Client client = client(version, "offender")) {
        client.send(packet).expectEnd(reasonCode);
      } catch (AssertionError e) {
        throw new AssertionError(what + " " + HexFormat.of().formatHex(packet), e);
      }
    }
  }

  /** A CONNECT that breaks the standard: 3.1.1 is closed without a word, MQTT 5 is told why. */
  final void refuses(Version version, String what, int reasonCode, byte[] connect) {
    try (Client client = open(version).send(connect)) {
      if (version.is5()) {
        client.expectRefusal(reasonCode);
      } else {
        client.expectClosed();
      }
    } catch (AssertionError e) {
      throw new AssertionError(what, e);
    }
  }

  /** Returns when at least a second has passed for the server, as a will was delayed by one. */
  final void aSecondPasses() {
    Version v = Version.V5;
    Client watcher = client(v, "watcher").subscribe(own("second"), 0);
    Connect leaver = connect(v, "leaver").expiry(60);
    client(leaver.will(own("second"), "over", 0, false, 0x18, u32(1)), v).close();
    watcher.expectMessage(own("second"), "over");
    watcher.disconnect();
  }

  @AfterEach
  final void closeClients() {
    clients.forEach(Client::close);
  }
}
