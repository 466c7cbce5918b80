package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.spillway.broker.auth.Access;
import io.spillway.broker.auth.Authenticator;
import io.spillway.broker.auth.EnhancedAuthentication;
import io.spillway.broker.auth.Identity;
import io.spillway.broker.auth.Login;
import io.spillway.broker.auth.LoginResult;
import io.spillway.broker.session.ConnectRequest;
import io.spillway.broker.session.Permissions;
import io.spillway.broker.session.Sessions;
import io.spillway.broker.session.Will;
import io.spillway.limits.AddressLimits;
import io.spillway.limits.MemoryGuard;
import io.spillway.mqtt.PacketDecoder;
import io.spillway.mqtt.PacketEncoder;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import java.util.UUID;

/**
 * CONNECT from a client: who it is, what it may, then its session. The answers of the authenticator
 * and of the sessions come later; what the client sends meanwhile waits.
 */
final class ConnectProcessor {
  private final Sessions sessions;
  private final Authenticator authenticator;
  private final EnhancedAuthentication enhancedAuthentication;
  private final ConnectionLimits limits;
  private final AddressLimits addresses;
  private final MemoryGuard memory;

  ConnectProcessor(
      Sessions sessions,
      Authenticator authenticator,
      EnhancedAuthentication enhancedAuthentication,
      ConnectionLimits limits,
      AddressLimits addresses,
      MemoryGuard memory) {
    this.sessions = sessions;
    this.authenticator = authenticator;
    this.enhancedAuthentication = enhancedAuthentication;
    this.limits = limits;
    this.addresses = addresses;
    this.memory = memory;
  }

  void process(MqttConnection connection, ByteBuf packet) {
    if (connection.phase() != Phase.AWAITING_CONNECT) { // [MQTT-3.1.0-2]
      throw new ProtocolException(ReasonCode.PROTOCOL_ERROR, "second CONNECT packet");
    }
    connection.answerConnectAs(PacketDecoder.versionOf(packet));
    checkWelcome(connection.facts());
    MqttConnectMessage connect = (MqttConnectMessage) PacketDecoder.decode(packet, null);
    if (connect.variableHeader().isWillFlag()) {
      limits.checkTopic(connect.payload().willTopic(), ReasonCode.TOPIC_NAME_INVALID);
    }
    ProtocolVersion version = PacketDecoder.versionOf(connect);
    MqttProperties properties = connect.variableHeader().properties();
    ClientTerms terms = terms(connect, version, properties);
    connection.asked(terms);
    String method = Properties.text(properties, MqttProperties.AUTHENTICATION_METHOD);
    if (method != null) {
      authenticate(connection, connect, method);
      return;
    }
    connection.loggingIn();
    CarrierFacts facts = connection.facts();
    Login login =
        new Login(
            connect.payload().userName(),
            connect.payload().passwordInBytes(),
            facts.identity(),
            facts.listener(),
            facts.local());
    authenticator.authenticate(
        login,
        task -> connection.home().execute(task),
        result -> loggedIn(connection, connect, result));
  }

  /** Nothing is computed for somebody who must wait anyway. */
  private void checkWelcome(CarrierFacts facts) {
    if (memory.isTight()) {
      throw new ProtocolException(
          ReasonCode.SERVER_BUSY, "memory is short (broker.limits.memory-guard)");
    }
    if (addresses.isLockedOut(facts.remoteAddress().getAddress())) {
      throw new ProtocolException(
          ReasonCode.CONNECTION_RATE_EXCEEDED,
          addresses.lockOutWords() + " (broker.limits.per-address.failed-logins)");
    }
  }

  /** Our limits stand in CONNACK, so a client that can't take it couldn't keep to them. */
  private boolean takesConnack(ClientTerms terms) {
    if (terms.maximumPacketSize() == Integer.MAX_VALUE) {
      return true;
    }
    ByteBuf connack = Unpooled.buffer();
    PacketEncoder.connack(
        connack,
        terms.version(),
        false,
        ReasonCode.SUCCESS,
        terms.connackProperties(limits),
        Integer.MAX_VALUE);
    return connack.readableBytes() <= terms.maximumPacketSize();
  }

  /** Instead of user name and password. */
  private void authenticate(MqttConnection connection, MqttConnectMessage connect, String method) {
    EnhancedLogin login =
        new EnhancedLogin(
            enhancedAuthentication,
            authenticator,
            method,
            identity -> {
              connection.loggingIn();
              loggedIn(connection, connect, LoginResult.allowed(identity));
            });
    connection.authenticating(login);
    MqttProperties properties = connect.variableHeader().properties();
    login.connect(connection, Properties.binary(properties, MqttProperties.AUTHENTICATION_DATA));
  }

