package io.spillway.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The credit's arithmetic. */
class WindowTest {

  @Test
  void bothEndsOfAWindowAlwaysAgree() {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      int size = 1 + random.nextInt(10_000);
      SendWindow send = new SendWindow(size);
      ReceiveWindow receive = new ReceiveWindow(size);
      for (int step = 0; step < 500; step++) {
        if (random.nextBoolean()) {
          int bytes = random.nextInt(send.available() + 1);
          send.spent(bytes);
          receive.received(bytes);
        } else {
          int grant = receive.consumed(random.nextInt(receive.unconsumed() + 1));
          if (grant > 0) {
            send.granted(grant);
          }
        }
        assertEquals(send.available(), receive.peerMaySend());
        assertTrue(send.available() + receive.unconsumed() <= size);
      }

      int grant = receive.consumed(receive.unconsumed());
      if (grant > 0) {
        send.granted(grant);
      }
      assertTrue(send.available() > 0, "a consumed window must never stay shut");
    }
  }

  @Test
  void creditIsGrantedByTheHalfWindow() {
    ReceiveWindow window = new ReceiveWindow(1000);
    window.received(1000);

    assertEquals(0, window.consumed(499));
    assertEquals(500, window.consumed(1));
    assertEquals(500, window.consumed(500));
  }

  @Test
  void aPeerThatSendsMoreThanItsCreditIsCaught() {
    ReceiveWindow window = new ReceiveWindow(1000);
    window.received(400);

    LinkException e = assertThrows(LinkException.class, () -> window.received(601));
    assertEquals(LinkCloseReason.FLOW_CONTROL, e.reason());
  }

  @Test
  void aPeerThatGrantsNothingOrTooMuchIsCaught() {
    SendWindow window = new SendWindow(1000);

    assertThrows(LinkException.class, () -> window.granted(0));
    assertThrows(LinkException.class, () -> window.granted(Integer.MAX_VALUE));
    assertEquals(1000, window.available());
  }

  @Test
  void ownMistakesAreCaught() {
    SendWindow send = new SendWindow(10);
    ReceiveWindow receive = new ReceiveWindow(10);
    receive.received(5);

    assertThrows(IllegalStateException.class, () -> send.spent(11));
    assertThrows(IllegalStateException.class, () -> send.spent(-1));
    assertThrows(IllegalStateException.class, () -> receive.consumed(6));
    assertThrows(IllegalStateException.class, () -> receive.consumed(-1));
  }
}
