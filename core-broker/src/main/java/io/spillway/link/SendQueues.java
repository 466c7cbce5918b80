package io.spillway.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Which streams have something waiting, whose turn it is to send, and who is to be told that there
 * is room. Streams take turns, so a large unit of one never keeps the others waiting for longer
 * than a piece.
 */
final class SendQueues {
  /**
   * Multicasts written while the transport is full, in bytes, before they are dropped for all: a
   * gateway that reads this slowly would only make the core's memory grow.
   */
  static final int OVERSHOOT_MAX = 4 * 1024 * 1024;

  private final LinkTransport transport;

  /** Streams with something waiting, each once, at its {@link LinkStream#pendingIndex}. */
  private final List<LinkStream> pending = new ArrayList<>();

  /** Those of them that have credit, or need none, in the order of their turns. */
  private final ArrayDeque<LinkStream> turns = new ArrayDeque<>();

  /** Streams whose listeners wait for the transport to have room. */
  private final ArrayDeque<LinkStream> waiting = new ArrayDeque<>();

  /** Multicast bytes written since the transport last had room. */
  private int overshoot;

  private long bytesQueued;
  private long droppablesDropped;
  private long creditStalls;
  private boolean closed;

  SendQueues(LinkTransport transport) {
    this.transport = transport;
  }

  boolean transportHasRoom() {
    return !closed && transport.isWritable();
  }

  /** Whether a multicast of so many bytes may be written now. */
  boolean mayOvershoot(int bytes) {
    if (transportHasRoom()) {
      overshoot = 0;
      return true;
    }
    if (closed || overshoot + bytes > OVERSHOOT_MAX) {
      return false;
    }
    overshoot += bytes;
    return true;
  }

  /** Streams with something waiting; not to be changed. */
  List<LinkStream> pending() {
    return pending;
  }

  /** The stream has something waiting, or has got credit for it. */
  void pending(LinkStream stream) {
    if (stream.pendingIndex < 0) {
      stream.pendingIndex = pending.size();
      pending.add(stream);
    }
    if (!stream.inTurn && stream.canAdvance()) {
      stream.inTurn = true;
      turns.add(stream);
    }
  }

  /** The stream wants to be told when the transport has room. */
  void waitForTransport(LinkStream stream) {
    if (!stream.inWaiting && !transportHasRoom()) {
      stream.inWaiting = true;
      waiting.add(stream);
    }
  }

  /** The stream has ended. What refers to it in the queues is skipped when it comes up. */
  void forget(LinkStream stream) {
    int index = stream.pendingIndex;
    if (index < 0) {
      return;
    }
    stream.pendingIndex = -1;
    LinkStream last = pending.remove(pending.size() - 1);
    if (last != stream) {
      pending.set(index, last);
      last.pendingIndex = index;
    }
  }

  boolean canPump() {
    return (!turns.isEmpty() || !waiting.isEmpty()) && transportHasRoom();
  }

  /** Gives each stream its turn until the transport is full, or a bound, so that others may run. */
  void pump(int bytesMax) {
    if (transportHasRoom()) {
      overshoot = 0;
    }
    int left = bytesMax;
    while (left > 0 && !turns.isEmpty() && transportHasRoom()) {
      LinkStream stream = turns.poll();
      stream.inTurn = false;
      left -= stream.advance();
      if (!stream.hasPending()) {
        drained(stream);
      } else {
        pending(stream);
      }
    }
  }

  private void drained(LinkStream stream) {
    forget(stream);
    stream.writeClose();
    if (stream.wantsWritable() && !stream.inWaiting) {
      stream.inWaiting = true;
      waiting.add(stream);
    }
  }

  /** Tells the listeners that there is room, while there is. */
  void tellWaiting() {
    for (int count = waiting.size(); count > 0 && transportHasRoom(); count--) {
      LinkStream stream = waiting.poll();
      if (stream == null) {
        return;
      }
      stream.inWaiting = false;
      stream.tellIfWritable();
    }
  }

  void queued(int bytes) {
    bytesQueued += bytes;
  }

  long bytesQueued() {
    return bytesQueued;
  }

  void droppablesDropped(int units) {
    droppablesDropped += units;
  }

  long droppablesDropped() {
    return droppablesDropped;
  }

  void creditStalled() {
    creditStalls++;
  }

  long creditStalls() {
    return creditStalls;
  }

  /** The link has ended; the streams have let go of what waited. */
  void close() {
    closed = true;
    turns.clear();
    waiting.clear();
  }
}
