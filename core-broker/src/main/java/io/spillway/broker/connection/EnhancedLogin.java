package io.spillway.broker.connection;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.spillway.broker.auth.AuthenticationExchange;
import io.spillway.broker.auth.AuthenticationStep;
import io.spillway.broker.auth.Authenticator;
import io.spillway.broker.auth.EnhancedAuthentication;
import io.spillway.broker.auth.Identity;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ReasonCode;
import java.util.function.Consumer;

/**
 * One client's enhanced authentication: first between CONNECT and CONNACK, then again whenever the
 * client likes. On the connection's home, as long as the connection.
 */
final class EnhancedLogin {
  private static final byte[] NONE = {};

  private final EnhancedAuthentication methods;
  private final String method;

  private final Authenticator authenticator;

  /** Null while none is under way. */
  private AuthenticationExchange exchange;

  /** The exchange's answer is being computed on another thread. */
  private boolean computing;

  /** Goes with CONNACK when the first exchange has succeeded. */
  private byte[] lastData = NONE;

  /** Continues with CONNECT, as this user. Null once that has happened. */
  private Consumer<Identity> whenKnown;

  EnhancedLogin(
      EnhancedAuthentication methods,
      Authenticator authenticator,
      String method,
      Consumer<Identity> whenKnown) {
    this.methods = methods;
    this.authenticator = authenticator;
    this.method = method;
    this.whenKnown = whenKnown;
    this.exchange = methods.begin(method);
    if (exchange == null) { // [MQTT-4.12.0-1]
      throw new ProtocolException(
          ReasonCode.BAD_AUTHENTICATION_METHOD,
          "authentication method: "
              + method
              + " (expected: "
              + EnhancedAuthentication.SCRAM_SHA_256
              + " where broker.auth.scram-file is set, "
              + EnhancedAuthentication.JWT
              + " where broker.auth.jwt is)");
    }
  }

  /** The data that came with CONNECT; null: none. */
  void connect(MqttConnection connection, byte[] data) {
    step(connection, data);
  }

  /** An AUTH packet from the client. */
  void auth(MqttConnection connection, ReasonCode reasonCode, MqttProperties properties) {
    String named = Properties.text(properties, MqttProperties.AUTHENTICATION_METHOD);
    if (!method.equals(named)) { // [MQTT-4.12.0-5], [MQTT-4.12.1-1]
      throw new ProtocolException(
          ReasonCode.PROTOCOL_ERROR,
          "authentication method: " + named + " (expected: " + method + ", as in CONNECT)");
    }
    if (computing) {
      throw new ProtocolException(
          ReasonCode.PROTOCOL_ERROR, "AUTH before the answer to the one before");
    }
    boolean again = reasonCode == ReasonCode.RE_AUTHENTICATE;
    if (again == (exchange != null)) {
      throw new ProtocolException(
          ReasonCode.PROTOCOL_ERROR,
          again
              ? "re-authentication during an authentication"
              : "AUTH that continues no authentication");
    }
    if (again) {
      exchange = methods.begin(method);
      if (exchange == null) {
        throw new ProtocolException(
            ReasonCode.BAD_AUTHENTICATION_METHOD, method + " is offered no longer");
      }
    }
    step(connection, Properties.binary(properties, MqttProperties.AUTHENTICATION_DATA));
  }

  private void step(MqttConnection connection, byte[] data) {
    byte[] given = data == null ? NONE : data;
    if (!exchange.isCostly()) {
      answer(connection, exchange.next(given));
      return;
    }
    AuthenticationExchange asked = exchange;
    computing =
        authenticator.compute(
            () -> {
              AuthenticationStep step = asked.next(given);
              connection.home().execute(() -> connection.goOn(() -> computed(connection, step)));
            });
    if (!computing) {
      throw new ProtocolException(ReasonCode.SERVER_BUSY, authenticator.busyWords());
    }
  }

  private void computed(MqttConnection connection, AuthenticationStep step) {
    computing = false;
    answer(connection, step);
  }

  private void answer(MqttConnection connection, AuthenticationStep step) {
    if (step.reasonCode() == ReasonCode.CONTINUE_AUTHENTICATION) { // [MQTT-4.12.0-2]
      connection.out().auth(step.reasonCode(), properties(step.data()));
      return;
    }
    exchange = null;
    if (step.reasonCode() != ReasonCode.SUCCESS) { // [MQTT-4.12.0-4], [MQTT-4.12.1-2]
      throw new ProtocolException(step.reasonCode(), step.cause());
    }
    if (whenKnown != null) {
      Consumer<Identity> proceed = whenKnown;
      whenKnown = null;
      lastData = step.data();
      proceed.accept(step.identity());
    } else if (!step.identity().userName().equals(connection.userName())) {
      throw new ProtocolException(
          ReasonCode.NOT_AUTHORIZED,
          "re-authentication as "
              + step.identity().userName()
              + " (expected: "
              + connection.userName()
              + ", as before)");
    } else {
      connection.renewed(step.identity());
      connection.out().auth(ReasonCode.SUCCESS, properties(step.data()));
    }
  }

  /** What CONNACK says of it. */
  void addTo(MqttProperties connack) {
    addTo(connack, lastData);
  }

  private MqttProperties properties(byte[] data) {
    MqttProperties properties = new MqttProperties();
    addTo(properties, data);
    return properties;
  }

  private void addTo(MqttProperties properties, byte[] data) {
    Properties.add(properties, MqttProperties.AUTHENTICATION_METHOD, method); // [MQTT-4.12.0-5]
    if (data.length > 0) {
      Properties.add(properties, MqttProperties.AUTHENTICATION_DATA, data);
    }
  }
}
