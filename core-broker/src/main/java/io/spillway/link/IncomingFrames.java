package io.spillway.link;

import io.netty.buffer.ByteBuf;

/**
 * What the reader cuts out of the byte stream: checks it and gives it to whom it is for. Its link's
 * own.
 */
final class IncomingFrames implements FrameReader.Sink {
  private final Link link;
  private final FrameTrace trace;
  private long frames;

  IncomingFrames(Link link, FrameTrace trace) {
    this.link = link;
    this.trace = trace;
  }

  long frames() {
    return frames;
  }

  @Override
  public void admit(int type, int stream, int length) {
    int expected = link.handshakeExpects();
    if (expected != 0) {
      if (type != expected && type != FrameType.GOAWAY) {
        throw LinkException.protocolError(
            FrameType.name(type)
                + " in the handshake (expected: "
                + FrameType.name(expected)
                + ")");
      }
      tooLong(type, length, Link.HANDSHAKE_FRAME_MAX);
      onLink(type, stream);
      return;
    }
    tooLong(type, length, type == FrameType.OPEN ? OpenFactsCodec.LENGTH_MAX : Link.FRAME_MAX);
    boolean wrongEnd =
        switch (type) {
          case FrameType.OPEN, FrameType.STAT -> link.isGateway();
          case FrameType.ATTR,
              FrameType.GROUP_ADD,
              FrameType.GROUP_DEL,
              FrameType.MCAST,
              FrameType.MCAST_LIST,
              FrameType.MCAST_PID ->
              !link.isGateway();
          default -> false;
        };
    if (wrongEnd) {
      throw LinkException.protocolError(
          FrameType.name(type)
              + " towards the "
              + (link.isGateway() ? "gateway" : "core")
              + " (expected: the other way)");
    }
  }

  private void tooLong(int type, int length, int lengthMax) {
    if (length > lengthMax) {
      throw new LinkException(
          LinkCloseReason.TOO_LARGE,
          FrameType.name(type) + ": " + length + " bytes (expected: at most " + lengthMax + ")");
    }
  }

  private void onLink(int type, int stream) {
    if (stream != 0) {
      throw LinkException.protocolError(
          FrameType.name(type) + " stream: " + (stream & 0xffff_ffffL) + " (expected: 0)");
    }
  }

  @Override
  public boolean frame(int type, int id, ByteBuf payload) {
    frames++;
    if (trace.isOn()) {
      trace.received(type, id, payload);
    }
    if (link.handshakeExpects() != 0 && type != FrameType.GOAWAY) {
      link.shakeHands(type, payload);
    } else {
      dispatch(type, id, payload);
    }
    return link.isRunning();
  }

  private void dispatch(int type, int id, ByteBuf in) {
    switch (type) {
      case FrameType.DATA -> data(id, in);
      case FrameType.CREDIT -> credit(id, in);
      case FrameType.OPEN -> link.accept(id, in);
      case FrameType.CLOSE -> close(id, in);
      case FrameType.CLOSED -> closed(id, in);
      case FrameType.ATTR -> attributes(id, in);
      case FrameType.STAT -> statistics(id, in);
      case FrameType.GROUP_ADD -> link.multicastReceiver().groupAdd(id, in);
      case FrameType.GROUP_DEL -> link.multicastReceiver().groupDel(id, in);
      case FrameType.MCAST -> link.multicastReceiver().multicast(id, in);
      case FrameType.MCAST_LIST -> {
        onLink(type, id);
        link.multicastReceiver().multicastList(in);
      }
      case FrameType.MCAST_PID -> {
        onLink(type, id);
        link.multicastReceiver().multicastWithPacketIds(in);
      }
      case FrameType.PING -> ping(id, in);
      case FrameType.PONG -> pong(id, in);
      case FrameType.GOAWAY -> {
        onLink(type, id);
        link.farewell().goAway(in);
      }
      case FrameType.DRAINED -> {
        onLink(type, id);
        link.farewell().drained(in);
      }
      default -> {
        if ((type & FrameType.IGNORABLE) == 0) {
          throw LinkException.protocolError(
              "frame type: " + FrameType.name(type) + " (expected: a known one)");
        }
      }
    }
  }

