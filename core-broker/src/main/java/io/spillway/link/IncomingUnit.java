package io.spillway.link;

import io.netty.buffer.ByteBuf;

/** The unit that a stream receives: holds its frames against the rules. The stream's own. */
final class IncomingUnit {
  private boolean first;
  private boolean droppable;

  /** How many bytes are still to come; 0: none is under way. */
  private int remaining;

  /** Whether the frame just read begins the unit. */
  boolean isFirst() {
    return first;
  }

  boolean isDroppable() {
    return droppable;
  }

  int remaining() {
    return remaining;
  }

  /** Reads the beginning of DATA; what is left in it are the unit's bytes. */
  void read(ByteBuf in, boolean gateway, int unitMax) {
    int flags = Wire.u8(in, "DATA flags");
    if ((flags & ~Link.DATA_FLAGS) != 0) {
      throw LinkException.protocolError("DATA flags: " + flags + " (expected: 0 to 7)");
    }
    boolean begins = (flags & Link.DATA_FIRST) != 0;
    boolean more = (flags & Link.DATA_MORE) != 0;
    boolean mayBeDropped = (flags & Link.DATA_DROPPABLE) != 0;
    if (mayBeDropped && !gateway) {
      throw LinkException.protocolError("DATA: droppable towards the core (expected: not)");
    }
    if (begins != (remaining == 0)) {
      throw LinkException.protocolError(
          "DATA: "
              + (begins ? "a new unit within one" : "no unit's beginning")
              + " (expected: "
              + (begins ? "its next piece)" : "one)"));
    }
    int total = begins && more ? Wire.u31(in, "DATA length") : remaining;
    int length = in.readableBytes();
    if (begins && !more) {
      total = length;
    }
    if (begins && total > unitMax) {
      throw new LinkException(
          LinkCloseReason.TOO_LARGE,
          "DATA unit: " + total + " bytes (expected: at most " + unitMax + ")");
    }
    int toCome = total - length;
    if (length == 0 || toCome < 0 || more != toCome > 0) {
      throw LinkException.protocolError(
          "DATA: "
              + length
              + " bytes (expected: "
              + (more ? "at least 1 and fewer than " : "")
              + total
              + ")");
    }
    if (!begins && mayBeDropped != droppable) {
      throw LinkException.protocolError("DATA: a unit half droppable (expected: all or nothing)");
    }
    first = begins;
    remaining = toCome;
    droppable = mayBeDropped;
  }
}
