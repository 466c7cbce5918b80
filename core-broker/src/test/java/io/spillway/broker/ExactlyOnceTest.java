package io.spillway.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.CoreProcess;
import io.spillway.testing.PersistentPublisher;
import io.spillway.testing.PersistentSubscriber;
import io.spillway.testing.RawClient;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** QoS 2 in both directions while the core is killed at every step of the handshake. */
class ExactlyOnceTest {
  private static final int STEPS = 4;

  /** Each step is tried with the publisher's last packet just sent, and with the receiver's. */
  private static final int KILLS = 2 * STEPS;

  @TempDir Path directory;

  private final PersistentPublisher publisher = new PersistentPublisher("in", "in", 2, "x");
  private final PersistentPublisher feeder = new PersistentPublisher("feeder", "out", 2, "x");
  private final PersistentSubscriber listener = new PersistentSubscriber("listener");
  private final PersistentSubscriber receiver = new PersistentSubscriber("out");

  @Test
  void aMessageArrivesOnceWhereverTheCoreWasKilled() {
    try (CoreProcess core = new CoreProcess(directory).start()) {
      subscribe(core, listener, "in");
      subscribe(core, receiver, "out");
      for (int kill = 0; kill < KILLS; kill++) {
        if (kill % 2 == 0) {
          publishUpTo(kill / 2, core);
          receiveUpTo(kill / 2, core);
        } else {
          receiveUpTo(kill / 2, core);
          publishUpTo(kill / 2, core);
        }
        core.kill();
        core.start();
        finish(core);
      }

      try (RawClient client = core.client()) {
        assertTrue(listener.connect(client));
        while (listener.numbers("in").size() < KILLS || !listener.isIdle()) {
          listener.handle(client, client.read());
        }
      }
      List<Integer> each = IntStream.rangeClosed(1, KILLS).boxed().toList();
      assertEquals(each, listener.numbers("in"));
      assertEquals(each, receiver.numbers("out"));
    }
  }

  /** 0: sent; 1: PUBREC has come; 2: PUBREL sent; 3: PUBCOMP has come. */
  private void publishUpTo(int step, CoreProcess core) {
    RawClient client = core.client();
    publisher.connect(client);
    publisher.publishNext(client);
    if (step >= 1) {
      byte[] pubrec = client.read();
      assertEquals(0x50, pubrec[0]);
      if (step >= 2) {
        publisher.handle(client, pubrec);
      } else {
        publisher.received(pubrec);
      }
    }
    if (step >= 3) {
      publisher.handle(client, client.read());
    }
  }

  /** 0: PUBLISH has come; 1: PUBREC sent; 2: PUBREL has come; 3: PUBCOMP sent. */
  private void receiveUpTo(int step, CoreProcess core) {
    RawClient client = core.client();
    receiver.connect(client);
    try (RawClient feed = core.client()) {
      feeder.connect(feed);
      feeder.publishNext(feed);
      while (!feeder.isIdle()) {
        feeder.handle(feed, feed.read());
      }
    }
    byte[] publish = client.read();
    while (publish[0] == 0x62) { // The core hadn't seen the last PUBCOMP of the round before.
      receiver.handle(client, publish);
      publish = client.read();
    }
    assertEquals(0x34, publish[0]);
    receiver.take(publish);
    if (step >= 1) {
      client.send(PersistentSubscriber.answer(publish));
    }
    if (step >= 2) {
      byte[] pubrel = client.read();
      receiver.take(pubrel);
      if (step >= 3) {
        client.send(PersistentSubscriber.answer(pubrel));
      }
    }
  }

  private void finish(CoreProcess core) {
    try (RawClient client = core.client()) {
      publisher.connect(client);
      while (!publisher.isIdle()) {
        publisher.handle(client, client.read());
      }
    }
    try (RawClient client = core.client()) {
      assertTrue(receiver.connect(client));
      while (!receiver.isIdle()) {
        receiver.handle(client, client.read());
      }
    }
  }

  private static void subscribe(CoreProcess core, PersistentSubscriber subscriber, String topic) {
    try (RawClient client = core.client()) {
      subscriber.connect(client);
      client.subscribe(topic, 2);
    }
  }
}
