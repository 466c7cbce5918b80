package io.spillway.gateway.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Sends every message back, and remembers what it was told. */
public final class Echo implements WebSocketListener {

  /** What {@link WebSocketListener#closed} said. */
  public record Closed(int code, String reason) {}

  public final BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
  public final WebSocketConnection connection;
  private final ByteBuf message = ByteBufAllocator.DEFAULT.buffer();

  public Echo(WebSocketConnection connection) {
    this.connection = connection;
  }

  @Override
  public void data(ByteBuffer payload, boolean lastOfMessage) {
    message.writeBytes(payload);
    if (lastOfMessage) {
      // One message at a time: what follows is read when this one has been taken.
      boolean taken = connection.send(message.copy());
      message.clear();
      if (!taken) {
        connection.suspendReads();
      }
    }
  }

  @Override
  public void writable() {
    connection.resumeReads();
  }

  @Override
  public void closed(int code, String reason) {
    message.release();
    closed.add(new Closed(code, reason));
  }

  public Closed awaitClosed() throws InterruptedException {
    return closed.poll(10, TimeUnit.SECONDS);
  }
}
