package io.spillway.link;

import io.netty.buffer.ByteBuf;

/**
 * The orderly end of a link: GOAWAY from either end, then no new streams, then DRAINED when the
 * last one has gone. The link's own.
 */
final class Farewell {
  private final Link link;
  private boolean said;
  private boolean heard;
  private boolean saidDrained;

  Farewell(Link link) {
    this.link = link;
  }

  /** This end has asked for the end. */
  boolean isSaid() {
    return said;
  }

  /** The peer has asked for the end. */
  boolean isHeard() {
    return heard;
  }

  /** Whether the peer has been told, or need not be, that no stream is left. */
  boolean isComplete() {
    return saidDrained || heard && link.streams() != null && link.streams().size() == 0;
  }

  /** Asks for the end, once. */
  void say(String text) {
    if (!said) {
      said = true;
      write(LinkCloseReason.SHUTDOWN, text);
    }
  }

  /** GOAWAY; with any other reason than SHUTDOWN it is the last frame. */
  void write(LinkCloseReason reason, String text) {
    ByteBuf out = link.writer().begin(FrameType.GOAWAY, 0);
    out.writeByte(reason.code());
    Wire.writeString8(out, Wire.cut(text, Link.TEXT_MAX));
    link.writer().end();
  }

  /** The peer said GOAWAY. */
  void goAway(ByteBuf in) {
    LinkCloseReason reason = LinkCloseReason.of(Wire.u8(in, "GOAWAY reason"));
    String text = Wire.string8(in, "GOAWAY text");
    Wire.end(in, "GOAWAY");
    if (reason != LinkCloseReason.SHUTDOWN || !link.isReady()) {
      link.end(reason, "said by the peer: " + text);
      return;
    }
    if (!heard) {
      heard = true;
      link.listener().goAway(reason, text);
      streamGone();
    }
  }

  /** The peer said DRAINED. */
  void drained(ByteBuf in) {
    Wire.end(in, "DRAINED");
    if (!said) {
      throw LinkException.protocolError("DRAINED without GOAWAY (expected: after one)");
    }
    link.listener().drained();
    link.close(LinkCloseReason.SHUTDOWN, "drained");
  }

  /** Says DRAINED if the peer waits for that and no number is in use any more. */
  void streamGone() {
    if (heard && !saidDrained && link.streams().size() == 0) {
      saidDrained = true;
      link.writer().empty(FrameType.DRAINED, 0);
    }
  }
}