  private ClientTerms terms(
      MqttConnectMessage connect, ProtocolVersion version, MqttProperties properties) {
    MqttConnectVariableHeader header = connect.variableHeader();
    boolean cleanStart = header.isCleanSession();
    String clientId = connect.payload().clientIdentifier();
    boolean assigned = clientId == null || clientId.isEmpty();
    if (assigned) {
      checkMayBeAssigned(version, cleanStart);
      clientId = "auto-" + UUID.randomUUID(); // [MQTT-3.1.3-6]
    }
    return new ClientTerms(
        clientId,
        assigned,
        version,
        cleanStart,
        header.keepAliveTimeSeconds(),
        keepAlive(version, header.keepAliveTimeSeconds()),
        askedSessionExpiry(version, cleanStart, properties),
        limits.sessionExpiryMaximum(),
        (int) Properties.integer(properties, MqttProperties.RECEIVE_MAXIMUM, 65_535),
        (int)
            Math.min(
                Integer.MAX_VALUE,
                Properties.integer(
                    properties, MqttProperties.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE)),
        (int) Properties.integer(properties, MqttProperties.TOPIC_ALIAS_MAXIMUM, 0),
        Properties.integer(properties, MqttProperties.REQUEST_RESPONSE_INFORMATION, 0) == 1,
        Properties.integer(properties, MqttProperties.REQUEST_PROBLEM_INFORMATION, 0) == 1);
  }

  private static void checkMayBeAssigned(ProtocolVersion version, boolean cleanStart) {
    boolean allowed =
        switch (version) {
          case MQTT_3_1 -> false;
          case MQTT_3_1_1 -> cleanStart; // [MQTT-3.1.3-8]
          case MQTT_5 -> true;
        };
    if (!allowed) {
      throw new ProtocolException(
          ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
          "empty client identifier (expected: one, as the session is to be kept)");
    }
  }

  private int keepAlive(ProtocolVersion version, int asked) {
    int maximum = limits.keepAliveMaximum();
    boolean tooLong = maximum > 0 && (asked == 0 || asked > maximum);
    return version.isMqtt5() && tooLong ? maximum : asked;
  }

  private static long askedSessionExpiry(
      ProtocolVersion version, boolean cleanStart, MqttProperties properties) {
    if (version.isMqtt5()) {
      return Properties.integer(properties, MqttProperties.SESSION_EXPIRY_INTERVAL, 0);
    }
    return cleanStart ? 0 : ConnectRequest.NEVER;
  }

  private void loggedIn(MqttConnection connection, MqttConnectMessage connect, LoginResult result) {
    if (connection.phase() != Phase.LOGGING_IN) {
      return; // The client has gone meanwhile.
    }
    if (!result.isAllowed()) {
      connection.refuse(result.reasonCode(), result.cause());
      return;
    }
    ClientTerms terms = connection.terms();
    if (!takesConnack(terms)) { // [MQTT-3.1.2-24]
      connection.answerConnectAs(null);
      connection.refuse(
          ReasonCode.PACKET_TOO_LARGE,
          "maximum packet size: "
              + terms.maximumPacketSize()
              + " (expected: what CONNACK with our limits takes)");
      return;
    }
    Identity identity = result.identity();
    if (!authenticator.isStillKnown(identity, enhancedAuthentication)) {
      connection.refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD, MqttConnection.UNKNOWN_NOW);
      return; // The file has changed while the password was being compared.
    }
    Access access = authenticator.access(identity, terms.clientId());
    if (connection.enhancedLogin() != null) {
      access = connection.renewable(access);
    }
    Permissions permissions = AccessPermissions.of(access);
    Will will = will(connect);
    if (will != null
        && !permissions.mayPublish(
            will.message().topicName(), will.message().qos(), will.message().retain())) {
      connection.refuse(
          ReasonCode.NOT_AUTHORIZED,
          "the will's topic "
              + will.message().topicName()
              + " may not be published to (broker.auth.acl-file)");
      return;
    }
    connection.awaitingSession(identity);
    sessions.connect(
        new ConnectRequest(
            terms.clientId(),
            terms.version(),
            terms.cleanStart(),
            terms.sessionExpiry(),
            terms.receiveMaximum(),
            terms.maximumPacketSize(),
            terms.keepAlive(),
            will,
            identity.userName(),
            connection.facts().address(),
            permissions),
        connection);
  }

  private static Will will(MqttConnectMessage connect) {
    return connect.variableHeader().isWillFlag()
        ? new Will(
            PacketDecoder.willMessage(connect),
            PacketDecoder.willDelaySeconds(connect),
            PacketDecoder.willExpirySeconds(connect))
        : null;
  }
}
