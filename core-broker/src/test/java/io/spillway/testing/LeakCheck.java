package io.spillway.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails the build when a buffer was garbage-collected without being released. One per test JVM,
 * registered as a service; reports come from whatever thread allocates. What it throws at the end
 * of the session fails the run as a whole, as no single test is to blame for certain.
 *
 * <p>A leak is seen only after a collection and at the next allocation. So at the end a buffer is
 * leaked on purpose, and there are collections and allocations until that one is reported: by then
 * the real ones are, too. When it never is, detection doesn't work, and that is a failure as well.
 */
public final class LeakCheck implements LauncherSessionListener {
  private static final String CANARY = "leaked on purpose";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final List<String> REPORTS = new CopyOnWriteArrayList<>();
  private static volatile boolean canaryReported;

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Factory());
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    if (ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID) {
      return; // An IDE's run without the build's JVM options.
    }
    flushReports();
    if (!REPORTS.isEmpty()) {
      throw new IllegalStateException(
          REPORTS.size() + " buffers leaked:\n" + String.join("\n", REPORTS));
    }
  }

  private static void flushReports() {
    leakCanary();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!canaryReported) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "a buffer leaked on purpose was not reported within " + PATIENCE);
      }
      System.gc();
      PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
      Thread.onSpinWait();
    }
    PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
  }

  private static void leakCanary() {
    ByteBuf canary = PooledByteBufAllocator.DEFAULT.directBuffer(16);
    canary.touch(CANARY);
  }

  private static final class Factory extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("deprecation")
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return newResourceLeakDetector(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval) {
      return new Detector<>(resource, samplingInterval);
    }
  }

  private static final class Detector<T> extends ResourceLeakDetector<T> {
    Detector(Class<?> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    /** Whatever the log's level is. */
    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      if (records.contains(CANARY)) {
        canaryReported = true;
      } else {
        REPORTS.add(resourceType + records);
      }
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      REPORTS.add(resourceType + " (no trace)");
    }
  }
}
