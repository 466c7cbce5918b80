package io.spillway.broker.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LongSetTest {
  @Test
  void itHoldsWhatASetHolds() {
    Random random = new Random(7);
    LongSet set = new LongSet();
    TreeSet<Long> expected = new TreeSet<>();

    for (int i = 0; i < 200_000; i++) {
      long number = 1 + random.nextInt(i < 100_000 ? 3000 : 40);
      if (random.nextBoolean()) {
        assertEquals(expected.add(number), set.add(number));
      } else {
        assertEquals(expected.remove(number), set.remove(number));
      }
      assertEquals(expected.contains(number), set.contains(number));
      assertEquals(expected.size(), set.size());
    }

    long[] numbers = set.toArray();
    Arrays.sort(numbers);
    assertArrayEquals(expected.stream().mapToLong(n -> n).toArray(), numbers);
  }
}
