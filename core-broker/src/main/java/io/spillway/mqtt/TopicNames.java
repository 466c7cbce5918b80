package io.spillway.mqtt;

import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The topic names that a thread has lately seen, so that a name published again is neither checked
 * nor made into a string once more, and its hash code is there already. One per thread. Of a fixed
 * size, newest wins: a flood of names costs its own thread what it would have cost without this.
 */
final class TopicNames {
  /** At most 512 names of at most 128 bytes: below 200 kB for each thread. */
  private static final int ENTRIES = 512;

  private static final int LENGTH_MAX = 128;

  private static final FastThreadLocal<TopicNames> CURRENT =
      new FastThreadLocal<>() {
        @Override
        protected TopicNames initialValue() {
          return new TopicNames();
        }
      };

  /** As on the wire; null where there is no name yet. */
  private final byte[][] encoded = new byte[ENTRIES][];

  private final String[] names = new String[ENTRIES];

  private TopicNames() {}

  static TopicNames ofThread() {
    return CURRENT.get();
  }

  /** The name that these bytes were found to be, or null. */
  String find(byte[] bytes, int offset, int length) {
    if (length > LENGTH_MAX) {
      return null;
    }
    int slot = slot(bytes, offset, length);
    byte[] seen = encoded[slot];
    return seen != null && Arrays.equals(seen, 0, seen.length, bytes, offset, offset + length)
        ? names[slot]
        : null;
  }

  /** Makes a string of a checked name, and remembers it. */
  String add(byte[] bytes, int offset, int length) {
    String name = new String(bytes, offset, length, StandardCharsets.UTF_8);
    if (length <= LENGTH_MAX) {
      int slot = slot(bytes, offset, length);
      encoded[slot] = Arrays.copyOfRange(bytes, offset, offset + length);
      names[slot] = name;
    }
    return name;
  }

  private static int slot(byte[] bytes, int offset, int length) {
    int hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + bytes[i];
    }
    return (hash ^ hash >>> 16) & ENTRIES - 1;
  }
}
