package io.spillway.broker.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.process.log.Logging;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkFailuresTest {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logging.Tee tee = Logging.tee(this::logged);
  private long now = -7;
  private final LinkFailures failures = new LinkFailures(() -> now);

  @AfterEach
  void close() {
    tee.close();
  }

  @Test
  void aReasonIsToldAtOnceAndThenAtAFallingRateWithTheNumber() {
    for (int second = 0; second < 200; second++) {
      failures.failed("10.0.0.1:" + (1000 + second), "wrong proof");
      now += TimeUnit.SECONDS.toNanos(1);
    }

    assertEquals(
        List.of(
            "Link from 10.0.0.1:1000 failed: wrong proof.",
            "Link from 10.0.0.1:1060 failed again (60 times since): wrong proof.",
            "Link from 10.0.0.1:1180 failed again (120 times since): wrong proof."),
        lines);
  }

  @Test
  void anotherReasonOrAddressIsToldAtOnce() {
    failures.failed("10.0.0.1:1", "wrong proof");
    failures.failed("10.0.0.1:2", "no secret");
    failures.failed("[2001:db8::1]:3", "wrong proof");
    failures.failed("10.0.0.1:4", "wrong proof");

    assertEquals(
        List.of(
            "Link from 10.0.0.1:1 failed: wrong proof.",
            "Link from 10.0.0.1:2 failed: no secret.",
            "Link from [2001:db8::1]:3 failed: wrong proof."),
        lines);
  }

  @Test
  void afterALinkAReasonIsNewAgain() {
    failures.failed("10.0.0.1:1", "wrong proof");
    failures.succeeded("10.0.0.1:2");
    failures.failed("10.0.0.1:3", "wrong proof");

    assertEquals(
        List.of(
            "Link from 10.0.0.1:1 failed: wrong proof.",
            "Link from 10.0.0.1:3 failed: wrong proof."),
        lines);
  }

  /** Threads of other tests may still have something to say. */
  private void logged(String line) {
    if (line.startsWith("Link from")) {
      lines.add(line);
    }
  }
}
