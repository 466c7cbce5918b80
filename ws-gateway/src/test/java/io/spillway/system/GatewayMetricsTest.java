package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Exposition;
import io.spillway.testing.RawClient;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
  @Test
  void thePageFollowsTheConventionsAndTellsWhatHappened() throws Exception {
    try (TestSystem system = TestSystem.start()) {
      RawClient browser = system.browser().connect311("browser");
      browser.subscribe("a/#", 0);
      system.device().connect311("device").publish("a/b", "hello");
      browser.expectPublish("a/b", "hello");
      TestSystem.get(system.httpPort(), "/mqtt");
      RawClient other = system.browser().connect311("other");
      other.close();

      String core = "{core=\"127.0.0.1:" + system.process().broker().linkPort() + "\"}";
      // Totals over browsers are added up four times a second, and a busy thread's links come
      // later.
      TestSystem.await(
          "one browser left of two",
          () -> {
            Exposition page = page(system);
            return page.value("spillway_gateway_browsers") == 1
                && page.value("spillway_gateway_browsers_accepted_total") == 2
                && page.value("spillway_gateway_link_streams" + core) == 1
                && page.value("spillway_gateway_link_frames_received_total" + core) > 2;
          });
      Exposition page = page(system);

      assertTrue(page.types().size() >= 30, page.types().size() + " families");
      assertEquals(1, page.value("spillway_gateway_websocket_closes_total{code=\"1000\"}"));
      assertEquals(1, page.value("spillway_gateway_requests_refused_total{cause=\"no upgrade\"}"));
      assertEquals(2, page.value("spillway_gateway_links" + core));
      assertEquals(
          2,
          page.value("spillway_gateway_upstream_connected_total" + core.replace("core", "server")));
    }
  }

  private static Exposition page(TestSystem system) {
    return Exposition.of(TestSystem.get(system.process().gateway().adminPort(), "/metrics"));
  }
}
