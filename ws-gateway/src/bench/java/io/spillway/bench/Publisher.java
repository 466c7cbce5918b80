package io.spillway.bench;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Publishes to one flow, as fast as its window allows or at a fixed rate. At a fixed rate a message
 * carries the time it should have left at, so that a target that stalls is charged for all that it
 * delays. On its client's event loop.
 */
final class Publisher {
  private static final int UNACKNOWLEDGED_MAX = 5000;
  private static final int BURST_MAX = 64;

  private final Channel channel;
  private final Flow flow;
  private final PublishTemplate template;
  private final int qos;
  // 0: as fast as the window allows.
  private final long intervalNanos;
  private final AtomicBoolean resuming = new AtomicBoolean();
  private long nextTime;
  private long unacknowledged;
  private volatile boolean stopped = true;
  private int packetId;

  Publisher(BenchClient client, Flow flow, int qos, int payloadBytes, long intervalNanos) {
    this.channel = client.channel();
    this.flow = flow;
    this.qos = qos;
    this.intervalNanos = intervalNanos;
    template = new PublishTemplate(flow.topicName, qos, false, payloadBytes, client.webSocket());
    client.publishWith(this);
    flow.onRoom(this::resume);
  }

  /** Any thread. */
  void start(long delayNanos) {
    stopped = false;
    nextTime = System.nanoTime() + delayNanos;
    channel.eventLoop().schedule(this::publish, delayNanos, TimeUnit.NANOSECONDS);
  }

  /** Any thread; what was begun is counted. */
  void stop() {
    stopped = true;
  }

  /** Any thread. */
  void resume() {
    if (intervalNanos == 0 && resuming.compareAndSet(false, true)) {
      channel.eventLoop().execute(this::publish);
    }
  }

  void acknowledged(int count) {
    boolean full = unacknowledged >= UNACKNOWLEDGED_MAX;
    unacknowledged -= count;
    if (full) {
      resume();
    }
  }

  private void publish() {
    resuming.set(false);
    if (stopped || !channel.isActive()) {
      return;
    }
    if (intervalNanos == 0) {
      publishWindow();
    } else {
      publishDue();
    }
  }

  private void publishWindow() {
    int burst = 0;
    while (unacknowledged < UNACKNOWLEDGED_MAX && channel.isWritable()) {
      if (burst++ == BURST_MAX) {
        // Others on this event loop have their turn.
        resume();
        break;
      }
      if (!flow.tryPublish()) {
        break;
      }
      write(System.nanoTime());
    }
    channel.flush();
  }

  private void publishDue() {
    long now = System.nanoTime();
    while (nextTime <= now && unacknowledged < UNACKNOWLEDGED_MAX) {
      flow.published();
      write(nextTime);
      nextTime += intervalNanos;
    }
    channel.flush();
    long wait = Math.max(0, nextTime - System.nanoTime());
    channel.eventLoop().schedule(this::publish, wait, TimeUnit.NANOSECONDS);
  }

  private void write(long time) {
    packetId = packetId == 65535 ? 1 : packetId + 1;
    if (qos > 0) {
      unacknowledged++;
    }
    channel.write(template.packet(channel.alloc(), packetId, time));
  }
}
