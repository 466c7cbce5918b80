package io.spillway.link;

/**
 * Pings at an interval and notices a peer that says nothing. Any byte is a sign of life; the answer
 * to a ping also tells the round trip.
 */
final class Liveness {
  private final Link link;
  private final LinkSettings settings;
  private LinkTransport.Cancellable timer;
  private boolean heard;
  private int missed;

  /** The number of the last ping, and when it left. */
  private long ping;

  private long pingedAt;
  private long roundTripNanos = -1;

  Liveness(Link link, LinkSettings settings) {
    this.link = link;
    this.settings = settings;
  }

  void start() {
    heard = true;
    timer = link.schedule(this::tick, settings.pingInterval());
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
    }
  }

  void heard() {
    heard = true;
  }

  private void tick() {
    if (!link.isReady()) {
      return;
    }
    missed = heard ? 0 : missed + 1;
    heard = false;
    if (missed >= settings.pingsMissedMax()) {
      link.close(
          LinkCloseReason.PEER_DEAD,
          "nothing heard for " + settings.pingInterval().multipliedBy(missed).toMillis() + " ms");
      return;
    }
    ping++;
    pingedAt = System.nanoTime();
    link.writer().begin(FrameType.PING, 0).writeLong(ping);
    link.writer().end();
    link.flush();
    timer = link.schedule(this::tick, settings.pingInterval());
  }

  void answered(long number) {
    if (number == ping && ping > 0) {
      roundTripNanos = System.nanoTime() - pingedAt;
    }
  }

  long roundTripNanos() {
    return roundTripNanos;
  }
}
