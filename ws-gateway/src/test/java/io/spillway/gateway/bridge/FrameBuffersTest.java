package io.spillway.gateway.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameBuffersTest {
  private final FrameBuffers buffers = new FrameBuffers(PooledByteBufAllocator.DEFAULT);

  @AfterEach
  void clear() {
    buffers.clear();
    assertEquals(0, buffers.size());
  }

  @Test
  void aBufferGivenBackIsTakenNextAndEmpty() {
    ByteBuf first = buffers.take(10);
    buffers.giveBack(first.writeInt(7));

    ByteBuf next = buffers.take(1000);

    assertSame(first, next);
    assertFalse(next.isReadable());
    next.writeZero(1000);
    buffers.giveBack(next);
  }

  @Test
  void aBufferThatSomebodyStillNeedsIsNotTakenAgain() {
    ByteBuf onItsWay = buffers.take(4).writeInt(7);
    buffers.giveBack(onItsWay.retain());

    assertEquals(0, buffers.size());
    assertEquals(7, onItsWay.getInt(0));
    assertTrue(onItsWay.release());
  }

  @Test
  void aLargeBufferIsNotKept() {
    buffers.giveBack(buffers.take(FrameBuffers.CAPACITY_MAX + 1));

    assertEquals(0, buffers.size());
  }

  @Test
  void theSumOfWhatIsKeptIsBounded() {
    int fit = FrameBuffers.BYTES_MAX / FrameBuffers.CAPACITY_MAX;

    cycle(fit + 10, FrameBuffers.CAPACITY_MAX);

    assertEquals(fit, buffers.size());
  }

  @Test
  void whatIsNotNeededBetweenTwoTrimsGoesBackToThePool() {
    cycle(10, 100);
    buffers.trim();

    cycle(3, 100);
    buffers.trim();
    assertEquals(3, buffers.size());

    buffers.trim();
    assertEquals(0, buffers.size());
  }

  @Test
  void whatIsNeededStays() {
    cycle(5, 100);
    for (int i = 0; i < 10; i++) {
      buffers.trim();
      cycle(5, 100);
    }

    assertEquals(5, buffers.size());
  }

  /** So many frames in one turn. */
  private void cycle(int count, int bytes) {
    List<ByteBuf> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(buffers.take(bytes).writeZero(bytes));
    }
    frames.forEach(buffers::giveBack);
  }
}
