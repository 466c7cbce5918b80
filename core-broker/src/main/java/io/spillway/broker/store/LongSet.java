package io.spillway.broker.store;

import java.util.Arrays;

/** A set of positive numbers, 8 to 32 bytes each. One thread. */
final class LongSet {
  private static final int LEAST = 4;

  /** 0 where there is nothing; a number lies at its hash or behind it, with no gap between. */
  private long[] table = new long[LEAST];

  private int size;

  int size() {
    return size;
  }

  boolean add(long number) {
    int i = find(number);
    if (table[i] == number) {
      return false;
    }
    table[i] = number;
    if (++size * 2 > table.length) {
      resize(table.length * 2);
    }
    return true;
  }

  boolean contains(long number) {
    return table[find(number)] == number;
  }

  boolean remove(long number) {
    int gap = find(number);
    if (table[gap] != number) {
      return false;
    }
    size--;
    closeGap(gap);
    if (table.length > LEAST && size * 8 < table.length) {
      resize(table.length / 2);
    }
    return true;
  }

  long[] toArray() {
    return Arrays.stream(table).filter(number -> number != 0).toArray();
  }

  /** Moves what would no longer be found behind the gap. */
  private void closeGap(int from) {
    int mask = table.length - 1;
    int gap = from;
    for (int i = (gap + 1) & mask; table[i] != 0; i = (i + 1) & mask) {
      int distance = (i - hash(table[i])) & mask;
      if (distance >= ((i - gap) & mask)) {
        table[gap] = table[i];
        gap = i;
      }
    }
    table[gap] = 0;
  }

  private int find(long number) {
    assert number > 0;
    int i = hash(number);
    while (table[i] != 0 && table[i] != number) {
      i = (i + 1) & (table.length - 1);
    }
    return i;
  }

  private int hash(long number) {
    return (int) ((number * 0x9E3779B97F4A7C15L) >>> 32) & (table.length - 1);
  }

  private void resize(int length) {
    long[] old = table;
    table = new long[length];
    for (long number : old) {
      if (number != 0) {
        table[find(number)] = number;
      }
    }
  }
}
