package io.spillway.gateway;

import io.spillway.gateway.bridge.Bridge;
import io.spillway.gateway.bridge.EdgeTotals;
import io.spillway.gateway.http.HttpServer;
import io.spillway.gateway.http.Refusal;
import io.spillway.gateway.uplink.ConnectFigures;
import io.spillway.gateway.uplink.CoreFigures;
import io.spillway.gateway.uplink.Uplink;
import io.spillway.process.metrics.JvmMetrics;
import io.spillway.process.metrics.LoopWatch;
import io.spillway.process.metrics.MetricsPage;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The gateway's page for Prometheus. Made when it is asked for, by any thread that may wait. */
final class GatewayMetrics {
  private final HttpServer http;
  private final Bridge bridge;
  private final Uplink uplink;
  private final List<LoopWatch> loops;

  GatewayMetrics(HttpServer http, Bridge bridge, Uplink uplink, List<LoopWatch> loops) {
    this.http = http;
    this.bridge = bridge;
    this.uplink = uplink;
    this.loops = loops;
  }

  String text() {
    MetricsPage page = new MetricsPage();
    browsers(page);
    upstream(page);
    List<CoreFigures> cores = uplink.figures();
    if (!cores.isEmpty()) {
      links(page, cores);
    }
    page.gauge("spillway_gateway_ready", "1 while browsers can be served.")
        .value(uplink.isReady() && !bridge.isDraining() ? 1 : 0);
    LoopWatch.write(page, loops);
    JvmMetrics.write(page);
    return page.text();
  }

  private void browsers(MetricsPage page) {
    EdgeTotals totals = bridge.totals();
    page.gauge("spillway_gateway_browsers", "Browsers connected now.").value(bridge.browsers());
    page.gauge("spillway_gateway_websockets", "WebSocket connections, closing ones included.")
        .value(http.webSockets().size());
    page.gauge("spillway_gateway_http_connections", "HTTP connections that aren't WebSockets.")
        .value(http.connections());
    page.gauge("spillway_gateway_queued_bytes", "Bytes that wait for browsers that don't keep up.")
        .value(bridge.queuedBytes());
    page.counter("spillway_gateway_browsers_accepted_total", "Browsers that came.")
        .value(totals.accepted());
    page.counter("spillway_gateway_websocket_closes_total", "Ends of connections by close code.");
    bridge.closes().forEach((code, count) -> page.value(count, "code", code));
    page.counter(
        "spillway_gateway_requests_refused_total", "Refused requests and connections by cause.");
    for (Refusal cause : Refusal.values()) {
      page.value(http.refused(cause), "cause", cause.words());
    }
    page.counter("spillway_gateway_received_bytes_total", "Payload of browsers' messages.")
        .value(totals.bytesReceived());
    page.counter("spillway_gateway_packets_sent_total", "Units from the core for browsers.")
        .value(totals.packetsSent());
    page.counter("spillway_gateway_frames_sent_total", "WebSocket frames that carried them.")
        .value(totals.framesSent());
    page.counter("spillway_gateway_packets_dropped_total", "QoS 0 packets given up, by cause.")
        .value(totals.packetsDropped(), "cause", "slow client")
        .value(totals.packetsReplaced(), "cause", "newer value");
    page.counter("spillway_gateway_dropped_bytes_total", "Their length, without newer values.")
        .value(totals.bytesDropped());
    page.counter("spillway_gateway_pings_answered_total", "PINGREQs that needed no core.")
        .value(totals.pingsAnswered());
  }

  private void upstream(MetricsPage page) {
    List<ConnectFigures> servers = uplink.connects();
    page.counter(
        "spillway_gateway_upstream_connected_total", "Links or connections that came about.");
    servers.forEach(each -> page.value(each.connected(), "server", each.server()));
    page.counter("spillway_gateway_upstream_failed_total", "Attempts to connect that failed.");
    servers.forEach(each -> page.value(each.failed(), "server", each.server()));
    page.gauge(
            "spillway_gateway_upstream_idle_connections",
            "Connections to a broker that wait for a browser; none with links.")
        .value(uplink.idleConnections());
  }

  private static void links(MetricsPage page, List<CoreFigures> cores) {
    page.gauge("spillway_gateway_links", "Links that are up, by core.");
    cores.forEach(core -> page.value(core.links(), "core", core.core()));
    page.gauge("spillway_gateway_link_round_trip_seconds", "Of the last ping, the slowest link's.");
    for (CoreFigures core : cores) {
      long nanos = core.statistics().roundTripNanos();
      if (nanos >= 0) {
        page.value(nanos / 1e9, "core", core.core());
      }
    }
    gauge(page, "streams", "Browsers by core.", cores, core -> core.statistics().streams());
    gauge(
        page,
        "queued_bytes",
        "Bytes that wait for credit or for the socket.",
        cores,
        core -> core.statistics().bytesQueued());
    counter(
        page, "frames_received", "Link frames.", cores, core -> core.statistics().framesReceived());
    counter(page, "frames_sent", "Link frames.", cores, core -> core.statistics().framesSent());
    counter(
        page, "received_bytes", "Link bytes.", cores, core -> core.statistics().bytesReceived());
    counter(page, "sent_bytes", "Link bytes.", cores, core -> core.statistics().bytesSent());
    counter(
        page,
        "credit_stalls",
        "How often a stream waited as its credit was spent.",
        cores,
        core -> core.statistics().creditStalls());
    counter(
        page,
        "multicast_deliveries",
        "Multicast packets times the browsers that got them.",
        cores,
        core -> core.statistics().multicastDeliveries());
    counter(
        page,
        "late_frames",
        "Frames for browsers that had just gone.",
        cores,
        core -> core.statistics().framesForClosedStreams());
  }

  private static void counter(
      MetricsPage page,
      String name,
      String help,
      List<CoreFigures> cores,
      ToDoubleFunction<CoreFigures> figure) {
    page.counter("spillway_gateway_link_" + name + "_total", help);
    cores.forEach(core -> page.value(figure.applyAsDouble(core), "core", core.core()));
  }

  private static void gauge(
      MetricsPage page,
      String name,
      String help,
      List<CoreFigures> cores,
      ToDoubleFunction<CoreFigures> figure) {
    page.gauge("spillway_gateway_link_" + name, help);
    cores.forEach(core -> page.value(figure.applyAsDouble(core), "core", core.core()));
  }
}
