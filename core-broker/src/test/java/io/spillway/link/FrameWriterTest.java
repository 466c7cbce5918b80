package io.spillway.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which buffers batches leave in. */
class FrameWriterTest {
  private final KeepingTransport transport = new KeepingTransport();
  private final FrameWriter writer = new FrameWriter(transport, new FrameTrace(), true);

  @AfterEach
  void letGo() {
    writer.close();
    transport.release();
  }

  @Test
  void aBufferThatTheTransportHasLetGoOfIsUsedForTheNextBatch() {
    send(1);
    ByteBuf first = transport.written.get(0);
    transport.release();

    send(2);

    assertSame(first, transport.written.get(0));
    assertEquals(2, valueIn(transport.written.get(0)));
  }

  @Test
  void aBufferThatTheTransportStillHoldsIsLeftAlone() {
    send(1);

    send(2);
    send(3);

    assertEquals(3, transport.written.size());
    for (int i = 0; i < 3; i++) {
      assertEquals(i + 1, valueIn(transport.written.get(i)));
    }
  }

  @Test
  void aBufferThatHasGrownFarBeyondABatchIsNotKept() {
    writer.begin(FrameType.DATA, 1).writeZero(3 * FrameWriter.BATCH_FULL);
    writer.end();
    writer.flush();
    ByteBuf large = transport.written.get(0);
    assertEquals(1, large.refCnt());
    transport.release();

    send(2);

    assertNotSame(large, transport.written.get(0));
  }

  @Test
  void nothingIsKeptAfterTheEnd() {
    send(1);
    ByteBuf buffer = transport.written.get(0);

    writer.close();

    assertEquals(1, buffer.refCnt());
  }

  @Test
  void aWriterOnNettysOwnThreadsKeepsNothing() {
    FrameWriter ofCore = new FrameWriter(transport, new FrameTrace(), false);
    ofCore.empty(FrameType.CLOSED, 1);
    ofCore.flush();

    assertEquals(1, transport.written.get(0).refCnt());
    ofCore.close();
  }

  private void send(int value) {
    writer.begin(FrameType.DATA, 1).writeInt(value);
    writer.end();
    writer.flush();
  }

  private static int valueIn(ByteBuf batch) {
    assertEquals(FrameReader.HEADER + 4, batch.readableBytes());
    return batch.getInt(batch.readerIndex() + FrameReader.HEADER);
  }

  /** Keeps what is written, as a full socket does, until it is told. */
  private static final class KeepingTransport implements LinkTransport {
    final List<ByteBuf> written = new ArrayList<>();

    void release() {
      written.forEach(ByteBuf::release);
      written.clear();
    }

    @Override
    public ByteBufAllocator allocator() {
      return PooledByteBufAllocator.DEFAULT;
    }

    @Override
    public boolean inEventLoop() {
      return true;
    }

    @Override
    public void write(ByteBuf bytes) {
      written.add(bytes);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public Cancellable schedule(Runnable task, Duration delay) {
      return () -> {};
    }
  }
}
