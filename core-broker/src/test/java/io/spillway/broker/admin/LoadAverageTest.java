package io.spillway.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoadAverageTest {

  @Test
  void aSteadyRateIsReachedSlowlyAndTheShorterAverageFirst() {
    AtomicLong counter = new AtomicLong();
    LoadAverage load = new LoadAverage("messages/sent", counter::get);
    counter.set(10);

    Map<String, String> first = load.update(1.0 / 6);

    // 10 in ten seconds are 60 a minute; exp(-1/6) of the old average, 0, remains.
    assertEquals("9.21", first.get("messages/sent/1min"));
    assertEquals("1.97", first.get("messages/sent/5min"));
    assertEquals("0.66", first.get("messages/sent/15min"));
    for (int i = 0; i < 1000; i++) {
      counter.addAndGet(10);
      first = load.update(1.0 / 6);
    }
    assertEquals("60.00", first.get("messages/sent/1min"));
    assertEquals("60.00", first.get("messages/sent/15min"));
  }

  @Test
  void noTimeIsNoRate() {
    LoadAverage load = new LoadAverage("sockets", () -> 5);

    assertEquals("0.00", load.update(0).get("sockets/1min"));
  }
}
