package io.spillway.broker.session;

import io.spillway.mqtt.PassingMessage;
import java.util.Collection;

/**
 * Streams of one link that receive the same QoS 0 packets. On the link's home; ends with {@link
 * #close}, or with the link.
 */
public interface MulticastGroup {
  void add(ClientConnection member);

  /** Also called for a member whose stream has already ended. */
  void remove(ClientConnection member);

  /**
   * Sends one packet to all members but {@code without}, to each in its order with everything else
   * sent to it.
   *
   * @return the packet's length
   */
  int multicast(PassingMessage message, boolean retain, Collection<ClientConnection> without);

  /** No members are left. */
  void close();
}
