package io.spillway.gateway.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Looks at the first bytes of a connection before whoever reads them does. On the connection's I/O
 * thread.
 */
final class FirstLook extends AbstractStreamSourceConduit<StreamSourceConduit> {

  /** Null when it has looked. */
  private Predicate<ByteBuffer> refuses;

  /** {@code refuses}: the connection is to end here, and that was seen to. */
  FirstLook(StreamSourceConduit next, Predicate<ByteBuffer> refuses) {
    super(next);
    this.refuses = refuses;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    int start = into.position();
    int read = next.read(into);
    return read <= 0 || isWelcome(into.duplicate().flip().position(start)) ? read : -1;
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    if (refuses == null) {
      return next.read(into, offset, length);
    }
    for (int i = offset; i < offset + length; i++) {
      if (into[i].hasRemaining()) {
        return read(into[i]); // The rest with the next call.
      }
    }
    return 0;
  }

  private boolean isWelcome(ByteBuffer first) {
    if (refuses == null) {
      return true;
    }
    Predicate<ByteBuffer> look = refuses;
    refuses = null;
    return !look.test(first);
  }
}
