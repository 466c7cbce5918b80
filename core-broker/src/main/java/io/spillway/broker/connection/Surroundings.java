package io.spillway.broker.connection;

import io.spillway.broker.auth.Authenticator;
import io.spillway.broker.auth.EnhancedAuthentication;
import io.spillway.broker.session.Sessions;
import io.spillway.limits.AddressLimits;
import io.spillway.limits.MemoryGuard;

/** What all connections of a broker share. Any thread. */
public final class Surroundings {
  final Sessions sessions;
  final Authenticator authenticator;
  final EnhancedAuthentication enhancedAuthentication;
  final ConnectionLimits limits;
  final ConnectionLog log;
  final ClientCount clients;
  final AddressLimits addresses;
  final MemoryGuard memory;

  final ConnectionCounts counts = new ConnectionCounts();

  final ConnectProcessor connect;
  final PublishProcessor publish = new PublishProcessor();
  final AckProcessor ack = new AckProcessor();
  final SubscribeProcessor subscribe = new SubscribeProcessor();
  final UnsubscribeProcessor unsubscribe = new UnsubscribeProcessor();
  final PingProcessor ping = new PingProcessor();
  final DisconnectProcessor disconnect;
  final AuthProcessor auth = new AuthProcessor();
  final ExitDoor exit;

  public Surroundings(
      Sessions sessions,
      Authenticator authenticator,
      EnhancedAuthentication enhancedAuthentication,
      ConnectionLimits limits,
      ClientCount clients,
      MemoryGuard memory,
      boolean connectionMessages) {
    this.sessions = sessions;
    this.authenticator = authenticator;
    this.enhancedAuthentication = enhancedAuthentication;
    this.limits = limits;
    this.log = new ConnectionLog(connectionMessages);
    this.clients = clients;
    this.addresses = clients.addresses();
    this.memory = memory;
    this.connect =
        new ConnectProcessor(
            sessions, authenticator, enhancedAuthentication, limits, addresses, memory);
    this.disconnect = new DisconnectProcessor(limits);
    this.exit = new ExitDoor(sessions, log, counts, addresses);
  }

  /** Clients connected since the start. */
  public long accepted() {
    return counts.accepted();
  }

  /** How connections came and went. */
  public ConnectionCounts counts() {
    return counts;
  }

  /** For listeners, whose handshakes have the same limits. */
  public ConnectionLimits limits() {
    return limits;
  }

  /** For listeners, which ask before they let somebody in. */
  public ClientCount clients() {
    return clients;
  }

  /** For listeners, which log a connection before it is one of MQTT. */
  public ConnectionLog log() {
    return log;
  }
}
