package io.spillway.process.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class JvmMetricsTest {
  private final MetricsPage page = new MetricsPage();

  @Test
  void openFilesAreCounted() {
    JvmMetrics.process(page, system(false));

    assertTrue(page.text().contains("\nprocess_open_fds 7\n"), page.text());
    assertTrue(page.text().contains("\nprocess_max_fds 7\n"), page.text());
  }

  @Test
  void whereNoFileIsLeftToCountThemWithTheOtherFiguresAreTold() {
    JvmMetrics.process(page, system(true));

    assertFalse(page.text().contains("process_open_fds"), page.text());
    assertTrue(page.text().contains("\nprocess_max_fds 7\n"), page.text());
  }

  @Test
  void thisVeryProcessCanBeAsked() {
    JvmMetrics.write(page);

    assertEquals(1, page.text().lines().filter(line -> line.startsWith("spillway_build")).count());
  }

  /** Every figure is 7; without files it fails as the JDK's does. */
  private static UnixOperatingSystemMXBean system(boolean withoutFiles) {
    return (UnixOperatingSystemMXBean)
        Proxy.newProxyInstance(
            JvmMetricsTest.class.getClassLoader(),
            new Class<?>[] {UnixOperatingSystemMXBean.class},
            (proxy, method, arguments) -> {
              if (withoutFiles && method.getName().equals("getOpenFileDescriptorCount")) {
                throw new InternalError("errno: 24 error: Unable to open /proc/self/fd");
              }
              return 7L;
            });
  }
}
