package io.spillway.broker.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.routing.Cancellable;
import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.HomeExecutor;
import io.spillway.broker.routing.Homes;
import io.spillway.broker.routing.RetainedLimits;
import io.spillway.broker.routing.Router;
import io.spillway.broker.store.MemoryStore;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Homes on threads of their own: what a publisher sent arrives in order at sessions that move. */
final class ThreadedTest {
  private static final int HOMES = 4;
  private static final int MESSAGES = 1000;

  private final List<ThreadLoop> loops = new ArrayList<>();
  private Homes homes;
  private Sessions sessions;

  @AfterEach
  void stop() {
    loops.forEach(loop -> loop.executor.shutdownNow());
  }

  @Test
  void orderHoldsWhileSessionsMoveBetweenThreads() throws InterruptedException {
    for (int i = 0; i < HOMES; i++) {
      loops.add(new ThreadLoop());
    }
    homes = new Homes(loops, 50);
    MemoryStore store = new MemoryStore();
    Router router = new Router(homes, store, new RetainedLimits(1000, 1 << 20));
    sessions =
        new Sessions(
            router,
            store,
            new SessionLimits(
                50,
                100,
                1_000_000,
                Long.MAX_VALUE,
                1 << 20,
                SessionLimits.QueueFull.DROP_NEWEST,
                100,
                100));
    List<Mover> movers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Mover mover = new Mover("mover-" + i);
      movers.add(mover);
      mover.connect(homes.all().get(i));
      mover.await(mover.subscribed);
    }
    List<Sender> senders = new ArrayList<>();
    for (int i = 0; i < HOMES; i++) {
      senders.add(new Sender("sender-" + i, homes.all().get(i)));
    }
    senders.forEach(Sender::start);

    Random random = new Random(1);
    while (senders.stream().anyMatch(sender -> sender.sent.get() < MESSAGES)) {
      Mover mover = movers.get(random.nextInt(movers.size()));
      mover.connect(homes.all().get(random.nextInt(HOMES)));
      mover.await(mover.accepted);
    }
    for (Mover mover : movers) {
      assertTrue(mover.complete.await(30, TimeUnit.SECONDS), mover::progress);
      for (int i = 0; i < HOMES; i++) {
        assertEquals(MESSAGES, mover.next[i]);
      }
    }
  }

  /** Publishes numbers, a few per turn of its loop. */
  private final class Sender extends Peer {
    final AtomicInteger sent = new AtomicInteger();

    Sender(String clientId, Home home) {
      super(home);
      home.execute(
          () -> sessions.connect(new RequestBuilder(clientId).persistent(100).build(), this));
    }

    void start() {
      home().execute(this::send);
    }

    private void send() {
      for (int i = 0; i < 10 && !paused && sent.get() < MESSAGES; i++) {
        byte[] payload = String.valueOf(sent.get()).getBytes(StandardCharsets.UTF_8);
        session.publish(Message.of("t/" + home().index(), payload, 1, false), 1, false);
        sent.incrementAndGet();
      }
      if (sent.get() < MESSAGES) {
        home().execute(this::send);
      }
    }
  }

  /** Takes its own session over on other homes, again and again. Repeats at QoS 1 are left out. */
  private final class Mover {
    final int[] next = new int[HOMES];
    final CountDownLatch complete = new CountDownLatch(1);
    final CountDownLatch subscribed = new CountDownLatch(1);
    private final String clientId;
    CountDownLatch accepted;

    Mover(String clientId) {
      this.clientId = clientId;
    }

    void connect(Home home) {
      CountDownLatch latch = new CountDownLatch(1);
      accepted = latch;
      Peer peer =
          new Peer(home) {
            @Override
            public void accepted(Session newSession, boolean sessionPresent) {
              super.accepted(newSession, sessionPresent);
              if (!sessionPresent) {
                home.execute(() -> newSession.subscribe(1, List.of(World.filter("t/#", 1)), 0));
              }
              latch.countDown();
            }

            @Override
            public void publish(
                PassingMessage message,
                int qos,
                boolean dup,
                boolean retain,
                int packetId,
                int[] subscriptionIdentifiers) {
              take(message.kept());
              home.execute(
                  () -> {
                    if (session != null) {
                      session.puback(packetId, ReasonCode.SUCCESS);
                    }
                  });
            }

            @Override
            public void subscribed(int packetId, List<ReasonCode> reasonCodes) {
              subscribed.countDown();
            }
          };
      home.execute(
          () -> sessions.connect(new RequestBuilder(clientId).persistent(100).build(), peer));
    }

    void await(CountDownLatch latch) throws InterruptedException {
      assertTrue(latch.await(10, TimeUnit.SECONDS), this::progress);
    }

    /** On whichever home the session is at; moves order them. */
    private synchronized void take(Message message) {
      int sender = message.topicName().charAt(2) - '0';
      byte[] payload = new byte[message.payloadLength()];
      message.payload().get(payload);
      int number = Integer.parseInt(new String(payload, StandardCharsets.UTF_8));
      if (number == next[sender]) {
        next[sender]++;
      } else if (number > next[sender]) {
        next[sender] = Integer.MIN_VALUE; // One was passed over: never complete.
      }
      for (int count : next) {
        if (count < MESSAGES) {
          return;
        }
      }
      complete.countDown();
    }

    private synchronized String progress() {
      return clientId + " " + Arrays.toString(next);
    }
  }

  private static class Peer implements ClientConnection {
    private final Home home;
    volatile Session session;
    volatile boolean paused;

    Peer(Home home) {
      this.home = home;
    }

    @Override
    public Home home() {
      return home;
    }

    @Override
    public void accepted(Session newSession, boolean sessionPresent) {
      session = newSession;
    }

    @Override
    public void refused(ReasonCode reasonCode, String text) {}

    @Override
    public void publish(
        PassingMessage message,
        int qos,
        boolean dup,
        boolean retain,
        int packetId,
        int[] subscriptionIdentifiers) {}

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public boolean isWritableForQos0() {
      return true;
    }

    @Override
    public void puback(int packetId, ReasonCode reasonCode) {}

    @Override
    public void pubrec(int packetId, ReasonCode reasonCode) {}

    @Override
    public void pubrel(int packetId, ReasonCode reasonCode) {}

    @Override
    public void pubcomp(int packetId, ReasonCode reasonCode) {}

    @Override
    public void subscribed(int packetId, List<ReasonCode> reasonCodes) {}

    @Override
    public void unsubscribed(int packetId, List<ReasonCode> reasonCodes) {}

    @Override
    public void close(ReasonCode reasonCode, String text) {
      session = null;
    }

    @Override
    public void pauseReading() {
      paused = true;
    }

    @Override
    public void resumeReading() {
      paused = false;
    }
  }

  private static final class ThreadLoop implements HomeExecutor {
    private volatile Thread thread;
    final ScheduledExecutorService executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              thread = new Thread(task, "home");
              thread.setDaemon(true);
              return thread;
            });

    @Override
    public boolean inLoop() {
      return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
      executor.execute(task);
    }

    @Override
    public Cancellable schedule(Runnable task, Duration delay) {
      var timer = executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
      return () -> timer.cancel(false);
    }

    @Override
    public void atEndOfTurn(Runnable task) {
      executor.execute(task);
    }

    @Override
    public long nowMillis() {
      return System.currentTimeMillis();
    }
  }
}
