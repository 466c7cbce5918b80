package io.spillway.link;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * What of one stream waits to leave, oldest first. The stream's own, made when something has to.
 */
final class PendingUnits {
  /** Bytes that wait to leave: a unit, the rest of one, or what the caller has brought of it. */
  static final class Unit {
    final ByteBuf bytes;
    final boolean droppable;

    /** How many bytes of the unit the caller brings after these. */
    final int callerRemaining;

    /** Whether the unit begins with what is left in {@link #bytes}. */
    boolean first;

    Unit(ByteBuf bytes, boolean first, int callerRemaining, boolean droppable) {
      this.bytes = bytes;
      this.first = first;
      this.callerRemaining = callerRemaining;
      this.droppable = droppable;
    }

    boolean isCut() {
      return !first;
    }
  }

  private final SendQueues queues;
  private final ArrayDeque<Unit> units = new ArrayDeque<>(4);
  private long bytes;

  PendingUnits(SendQueues queues) {
    this.queues = queues;
  }

  boolean isEmpty() {
    return units.isEmpty();
  }

  /** Null: nothing waits. */
  Unit first() {
    return units.peek();
  }

  long bytes() {
    return bytes;
  }

  /** Behind the first one, which may be of any size. */
  long bytesBehindFirst() {
    return units.isEmpty() ? 0 : bytes - units.peek().bytes.readableBytes();
  }

  void add(Unit unit) {
    units.add(unit);
    count(unit.bytes.readableBytes());
  }

  /**
   * Takes bytes from the first unit, which is removed with its last.
   *
   * @return the bytes; they are the caller's
   */
  ByteBuf take(int length) {
    Unit unit = units.peek();
    count(-length);
    if (length == unit.bytes.readableBytes()) {
      units.remove();
      return unit.bytes;
    }
    unit.first = false;
    return unit.bytes.readRetainedSlice(length);
  }

  /** A unit whose beginning has left stays. */
  void dropDroppables() {
    for (Iterator<Unit> each = units.iterator(); each.hasNext(); ) {
      Unit unit = each.next();
      if (unit.droppable && unit.first) {
        release(unit);
        each.remove();
      }
    }
  }

  void clear() {
    units.forEach(this::release);
    units.clear();
  }

  private void release(Unit unit) {
    count(-unit.bytes.readableBytes());
    unit.bytes.release();
  }

  private void count(int more) {
    bytes += more;
    queues.queued(more);
  }
}
