package io.spillway.gateway.http;

import java.net.InetAddress;

/**
 * The place among the WebSockets that a request holds from its admission until it is one: then the
 * WebSocket has it. On the connection's I/O thread.
 */
final class Place {
  private final Entrance entrance;
  private final InetAddress address;
  private boolean held = true;

  Place(Entrance entrance, InetAddress address) {
    this.entrance = entrance;
    this.address = address;
  }

  /** The request was refused, or its connection has ended before it was answered. */
  void giveBack() {
    if (held) {
      held = false;
      entrance.ended(address);
    }
  }

  /** It is the WebSocket's now. */
  void keep() {
    held = false;
  }
}
