package io.spillway.link;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What the core tells the edge about a client once it is connected.
 *
 * @param protocolLevel MQTT's protocol level: 3, 4 or 5
 * @param keepAliveSeconds in force; 0: none. The edge enforces one and a half times of it.
 * @param maximumPacketSize what the client accepts; {@code Integer.MAX_VALUE}: any
 * @param policy what the edge does with QoS 0 that the client can't take
 * @param clientId for the edge's log lines
 */
public record StreamAttributes(
    int protocolLevel,
    int keepAliveSeconds,
    int maximumPacketSize,
    SlowClientPolicy policy,
    String clientId) {

  public StreamAttributes {
    if (protocolLevel < 0 || protocolLevel > 255) {
      throw new IllegalArgumentException("protocolLevel: " + protocolLevel + " (expected: 0-255)");
    }
    if (keepAliveSeconds < 0 || keepAliveSeconds > 65_535) {
      throw new IllegalArgumentException(
          "keepAliveSeconds: " + keepAliveSeconds + " (expected: 0-65535)");
    }
    if (maximumPacketSize <= 0) {
      throw new IllegalArgumentException(
          "maximumPacketSize: " + maximumPacketSize + " (expected: > 0)");
    }
    Objects.requireNonNull(policy, "policy");
    int clientIdBytes = clientId.getBytes(StandardCharsets.UTF_8).length;
    if (clientIdBytes > 65_535) {
      throw new IllegalArgumentException(
          "clientId: " + clientIdBytes + " bytes of UTF-8 (expected: <= 65535)");
    }
  }

  /** What the edge does with QoS 0 messages for a client that can't keep up. */
  public enum SlowClientPolicy {
    /** As the gateway is configured. */
    EDGE_DEFAULT(0),
    DROP_OLDEST(1),
    DROP_NEWEST(2),
    /** Only the newest message of each topic is kept. */
    LATEST(3);

    private final int code;

    SlowClientPolicy(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static SlowClientPolicy of(int code) {
      for (SlowClientPolicy policy : values()) {
        if (policy.code == code) {
          return policy;
        }
      }
      return EDGE_DEFAULT;
    }
  }
}
