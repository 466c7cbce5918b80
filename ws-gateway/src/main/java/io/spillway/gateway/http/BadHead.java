package io.spillway.gateway.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.xnio.StreamConnection;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.StreamSinkConduit;

/**
 * Gives a reason to the answer that HTTP's parser has for a request it can't read, which is a bare
 * status. It goes out by itself and is the connection's last word. On the connection's I/O thread,
 * until the upgrade.
 */
final class BadHead extends AbstractStreamSinkConduit<StreamSinkConduit> {
  private static final byte[] BARE =
      "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n".getBytes(StandardCharsets.US_ASCII);

  static final String REASON =
      "the request's head can't be read, or is larger than gateway.http.max-header-size or"
          + " gateway.http.max-headers allow";

  private static final byte[] ANSWER =
      ("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
              + (REASON.length() + 1)
              + "\r\nConnection: close\r\n\r\n"
              + REASON
              + "\n")
          .getBytes(StandardCharsets.US_ASCII);

  private final Runnable refused;

  /** {@code refused} runs when such an answer goes out. */
  BadHead(StreamSinkConduit next, Runnable refused) {
    super(next);
    this.refused = refused;
  }

  /** Takes it out of a connection that isn't HTTP's any more, where any bytes may follow. */
  static void end(StreamConnection connection) {
    ConduitStreamSinkChannel sink = connection.getSinkChannel();
    if (sink.getConduit() instanceof BadHead head) {
      sink.setConduit(head.next);
    }
  }

  @Override
  public int write(ByteBuffer answer) throws IOException {
    if (!isBare(answer)) {
      return next.write(answer);
    }
    refused.run();
    int length = answer.remaining();
    answer.position(answer.limit());
    // All of it or, where the client takes nothing, some: nobody is owed more.
    next.write(ByteBuffer.wrap(ANSWER));
    return length;
  }

  private static boolean isBare(ByteBuffer answer) {
    if (answer.remaining() < BARE.length || answer.get(answer.position()) != BARE[0]) {
      return false;
    }
    for (int i = 1; i < BARE.length; i++) {
      if (answer.get(answer.position() + i) != BARE[i]) {
        return false;
      }
    }
    return true;
  }
}
