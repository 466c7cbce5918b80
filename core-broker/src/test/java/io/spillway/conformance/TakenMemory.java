package io.spillway.conformance;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.util.ArrayList;
import java.util.List;

/** Direct memory that the process's buffers seem to need, until it is closed. */
final class TakenMemory implements AutoCloseable {
  private static final int PIECE = 16 << 20;

  private final List<ByteBuf> taken = new ArrayList<>();

  private TakenMemory() {}

  /** So much that at least this share of what there may be is in use. */
  static TakenMemory percent(int percent) {
    TakenMemory memory = new TakenMemory();
    long bytes = PlatformDependent.maxDirectMemory() / 100 * percent;
    while (PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() < bytes) {
      memory.taken.add(PooledByteBufAllocator.DEFAULT.directBuffer(PIECE));
    }
    return memory;
  }

  @Override
  public void close() {
    taken.forEach(ByteBuf::release);
  }
}
