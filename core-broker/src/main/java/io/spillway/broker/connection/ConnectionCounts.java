package io.spillway.broker.connection;

import io.spillway.mqtt.ProtocolVersion;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/**
 * How clients came and went: who is connected, who was refused and why, why connections ended.
 * Written by homes as clients come and go, read by any thread. The causes are words of ours, so the
 * maps stay small.
 */
public final class ConnectionCounts {

  /** A kind of connection that is counted apart. */
  public record Kind(String listener, ProtocolVersion version) {}

  private final LongAdder accepted = new LongAdder();
  private final Map<Kind, LongAdder> connected = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> closed = new ConcurrentHashMap<>();

  void connected(String listener, ProtocolVersion version) {
    accepted.increment();
    of(connected, new Kind(listener, version)).increment();
  }

  void disconnected(String listener, ProtocolVersion version) {
    of(connected, new Kind(listener, version)).decrement();
  }

  /** A connection ended on which no client was connected; listeners refuse some at once. */
  public void refused(String cause) {
    of(refused, cause).increment();
  }

  /** A connected client's connection ended. */
  void closed(String cause) {
    of(closed, cause).increment();
  }

  /** Clients connected since the start. */
  public long accepted() {
    return accepted.sum();
  }

  /** Clients connected now. */
  public void forEachConnected(ObjLongConsumer<Kind> reader) {
    connected.forEach((kind, count) -> reader.accept(kind, count.sum()));
  }

  /** Connections that ended before a client was connected, by cause. */
  public Map<String, Long> refused() {
    return sums(refused);
  }

  /** Connections of connected clients that ended, by cause. */
  public Map<String, Long> closed() {
    return sums(closed);
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    Map<String, Long> sums = new TreeMap<>();
    counts.forEach((cause, count) -> sums.put(cause, count.sum()));
    return sums;
  }

  private static <K> LongAdder of(Map<K, LongAdder> counts, K key) {
    return counts.computeIfAbsent(key, any -> new LongAdder());
  }
}
