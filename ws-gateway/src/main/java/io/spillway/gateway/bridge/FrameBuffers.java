package io.spillway.gateway.bridge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * The buffers in which one I/O thread joins packets into frames, kept from one frame to the next.
 * Netty's pool would keep their memory, but the objects around it only for its own threads, and
 * these would be most of the garbage that a small message makes.
 *
 * <p>Holds at most {@value #BYTES_MAX} bytes, and after a {@link #trim} what was needed since the
 * one before. Thread: its I/O thread.
 */
final class FrameBuffers {
  /** A frame of a few small packets; a buffer grows when it takes more. */
  static final int CAPACITY_MIN = 256;

  /** A buffer that has grown beyond this goes back to the pool. */
  static final int CAPACITY_MAX = 64 * 1024;

  /** For thousands of browsers with a few packets each, or hundreds with many. */
  static final int BYTES_MAX = 4 * 1024 * 1024;

  private final ByteBufAllocator allocator;
  private final List<ByteBuf> free = new ArrayList<>();
  private int freeBytes;

  /** The fewest that were free since the last trim. */
  private int unneeded;

  FrameBuffers(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** An empty buffer; its capacity may be less, and grows with what is written. */
  ByteBuf take(int capacity) {
    if (free.isEmpty() || capacity > CAPACITY_MAX) {
      return allocator.buffer(Math.max(CAPACITY_MIN, capacity));
    }
    ByteBuf buffer = free.remove(free.size() - 1);
    freeBytes -= buffer.capacity();
    unneeded = Math.min(unneeded, free.size());
    return buffer;
  }

  /**
   * A frame has been handed to its connection, which may still need it.
   *
   * @param buffer from {@link #take}; ownership passes
   */
  void giveBack(ByteBuf buffer) {
    int capacity = buffer.capacity();
    if (buffer.refCnt() == 1 && capacity <= CAPACITY_MAX && freeBytes + capacity <= BYTES_MAX) {
      free.add(buffer.clear());
      freeBytes += capacity;
    } else {
      buffer.release();
    }
  }

  /** How many buffers are kept. */
  int size() {
    return free.size();
  }

  /** Gives the pool back what hasn't been needed since the last call. */
  void trim() {
    for (; unneeded > 0; unneeded--) {
      ByteBuf buffer = free.remove(free.size() - 1);
      freeBytes -= buffer.capacity();
      buffer.release();
    }
    unneeded = free.size();
  }

  /** Gives everything back. */
  void clear() {
    unneeded = free.size();
    trim();
  }
}
