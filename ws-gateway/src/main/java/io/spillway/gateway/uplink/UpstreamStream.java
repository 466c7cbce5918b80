package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBuf;
import io.spillway.link.CloseReason;
import io.spillway.link.EdgeStatistics;
import java.nio.ByteBuffer;

/**
 * One browser's way to its core. Belongs to the I/O thread that opened it; lives until either side
 * closes it, and calls after that do nothing but release what they own.
 */
public interface UpstreamStream {

  /**
   * Sends a unit, or a piece of one: whole Control Packets, or one that the following calls go on
   * with. Always taken; who heeds {@link #isWritable} has little waiting here.
   *
   * @param bytes ownership passes
   * @param remaining how many bytes of this unit the following calls will bring
   */
  void send(ByteBuf bytes, int remaining);

  /**
   * Sends a unit of whole Control Packets.
   *
   * @param packets borrowed; what remains is read
   */
  void send(ByteBuffer packets);

  /**
   * Whether there is room for more. When it was false, {@link
   * io.spillway.link.StreamListener#writable} tells when it is true again.
   */
  boolean isWritable();

  /** Gives credit back for bytes that weren't droppable and are in the browser's socket now. */
  void consumed(int bytes);

  /** Tells the core what happened to this browser since the last report. */
  void statistics(EdgeStatistics statistics);

  /** Ends the stream behind what was sent. Nothing is told to its listener any more. */
  void close(CloseReason reason, String text);
}
