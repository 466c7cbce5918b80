package io.spillway.link;

import io.netty.buffer.ByteBuf;
import java.util.Collection;

/**
 * Streams with the same delivery, at the core: one frame reaches them all. Owned by the link's
 * event loop. A stream that ends leaves its groups by itself; after the link's end, or after {@link
 * #dissolve}, calls do nothing but release what they own.
 */
public final class LinkGroup {
  private final Link link;
  private final Multicast multicast;
  private final StreamSet members;
  private boolean dissolved;

  LinkGroup(Link link, Multicast multicast, int id) {
    this.link = link;
    this.multicast = multicast;
    this.members = new StreamSet(id);
  }

  int id() {
    return members.id;
  }

  /** How many streams are in it. */
  public int size() {
    return members.size();
  }

  /** Whether a stream is in it. */
  public boolean contains(LinkStream stream) {
    return members.contains(stream) && stream.isOpen();
  }

  /** Adds a stream of the same link; adding it twice changes nothing, nor does a closed one. */
  public void add(LinkStream stream) {
    assert link.inEventLoop();
    if (stream.isOpen() && isUsable() && members.add(stream)) {
      ByteBuf out = link.writer().begin(FrameType.GROUP_ADD, members.id);
      Wire.writeVarint(out, 1);
      Wire.writeStep(out, 0, stream.id());
      link.writer().end();
    }
  }

  /** Removes a stream; one that isn't in the group changes nothing. */
  public void remove(LinkStream stream) {
    assert link.inEventLoop();
    if (stream.isOpen() && isUsable() && members.remove(stream)) {
      link.writeLeft(members.id, stream);
    }
  }

  /**
   * Sends one packet to every member but the excluded ones, droppable for each. A member that still
   * has something waiting in this link is left out of the frame and gets the packet behind it, so
   * order is kept whatever the caller excludes. While the transport is full, 4 MiB more are
   * written; then multicasts are dropped for all and counted.
   *
   * @param packet ownership passes to the link
   * @param excluded those of them that aren't members don't matter
   */
  public void multicast(ByteBuf packet, Collection<LinkStream> excluded) {
    assert link.inEventLoop();
    if (!isUsable() || !packet.isReadable()) {
      packet.release();
      return;
    }
    multicast.toGroup(members, packet, excluded);
  }

  /** Ends the group at both ends. */
  public void dissolve() {
    assert link.inEventLoop();
    if (!isUsable()) {
      return;
    }
    dissolved = true;
    for (int id = members.next(0); id >= 0; id = members.next(id + 1)) {
      members.remove(link.streams().get(id));
    }
    Wire.writeVarint(link.writer().begin(FrameType.GROUP_DEL, members.id), 0);
    link.writer().end();
    multicast.dissolved(this);
  }

  private boolean isUsable() {
    return !dissolved && link.isReady();
  }
}
