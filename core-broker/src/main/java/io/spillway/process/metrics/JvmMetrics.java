package io.spillway.process.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.spillway.process.Version;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.OperatingSystemMXBean;

/** The process itself and its JVM, named as Prometheus' own clients name them. Any thread. */
public final class JvmMetrics {
  private JvmMetrics() {}

  public static void write(MetricsPage page) {
    page.gauge("spillway_build_info", "1, with the version that runs.")
        .value(
            1,
            "version",
            Version.text(),
            "java",
            Integer.toString(Runtime.version().feature()),
            "vendor",
            System.getProperty("java.vendor", ""));
    process(page, ManagementFactory.getOperatingSystemMXBean());
    memory(page);
    page.gauge("jvm_threads_current", "Live threads.")
        .value(ManagementFactory.getThreadMXBean().getThreadCount());
    page.gauge("jvm_classes_currently_loaded", "Classes loaded now.")
        .value(ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    collections(page);
  }

  static void process(MetricsPage page, OperatingSystemMXBean from) {
    page.gauge("process_start_time_seconds", "When the process started, since the epoch.")
        .value(ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
    if (from instanceof UnixOperatingSystemMXBean system) {
      page.counter("process_cpu_seconds_total", "CPU time of the process.")
          .value(system.getProcessCpuTime() / 1e9);
      long open = openFiles(system);
      if (open >= 0) {
        page.gauge("process_open_fds", "Open file descriptors.").value(open);
      }
      page.gauge("process_max_fds", "File descriptors that the process may open.")
          .value(system.getMaxFileDescriptorCount());
    }
  }

  /** -1: unknown, as counting opens a file, and there may be none left for that. */
  private static long openFiles(UnixOperatingSystemMXBean system) {
    try {
      return system.getOpenFileDescriptorCount();
    } catch (InternalError e) {
      return -1;
    }
  }

  private static void memory(MetricsPage page) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    MemoryUsage heap = memory.getHeapMemoryUsage();
    MemoryUsage other = memory.getNonHeapMemoryUsage();
    page.gauge("jvm_memory_used_bytes", "Memory in use by area.")
        .value(heap.getUsed(), "area", "heap")
        .value(other.getUsed(), "area", "nonheap");
    page.gauge("jvm_memory_committed_bytes", "Memory taken from the system by area.")
        .value(heap.getCommitted(), "area", "heap")
        .value(other.getCommitted(), "area", "nonheap");
    page.gauge("jvm_memory_max_bytes", "The bound of an area; -1: none.")
        .value(heap.getMax(), "area", "heap")
        .value(other.getMax(), "area", "nonheap");
    page.gauge("jvm_buffer_pool_used_bytes", "Memory outside of the heap, by pool.");
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      page.value(pool.getMemoryUsed(), "pool", pool.getName());
    }
  }

  private static void collections(MetricsPage page) {
    var collectors = ManagementFactory.getGarbageCollectorMXBeans();
    page.counter("jvm_gc_collections_total", "Garbage collections.");
    for (GarbageCollectorMXBean collector : collectors) {
      page.value(collector.getCollectionCount(), "gc", collector.getName());
    }
    page.counter("jvm_gc_collection_seconds_total", "Time that garbage collections took.");
    for (GarbageCollectorMXBean collector : collectors) {
      page.value(collector.getCollectionTime() / 1e3, "gc", collector.getName());
    }
  }
}
