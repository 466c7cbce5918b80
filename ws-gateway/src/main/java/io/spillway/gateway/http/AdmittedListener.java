package io.spillway.gateway.http;

import io.spillway.gateway.websocket.WebSocketListener;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Notes the end of a connection that was let in, and hands everything on. On its I/O thread. */
final class AdmittedListener implements WebSocketListener {
  private final WebSocketListener listener;
  private final Entrance entrance;
  private final InetAddress address;

  AdmittedListener(WebSocketListener listener, Entrance entrance, InetAddress address) {
    this.listener = listener;
    this.entrance = entrance;
    this.address = address;
  }

  @Override
  public void data(ByteBuffer payload, boolean lastOfMessage) {
    listener.data(payload, lastOfMessage);
  }

  @Override
  public void readComplete() {
    listener.readComplete();
  }

  @Override
  public void writable() {
    listener.writable();
  }

  @Override
  public void closed(int code, String reason) {
    entrance.ended(address);
    listener.closed(code, reason);
  }
}
