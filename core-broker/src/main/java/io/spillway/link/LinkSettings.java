package io.spillway.link;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/**
 * What one end of a link is configured with. Immutable; {@link #of} has the defaults.
 *
 * @param id the gateway's or the core's name, at most 255 bytes of UTF-8
 * @param instance differs with every start of the process, at most 255 bytes
 * @param secret null: none
 * @param secretRequired whether a peer that can't prove the secret is refused. Only where both ends
 *     are loopback, or TLS has authenticated both, may this be false; {@code secret} must be null
 *     then.
 * @param receiveCredit what the peer may send on a new stream before this end grants more, in
 *     bytes; bounds what a stream can have in flight
 * @param unitBytesMax the largest unit of data this end takes: at least the maximum packet size
 * @param streamsMax core: how many streams a gateway may have open on a link, at most {@value
 *     Link#STREAMS_MAX}. At the gateway: an own bound below the core's.
 * @param groupsMax gateway: how many groups the core may have on a link
 * @param queuedBytesMax how many bytes may wait in one stream of this end, behind the first unit
 *     that waits, before droppable units are dropped
 * @param linkQueuedBytesMax the same for the sum of all streams of the link
 * @param handshakeTimeout from start to ready
 * @param pingInterval between pings
 * @param pingsMissedMax how many intervals without a byte from the peer mean that it is dead
 * @param closeTimeout how long a closing stream may wait for credit to send what was queued before
 */
public record LinkSettings(
    String id,
    String instance,
    LinkSecret secret,
    boolean secretRequired,
    int receiveCredit,
    int unitBytesMax,
    int streamsMax,
    int groupsMax,
    int queuedBytesMax,
    long linkQueuedBytesMax,
    Duration handshakeTimeout,
    Duration pingInterval,
    int pingsMissedMax,
    Duration closeTimeout) {

  public LinkSettings {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(instance, "instance");
    textFits("id", id);
    textFits("instance", instance);
    if (secretRequired == (secret == null)) {
      throw new IllegalArgumentException(
          secret == null
              ? "secret: none (expected: one, or secretRequired = false)"
              : "secretRequired: false (expected: true, as there is a secret)");
    }
    atLeast("receiveCredit", receiveCredit, 1024);
    atLeast("unitBytesMax", unitBytesMax, 1024);
    atLeast("streamsMax", streamsMax, 1);
    if (streamsMax > Link.STREAMS_MAX) {
      throw new IllegalArgumentException(
          "streamsMax: " + streamsMax + " (expected: <= " + Link.STREAMS_MAX + ")");
    }
    atLeast("groupsMax", groupsMax, 0);
    atLeast("queuedBytesMax", queuedBytesMax, 0);
    atLeast("linkQueuedBytesMax", linkQueuedBytesMax, 0);
    atLeast("pingsMissedMax", pingsMissedMax, 1);
  }

  /**
   * The defaults, with a secret, or without one and without asking for one.
   *
   * @param secret null: this end neither gives nor asks for a proof
   */
  public static LinkSettings of(String id, String instance, LinkSecret secret) {
    return new LinkSettings(
        id,
        instance,
        secret,
        secret != null,
        128 * 1024,
        16 * 1024 * 1024 + 64 * 1024,
        Link.STREAMS_MAX,
        65_536,
        256 * 1024,
        64L * 1024 * 1024,
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        3,
        Duration.ofSeconds(5));
  }

  /** The same with other bounds on what is received. */
  public LinkSettings withReceiving(int receiveCredit, int unitBytesMax, int streamsMax) {
    return new LinkSettings(
        id,
        instance,
        secret,
        secretRequired,
        receiveCredit,
        unitBytesMax,
        streamsMax,
        groupsMax,
        queuedBytesMax,
        linkQueuedBytesMax,
        handshakeTimeout,
        pingInterval,
        pingsMissedMax,
        closeTimeout);
  }

  /** The same with other bounds on what waits to be sent. */
  public LinkSettings withQueues(int queuedBytesMax, long linkQueuedBytesMax) {
    return new LinkSettings(
        id,
        instance,
        secret,
        secretRequired,
        receiveCredit,
        unitBytesMax,
        streamsMax,
        groupsMax,
        queuedBytesMax,
        linkQueuedBytesMax,
        handshakeTimeout,
        pingInterval,
        pingsMissedMax,
        closeTimeout);
  }

  private static void textFits(String name, String text) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > 255) {
      throw new IllegalArgumentException(
          name + ": " + length + " bytes of UTF-8 (expected: <= 255)");
    }
  }

  private static void atLeast(String name, long value, long minimum) {
    if (value < minimum) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + minimum + ")");
    }
  }
}