  private void data(int id, ByteBuf in) {
    LinkStream stream = link.openStream(id, "DATA");
    if (stream == null) {
      return;
    }
    try {
      stream.received(in);
    } catch (LinkException e) {
      throw e;
    } catch (RuntimeException e) {
      link.listeners().failed(stream, e);
    }
  }

  private void credit(int id, ByteBuf in) {
    LinkStream stream = link.knownStream(id, "CREDIT");
    int bytes = Wire.u31(in, "CREDIT");
    Wire.end(in, "CREDIT");
    if (stream.state() == LinkStream.State.CLOSE_SENT) {
      link.frameForClosedStream();
    } else {
      stream.granted(bytes);
    }
  }

  private void close(int id, ByteBuf in) {
    LinkStream stream = link.knownStream(id, "CLOSE");
    CloseReason reason = CloseReason.of(Wire.u8(in, "CLOSE reason"));
    String text = Wire.string8(in, "CLOSE text");
    Wire.end(in, "CLOSE");
    link.writer().empty(FrameType.CLOSED, id);
    LinkStream.State was = stream.state();
    if (was != LinkStream.State.CLOSE_SENT) {
      // With a CLOSE of our own under way the number is free when its CLOSED has come.
      link.remove(stream);
    }
    if (was == LinkStream.State.OPEN) {
      link.listeners().closed(stream, reason, text);
    }
  }

  private void closed(int id, ByteBuf in) {
    LinkStream stream = link.knownStream(id, "CLOSED");
    Wire.end(in, "CLOSED");
    if (stream.state() != LinkStream.State.CLOSE_SENT) {
      throw LinkException.protocolError("CLOSED " + id + " without CLOSE (expected: after one)");
    }
    link.remove(stream);
  }

  private void attributes(int id, ByteBuf in) {
    LinkStream stream = link.openStream(id, "ATTR");
    int level = Wire.u8(in, "ATTR level");
    int keepAlive = Wire.u16(in, "ATTR keep alive");
    int maximumPacketSize = Handshake.limit(in, 1, "ATTR maximum packet size");
    int policy = Wire.u8(in, "ATTR policy");
    String clientId = Wire.string16(in, "ATTR client identifier");
    Wire.end(in, "ATTR");
    StreamAttributes attributes =
        new StreamAttributes(
            level,
            keepAlive,
            maximumPacketSize,
            StreamAttributes.SlowClientPolicy.of(policy),
            clientId);
    if (stream != null) {
      link.listeners().tell(stream, listener -> listener.attributes(attributes));
    }
  }

  private void statistics(int id, ByteBuf in) {
    if (id == 0) {
      link.listener().statistics(readStatistics(in));
      return;
    }
    LinkStream stream = link.openStream(id, "STAT");
    EdgeStatistics statistics = readStatistics(in);
    if (stream != null) {
      link.listeners().tell(stream, listener -> listener.statistics(statistics));
    }
  }

  private void ping(int id, ByteBuf in) {
    onLink(FrameType.PING, id);
    Wire.need(in, 8, "PING");
    link.writer().begin(FrameType.PONG, 0).writeLong(in.readLong());
    link.writer().end();
    Wire.end(in, "PING");
  }

  private void pong(int id, ByteBuf in) {
    onLink(FrameType.PONG, id);
    Wire.need(in, 8, "PONG");
    link.liveness().answered(in.readLong());
    Wire.end(in, "PONG");
    link.refreshTrace();
  }

  private static EdgeStatistics readStatistics(ByteBuf in) {
    EdgeStatistics statistics =
        new EdgeStatistics(
            Wire.u63(in, "STAT"),
            Wire.u63(in, "STAT"),
            Wire.u63(in, "STAT"),
            Wire.u63(in, "STAT"),
            Wire.u63(in, "STAT"),
            Wire.u63(in, "STAT"),
            Wire.u63(in, "STAT"));
    Wire.end(in, "STAT");
    return statistics;
  }
}
