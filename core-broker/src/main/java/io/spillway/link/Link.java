package io.spillway.link;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * One end of a link: many clients' streams over one byte transport. Symmetric; a gateway opens
 * streams and a core accepts them and multicasts.
 *
 * <p>One event loop, the transport's, owns it with its streams and groups and makes every call.
 * Lives from {@link #start} until {@link LinkListener#closed}; not used again.
 *
 * <p>Frames gather in a batch and leave with {@link #flush}. The link flushes by itself after
 * {@link #receiveComplete}, {@link #writabilityChanged} and its own timers; whoever sends from
 * another event calls {@link #flush} at the end of that turn.
 */
public final class Link {
  /** The most streams on one link; their numbers are 1 to this. */
  public static final int STREAMS_MAX = 65_536;

  private Link() {}

  /** The gateway's end. */
  public static Link gateway(
      LinkSettings settings, LinkTransport transport, LinkListener listener) {
    throw new UnsupportedOperationException();
  }

  /** The core's end. */
  public static Link core(LinkSettings settings, LinkTransport transport, LinkListener listener) {
    throw new UnsupportedOperationException();
  }

  /** Begins the handshake. The transport is connected. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes bytes from the transport and delivers every frame that is complete with them.
   *
   * @param bytes borrowed: the link reads what there is and keeps a copy of an incomplete rest
   */
  public void received(ByteBuf bytes) {
    throw new UnsupportedOperationException();
  }

  /** No more bytes can be had from the transport now: ends the batch and flushes. */
  public void receiveComplete() {
    throw new UnsupportedOperationException();
  }

  /** {@link LinkTransport#isWritable} has changed. */
  public void writabilityChanged() {
    throw new UnsupportedOperationException();
  }

  /**
   * The transport is closed, by the peer or by this end.
   *
   * @param cause null: an orderly end
   */
  public void transportClosed(Throwable cause) {
    throw new UnsupportedOperationException();
  }

  /** Hands what has gathered to the transport. Cheap when there is nothing. */
  public void flush() {
    throw new UnsupportedOperationException();
  }

  /**
   * Asks for an orderly end: no new streams, the open ones go on until either end closes them; when
   * the peer has none left the link closes itself.
   */
  public void goAway(String text) {
    throw new UnsupportedOperationException();
  }

  /** Ends the link now, telling the peer why. */
  public void close(LinkCloseReason reason, String text) {
    throw new UnsupportedOperationException();
  }

  /** Whether the handshake has succeeded and the link hasn't ended. */
  public boolean isReady() {
    throw new UnsupportedOperationException();
  }

  /** Whether {@link #open} would succeed: ready, nobody said GOAWAY, a number is free. */
  public boolean canOpen() {
    throw new UnsupportedOperationException();
  }

  /**
   * Opens a stream. Gateway side only.
   *
   * @throws IllegalStateException unless {@link #canOpen}
   */
  public LinkStream open(OpenFacts facts, StreamListener listener) {
    throw new UnsupportedOperationException();
  }

  /** A new, empty group. Core side only. */
  public LinkGroup group() {
    throw new UnsupportedOperationException();
  }

  /** Whether the gateway takes another group. */
  public boolean canGroup() {
    throw new UnsupportedOperationException();
  }

  /**
   * Sends one packet to a number of streams, droppable for each. Core side only.
   *
   * @param packet ownership passes to the link
   */
  public void multicastList(ByteBuf packet, List<LinkStream> streams) {
    throw new UnsupportedOperationException();
  }

  /**
   * Sends one packet to a number of streams, each with a packet identifier of its own in it. Costs
   * each stream credit. Core side only.
   *
   * @param template ownership passes to the link
   * @param packetIdOffset where the identifier's two bytes are in it
   * @param packetIds for each of the streams, at the same index
   */
  public void multicastWithPacketIds(
      ByteBuf template, int packetIdOffset, List<LinkStream> streams, int[] packetIds) {
    throw new UnsupportedOperationException();
  }

  /** The counters now. */
  public LinkStatistics statistics() {
    throw new UnsupportedOperationException();
  }
}
