package io.spillway.broker.session;

import io.spillway.mqtt.ProtocolVersion;

/** A CONNECT request with what a test doesn't say filled in: MQTT 5, clean start, no expiry. */
final class RequestBuilder {
  private final String clientId;
  private ProtocolVersion version = ProtocolVersion.MQTT_5;
  private boolean cleanStart = true;
  private long sessionExpirySeconds;
  private int receiveMaximum = 65_535;
  private int maximumPacketSize = Integer.MAX_VALUE;
  private Will will;
  private Permissions permissions = Permissions.ALL;

  RequestBuilder(String clientId) {
    this.clientId = clientId;
  }

  RequestBuilder version(ProtocolVersion value) {
    version = value;
    return this;
  }

  RequestBuilder cleanStart(boolean value) {
    cleanStart = value;
    return this;
  }

  /** Keeps its session for that long, and resumes it. */
  RequestBuilder persistent(long seconds) {
    cleanStart = false;
    sessionExpirySeconds = seconds;
    return this;
  }

  RequestBuilder receiveMaximum(int value) {
    receiveMaximum = value;
    return this;
  }

  RequestBuilder maximumPacketSize(int value) {
    maximumPacketSize = value;
    return this;
  }

  RequestBuilder will(Will value) {
    will = value;
    return this;
  }

  RequestBuilder permissions(Permissions value) {
    permissions = value;
    return this;
  }

  ConnectRequest build() {
    return new ConnectRequest(
        clientId,
        version,
        cleanStart,
        sessionExpirySeconds,
        receiveMaximum,
        maximumPacketSize,
        60,
        will,
        null,
        "127.0.0.1:1",
        permissions);
  }
}
