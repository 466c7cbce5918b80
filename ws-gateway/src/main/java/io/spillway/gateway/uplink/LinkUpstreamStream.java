package io.spillway.gateway.uplink;

import io.netty.buffer.ByteBuf;
import io.spillway.link.CloseReason;
import io.spillway.link.EdgeStatistics;
import io.spillway.link.LinkStream;
import java.nio.ByteBuffer;

/** A stream on a link. What it sends leaves at the end of the turn. Thread: the link's. */
final class LinkUpstreamStream implements UpstreamStream {
  private final LinkStream stream;
  private final XnioTransport transport;

  LinkUpstreamStream(LinkStream stream, XnioTransport transport) {
    this.stream = stream;
    this.transport = transport;
  }

  @Override
  public void send(ByteBuf bytes, int remaining) {
    stream.send(bytes, remaining, false);
    transport.flushAtEndOfTurn();
  }

  @Override
  public void send(ByteBuffer packets) {
    stream.send(packets, false);
    transport.flushAtEndOfTurn();
  }

  @Override
  public boolean isWritable() {
    return stream.isWritable();
  }

  @Override
  public void consumed(int bytes) {
    stream.consumed(bytes);
    transport.flushAtEndOfTurn();
  }

  @Override
  public void statistics(EdgeStatistics statistics) {
    stream.statistics(statistics);
    transport.flushAtEndOfTurn();
  }

  @Override
  public void close(CloseReason reason, String text) {
    stream.close(reason, text);
    transport.flushAtEndOfTurn();
  }
}
