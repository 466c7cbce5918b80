package io.spillway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.testing.Imports;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Arrows between packages go one way; what each may know of others is written here. */
class GatewayHouseTest {
  private static final Map<String, List<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("gateway.websocket", List.of("io.netty.buffer", "io.netty.util", "org.xnio")),
          Map.entry(
              "gateway.http",
              List.of(
                  "io.undertow",
                  "org.xnio",
                  "io.netty.util",
                  "io.netty.buffer",
                  "io.spillway.process",
                  "io.spillway.limits",
                  "io.spillway.proxy",
                  "io.spillway.tls",
                  "io.spillway.token",
                  "io.spillway.gateway.websocket")),
          Map.entry(
              "gateway.uplink",
              List.of(
                  "io.netty.buffer",
                  "io.netty.util",
                  "org.xnio",
                  "io.undertow.UndertowOptions",
                  "io.undertow.protocols.ssl",
                  "io.spillway.mqtt",
                  "io.spillway.link")),
          Map.entry(
              "gateway.bridge",
              List.of(
                  "io.netty.buffer",
                  "io.netty.util",
                  "org.xnio",
                  "io.spillway.mqtt",
                  "io.spillway.link",
                  "io.spillway.gateway.websocket",
                  "io.spillway.gateway.http",
                  "io.spillway.gateway.uplink")),
          Map.entry(
              "gateway",
              List.of(
                  "io.netty.buffer",
                  "io.netty.handler.ssl",
                  "org.xnio",
                  "io.spillway.mqtt",
                  "io.spillway.link",
                  "io.spillway.process",
                  "io.spillway.limits",
                  "io.spillway.proxy",
                  "io.spillway.tls",
                  "io.spillway.token",
                  "io.spillway.process.log",
                  "io.spillway.process.metrics",
                  "io.spillway.gateway.websocket",
                  "io.spillway.gateway.http",
                  "io.spillway.gateway.uplink",
                  "io.spillway.gateway.bridge")));

  @Test
  void eachPackageKnowsOnlyWhatItMay() throws Exception {
    List<String> beyond =
        Imports.beyond(Path.of("src/main/java"), MAY_KNOW).stream()
            // Both roles in one process.
            .filter(use -> !use.matches("Standalone(Main)?.java of .* uses io.spillway.broker.*"))
            .toList();

    assertEquals(List.of(), beyond);
  }
}
