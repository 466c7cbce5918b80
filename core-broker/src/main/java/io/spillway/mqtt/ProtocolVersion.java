package io.spillway.mqtt;

/** The versions of MQTT that a client may speak, as named by its CONNECT packet. */
public enum ProtocolVersion {
  MQTT_3_1("MQIsdp", 3, 1),
  MQTT_3_1_1("MQTT", 4, 2),
  MQTT_5("MQTT", 5, 5);

  private final String protocolName;
  private final int level;
  private final int logDigit;

  ProtocolVersion(String protocolName, int level, int logDigit) {
    this.protocolName = protocolName;
    this.level = level;
    this.logDigit = logDigit;
  }

  public String protocolName() {
    return protocolName;
  }

  /** The protocol level (3, 4, 5) that CONNECT carries. */
  public int level() {
    return level;
  }

  public boolean isMqtt5() {
    return this == MQTT_5;
  }

  /** What follows the {@code p} in a log line: 1, 2 or 5. */
  public int logDigit() {
    return logDigit;
  }
}
