package io.spillway.link;

import io.netty.buffer.ByteBuf;
import java.util.Collection;

/**
 * Streams with the same delivery, at the core: one frame reaches them all. Owned by the link's
 * event loop. A stream that ends leaves its groups by itself.
 */
public final class LinkGroup {

  LinkGroup() {}

  /** How many streams are in it. */
  public int size() {
    throw new UnsupportedOperationException();
  }

  /** Adds a stream of the same link; adding it twice changes nothing. */
  public void add(LinkStream stream) {
    throw new UnsupportedOperationException();
  }

  /** Removes a stream; one that isn't in the group changes nothing. */
  public void remove(LinkStream stream) {
    throw new UnsupportedOperationException();
  }

  /**
   * Sends one packet to every member but the excluded ones, droppable for each. A member that still
   * has something waiting in this link is left out of the frame and gets the packet behind it, so
   * order is kept whatever the caller excludes.
   *
   * @param packet ownership passes to the link
   */
  public void multicast(ByteBuf packet, Collection<LinkStream> excluded) {
    throw new UnsupportedOperationException();
  }

  /** Ends the group at both ends. */
  public void dissolve() {
    throw new UnsupportedOperationException();
  }
}
