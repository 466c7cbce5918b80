package io.spillway.broker.admin;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.spillway.broker.connection.ConnectionCounts;
import io.spillway.broker.listen.GatewayListener;
import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Router;
import io.spillway.broker.routing.Statistics;
import io.spillway.broker.routing.Statistics.Counter;
import io.spillway.broker.routing.Statistics.Drop;
import io.spillway.broker.store.CommitFigures;
import io.spillway.broker.store.RocksStore;
import io.spillway.broker.store.Store;
import io.spillway.link.LinkStatistics;
import io.spillway.process.metrics.JvmMetrics;
import io.spillway.process.metrics.LoopWatch;
import io.spillway.process.metrics.MetricsPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The core's page for Prometheus. Reads counters that are kept anyway, when it is asked; any thread
 * but the homes'.
 */
public final class BrokerMetrics {
  private final Router router;
  private final Store store;
  private final ConnectionCounts connections;
  private final List<LoopWatch> loops;

  /** Null: no gateway can dial in. */
  private final GatewayListener gateways;

  public BrokerMetrics(
      Router router,
      Store store,
      ConnectionCounts connections,
      List<LoopWatch> loops,
      GatewayListener gateways) {
    this.router = router;
    this.store = store;
    this.connections = connections;
    this.loops = loops;
    this.gateways = gateways;
  }

  public String text() {
    MetricsPage page = new MetricsPage();
    clients(page);
    packets(page);
    messages(page);
    state(page);
    store(page);
    if (gateways != null) {
      links(page);
    }
    LoopWatch.write(page, loops);
    page.gauge(
        "spillway_hand_over_messages", "Messages that wait at an event loop for its sessions.");
    for (Home home : router.homes().all()) {
      page.value(home.handOverSize(), "loop", "core-io-" + (home.index() + 1));
    }
    JvmMetrics.write(page);
    return page.text();
  }

  private void clients(MetricsPage page) {
    page.gauge("spillway_connections", "Connected clients by listener and protocol version.");
    connections.forEachConnected(
        (kind, count) ->
            page.value(
                count,
                "listener",
                kind.listener(),
                "version",
                switch (kind.version()) {
                  case MQTT_3_1 -> "3.1";
                  case MQTT_3_1_1 -> "3.1.1";
                  case MQTT_5 -> "5.0";
                }));
    counter(
        page,
        "spillway_connections_opened_total",
        "Network connections, whatever became of them.",
        Counter.SOCKETS_OPENED);
    page.counter("spillway_connections_accepted_total", "Clients that were let in.")
        .value(connections.accepted());
    page.counter(
        "spillway_connections_refused_total", "Connections that ended before a client was let in.");
    connections.refused().forEach((cause, count) -> page.value(count, "cause", cause));
    page.counter("spillway_connections_closed_total", "Ends of connected clients' connections.");
    connections.closed().forEach((cause, count) -> page.value(count, "cause", cause));
    page.gauge("spillway_sessions", "Sessions with and without their client.")
        .value(sum(Counter.CLIENTS_CONNECTED), "state", "connected")
        .value(sum(Counter.CLIENTS_DISCONNECTED), "state", "disconnected");
    counter(
        page,
        "spillway_sessions_expired_total",
        "Sessions whose client stayed away too long.",
        Counter.CLIENTS_EXPIRED);
  }

  private void packets(MetricsPage page) {
    page.counter("spillway_packets_received_total", "Control Packets from clients by type.");
    types(page, Statistics::packetsReceived);
    page.counter("spillway_packets_sent_total", "Control Packets to clients by type.");
    types(page, Statistics::packetsSent);
    page.counter("spillway_received_bytes_total", "Bytes of Control Packets from clients by type.");
    types(page, Statistics::bytesReceived);
    page.counter("spillway_sent_bytes_total", "Bytes of Control Packets to clients by type.");
    types(page, Statistics::bytesSent);
  }

  /** One of the counters by packet type. */
  private interface ByType {
    long get(Statistics statistics, int packetType);
  }

  private void types(MetricsPage page, ByType counter) {
    for (MqttMessageType type : MqttMessageType.values()) {
      long count = sum(statistics -> counter.get(statistics, type.value()));
      if (count > 0) {
        page.value(count, "type", type.name().toLowerCase(Locale.ROOT));
      }
    }
  }

  private void messages(MetricsPage page) {
    counter(
        page,
        "spillway_messages_received_total",
        "Application Messages from clients.",
        Counter.PUBLISH_MESSAGES_RECEIVED);
    counter(
        page,
        "spillway_messages_received_bytes_total",
        "Payload of Application Messages from clients.",
        Counter.PUBLISH_BYTES_RECEIVED);
    counter(
        page,
        "spillway_deliveries_total",
        "Application Messages to clients, counted per client.",
        Counter.PUBLISH_MESSAGES_SENT);
    counter(
        page,
        "spillway_deliveries_bytes_total",
        "Payload of Application Messages to clients.",
        Counter.PUBLISH_BYTES_SENT);
    page.counter("spillway_deliveries_dropped_total", "Deliveries that a limit dropped, by cause.");
    for (Drop cause : Drop.values()) {
      String words = cause.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      page.value(sum(statistics -> statistics.dropped(cause)), "cause", words);
    }
  }

