package io.spillway.link;

import io.netty.buffer.ByteBuf;

/**
 * What arrives on one stream. Called on the link's event loop, never after {@link #closed} and
 * never after this end called {@link LinkStream#close}.
 */
public interface StreamListener {

  /**
   * Bytes of whole MQTT packets, or a piece.
   *
   * <p>What the peer handed over at once is one unit. With {@code first} and {@code remaining == 0}
   * this call has the whole unit: one packet or several. Otherwise the unit comes in several calls,
   * {@code first} on the first of them, {@code remaining} counting down to 0; the unit's whole
   * length is thus known at its first piece. Pieces of a unit are never mixed with anything else of
   * the stream. Multicast packets don't come between either.
   *
   * <p>Bytes that aren't droppable were paid for with credit: give it back by {@link
   * LinkStream#consumed} when they have been consumed, and for droppable bytes never.
   *
   * @param bytes borrowed for the call; retain or copy what is needed longer. Retaining pins the
   *     buffer of the whole read, so small ones are better copied.
   */
  void data(ByteBuf bytes, boolean first, int remaining, boolean droppable);

  /**
   * One packet that many streams share. Gateway side only.
   *
   * @param packet valid during the call; its bytes may be retained
   */
  default void multicast(SharedPacket packet) {}

  /**
   * One packet that many streams share but for the packet identifier. Gateway side only. Costs
   * credit, {@link SharedPacket#length} bytes: give it back by {@link LinkStream#consumed}.
   */
  default void multicast(SharedPacket template, int packetId) {}

  /**
   * {@link LinkStream#isWritable} has turned true after it was seen false or a send had to wait.
   */
  default void writable() {}

  /** The core tells the edge how to treat this client. Gateway side only. */
  default void attributes(StreamAttributes attributes) {}

  /** What the edge did with this stream since its last report. Core side only. */
  default void statistics(EdgeStatistics statistics) {}

  /** The peer closed the stream, or the link ended. Last call. */
  void closed(CloseReason reason, String text);
}
