package io.spillway.gateway.bridge;

import io.spillway.gateway.uplink.UpstreamStream;
import io.spillway.link.EdgeStatistics;
import java.util.concurrent.TimeUnit;

/**
 * What happened to one browser at the edge, and what of that the core hasn't been told. It is told
 * when something was dropped, at most once a second, and at the end.
 *
 * <p>Thread: the browser's I/O thread.
 */
final class EdgeReport {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private long packetsSent;
  private long pingsAnswered;

  // What had been counted at the last report.
  private long packetsSentTold;
  private long pingsAnsweredTold;
  private long packetsDropped;
  private long bytesDropped;
  private long packetsReplaced;
  private long framesSent;

  private long lastSent = System.nanoTime();

  void packetSent() {
    packetsSent++;
  }

  void pingAnswered() {
    pingsAnswered++;
  }

  /** Adds everything since the browser came. */
  void addTo(EdgeTotals.Sum sum, Downward downward) {
    Outbox outbox = downward.outbox();
    sum.packetsSent += packetsSent;
    sum.framesSent += downward.framesSent();
    sum.pingsAnswered += pingsAnswered;
    sum.packetsDropped += outbox.packetsDropped();
    sum.bytesDropped += outbox.bytesDropped();
    sum.packetsReplaced += outbox.packetsReplaced();
  }

  void sendIfDue(UpstreamStream stream, Downward downward, long now) {
    if (now - lastSent >= INTERVAL_NANOS && hasDropped(downward.outbox())) {
      lastSent = now;
      send(stream, downward);
    }
  }

  private boolean hasDropped(Outbox outbox) {
    return outbox.packetsDropped() != packetsDropped || outbox.packetsReplaced() != packetsReplaced;
  }

  void send(UpstreamStream stream, Downward downward) {
    Outbox outbox = downward.outbox();
    stream.statistics(
        new EdgeStatistics(
            outbox.packetsDropped() - packetsDropped,
            outbox.bytesDropped() - bytesDropped,
            outbox.packetsReplaced() - packetsReplaced,
            packetsSent - packetsSentTold,
            downward.framesSent() - framesSent,
            pingsAnswered - pingsAnsweredTold,
            outbox.bytes()));
    packetsSentTold = packetsSent;
    pingsAnsweredTold = pingsAnswered;
    packetsDropped = outbox.packetsDropped();
    bytesDropped = outbox.bytesDropped();
    packetsReplaced = outbox.packetsReplaced();
    framesSent = downward.framesSent();
  }
}
