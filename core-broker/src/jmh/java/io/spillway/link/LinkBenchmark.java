package io.spillway.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Core to gateway over memory, both ends' work in one figure: time per delivered packet, 1,000
 * streams, one flush.
 *
 * <pre>
 * mvn -q -Pjmh -pl core-broker test-compile
 * cd core-broker/target
 * java -cp "test-classes:classes:$(cat jmh.classpath)" org.openjdk.jmh.Main LinkBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class LinkBenchmark {
  private static final int STREAMS = 1000;
  private static final LinkSecret SECRET = LinkSecret.of("benchmark");

  @Param({"100", "1000"})
  int packetLength;

  private final List<LinkStream> streams = new ArrayList<>();
  private final int[] packetIds = new int[STREAMS];
  private byte[] packet;
  private Memory toGateway;
  private Memory toCore;
  private Link core;
  private Link gateway;
  private LinkGroup group;
  private long delivered;

  @Setup
  public void connect() {
    packet = new byte[packetLength];
    toGateway = new Memory();
    toCore = new Memory();
    core = Link.core(LinkSettings.of("core", "c", SECRET), toGateway, new CoreListener());
    gateway = Link.gateway(LinkSettings.of("gw", "g", SECRET), toCore, new GatewayListener());
    core.start();
    gateway.start();
    move();
    OpenFacts facts =
        OpenFacts.of(new InetSocketAddress("127.0.0.1", 1), "http", new InetSocketAddress(8080));
    for (int i = 0; i < STREAMS; i++) {
      Edge edge = new Edge();
      edge.stream = gateway.open(facts, edge);
      packetIds[i] = i + 1;
    }
    gateway.flush();
    move();
    group = core.group();
    streams.forEach(group::add);
    core.flush();
    move();
  }

  @TearDown
  public void close() {
    core.close(LinkCloseReason.INTERNAL, "done");
    gateway.close(LinkCloseReason.INTERNAL, "done");
    toGateway.clear();
    toCore.clear();
  }

  @Benchmark
  @OperationsPerInvocation(STREAMS)
  public long oneByOneFromAnArray() {
    for (int i = 0; i < STREAMS; i++) {
      streams.get(i).send(packet, true);
    }
    return moved();
  }

  @Benchmark
  @OperationsPerInvocation(STREAMS)
  public long oneByOneWithCredit() {
    for (int i = 0; i < STREAMS; i++) {
      ByteBuf own = PooledByteBufAllocator.DEFAULT.buffer(packetLength);
      own.writeBytes(packet);
      streams.get(i).send(own, false);
    }
    return moved();
  }

  @Benchmark
  @OperationsPerInvocation(STREAMS)
  public long toAGroup() {
    group.multicast(copy(), List.of());
    return moved();
  }

  @Benchmark
  @OperationsPerInvocation(STREAMS)
  public long toAList() {
    core.multicastList(copy(), streams);
    return moved();
  }

  @Benchmark
  @OperationsPerInvocation(STREAMS)
  public long withPacketIdentifiers() {
    core.multicastWithPacketIds(copy(), 10, streams, packetIds);
    return moved();
  }

  private ByteBuf copy() {
    return PooledByteBufAllocator.DEFAULT.buffer(packetLength).writeBytes(packet);
  }

  private long moved() {
    long before = delivered;
    core.flush();
    move();
    if (delivered - before != STREAMS) {
      throw new IllegalStateException("delivered: " + (delivered - before));
    }
    return delivered;
  }

  private void move() {
    while (toGateway.moveTo(gateway) | toCore.moveTo(core)) {
      // What one end says may make the other answer.
    }
  }

  /** A transport that keeps what is written until it is moved. */
  private static final class Memory implements LinkTransport {
    private final ArrayDeque<ByteBuf> written = new ArrayDeque<>();

    boolean moveTo(Link link) {
      if (written.isEmpty()) {
        return false;
      }
      while (!written.isEmpty()) {
        ByteBuf bytes = written.remove();
        link.received(bytes);
        bytes.release();
      }
      link.receiveComplete();
      return true;
    }

    void clear() {
      while (!written.isEmpty()) {
        written.remove().release();
      }
    }

    @Override
    public ByteBufAllocator allocator() {
      return PooledByteBufAllocator.DEFAULT;
    }

    @Override
    public boolean inEventLoop() {
      return true;
    }

    @Override
    public void write(ByteBuf bytes) {
      written.add(bytes);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public Cancellable schedule(Runnable task, Duration delay) {
      return () -> {};
    }
  }

  private final class Edge implements StreamListener {
    private LinkStream stream;

    @Override
    public void data(ByteBuf bytes, boolean first, int remaining, boolean droppable) {
      delivered++;
      if (!droppable) {
        stream.consumed(bytes.readableBytes());
      }
    }

    @Override
    public void multicast(SharedPacket packet) {
      delivered++;
    }

    @Override
    public void multicast(SharedPacket template, int packetId) {
      delivered++;
      stream.consumed(template.length());
    }

    @Override
    public void closed(CloseReason reason, String text) {}
  }

  private final class CoreListener implements LinkListener {
    @Override
    public void ready(PeerFacts peer) {}

    @Override
    public StreamListener opened(LinkStream stream, OpenFacts facts) {
      streams.add(stream);
      return new Edge();
    }

    @Override
    public void closed(LinkCloseReason reason, String text) {}
  }

  private static final class GatewayListener implements LinkListener {
    @Override
    public void ready(PeerFacts peer) {}

    @Override
    public StreamListener opened(LinkStream stream, OpenFacts facts) {
      throw new IllegalStateException("a core opens no streams");
    }

    @Override
    public void closed(LinkCloseReason reason, String text) {}
  }
}
