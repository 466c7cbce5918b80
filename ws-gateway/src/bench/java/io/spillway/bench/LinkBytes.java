package io.spillway.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * What our own core has sent over its links, as {@code $SYS} tells. Made before the traffic; a
 * thread of its own reads.
 */
final class LinkBytes implements AutoCloseable {
  private static final String TOPIC = "$SYS/broker/gateway/+/bytes/sent";

  /** {@code $SYS} is a second old, and tells of the second before. */
  private static final long SETTLE_MILLIS = 2500;

  private final Socket socket;
  private volatile long sent;
  private final long before;

  private LinkBytes(Target target) throws Exception {
    socket = new Socket(target.tcp().getAddress(), target.tcp().getPort());
    ByteBuf out = Unpooled.buffer();
    Wire.connect(out, "link-bytes", true, false);
    Wire.subscribe(out, TOPIC, 0, false);
    socket.getOutputStream().write(out.array(), 0, out.writerIndex());
    Thread reader = new Thread(this::read, "link-bytes");
    reader.setDaemon(true);
    reader.start();
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    before = sent;
  }

  /** Null where it is somebody else's. */
  static LinkBytes of(Target target) throws Exception {
    return target.name().startsWith("spillway") ? new LinkBytes(target) : null;
  }

  /** Since this was made. */
  double per(long count) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    return (double) (sent - before) / Math.max(1, count);
  }

  private void read() {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(socket.getInputStream()))) {
      while (true) {
        int first = in.readUnsignedByte();
        int length = 0;
        for (int shift = 0, b = 0x80; b >= 0x80; shift += 7) {
          b = in.readUnsignedByte();
          length |= (b & 0x7F) << shift;
        }
        byte[] body = in.readNBytes(length);
        if ((first & 0xF0) == 0x30) {
          int at = 2 + ((body[0] & 0xFF) << 8 | body[1] & 0xFF);
          sent = Long.parseLong(new String(body, at, length - at, StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      // The run is over.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
