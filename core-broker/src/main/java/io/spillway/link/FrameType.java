package io.spillway.link;

/** The frames' type bytes, in the words and the order of the specification. */
final class FrameType {
  static final int HELLO = 0x01;
  static final int CHALLENGE = 0x02;
  static final int AUTH = 0x03;
  static final int WELCOME = 0x04;

  static final int OPEN = 0x10;
  static final int CLOSE = 0x11;
  static final int CLOSED = 0x12;
  static final int ATTR = 0x13;
  static final int DATA = 0x14;
  static final int CREDIT = 0x15;
  static final int STAT = 0x16;

  static final int GROUP_ADD = 0x20;
  static final int GROUP_DEL = 0x21;
  static final int MCAST = 0x22;
  static final int MCAST_LIST = 0x23;
  static final int MCAST_PID = 0x24;

  static final int PING = 0x30;
  static final int PONG = 0x31;
  static final int GOAWAY = 0x32;
  static final int DRAINED = 0x33;

  /** A type with this bit is ignored where it isn't known; without it, it ends the link. */
  static final int IGNORABLE = 0x80;

  private FrameType() {}

  static String name(int type) {
    return switch (type) {
      case HELLO -> "HELLO";
      case CHALLENGE -> "CHALLENGE";
      case AUTH -> "AUTH";
      case WELCOME -> "WELCOME";
      case OPEN -> "OPEN";
      case CLOSE -> "CLOSE";
      case CLOSED -> "CLOSED";
      case ATTR -> "ATTR";
      case DATA -> "DATA";
      case CREDIT -> "CREDIT";
      case STAT -> "STAT";
      case GROUP_ADD -> "GROUP_ADD";
      case GROUP_DEL -> "GROUP_DEL";
      case MCAST -> "MCAST";
      case MCAST_LIST -> "MCAST_LIST";
      case MCAST_PID -> "MCAST_PID";
      case PING -> "PING";
      case PONG -> "PONG";
      case GOAWAY -> "GOAWAY";
      case DRAINED -> "DRAINED";
      default -> String.format("0x%02X", type);
    };
  }
}
