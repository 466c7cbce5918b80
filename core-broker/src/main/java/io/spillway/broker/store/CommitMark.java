package io.spillway.broker.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the database had come when it was last synced: the file {@code committed}, written after
 * each commit. A database that has come less far at the next start has lost files, or the end of
 * one. The mark itself isn't synced, as it may fall behind, and never runs ahead. Owned as the
 * database is.
 */
final class CommitMark implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CommitMark.class);

  /** A number of always as many digits lies in one sector, so there is never half of one. */
  private static final int DIGITS = 19;

  private final FileChannel file;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(DIGITS + 1);

  /** What {@link #advance} failed with last, or null. */
  private String failure;

  CommitMark(Path path) throws IOException {
    this.file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** The number written last; 0 when there is none, as in a copy or after a power cut. */
  long read() throws IOException {
    byte[] digits = new byte[DIGITS];
    if (file.read(ByteBuffer.wrap(digits), 0) < DIGITS) {
      return 0;
    }
    try {
      return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      return 0; // Blocks that a power cut left unwritten.
    }
  }

  /**
   * All up to this number is durable. Without room for it, which is told, the mark stays behind.
   */
  void advance(long number) {
    buffer.clear();
    long rest = number;
    for (int i = DIGITS - 1; i >= 0; i--) {
      buffer.put(i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    buffer.put(DIGITS, (byte) '\n');
    try {
      file.write(buffer, 0);
      failure = null;
    } catch (IOException e) {
      if (failure == null) {
        failure = StoreDirectory.reason(e);
        log.warn("The store can't note how far it has come: {}.", failure);
      }
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      // It was for reading only by now.
    }
  }
}
