package io.spillway.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All scenarios by name, in the order they run. */
final class Scenarios {
  /** Those of the quick form. */
  static final List<String> QUICK =
      List.of("ws-fanout-100", "ws-fanout-1000", "ws-pairs", "ws-pairs-qos1", "tcp-fanout-1000");

  private static final int MIB = 1 << 20;

  /** Until servers that collect garbage have done so at rest. */
  private static final Duration IDLE = Duration.ofSeconds(32);

  private Scenarios() {}

  static Map<String, Scenario> all() {
    Map<String, Scenario> all = new LinkedHashMap<>();
    for (int count : new int[] {1, 10, 100, 1000, 5000}) {
      fanOut(all, true, count, 0, 64);
    }
    for (int count : new int[] {1, 100, 1000, 5000}) {
      fanOut(all, true, count, 1, 64);
    }
    for (int qos : new int[] {0, 1}) {
      for (int count : new int[] {1, 100, 1000, 5000}) {
        fanOut(all, true, count, qos, 1024);
      }
    }
    add(
        all,
        new OneCopy(
            "ws-one-copy",
            "WebSocket, 1 to 10, 100, 1,000, 5,000, QoS 0, 20 messages/s: link and core",
            20));
    for (int stopped : new int[] {0, 100}) {
      String text = "WebSocket, 1 to 1,000 of which " + stopped + " don't read, 20 messages/s";
      add(all, new SlowClients("ws-slow-" + stopped, text, 1000, stopped, 20));
    }
    add(all, pairs("ws-pairs", true, 0, 0));
    add(all, pairs("ws-pairs-qos1", true, 1, 0));
    add(all, fanIn());
    fanOut(all, false, 1000, 0, 64);
    add(all, pairs("tcp-pairs", false, 0, 0));
    add(all, pairs("tcp-pairs-qos1", false, 1, 0));
    add(
        all,
        new Traffic(
            "ws-fanout-100-rate",
            "WebSocket, 1 to 100, QoS 0, 5,000 deliveries/s: latency",
            true,
            1,
            1,
            100,
            0,
            64,
            50,
            false));
    add(all, pairs("ws-pairs-rate", true, 0, 1500));
    add(all, pairs("ws-pairs-qos1-rate", true, 1, 1500));
    large(all, true, 1);
    large(all, true, 10);
    large(all, false, 1);
    large(all, false, 10);
    add(
        all,
        new Connections(
            "ws-connect",
            "WebSocket, from connect to CONNACK, 100 at a time",
            true,
            4000,
            Load.OPENING_MAX,
            Duration.ZERO));
    add(
        all,
        new Connections(
            "ws-connect-one",
            "WebSocket, from connect to CONNACK, one after the other",
            true,
            2000,
            1,
            Duration.ZERO));
    for (int count : new int[] {5000, 10_000, 19_000}) {
      String text = String.format("WebSocket, %,d connections that do nothing", count);
      add(all, new Connections("ws-idle-" + count, text, true, count, Load.OPENING_MAX, IDLE));
    }
    add(all, new Wildcards("wildcards", "TCP, 100,000 wildcard filters, one matches", 100_000));
    add(
        all,
        new Traffic(
            "durable-qos1",
            "TCP, 1 to 1, QoS 1, 64 B, a persistent session, 900 under way",
            false,
            1,
            1,
            1,
            1,
            64,
            0,
            true));
    add(all, new Page("page", "a page in Chromium receives 10,000 messages/s", 10_000));
    for (int inFlight : new int[] {16, 1000}) {
      String text =
          String.format("TCP, QoS 1, 64 B, for a session that is away, %,d in flight", inFlight);
      add(all, new Durable("durable-qos1-" + inFlight, text, inFlight, 64));
    }
    add(all, new Retained("retained", "TCP, 50,000 retained messages replayed", 50_000));
    return all;
  }

  private static void add(Map<String, Scenario> all, Scenario scenario) {
    all.put(scenario.name(), scenario);
  }

  private static void fanOut(
      Map<String, Scenario> all, boolean webSocket, int subscribers, int qos, int bytes) {
    String name =
        (webSocket ? "ws" : "tcp")
            + "-fanout-"
            + subscribers
            + (qos > 0 ? "-qos" + qos : "")
            + (bytes == 64 ? "" : "-1k");
    String text =
        String.format("%s, 1 to %,d, QoS %d, %,d B", transport(webSocket), subscribers, qos, bytes);
    add(all, new Traffic(name, text, webSocket, 1, 1, subscribers, qos, bytes, 0, false));
  }

  private static Traffic pairs(String name, boolean webSocket, int qos, int rate) {
    String text = transport(webSocket) + ", 200 pairs, QoS " + qos + ", 64 B";
    String paced = rate == 0 ? text : text + String.format(", %,d/s", rate);
    return new Traffic(name, paced, webSocket, 200, 1, 1, qos, 64, rate, false);
  }

  private static Traffic fanIn() {
    return new Traffic(
        "ws-fanin", "WebSocket, 200 to 1, QoS 0, 64 B", true, 1, 200, 1, 0, 64, 0, false);
  }

  private static void large(Map<String, Scenario> all, boolean webSocket, int mib) {
    String name = (webSocket ? "ws" : "tcp") + "-large-" + mib + "m";
    String text = transport(webSocket) + ", 1 to 1, one after the other, " + mib + " MiB";
    add(all, new Traffic(name, text, webSocket, 1, 1, 1, 0, mib * MIB, 0, false));
  }

  private static String transport(boolean webSocket) {
    return webSocket ? "WebSocket" : "TCP";
  }
}
