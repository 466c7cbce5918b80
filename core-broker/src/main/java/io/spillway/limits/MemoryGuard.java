package io.spillway.limits;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when memory is so short that new work has to wait: what the heap holds after a collection,
 * or buffers in use outside of it, is beyond a share of its maximum. It calms down a tenth below
 * that, so that it doesn't flutter. Listens to collections from start to close; any thread may ask.
 */
public final class MemoryGuard implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MemoryGuard.class);

  /** Below the share by this factor all is well again. */
  private static final double CALM = 0.9;

  /** A collection that is longer ago says nothing about now. */
  private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Never tight. */
  public static final MemoryGuard NONE = new MemoryGuard(Double.MAX_VALUE, () -> 0);

  private final double share;
  private final DoubleSupplier direct;
  private final NotificationListener listener = this::collected;
  private final Set<String> heapPools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toSet());

  /** Used after the last collection, as a share of the maximum. */
  private volatile double heap;

  /** When that was, or when the last one was asked for, by {@link System#nanoTime}. */
  private final AtomicLong lastCollection = new AtomicLong(System.nanoTime());

  private volatile boolean tight;

  MemoryGuard(double share, DoubleSupplier direct) {
    this.share = share;
    this.direct = direct;
  }

  /** More than {@code percent} of the maximum is too much; buffers are of this allocator. */
  public static MemoryGuard start(int percent, PooledByteBufAllocator buffers) {
    double directMax = Math.max(1, PlatformDependent.maxDirectMemory());
    MemoryGuard guard =
        new MemoryGuard(percent / 100d, sampled(() -> buffers.pinnedDirectMemory() / directMax));
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(guard.listener, null, null);
      }
    }
    return guard;
  }

  /** Asks at most every tenth of a second, as an answer takes the allocator's locks. Any thread. */
  private static DoubleSupplier sampled(DoubleSupplier supplier) {
    return new DoubleSupplier() {
      private final AtomicLong asked = new AtomicLong(System.nanoTime() - SAMPLE_NANOS);
      private volatile double last;

      @Override
      public double getAsDouble() {
        long before = asked.get();
        long now = System.nanoTime();
        if (now - before >= SAMPLE_NANOS && asked.compareAndSet(before, now)) {
          last = supplier.getAsDouble();
        }
        return last;
      }
    };
  }

  /** Whether new work is to be refused. */
  public boolean isTight() {
    double used = Math.max(heap, direct.getAsDouble());
    boolean was = tight;
    boolean now = used > (was ? share * CALM : share);
    if (now != was) {
      changed(now, used);
    }
    if (now && heap > share * CALM) {
      lookAgain();
    }
    return now;
  }

  /**
   * Where little happens there is no collection either, and what was free long ago would still
   * count as used: whoever asks then has one made, elsewhere.
   */
  private void lookAgain() {
    long last = lastCollection.get();
    long now = System.nanoTime();
    if (now - last > STALE_NANOS && lastCollection.compareAndSet(last, now)) {
      Thread collecting = new Thread(System::gc, "memory-guard");
      collecting.setDaemon(true);
      collecting.start();
    }
  }

  private synchronized void changed(boolean now, double used) {
    if (tight == now) {
      return;
    }
    tight = now;
    if (now) {
      log.warn(
          "Memory is short ({} % in use): new connections, subscriptions and retained topics are"
              + " refused (limits.memory-guard; -Xmx and -XX:MaxDirectMemorySize in JAVA_OPTS).",
          Math.round(100 * used));
    } else {
      log.warn("Memory suffices again; new connections and subscriptions are welcome.");
    }
  }

  private void collected(Notification notification, Object handback) {
    if (notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      Map<String, MemoryUsage> pools =
          GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
              .getGcInfo()
              .getMemoryUsageAfterGc();
      long used = heapPools.stream().mapToLong(pool -> pools.get(pool).getUsed()).sum();
      lastCollection.set(System.nanoTime());
      heapUsed((double) used / Runtime.getRuntime().maxMemory());
    }
  }

  void heapUsed(double share) {
    heap = share;
  }

  @Override
  public void close() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        try {
          emitter.removeNotificationListener(listener);
        } catch (javax.management.ListenerNotFoundException e) {
          // It was never added to this one.
        }
      }
    }
  }
}
