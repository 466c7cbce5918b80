package io.spillway.broker.session;

import io.spillway.mqtt.Message;
import java.util.function.Consumer;

/**
 * Streams of one link that receive the same QoS 0 packets. On the link's home; ends with {@link
 * #close}, or with the link.
 */
public interface MulticastGroup {
  void add(ClientConnection member);

  /** Also called for a member whose stream has already ended. */
  void remove(ClientConnection member);

  /**
   * Sends one packet to all members in their order with everything else sent to them. Members that
   * can't take it now (a packet in pieces, QoS 0 waiting) are left out and named to {@code
   * leftOut}; they are served one by one.
   */
  void multicast(Message message, boolean retain, Consumer<ClientConnection> leftOut);

  /** No members are left. */
  void close();
}
