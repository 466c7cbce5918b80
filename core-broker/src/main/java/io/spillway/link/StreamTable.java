package io.spillway.link;

import java.util.Arrays;

/**
 * A link's streams by number. A number is taken from OPEN until both ends have let go of it, so it
 * always means one stream; numbers that are free again are used first, so the table stays as small
 * as the most streams there were at a time.
 */
final class StreamTable {
  private final int streamsMax;
  private LinkStream[] streams = new LinkStream[16];
  private int size;

  /** Numbers up to {@link #highest} that are free again: the gateway's way to choose one. */
  private int[] free = new int[16];

  private int freeSize;
  private int highest;

  StreamTable(int streamsMax) {
    this.streamsMax = streamsMax;
  }

  /** Streams whose number is taken: the open ones and those on their way out. */
  int size() {
    return size;
  }

  boolean isFull() {
    return size >= streamsMax;
  }

  boolean isValid(int id) {
    return id >= 1 && id <= streamsMax;
  }

  /** The stream of a number; null: the number is free. */
  LinkStream get(int id) {
    return id >= 0 && id < streams.length ? streams[id] : null;
  }

  /** A free number, at the gateway. */
  int take() {
    if (isFull()) {
      throw new IllegalStateException("streams: " + size + " (expected: < " + streamsMax + ")");
    }
    return freeSize > 0 ? free[--freeSize] : ++highest;
  }

  void put(LinkStream stream) {
    int id = stream.id();
    if (id >= streams.length) {
      streams = Arrays.copyOf(streams, Math.max(id + 1, streams.length * 2));
    }
    assert streams[id] == null : "stream " + id + " is taken";
    streams[id] = stream;
    size++;
  }

  void remove(LinkStream stream) {
    assert streams[stream.id()] == stream;
    streams[stream.id()] = null;
    size--;
    if (freeSize == free.length) {
      free = Arrays.copyOf(free, free.length * 2);
    }
    free[freeSize++] = stream.id();
  }

  /** All of them, for the link's end. */
  LinkStream[] all() {
    LinkStream[] all = new LinkStream[size];
    int count = 0;
    for (LinkStream stream : streams) {
      if (stream != null) {
        all[count++] = stream;
      }
    }
    return all;
  }
}
