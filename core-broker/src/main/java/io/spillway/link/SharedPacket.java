package io.spillway.link;

import io.netty.buffer.ByteBuf;

/**
 * One multicast packet on its way to many streams of a gateway: parsed and copied once, then
 * delivered to each member in the same turn. Owned by the link, which releases it after the last
 * member; whoever needs the bytes longer retains them.
 */
public final class SharedPacket {
  private final ByteBuf bytes;
  private final int packetIdOffset;
  private ByteBuf encoded;

  SharedPacket(ByteBuf bytes, int packetIdOffset) {
    this.bytes = bytes;
    this.packetIdOffset = packetIdOffset;
  }

  /**
   * The packet, in a buffer of its own that holds nothing else. Don't move its indices and don't
   * change it: others use the same object. {@code retain()} it to keep it.
   */
  public ByteBuf bytes() {
    return bytes;
  }

  /** The packet's length in bytes. */
  public int length() {
    return bytes.readableBytes();
  }

  /** Where the packet identifier's two bytes are, from the packet's beginning; -1: nowhere. */
  public int packetIdOffset() {
    return packetIdOffset;
  }

  /** What a member kept here for those after it, for instance a WebSocket frame; null: nothing. */
  public ByteBuf encoded() {
    return encoded;
  }

  /** Keeps an encoded form for the members after this one. Takes ownership. */
  public void encoded(ByteBuf form) {
    if (encoded != null) {
      encoded.release();
    }
    encoded = form;
  }

  void release() {
    bytes.release();
    encoded(null);
  }
}
