package io.spillway.process.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LineWriterTest {
  @Test
  void linesComeOutWholeAndInTheirOrder() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LineWriter writer = new LineWriter(out, () -> false, () -> {});
    StringBuilder expected = new StringBuilder();

    for (int i = 0; i < 20_000; i++) {
      String line = "line " + i + " " + "x".repeat(i % 50) + "\n";
      writer.write(line.getBytes(StandardCharsets.UTF_8));
      expected.append(line);
    }
    writer.flush(Duration.ofSeconds(10));

    assertEquals(expected.toString(), out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsToBeWrittenLaterNeedsNoFurtherLine() throws Exception {
    AtomicBoolean more = new AtomicBoolean();
    CountDownLatch written = new CountDownLatch(1);
    LineWriter writer = new LineWriter(new ByteArrayOutputStream(), more::get, written::countDown);
    writer.write("the last line\n".getBytes(StandardCharsets.UTF_8));
    writer.flush(Duration.ofSeconds(10));

    more.set(true);
    writer.wake();

    assertTrue(written.await(10, TimeUnit.SECONDS));
    more.set(false);
  }

  @Test
  void nobodyWaitsForAStuckTerminalAndWhatIsLostIsTold() throws Exception {
    StuckTerminal terminal = new StuckTerminal();
    LineWriter writer = new LineWriter(terminal, () -> false, () -> {});
    byte[] line = ("y".repeat(999) + "\n").getBytes(StandardCharsets.UTF_8);
    writer.write(line);
    assertTrue(terminal.reached.await(10, TimeUnit.SECONDS));

    int more = LineWriter.WAITING_BYTES_MAX / line.length + 500;
    for (int i = 0; i < more; i++) {
      writer.write(line);
    }
    terminal.open.countDown();
    writer.flush(Duration.ofSeconds(10));

    String written = terminal.bytes.toString(StandardCharsets.UTF_8);
    int kept = LineWriter.WAITING_BYTES_MAX / line.length;
    assertEquals(kept, written.lines().filter(text -> text.startsWith("y")).count());
    String dropped = "Warning: " + (more + 1 - kept) + " log lines were dropped";
    assertTrue(written.contains(dropped), dropped);
  }

  /** Takes nothing until it is opened. */
  private static final class StuckTerminal extends OutputStream {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch open = new CountDownLatch(1);
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      reached.countDown();
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      bytes.write(source, offset, length);
    }
  }
}
