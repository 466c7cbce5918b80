package io.spillway.link;

import io.netty.buffer.ByteBuf;

/**
 * One client's lane in a link, at either end. Owned by the link's event loop; lives from OPEN until
 * either end closes it or the link ends. Calls after that do nothing but release what they own.
 *
 * <p>What is sent arrives in order. What can't leave at once (no credit, a transport that isn't
 * writable, a unit too large for one frame) waits here. Units that aren't droppable are always
 * taken: a sender that heeds {@link #isWritable} has no more here than what it sends between two
 * looks at it. Droppable units wait up to {@link LinkSettings#queuedBytesMax} and are dropped and
 * counted beyond it.
 */
public final class LinkStream {

  LinkStream() {}

  /** The number in this stream's frames; used again for another stream after both ends let go. */
  public int id() {
    throw new UnsupportedOperationException();
  }

  /** Whether neither end has closed it. */
  public boolean isOpen() {
    throw new UnsupportedOperationException();
  }

  /** How many bytes that aren't droppable may leave before the peer has to grant more. */
  public int credit() {
    throw new UnsupportedOperationException();
  }

  /**
   * Whether what is sent now would leave with the next flush: there is credit, nothing waits, no
   * unit is unfinished and the transport has room. When it was false, {@link
   * StreamListener#writable} tells when it is true again.
   */
  public boolean isWritable() {
    throw new UnsupportedOperationException();
  }

  /** Bytes that wait here. */
  public long bytesQueued() {
    throw new UnsupportedOperationException();
  }

  /**
   * Sends a unit: one MQTT packet or several whole ones.
   *
   * @param packets ownership passes to the link
   * @param droppable QoS 0 towards a client: costs no credit and may be given up
   * @return false: it was dropped, because the stream is closed or, for a droppable one, a bound
   *     was reached
   */
  public boolean send(ByteBuf packets, boolean droppable) {
    return send(packets, 0, droppable);
  }

  /**
   * Sends a unit or a piece of one, for who has it only bit by bit: a unit begins with any send
   * after the end of the last, and ends with the send whose {@code remaining} is 0.
   *
   * @param bytes ownership passes to the link
   * @param remaining how many bytes of this unit the following sends will bring
   * @param droppable the same for all pieces of a unit; its pieces after the first are never
   *     dropped alone
   */
  public boolean send(ByteBuf bytes, int remaining, boolean droppable) {
    throw new UnsupportedOperationException();
  }

  /**
   * Sends a unit that is stored elsewhere and never changes; the cheapest way for small ones.
   *
   * @param packets may be kept by reference until it has left
   */
  public boolean send(byte[] packets, boolean droppable) {
    throw new UnsupportedOperationException();
  }

  /**
   * Gives credit back for received bytes that weren't droppable, when they have been consumed: the
   * gateway's when they are in the socket, the core's when the packet was handled or its bytes were
   * stored to put a large packet together.
   *
   * @throws IllegalStateException more than was received
   */
  public void consumed(int bytes) {
    throw new UnsupportedOperationException();
  }

  /** Tells the edge how to treat this client. Core side only. */
  public void attributes(StreamAttributes attributes) {
    throw new UnsupportedOperationException();
  }

  /** Tells the core what the edge did with this stream since the last report. Gateway side only. */
  public void statistics(EdgeStatistics statistics) {
    throw new UnsupportedOperationException();
  }

  /**
   * Closes the stream after what waits in it that isn't droppable, but within {@link
   * LinkSettings#closeTimeout}. Nothing is delivered to its listener any more, also not {@link
   * StreamListener#closed}.
   *
   * @param text for people; cut at 120 bytes
   */
  public void close(CloseReason reason, String text) {
    throw new UnsupportedOperationException();
  }
}
