package io.spillway.link;

import java.net.InetSocketAddress;

/** A gateway's and a core's link back to back over memory. */
final class LinkPair {
  static final LinkSecret SECRET = LinkSecret.of("a long and random secret");
  static final LinkSettings GATEWAY = LinkSettings.of("gw-1", "g-instance", SECRET);
  static final LinkSettings CORE = LinkSettings.of("core-1", "c-instance", SECRET);
  static final OpenFacts FACTS =
      OpenFacts.of(
          new InetSocketAddress("192.0.2.7", 50_000), "http", new InetSocketAddress("::1", 8080));

  final MemoryLoop loop = new MemoryLoop();
  final RecordingLink gatewayListener = new RecordingLink();
  final RecordingLink coreListener = new RecordingLink();
  final MemoryTransport gatewayTransport;
  final MemoryTransport coreTransport;
  final Link gateway;
  final Link core;

  LinkPair(LinkSettings gatewaySettings, LinkSettings coreSettings, int highWaterMark) {
    gatewayTransport = new MemoryTransport(loop, highWaterMark);
    coreTransport = new MemoryTransport(loop, highWaterMark);
    gateway = Link.gateway(gatewaySettings, gatewayTransport, gatewayListener);
    core = Link.core(coreSettings, coreTransport, coreListener);
    MemoryTransport.connect(gatewayTransport, gateway, coreTransport, core);
  }

  LinkPair() {
    this(GATEWAY, CORE, 256 * 1024);
  }

  LinkPair start() {
    core.start();
    gateway.start();
    loop.run();
    return this;
  }

  /** Opens a stream; returns both ends' listeners. */
  Ends open() {
    RecordingStream edge = new RecordingStream();
    edge.stream = gateway.open(FACTS, edge);
    run();
    return new Ends(edge, coreListener.opened.get(coreListener.opened.size() - 1));
  }

  /** Flushes both ends and runs until nothing moves. */
  void run() {
    gateway.flush();
    core.flush();
    loop.run();
  }

  /** Ends both links; whatever isn't released then is a leak. */
  void stop() {
    gatewayTransport.release();
    coreTransport.release();
    run();
    core.close(LinkCloseReason.INTERNAL, "end of test");
    run();
    gateway.close(LinkCloseReason.INTERNAL, "end of test");
    run();
  }

  record Ends(RecordingStream edge, RecordingStream core) {}
}
