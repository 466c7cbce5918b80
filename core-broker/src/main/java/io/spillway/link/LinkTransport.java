package io.spillway.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;

/**
 * The bytes under a link: a TCP or TLS connection, or memory. Implemented once over Netty for the
 * core and once over XNIO for the gateway.
 *
 * <p>One event loop owns it and makes every call in both directions. The owner of the transport
 * calls {@link Link#received}, {@link Link#receiveComplete}, {@link Link#writabilityChanged} and
 * {@link Link#transportClosed}.
 */
public interface LinkTransport {

  /** Where the link takes its outgoing buffers from. */
  ByteBufAllocator allocator();

  /** Whether the calling thread is the loop that owns this transport; used in assertions. */
  boolean inEventLoop();

  /**
   * Queues bytes in order. Takes ownership, also when the transport is closed already (it releases
   * them then). Doesn't need to send before {@link #flush}.
   */
  void write(ByteBuf bytes);

  /** Starts sending what was written. Never blocks. */
  void flush();

  /**
   * Closes after what was written has been sent as far as possible without waiting long. Ends in
   * {@link Link#transportClosed}, during this call or later.
   */
  void close();

  /**
   * Whether the bytes that wait here are below a bound. The link goes on writing small frames and
   * multicasts for a while when this is false (see {@link Link}), but no pieces and nothing that
   * waits for credit. Must turn true again, with a call of {@link Link#writabilityChanged}, once
   * flushed bytes have left. High water marks of 256 KiB to 1 MiB serve well.
   */
  boolean isWritable();

  /** Runs a task on the event loop, once, after a delay. */
  Cancellable schedule(Runnable task, Duration delay);

  /** A task that may not be wanted any more. */
  interface Cancellable {
    /** Prevents the task if it hasn't begun. May be called more than once. */
    void cancel();
  }
}