  private void state(MetricsPage page) {
    gauge(page, "spillway_inflight_messages", "Sent and not acknowledged.", Counter.INFLIGHT);
    gauge(page, "spillway_queued_messages", "Waiting in sessions.", Counter.QUEUED_MESSAGES);
    gauge(page, "spillway_queued_bytes", "Waiting in sessions.", Counter.QUEUED_BYTES);
    gauge(page, "spillway_subscriptions", "Subscriptions of all sessions.", Counter.SUBSCRIPTIONS);
    gauge(
        page,
        "spillway_shared_subscriptions",
        "Those of them that are shared.",
        Counter.SHARED_SUBSCRIPTIONS);
    page.gauge("spillway_topic_filters", "Different topic filters subscribed to.")
        .value(router.subscriptions().filters());
    page.gauge("spillway_retained_messages", "Topics with a retained message.")
        .value(router.retained().count());
    page.gauge("spillway_retained_bytes", "Size of the retained messages.")
        .value(router.retained().bytes());
    page.counter(
            "spillway_retained_refused_total", "Messages not retained, as a limit was reached.")
        .value(router.retained().refused());
  }

  private void store(MetricsPage page) {
    page.gauge("spillway_store_ready", "1 while the store commits.")
        .value(store.trouble() == null ? 1 : 0);
    page.gauge("spillway_store_info", "What an acknowledgement is worth: broker.store.durability.")
        .value(1, "durability", store.durability());
    if (store instanceof RocksStore rocks) {
      CommitFigures figures = rocks.figures();
      page.counter("spillway_store_changes_total", "Records written or removed.")
          .value(figures.changes());
      page.histogram("spillway_store_commit_seconds", "Group commits, with their sync if it waits.")
          .value(figures.latency());
    }
  }

  private void links(MetricsPage page) {
    Map<String, List<LinkStatistics>> links = gateways.linksByGateway();
    page.gauge("spillway_links", "Links by gateway.");
    links.forEach((gateway, each) -> page.value(each.size(), "gateway", gateway));
    page.counter("spillway_links_ended_total", "Links that were ready and have ended.")
        .value(gateways.endedLinks());
    page.counter("spillway_links_failed_total", "Links that ended before they were ready.")
        .value(gateways.failedLinks());
    page.gauge("spillway_link_streams", "Clients by gateway.");
    links.forEach((gateway, each) -> page.value(sum(each).streams(), "gateway", gateway));
    page.gauge("spillway_link_groups", "Multicast groups by gateway.");
    links.forEach((gateway, each) -> page.value(sum(each).groups(), "gateway", gateway));
    page.gauge("spillway_link_queued_bytes", "Bytes that wait for credit or for the socket.");
    links.forEach((gateway, each) -> page.value(sum(each).bytesQueued(), "gateway", gateway));
    page.gauge("spillway_link_round_trip_seconds", "Of the last ping, the slowest link's.");
    links.forEach(
        (gateway, each) -> {
          long nanos = sum(each).roundTripNanos();
          if (nanos >= 0) {
            page.value(nanos / 1e9, "gateway", gateway);
          }
        });
    List<LinkStatistics> all = new ArrayList<>(List.of(gateways.ended()));
    links.values().forEach(all::addAll);
    linkTotals(page, sum(all));
  }

  private static void linkTotals(MetricsPage page, LinkStatistics all) {
    total(
        page,
        "spillway_link_frames_received_total",
        "Link frames.",
        all,
        LinkStatistics::framesReceived);
    total(page, "spillway_link_frames_sent_total", "Link frames.", all, LinkStatistics::framesSent);
    total(
        page,
        "spillway_link_received_bytes_total",
        "Link bytes.",
        all,
        LinkStatistics::bytesReceived);
    total(page, "spillway_link_sent_bytes_total", "Link bytes.", all, LinkStatistics::bytesSent);
    total(
        page,
        "spillway_link_multicast_deliveries_total",
        "Multicast packets times the clients that got them.",
        all,
        LinkStatistics::multicastDeliveries);
    total(
        page,
        "spillway_link_credit_stalls_total",
        "How often a stream waited as its credit was spent.",
        all,
        LinkStatistics::creditStalls);
    total(
        page,
        "spillway_link_dropped_total",
        "QoS 0 units given up at the core's end of a link.",
        all,
        LinkStatistics::droppablesDropped);
  }

  private static void total(
      MetricsPage page,
      String name,
      String help,
      LinkStatistics all,
      ToDoubleFunction<LinkStatistics> figure) {
    page.counter(name, help).value(figure.applyAsDouble(all));
  }

  private static LinkStatistics sum(List<LinkStatistics> links) {
    return links.stream().reduce(LinkStatistics.NONE, LinkStatistics::plus);
  }

  private void counter(MetricsPage page, String name, String help, Counter counter) {
    page.counter(name, help).value(sum(counter));
  }

  private void gauge(MetricsPage page, String name, String help, Counter counter) {
    page.gauge(name, help).value(sum(counter));
  }

  private long sum(Counter counter) {
    return sum(statistics -> statistics.get(counter));
  }

  private long sum(ToLongFunction<Statistics> figure) {
    return router.homes().all().stream()
        .mapToLong(home -> figure.applyAsLong(home.statistics()))
        .sum();
  }
}
