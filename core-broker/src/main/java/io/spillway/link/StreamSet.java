package io.spillway.link;

import java.util.BitSet;

/**
 * The streams of a multicast group, at either end: by number, so that joining, leaving and asking
 * cost nothing much and a walk goes in the order of numbers. A stream knows its sets and leaves
 * them when it ends.
 */
final class StreamSet {
  /** The group's number on the wire. */
  final int id;

  private final BitSet members = new BitSet();
  private int size;

  StreamSet(int id) {
    this.id = id;
  }

  int size() {
    return size;
  }

  boolean contains(LinkStream stream) {
    return members.get(stream.id());
  }

  /** Returns whether it wasn't in the set before. */
  boolean add(LinkStream stream) {
    if (members.get(stream.id())) {
      return false;
    }
    members.set(stream.id());
    size++;
    stream.joined(this);
    return true;
  }

  /** Returns whether it was in the set. */
  boolean remove(LinkStream stream) {
    if (!members.get(stream.id())) {
      return false;
    }
    members.clear(stream.id());
    size--;
    stream.left(this);
    return true;
  }

  /** The first member's number from a number on; -1: none. */
  int next(int from) {
    return members.nextSetBit(from);
  }
}
