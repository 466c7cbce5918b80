package io.spillway.gateway.bridge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PingBarrierTest {
  private final PingBarrier pings = new PingBarrier();

  @Test
  void theFirstPingGoesToTheCore() {
    assertFalse(pings.answersHere(true));
  }

  @Test
  void pingsAreAnsweredHereOnceTheCoreHasAnsweredForEverythingBefore() {
    pings.packetUp();
    pings.answersHere(true);
    pings.answered(1);

    assertTrue(pings.answersHere(true));
    assertTrue(pings.answersHere(true));
  }

  @Test
  void aPacketInBetweenSendsTheNextPingToTheCore() {
    pings.answersHere(true);
    pings.answered(1);

    pings.packetUp();

    assertFalse(pings.answersHere(true));
  }

  @Test
  void aPacketThatOvertakesTheCoresAnswerIsNotCoveredByIt() {
    pings.answersHere(true);
    pings.packetUp();
    pings.answered(1);

    assertFalse(pings.answersHere(true));
  }

  @Test
  void whileAnAnswerOfTheCoreIsDueNoneIsGivenHere() {
    pings.answersHere(true);
    assertTrue(pings.isWaiting());

    assertFalse(pings.answersHere(true));
    pings.answered(1);
    assertFalse(pings.answersHere(true));
    pings.answered(2);
    assertTrue(pings.answersHere(true));
  }
}
